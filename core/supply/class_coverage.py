"""Check that every class of a land cover has a row in a table of values by class."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..land_cover.background import format_background, likely_nodata, shares
from ..land_cover.codes import LandCover
from ..land_cover.schemes import fitting_schemes, read_crosswalk
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from .pools import PoolTable

# If a single code is missing, a scheme is suggested only if at least this share of its codes occurs.
_MOST_OF_A_SCHEME = 0.5


class ClassTable(Protocol):
    """Interface of tables with values by class, such as pool tables."""

    @property
    def label(self) -> str:
        """The name of the table in messages."""

    @property
    def codes(self) -> np.ndarray:
        """Class codes, int64 (classes,)."""

    @property
    def scheme(self) -> str:
        """The land-cover scheme, "" where it is not known."""


def need_codes(
    codes: np.ndarray,
    area_ha: np.ndarray,
    cells: np.ndarray | None,
    table: ClassTable,
    raster: str,
    cover: LandCover | None = None,
) -> None:
    """Refuse a land cover with classes that are missing in a table.

    Args:
        codes, area_ha, cells: classes of the land cover, their areas and cells (classes,).
        table: the table.
        raster: name of the land cover in messages.
        cover: the land cover, to detect undeclared nodata; ``None`` for areas from a table.

    Raises:
        CarbonBalanceError: codes are missing; the message lists each with its hectares and cells, and suggests possible
            nodata codes or a matching scheme.
    """
    missing = np.flatnonzero(~np.isin(codes, table.codes))
    if not len(missing):
        return
    largest = missing[np.argsort(-area_ha[missing], kind="stable")]
    # Codes of pool regions are no codes of a scheme, and never the background.
    of_regions = getattr(table, "format_code", None)
    format_code = of_regions or str
    items = [
        tr("{code}: {area:,.6g} ha").format(code=format_code(codes[i]), area=float(area_ha[i]))
        + ("" if cells is None else " " + tr("in {cells:,.0f} cells").format(cells=float(cells[i])))
        for i in largest
    ]
    cover = None if of_regions else cover
    unmarked = {} if cover is None else likely_nodata(cover, codes[largest], anywhere=True)
    rest = ~np.isin(codes, list(unmarked))
    advice = "" if of_regions else _scheme_advice(codes[rest], area_ha[rest], table)
    if cover is not None and not advice:
        # Any code that is not a class of a scheme may be the background.
        unmarked = likely_nodata(cover, codes[largest], any_code=True, anywhere=True)
    parts = []
    if unmarked:
        parts.append(
            tr("{items} may be undeclared nodata values: if so, set NODATA_CODES = {codes}").format(
                items=format_background(unmarked, shares(codes, area_ha)), codes=",".join(map(str, unmarked))
            )
        )
    if advice:
        parts.append(advice)
    elif unmarked:
        parts.append(tr("otherwise add rows for them."))
    else:
        parts.append(tr("add rows for them, or declare those that mean no data (NODATA_CODES)."))
    raise CarbonBalanceError(
        tr("{raster} has class code(s) without a row in {table}: {items}; {advice}").format(
            raster=raster, table=table.label, items=listed(items), advice=tr("; ").join(parts)
        )
    )


def _scheme_advice(codes: np.ndarray, area_ha: np.ndarray, table: ClassTable) -> str:
    """A suggestion of the scheme that matches the codes (classes,) of a land cover better; "" if none.

    A scheme with many classes contains the codes of most others, so that one more matching code is no evidence.
    """
    missing = codes[~np.isin(codes, table.codes)]
    if not len(missing):
        return ""
    schemes, strange = fitting_schemes(codes, area_ha)
    if len(missing) == 1:
        schemes = [
            each
            for each in schemes
            if missing[0] != 0 and np.isin(read_crosswalk(each).codes, codes).mean() >= _MOST_OF_A_SCHEME
        ]
    # A user's table may lack a row, but if most codes are missing it uses other codes.
    if not schemes or table.scheme in schemes or not (table.scheme or len(missing) > len(codes) / 2):
        return ""
    said = {"schemes": tr(" or ").join(schemes), "first": schemes[0]}
    fit = (
        tr("all its codes except {codes} belong to {schemes}").format(codes=strange[0], **said)
        if strange
        else tr("all its codes belong to {schemes}").format(**said)
    )
    if table.scheme:
        advice = tr("did you mean SCHEME = {first}?").format(**said)
    elif isinstance(table, PoolTable):
        advice = tr("does the table use other codes? carbonpooltable makes one for the codes of {first}").format(**said)
    else:
        advice = tr("does the table use other codes?")
    return f"{fit}: {advice}"
