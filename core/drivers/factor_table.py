"""Tables of variables and factors from layer fields and rasters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..raster.sampling import feature_values, regular_points, sample
from ..raster.source import RasterSource
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.table import Table, plain

OutlinesInCrs = Callable[[str], Sequence["bytes | None"]]


def with_rasters(
    table: Table, outlines: OutlinesInCrs, rasters: Mapping[str, RasterSource], log: Log | None = None
) -> Table:
    """``table`` with a column for each raster: the mean over a polygon, the cell at a point.

    Args:
        table: one row per feature.
        outlines: returns the WKB of the features in a CRS given as WKT.
        rasters: rasters by column name.
        log: progress and cancellation.

    Raises:
        CarbonBalanceError: a raster has the name of a field.
    """
    log = log or Log()
    _refuse_clash([*table.fields, *rasters])
    found = [
        feature_values(source, outlines(source.grid.crs_wkt), log.part(at / len(rasters), (at + 1) / len(rasters)))
        for at, source in enumerate(rasters.values())
    ]
    if not found:
        return table
    extra = np.column_stack(found).tolist()
    rows: list[Sequence[object]] = [[*row, *values] for row, values in zip(table.rows, extra)]
    return Table(table.label, [*table.fields, *rasters], rows)


def of_rasters(rasters: Mapping[str, RasterSource], spacing: float | None = None, log: Log | None = None) -> Table:
    """Table of rasters sampled at regular points of the first one, with one column per raster.

    Args:
        rasters: one or more rasters by column name.
        spacing: point spacing in CRS units of the first raster; about ten thousand points by default.
        log: progress and cancellation.

    Raises:
        CarbonBalanceError: no raster, or a spacing that gives no points.
    """
    log = log or Log()
    if not rasters:
        raise CarbonBalanceError(tr("There is nothing to correlate: give a layer with fields, or rasters."))
    _refuse_clash(list(rasters))
    first = next(iter(rasters.values()))
    points = regular_points(first.grid, spacing)
    values = [
        sample(source, points, first.grid.crs_wkt, log.part(at / len(rasters), (at + 1) / len(rasters)))
        for at, source in enumerate(rasters.values())
    ]
    rows = np.column_stack(values)
    log.info(tr("{count} sample points on a regular grid of {raster}.").format(count=len(rows), raster=first.name))
    return Table(tr("the samples of the rasters"), list(rasters), rows.tolist())


def _refuse_clash(names: list[str]) -> None:
    plain_names = [plain(name) for name in names]
    clash = sorted({name for name in names if plain_names.count(plain(name)) > 1})
    if clash:
        raise CarbonBalanceError(
            tr("{names}: a raster has the same name as a field or another raster; rename the raster layer.").format(
                names=listed(clash)
            )
        )
