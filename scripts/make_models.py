"""Writes the models of resources/models. Run it with QGIS 3.22, because files of newer versions do not open in it:

QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/make_models.py
"""

from __future__ import annotations

from model_maker import FIXED, GIVEN, MODELS, RESULT, Model, column_of, copied, layer
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import QgsApplication, QgsProcessingParameterDefinition, QgsProcessingParameterRasterLayer

# What a land cover and its pool table are given with: refusals of an unknown code name NODATA_CODES.
OF_LAND_COVER = ("POOLS", "PRESET", "SCHEME", "NODATA_CODES")
# What a report and map sheets are told.
REPORTED = ("TITLE", "SOURCES")
REPORT_COMMENT = "Only if a file is given: one page with numbers, maps, tables and methods."
SHEETS_COMMENT = "Only if a folder is given: a PDF and a PNG of each theme."


def show(made: Model, zones: str, tables: dict) -> None:
    """Report and map sheets of the zones that step ``zones`` gives, both made if wanted."""
    told = {name: GIVEN(name) for name in REPORTED}
    made.step(
        "report",
        "carbonbalancereport",
        {"ZONES": RESULT(zones, "OUTPUT"), **told, **tables},
        {"OUTPUT": "Report", "WORKBOOK": "Tables of the report"},
    )
    made.step("sheets", "mapsheets", {"ZONES": RESULT(zones, "OUTPUT"), **told}, {"OUTPUT": "Map sheets"})


def regional() -> Model:
    """Storage -> zonal supply -> demand -> ratio -> natural breaks -> zones."""
    made = Model(
        "regionalcarbonbalance",
        "Regional carbon balance",
        "From a land cover, a pool table and the population or emissions of counties to a zoned region: carbon stored "
        "in each county, its emissions, their ratio, and the zone to which the ratio belongs; if wanted also a report "
        "and map sheets. To change the steps, make a copy with Copy the models to my models.",
    )
    made.take(layer("ZONES", "Zones"), "Counties or other zones, with their population or emissions in a column.")
    made.take(QgsProcessingParameterRasterLayer("LAND_COVER", "Land cover"), "Raster of class codes.")
    for name in OF_LAND_COVER:
        made.take(*copied("carbonstorage", name), advanced=name == "NODATA_CODES")
    people = ("POPULATION", "POPULATION_UNIT", "PER_PERSON", "EMISSION", "EMISSION_UNIT")
    of_region = ("REGION_EMISSION", "REGION_EMISSION_UNIT", "REGION_POPULATION", "REGION_POPULATION_UNIT")
    for name in (*people, *of_region):
        made.take(*copied("emissiondemand", name), advanced=name in of_region)
    zoning = ("METHOD", "CLASSES", "FIXED_LIMITS", "MERGE", "LANGUAGE")
    for name in zoning:
        made.take(*copied("naturalbreakszoning", name), advanced=True)
    for name in REPORTED:
        made.take(*copied("carbonbalancereport", name), advanced=True)
    pools = {name: GIVEN(name) for name in ("LAND_COVER", *OF_LAND_COVER)}
    made.step(
        "storage",
        "carbonstorage",
        pools,
        {"OUTPUT": "Carbon density", "CLASSES": "Carbon by class"},
    )
    supply = made.step(
        "supply",
        "zonalcarbonsupply",
        {"ZONES": GIVEN("ZONES"), **pools},
        {"CLASSES": "Carbon by zone and class"},
        ("TOTAL_CARBON_T", "MAPPED_KM2"),
    )
    demand = made.step(
        "demand",
        "emissiondemand",
        {"ZONES": RESULT(supply, "OUTPUT"), **{name: GIVEN(name) for name in (*people, *of_region)}},
        {},
        ("EMISSION_T",),
    )
    ratio = made.step(
        "balance",
        "supplydemandratio",
        {"ZONES": RESULT(demand, "OUTPUT"), "SUPPLY": FIXED("carbon_t"), "DEMAND": FIXED("demand_t_km2")},
        {},
        ("REGION_INDEX",),
    )
    zones = made.step(
        "zoning",
        "naturalbreakszoning",
        {"ZONES": RESULT(ratio, "OUTPUT"), "FIELD": FIXED("ratio"), **{name: GIVEN(name) for name in zoning}},
        {"OUTPUT": "Zones", "LIMITS": "Limits of the classes"},
        ("GVF", "GVF_EXACT", "ZONES_CHANGED", "ZONE_SIZES"),
    )
    people_too = {name: GIVEN(name) for name in ("POPULATION", "POPULATION_UNIT")}
    show(made, zones, {"CLASSES": RESULT(supply, "CLASSES"), "LIMITS": RESULT(zones, "LIMITS"), **people_too})
    first, second, third = "1 Supply: carbon stored", "2 Demand and balance", "3 Zones"
    made.place(
        "supply", "Carbon stored in each zone", "Adds carbon_t, t C, of all classes of land cover.", (0, 0), first
    )
    made.place(
        "storage", "Carbon density of each cell", "For the map of carbon alone: no other step needs it.", (0, 1), first
    )
    made.place(
        "demand",
        "Emissions of each zone",
        "From a column of emissions, or from population and emissions per person.",
        (1, 0),
        second,
    )
    made.place(
        "balance",
        "Supply-demand ratio",
        "Emissions of a year divided by the carbon stored: what is above 1 is a deficit.",
        (2, 0),
        second,
    )
    made.place("zoning", "Zones by natural breaks", "Classes of the ratio, merged into zones.", (3, 0), third)
    made.place("report", "Report", REPORT_COMMENT, (4, 0), "4 Results to hand in")
    made.place("sheets", "Map sheets", SHEETS_COMMENT, (4, 1), "4 Results to hand in")
    return made


def coefficient() -> Model:
    """Emission and sink -> EEC and SEC -> zones."""
    made = Model(
        "coefficientbalance",
        "Coefficient balance",
        "From emissions, sink and GDP of counties to four zones by the economic coefficient EEC and the sink "
        "coefficient SEC; if wanted also a report and map sheets. If GDP is not known, a column with an existing EEC "
        "can be given.",
    )
    made.take(
        layer("ZONES", "Zones", polygon=False), "Counties or other units with emissions, sink and GDP in columns."
    )
    coefficients = ("EMISSION", "EMISSION_UNIT", "SINK", "SINK_UNIT", "SINK_SPECIES", "GDP", "GDP_UNIT", "EEC")
    for name in coefficients:
        made.take(*copied("carbonbalancecoefficients", name), advanced=name == "EEC")
    zoning = ("EEC_THRESHOLD", "SEC_THRESHOLD", "PRESET", "LANGUAGE")
    for name in zoning:
        made.take(*copied("coefficientzoning", name), advanced=True)
    for name in REPORTED:
        made.take(*copied("carbonbalancereport", name), advanced=True)
    first = made.step(
        "balance",
        "carbonbalancecoefficients",
        {"ZONES": GIVEN("ZONES"), **{name: GIVEN(name) for name in coefficients}},
        {},
        ("EEC_GAP", "SEC_GAP", "EMISSION_T", "SINK_T"),
    )
    zones = made.step(
        "zoning",
        "coefficientzoning",
        {
            "ZONES": RESULT(first, "OUTPUT"),
            "EEC": FIXED("eec"),
            "SEC": FIXED("sec"),
            **{name: GIVEN(name) for name in zoning},
        },
        {"OUTPUT": "Zones", "TABLE": "Members of the zones"},
        ("HIGH_HIGH", "HIGH_LOW", "LOW_HIGH", "LOW_LOW"),
    )
    show(made, zones, {})
    made.place(
        "balance",
        "Coefficients EEC and SEC",
        "Share of GDP to share of emissions, and share of the sink to share of emissions.",
        (0, 0),
        "1 Coefficients",
    )
    made.place("zoning", "Zones by EEC and SEC", "Four zones: each coefficient high or low.", (1, 0), "2 Zones")
    made.place("report", "Report", REPORT_COMMENT, (2, 0), "3 Results to hand in")
    made.place("sheets", "Map sheets", SHEETS_COMMENT, (2, 1), "3 Results to hand in")
    return made


def grid() -> Model:
    """Emissions onto a grid -> its cells as zones -> zonal supply -> ratio."""
    made = Model(
        "gridcarbonbalance",
        "Grid carbon balance",
        "The balance on a grid of any cell size: emissions of zones are distributed by weights such as "
        "population and add up to the statistics; each cell of the grid then becomes a zone with its "
        "emissions, the carbon that its land stores, and the index of the two. Give a projected CRS if the "
        "weights are in degrees.",
    )
    made.take(layer("ZONES", "Zones"), "Counties or other zones, with their emissions in a column.")
    made.take(column_of("EMISSION", "Emission"), "Annual emissions of each zone; the column must be complete.")
    made.take(*copied("emissiondemandraster", "EMISSION_UNIT"))
    made.take(
        QgsProcessingParameterRasterLayer("WEIGHTS", "Weights"),
        "Distribution of the emissions within a zone: population, night lights or GDP.",
    )
    for name in ("WEIGHTS_AS", "EMPTY", "CELL_SIZE", "GRID_CRS"):
        made.take(*copied("emissiondemandraster", name), advanced=name == "EMPTY")
    made.take(QgsProcessingParameterRasterLayer("LAND_COVER", "Land cover"), "Raster of class codes.")
    for name in OF_LAND_COVER:
        made.take(*copied("carbonstorage", name), advanced=name == "NODATA_CODES")
    indices = ("INDEX", "CONVERT", "SUPPLY_MAX", "DEMAND_MAX")
    for name in indices:
        made.take(*copied("supplydemandratio", name), advanced=True)
    from_ratio = ("ZONES", "EMISSION", "EMISSION_UNIT", "WEIGHTS", "WEIGHTS_AS", "EMPTY", "CELL_SIZE", "GRID_CRS")
    demand = made.step(
        "demand",
        "emissiondemandraster",
        {**{name: GIVEN(name) for name in from_ratio}, "UNIT": FIXED("t_per_cell")},
        {},
        ("EMISSION_T", "RASTER_T", "MISSED_T"),
    )
    cells = made.step(
        "cells",
        "native:pixelstopolygons",
        {"INPUT_RASTER": RESULT(demand, "OUTPUT"), "RASTER_BAND": FIXED(1), "FIELD_NAME": FIXED("emission_t")},
        {},
    )
    pools = {name: GIVEN(name) for name in ("LAND_COVER", *OF_LAND_COVER)}
    supply = made.step(
        "supply",
        "zonalcarbonsupply",
        {"ZONES": RESULT(cells, "OUTPUT"), **pools, "CELL_RULE": FIXED("exact_fraction")},
        {},
        ("TOTAL_CARBON_T",),
    )
    made.step(
        "balance",
        "supplydemandratio",
        {
            "ZONES": RESULT(supply, "OUTPUT"),
            "SUPPLY": FIXED("carbon_t"),
            "DEMAND": FIXED("emission_t"),
            "DEMAND_UNIT": FIXED("t"),
            **{name: GIVEN(name) for name in indices},
        },
        {"OUTPUT": "Grid"},
        ("REGION_INDEX", "SUPPLY_T", "DEMAND_T", "AREA_KM2", "UNDEFINED"),
    )
    emissions, balance = "1 Emissions on a grid", "2 Carbon stored and balance"
    made.place(
        "demand",
        "Emissions of each cell",
        "The emissions of a zone, distributed by weights; their sum stays.",
        (0, 0),
        emissions,
    )
    made.place("cells", "Cells as zones", "Each cell becomes a polygon with emission_t.", (1, 0), emissions)
    made.place("supply", "Carbon stored in each cell", "Cells of land cover count by their part.", (2, 0), balance)
    made.place("balance", "Index of each cell", "The index of carbon stored and emissions.", (3, 0), balance)
    return made


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


ALL = (regional, coefficient, grid, plan)


def main() -> None:
    """Write every model."""
    application = QgsApplication([], False)
    application.initQgis()
    from carbon_balance.provider import CarbonBalanceProvider

    provider = CarbonBalanceProvider()
    native = QgsNativeAlgorithms()
    for each in (native, provider):
        QgsApplication.processingRegistry().addProvider(each)
    MODELS.mkdir(exist_ok=True)
    for make in ALL:
        make().save()
    application.exitQgis()


if __name__ == "__main__":
    main()
