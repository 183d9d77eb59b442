"""Cases generated from the parameter definitions of the algorithms: valid parameters with hostile values inserted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nasty_layers
import nasty_rasters
import numpy as np
from case_recipes import (
    FIELD_OF,
    FILE_NAMES,
    GOOD_POOLS,
    GOOD_ZONES,
    NEEDS,
    NUMBERS,
    POOL_INPUTS,
    RECIPES,
    SMALL,
    TABLE_INPUTS,
    TEXTS,
)
from qgis.core import QgsProcessing, QgsProcessingAlgorithm, QgsProcessingParameterNumber


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
