"""Trial data that may not be stored in the repository; tests that need it are skipped without it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

VARIABLE = "CARBONBALANCE_TRIAL_DATA"


def folder(name: str) -> Path:
    """The folder ``name`` of the trial data; skips the test where there is none."""
    root = os.environ.get(VARIABLE)
    if not root or not (Path(root) / name).is_dir():
        pytest.skip(f"the trial data {name} are not at hand: set {VARIABLE} to the folder that holds them")
    return Path(root) / name


def read(path: Path) -> np.ndarray:
    """The first band of a raster."""
    dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
    return dataset.ReadAsArray()
