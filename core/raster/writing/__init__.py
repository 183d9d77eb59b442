"""Raster outputs: blocks, tiles and overviews are written to files that appear complete or not at all."""
