"""No data that a file does not mark as such: how it is found, told and left out."""
