"""Tables with the unit in a line above the header."""

from __future__ import annotations

import pytest
from layers import column, squares

NAMES, PEOPLE = ["五华区", "盘龙区", "官渡区"], [114.3, 98.8, 160.2]


def yearbook(folder, line="单位：万人", head="地区,行政区划代码,常住人口,城镇化率,土地面积(公顷)"):
    rows = [f"{name},53010{at},{people},9{at}.5,{400 + at}" for at, (name, people) in enumerate(zip(NAMES, PEOPLE))]
    path = folder / "年鉴.csv"
    path.write_text("\n".join(["表2-1 人口", line, head, *rows]) + "\n", encoding="utf-8")
    return str(path)


def join(run, folder, line="单位：万人", **given):
    return run(
        "joinstatistics", ZONES=squares({"name": NAMES}), ZONE_KEY="name", MATCH="name", TABLE=yearbook(folder, line),
        TABLE_KEY="地区", FIELDS=["常住人口"], OUTPUT="memory:", **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line", ["单位：万人", "(单位:万人)", "单位： 万 人", "表2-1续 人口（单位：万人）", ",,,,单位：万人", "（万人）"]
)
def test_the_unit_of_a_unit_line_is_applied_and_logged(run, tmp_path, line):
    done = join(run, tmp_path, line)
    assert column(done["OUTPUT"], "常住人口_persons") == pytest.approx([1e4 * people for people in PEOPLE])
    assert any(
        "the unit 万人 stated for the whole table is taken for 常住人口(万人)" in each for each in done["notes"].logged
    )


def test_a_contradicting_stated_unit_gives_a_warning(run, tmp_path):
    done = join(run, tmp_path, UNITS="人")
    assert column(done["OUTPUT"], "常住人口_persons") == pytest.approx(PEOPLE)
    assert any("indicates 万人, but it is read as 人" in each for each in done["notes"].warned)
    assert not join(run, tmp_path, UNITS="万人")["notes"].warned


@pytest.mark.parametrize("line", ["单位：万人、亿元", "单位：见表头", "资料来源：统计局"])
def test_unit_lines_without_a_single_unit_are_not_applied(run, tmp_path, line):
    done = join(run, tmp_path, line)
    assert column(done["OUTPUT"], "常住人口") == pytest.approx(PEOPLE)
    assert any("as units, which cannot be assigned" in each for each in done["notes"].warned) == ("亿元" in line)


def test_a_parameter_that_contradicts_the_unit_line_gives_a_warning(run, tmp_path):
    given = {
        "ZONES": yearbook(tmp_path),
        "POPULATION": "常住人口",
        "PER_PERSON": 4,
        "AREA": "土地面积",
        "OUTPUT": "memory:",
    }
    told = run("emissiondemand", **given, AREA_UNIT="ha")["notes"].warned
    assert any("常住人口(万人) indicates 万人, but it is read as persons" in each for each in told)
    done = run("emissiondemand", **given, AREA_UNIT="ha", POPULATION_UNIT="10^4 persons")
    assert not [each for each in done["notes"].warned if "indicates" in each]
    assert done["POPULATION_SUM"] == pytest.approx(1e4 * sum(PEOPLE))
    told = run("emissiondemand", **given, AREA_UNIT="km2", POPULATION_UNIT="10^4 persons")["notes"].warned
    assert any("土地面积(公顷) indicates 公顷, but it is read as km2" in each for each in told)


def test_the_unit_line_applies_to_a_table_of_energy(run, tmp_path):
    path = tmp_path / "energy.csv"
    path.write_text("表7-3 能源消费\n单位：万吨\n地区,原煤,焦炭\n五华区,2,0\n盘龙区,1,1\n", encoding="utf-8")
    units = squares({"name": NAMES[:2]})
    given = {"ZONES": units, "KEY": "name", "MATCH": "name", "ENERGY_KEY": "地区", "FUELS": ["原煤", "焦炭"]}
    done = run("emissioninventory", **given, ENERGY=str(path), OUTPUT="memory:")
    plain = tmp_path / "plain.csv"
    plain.write_text("地区,原煤,焦炭\n五华区,20000,0\n盘龙区,10000,10000\n", encoding="utf-8")
    same = run("emissioninventory", **given, ENERGY=str(plain), MEASURE="t", OUTPUT="memory:")
    assert column(done["OUTPUT"], "emission_t") == pytest.approx(column(same["OUTPUT"], "emission_t"))


@pytest.mark.parametrize(
    ("line", "unit"),
    [("Unit: thousand persons", 1e3), ("units: 10^4 persons", 1e4), ("Unit: 10 000 persons", 1e4), ("單位：萬人", 1e4)],
)
def test_other_wordings_of_unit_lines_are_recognised(run, tmp_path, line, unit):
    done = join(run, tmp_path, line)
    assert column(done["OUTPUT"], "常住人口_persons") == pytest.approx([unit * people for people in PEOPLE])


@pytest.mark.parametrize(
    "name", ["人口/万人", "人口_万人", "人口，万人", "年末人口（万人）①", "人口 万人", "人口(10^4 persons)"]
)
def test_units_in_names_without_brackets_are_recognised(run, tmp_path, name):
    path = tmp_path / "t.csv"
    path.write_text(f"地区;{name}\n" + "\n".join(map("{};{}".format, NAMES, PEOPLE)) + "\n", encoding="utf-8")
    done = run(
        "joinstatistics", ZONES=squares({"name": NAMES}), ZONE_KEY="name", MATCH="name", TABLE=str(path),
        TABLE_KEY="地区", FIELDS=[name], OUTPUT="memory:",
    )  # fmt: skip
    (new,) = [each for each in done["OUTPUT"].fields().names() if each.endswith("_persons")]
    assert column(done["OUTPUT"], new) == pytest.approx([1e4 * people for people in PEOPLE])


@pytest.mark.parametrize(
    ("lines", "hectares"),
    [
        ("单位：千公顷,,\n地区,耕地,林地\n五华区,1.5,3\n", (1500, 3000)),
        ("地区,耕地,林地\n单位：千公顷,,\n五华区,1.5,3\n", (1500, 3000)),
        ("地区,耕地,林地\n,公顷,平方公里\n五华区,100,2\n", (100, 200)),
        ("地区,耕地,林地\n单位,亩,万亩\n五华区,1500,0.3\n", (100, 200)),
    ],
)
def test_units_beside_the_header_apply_to_columns_of_areas(run, tmp_path, lines, hectares):
    """They were read as ha: the names that were given do not have the unit, those in the table do."""
    (tmp_path / "areas.csv").write_text(lines, encoding="utf-8")
    (tmp_path / "sinks.csv").write_text("class,name,sink_t_ha\n1,耕地,0.5\n2,林地,3\n", encoding="utf-8")
    done = run(
        "annualcarbonsink", ZONES=str(tmp_path / "areas.csv"), AREA_FIELDS=["耕地", "林地"],
        SINKS=str(tmp_path / "sinks.csv"), OUTPUT="memory:",
    )  # fmt: skip
    assert column(done["OUTPUT"], "sink_t") == pytest.approx([0.5 * hectares[0] + 3 * hectares[1]])


@pytest.mark.parametrize(
    "lines", ["单位：万吨,,\n地区,品种,量\n", "地区,品种,量\n单位：万吨,,\n", "地区,品种,量\n,,万吨\n"]
)
def test_units_beside_the_header_apply_to_amounts_of_fuels(run, tmp_path, lines):
    (tmp_path / "energy.csv").write_text(f"{lines}五华区,原煤,2\n盘龙区,原煤,1\n", encoding="utf-8")
    done = run(
        "emissioninventory", ZONES=squares({"name": NAMES[:2]}), KEY="name", MATCH="name", OUTPUT="memory:",
        ENERGY=str(tmp_path / "energy.csv"), ENERGY_KEY="地区", FUEL="品种", AMOUNT="量",
    )  # fmt: skip
    assert column(done["OUTPUT"], "emission_t") == pytest.approx([20_000 * 1.9003, 10_000 * 1.9003], rel=3e-5)


def test_the_species_of_a_unit_line_is_compared(run, tmp_path):
    text = "单位：万吨C,,,\n地区,供给,需求,面积(km2)\n五华区,100,381,9\n盘龙区,90,861,9\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    told = run(
        "supplydemandratio", ZONES=str(tmp_path / "t.csv"), SUPPLY="供给", DEMAND="需求", SUPPLY_UNIT="10^4 t",
        DEMAND_UNIT="10^4 t", AREA="面积(km2)", OUTPUT="memory:",
    )["notes"].warned  # fmt: skip
    assert any("需求(万吨c) indicates C, but it is counted as CO2" in each for each in told)
    assert not any("indicates 万吨" in each or "cannot be assigned" in each for each in told)
