"""Raster outputs: blocks, tiles and overviews into one file that appears whole or not at all."""
