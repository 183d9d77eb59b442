"""Uncertainty of the carbon of zones, of its change, and of the choice among scenarios."""
