"""Tables of zones that contain totals among their rows, as in yearbooks."""

from __future__ import annotations

import pytest
from layers import column, squares

NAMES, PEOPLE, AREAS = ["五华区", "盘龙区", "官渡区", "西山区"], [114.3, 98.8, 160.2, 96.1], [400, 900, 500, 800]


def table(folder, total="全 市", where=0):
    rows = [f"{name},{people},{area}" for name, people, area in zip(NAMES, PEOPLE, AREAS)]
    rows.insert(where, f"{total},{sum(PEOPLE)},{sum(AREAS)}")
    path = folder / "年鉴.csv"
    path.write_text("地区,人口(万人),面积\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def demand(run, zones):
    return run(
        "emissiondemand", ZONES=zones, POPULATION="人口(万人)", POPULATION_UNIT="10^4 persons", AREA="面积",
        PER_PERSON=1, OUTPUT="memory:",
    )  # fmt: skip


@pytest.mark.parametrize("where", [0, 2, 4])
def test_rows_of_totals_are_not_used_as_zones(run, tmp_path, where):
    done = demand(run, table(tmp_path, where=where))
    assert column(done["OUTPUT"], "地区") == NAMES
    assert done["AREA_KM2"] == pytest.approx(sum(AREAS))
    assert any("totals are left out" in each and f"row {where + 2}" in each for each in done["notes"].warned)


def test_a_row_equal_to_the_sum_gives_a_warning(run, tmp_path):
    done = demand(run, table(tmp_path, total="昆明市"))
    assert done["AREA_KM2"] == pytest.approx(2 * sum(AREAS))
    (told,) = [each for each in done["notes"].warned if "contains the sum of all other rows" in each]
    assert "row 2 (昆明市) contains" in told


def test_a_row_with_an_outline_is_a_zone(run):
    zones = squares({"地区": ["全市", "a"], "人口(万人)": [1.0, 2.0], "面积": [1.0, 2.0]})
    done = demand(run, zones)
    assert column(done["OUTPUT"], "地区") == ["全市", "a"]


def test_rows_of_totals_in_a_series_are_not_used_as_zones(run, tmp_path):
    path = table(tmp_path)
    done = run(
        "carbonbalanceseries", LAYERS=[path, path], DATES="2010;2020", KEY="地区", SUPPLY="人口(万人)", OUTPUT="memory:"
    )
    assert done["ZONES"] == 4


@pytest.mark.parametrize(
    ("total", "where", "warns"), [("其中：市区", 4, True), ("#城区", 2, True), ("其中：市区", 0, False)]
)
def test_parts_of_the_row_above_give_a_warning(run, tmp_path, total, where, warns):
    """The part below the zones that contain it was counted as a further zone without a word."""
    done = demand(run, table(tmp_path, total=total, where=where))
    said = [
        each
        for each in done["notes"].warned
        if f"row {where + 2} ({total}): by the name a part of the row above" in each
    ]
    assert len(said) == warns


def test_parts_below_a_total_are_zones(run, tmp_path):
    path = tmp_path / "t.csv"
    rows = "\n".join(f"{name},{people},9" for name, people in zip(["其中：五华区", *NAMES[1:]], PEOPLE))
    path.write_text(f"地区,人口(万人),面积\n合计,469.4,36\n{rows}\n", encoding="utf-8")
    done = demand(run, str(path))
    assert done["AREA_KM2"] == 36
    assert not any("part of the row above" in each for each in done["notes"].warned)
