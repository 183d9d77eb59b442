"""Chinese names of columns and places are preserved by every input and output format."""

from __future__ import annotations

import pytest
from layers import column, squares
from osgeo import gdal
from qgis.core import QgsVectorLayer

NAMES = ["昆明市五华区", "峨山彝族自治县"]
COLUMNS = {"名称": NAMES, "碳储量吨数": [100.0, 200.0], "排放密度": [50.0, 20.0]}
CUT = "truncates column names to ten bytes"


def balance(run, zones, target):
    return run("supplydemandratio", ZONES=zones, SUPPLY="碳储量吨数", DEMAND="排放密度", OUTPUT=str(target))


def cut_logged(result):
    return [sentence for sentence in result["notes"].warned if CUT in sentence]


@pytest.mark.parametrize("suffix", ["gpkg", "csv", "xlsx", "geojson"])
def test_chinese_names_are_preserved_in_every_output_format(run, tmp_path, suffix):
    target = tmp_path / f"各县平衡.{suffix}"
    result = balance(run, squares(COLUMNS, name="各县"), target)
    read = QgsVectorLayer(str(target), "read", "ogr")
    assert [name for name in read.fields().names() if name in COLUMNS] == list(COLUMNS)
    assert column(read, "名称") == NAMES
    assert [float(value) for value in column(read, "碳储量吨数")] == [100, 200]
    assert cut_logged(result) == []


def test_csv_is_written_as_utf_8_for_any_system_encoding(run, tmp_path):
    balance(run, squares(COLUMNS), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("名称,碳储量吨数,排放密度,ratio")


def test_a_shapefile_states_its_encoding_and_truncated_names_give_a_warning(run, tmp_path):
    result = balance(run, squares(COLUMNS), tmp_path / "out.shp")
    assert (tmp_path / "out.cpg").read_text(encoding="ascii").casefold() == "utf-8"
    read = QgsVectorLayer(str(tmp_path / "out.shp"), "read", "ogr")
    assert column(read, "名称") == NAMES
    (logged,) = cut_logged(result)
    lost = [name for name in [*COLUMNS, "ratio", "index_name", "stock_years"] if name not in read.fields().names()]
    assert lost == ["碳储量吨数", "排放密度", "stock_years"]
    assert all(name in logged for name in lost)
    assert "名称," not in logged
    assert "index_name" not in logged


def test_short_names_in_a_shapefile_need_no_warning(run, tmp_path):
    zones = squares({"县": NAMES, "x": [1.0, 2.0]})
    result = run("naturalbreakszoning", ZONES=zones, FIELD="x", CLASSES=2, MERGE="1,2", PRESET="numbered",
                 OUTPUT=str(tmp_path / "out.shp"))  # fmt: skip
    assert cut_logged(result) == []


@pytest.mark.parametrize(
    ("encoding", "stated"), [("utf-8", None), ("utf-8-sig", None), ("gbk", "GBK"), ("gb18030", "GB18030")]
)
def test_chinese_names_are_preserved_from_a_csv(run, tmp_path, encoding, stated):
    table = tmp_path / "年鉴.csv"
    table.write_bytes("县名,人口(万人)\n昆明市五华区,114.3\n峨山彝族自治县,14.4\n".encode(encoding))
    more = {"ENCODING": stated} if stated else {}
    result = run(
        "joinstatistics", ZONES=squares({"名称": NAMES}), ZONE_KEY="名称", TABLE=str(table), TABLE_KEY="县名",
        FIELDS=["人口(万人)"], MATCH="name", OUTPUT=str(tmp_path / "out.gpkg"), **more,
    )  # fmt: skip
    assert result["MATCHED"] == 2
    written = QgsVectorLayer(result["OUTPUT"], "out", "ogr")
    joined = written.fields().names()[-1]
    assert "人口" in joined
    assert column(written, joined) == pytest.approx([1_143_000, 144_000])


@pytest.mark.parametrize("suffix", ["xlsx", "gpkg", "dbf"])
def test_chinese_names_are_preserved_from_other_tables(run, tmp_path, suffix):
    (tmp_path / "plain.csv").write_text("县名,人口\n昆明市五华区,114.3\n峨山彝族自治县,14.4\n", encoding="utf-8")
    target = tmp_path / f"年鉴.{suffix}"
    formats = {"xlsx": "XLSX", "gpkg": "GPKG", "dbf": "ESRI Shapefile"}
    options = ["ENCODING=UTF-8"] if suffix == "dbf" else []
    gdal.VectorTranslate(str(target), str(tmp_path / "plain.csv"), format=formats[suffix], layerCreationOptions=options)
    result = run(
        "joinstatistics", ZONES=squares({"名称": NAMES}), ZONE_KEY="名称", TABLE=str(target), TABLE_KEY="县名",
        FIELDS=["人口"], UNITS="万人", MATCH="name", OUTPUT="memory:",
    )  # fmt: skip
    assert result["MATCHED"] == 2


def test_zone_names_requested_in_chinese_are_chinese(run, tmp_path):
    zones = squares({"名称": NAMES, "x": [1.0, 2.0]})
    run("naturalbreakszoning", ZONES=zones, FIELD="x", CLASSES=2, MERGE="1,2", NAMES="固碳区，减排区",
        OUTPUT=str(tmp_path / "分区.gpkg"))  # fmt: skip
    assert column(QgsVectorLayer(str(tmp_path / "分区.gpkg"), "read", "ogr"), "zone") == ["固碳区", "减排区"]
