"""A land cover checked against the table of figures by class: every class needs its row."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..land_cover.background import likely_nodata, shares, told
from ..land_cover.codes import LandCover
from ..land_cover.schemes import fitting_schemes, read_crosswalk
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from .pools import PoolTable

# A scheme is advised for a single missing code only if so much of it occurs.
_MOST_OF_A_SCHEME = 0.5


class ClassTable(Protocol):
    """What figures by class come in, such as a pool table: its name, its codes, and the scheme that they are of."""

    @property
    def label(self) -> str:
        """How messages call it."""

    @property
    def codes(self) -> np.ndarray:
        """Codes of its classes, int64 (classes,)."""

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
    """Refuse a land cover with classes that a table does not know.

    Args:
        codes, area_ha, cells: classes of the land cover, their areas and cells (classes,).
        table: must know them.
        raster: how the message calls the land cover.
        cover: the land cover, to see which codes lie as no data does; ``None`` for areas from a table.

    Raises:
        CarbonBalanceError: listing each missing code with its hectares and cells. The advice names first those that
            may mean no data, then a scheme that explains the others where there is one.
    """
    missing = np.flatnonzero(~np.isin(codes, table.codes))
    if not len(missing):
        return
    largest = missing[np.argsort(-area_ha[missing], kind="stable")]
    # Codes of pool regions are no codes of a scheme, and never the background.
    of_regions = getattr(table, "told_code", None)
    told_code = of_regions or str
    items = [
        tr("{code}: {area:,.6g} ha").format(code=told_code(codes[i]), area=float(area_ha[i]))
        + ("" if cells is None else " " + tr("in {cells:,.0f} cells").format(cells=float(cells[i])))
        for i in largest
    ]
    cover = None if of_regions else cover
    unmarked = {} if cover is None else likely_nodata(cover, codes[largest], anywhere=True)
    rest = ~np.isin(codes, list(unmarked))
    advice = "" if of_regions else _scheme_advice(codes[rest], area_ha[rest], table)
    if cover is not None and not advice:
        # A code of any kind may be the background, if no scheme has it as a class.
        unmarked = likely_nodata(cover, codes[largest], any_code=True, anywhere=True)
    parts = []
    if unmarked:
        parts.append(
            tr("{items} may be undeclared nodata values: if so, set NODATA_CODES = {codes}").format(
                items=told(unmarked, shares(codes, area_ha)), codes=",".join(map(str, unmarked))
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
            raster=raster, table=table.label, items=listed(items), advice="; ".join(parts)
        )
    )


def _scheme_advice(codes: np.ndarray, area_ha: np.ndarray, table: ClassTable) -> str:
    """Which scheme the codes (classes,) of a land cover are of, if it tells more than the table's own; "" if none.

    A scheme with many classes has those of every other and proves nothing by having one code more.
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
    # A table of one's own may lack a row; that most are missing tells that it is on other codes.
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
