"""Cells without data that a file does not mark as such: found, reported and excluded."""
