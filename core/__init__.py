"""The science of carbon balance: NumPy and GDAL, no QGIS."""
