"""The raster frame: grids, sources, blocks, class codes, one streaming pass, whole files."""
