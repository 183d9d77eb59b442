"""Shapefiles in encodings of Chinese programs, with a correct, a wrong or no statement of the encoding."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.tables.files.dbf_encoding import better_encoding, misread
from layers import column
from osgeo import gdal
from qgis.core import QgsProcessingFeatureSourceDefinition, QgsVectorLayer
from rasters import write_raster

NAMES = ["五华区", "盘龙区", "官渡区"]


def shapefile(folder, encoding, cpg=None, language=0, names=NAMES, field="name", width=40):
    """Squares of 1 km; ``language`` is the byte of the dBASE header that may state the encoding."""
    features = []
    for row, name in enumerate(names):
        west = 500000 + 1000 * row
        ring = [[west, 2000000], [west + 1000, 2000000], [west + 1000, 1999000], [west, 1999000], [west, 2000000]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {field: name, "s": 1.0 + row, "d": 2.0}, "geometry": shape})
    crs = {"type": "name", "properties": {"name": "EPSG:32648"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False)
    (folder / "in.geojson").write_text(text, encoding="utf-8")
    path = folder / "zones.shp"
    sql = f'SELECT CAST("{field}" AS CHARACTER({width})) AS "{field}", s, d FROM "in"'
    gdal.VectorTranslate(
        str(path), str(folder / "in.geojson"), SQLStatement=sql, SQLDialect="OGRSQL", geometryType="POLYGON",
        layerCreationOptions=["ENCODING=UTF-8"],
    )  # fmt: skip
    (folder / "in.geojson").unlink()
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    for text, room in [(field, 10), *((name, width) for name in names)]:
        there = text.encode("utf-8")
        assert there in content
        # GDAL does not write every encoding: the bytes are put in place of those in UTF-8.
        filler = b"\0" if room == 10 else b" "
        content = content.replace(there.ljust(room, filler), text.encode(encoding).ljust(room, filler))
    table.write_bytes(content[:29] + bytes([language]) + content[30:])
    return str(path)


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "found"),
    [
        ("GBK", None, 0, "GB18030"),
        ("GBK", None, 0x57, "GB18030"),
        ("GBK", "UTF-8", 0, "GB18030"),
        ("GBK", "ISO-8859-1", 0, "GB18030"),
        ("GBK", "no such", 0, "GB18030"),
        ("UTF-8", "GBK", 0, "UTF-8"),
        ("UTF-8", None, 0x57, "UTF-8"),
        ("GBK", "GBK", 0, None),
        ("GBK", None, 0x4D, None),
        ("UTF-8", None, 0, None),
        ("UTF-8", "UTF-8", 0, None),
    ],
)
def test_names_are_read_correctly_and_the_encoding_setting_is_named(run, tmp_path, encoding, cpg, language, found):
    zones = shapefile(tmp_path, encoding, cpg, language)
    done = run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", OUTPUT="memory:")
    assert column(done["OUTPUT"], "name") == NAMES
    told = [each for each in done["notes"].warned if "zones.cpg" in each]
    assert len(told) == (found is not None)
    assert not told or f"are in {found}, not in" in told[0]


def test_names_are_correct_in_every_output_and_for_a_selection(run, tmp_path):
    zones = shapefile(tmp_path, "GBK", field="名称")
    cover = write_raster(tmp_path / "c.tif", np.full((10, 30), 2, np.uint8))
    done = run(
        "zonalcarbonsupply", ZONES=zones, LAND_COVER=cover, PRESET="henan", NAME_FIELD="名称",
        OUTPUT=str(tmp_path / "o.csv"), CLASSES=str(tmp_path / "c.csv"), REPORT=str(tmp_path / "r.html"),
    )  # fmt: skip
    assert not [each for each in done["notes"].warned if "could not be read" in each]
    for name in ("o.csv", "c.csv", "r.html"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "盘龙区" in text
        assert "\ufffd" not in text


def test_only_selected_features_are_used(provider, tmp_path):
    import processing
    from qgis.core import QgsProject

    shown = QgsVectorLayer(shapefile(tmp_path, "GBK"), "zones", "ogr")
    QgsProject.instance().addMapLayer(shown)
    try:
        shown.selectByIds([1, 2])
        zones = QgsProcessingFeatureSourceDefinition(shown.id(), True)
        given = {"ZONES": zones, "SUPPLY": "s", "DEMAND": "d", "OUTPUT": "memory:"}
        done = processing.run("carbonbalance:supplydemandratio", given)
        assert column(done["OUTPUT"], "name") == NAMES[1:]
        assert shown.dataProvider().encoding() == "UTF-8"  # the user's own layer is as it was
    finally:
        QgsProject.instance().removeAllMapLayers()


def test_lost_letters_give_a_warning(run, tmp_path):
    zones = shapefile(tmp_path, "ISO-8859-1", names=["Köln", "Überlingen", "Wien"])
    done = run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", OUTPUT="memory:")
    (told,) = [each for each in done["notes"].warned if "name contain characters that could not be read" in each]
    assert "ZONES_ENCODING" in told
    done = run(
        "supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", ZONES_ENCODING="Windows-1252", OUTPUT="memory:"
    )
    assert column(done["OUTPUT"], "name") == ["Köln", "Überlingen", "Wien"]
    assert not of_encoding(done)


def of_encoding(done):
    """The warnings about encodings."""
    words = ("encoding", "garbled", "are read so")
    return [each for each in done["notes"].warned if any(word in each for word in words)]


def every_way(folder, zones):
    """Algorithms for each way of taking layers: zones, other places, several layers."""
    yield "supplydemandratio", {"ZONES": zones, "SUPPLY": "s", "DEMAND": "d"}
    yield "joinstatistics", {
        "ZONES": zones, "ZONE_KEY": "name", "TABLE": table_of(folder), "TABLE_KEY": "name", "MATCH": "name",
        "FIELDS": ["people"], "UNITS": "persons",
    }  # fmt: skip
    yield "carbonbalanceseries", {"LAYERS": [zones, zones], "DATES": "2010;2020", "KEY": "name", "SUPPLY": "s"}
    yield (
        "naturalbreakszoning",
        {
            "ZONES": zones,
            "FIELD": "s",
            "METHOD": "fixed_limits",
            "FIXED_LIMITS": "2",
            "MERGE": "",
            "PRESET": "numbered",
        },
    )


def table_of(folder):
    path = folder / "people.csv"
    path.write_text("name,people\n" + "".join(f"{name},{row}\n" for row, name in enumerate(NAMES, 1)), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("which", range(4))
def test_the_encoding_of_zones_can_be_set_in_every_algorithm_that_takes_them(run, tmp_path, which):
    zones = shapefile(tmp_path, "Big5", names=["臺北縣", "宜蘭縣", "桃園縣"])
    big = ["臺北縣", "宜蘭縣", "桃園縣"]
    name, given = list(every_way(tmp_path, zones))[which]
    if name == "joinstatistics":
        Path(given["TABLE"]).write_text("name,people\n" + "".join(f"{each},1\n" for each in big), encoding="utf-8")
    done = run(f"{name}", **given, ZONES_ENCODING="Big5", OUTPUT=str(tmp_path / "o.csv"))
    text = (tmp_path / "o.csv").read_text(encoding="utf-8")
    assert all(each in text for each in big)
    assert any("zones.shp are read as Big5" in each for each in done["notes"].logged)
    assert not of_encoding(done)


def test_a_wrong_encoding_for_zones_is_refused(run, tmp_path):
    zones = shapefile(tmp_path, "GBK")
    with pytest.raises(Exception, match="texts of zones.shp are not in UTF-8"):
        run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", ZONES_ENCODING="UTF-8", OUTPUT="memory:")


@pytest.mark.parametrize("charset", ["Neutral", "WindowsLatin1", "WindowsSimpChinese"])
@pytest.mark.parametrize("suffix", ["mif", "tab"])
def test_names_of_mapinfo_files(run, tmp_path, charset, suffix):
    source, target = shapefile(tmp_path, "UTF-8", cpg="UTF-8"), tmp_path / f"m.{suffix}"
    form = "MIF" if suffix == "mif" else "TAB"
    gdal.VectorTranslate(
        str(target), source, format="MapInfo File",
        datasetCreationOptions=[f"FORMAT={form}"], layerCreationOptions=["ENCODING=UTF-8"],
    )  # fmt: skip
    texts = target.with_suffix(".mid" if suffix == "mif" else ".dat")
    content = texts.read_bytes()
    for name in NAMES:
        there, wanted = name.encode("utf-8"), name.encode("gbk")
        assert there in content
        content = content.replace(there, wanted if suffix == "mif" else wanted.ljust(len(there), b"\0"))
    texts.write_bytes(content)
    head = target.read_bytes()
    # GDAL states UTF-8 from 3.10 on.
    stated = b"Neutral" if b"Neutral" in head else b"UTF-8"
    assert stated in head
    target.write_bytes(head.replace(stated, charset.encode()))
    done = run("supplydemandratio", ZONES=str(target), SUPPLY="s", DEMAND="d", OUTPUT="memory:")
    if charset == "WindowsLatin1":
        assert any("look garbled; they are probably in GB18030" in each for each in done["notes"].warned)
        again = run(
            "supplydemandratio", ZONES=str(target), SUPPLY="s", DEMAND="d", ZONES_ENCODING="GBK", OUTPUT="memory:"
        )
        assert any("states its own encoding; GBK is ignored" in each for each in again["notes"].warned)
        return
    assert column(done["OUTPUT"], "name") == NAMES
    assert bool(of_encoding(done)) == (charset != "WindowsSimpChinese")


@pytest.mark.parametrize(
    ("texts", "encoding"),
    [
        ([name.encode("gbk").decode("cp1252") for name in ("五华区", "官渡区")], "GB18030"),
        ([name.encode("gbk").decode("latin-1") for name in NAMES], "GB18030"),
        ([name.encode().decode("latin-1") for name in NAMES], "UTF-8"),
        (["Köln", "Ångström", "Besançon", "Málaga"], ""),
        (["Łódź", "Praha"], ""),
        (NAMES, ""),
        (["Wien"], ""),
    ],
)
def test_garbled_texts_are_recognised(texts, encoding):
    assert misread(texts) == encoding


@pytest.mark.parametrize(
    ("encoding", "names", "read_as", "found"),
    [
        ("GBK", ["五华区"], "UTF-8", "GB18030"),
        ("GB18030", ["㸆镇", "五华区", "盘龙区", "官渡区"], "GBK", "GB18030"),
        ("UTF-8", NAMES, "UTF-8", None),
        ("UTF-8", NAMES, "ISO-8859-1", "UTF-8"),
        ("ISO-8859-1", ["Köln", "Ångström", "Besançon", "Málaga"], "ISO-8859-1", None),
        ("CP1252", ["Köln", "Ångström"], "UTF-8", None),
        ("CP1251", ["Москва", "Казань", "Тверь"], "CP1251", None),
        ("CP1251", ["москва", "казань", "тверь"], "ISO-8859-1", None),
        ("SHIFT_JIS", ["東京", "大阪"], "SHIFT_JIS", None),
        ("UTF-8", ["Wuhua", "Panlong"], "ISO-8859-1", None),
    ],
)
def test_the_encoding_is_found_from_the_bytes(tmp_path, encoding, names, read_as, found):
    table = Path(shapefile(tmp_path, encoding, names=names)).with_suffix(".dbf")
    assert better_encoding(table, read_as) == found


def test_a_name_truncated_within_a_letter_is_read(tmp_path):
    table = Path(shapefile(tmp_path, "UTF-8", names=["五华区", "盘龙区"], width=9)).with_suffix(".dbf")
    content = table.read_bytes().replace("五华区".encode(), b"a" + "五华区".encode()[:-1])
    table.write_bytes(content)
    assert better_encoding(table, "UTF-8") is None
    assert better_encoding(table, "ISO-8859-1") == "UTF-8"


def test_a_file_that_is_not_a_table_has_no_encoding(tmp_path):
    for content in (b"", b"\x03", bytes(32), b"\x03" + b"\xff" * 60):
        (tmp_path / "x.dbf").write_bytes(content)
        assert better_encoding(tmp_path / "x.dbf", "UTF-8") is None


def test_zones_of_a_table_in_gbk(run, tmp_path):
    """The file is read correctly regardless of how QGIS displays it, and without a warning."""
    path = tmp_path / "z.csv"
    path.write_bytes("地区,s,d,a\n五华区,1,2,1\n盘龙区,2,2,1\n".encode("gbk"))
    given = {"ZONES": str(path), "SUPPLY": "s", "DEMAND": "d", "AREA": "a", "OUTPUT": "memory:"}
    for stated in ({}, {"ZONES_ENCODING": "GBK"}):
        done = run("supplydemandratio", **given, **stated)
        assert column(done["OUTPUT"], "地区") == NAMES[:2]
        assert not [each for each in done["notes"].warned if "could not be read" in each or "garbled" in each]
