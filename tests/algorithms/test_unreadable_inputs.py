"""Inputs that exist but cannot be opened, and sheets given by number."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from layers import column, squares
from osgeo import ogr
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingUtils
from rasters import write_raster


@pytest.fixture
def refusal(provider):
    def refuse(algorithm, **parameters):
        made = QgsApplication.processingRegistry().createAlgorithmById(f"carbonbalance:{algorithm}")
        valid, message = made.checkParameterValues(parameters, QgsProcessingContext())
        assert not valid
        return message

    return refuse


def test_files_that_cannot_be_opened_are_not_called_missing(refusal, tmp_path):
    text, folder = tmp_path / "text.tif", {"PRESET": "henan", "OUTPUT": str(tmp_path / "o.gpkg")}
    text.write_text("no raster")
    assert refusal("carbonstorage", LAND_COVER=str(text), PRESET="henan") == (
        f"Land cover (LAND_COVER): {text} exists, but cannot be read as a raster: check its format and whether it is "
        "complete."
    )
    cover = write_raster(tmp_path / "cover.tif", np.ones((2, 2), np.uint8))
    zones = tmp_path / "zones.gpkg"
    zones.write_bytes(b"")
    found = refusal("zonalcarbonsupply", ZONES=str(zones), LAND_COVER=cover, **folder)
    assert f"{zones} exists, but cannot be read as a layer or table" in found
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(cover, "cover.tif")
    inside = f"/vsizip/{tmp_path / 'a.zip'}/cover.tif"
    if QgsProcessingUtils.mapLayerFromString(inside, QgsProcessingContext()) is None:  # Newer QGIS reads archives.
        assert "within its archive: extract it" in refusal("carbonstorage", LAND_COVER=inside, PRESET="henan")
    assert "not found" in refusal("carbonstorage", LAND_COVER=str(tmp_path / "none.tif"), PRESET="henan")


def test_a_sheet_given_by_its_number_is_read(run, tmp_path):
    """The first sheet was read instead."""
    book = ogr.GetDriverByName("XLSX").CreateDataSource(str(tmp_path / "b.xlsx"))
    for name, persons in (("2019", 1), ("2020", 3)):
        sheet = book.CreateLayer(name)
        for field, kind in (("code", ogr.OFTString), ("pop", ogr.OFTReal)):
            sheet.CreateField(ogr.FieldDefn(field, kind))
        row = ogr.Feature(sheet.GetLayerDefn())
        row.SetField("code", "A")
        row.SetField("pop", persons)
        sheet.CreateFeature(row)
    del book, sheet, row
    given = {"ZONES": squares({"k": ["A"]}), "ZONE_KEY": "k", "TABLE_KEY": "code", "FIELDS": "pop", "OUTPUT": "memory:"}
    for source, persons in (("", 1), ("|layerid=0", 1), ("|layerid=1", 3), ("|layername=2020", 3)):
        joined = run("joinstatistics", TABLE=f"{tmp_path / 'b.xlsx'}{source}", UNITS="persons", **given)["OUTPUT"]
        assert column(joined, "pop_persons") == [persons]


def test_files_of_the_other_kind_are_told_as_such(refusal, tmp_path):
    """Polygons of reserves given as restricted areas were told to be incomplete."""
    cover = write_raster(tmp_path / "cover.tif", np.ones((2, 2), np.uint8))
    shape, table = tmp_path / "reserves.geojson", tmp_path / "t.csv"
    shape.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
                     '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}')  # fmt: skip
    table.write_text("a,b\n1,2\n")
    given = {"LAND_COVER": cover, "SUITABILITY": cover, "OUTPUT": str(tmp_path / "o.tif")}
    said = (
        f"Restricted areas (RESTRICTED): {shape} is a vector layer, but a raster is needed: make one with the tool Ras"
    )
    assert refusal("landusesimulation", RESTRICTED=str(shape), **given).startswith(said)
    assert f"{table} is a table, but a raster is needed" in refusal("landusesimulation", RESTRICTED=str(table), **given)
    found = refusal("zonalcarbonsupply", ZONES=cover, LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "o.gpkg"))
    assert f"{cover} is a raster, but a vector layer or table is needed" in found


def test_absent_files_in_lists_of_layers_are_named(refusal, tmp_path):
    """QGIS says that the value is incorrect."""
    cover = write_raster(tmp_path / "cover.tif", np.ones((2, 2), np.uint8))
    given = {"LAND_COVER": cover, "DRIVERS": [cover, str(tmp_path / "none.tif")], "OUTPUT": str(tmp_path / "o.tif")}
    assert refusal("landusesuitability", **given) == f"Drivers (DRIVERS): no such file: {tmp_path / 'none.tif'}."
