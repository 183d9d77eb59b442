"""The names of the columns that the plugin writes, by topic."""
