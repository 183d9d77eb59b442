"""Colours, classes and legends of results, used for both QGIS layers and reports."""
