"""Fixtures shared by the tests of the algorithms."""

from __future__ import annotations

import made_region
import numpy as np
import pytest
import zoned_region as zoned
from layers import CENTRAL_YUNNAN, run_algorithm
from pages import Page
from rasters import write_raster
from small_cover import INVEST


@pytest.fixture
def region(tmp_path):
    """Two land covers and two drivers of a synthetic region."""
    return made_region.Region(tmp_path)


@pytest.fixture(params=[1, 2, 3])
def zoned_region(request, tmp_path):
    """Random regions of six zones that tile the raster, with gaps in the land cover."""
    return zoned.Region(tmp_path, request.param)


@pytest.fixture
def report(run, tmp_path):
    """The HTML page of a run, its text and its results."""

    def call(**parameters):
        path = tmp_path / "report.html"
        found = run("carbonbalancereport", **{"OUTPUT": str(path), **parameters})
        text = path.read_text(encoding="utf-8")
        return Page(text), text, found

    return call


@pytest.fixture(scope="session")
def counties(provider, tmp_path_factory):
    """The 49 counties after all steps, with the table by class and the limits."""
    folder = tmp_path_factory.mktemp("chain")
    paths = {name: str(folder / f"{name}.csv") for name in ("classes", "limits")}
    run_algorithm(
        "regionalcarbonbalance",
        **CENTRAL_YUNNAN,
        **{
            "zoning:Zones": str(folder / "zones.gpkg"),
            "supply:Carbon by zone and class": paths["classes"],
            "zoning:Limits of the classes": paths["limits"],
        },
    )
    return {"ZONES": str(folder / "zones.gpkg"), "CLASSES": paths["classes"], "LIMITS": paths["limits"]}


@pytest.fixture
def cells():
    return np.random.default_rng(0).choice(np.array([0, 1, 2], np.uint8), (12, 30))


@pytest.fixture
def cover(tmp_path, cells):
    """Three zones wide: 100 m cells from the corner of the squares of tests/layers.py, 0 is nodata."""
    return write_raster(tmp_path / "cover.tif", cells, 0, origin=(500000.0, 2001100.0))


@pytest.fixture
def pools(tmp_path):
    path = tmp_path / "pools.csv"
    path.write_text(INVEST, encoding="utf-8")
    return str(path)
