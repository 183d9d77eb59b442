"""Tests of ``emissiondemandraster``, run as an algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from gridded import make_raster, read_gaps, read_values
from layers import squares
from osgeo import gdal
from qgis.core import QgsProcessingException

PLACE = (500_000, 100, 0, 2_001_000, 0, -100)
EMISSION = [4e6, 0.0, 2.5e5]


@pytest.fixture
def people(tmp_path):
    """Persons per km2 over the three squares of 1 km, 100 m cells."""
    values = np.random.default_rng(1).lognormal(5, 1, (10, 30)).astype(np.float32)
    return str(make_raster(tmp_path / "people.tif", values, PLACE, nodata=-1))


@pytest.fixture
def cover(tmp_path):
    values = np.random.default_rng(2).integers(1, 4, (10, 30)).astype(np.uint8)
    return str(make_raster(tmp_path / "cover.tif", values, PLACE, nodata=0))


def by_zone(path):
    """Sums of the three squares, 100 cells each."""
    return read_gaps(path).reshape(10, 3, 10).sum(axis=(0, 2))


def test_emissions_are_distributed_and_their_sums_kept(run, tmp_path, people):
    zones = squares({"name": ["a", "b", "c"], "emission": ["400", "0", "25"]})
    out = str(tmp_path / "demand.tif")
    report = str(tmp_path / "report.html")
    result = run(
        "emissiondemandraster",
        ZONES=zones,
        EMISSION="emission",
        EMISSION_UNIT="10^4 t",
        WEIGHTS=people,
        OUTPUT=out,
        REPORT=report,
    )
    np.testing.assert_allclose(by_zone(out) * 0.01, EMISSION, rtol=1e-12)
    assert result["RASTER_T"] == pytest.approx(4.25e6, rel=1e-12)
    assert result["EMISSION_T"] == pytest.approx(4.25e6)
    assert (result["CELLS"], result["AREA_KM2"]) == (300, pytest.approx(3))
    assert result["PERSONS"] is None
    assert "4.25e+06 t per year" in (tmp_path / "report.html").read_text(encoding="utf-8")
    # With population as weights, emission per person is one number in each zone.
    first = read_values(out)[:, :10] / read_values(people)[:, :10]
    assert np.ptp(first) / first.mean() < 1e-6
    assert np.corrcoef(read_values(out)[:, :10].ravel(), read_values(people)[:, :10].ravel())[0, 1] == pytest.approx(1)


def test_households_by_population_and_industry_by_built_up_land(run, tmp_path, people, cover):
    zones = squares({"home": [10.0, 20.0, 30.0], "industry": [5.0, 0.0, 7.0]})
    out = str(tmp_path / "demand.tif")
    run(
        "emissiondemandraster",
        ZONES=zones,
        EMISSION="home",
        WEIGHTS=people,
        LAND_COVER=cover,
        CLASS_WEIGHTS=["3", "1", "1", "0.2"],
        LAND_COVER_EMISSION="industry",
        UNIT="t_per_cell",
        OUTPUT=out,
    )
    np.testing.assert_allclose(by_zone(out), [15, 20, 37], rtol=1e-12)
    persons, classes, cells = read_values(people), read_values(cover), read_values(out)
    weight = np.choose(classes, [0, 0.2, 0, 1])
    expected = 10 * persons[:, :10] / persons[:, :10].sum() + 5 * weight[:, :10] / weight[:, :10].sum()
    np.testing.assert_allclose(cells[:, :10], expected, rtol=1e-6)


def test_shares_mix_two_rasters(run, tmp_path, people):
    lights = np.random.default_rng(6).uniform(0, 63, (20, 60))
    other = str(make_raster(tmp_path / "lights.tif", lights, (500_000, 50, 0, 2_001_000, 0, -50), nodata=-1))
    zones = squares({"emission": EMISSION})
    out = str(tmp_path / "demand.tif")
    run(
        "emissiondemandraster",
        ZONES=zones,
        EMISSION="emission",
        WEIGHTS=people,
        WEIGHTS_2=other,
        WEIGHTS_SHARE=30,
        WEIGHTS_2_SHARE=70,
        OUTPUT=out,
    )
    np.testing.assert_allclose(by_zone(out) * 0.01, EMISSION, rtol=1e-12)
    mean = lights.reshape(10, 2, 30, 2).mean(axis=(1, 3))[:, :10]
    persons = read_values(people)[:, :10]
    expected = 4e6 * (0.3 * persons / persons.sum() + 0.7 * mean / mean.sum())
    np.testing.assert_allclose(read_values(out)[:, :10] * 0.01, expected, rtol=1e-6)


def test_emission_per_person_times_density(run, tmp_path, people):
    out = str(tmp_path / "demand.tif")
    result = run("emissiondemandraster", WEIGHTS=people, PER_PERSON=3.938, OUTPUT=out)
    np.testing.assert_allclose(read_values(out), 3.938 * read_values(people).astype(float), rtol=1e-12)
    persons = read_values(people).sum(dtype=float) * 0.01
    assert result["PERSONS"] == pytest.approx(persons)
    assert result["PERSONS_OTHERWISE"] == pytest.approx(persons * 100)
    assert result["RASTER_T"] == pytest.approx(3.938 * persons)
    assert result["notes"].warned == []


def test_the_scale_that_the_band_of_the_population_states_is_applied(run, tmp_path, people):
    dataset = gdal.Open(people, gdal.GA_Update)
    dataset.GetRasterBand(1).SetScale(0.1)
    del dataset
    out = str(tmp_path / "demand.tif")
    result = run("emissiondemandraster", WEIGHTS=people, PER_PERSON=3.938, OUTPUT=out)
    np.testing.assert_allclose(read_values(out), 0.3938 * read_values(people).astype(float), rtol=1e-6)
    assert result["PERSONS"] == pytest.approx(read_values(people).sum(dtype=float) * 0.001)


def test_counts_give_t_per_km2_of_their_cell(run, tmp_path, people):
    out = str(tmp_path / "demand.tif")
    run(
        "emissiondemandraster",
        WEIGHTS=people,
        WEIGHTS_AS="per_cell",
        REGION_EMISSION=200,
        REGION_EMISSION_UNIT="t",
        REGION_POPULATION=100,
        REGION_POPULATION_UNIT="persons",
        OUTPUT=out,
    )
    np.testing.assert_allclose(read_values(out), 2 * read_values(people).astype(float) / 0.01, rtol=1e-12)


def test_counts_declared_as_density_are_logged_with_both_numbers(run, tmp_path, people):
    """300 cells of some 250 persons each are 73,000 persons; read as a density they are 730."""
    counts = float(read_values(people).sum(dtype=float))
    logged = {}
    for declared, known in (("per_km2", counts), ("per_cell", counts), ("per_cell", None), ("per_km2", counts / 100)):
        result = run(
            "emissiondemandraster",
            WEIGHTS=people,
            WEIGHTS_AS=declared,
            PER_PERSON=4,
            **({"REGION_POPULATION": known, "REGION_POPULATION_UNIT": "persons"} if known else {}),
            OUTPUT=str(tmp_path / "demand.tif"),
        )
        logged[declared, known] = result["notes"].warned
    assert logged["per_cell", counts] == logged["per_cell", None] == logged["per_km2", counts / 100] == []
    (warning,) = logged["per_km2", counts]
    assert warning.startswith("Is the meaning of the population values declared correctly?")
    assert f"{counts:,.0f}" in warning
    assert f"{counts * 0.01:,.0f} persons" in warning
    sparse = make_raster(tmp_path / "few.tif", np.full((40, 40), 0.2), (500_000, 25, 0, 2_001_000, 0, -25), nodata=-1)
    (warning,) = run(
        "emissiondemandraster", WEIGHTS=str(sparse), PER_PERSON=4, OUTPUT=str(tmp_path / "few_demand.tif")
    )["notes"].warned
    assert "(0.2 per km2)" in warning
    assert "(320 per km2)" in warning


def test_another_cell_size_keeps_the_sums(run, tmp_path, people):
    zones = squares({"emission": EMISSION})
    out = str(tmp_path / "demand.tif")
    result = run(
        "emissiondemandraster",
        ZONES=zones,
        EMISSION="emission",
        WEIGHTS=people,
        CELL_SIZE=500,
        OUTPUT=out,
        UNIT="t_per_cell",
    )
    cells = read_gaps(out)
    assert cells.shape == (2, 6)
    np.testing.assert_allclose(cells.reshape(2, 3, 2).sum(axis=(0, 2)), EMISSION, rtol=1e-9)
    assert result["RASTER_T"] == pytest.approx(4.25e6, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ZONES": {"emission": [1.0, None, 2.0]}}, "row 2: column emission is empty"),
        ({"ZONES": {"emission": [1.0, -3.0, 2.0]}}, r"column emission is negative \(-3\)"),
        ({"EMISSION": None}, "emission column is missing"),
        ({"WEIGHTS": None}, "Weights are missing"),
        ({"PER_PERSON": 3}, "Give either zones with their emissions, or emissions per person"),
        ({"ZONES": None, "EMISSION": None}, "Give either zones with their emissions, or emissions per person"),
        ({"CLASS_WEIGHTS": ["1", "1"]}, "needs both the raster .* and the class weights"),
        ({"CELL_SIZE": 50_000}, "cell size is 50000"),
        ({"GRID_CRS": "EPSG:4326", "CELL_SIZE": 1000}, "degree"),
        ({"WEIGHTS_SHARE": 0}, "shares of the weights are 0"),
    ],
)
def test_invalid_inputs_are_refused_without_output(run, tmp_path, people, change, message):
    columns = change.get("ZONES", {"emission": EMISSION})
    given = {"EMISSION": "emission", "WEIGHTS": people, "OUTPUT": str(tmp_path / "demand.tif"), **change}
    given["ZONES"] = None if columns is None else squares(columns)
    with pytest.raises(QgsProcessingException, match=message):
        run("emissiondemandraster", **given)
    assert [path.name for path in tmp_path.iterdir()] == ["people.tif"]


@pytest.mark.parametrize(
    ("table", "message"),
    [(["x", "1"], "x / 1 is not a class code"), (["1", "-1"], "1 / -1"), (["1", "1", "1", "2"], "1 / 2"),
     (["1", "0"], "none is greater than 0")],
)  # fmt: skip
def test_invalid_weights_of_classes_are_refused(run, tmp_path, cover, table, message):
    with pytest.raises(QgsProcessingException, match=message):
        run(
            "emissiondemandraster",
            ZONES=squares({"emission": EMISSION}),
            EMISSION="emission",
            LAND_COVER=cover,
            CLASS_WEIGHTS=table,
            OUTPUT=str(tmp_path / "demand.tif"),
        )


def test_an_unknown_unit_is_refused_with_the_known_ones(run, tmp_path, people):
    with pytest.raises(QgsProcessingException, match="EMISSION_UNIT is tons"):
        run(
            "emissiondemandraster",
            ZONES=squares({"emission": EMISSION}),
            EMISSION="emission",
            EMISSION_UNIT="tons",
            WEIGHTS=people,
            OUTPUT=str(tmp_path / "demand.tif"),
        )
