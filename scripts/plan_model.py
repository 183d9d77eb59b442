"""The model from diagnosis to plan."""

from __future__ import annotations

from model_maker import FIXED, GIVEN, RESULT, Model, copied, layer
from model_parts import REPORT_COMMENT, REPORTED
from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterRasterLayer


def plan() -> Model:
    """Sink -> compensation -> flow -> optimised land use -> simulation -> sink and compensation again."""
    made = Model(
        "carbonplan",
        "Carbon plan",
        "From diagnosis to plan: the yearly sink of each zone against its emissions, who pays and who receives, whose "
        "surplus is counted against whose deficit, the land use with the largest sink within your bounds, where it "
        "would lie, and who would then pay and receive; if wanted also a report with "
        "all of it. The sink is that of coefficients by class, or of a raster of uptake such as net ecosystem "
        "production, of which each class takes its mean. The columns that end in _plan are those after the plan. The "
        "plan is made for the whole land cover: clip it to the zones first. To change the steps, make a copy with "
        "Copy the models to my models.",
    )
    made.take(layer("ZONES", "Zones"), "Counties or other zones, with their emissions of a year in a column.")
    made.take(
        QgsProcessingParameterRasterLayer("LAND_COVER", "Land cover"), "Raster of class codes, of the zones alone."
    )
    emission = ("EMISSION", "EMISSION_UNIT", "EMISSION_SPECIES")
    for name in emission:
        made.take(*copied("carboncompensation", name))
    uptake = ("UPTAKE", "UPTAKE_UNIT", "UPTAKE_SPECIES")
    for name in ("SINKS", "PRESET", "SCHEME", *uptake, "NODATA_CODES"):
        made.take(*copied("sinkcoefficients", name), advanced=name in ("UPTAKE_UNIT", "UPTAKE_SPECIES", "NODATA_CODES"))
    terms = ("SINK_SPECIES", "BASELINE", "POPULATION", "POPULATION_UNIT", "GDP", "GDP_UNIT", "PRICE", "PRICE_UNIT")
    drivers, about = copied("landusesuitability", "DRIVERS")
    drivers.setFlags(drivers.flags() & ~QgsProcessingParameterDefinition.Flag.FlagOptional)
    made.take(drivers, about)
    for name in ("BOUNDS", "CHANGE", "WISH", "PERMISSIONS", "RESTRICTED"):
        made.take(*copied("landuseoptimisation", name), advanced=name not in ("BOUNDS", "CHANGE"))
    for name in terms:
        made.take(*copied("carboncompensation", name), advanced=True)
    made.take(*copied("carbonserviceflow", "METHOD"), advanced=True)
    made.take(*copied("landusesuitability", "EARLIER"), advanced=True)
    made.take(*copied("landusesimulation", "SEED"), advanced=True)
    for name in REPORTED:
        made.take(*copied("carbonbalancereport", name), advanced=True)
    paid = {name: GIVEN(name) for name in (*emission, *terms)}
    cover = {name: GIVEN(name) for name in ("LAND_COVER", "NODATA_CODES")}
    rates = made.step(
        "coefficients",
        "sinkcoefficients",
        {**cover, **{name: GIVEN(name) for name in ("SINKS", "PRESET", "SCHEME", *uptake, "SINK_SPECIES")}},
        {},
    )
    sinks = {"SINKS": RESULT(rates, "OUTPUT"), "NODATA_CODES": GIVEN("NODATA_CODES")}
    today = made.step(
        "sink",
        "annualcarbonsink",
        {"ZONES": GIVEN("ZONES"), "LAND_COVER": GIVEN("LAND_COVER"), **sinks},
        {},
        ("TOTAL_SINK_T",),
    )
    # What the sink counts is known of a raster and of a table that states it, even if the user does not say it.
    paid["SINK_SPECIES"] = RESULT(today, "SPECIES")
    budget = made.step(
        "compensation",
        "carboncompensation",
        {"ZONES": RESULT(today, "OUTPUT"), "SINK": FIXED("sink_t"), **paid},
        {},
        ("NET_EMISSION_T", "PAYERS", "RECEIVERS", "PAID_T", "RECEIVED_T", "COMPENSATION_GAP_T"),
    )
    flow = made.step(
        "flow",
        "carbonserviceflow",
        {
            "ZONES": RESULT(budget, "OUTPUT"),
            "AMOUNT": FIXED("excess_t"),
            "AMOUNT_SPECIES": RESULT(budget, "SPECIES"),
            "METHOD": GIVEN("METHOD"),
        },
        {"FLOWS": "Flow lines"},
        ("FLOW_T", "SURPLUS_T", "DEFICIT_T", "LEFT_T"),
    )
    suitability = made.step(
        "suitability",
        "landusesuitability",
        {**cover, **{name: GIVEN(name) for name in ("DRIVERS", "EARLIER")}},
        {},
    )
    limits = {name: GIVEN(name) for name in ("PERMISSIONS", "RESTRICTED")}
    best = made.step(
        "plan",
        "landuseoptimisation",
        {
            **{name: GIVEN(name) for name in ("LAND_COVER", "SCHEME", "BOUNDS", "CHANGE", "WISH")},
            **sinks,
            "AIM": FIXED("sink"),
            "SUITABILITY": RESULT(suitability, "OUTPUT"),
            **limits,
        },
        {"DEMAND": "Plan by class", "TRANSITIONS": "Plan by transition", "BINDING": "Binding constraints"},
        ("AIM_NOW", "AIM_PLAN", "CHANGED_HA"),
    )
    future = made.step(
        "future",
        "landusesimulation",
        {
            **cover,
            "SUITABILITY": RESULT(suitability, "OUTPUT"),
            "TRANSITIONS": RESULT(best, "TRANSITIONS"),
            "SEED": GIVEN("SEED"),
            "SCHEME": GIVEN("SCHEME"),
            **limits,
        },
        {"OUTPUT": "Land cover of the plan"},
        ("MISSING_HA", "CHANGED_CELLS"),
    )
    later = made.step(
        "sink_plan",
        "annualcarbonsink",
        {
            "ZONES": RESULT(flow, "OUTPUT"),
            "LAND_COVER": RESULT(future, "OUTPUT"),
            **sinks,
            "SUFFIX": FIXED("_plan"),
        },
        {},
        ("TOTAL_SINK_T",),
    )
    zones = made.step(
        "compensation_plan",
        "carboncompensation",
        {"ZONES": RESULT(later, "OUTPUT"), "SINK": FIXED("sink_t_plan"), **paid, "SUFFIX": FIXED("_plan")},
        {"OUTPUT": "Zones"},
        ("NET_EMISSION_T", "PAYERS", "RECEIVERS", "PAID_T", "RECEIVED_T", "COMPENSATION_GAP_T"),
    )
    told = {name: GIVEN(name) for name in REPORTED}
    made.step(
        "report",
        "carbonbalancereport",
        {
            "ZONES": RESULT(zones, "OUTPUT"),
            **told,
            "FLOWS": RESULT(flow, "FLOWS"),
            "PLAN": RESULT(best, "DEMAND"),
            "TRANSITIONS": RESULT(best, "TRANSITIONS"),
        },
        {"OUTPUT": "Report", "WORKBOOK": "Tables of the report"},
    )
    now, plan, then = "1 Today", "2 Plan", "3 After the plan"
    made.place(
        "coefficients",
        "Sink of a hectare of each class",
        "The mean of the raster of uptake by class, or the coefficients of the table.",
        (0, 0),
        now,
    )
    made.place("sink", "Sink today", "Adds sink_t, the yearly sink of each zone.", (1, 0), now)
    made.place(
        "compensation", "Who pays and who receives today", "Emissions minus sink, against the baseline.", (2, 0), now
    )
    made.place("flow", "From surplus to deficit", "Whose surplus is counted against whose deficit.", (3, 0), now)
    made.place(
        "suitability",
        "Where each class is suitable",
        "Learned from the drivers; with an earlier land cover from its changes.",
        (1, 1),
        plan,
    )
    made.place("plan", "Land use with the largest sink", "Within the bounds of each class.", (2, 1), plan)
    made.place("future", "Where the plan would be", "Cells change where they are suitable.", (3, 1), plan)
    made.place("sink_plan", "Sink after the plan", "Columns that end in _plan.", (4, 0), then)
    made.place(
        "compensation_plan",
        "Who pays and who receives after the plan",
        "As today, with the sink after the plan.",
        (5, 0),
        then,
    )
    made.place("report", "Report", REPORT_COMMENT, (6, 0), "4 Results to hand in")
    return made
