"""Detection, reporting and exclusion of undeclared nodata values."""
