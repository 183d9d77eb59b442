"""Zones by several indices at once."""
