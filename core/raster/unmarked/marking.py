"""Nodata values given by the user, applied to a raster before it is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from osgeo import gdal, gdal_array

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ..source import RasterSource

# Relative distance of a rounded "-3.4e38" from the limit of its number type.
_NEARLY = 0.06


def parse_values(text: str, title: str) -> list[float]:
    """Numbers separated by commas, semicolons or blanks (full width too): ``-9999, 65535``.

    Args:
        text: the text entered by the user.
        title: name of the parameter in messages.

    Raises:
        CarbonBalanceError: an item that is not a number.
    """
    try:
        values = [_typed_number(part) for part in re.split(r"[,，;；、\s]+", text.replace("－", "-").strip()) if part]
    except ValueError:
        values = [float("nan")]
    if not all(map(math.isfinite, values)):
        raise CarbonBalanceError(
            tr("{parameter}: {text} must be numbers separated by commas, such as 0,255 or -9999.").format(
                parameter=title, text=text
            )
        )
    return values


def _typed_number(text: str) -> float:
    """A number; a whole one is exact, as 64-bit integers are not as a float."""
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,20}", text) else float(text)


def in_type(value: float, dtype: np.dtype) -> list[float]:
    """The values of ``dtype`` that may represent ``value``; empty if there are none.

    Programs use the limit of a number type as nodata, exact or rounded (-3.4e38): each stands for the other.
    """
    if dtype.kind == "f":
        limits = [float(np.finfo(kind).max) for kind in (np.float32, dtype)]
        meant = [value] + [
            float(np.copysign(limit, value)) for limit in limits if abs(abs(value) / limit - 1) < _NEARLY
        ]
        with np.errstate(over="ignore"):
            held = [float(dtype.type(each)) for each in meant]
        return [each for each in dict.fromkeys(held) if np.isfinite(each)]
    if dtype.kind not in "iu" or value != int(value):
        return []
    least, most = (int(limit) for limit in (np.iinfo(dtype).min, np.iinfo(dtype).max))
    # As a float, the largest 64-bit integers are one more than themselves.
    whole = most if value == float(most) else int(value)
    return [whole] if least <= whole <= most else []


def with_nodata(source: RasterSource, values: Iterable[float]) -> RasterSource:
    """The raster with ``values`` as additional nodata values; itself if its type cannot represent any of them.

    The result is a VRT, so that warping, averaging and reading all exclude the values.
    """
    held = list(dict.fromkeys(each for value in values for each in in_type(value, source.dtype)))
    own = next(iter(in_type(source.nodata, source.dtype)), None) if source.nodata is not None else None
    if not set(held) - {own}:
        return source
    if own is not None:
        held = [own, *(value for value in held if value != own)]
    kind = gdal.GetDataTypeName(gdal_array.NumericTypeCodeToGDALTypeCode(source.dtype.type))
    if kind in ("Int64", "UInt64"):
        # GDAL 3.6 leaves excluded cells of 64-bit integers 0, which would be a value.
        kind, held = "Float64", [float(value) for value in held]
    path, band, masked = source.path, source.band, source.has_mask
    for value in held if own is None or masked else held[1:]:
        path = _without(path, band, kind, source=source, nodata=held[0], value=value, masked=masked)
        band, masked = 1, False
    return RasterSource(path, source.label, 1, source.crs_wkt)


def _without(path: str, band: int, kind: str, source: RasterSource, nodata: float, value: float, masked: bool) -> str:
    """The XML of a VRT of one band in which cells equal to ``value``, or masked out, become ``nodata``."""
    grid = source.grid
    size = f'xOff="0" yOff="0" xSize="{grid.width}" ySize="{grid.height}"'
    # Cells excluded from a source keep the nodata value of the band. Mask and value cannot be declared together.
    left_out = "<UseMaskBand>true</UseMaskBand>" if masked else f"<NODATA>{value!r}</NODATA>"
    return (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}"><SRS>{escape(grid.crs_wkt)}</SRS>'
        f"<GeoTransform>{', '.join(map(repr, map(float, grid.geotransform)))}</GeoTransform>"
        f'<VRTRasterBand dataType="{kind}" band="1"><NoDataValue>{nodata!r}</NoDataValue>'
        f'<ComplexSource><SourceFilename relativeToVRT="0">{escape(path)}</SourceFilename>'
        f"<SourceBand>{band}</SourceBand><SrcRect {size}/><DstRect {size}/>{left_out}</ComplexSource>"
        "</VRTRasterBand></VRTDataset>"
    )


def typed(values: Sequence[float], dtype: np.dtype) -> list[str]:
    """``values`` of a raster as text to enter: whole numbers without a point, type limits in full."""
    texts = []
    for value in values:
        whole = abs(value) < 1e16 and value == np.rint(value)
        texts.append(str(int(value)) if whole else str(np.float32(value) if dtype == np.float32 else float(value)))
    return texts
