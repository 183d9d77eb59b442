"""The table of sink coefficients from a raster of uptake, and through the model of the plan."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.source import RasterSource
from layers import column, run_algorithm, squares
from osgeo import gdal
from planned_region import plan_inputs
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsRectangle, QgsVectorLayer
from rasters import write_raster
from scenario_runs import read


def outputs(folder):
    tables = ("compensation_plan:Zones", "flow:Flow lines", "plan:Plan by class", "plan:Plan by transition")
    return {
        **dict.fromkeys((*tables, "plan:Binding constraints"), "memory:"),
        "future:Land cover of the plan": str(folder / "f.tif"),
    }


def square(cells):
    """A layer of one zone over ``cells`` cells of a row."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32648&field=name:string", "zones", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["all"])
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(5e5, 2e6 - 100, 5e5 + 100 * cells, 2e6)))
    layer.dataProvider().addFeatures([feature])
    return layer


@pytest.fixture
def two(tmp_path):
    """Cells of a hectare: three of class 1, one of class 2, one of class 3 without uptake; g C/m2."""
    cover = write_raster(tmp_path / "c.tif", np.array([[1, 1, 1, 2, 3]], np.uint8), 0)
    uptake = write_raster(tmp_path / "u.tif", np.array([[100, 200, 600, -50, -9999]], np.float32), -9999.0)
    return {"LAND_COVER": cover, "UPTAKE": uptake}


def rows(result):
    table = result["OUTPUT"]
    return dict(zip(column(table, "lucode"), zip(column(table, "sink_t_ha"), column(table, "origin"))))


def test_means_are_in_tonnes_of_carbon_and_other_classes_use_the_table(run, two, tmp_path):
    result = run("sinkcoefficients", **two, PRESET="guiyang", OUTPUT="memory:", REPORT=str(tmp_path / "r.html"))
    found = rows(result)
    assert found[1] == (pytest.approx(3), "raster")
    assert found[2] == (pytest.approx(-0.5), "raster")
    assert found[3] == (0.021, "table")
    assert result["UPTAKE_T"] == pytest.approx(9 - 0.5)
    assert result["MEASURED_HA"] == pytest.approx(4)
    assert result["MEAN_SINK_T_HA"] == pytest.approx(8.5 / 4)
    assert column(result["OUTPUT"], "species") == ["C"] * 6
    assert column(result["OUTPUT"], "area_ha")[:3] == pytest.approx([3, 1, 1])
    assert column(result["OUTPUT"], "measured_ha")[:3] == pytest.approx([3, 1, 0])
    assert "are sources" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit, factor", [("t/ha", 100), ("kg/m2", 1000), ("t/cell", 100), ("kg/cell", 0.1)])
def test_units_and_co2(run, two, unit, factor):
    """Cells of one hectare, so that t/cell is t/ha."""
    found = rows(run("sinkcoefficients", **two, PRESET="guiyang", UPTAKE_UNIT=unit, OUTPUT="memory:"))
    assert found[1][0] == pytest.approx(3 * factor)
    less = rows(
        run("sinkcoefficients", **two, PRESET="guiyang", UPTAKE_UNIT=unit, UPTAKE_SPECIES="CO2", OUTPUT="memory:")
    )
    assert less[1][0] == pytest.approx(3 * factor * 12 / 44)


@pytest.mark.parametrize(("species", "factor"), [("unstated", 1), ("C", 1), ("CO2", 44 / 12)])
def test_coefficients_in_the_wanted_species(run, two, species, factor):
    """Those of the raster are C; the table, which does not state it, counts what is wanted."""
    result = run("sinkcoefficients", **two, PRESET="guiyang", SINK_SPECIES=species, OUTPUT="memory:")
    found = rows(result)
    assert (found[1][0], found[3][0]) == (pytest.approx(3 * factor), pytest.approx(0.021))
    assert set(column(result["OUTPUT"], "species")) == {species.replace("unstated", "C")}
    assert any("is taken as C" in each for each in result["notes"].warned) == (species == "unstated")
    # The numbers count what the column counts.
    counted = factor if species == "CO2" else 1
    assert result["UPTAKE_T"] == pytest.approx(8.5 * counted)
    assert result["MEAN_SINK_T_HA"] == pytest.approx(8.5 / 4 * counted)
    assert result["SPECIES"] == species.replace("unstated", "C")
    alone = {"LAND_COVER": two["LAND_COVER"], "PRESET": "guiyang", "SINK_SPECIES": species, "OUTPUT": "memory:"}
    passed_on = run("sinkcoefficients", **alone)
    assert set(column(passed_on["OUTPUT"], "species")) == {passed_on["SPECIES"]} == {species}
    assert passed_on["UPTAKE_T"] is passed_on["MEAN_SINK_T_HA"] is None
    stated = squares({"lucode": [1.0, 2, 3], "sink_t_ha": [1.0, 2, 3], "species": ["C"] * 3}, geometry=False)
    passed_on = run("sinkcoefficients", **{**alone, "PRESET": None, "SINKS": stated})["OUTPUT"]
    assert column(passed_on, "sink_t_ha") == pytest.approx([factor, 2 * factor, 3 * factor])


def test_the_plan_counts_a_raster_of_carbon_against_emissions_of_co2(run, tmp_path):
    """The species of the sink changes its tonnes, not the net emissions."""
    given = plan_inputs(tmp_path)
    del given["PRESET"]
    cover = read(given["LAND_COVER"])
    source = gdal.Open(given["LAND_COVER"])
    nep = np.where(cover == 255, -9999, 100.0 + cover).astype(np.float32)
    path = write_raster(
        tmp_path / "nep.tif", nep, -9999.0, epsg=source.GetProjection(), geotransform=source.GetGeoTransform()
    )
    found = {}
    for species in ("C", "CO2", "unstated"):
        found[species] = run("carbonplan", **given, UPTAKE=path, SINK_SPECIES=species, **outputs(tmp_path))
    in_c, in_co2, unstated = found["C"], found["CO2"], found["unstated"]
    assert in_co2["sink:TOTAL_SINK_T"] == pytest.approx(in_c["sink:TOTAL_SINK_T"] * 44 / 12)
    for name in ("compensation:NET_EMISSION_T", "compensation_plan:NET_EMISSION_T"):
        assert in_co2[name] == pytest.approx(in_c[name])
        # That a raster is in C is known, so that nothing must be stated.
        assert unstated[name] == pytest.approx(in_c[name])
    assert not any("species" in each.casefold() for each in unstated["notes"].warned)
    assert any("(species: CO2); " in each and "flow in" in each for each in unstated["notes"].logged)
    assert not any("(species: unstated)" in each for each in unstated["notes"].logged)


@pytest.mark.parametrize("species", ["C", "CO2", None])
def test_the_plan_counts_a_table_as_it_states(run, tmp_path, species):
    """A table in C is converted to the CO2 of the emissions; one that states nothing is compared as it is."""
    given = plan_inputs(tmp_path)
    del given["PRESET"], given["SCHEME"]
    codes = np.unique(read(given["LAND_COVER"]))
    codes = codes[np.isfinite(codes) & (codes < 255)].tolist()
    stated = {} if species is None else {"species": [species] * len(codes)}
    table = squares({"lucode": codes, "sink_t_ha": [1.0 + at / 10 for at in range(len(codes))], **stated}, False)
    result = run("carbonplan", **given, SINKS=table, **outputs(tmp_path))
    emission = sum(column(QgsVectorLayer(given["ZONES"], "zones", "ogr"), "emission_t"))
    factor = 44 / 12 if species == "C" else 1
    expected = emission - result["sink:TOTAL_SINK_T"] * factor
    # Land of two zones counts once, 0.01 % of all.
    assert result["compensation:NET_EMISSION_T"] == pytest.approx(expected, rel=2e-3)
    warned = any("species" in each.casefold() for each in result["notes"].warned)
    assert warned == (species is None)


def test_a_raster_of_other_cells_is_averaged(run, two, tmp_path):
    """Cells of half the size: the mean of four is the value of the land-cover cell."""
    fine = np.repeat(np.repeat(np.array([[100.0, 200, 600, -50, 10]], np.float32), 2, 0), 2, 1)
    fine[0] += 10
    fine[1] -= 10
    path = write_raster(tmp_path / "f.tif", fine, -9999.0, cell=50.0)
    found = rows(run("sinkcoefficients", LAND_COVER=two["LAND_COVER"], UPTAKE=path, OUTPUT="memory:"))
    assert [value for value, _ in found.values()] == pytest.approx([3, -0.5, 0.1], rel=1e-5)


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (0.5, 0.25)])
@pytest.mark.parametrize("nothing", [-9999.0, np.nan])
def test_amounts_of_smaller_cells_without_data_belong_to_the_area_with_data(run, tmp_path, scale, offset, nothing):
    """1 t in each cell of 0.25 ha, 4 t/ha: half of the first cell of class 1 and a quarter of class 2 have data."""
    cover = write_raster(tmp_path / "c.tif", np.array([[1, 1, 2]], np.uint8), 0)
    stored = np.float32((1 - offset) / scale)
    fine = np.array([[1, nothing, 1, 1, nothing, nothing], [nothing, 1, 1, 1, nothing, 1]], np.float32)
    fine = np.where(fine == 1, stored, fine)
    path = write_raster(tmp_path / "f.tif", fine, None if np.isnan(nothing) else nothing, cell=50.0)
    if scale != 1:
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetScale(scale)
        dataset.GetRasterBand(1).SetOffset(offset)
        del dataset
    result = run("sinkcoefficients", LAND_COVER=cover, UPTAKE=path, UPTAKE_UNIT="t/cell", OUTPUT="memory:")
    assert column(result["OUTPUT"], "sink_t_ha") == pytest.approx([4, 4])
    assert column(result["OUTPUT"], "area_ha") == pytest.approx([2, 1])
    assert column(result["OUTPUT"], "measured_ha") == pytest.approx([1.5, 0.25])
    assert result["UPTAKE_T"] == pytest.approx(7)
    assert result["MEAN_SINK_T_HA"] == pytest.approx(4)


def test_amounts_of_cells_in_degrees_belong_to_the_area_with_data(run, tmp_path):
    """5 t/ha in a checkerboard of cells in degrees, which covers a part of the land cover in metres."""
    cover = write_raster(tmp_path / "c.tif", np.ones((10, 20), np.uint8), 0)
    where = {"nodata": -1.0, "epsg": 4326, "origin": (105.0, 18.09), "cell": 0.0005}
    amounts = np.full((60, 30), 1.0, np.float32)
    path = write_raster(tmp_path / "f.tif", amounts, **where)
    amounts *= 5 * RasterSource(path).grid.row_cell_area_ha()[:, None]
    amounts[(np.indices(amounts.shape).sum(axis=0) % 2) == 0] = -1
    path = write_raster(tmp_path / "g.tif", amounts, **where)
    result = run("sinkcoefficients", LAND_COVER=cover, UPTAKE=path, UPTAKE_UNIT="t/cell", OUTPUT="memory:")
    assert column(result["OUTPUT"], "sink_t_ha") == pytest.approx([5], rel=2e-3)
    assert 60 < result["MEASURED_HA"] < 90


def test_negative_coefficients_are_accepted_by_the_sink_but_not_by_draws(run, two):
    table = run("sinkcoefficients", **two, PRESET="guiyang", OUTPUT="memory:")["OUTPUT"]
    zones = {"ZONES": square(5)}
    sink = run("annualcarbonsink", **zones, LAND_COVER=two["LAND_COVER"], SINKS=table, OUTPUT="memory:")
    assert sink["TOTAL_SINK_T"] == pytest.approx(3 * 3 - 0.5 + 0.021)
    with pytest.raises(QgsProcessingException, match=r"must be at least 0 to be drawn.*-0\.5"):
        run("sinkuncertainty", **zones, LAND_COVER=two["LAND_COVER"], SINKS=table, CV=10, OUTPUT="memory:")


@pytest.mark.parametrize(
    ("unit", "factor", "message"),
    [
        ("g/m2", 1, ""),
        ("t/ha", 1, "uptake of a class is 300 t C/ha"),
        ("kg/m2", 1, "uptake of a class is 3000 t"),
        ("g/m2", 0.01, "uptake of a class is 0.03 t C/ha"),
        ("t/ha", 0.01, ""),
    ],
)
def test_a_wrong_unit_is_told(run, two, tmp_path, unit, factor, message):
    cells = np.array([[100, 200, 600, -50, 40]], np.float32) * np.float32(factor)
    given = {**two, "UPTAKE": write_raster(tmp_path / "w.tif", cells, -9999.0), "UPTAKE_UNIT": unit}
    warned = " ".join(run("sinkcoefficients", **given, OUTPUT="memory:")["notes"].warned)
    assert ("UPTAKE_UNIT" in warned) == bool(message)
    assert message in warned


def test_a_background_without_nodata_is_told(run, two, tmp_path):
    cover = write_raster(tmp_path / "b.tif", np.array([[0, 1, 2, 3, 0], [0, 1, 2, 3, 0]], np.uint8), None)
    uptake = write_raster(tmp_path / "v.tif", np.full((2, 5), 100, np.float32), -9999.0)
    given = {"LAND_COVER": cover, "UPTAKE": uptake, "OUTPUT": "memory:"}
    assert any("NODATA_CODES = 0" in each for each in run("sinkcoefficients", **given)["notes"].warned)
    assert not run("sinkcoefficients", **given, NODATA_CODES="0")["notes"].warned


def test_refusals(run, two):
    with pytest.raises(QgsProcessingException, match="Give a raster of uptake"):
        run("sinkcoefficients", LAND_COVER=two["LAND_COVER"], OUTPUT="memory:")
    with pytest.raises(QgsProcessingException, match=r"no data on land of class\(es\) 3"):
        run("sinkcoefficients", **two, OUTPUT="memory:")
    # A code that means no data needs no coefficient.
    assert set(rows(run("sinkcoefficients", **two, NODATA_CODES="3", OUTPUT="memory:"))) == {1, 2}


def test_an_nep_raster_is_used_by_the_plan_model(run, tmp_path):
    """The sink before the plan equals the sum of the raster, the plan increases it, and the table has its means."""
    given = plan_inputs(tmp_path)
    del given["PRESET"]
    cover = read(given["LAND_COVER"])
    rng = np.random.default_rng(2)
    nep = np.where(cover == 255, -9999, rng.normal(100, 20, cover.shape) + 20.0 * (cover < 6)).astype(np.float32)
    path = str(tmp_path / "nep.tif")
    source = gdal.Open(given["LAND_COVER"])
    made = gdal.GetDriverByName("GTiff").Create(path, source.RasterXSize, source.RasterYSize, 1, gdal.GDT_Float32)
    made.SetGeoTransform(source.GetGeoTransform())
    made.SetProjection(source.GetProjection())
    made.GetRasterBand(1).SetNoDataValue(-9999)
    made.GetRasterBand(1).WriteArray(nep)
    del made
    result = run(
        "carbonplan", **given, UPTAKE=path, SINK_SPECIES="C",
        **outputs(tmp_path),
    )  # fmt: skip
    whole = run_algorithm(
        "zonalcarbonsupply", ZONES=given["ZONES"], CARBON=path, CARBON_UNIT="g/m2", CARBON_BASIS="flow",
        OUTPUT="memory:",
    )  # fmt: skip
    assert result["sink:TOTAL_SINK_T"] == pytest.approx(whole["TOTAL_SINK_T"], rel=2e-3)
    table = run("sinkcoefficients", LAND_COVER=given["LAND_COVER"], UPTAKE=path, OUTPUT="memory:")["OUTPUT"]
    assert set(column(table, "origin")) == {"raster"}
    means = dict(zip(column(table, "lucode"), column(table, "sink_t_ha")))
    # Cells of a class differ in area by a few per cent between south and north.
    assert means[10] == pytest.approx(nep[cover == 10].mean() / 100, rel=2e-3)
    assert result["sink_plan:TOTAL_SINK_T"] > result["sink:TOTAL_SINK_T"]
    assert result["plan:AIM_PLAN"] == pytest.approx(result["sink_plan:TOTAL_SINK_T"], rel=2e-3)
    assert sum(column(result["compensation_plan:Zones"], "sink_t")) == pytest.approx(result["sink:TOTAL_SINK_T"])


def test_nodata_codes_reach_every_step_of_the_plan(run, tmp_path):
    """With grassland (10) as nodata, neither the sink nor the plan contains it."""
    given = {**plan_inputs(tmp_path), "NODATA_CODES": "10"}
    result = run(
        "carbonplan", **given, **outputs(tmp_path),
    )  # fmt: skip
    assert 10 not in column(result["plan:Plan by class"], "code")
    assert not (read(tmp_path / "f.tif") == 10).any()
    sink = {name: given[name] for name in ("ZONES", "LAND_COVER", "PRESET", "SCHEME", "NODATA_CODES")}
    alone = run_algorithm("annualcarbonsink", **sink, OUTPUT="memory:")
    assert result["sink:TOTAL_SINK_T"] == alone["TOTAL_SINK_T"]


def test_the_scheme_names_the_classes_of_a_raster(run, two):
    """Codes 1 and 2 of IGBP; by the default scheme, which may not be that of the land cover, codes have no names."""
    given = {**two, "NODATA_CODES": "3", "OUTPUT": "memory:"}
    named = run("sinkcoefficients", **given, SCHEME="igbp")
    assert column(named["OUTPUT"], "name") == ["evergreen needleleaf forest", "evergreen broadleaf forest"]
    assert not named["notes"].warned or not any("SCHEME" in each for each in named["notes"].warned)
    assert column(run("sinkcoefficients", **given)["OUTPUT"], "name") == ["1", "2"]


def test_the_scheme_beside_a_table_of_the_user_gives_no_warning(run, tmp_path):
    """Later steps of the model carbonplan use it."""
    cover = write_raster(tmp_path / "cover.tif", np.ones((4, 4), np.uint8))
    table = tmp_path / "sinks.csv"
    table.write_text("code,sink (t CO2/ha)\n1,2\n", encoding="utf-8")
    done = run("sinkcoefficients", LAND_COVER=cover, SINKS=str(table), SCHEME="clcd", OUTPUT="memory:")
    assert not [each for each in done["notes"].warned if "SCHEME" in each]
