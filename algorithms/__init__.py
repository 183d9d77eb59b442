"""What a user sees: one algorithm a file, thin; parameters -> core -> outputs."""
