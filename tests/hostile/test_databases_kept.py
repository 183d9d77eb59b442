"""Layers, tables and rasters of a database are unchanged when a layer is added to it."""

from __future__ import annotations

import contextlib
import sqlite3

import numpy as np
import pytest
from kept import READ, breaks, names, saved
from layers import column
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsVectorLayer
from rasters import write_raster


def test_two_outputs_in_one_database_need_different_layers(run, tmp_path, zones):
    path = tmp_path / "a.gpkg"
    table = "ogr:dbname='{}' table=\"{}\" (geom)".format
    for output, limits in (
        (table(path, "x"), table(path, "X")),
        (table(path, "x"), str(path)),
        (str(path), table(path, "x")),
    ):
        with pytest.raises(QgsProcessingException, match="would both be written to"):
            breaks(run, zones, output, limits)
        assert not list(tmp_path.iterdir())
    breaks(run, zones, table(path, "x"), table(path, "y"))
    assert names(path) == ["x", "y"]
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".qml"] == ["a.gpkg"]


def test_other_layers_of_a_database_are_kept(run, tmp_path, zones, untouched):
    path = saved(zones, tmp_path / "a.gpkg", "one")
    saved(zones, path, "two", add=True)
    ratio = {"ZONES": f"{path}|layername=one", "SUPPLY": "supply", "DEMAND": "demand"}
    other = {**ratio, "ZONES": zones}
    with untouched, pytest.raises(QgsProcessingException, match=r"other layers, which would be lost \(one, two\)"):
        run("supplydemandratio", **other, OUTPUT=path)
    with untouched, pytest.raises(QgsProcessingException, match="to add a layer to .*a.gpkg, give ogr:dbname="):
        run("supplydemandratio", **other, OUTPUT=f"{path}|layername=three")
    with untouched, pytest.raises(QgsProcessingException, match=READ):
        run("supplydemandratio", **ratio, OUTPUT=f"ogr:dbname='{path}' table=\"One\" (geom)")
    done = run("supplydemandratio", **ratio, OUTPUT=f"ogr:dbname='{path}' table=\"three\" (geom)")
    assert names(path) == ["one", "three", "two"]
    assert column(QgsVectorLayer(f"{path}|layername=three", "x", "ogr"), "ratio")[0] == pytest.approx(2, rel=1e-2)
    assert "three" in str(done["OUTPUT"])
    alone = saved(zones, tmp_path / "b.gpkg")
    run("supplydemandratio", **other, OUTPUT=alone)  # of a run before, under its own name
    assert names(alone) == ["b"]
    assert not list(tmp_path.glob(".*"))


def held(path):
    """The rows of every table of a database but those that list its tables, and the cells of its raster."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    listing = ("gpkg_", "sqlite_")
    kept = {name: each for name, each in rows.items() if not name.startswith(listing)}
    lists = {name: set(each) for name, each in rows.items() if name.startswith(listing)}
    return kept, lists, gdal.Open(str(path)).ReadAsArray().tolist()


TABLE = "ogr:dbname='{}' table=\"{}\" (geom)".format


@pytest.fixture
def database(tmp_path, zones):
    """Two layers and a raster."""
    path = saved(zones, tmp_path / "in.gpkg", "one")
    saved(zones, path, "two", add=True)
    cover = write_raster(tmp_path / "c.tif", np.full((10, 20), 2, np.uint8), origin=(500000.0, 2001000.0))
    gdal.Translate(path, cover, format="GPKG", creationOptions=["APPEND_SUBDATASET=YES", "RASTER_TABLE=cover"])
    return path


@pytest.mark.parametrize("new", ["zz", "a", "新"])
def test_a_layer_is_added_to_the_database_of_the_inputs_without_changing_the_others(run, database, new):
    """Zones and land cover are in one file, which still opens with the same layer if none is named."""
    rows, lists, cells = held(database)
    given = {"ZONES": f"{database}|layername=one", "LAND_COVER": database, "PRESET": "henan", "SCHEME": "six_classes"}
    run("zonalcarbonsupply", **given, OUTPUT=TABLE(database, new))
    rows_after, lists_after, cells_after = held(database)
    assert {name: rows_after[name] for name in rows} == rows
    assert all(lists_after[name] >= each for name, each in lists.items() if name != "sqlite_sequence")
    assert cells_after == cells
    assert set(names(database)) == {"one", "two", new}
    assert "carbon_t" not in QgsVectorLayer(database, "x", "ogr").fields().names()
    assert len(column(QgsVectorLayer(f"{database}|layername={new}", "x", "ogr"), "carbon_t")) == 2


def test_an_input_without_the_name_of_its_layer_is_to_be_given_with_it(run, database, untouched):
    """QGIS 3.22 would say: Loading of layer failed."""
    ratio = {"SUPPLY": "supply", "DEMAND": "demand", "OUTPUT": TABLE(database, "new")}
    told = r"cannot add the layer new to .*in.gpkg while it reads .* give the input as .*in.gpkg\|layername=one, or"
    with untouched, pytest.raises(QgsProcessingException, match=told):
        run("supplydemandratio", **ratio, ZONES=database)
    run("supplydemandratio", **ratio, ZONES=f"{database}|layername=one")
    assert names(database) == ["new", "one", "two"]


@pytest.mark.parametrize("taken", ["one", "ONE", "two", "cover", "gpkg_contents", "rtree_one_geom"])
def test_whatever_is_in_the_database_of_an_input_is_not_replaced(run, database, untouched, taken):
    ratio = {"ZONES": database, "SUPPLY": "supply", "DEMAND": "demand"}
    with untouched, pytest.raises(QgsProcessingException, match=READ):
        run("supplydemandratio", **ratio, OUTPUT=TABLE(database, taken))


def test_a_layer_in_a_database_has_no_style_file(run, tmp_path, zones):
    """A style file would apply to every layer in the database."""
    path = saved(zones, tmp_path / "a.gpkg", "one")
    ratio = {"ZONES": zones, "SUPPLY": "supply", "DEMAND": "demand"}
    run("supplydemandratio", **ratio, OUTPUT=f"ogr:dbname='{path}' table=\"two\" (geom)")
    assert [each.name for each in tmp_path.iterdir()] == ["a.gpkg"]
