"""What hostile cases are put together from: inputs that make a legal run, good names of columns, and bad values."""

from __future__ import annotations

import nasty_layers

# Rasters of one quantity at six dates, and the settings with which a calibration takes seconds.
SIX_DATES = ["covers:uint8", "covers:slope", "covers:int16", "covers:float32", "covers:earlier", "covers:later"]
QUICK = {"BLOCK": 2, "SAMPLES": 100, "NETWORKS": 1, "SEEDS": 1, "FOLDS": 2}
# Which optional inputs make a legal run, where definitions alone cannot say it; {name: value} fixes a value.
RECIPES: dict[str, list[dict]] = {
    "annualcarbonsink": [
        {"LAND_COVER": ..., "PRESET": "guiyang", "NODATA_CODES": "5,6"},
        {"LAND_COVER": ..., "SINKS": "tables:pools"},
        {"AREA_FIELDS": ["cropland", "forest"], "PRESET": "guiyang"},
    ],
    "carbonbalancecoefficients": [{"SINK": ..., "GDP": ...}, {"SINK": ..., "EEC": "eec_given"}],
    "carbonbalanceseries": [{"DATES": "2010,2020", "KEY": "code", "SUPPLY": "sink", "DEMAND": "emission"}],
    "carbonpooltable": [{"PRESET": "henan"}, {"POOLS": "tables:pools"}, {"PRESET": "beibu_gulf"}],
    "carbonstorage": [
        {"LAND_COVER": ..., "PRESET": "henan"},
        {"LAND_COVER": ..., "POOLS": ...},
        {"LAND_COVER": ..., "POOLS": ..., "OUTPUT": ...},
        {"LAND_COVER": "covers:unmarked_zero", "PRESET": "henan", "NODATA_CODES": "0"},
        {"LAND_COVER": "covers:unmarked_float", "PRESET": "henan", "NODATA_CODES": "-3.4028235e+38"},
        {"LAND_COVER": "covers:unmarked_int32", "PRESET": "henan"},
        {"AREAS": "tables:pools", "POOLS": ...},
    ],
    "carbonstoragechange": [
        {"PRESET": "henan", "CHANGE": ..., "CLASSES": ...},
        {"POOLS": ..., "ZONES": ..., "OUTPUT": ..., "TRANSITIONS": ...},
        {"POOLS": ..., "YEAR": 2000, "YEAR_LATER": 2020, "PRICE": 43, "VALUE": ...},
    ],
    "carbonuncertainty": [
        {"POOLS": ..., "CV": 20, "SUMMARY": ...},
        {"PRESET": "henan", "CV": 10, "ZONES": ..., "OUTPUT": ..., "TORNADO": ...},
    ],
    "sinkcoefficients": [
        {"LAND_COVER": "covers:uint8", "UPTAKE": "covers:slope"},
        {"LAND_COVER": "covers:uint8", "SINKS": "tables:pools"},
    ],
    "sinkuncertainty": [
        {"SINKS": ..., "CV": 20, "SUMMARY": ...},
        {"PRESET": "guiyang", "CV": 10, "EMISSION": "emission", "EEC": "eec_given", "ZONE_CLASSES": ...},
    ],
    "emissiondemand": [
        {"POPULATION": ..., "PER_PERSON": 4},
        {"EMISSION": ...},
        {"POPULATION": ..., "REGION_EMISSION": 300, "REGION_POPULATION": 50},
    ],
    "emissioninventory": [{"GDP": ..., "INTENSITY_ALL": 1.2, "RESPIRATION": False}],
    "factorcorrelation": [
        {"INPUT": "layers:points", "VARIABLES": ["emission"], "FACTORS": ["population", "gdp"]},
        {"VARIABLE_RASTERS": ["covers:uint8"], "FACTOR_RASTERS": ["covers:unmarked_driver"]},
        {"VARIABLE_RASTERS": ["covers:uint8"], "FACTOR_RASTERS": ["covers:int32", "covers:two_bands"]},
    ],
    "geographicallyweightedregression": [
        {
            "INPUT": "layers:zones",
            "DEPENDENT": "emission",
            "EXPLANATORY": ["gdp"],
            "BANDWIDTH": 8,
            "KERNEL": "gaussian",
            "BANDWIDTH_TYPE": "adaptive",
            "MODELS": "joint",
        },
    ],
    "joinstatistics": [
        {"ZONE_KEY": "code", "TABLE": "layers:table", "TABLE_KEY": "code", "FIELDS": ["gdp", "sink"], "SUFFIX": "_2020"}
    ],
    "supplydemandratio": [{"AREA": ...}, {"AREA": ..., "AREA_UNIT": ...}, {}],
    "zonalcarbonsupply": [
        {"PRESET": "henan", "LAND_COVER": "covers:unmarked_255", "NODATA_CODES": "255"},
        {"POOLS": ...},
        {"PRESET": "henan"},
        {"POOLS": ..., "CELL_RULE": ..., "CLASSES": ...},
        {"CARBON": "covers:slope", "CARBON_UNIT": ..., "CARBON_SPECIES": ..., "CARBON_BASIS": ...},
        {"CARBON": "covers:float32", "CELL_RULE": ..., "CARBON_BASIS": "flow"},
        {"CARBON": "covers:slope", "CARBON_POOL": "soil", "LAND_COVER": "covers:uint8", "PRESET": "henan"},
        {"CARBON": "covers:unmarked_driver", "NODATA_VALUES": "-9999"},
    ],
    "naturalbreakszoning": [
        {"FIELD": "emission", "METHOD": "as_published", "CLASSES": 7},
        {"FIELD": "population", "METHOD": "exact", "CLASSES": 4, "MERGE": "1,2,3-4", "PRESET": "numbered"},
        {"FIELD": "sec_given", "METHOD": "fixed_limits", "FIXED_LIMITS": "0.8,1,1.2", "MERGE": ""},
    ],
    "emissiondemandraster": [
        {"ZONES": "layers:zones", "EMISSION": "emission", "WEIGHTS": "covers:float32"},
        {"ZONES": ..., "EMISSION": "emission", "WEIGHTS": "covers:uint16", "EMPTY": "spread_evenly"},
        {"WEIGHTS": ..., "PER_PERSON": 4},
        {"WEIGHTS": "covers:unmarked_driver", "PER_PERSON": 4, "NODATA_VALUES": "-9999"},
    ],
    "gridcarbonbalance": [{"PRESET": "henan", "EMISSION": "emission", "LAND_COVER": "covers:uint8"}],
    "carbonbalancereport": [{"SUPPLY": "sink", "DEMAND": "emission", "ZONES": "layers:zones", "WORKBOOK": ""}],
    "coefficientzoning": [{"EEC": "eec_given", "SEC": "sec_given", "EEC_GIVEN": 1.1, "SEC_GIVEN": 0.9}],
    "landusetransition": [
        {
            "LAND_COVER": ...,
            "LAND_COVER_LATER": ...,
            "YEAR": 2000,
            "LATER_YEAR": 2010,
            "TARGET_YEAR": 2030,
            "DEMAND": ...,
        },
    ],
    "landuseoptimisation": [
        {"LAND_COVER": "covers:uint8"},
        {"LAND_COVER": "covers:uint8", "AIM": "storage", "POOLS": "tables:pools", "AIM_2": "sink", "POINTS": 3},
        {"LAND_COVER": "covers:uint8", "AIM": "sink", "PRESET": "ecological", "CHANGE": 50},
    ],
    "carbonplan": [
        {"LAND_COVER": "covers:uint8", "DRIVERS": ["covers:slope"], "EMISSION": "emission", "PRESET": "guiyang"},
        {"LAND_COVER": "covers:uint8", "DRIVERS": ["covers:slope"], "EMISSION": "emission", "UPTAKE": "covers:slope"},
    ],
    "landusesuitability": [
        {"LAND_COVER": ..., "DRIVERS": ...},
        {"LAND_COVER": "covers:uint8", "DRIVERS": ["covers:unmarked_driver"], "NODATA_VALUES": "-9999"},
        {"LAND_COVER": "covers:unmarked_zero", "DRIVERS": ["covers:unmarked_driver", "covers:int16"]},
    ],
    "landusesimulation": [
        {
            "LAND_COVER": "covers:uint8",
            "SUITABILITY": "covers:six_bands",
            "DEMAND": "tables:pools",
            "UNIT": "ha",
            "AMOUNT_FIELD": "area_ha",
            "TRANSITIONS": "",
            "PRESET": "none",
            "UNREACHABLE": "nearest",
            "ITERATIONS": 20,
        },
    ],
    "scenariocarbon": [
        {
            "PRESET": "henan",
            "YEAR": 2000,
            "LATER_YEAR": 2010,
            "TARGET_YEAR": 2030,
            "LAND_COVER": "covers:uint8",
            "TODAY": "covers:int16",
        },
    ],
    "regionalcarbonbalance": [
        {"PRESET": "henan", "POPULATION": ..., "PER_PERSON": 4, "CLASSES": 4, "MERGE": "", "METHOD": "exact"}
    ],
    "carboncentre": [
        {"AMOUNTS": ["sink", "emission"]},
        {"AMOUNTS": ["population", "emission"], "MEASURE_CRS": "EPSG:32648"},
        {"AMOUNTS": ["cropland", "forest", "sink"], "ZONES": "layers:points"},
    ],
    "carboncompensation": [
        {"EMISSION": "emission", "SINK": "sink", "BASELINE": "zero", "PRICE": 60},
        {"BASELINE": "area", "AREA": ..., "PRICE": 60},
        {"BASELINE": "person", "POPULATION": ...},
        {"BASELINE": "gdp", "GDP": ..., "CURRENCY": "yuan"},
        {"BASELINE": "column", "BASELINE_FIELD": "forest"},
    ],
    "carbonserviceflow": [
        {"AMOUNT": "surplus", "METHOD": "least_distance", "ZONES": "layers:zones"},
        {"AMOUNT": "surplus", "METHOD": "gravity", "ZONES": "layers:zones_geojson", "MOST_LINES": 3},
        {"AMOUNT": "surplus"},
    ],
    "carbontrend": [
        {"RASTERS": SIX_DATES, "YEARS": "2001-2006", "FEWEST": 4},
        {"RASTERS": SIX_DATES, "YEARS": "2000; 2003; 2005; 2010; 2015; 2020", "CLASSES": ..., "SUMMARY": ...},
        {
            "RASTERS": [*SIX_DATES[:4], "covers:unmarked_driver"],
            "YEARS": "2001-2005",
            "NODATA_VALUES": "-9999",
            "FEWEST": 5,
        },
    ],
    "landusecalibration": [
        {"LAND_COVER": "covers:uint8", "EARLIER": "covers:earlier", "DRIVERS": ["covers:slope"], **QUICK},
        {"LAND_COVER": "covers:int32", "EARLIER": "covers:earlier", **QUICK, "PATCHES": True, "TRIALS": ...},
        {
            "LAND_COVER": "covers:int32",
            "EARLIER": "covers:earlier",
            "VALIDATION": "covers:later",
            "VALIDATION_TABLE": ...,
            **QUICK,
        },
    ],
    "landuseemission": [
        {"LAND_COVER": ..., "PRESET": "china"},
        {"LAND_COVER": ..., "COEFFICIENTS": "tables:coefficients", "ENERGY": "emission", "CLASSES": ...},
        {"LAND_COVER": "covers:uint8", "PRESET": "china", "ZONES": "layers:zones", "CELL_RULE": "exact_fraction"},
    ],
    "multiindexzoning": [
        {"FIELDS": ["emission", "sink", "gdp"], "METHOD": "k_means", "CLUSTERS": 3, "STARTS": 5},
        {"FIELDS": ["emission", "sink", "gdp"], "METHOD": "eight_cells", "MERGE": "HHH,HHL=balance; LLL=control"},
        {"FIELDS": ["cropland", "forest"], "MEASURE": "nrca", "METHOD": "k_means", "CLUSTERS": 2, "OVERLAY": "name"},
    ],
    "netecosystemproduction": [
        {"NPP": ["covers:slope"], "RH": ["covers:uint8"], "RH_OUTPUT": ...},
        {"NPP": ["covers:float32"], "NPP_UNIT": "t_C_ha", "RH": ["covers:int16"]},
        {
            "NPP": ["covers:slope"],
            "TEMPERATURE": ["covers:months"],
            "TEMPERATURE_UNIT": "degC",
            "PRECIPITATION": ["covers:months"],
        },
        {"NPP": ["covers:months"], "RH": ["covers:months"], "RH_UNIT": "kg_C_m2", "LEAST_NPP": 0},
    ],
    "supplydemandratioraster": [
        {"SUPPLY": "covers:float32", "DEMAND": "covers:slope", "BALANCE": ...},
        {"SUPPLY": "covers:slope", "DEMAND": "covers:int32", "SUPPLY_LATER": "covers:uint8", "DEMAND_LATER": ...},
        {"SUPPLY": "covers:unmarked_driver", "DEMAND": "covers:int32", "NODATA_VALUES": "-9999"},
        {},
    ],
    "coefficientbalance": [{"SINK": ..., "GDP": ..., "EEC_THRESHOLD": "mean", "SEC_THRESHOLD": "one"}],
}
FIELD_OF = {"SUPPLY": "sink", "DEMAND": "emission", "FIELD": "emission", "KEY": "code", "ZONE_KEY": "code"}
FIELD_OF.update(
    {
        "TABLE_KEY": "code",
        "ENERGY_KEY": "code",
        "NAME_FIELD": "name",
        "NAME": "name",
        "INTENSITY": "eec_given",
        "AREA": "area",
        "AMOUNT": "surplus",
        "SINK": "sink",
        "OVERLAY": "name",
    }
)
FIELD_OF.update({name.upper(): name for name in nasty_layers.GOOD})
POOL_INPUTS = {"POOLS", "POOLS_LATER", "SINKS", "AREAS", "SOIL", "CONFUSION", "COEFFICIENTS"}
TABLE_INPUTS = {"TABLE", "ENERGY", "OWN_FACTORS"}
# Outputs that a run can only give with inputs that its recipe does not have are left out.
NEEDS = {
    "carbonstoragechange": {"OUTPUT": "ZONES", "ZONE_CLASSES": "ZONES", "ZONE_TRANSITIONS": "ZONES", "VALUE": "PRICE"},
    "carbonuncertainty": {"OUTPUT": "ZONES", "ZONE_CLASSES": "DEMAND"},
    "sinkuncertainty": {"ZONE_CLASSES": "EEC"},
    "carbonstorage": {"OUTPUT": "LAND_COVER"},
    "supplydemandratioraster": {"CHANGE": "SUPPLY_LATER"},
    "landusecalibration": {"VALIDATION_TABLE": "VALIDATION"},
    "zonalcarbonsupply": {"CLASSES": "PRESET"},
}
SMALL = {"DRAWS": 200, "PERMUTATIONS": 19}
GOOD_ZONES = ["zones", "zones_geojson", "overlapping", "tiny_zones", "partly_outside", "with_hole", "degrees"]
GOOD_ZONES += ["doubled", "city_and_counties", "tiny_tiles", "half_outside"]
GOOD_ZONES += [
    "null_geometry",
    "on_cell_borders",
    "multipolygons",
    "polygons_z",
    "shapefile",
    "zones \"x\"; 'y' 中文 <i>",
]
GOOD_POOLS = ["pools", "pools_bom", "pools_spaces", "pools_fullwidth", "pools_extra_column", "pools_reversed"]
GOOD_POOLS += ["pools_semicolons", "pools_decimal_commas", "pools_tabs", "pools_yearbook", "pools_continued"]
NUMBERS = [0, -1, 1, 2, 0.5, 1.5, 1e-308, -1e308, 1e308, 2**31, 2**63, float("nan"), float("inf"), "", "abc", "１２"]
TEXTS = ["", " ", "a" * 3000, "it's", '"', ";", "中文", "<b>x</b>", "../..", "{x}", "%s", "\n", "\x00", "1-2", "1,2,3"]
TEXTS += ["9-1", "nan", "inf", "-1", "0,255", "1-99999999", "1e400,2", "'; DROP TABLE x; --", "2010,2020", "_2020", "1"]
FILE_NAMES = ["out", "it's; 中文 <b>", 'q"uote', "no suffix.", "a" * 300, "sub/../up", "%d{0}", " "]
