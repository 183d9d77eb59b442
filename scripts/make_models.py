"""Writes the models of resources/models. Run with QGIS 3.22, for newer files do not open in it:

QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/make_models.py
"""

from __future__ import annotations

from model_maker import FIXED, GIVEN, MODELS, RESULT, Model, copied, field, layer
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import QgsApplication, QgsProcessingParameterRasterLayer


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
    for make in (regional, coefficient, grid):
        make().save()
    application.exitQgis()


if __name__ == "__main__":
    main()
