"""Storage of records: inside GeoPackages and GeoTIFFs, for other formats in a separate metadata file."""

from __future__ import annotations

import contextlib
from pathlib import Path

from osgeo import gdal

from ...runtime.gdal_state import errors_raised

RECORD_KEY, RECORD_DOMAIN = "RECORD", "CARBON_BALANCE"
# Formats that can store metadata of any length.
_VECTORS, _RASTERS = (".gpkg",), (".tif", ".tiff", ".vrt")


def carries_inside(path: Path) -> bool:
    """Whether files of this format can contain the record."""
    return path.suffix.lower() in (*_VECTORS, *_RASTERS)


def put_inside(path: Path, text: str, layer: str = "") -> bool:
    """Store a record in a file; returns whether this was possible.

    Args:
        path: a GeoPackage, GeoTIFF or VRT.
        text: the record, see :func:`core.assessment.provenance.record.to_json`.
        layer: layer of a GeoPackage; the first one if "".
    """
    with contextlib.suppress(RuntimeError), errors_raised():
        is_vector = path.suffix.lower() in _VECTORS
        kind = gdal.OF_VECTOR if is_vector else gdal.OF_RASTER
        dataset = gdal.OpenEx(str(path), kind | gdal.OF_UPDATE)
        holder = _holder(dataset, layer) if is_vector else dataset
        if holder is None:
            return False
        holder.SetMetadataItem(RECORD_KEY, text, RECORD_DOMAIN)
        dataset.FlushCache()
        del holder, dataset
        return True
    return False


def read_inside(source: str, layer: str = "", is_raster: bool = False) -> str:
    """The record stored in a file, "" if none.

    Args:
        source: what GDAL opens.
        layer: layer of a file with several; the first one if "".
        is_raster: whether it is opened as a raster.
    """
    with contextlib.suppress(RuntimeError), errors_raised():
        dataset = gdal.OpenEx(source, gdal.OF_RASTER if is_raster else gdal.OF_VECTOR)
        holder = dataset if is_raster else _holder(dataset, layer)
        return (holder.GetMetadataItem(RECORD_KEY, RECORD_DOMAIN) or "") if holder is not None else ""
    return ""


def _holder(dataset: gdal.Dataset, name: str):
    if name:
        return dataset.GetLayerByName(name)
    return dataset.GetLayer(0) if dataset.GetLayerCount() else None
