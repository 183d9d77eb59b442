"""Carbon of zones with densities that differ by region."""
