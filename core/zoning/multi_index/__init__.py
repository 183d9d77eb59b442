"""Zoning by several indices."""
