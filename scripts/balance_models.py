"""The models of the balance: of a region, by coefficients, and on a grid."""

from __future__ import annotations

from model_maker import FIXED, GIVEN, RESULT, Model, column_of, copied, layer
from model_parts import OF_LAND_COVER, REPORT_COMMENT, REPORTED, SHEETS_COMMENT, show
from qgis.core import QgsProcessingParameterRasterLayer


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
