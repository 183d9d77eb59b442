"""The names of columns by topic."""
