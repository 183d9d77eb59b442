"""Input files, and layers and styles of others, are unchanged after a run."""

from __future__ import annotations

import os
import zipfile

import numpy as np
import pytest
from kept import READ, breaks, names, saved
from layers import squares
from osgeo import gdal
from qgis.core import (
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)
from rasters import write_raster


@pytest.fixture
def placed():
    """Put layers into the project for the time of a test.

    QGIS never lets go of what a refused run was given, and a file that is open when it quits crashes it.
    """
    project = QgsProject.instance()
    yield lambda made: project.addMapLayer(made)
    project.removeAllMapLayers()


@pytest.fixture
def statistics(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,pop\n1,10\n2,20\n", encoding="utf-8")
    return path


def join(run, zones, table, **more):
    keys = {"ZONE_KEY": "code", "TABLE_KEY": "code", "FIELDS": "pop", "UNITS": "persons"}
    return run("joinstatistics", ZONES=zones, TABLE=table, **keys, **more)


@pytest.mark.parametrize("as_text", [False, True])
def test_the_file_of_a_delimited_text_layer_is_unchanged(run, zones, statistics, untouched, placed, as_text):
    uri = f"file://{statistics}?delimiter=,&detectTypes=yes"
    table = f"delimitedtext://{uri}" if as_text else placed(QgsVectorLayer(uri, "t", "delimitedtext"))
    with untouched, pytest.raises(QgsProcessingException, match=READ):
        join(run, zones, table, OUTPUT="memory:", UNMATCHED=str(statistics))


def test_a_raster_referenced_by_virtual_rasters_is_unchanged(run, tmp_path, untouched, placed):
    cover = write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8))
    gdal.BuildVRT(str(tmp_path / "c.vrt"), [cover]).FlushCache()
    gdal.BuildVRT(str(tmp_path / "outer.vrt"), [str(tmp_path / "c.vrt")]).FlushCache()
    xml = (tmp_path / "c.vrt").read_text(encoding="utf-8")
    xml = xml.replace('relativeToVRT="1">c.tif', f'relativeToVRT="0">{cover}')
    virtual = [placed(QgsRasterLayer(each, "c")) for each in (f"vrt://{cover}?bands=1", xml)]
    for source in (str(tmp_path / "c.vrt"), str(tmp_path / "outer.vrt"), *virtual):
        with untouched, pytest.raises(QgsProcessingException, match=READ):
            run("carbonstorage", LAND_COVER=source, PRESET="henan", OUTPUT=cover)


def test_an_archive_with_an_input_raster_is_unchanged(run, tmp_path, untouched, placed):
    cover = write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8))
    archive = tmp_path / "c.csv"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(cover, "c.tif")
    with untouched, pytest.raises(QgsProcessingException, match=READ):
        inside = placed(QgsRasterLayer(f"/vsizip/{{{archive}}}/c.tif", "c"))
        run(
            "zonalcarbonsupply", LAND_COVER=inside, ZONES=squares({"x": [1.0]}),
            PRESET="henan", OUTPUT="memory:", CLASSES=str(archive),
        )  # fmt: skip


def test_a_layer_referenced_by_virtual_layers_is_unchanged(run, tmp_path, zones, untouched, placed):
    shape = saved(zones, tmp_path / "z.shp")
    inner = '<OGRVRTDataSource><OGRVRTLayer name="{0}"><SrcDataSource relativeToVRT="1">{1}</SrcDataSource>'
    for name, source in {"z": "z.shp", "outer": "z.vrt"}.items():
        text = f"{inner.format('z', source)}<SrcLayer>z</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
        (tmp_path / f"{name}.vrt").write_text(text, encoding="utf-8")
    query = placed(QgsVectorLayer(f"?layer=ogr:{shape}:inside:UTF-8&query=select * from inside", "q", "virtual"))
    assert query.isValid()
    joined = placed(squares({"code": ["1", "2"], "supply": [1.0, 2.0], "demand": [2.0, 1.0]}))
    disk = placed(QgsVectorLayer(shape, "disk", "ogr"))
    info = QgsVectorLayerJoinInfo()
    info.setJoinLayer(disk)
    info.setJoinFieldName("code")
    info.setTargetFieldName("code")
    assert joined.addJoin(info)
    by_name = placed(QgsVectorLayer("?query=select * from disk", "n", "virtual"))
    virtual = [placed(QgsVectorLayer(str(tmp_path / each), each, "ogr")) for each in ("z.vrt", "outer.vrt")]
    sources = [*virtual, query, joined, by_name, QgsProcessingFeatureSourceDefinition(shape, False)]
    for source in sources:
        for output in ("z.dbf", "z.shp"):
            with untouched, pytest.raises(QgsProcessingException, match=READ):
                run("supplydemandratio", ZONES=source, SUPPLY="supply", DEMAND="demand", OUTPUT=str(tmp_path / output))


def dbf(path):
    """A dBASE table."""
    csv = path.with_name("in.csv")
    csv.write_text("code,pop\n1,10\n2,20\n", encoding="utf-8")
    gdal.VectorTranslate(str(path), str(csv), format="ESRI Shapefile")
    csv.unlink()
    return str(path)


def test_an_input_table_with_the_stem_of_the_output_is_kept(run, tmp_path, zones, untouched):
    table = dbf(tmp_path / "stats.dbf")
    told = r"stats.dbf, which is written together with stats.shp, is an input of this run"
    with untouched, pytest.raises(QgsProcessingException, match=told):
        join(run, zones, table, OUTPUT=str(tmp_path / "stats.shp"))


def test_tables_of_other_shapefiles_are_kept(run, tmp_path, zones, untouched):
    dbf(tmp_path / "others.dbf")
    ratio = {"ZONES": zones, "SUPPLY": "supply", "DEMAND": "demand"}
    with untouched, pytest.raises(QgsProcessingException, match="others.dbf already exists and would be lost"):
        run("supplydemandratio", **ratio, OUTPUT=str(tmp_path / "others.shp"))
    saved(zones, tmp_path / "mine.shp")
    with untouched, pytest.raises(QgsProcessingException, match="mine.shp already exists and would be lost"):
        run("supplydemandratio", **ratio, OUTPUT=str(tmp_path / "mine.dbf"))


@pytest.mark.parametrize("name", ["c.tif.vat.dbf", "c.tif.VAT.DBF", "c.tif.vat.shp"])
@pytest.mark.parametrize("is_there", [True, False])
def test_the_attribute_table_of_a_raster_is_neither_replaced_nor_made_up(run, tmp_path, untouched, name, is_there):
    cover = write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8))
    if is_there:
        dbf(tmp_path / name.replace("shp", "dbf"))
    given = {"LAND_COVER": cover, "PRESET": "henan", "SCHEME": "six_classes"}
    # GDAL 3.12 counts it among the files of the raster.
    told = "is the name of the attribute table of the raster c.t|is an input of this run and would be overwritten"
    with untouched, pytest.raises(QgsProcessingException, match=told):
        run("carbonstorage", **given, CLASSES=str(tmp_path / name))
    run("carbonstorage", **given, CLASSES=str(tmp_path / "other.tif.vat.dbf"))


@pytest.mark.parametrize("suffix", ["qml", "QML", "qmd", "tfw", "prj", "clr"])
def test_a_report_is_not_written_as_the_style_or_the_place_of_a_layer(run, tmp_path, untouched, suffix):
    cover = write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8))
    given = {"LAND_COVER": cover, "PRESET": "henan", "SCHEME": "six_classes"}
    told = "has the extension of a file that is read together with a layer"
    with untouched, pytest.raises(QgsProcessingException, match=told):
        run("carbonstorage", **given, REPORT=str(tmp_path / f"c.{suffix}"))


def test_a_hard_link_to_an_input_and_circular_links_are_refused(run, tmp_path, untouched):
    cover = write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8))
    os.link(cover, tmp_path / "same.tif")
    with untouched, pytest.raises(QgsProcessingException, match=READ):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "same.tif"))
    (tmp_path / "one.tif").symlink_to(tmp_path / "two.tif")
    (tmp_path / "two.tif").symlink_to(tmp_path / "one.tif")
    with pytest.raises(QgsProcessingException, match=r"one.tif is not a valid file name \(Too many levels of symbolic"):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "one.tif"))
    with pytest.raises(QgsProcessingException, match="one.tif"):
        run("carbonstorage", LAND_COVER=str(tmp_path / "one.tif"), PRESET="henan", OUTPUT=str(tmp_path / "o.tif"))


def test_a_layer_refused_during_writing_leaves_the_file_unchanged(run, tmp_path):
    path = tmp_path / "in.geojson"
    squares_text = squares({"name": ["a", "b"]})
    features = [feature.geometry().asJson() for feature in squares_text.getFeatures()]
    features.append(QgsGeometry.fromWkt("POINT(500000 2000000)").asJson())
    path.write_text(
        '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:32648"}},"features":['
        + ",".join(
            f'{{"type":"Feature","properties":{{"name":"{name}","supply":{at},"demand":1}},"geometry":{shape}}}'
            for at, (name, shape) in enumerate(zip("abc", features), 1)
        )
        + "]}",
        encoding="utf-8",
    )
    gdal.VectorTranslate(str(tmp_path / "mixed.gpkg"), str(path), geometryType="GEOMETRY", layerName="mixed")
    before = sorted(each.name for each in tmp_path.iterdir())
    given = {"ZONES": str(tmp_path / "mixed.gpkg"), "SUPPLY": "supply", "DEMAND": "demand"}
    with pytest.raises(QgsProcessingException, match=r"\(OUTPUT\): row 3 \(c\) cannot be written to .*o.shp \(.*POINT"):
        run("supplydemandratio", **given, OUTPUT=str(tmp_path / "o.shp"), REPORT=str(tmp_path / "o.html"))
    assert sorted(each.name for each in tmp_path.iterdir()) == before
    run("supplydemandratio", **given, OUTPUT=str(tmp_path / "o.gpkg"))
    assert names(tmp_path / "o.gpkg") == ["o"]


def test_a_layer_is_loaded_from_its_final_path(run, tmp_path, zones):
    """QGIS gets the final name, never the temporary one."""
    definition = QgsProcessingOutputLayerDefinition(str(tmp_path / "o.shp"), QgsProject.instance())
    done = run("supplydemandratio", ZONES=zones, SUPPLY="supply", DEMAND="demand", OUTPUT=definition)
    loading = done["context"].layersToLoadOnCompletion()
    assert list(loading) == [str(tmp_path / "o.shp")]
    assert loading[str(tmp_path / "o.shp")].postProcessor() is not None


@pytest.mark.parametrize("name", ["t.dbf", "t.shp"])
def test_a_dbase_table_is_written_as_a_dbf_file(run, tmp_path, zones, name):
    done = breaks(run, zones, "memory:", str(tmp_path / name))
    assert done["LIMITS"] == str(tmp_path / "t.dbf")
    assert "t.dbf" in [each.name for each in tmp_path.iterdir()]
    assert QgsVectorLayer(done["LIMITS"], "t", "ogr").featureCount() == 2


def test_a_user_style_of_a_layer_is_kept(run, tmp_path, zones):
    ratio = {"ZONES": zones, "SUPPLY": "supply", "DEMAND": "demand"}
    done = run("supplydemandratio", **ratio, OUTPUT=str(tmp_path / "mine.gpkg"))
    style = tmp_path / "mine.qml"
    ours = style.read_text(encoding="utf-8")
    assert QgsVectorLayer(str(tmp_path / "mine.gpkg"), "x", "ogr").renderer().type() != "singleSymbol"
    style.write_text("<qgis/>", encoding="utf-8")
    done = run("supplydemandratio", **ratio, OUTPUT=str(tmp_path / "mine.gpkg"))
    assert style.read_text(encoding="utf-8") == "<qgis/>"
    assert any("mine.qml was not written by this plugin and is kept" in told for told in done["notes"].warned)
    style.write_text(ours, encoding="utf-8")
    done = run("supplydemandratio", **ratio, INDEX="budget", OUTPUT=str(tmp_path / "mine.geojson"))
    assert style.read_text(encoding="utf-8") not in ("<qgis/>", ours)
    assert not [told for told in done["notes"].warned if "qml" in told]


def test_a_user_style_of_a_raster_is_kept(run, tmp_path):
    cover = write_raster(tmp_path / "c.tif", np.full((4, 4), 2, np.uint8))
    (tmp_path / "lc.qml").write_bytes(b"<qgis><rasterrenderer/>\xff</qgis>")
    done = run("carbonstorage", LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "lc.tif"))
    assert (tmp_path / "lc.qml").read_bytes() == b"<qgis><rasterrenderer/>\xff</qgis>"
    assert any("lc.qml was not written by this plugin" in told for told in done["notes"].warned)


@pytest.mark.parametrize("content", ['{"type": "FeatureCollection", "features": []}', '{"a": 1}', "notes", "[]"])
def test_an_unrelated_json_file_is_kept(run, tmp_path, content):
    rng = np.random.default_rng(1)
    cells = rng.integers(1, 4, (20, 20)).astype(np.uint8)
    first, later = (write_raster(tmp_path / f"{at}.tif", np.roll(cells, at)) for at in range(2))
    driver = write_raster(tmp_path / "d.tif", rng.random((20, 20)).astype(np.float32))
    mine, new = tmp_path / "mine.json", tmp_path / "new.json"
    mine.write_text(content, encoding="utf-8")
    small = {"DRIVERS": [driver], "SAMPLES": 100, "NETWORKS": 1}
    settings = {"LAND_COVER": later, "EARLIER": first, **small, "FOLDS": 2, "SEEDS": 1, "TRY_CLASS_DRIVERS": False}
    learned = {"LAND_COVER": later, **small, "ITERATIONS": 5, "OUTPUT": str(tmp_path / "s.tif")}
    for algorithm, given, name in (
        ("landusecalibration", settings, "SETTINGS"),
        ("landusesuitability", learned, "SAVED_NETWORK"),
    ):
        with pytest.raises(QgsProcessingException, match="mine.json already exists, was not written by this plugin"):
            run(algorithm, **given, **{name: str(mine)})
    assert mine.read_text(encoding="utf-8") == content
    run("landusesuitability", **learned, SAVED_NETWORK=str(new))
    run("landusesuitability", **learned, SAVED_NETWORK=str(new))  # our own is replaced


def test_an_unrelated_zip_file_is_kept(run, tmp_path, zones):
    mine = tmp_path / "mine.zip"
    with zipfile.ZipFile(mine, "w") as packed:
        packed.writestr("thesis.txt", "all of it")
    before = mine.read_bytes()
    with pytest.raises(QgsProcessingException, match="mine.zip already exists, was not written by this plugin"):
        run("carbonbalancereport", ZONES=zones, OUTPUT=str(tmp_path / "r.html"), BUNDLE=str(mine))
    assert mine.read_bytes() == before
