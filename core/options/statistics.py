"""Options of the spatial statistics."""

from __future__ import annotations

QUANTILE, EQUAL_INTERVAL, NATURAL_BREAKS = "quantile", "equal_interval", "natural_breaks"
DISCRETISATIONS = [QUANTILE, EQUAL_INTERVAL, NATURAL_BREAKS]
# The discretisation and the number of classes with which a factor explains most.
OPTIMAL = "optimal"

CONTIGUITY, NEAREST, DISTANCE_BAND = "contiguity", "nearest", "distance"

# Conventions for the length of the axes of a standard deviational ellipse.
ARCGIS, ARCGIS_PRO, CRIMESTAT = "arcgis", "arcgis_pro", "crimestat"
CENTRE_CONVENTIONS = [ARCGIS, ARCGIS_PRO, CRIMESTAT]
