"""Multiscale GWR: a bandwidth for each term, found by back-fitting, and what follows from the hat matrices."""
