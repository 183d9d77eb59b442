"""Carbon of zones whose densities differ by region."""
