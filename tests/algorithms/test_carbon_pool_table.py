"""Tests of ``carbonpooltable``, run as an algorithm."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingException, QgsVectorLayer


@pytest.fixture
def run(provider, tmp_path):
    import processing

    def call(**parameters):
        target = tmp_path / "pools.csv"
        outcome = processing.run("carbonbalance:carbonpooltable", {"OUTPUT": str(target), **parameters})
        layer = QgsVectorLayer(f"{outcome['OUTPUT']}", "out", "ogr")
        rows = {int(row["lucode"]): row.attributeMap() for row in layer.getFeatures()}
        return outcome, rows

    return call


def test_beibu_gulf_from_national_soil(run, tmp_path):
    report = tmp_path / "report.html"
    outcome, rows = run(
        PRESET="china_soil",
        REGION_PRECIPITATION=1999.4,
        SOURCE_PRECIPITATION=671.1,
        ROUND=True,
        REPORT=str(report),
    )
    assert outcome["PRECIPITATION_FACTOR"] == pytest.approx(1.71896, abs=5e-6)
    assert (outcome["CLASSES"], outcome["JUDGEMENTS"]) == (6, 0)
    assert outcome["HIGHEST_T_HA"] == pytest.approx(379.2)
    names = ("c_above", "c_below", "c_soil", "c_dead")
    assert [float(rows[2][name]) for name in names] == pytest.approx([82.2, 16.4, 273.0, 7.6])
    assert "108.4 t/ha x 1.71896" in rows[1]["source"]
    assert "soil 25.3 t/ha as given" in rows[5]["source"]
    assert "1.71896" in report.read_text(encoding="utf-8")


def test_scheme_with_judgement_and_reassignment(run):
    outcome, rows = run(PRESET="henan", SCHEME="igbp", REASSIGN="9=2,15=0")
    assert outcome["CLASSES"] == 18
    assert outcome["JUDGEMENTS"] == 7
    assert float(rows[9]["carbon_t_ha"]) == pytest.approx(149.95)
    assert float(rows[15]["carbon_t_ha"]) == 0
    assert rows[9]["note"] == "Class given by the user"
    assert (rows[8]["judgement"], rows[1]["judgement"]) == ("yes", "no")
    assert rows[12]["name_zh"] == "耕地"


def test_a_table_on_a_scheme_is_accepted_again_as_input(run, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("code,c_above,c_soil\n" + "".join(f"{i},{i},{10 * i}\n" for i in range(1, 7)), encoding="utf-8")
    _, rows = run(POOLS=str(own), SCHEME="cnlucc")
    assert float(rows[64]["carbon_t_ha"]) == pytest.approx(66)
    again = tmp_path / "again.csv"
    (tmp_path / "pools.csv").rename(again)
    _, same = run(POOLS=str(again))
    assert {code: row["carbon_t_ha"] for code, row in same.items()} == {
        code: row["carbon_t_ha"] for code, row in rows.items()
    }


def test_soil_table(run, tmp_path):
    soil = tmp_path / "soil.csv"
    soil.write_text("lucode,soil_t_ha\n7,72\n", encoding="utf-8")
    _, rows = run(SOIL=str(soil), BELOW_ABOVE=0.25)
    assert [float(rows[7][name]) for name in ("c_above", "c_below", "c_soil", "c_dead")] == pytest.approx(
        [20.8, 5.2, 72, 2]
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {},
            r"None of Bundled densities \(PRESET: .*china_soil\) / Pool table \(POOLS\) / Table of .* \(SOIL\) is",
        ),
        ({"PRESET": "hunan"}, "must be one of: beibu_gulf, henan, china_soil"),
        ({"PRESET": "henan", "REASSIGN": "8=forest"}, '"8=forest" must be of the form code=class'),
        ({"PRESET": "henan", "REASSIGN": "3=9"}, r"class\(es\) 9, but .*henan.* has only 1, 2, 3, 4, 5, 6"),
        ({"PRESET": "henan", "REGION_PRECIPITATION": 900}, "one of them is missing"),
    ],
)
def test_invalid_inputs_are_refused_without_output(run, tmp_path, parameters, message):
    with pytest.raises(QgsProcessingException, match=message):
        run(**parameters)
    assert not (tmp_path / "pools.csv").exists()
