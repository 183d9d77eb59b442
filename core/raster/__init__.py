"""Rasters: grids, sources read block by block, outlines of zones on their cells; :mod:`.writing` has the outputs."""
