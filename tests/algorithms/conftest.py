"""What several tests of the algorithms need."""

from __future__ import annotations

import made_region
import pytest
from layers import CENTRAL_YUNNAN, run_algorithm
from pages import Page


@pytest.fixture
def region(tmp_path):
    """Two land covers and two drivers of a made-up region."""
    return made_region.Region(tmp_path)


@pytest.fixture
def report(run, tmp_path):
    """The page of a run, its text and its results."""

    def call(**parameters):
        path = tmp_path / "report.html"
        found = run("carbonbalancereport", **{"OUTPUT": str(path), **parameters})
        text = path.read_text(encoding="utf-8")
        return Page(text), text, found

    return call


@pytest.fixture(scope="session")
def counties(provider, tmp_path_factory):
    """The 49 counties after the chain, with table by class and limits."""
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
