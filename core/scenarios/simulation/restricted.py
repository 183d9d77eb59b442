"""Logging of restricted areas before a run, because FLUS uses the opposite coding."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ...land_cover.codes import LandCover
from ...raster.blocks import Block, blocks
from ...raster.source import RasterSource
from ...raster.unmarked.marking import typed
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log

# Share of restricted land above which a raster of 0 and 1 likely has the opposite coding.
_MOST = 0.5
_VALUES_SHOWN = 5


def log_restricted(cover: LandCover, restricted: RasterSource, log: Log) -> None:
    """Log the number of restricted cells; warn of a raster of 0 and 1 that restricts most cells, refuse if all are.

    Args:
        cover: the land cover.
        restricted: raster on its grid; cells with a value other than 0 do not change.
        log: receives notes.

    Raises:
        CarbonBalanceError: no cell can change; the message has the values.
    """
    grid = cover.source.grid
    land = closed = others = 0
    found: Counter[float] = Counter()
    for block in blocks(grid.width, grid.height):
        log.check()
        values = _values_on_land(cover, restricted, block)
        land += values.size
        closed += int(np.count_nonzero(~np.isnan(values) & (values != 0)))
        others += int(np.count_nonzero(~np.isnan(values) & (values != 0) & (values != 1)))
        if closed == land:
            found.update(dict(zip(*(each.tolist() for each in np.unique(values, return_counts=True)))))
    if not land:
        return
    if closed == land:
        raise _all_restricted(restricted, found, land)
    said = {"raster": restricted.name, "closed": closed, "land": land, "share": closed / land}
    log.info(
        tr(
            "{raster} restricts {closed:,} of {land:,} cells of the land cover ({share:.1%}), those with a value other "
            "than 0: they keep their class. Cells of 0 or without data may change."
        ).format(**said)
    )
    if not closed:
        log.warn(
            tr(
                "{raster} restricts nothing: it has no value other than 0 on the land cover. Cells without data do not "
                "restrict: if its nodata value marks restricted cells, remove that declaration or use another value."
            ).format(**said)
        )
    if closed / land > _MOST and not others:
        log.warn(
            tr(
                "{raster} is 1 in {share:.1%} of the land cover, which then cannot change. In restricted areas made "
                "for FLUS 0 means no change and 1 that a cell may change; here it is the reverse: if yours are made "
                "for FLUS, exchange 0 and 1."
            ).format(**said)
        )


def _all_restricted(restricted: RasterSource, found: Counter[float], land: int) -> CarbonBalanceError:
    common = found.most_common(_VALUES_SHOWN)
    texts = typed([value for value, _ in common], restricted.dtype)
    shown = [
        tr("{value} ({share:.3g}% of the cells)").format(value=text, share=100 * count / land)
        for text, (_, count) in zip(texts, common)
    ]
    if len(found) > len(common):
        shown.append(tr("others"))
    return CarbonBalanceError(
        tr(
            "{raster} restricts all cells of the land cover, so that none can change: every value other than 0 does, "
            "and it holds {values}; set the cells that may change to 0, or, if they have a value that means no data, "
            "set NODATA_VALUES to it."
        ).format(raster=restricted.name, values=listed(shown))
    )


def _values_on_land(cover: LandCover, restricted: RasterSource, block: Block) -> np.ndarray:
    """The values of the cells with a class in a block (cells,), NaN for none."""
    keys = cover.read(block)
    return restricted.read_float(block)[keys.look_up(keys.valid)]
