"""What a report says and draws of a plan: payments, flows, land by class, zones that move, identities."""

from __future__ import annotations

import re

import pytest
from carbon_balance.core.runtime import i18n
from layers import column, squares
from qgis.core import QgsProcessingException

NAMES = ["A", "B", "C"]
CLASSES = {
    "code": [1.0, 2.0],
    "name": ["cropland", "forest"],
    "area_now_ha": [150.0, 150.0],
    "area_ha": [110.0, 190.0],
    "aim_name": ["sink"] * 2,
    "aim_per_ha": [1.0, 3.0],
    "aim_change": [-40.0, 120.0],
}


@pytest.fixture
def planned(run):
    """Equal areas: A pays for 60 t, B receives for 50 and C for 10; 80 t more in B and C make C pay for none."""
    zones = squares({"name": NAMES, "e": [200.0, 100.0, 150.0], "sink_t": [40.0, 50.0, 60.0]})
    paid = {"EMISSION": "e", "EMISSION_SPECIES": "CO2", "SINK_SPECIES": "CO2", "PRICE": 2, "OUTPUT": "memory:"}
    today = run("carboncompensation", ZONES=zones, SINK="sink_t", **paid)["OUTPUT"]
    flow = run("carbonserviceflow", ZONES=today, AMOUNT="excess_t", FLOWS="memory:", OUTPUT="memory:")
    later = squares({**{name: column(flow["OUTPUT"], name) for name in flow["OUTPUT"].fields().names()},
                     "sink_t_plan": [40.0, 110.0, 80.0]})  # fmt: skip
    done = run("carboncompensation", ZONES=later, SINK="sink_t_plan", **paid, SUFFIX="_plan")["OUTPUT"]
    return {"ZONES": done, "FLOWS": flow["FLOWS"], "PLAN": squares(CLASSES, geometry=False, name="plan")}


def page_of(run, tmp_path, **given):
    path = tmp_path / "report.html"
    run("carbonbalancereport", OUTPUT=str(path), **given)
    return path.read_text(encoding="utf-8")


def section(page, heading="The plan"):
    return re.search(rf"<h2[^>]*>{re.escape(heading)}</h2>(.*?)(?=<h2)", page, re.S)[1]


def rows_of(part, title):
    """The rows of a table beneath its title, as lists of texts."""
    table = part.split(f"<h3>{title}</h3>")[1].split("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table.split("<tbody>")[1], re.S)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", row)] for row in rows]


def test_payments_flows_and_land_as_sentences_tables_and_identities(run, planned, tmp_path):
    part = section(page_of(run, tmp_path, **planned))
    # Net emission 160, 50, 90 of mean 100; after the plan 160, -10, 70 of mean 73.3.
    assert "Today, 1 zone(s) pay for 60 t a year and 2 zone(s) receive for 60 t a year." in part
    assert "At the given price the payers owe 120 and the receivers get 120 a year." in part
    assert "After the plan, 1 zone(s) pay for 86.7 t a year and 2 zone(s) receive for 86.7 t a year." in part
    assert "No zone changes its role by the plan." in part
    assert "60 t a year of surplus are counted against the deficit of other zones in 2 pair(s) of zones" in part
    assert "the largest flow is 50 t from B to A" in part
    assert "The plan moves 40 ha (13.33 % of the land) to other classes: cropland −40 ha, forest +40 ha." in part
    assert "Carbon sink, t per year: 600 now, 680 by the plan (+80)." in part
    assert rows_of(part, "Land by class, now and by the plan") == [
        ["cropland", "150", "110", "−40", "1", "−40"],
        ["forest", "150", "190", "40", "3", "120"],
        ["all", "300", "300", "0", "", "80"],
    ]
    assert rows_of(part, "Zones before and after the plan")[1][:5] == ["B", "50", "110", "−50.000", "−83.333"]
    found = {row[0]: row[1:] for row in rows_of(part, "Identities of the plan")}
    assert {words: cells[-1] for words, cells in found.items()} == dict.fromkeys(
        (
            "Now: tonnes paid for = tonnes received for",
            "After the plan: tonnes paid for = tonnes received for",
            "Outflow = inflow, t",
            "Sum of the flow lines = outflow, t",
            "Flow = the smaller of surplus and deficit, t",
            "Area of all classes now = by the plan, ha",
            "Change of the sink of all zones = of all classes, t per year",
        ),
        "holds",
    )
    assert found["Change of the sink of all zones = of all classes, t per year"][:2] == ["80.00", "80.00"]


def test_arrows_point_from_surplus_to_deficit_with_width_by_flow(run, planned, tmp_path):
    part = section(page_of(run, tmp_path, **planned))
    assert part.count('<svg class="map"') == 2
    arrows = re.findall(r'<path d="M([^"]*)z"><title>([^<]*)</title>', part)
    assert [title.split(" over")[0] for _, title in arrows] == ["B to A: 50 t a year", "C to A: 10 t a year"]
    corners = [[tuple(map(float, point.split())) for point in path.split("L")] for path, _ in arrows]
    # From the middle of the second and third of three squares in a row to that of the first, map units of 3 m.
    assert [(outline[3], outline[0][0]) for outline in corners] == [
        (pytest.approx((166.5, 166.5), abs=2), pytest.approx(500, abs=2)),
        (pytest.approx((166.5, 166.5), abs=2), pytest.approx(833, abs=2)),
    ]
    widths = [abs(outline[0][1] - outline[-1][1]) for outline in corners]
    assert widths[0] / widths[1] == pytest.approx(5, rel=0.05)


def test_a_zone_that_changes_its_role_is_named_and_a_gap_is_marked(run, planned, tmp_path):
    zones = planned["ZONES"]
    fields = {name: column(zones, name) for name in zones.fields().names()}
    fields["role_plan"], fields["excess_t_plan"] = ["pays", "receives", "pays"], [60.0, -50.0, 5.0]
    part = section(page_of(run, tmp_path, **{**planned, "ZONES": squares(fields)}))
    assert "1 of 3 zones change their role by the plan: C (receives → pays)." in part
    assert part.count('<svg class="map"') == 3
    found = {row[0]: row[1:] for row in rows_of(part, "Identities of the plan")}
    assert found["After the plan: tonnes paid for = tonnes received for"] == ["65.00", "50.00", "15.000", "differs"]
    assert rows_of(part, "Zones before and after the plan")[0][0] == "C"


def test_without_a_price_only_tonnes_are_given(run, planned, tmp_path):
    zones = planned["ZONES"]
    fields = {name: column(zones, name) for name in zones.fields().names()}
    unpriced = {**fields, "compensation": [None] * 3, "compensation_plan": [None] * 3}
    part = section(page_of(run, tmp_path, **{**planned, "ZONES": squares(unpriced)}))
    assert "pay for 60 t a year" in part and "At the given price" not in part and "Payment now" not in part


def test_compensation_alone_gives_no_section_on_a_plan(run, planned, tmp_path):
    page = page_of(run, tmp_path, ZONES=planned["ZONES"], PLAN_SUFFIX="_other")
    part = section(page, "Compensation between zones")
    assert "After the plan" not in part and "The plan</h2>" not in page
    assert "The plan</h2>" not in page_of(run, tmp_path, ZONES=squares({"carbon_t": [1.0, 2.0]}))


def test_a_plan_in_chinese(run, planned, tmp_path):
    i18n.use_language("zh_CN")
    try:
        part = section(page_of(run, tmp_path, **planned), "规划方案")
    finally:
        i18n.use_language(i18n.ENGLISH)
    assert "规划后" in part and "支付" in part and "耕地" in part
    words = re.sub(r"<[^>]*>", " ", part)
    assert set(re.findall(r"[A-Za-z]{3,}", words)) <= {"CO", "kmh"}


def test_tables_of_another_kind_are_refused(run, planned, tmp_path):
    for name in ("FLOWS", "PLAN"):
        with pytest.raises(QgsProcessingException, match="has no column .*: choose the table that the tool wrote"):
            page_of(run, tmp_path, **{**planned, name: planned["ZONES"]})


@pytest.mark.parametrize(("areas", "warned"), [([150.0, 150.0], 0), ([250.0, 150.0], 1)])
def test_a_plan_for_more_land_than_the_zones_have_gives_a_warning(run, planned, tmp_path, areas, warned):
    classes = {**CLASSES, "area_now_ha": areas, "area_ha": [sum(areas) - 190, 190.0]}
    given = {**planned, "PLAN": squares(classes, geometry=False, name="plan")}
    notes = run("carbonbalancereport", OUTPUT=str(tmp_path / "r.html"), **given)["notes"]
    assert sum("The plan is for 400 ha of land and the zones have 300 ha" in each for each in notes.warned) == warned


def test_sums_that_cancel_are_written_as_0(run, planned, tmp_path):
    given = {**planned, "ZONES": squares({
        "name": NAMES, "excess_t": [0.1, 0.2, -0.3], "role": ["pays", "pays", "receives"],
        "excess_t_plan": [0.7, 0.1, -0.8], "role_plan": ["pays", "pays", "receives"],
    })}  # fmt: skip
    assert 0.1 + 0.2 - 0.3 != 0
    part = section(page_of(run, tmp_path, **given))
    assert rows_of(part, "Zones before and after the plan")[-1][1:3] == ["0.0", "0.0"]
    assert [row[3] for row in rows_of(part, "Identities of the plan")][:2] == ["0.000", "0.000"]
