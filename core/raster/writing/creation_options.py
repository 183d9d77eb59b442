"""GDAL creation options of output GeoTIFFs, and an estimate of their size on disk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.threads import threads as usable_threads
from ..blocks import TILE
from ..grid import Grid

# Compressed share of the raw size: class densities take 3 to 10 %, continuous floats 60 to 90 %.
_PACKED_CLASSES, _PACKED_FLOATS = 0.02, 0.5


def creation_options(
    compression: str = "DEFLATE", continuous: bool = False, threads: int = 0, level: int = 1
) -> list[str]:
    """GDAL creation options of output GeoTIFFs.

    DEFLATE at level 1 is the default: it is four times as fast as level 6 for a file one third larger, and every GIS
    supports it. ZSTD is even faster, but not all programs can read it.

    Args:
        compression: one of :data:`core.options.raster.COMPRESSIONS`.
        continuous: whether values vary from cell to cell: the floating-point predictor then reduces the file, whereas
            for class values it would double it.
        threads: number of compression threads; 0 for as many as the run may use.
        level: level of DEFLATE. Level 2 takes half the time of 1 where most cells have the same value, such as a change
            of 0, because only from level 2 on long runs are skipped; otherwise 1 is faster.
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
    """A lower estimate of the size of a raster on disk, bytes."""
    share = 1.0
    if any(option.startswith("COMPRESS=") for option in options):
        share = _PACKED_FLOATS if "PREDICTOR=3" in options else _PACKED_CLASSES
    return share * dtype.itemsize * bands * grid.width * grid.height
