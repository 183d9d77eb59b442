"""Text on parameters and versions of a run, as needed to repeat it."""

from __future__ import annotations

import configparser
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsMapLayer,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
)

from ...core.runtime.errors import did_you_mean, listed
from ...core.runtime.i18n import tr
from .inputs.given import Given
from .inputs.values import titled

# Parameter types whose values are layers or files.
PLACES = ("source", "vector", "raster", "layer", "multilayer", "file", "folderDestination", "fileDestination", "sink")
METADATA = Path(__file__).parents[2] / "metadata.txt"


def format_parameters(given: Given) -> dict[str, str]:
    """The parameters of the run that differ from their defaults."""
    values, places = {}, set()
    for definition in given.algorithm.parameterDefinitions():
        value = given.parameters.get(definition.name())
        if value in (None, "", []) or value == definition.defaultValue():
            continue
        title = titled(definition)
        values[title] = _as_text(value)
        if definition.type() in PLACES:
            places.add(title)
    files = [part for title in places for part in values[title].split(";")]
    stated = {title: _short(text, files) if title in places else text for title, text in values.items()}
    return {tr("algorithm"): given.algorithm.id(), **stated}


def _short(text: str, files: Sequence[str]) -> str:
    """File names instead of paths, with the folder if two of ``files`` have the same name.

    Reports are passed on, so that full paths are omitted for privacy.
    """
    names = [_parts(each)[0] for each in files]
    shown = []
    for each in text.split(";"):
        path, rest = _parts(each)
        alike = {tuple(other) for other in names if other[-1:] == path[-1:]}
        name = "/".join(path[-2 if len(alike) > 1 else -1 :]) + rest
        shown.append(re.sub(r"\b(user|password|authcfg)=('[^']*'|[^\s&]*)", r"\1=…", name))
    return ";".join(shown)


def _parts(place: str) -> tuple[list[str], str]:
    """The parts of a path, and its suffix such as ``|layername=...`` or ``?delimiter=...``."""
    path, mark, rest = re.fullmatch(r"([^|?]*)([|?]?)(.*)", place.removeprefix("file://"), flags=re.DOTALL).groups()
    return [part for part in re.split(r"[\\/]+", path) if part] or [""], mark + rest


def _as_text(value: object) -> str:
    """A value as text; a layer by its source."""
    if isinstance(value, (list, tuple)):
        return ";".join(map(_as_text, value))
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        return value.source.staticValue()
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        return value.sink.staticValue()
    if isinstance(value, QgsMapLayer):
        # Connection strings of databases and servers may contain passwords.
        return value.source() if value.providerType() in ("ogr", "gdal", "delimitedtext") else value.name()
    return str(value)


def log_parameters(given: Given) -> None:
    """Log the interpreted parameters, and unknown ones, which QGIS silently ignores."""
    known = {definition.name() for definition in given.algorithm.parameterDefinitions()}
    stated = [
        f"{name} = {_as_text(value)}" for name, value in given.parameters.items() if name in known and value is not None
    ]
    given.log.feedback.pushInfo(tr("Parameters as interpreted: {parameters}").format(parameters=tr(", ").join(stated)))
    ignored = unknown_parameters(given.algorithm, given.parameters)
    if ignored:
        given.log.warn(ignored)


def unknown_parameters(algorithm, parameters: dict) -> str:
    """A sentence on parameters that an algorithm or a model does not have; "" for none."""
    known = {definition.name() for definition in algorithm.parameterDefinitions()}
    unknown = sorted(str(name) for name in parameters if name not in known)
    if not unknown:
        return ""
    near = did_you_mean(unknown[0], known) if len(unknown) == 1 else ""
    return tr("{algorithm} has no parameter called {unknown}{near}: it is ignored.").format(
        algorithm=algorithm.id(), unknown=listed(unknown), near=near
    )


def format_versions() -> dict[str, str]:
    """The versions of the programs, and the date."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(METADATA, encoding="utf-8")
    return {
        "Carbon Balance": metadata.get("general", "version", fallback=tr("unknown")),
        "QGIS": Qgis.QGIS_VERSION if hasattr(Qgis, "QGIS_VERSION") else Qgis.version(),
        "GDAL": gdal.__version__,
        "NumPy": np.__version__,
        tr("written on"): date.today().isoformat(),
    }
