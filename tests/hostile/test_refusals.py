"""Regression tests of inputs that gave a traceback, a wrong message, or left files behind."""

from __future__ import annotations

import math
import re

import pytest
from layers import column, squares
from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingException
from rasters import write_raster

NUMBERS = {"supply": [1.0, 2, 3, 4], "demand": [4.0, 3, 2, 1], "huge": [1e200, 1, 1, 1], "same": [5.0] * 4}


@pytest.fixture
def ratio(run):
    def balance(**more):
        defaults = {"ZONES": squares(NUMBERS), "SUPPLY": "supply", "DEMAND": "demand", "OUTPUT": "memory:"}
        return run("supplydemandratio", **{**defaults, **more})

    return balance


def test_a_number_parameter_that_is_not_finite_is_refused(run):
    with pytest.raises(
        QgsProcessingException,
        match="Number of classes \\(CLASSES\\) is nan: a finite number within the usual range is needed",
    ):
        run("naturalbreakszoning", ZONES=squares(NUMBERS), FIELD="supply", CLASSES=math.nan, OUTPUT="memory:")


def test_a_column_of_too_large_numbers_is_refused(ratio):
    with pytest.raises(QgsProcessingException, match=r"row 1: 1e\+200 in column huge is too large for computation"):
        ratio(SUPPLY="huge")


def test_a_missing_column_choice_is_refused(run):
    with pytest.raises(QgsProcessingException, match="choose a column"):
        run(
            "geographicallyweightedregression",
            INPUT=squares(NUMBERS),
            DEPENDENT=";",
            EXPLANATORY="demand",
            OUTPUT="memory:",
        )


def test_constant_values_have_no_goodness_of_fit(run):
    done = run(
        "naturalbreakszoning", ZONES=squares(NUMBERS), FIELD="same", METHOD="fixed_limits", FIXED_LIMITS="4,6,9",
        MERGE="", OUTPUT="memory:",
    )  # fmt: skip
    assert column(done["OUTPUT"], "class") == [2, 2, 2, 2]
    assert any("All values are equal" in logged for logged in done["notes"].logged)
    assert not any(re.search(r"\bnan\b", logged) for logged in done["notes"].logged)


@pytest.mark.parametrize("name", ["REPORT", "OUTPUT"])
def test_a_folder_as_output_file_is_refused(ratio, tmp_path, name):
    with pytest.raises(QgsProcessingException, match="is a folder; give the name of a file in it"):
        ratio(**{name: str(tmp_path)})
    assert not list(tmp_path.iterdir())


def test_a_report_in_memory_or_with_too_long_a_name_is_refused(ratio, tmp_path):
    layer = str(tmp_path / "out.gpkg")
    with pytest.raises(QgsProcessingException, match="is not a local file path"):
        ratio(OUTPUT=layer, REPORT="/vsimem/report.html")
    with pytest.raises(QgsProcessingException, match="File name too long"):
        ratio(OUTPUT=layer, REPORT=str(tmp_path / f"{'a' * 300}.html"))
    assert not list(tmp_path.iterdir())


def test_a_file_as_folder_of_map_sheets_is_refused(run, tmp_path):
    (tmp_path / "there").write_text("x")
    with pytest.raises(QgsProcessingException, match="is a file; give the name of a folder"):
        run("mapsheets", ZONES=squares({"ratio": [1.0, 2]}), COLUMNS="ratio", OUTPUT=str(tmp_path / "there"))


def test_a_layer_output_onto_an_existing_raster_is_refused(ratio, tmp_path):
    (tmp_path / "land_cover.tif").write_bytes(b"cells")
    with pytest.raises(QgsProcessingException, match=r"\(OUTPUT\): .*land_cover.tif is not a supported file name"):
        ratio(OUTPUT=str(tmp_path / "land_cover.tif"))
    with pytest.raises(
        QgsProcessingException, match=r"\(REPORT\): .*land_cover.tif already exists and is not a html file"
    ):
        ratio(REPORT=str(tmp_path / "land_cover.tif"))
    with pytest.raises(QgsProcessingException, match=r"\(REPORT\): .*new.TIF has the extension of a layer, but a html"):
        ratio(REPORT=str(tmp_path / "new.TIF"))
    assert (tmp_path / "land_cover.tif").read_bytes() == b"cells"
    (tmp_path / "report.html").write_text("of the run before", encoding="utf-8")
    ratio(REPORT=str(tmp_path / "report.html"))
    assert "of the run before" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_outlines_without_a_valid_location_are_refused(run, tmp_path):
    import numpy as np
    from qgis.core import QgsGeometry

    zones = squares({"name": ["here", "lost"]})
    far = QgsGeometry.fromWkt("POLYGON((0 0, 1e300 0, 1e300 1e300, 0 0))")
    assert zones.dataProvider().changeGeometryValues({2: far})
    cover = write_raster(tmp_path / "c.tif", np.ones((4, 4), np.uint8))
    with pytest.raises(
        QgsProcessingException,
        match=r"row 2 \(lost\): the geometry has a coordinate of 1e\+300, outside any valid location",
    ):
        run("zonalcarbonsupply", ZONES=zones, LAND_COVER=cover, PRESET="henan", OUTPUT="memory:")


def test_complex_weights_are_refused(run, tmp_path):
    import numpy as np

    weights = write_raster(tmp_path / "w.tif", np.full((10, 20), 2 + 1j, np.complex64), origin=(500000.0, 2001000.0))
    with pytest.raises(QgsProcessingException, match="contains complex numbers"):
        run(
            "emissiondemandraster", ZONES=squares({"e": [1.0, 2]}), EMISSION="e", WEIGHTS=weights,
            OUTPUT=str(tmp_path / "o.tif"),
        )  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["w.tif"]


def test_the_log_lists_parameters_as_understood(ratio):
    notes = ratio(INDEX="budget", INDEKS="ESDR")["notes"]
    assert notes.logged[0].startswith("Parameters as interpreted: DEMAND = demand, INDEX = budget")
    assert (
        notes.warned[0]
        == "carbonbalance:supplydemandratio has no parameter called INDEKS (did you mean INDEX?): it is ignored."
    )


def test_two_zones_that_differ_in_one_cell_are_summed_correctly():
    """Two zones over the same cells except the last: the first to be summed is not the last to end."""
    import numpy as np
    from carbon_balance.core.raster.blocks import Block
    from carbon_balance.core.raster.grid import Grid
    from carbon_balance.core.raster.outlines import edges_on_grid
    from carbon_balance.core.raster.zone_cells import zone_cells
    from rasters import box, wkt

    grid = Grid(4, 3, (500000.0, 100.0, 0.0, 2000000.0, 0.0, -100.0), wkt(32648))
    edges = edges_on_grid([box(0, 0, 4, 3), box(2, 1, 4, 3), box(0, 0, 4, 3)], grid)
    cells = zone_cells(edges, Block(0, 0, 4, 3))
    values = np.arange(12.0).reshape(3, 4)
    assert cells.sum(values.__getitem__, np.ones(3)).tolist() == [66.0, 34.0, 66.0]


@pytest.mark.parametrize("size", [0.0, math.nan])
def test_cells_of_size_zero_are_refused(run, tmp_path, size):
    import numpy as np

    cover = write_raster(tmp_path / "c.tif", np.ones((4, 4), np.uint8), cell=size)
    with pytest.raises(QgsProcessingException, match="its cells have no size; its georeferencing is invalid"):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan")


def test_a_map_without_a_valid_location_is_refused(run, tmp_path):
    zones = squares({"ratio": [1.0, 2]})
    zones.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    with pytest.raises(QgsProcessingException, match="EPSG:4326 has no valid positions on Earth"):
        run("mapsheets", ZONES=zones, COLUMNS="ratio", OUTPUT=str(tmp_path / "sheets"))


def test_cancelled_map_sheets_leave_no_file(provider, tmp_path):
    from judge import Recorder
    from qgis.core import QgsApplication, QgsProcessingContext

    algorithm = QgsApplication.processingRegistry().algorithmById("carbonbalance:mapsheets").create()
    given = {"ZONES": squares({"ratio": [1.0, 2], "eec": [1.0, 2]}), "KEEP": False, "OUTPUT": str(tmp_path)}
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        algorithm.processAlgorithm(given, QgsProcessingContext(), Recorder(cancel_after=1))
    assert not list(tmp_path.iterdir())


def test_a_model_does_not_overwrite_its_input(provider, tmp_path):
    """A single step does not know all inputs of the model."""
    import processing

    path = tmp_path / "zones.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    given = {"ZONES": str(path), "EMISSION": "e", "SINK": "s", "zoning:Zones": str(path)}
    with pytest.raises(QgsProcessingException, match="is an input of this run and would be overwritten"):
        processing.run("carbonbalance:coefficientbalance", given)
    assert path.read_text(encoding="utf-8").startswith('{"type"')


def test_a_map_sheet_of_a_missing_column_is_refused(run, tmp_path):
    with pytest.raises(QgsProcessingException, match="has no column nothing"):
        run("mapsheets", ZONES=squares({"ratio": [1.0, 2]}), COLUMNS="nothing", OUTPUT=str(tmp_path / "sheets"))


def test_output_paths_are_checked_before_a_raster_is_written(run, tmp_path):
    import numpy as np

    cover = write_raster(tmp_path / "c.tif", np.ones((4, 4), np.uint8))
    with pytest.raises(QgsProcessingException, match="the folder .* is not writable"):
        run(
            "landusesuitability", LAND_COVER=cover, DRIVERS=[cover], OUTPUT=str(tmp_path / "o.tif"),
            REPORT=str(tmp_path / "no" / "such" / "r.html"),
        )  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["c.tif"]
