"""Overlapping zones, where each zone is a separate unit or is distributed over its cells."""

from __future__ import annotations

import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsGeometry, QgsProcessingException, QgsRectangle
from rasters import read_raster, write_raster

AMOUNTS = [10.0, 20.0, 5.0, 40.0, 15.0, 30.0]


def zones(city=None, half=False):
    """A row of six counties of 1 km2; ``city`` is the emission of the zone over the first two."""
    amounts = [*AMOUNTS, *([] if city is None else [city])]
    layer = squares({"name": [f"z{row}" for row in range(len(amounts))], "e": amounts})
    if city is not None:
        box = (500500, 2000500, 501500, 2001500) if half else (500000, 2000000, 502000, 2001000)
        fid = list(layer.getFeatures())[-1].id()
        outline = QgsGeometry.fromRect(QgsRectangle(*box))
        layer.dataProvider().changeGeometryValues({fid: outline})
    return layer


def concentration(run, layer):
    return run("carbonconcentration", ZONES=layer, EMISSION="e", PERMUTATIONS=19, OUTPUT="memory:")


def spread(run, layer, folder):
    weights = write_raster(folder / "w.tif", np.ones((20, 60), np.float32), origin=(500000.0, 2002000.0))
    done = run(
        "emissiondemandraster", ZONES=layer, EMISSION="e", WEIGHTS=weights, UNIT="t_per_cell",
        OUTPUT=str(folder / "o.tif"),
    )  # fmt: skip
    values = read_raster(folder / "o.tif")
    return done, values[np.isfinite(values) & (values > -1e30)].sum()


def test_a_city_is_excluded_where_its_counties_are_units(run):
    alone, both = concentration(run, zones()), concentration(run, zones(city=30.0))
    numbers = [name for name, value in alone.items() if isinstance(value, float)]
    assert "MORAN_I" in numbers
    assert {name: both[name] for name in numbers} == pytest.approx({name: alone[name] for name in numbers})
    assert column(both["OUTPUT"], "neighbours")[-1] is None
    assert any("these are left out: z6" in each for each in both["notes"].warned)


def test_the_emission_of_a_city_and_its_counties_is_counted_once(run, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    alone, total = spread(run, zones(), tmp_path / "a")
    both, again = spread(run, zones(city=30.0), tmp_path / "b")
    assert total == pytest.approx(sum(AMOUNTS))
    assert again == pytest.approx(sum(AMOUNTS))
    assert both["EMISSION_T"] == pytest.approx(alone["EMISSION_T"])
    assert any("these are left out: z6" in each for each in both["notes"].warned)


@pytest.mark.parametrize(("city", "half"), [(30.0, True), (300.0, False)])
def test_units_with_inconsistent_overlaps_are_refused(run, tmp_path, city, half):
    layer = zones(city, half)
    with pytest.raises(QgsProcessingException, match="z6.*cannot be determined"):
        concentration(run, layer)
    with pytest.raises(QgsProcessingException, match="z6.*cannot be determined"):
        spread(run, layer, tmp_path)
    assert not (tmp_path / "o.tif").exists()
