"""What a run was given and what it ran on, as a reader must know to repeat it."""

from __future__ import annotations

import configparser
from datetime import date
from pathlib import Path

import numpy as np
from osgeo import gdal
from qgis.core import Qgis

from ..core.i18n import tr
from .inputs import Given

METADATA = Path(__file__).parent.parent / "metadata.txt"


def parameters_told(given: Given) -> dict[str, str]:
    """The parameters of the run as they were given, those left at their default left out."""
    told = {tr("algorithm"): given.algorithm.id()}
    for definition in given.algorithm.parameterDefinitions():
        value = given.parameters.get(definition.name())
        if value in (None, "", []) or value == definition.defaultValue():
            continue
        source = getattr(value, "source", None)
        told[f"{definition.description()} ({definition.name()})"] = str(source() if callable(source) else value)
    return told


def versions_told() -> dict[str, str]:
    """The programs, and the day."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(METADATA, encoding="utf-8")
    return {
        "Carbon Balance": metadata.get("general", "version", fallback=tr("unknown")),
        "QGIS": Qgis.QGIS_VERSION if hasattr(Qgis, "QGIS_VERSION") else Qgis.version(),
        "GDAL": gdal.__version__,
        "NumPy": np.__version__,
        tr("written on"): date.today().isoformat(),
    }
