"""Rasters: grids, inputs read block by block, zones on their cells; outputs are in :mod:`.writing`."""
