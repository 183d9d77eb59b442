"""Writes the models of resources/models. Run with QGIS 3.22, for newer files do not open in it:

QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/make_models.py
"""

from __future__ import annotations

from model_maker import FIXED, GIVEN, MODELS, RESULT, Model, copied, field, layer
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import QgsApplication, QgsProcessingParameterDefinition, QgsProcessingParameterRasterLayer


def regional() -> Model:
    """Storage -> zonal supply -> demand -> ratio -> natural breaks -> zones."""
    made = Model(
        "regionalcarbonbalance",
        "Regional carbon balance",
        "From a land cover, a pool table and the population of counties to a zoned region: carbon stored in "
        "each county, emissions of its people, their ratio, and the zone to which the ratio belongs. To change the "
        "steps, make a copy with Copy the models to my models.",
    )
    made.take(layer("ZONES", "Zones"), "Counties or other zones, with their population in a column.")
    made.take(QgsProcessingParameterRasterLayer("LAND_COVER", "Land cover"), "Raster of class codes.")
    for name in ("POOLS", "PRESET", "SCHEME"):
        made.take(*copied("carbonstorage", name))
    for name in ("POPULATION", "POPULATION_UNIT", "PER_PERSON"):
        made.take(*copied("emissiondemand", name))
    for name in ("REGION_EMISSION", "REGION_EMISSION_UNIT", "REGION_POPULATION", "REGION_POPULATION_UNIT"):
        made.take(*copied("emissiondemand", name))
    for name in ("METHOD", "CLASSES", "FIXED_LIMITS", "MERGE", "LANGUAGE"):
        made.take(*copied("naturalbreakszoning", name))
    pools = {name: GIVEN(name) for name in ("LAND_COVER", "POOLS", "PRESET", "SCHEME")}
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
    people = ("POPULATION", "POPULATION_UNIT", "PER_PERSON")
    people += ("REGION_EMISSION", "REGION_EMISSION_UNIT", "REGION_POPULATION", "REGION_POPULATION_UNIT")
    demand = made.step(
        "demand",
        "emissiondemand",
        {"ZONES": RESULT(supply, "OUTPUT"), **{name: GIVEN(name) for name in people}},
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
    made.step(
        "zoning",
        "naturalbreakszoning",
        {
            "ZONES": RESULT(ratio, "OUTPUT"),
            "FIELD": FIXED("ratio"),
            **{name: GIVEN(name) for name in ("METHOD", "CLASSES", "FIXED_LIMITS", "MERGE", "LANGUAGE")},
        },
        {"OUTPUT": "Zones", "LIMITS": "Limits of the classes"},
        ("GVF", "GVF_EXACT", "ZONES_CHANGED", "ZONE_SIZES"),
    )
    return made


def coefficient() -> Model:
    """Emission and sink -> EEC and SEC -> zones."""
    made = Model(
        "coefficientbalance",
        "Coefficient balance",
        "From emissions, sink and GDP of counties to four zones by the economic coefficient EEC and the sink "
        "coefficient SEC. If GDP is not known, a column with an existing EEC can be given.",
    )
    made.take(
        layer("ZONES", "Zones", polygon=False), "Counties or other units with emissions, sink and GDP in columns."
    )
    coefficients = ("EMISSION", "EMISSION_UNIT", "SINK", "SINK_UNIT", "SINK_SPECIES", "GDP", "GDP_UNIT", "EEC")
    for name in coefficients:
        made.take(*copied("carbonbalancecoefficients", name))
    zoning = ("EEC_THRESHOLD", "SEC_THRESHOLD", "PRESET", "LANGUAGE")
    for name in zoning:
        made.take(*copied("coefficientzoning", name))
    first = made.step(
        "balance",
        "carbonbalancecoefficients",
        {"ZONES": GIVEN("ZONES"), **{name: GIVEN(name) for name in coefficients}},
        {},
        ("EEC_GAP", "SEC_GAP", "EMISSION_T", "SINK_T"),
    )
    made.step(
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
    made.take(field("EMISSION", "Emission"), "Annual emissions of each zone; the column must be complete.")
    made.take(*copied("emissiondemandraster", "EMISSION_UNIT"))
    made.take(
        QgsProcessingParameterRasterLayer("WEIGHTS", "Weights"),
        "Distribution of the emissions within a zone: population, night lights or GDP.",
    )
    for name in ("WEIGHTS_AS", "EMPTY"):
        made.take(*copied("emissiondemandraster", name))
    for name in ("CELL_SIZE", "GRID_CRS"):
        made.take(*copied("emissiondemandraster", name))
    made.take(QgsProcessingParameterRasterLayer("LAND_COVER", "Land cover"), "Raster of class codes.")
    for name in ("POOLS", "PRESET", "SCHEME"):
        made.take(*copied("carbonstorage", name))
    indices = ("INDEX", "CONVERT", "SUPPLY_MAX", "DEMAND_MAX")
    for name in indices:
        made.take(*copied("supplydemandratio", name))
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
    pools = {name: GIVEN(name) for name in ("LAND_COVER", "POOLS", "PRESET", "SCHEME")}
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
    return made


def plan() -> Model:
    """Sink -> compensation -> flow -> optimised land use -> simulation -> sink and compensation again."""
    made = Model(
        "carbonplan",
        "Carbon plan",
        "From diagnosis to plan: the yearly sink of each zone against its emissions, who pays and who receives, whose "
        "surplus is counted against whose deficit, the land use with the largest sink within your bounds, where it "
        "would lie, and who would then pay and receive. The columns that end in _plan are those after the plan. The "
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
    sinks = ("SINKS", "PRESET", "SCHEME")
    for name in sinks:
        made.take(*copied("annualcarbonsink", name))
    terms = ("SINK_SPECIES", "BASELINE", "POPULATION", "POPULATION_UNIT", "GDP", "GDP_UNIT", "PRICE", "PRICE_UNIT")
    for name in terms:
        made.take(*copied("carboncompensation", name))
    made.take(*copied("carbonserviceflow", "METHOD"))
    for name in ("BOUNDS", "CHANGE", "WISH", "PERMISSIONS", "RESTRICTED"):
        made.take(*copied("landuseoptimisation", name))
    drivers, about = copied("landusesuitability", "DRIVERS")
    drivers.setFlags(drivers.flags() & ~QgsProcessingParameterDefinition.Flag.FlagOptional)
    made.take(drivers, about)
    made.take(*copied("landusesuitability", "EARLIER"))
    made.take(*copied("landusesimulation", "SEED"))
    paid = {name: GIVEN(name) for name in (*emission, *terms)}
    today = made.step(
        "sink",
        "annualcarbonsink",
        {"ZONES": GIVEN("ZONES"), "LAND_COVER": GIVEN("LAND_COVER"), **{name: GIVEN(name) for name in sinks}},
        {},
        ("TOTAL_SINK_T",),
    )
    budget = made.step(
        "compensation",
        "carboncompensation",
        {"ZONES": RESULT(today, "OUTPUT"), "SINK": FIXED("sink_t"), **paid},
        {},
        ("NET_EMISSION_T", "PAYERS", "RECEIVERS", "PAID_T", "RECEIVED_T", "COMPENSATION_GAP_T"),
    )
    made.step(
        "flow",
        "carbonserviceflow",
        {"ZONES": RESULT(budget, "OUTPUT"), "AMOUNT": FIXED("excess_t"), "METHOD": GIVEN("METHOD")},
        {"FLOWS": "Flow lines"},
        ("FLOW_T", "SURPLUS_T", "DEFICIT_T", "LEFT_T"),
    )
    suitability = made.step(
        "suitability",
        "landusesuitability",
        {name: GIVEN(name) for name in ("LAND_COVER", "DRIVERS", "EARLIER")},
        {},
    )
    limits = {name: GIVEN(name) for name in ("PERMISSIONS", "RESTRICTED")}
    best = made.step(
        "plan",
        "landuseoptimisation",
        {
            **{name: GIVEN(name) for name in ("LAND_COVER", "SINKS", "SCHEME", "BOUNDS", "CHANGE", "WISH")},
            "AIM": FIXED("sink"),
            "SUITABILITY": RESULT(suitability, "OUTPUT"),
            **limits,
        },
        {"DEMAND": "Plan by class", "TRANSITIONS": "Plan by transition", "BINDING": "Constraints that bind"},
        ("AIM_NOW", "AIM_PLAN", "CHANGED_HA"),
    )
    future = made.step(
        "future",
        "landusesimulation",
        {
            "LAND_COVER": GIVEN("LAND_COVER"),
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
            "ZONES": RESULT(budget, "OUTPUT"),
            "LAND_COVER": RESULT(future, "OUTPUT"),
            **{name: GIVEN(name) for name in sinks},
            "SUFFIX": FIXED("_plan"),
        },
        {},
        ("TOTAL_SINK_T",),
    )
    made.step(
        "compensation_plan",
        "carboncompensation",
        {"ZONES": RESULT(later, "OUTPUT"), "SINK": FIXED("sink_t_plan"), **paid, "SUFFIX": FIXED("_plan")},
        {"OUTPUT": "Zones"},
        ("NET_EMISSION_T", "PAYERS", "RECEIVERS", "PAID_T", "RECEIVED_T", "COMPENSATION_GAP_T"),
    )
    return made


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
    for make in (regional, coefficient, grid, plan):
        make().save()
    application.exitQgis()


if __name__ == "__main__":
    main()
