"""A land cover held against the table that figures by class come in: every class needs its row."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..land_cover.schemes import fitting_schemes
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from .pools import PoolTable


class ClassTable(Protocol):
    """What figures by class come in, such as a pool table: its name, its codes, and the scheme that they are of."""

    label: str
    codes: np.ndarray
    scheme: str


def need_codes(
    codes: np.ndarray, area_ha: np.ndarray, cells: np.ndarray | None, table: ClassTable, raster: str
) -> None:
    """Refuse a land cover with classes that a table does not know.

    Args:
        codes, area_ha, cells: classes of the land cover, their areas and cells (classes,).
        table: must know them.
        raster: how the message calls the land cover.

    Raises:
        CarbonBalanceError: listing each missing code with its hectares and cells, and naming the scheme that has
            them all where there is one.
    """
    missing = np.flatnonzero(~np.isin(codes, table.codes))
    if not len(missing):
        return
    largest = missing[np.argsort(-area_ha[missing], kind="stable")]
    items = [
        tr("{code}: {area:,.6g} ha").format(code=codes[i], area=float(area_ha[i]))
        + ("" if cells is None else " " + tr("in {cells:,.0f} cells").format(cells=float(cells[i])))
        for i in largest
    ]
    said = {"raster": raster, "table": table.label, "items": listed(items)}
    schemes, strange = fitting_schemes(codes, area_ha)
    # A table of one's own may lack a row; that most are missing tells that it is on other codes.
    if schemes and table.scheme not in schemes and (table.scheme or len(missing) > len(codes) / 2):
        said.update(schemes=tr(" or ").join(schemes), first=schemes[0])
        said["fit"] = (
            tr("all its codes but {codes} are those of {schemes}").format(codes=strange[0], **said)
            if strange
            else tr("all its codes are those of {schemes}").format(**said)
        )
        if table.scheme:
            advice = tr("did you mean SCHEME = {first}?").format(**said)
        elif isinstance(table, PoolTable):
            advice = tr("is the table on other codes? carbonpooltable makes one on those of {first}").format(**said)
        else:
            advice = tr("is the table on other codes?")
        raise CarbonBalanceError(
            tr("{raster} has class code(s) without a row in {table}: {items}; {fit}: {advice}").format(
                **said, advice=advice
            )
        )
    raise CarbonBalanceError(
        tr(
            "{raster} has class code(s) without a row in {table}: {items}; "
            "add rows for them, or name those that mean no data as such."
        ).format(**said)
    )
