"""Names of columns by topic."""
