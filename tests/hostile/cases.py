"""Cases generated from the parameter definitions of the algorithms: valid parameters with hostile values inserted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nasty_layers
import nasty_rasters
import numpy as np
from qgis.core import QgsProcessing, QgsProcessingAlgorithm, QgsProcessingParameterNumber

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


@dataclass
class Case:
    """One run: its parameters are plain values, so that a case can be told and repeated.

    Attributes:
        hostile: how many values were made bad on purpose.
        cancel_after: looks at whether the run was cancelled after which it says yes; ``None`` for never.
    """

    number: int
    algorithm: str
    parameters: dict[str, object]
    hostile: int
    cancel_after: int | None = None


@dataclass
class Catalogue:
    """What cases are made of, by name."""

    root: Path
    covers: dict[str, nasty_rasters.Cover] = field(default_factory=dict)
    layers: dict[str, nasty_layers.Layer] = field(default_factory=dict)
    tables: dict[str, nasty_layers.Layer] = field(default_factory=dict)
    stamps: dict[Path, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def made_in(cls, root: Path) -> Catalogue:
        """Everything written under ``root``."""
        folder = root / "inputs"
        made = cls(
            root,
            nasty_rasters.covers(folder / "covers"),
            nasty_layers.layers(folder / "layers"),
            nasty_layers.tables(folder / "tables"),
        )
        made.stamps = made.stamps_now()
        return made

    def stamps_now(self) -> dict[Path, tuple[int, int]]:
        """Size and time of change of every input file, except XML files, into which GDAL writes statistics."""
        files = [path for path in (self.root / "inputs").rglob("*") if path.is_file() and path.suffix != ".xml"]
        files = [path for path in files if not path.read_bytes().startswith(b"<VRT")]
        return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}

    def changed(self) -> list[str]:
        """The input files that have changed."""
        now = self.stamps_now()
        return [path.name for path, stamp in self.stamps.items() if now.get(path) != stamp]

    def path(self, reference: object) -> object:
        """``covers:uint8`` as the path of it; lists item by item; anything else as it is."""
        if isinstance(reference, list):
            return [self.path(item) for item in reference]
        kind, _, name = str(reference).partition(":")
        there = getattr(self, kind, None) if kind in ("covers", "layers", "tables") else None
        return there[name].path if there and name in there else reference

    def by_path(self, kind: str, path: object):
        """The cover, layer or table of a path, ``None`` if it is not in the catalogue."""
        return next((item for item in getattr(self, kind).values() if item.path and item.path == path), None)


class Maker:
    """Makes case after case for one algorithm."""

    def __init__(self, algorithm: QgsProcessingAlgorithm, catalogue: Catalogue, rng, folder: Path) -> None:
        self.definitions = {each.name(): each for each in algorithm.parameterDefinitions()}
        self.needs = NEEDS.get(algorithm.name(), {})
        self.recipes = RECIPES.get(algorithm.name(), [{}])
        self.catalogue, self.rng, self.folder = catalogue, rng, folder
        self.values: dict[str, object] = {}

    def pick(self, items):
        """One of ``items``."""
        return items[int(self.rng.integers(len(items)))]

    def make(self) -> tuple[dict[str, object], int]:
        """Parameters, and how many of them were made bad."""
        recipe = self.pick(self.recipes)
        for name, definition in self.definitions.items():
            optional = bool(definition.flags() & definition.Flag.FlagOptional)
            if name in recipe and recipe[name] is not ...:
                self.values[name] = self.catalogue.path(recipe[name])
            elif (
                name in recipe
                or not optional
                or definition.isDestination()
                and self.rng.random() < 0.4
                and self.fits(name, recipe)
            ):
                self.values[name] = self.good(definition)
        hostile = int(self.rng.choice(4, p=[0.45, 0.3, 0.15, 0.1]))
        for _ in range(hostile):
            name = self.pick(list(self.values if self.values and self.rng.random() < 0.7 else self.definitions))
            self.values[name] = self.bad(self.definitions[name])
        if "FOLDER" in self.definitions:
            # Any text is the name of a folder, in the current one or in the user's profile.
            self.values["FOLDER"] = str(self.folder / self.pick(FILE_NAMES[:3]))
        return self.values, hostile

    def fits(self, name: str, recipe: dict) -> bool:
        """Whether a recipe has what the optional output ``name`` is made from."""
        return self.needs.get(name) in (None, *recipe)

    def columns(self, definition) -> list[str]:
        """The columns of the layer that a field parameter points into."""
        parent = self.values.get(definition.parentLayerParameterName())
        known = self.catalogue.by_path("layers", parent)
        return list(known.columns) if known else []

    def good(self, definition) -> object:
        """A value that is most likely legal."""
        name, kind = definition.name(), definition.type()
        if kind == "field":
            chosen = FIELD_OF.get(name) or self.pick(nasty_layers.GOOD)
            return [chosen] if definition.allowMultiple() else chosen
        if kind in ("source", "vector"):
            if name in POOL_INPUTS:
                return self.catalogue.tables[self.pick(GOOD_POOLS)].path
            if name in TABLE_INPUTS:
                return self.catalogue.layers[self.pick(["table", "yearbook"])].path
            polygons = {QgsProcessing.SourceType.TypeVectorPolygon} & set(definition.dataTypes())
            zones = GOOD_ZONES if polygons or self.rng.random() < 0.8 else ["points", "table", "no_crs_zones"]
            return self.catalogue.layers[self.pick(zones)].path
        if kind == "raster":
            return self.pick([cover.path for cover in self.catalogue.covers.values() if cover.plain])
        if kind == "multilayer":
            if definition.layerType() == QgsProcessing.SourceType.TypeRaster:
                return [self.catalogue.covers[key].path for key in ("uint8", "int16")]
            return [self.catalogue.layers[key].path for key in ("zones", "zones_geojson")]
        if kind == "enum":
            return definition.defaultValue() if name == "SCHEME" else self.pick(definition.options())
        if kind == "number":
            return self._good_number(definition)
        if kind == "boolean":
            return bool(self.rng.integers(2))
        if definition.isDestination():
            return self._destination(definition, "out")
        return definition.defaultValue() or {"string": "", "band": 1}.get(kind)

    def _good_number(self, definition) -> float:
        if definition.name() in SMALL:
            return SMALL[definition.name()]
        default = definition.defaultValue()
        if default is not None and self.rng.random() < 0.6:
            return default
        low = max(definition.minimum(), 0)
        number = low + float(self.rng.uniform(0, min(definition.maximum() - low, 10)))
        whole = definition.dataType() == QgsProcessingParameterNumber.Type.Integer
        return int(number) if whole else number

    @staticmethod
    def suffix(definition) -> str:
        """The ending of the files of an output."""
        own = {"rasterDestination": ".tif", "sink": ".gpkg"}.get(definition.type())
        if own is None and definition.type() == "fileDestination":
            own = f".{definition.defaultFileExtension()}"
        return own or ""

    def _destination(self, definition, stem: str) -> str:
        kind = definition.type()
        if kind == "sink":
            how = self.pick(["temporary", "memory", ".gpkg", ".gpkg", ".geojson", ".csv", ".shp"])
            if how in ("temporary", "memory"):
                return "memory:" if how == "memory" else QgsProcessing.TEMPORARY_OUTPUT
            return str(self.folder / f"{stem}_{len(self.values)}{how}")
        return str(self.folder / f"{stem}_{len(self.values)}{self.suffix(definition)}")

    def bad(self, definition) -> object:
        """A value that may well be illegal."""
        name, kind = definition.name(), definition.type()
        if definition.isDestination():
            return self._bad_destination(definition)
        if self.rng.random() < 0.08:
            return self.pick([None, "", [], 0, -1, "abc", True, [None], "a;b"])
        if kind == "field":
            columns = self.columns(definition) or nasty_layers.BAD
            chosen = self.pick([*columns, *nasty_layers.BAD, "no such column", ""])
            more = [chosen, self.pick(columns), chosen]
            return self.pick([more, [chosen], ";".join(more)]) if definition.allowMultiple() else chosen
        if kind in ("source", "vector"):
            everything = {**self.catalogue.tables, **self.catalogue.layers}
            own = self.catalogue.tables if name in POOL_INPUTS and self.rng.random() < 0.7 else everything
            return self.pick(list(own.values())).path
        if kind == "raster":
            return self.pick(list(self.catalogue.covers.values())).path
        if kind == "multilayer":
            rasters = definition.layerType() == QgsProcessing.SourceType.TypeRaster
            known = self.catalogue.covers if rasters else self.catalogue.layers
            return [self.pick(list(known.values())).path for _ in range(int(self.rng.integers(0, 4)))]
        if kind == "enum":
            return self.pick([*definition.options(), "bogus", 0, 99, -1, "", "0", definition.options()])
        if kind == "number":
            few = [value for value in NUMBERS if not isinstance(value, (int, float)) or not abs(value) > 1000]
            return self.pick(few if name in SMALL else NUMBERS)
        if kind == "boolean":
            return self.pick(["yes", 2, "", None, "false"])
        if kind == "band":
            return self.pick([0, 2, 3, 99, -1, "x", 1.5, "", 2**31])
        return self.pick(TEXTS)

    def _bad_destination(self, definition) -> object:
        inputs = [value for value in self.values.values() if isinstance(value, str) and "/inputs/" in value]
        outputs = [value for value in self.values.values() if isinstance(value, str) and str(self.folder) in value]
        suffix = self.suffix(definition)
        catalogue = self.catalogue
        known = [*catalogue.covers.values(), *catalogue.layers.values()]
        behind = [each.behind for each in known if each.behind and each.path in inputs]
        database = catalogue.layers["database"].path
        choices = [
            str(self.folder / f"{self.pick(FILE_NAMES)}{suffix}"),
            str(self.folder / f"{self.pick(FILE_NAMES)}{suffix}"),
            str(self.folder / f"out{self.pick(['', '.xyz', '.png', '.txt', '.GPKG', '.TIF', '.xlsx', '.dbf'])}"),
            str(self.folder / "no" / "such" / f"folder{suffix}"),
            f"/proc/out{suffix}",
            f"/dev/full{suffix}",
            str(self.folder),
            "",
            f"/vsimem/hostile_output{suffix}",
        ]
        if definition.type() == "sink":
            into = f"ogr:dbname='{self.folder / 'd.gpkg'}' table=\"{self.pick(['x', 'y'])}\" (geom)"
            choices += [database, into, into]
        return self.pick([*choices, *inputs[:2], *outputs[:2], *behind, *behind])


def make_case(algorithms: list[QgsProcessingAlgorithm], catalogue: Catalogue, seed: int, number: int) -> Case:
    """Case ``number`` of the run that ``seed`` names; the algorithms take turns."""
    rng = np.random.default_rng([seed, number])
    algorithm = algorithms[number % len(algorithms)]
    maker = Maker(algorithm, catalogue, rng, catalogue.root / "outputs" / str(number))
    parameters, hostile = maker.make()
    cancel = int(rng.integers(0, 12)) if rng.random() < 0.05 else None
    return Case(number, algorithm.name(), parameters, hostile, cancel)
