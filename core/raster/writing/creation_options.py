"""GDAL's creation options of our GeoTIFFs, and what a file made with them takes on the disk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.threads import threads as usable_threads
from ..blocks import TILE
from ..grid import Grid

# Shares of the cells' own size: densities of classes take 3 to 10 % of it, continuous floats 60 to 90 %.
_PACKED_CLASSES, _PACKED_FLOATS = 0.02, 0.5


def creation_options(
    compression: str = "DEFLATE", continuous: bool = False, threads: int = 0, level: int = 1
) -> list[str]:
    """GDAL's creation options of our GeoTIFFs.

    DEFLATE at level 1 is the default: four times as fast as level 6 for a file a third larger, and any
    GIS opens it; ZSTD is faster still, but some programs cannot read it.

    Args:
        compression: one of :data:`core.options.raster.COMPRESSIONS`.
        continuous: values vary from cell to cell (the floating-point predictor pays off), rather than
            following classes (it would double the file).
        threads: that compress; 0 for as many as the run may use.
        level: of DEFLATE. 2 takes half the time of 1 where most cells have one value, such as a change of 0, for
            only from there on are long runs skipped; elsewhere 1 is faster.
    """
    options = [
        "TILED=YES",
        f"BLOCKXSIZE={TILE}",
        f"BLOCKYSIZE={TILE}",
        "BIGTIFF=IF_SAFER",
        f"NUM_THREADS={threads or usable_threads()}",
    ]
    if compression != "NONE":
        options.append(f"COMPRESS={compression}")
    if compression == "DEFLATE":
        options.append(f"ZLEVEL={level}")
    if compression == "ZSTD":
        options.append("ZSTD_LEVEL=3")
    if continuous and compression in ("DEFLATE", "ZSTD", "LZW"):
        options.append("PREDICTOR=3")
    return options


def least_bytes(grid: Grid, dtype: np.dtype, bands: int, options: Sequence[str]) -> float:
    """What a raster will hardly stay below on the disk, bytes."""
    share = 1.0
    if any(option.startswith("COMPRESS=") for option in options):
        share = _PACKED_FLOATS if "PREDICTOR=3" in options else _PACKED_CLASSES
    return share * dtype.itemsize * bands * grid.width * grid.height
