"""Judgements on classes where pool regions choose among pool tables: decided by class, with densities by region.

One decision holds in all regions: where savanna counts as forest, it counts so everywhere, with the density that forest
has in each region. Codes are region x step + class code, as in the pool table.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..land_cover.schemes import NO_CARBON
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr
from ..supply.regions.regional_table import RegionalPoolTable
from ..tables.class_columns import find_column, without_blank_rows
from ..tables.table import Table
from .confusion import ConfusionMatrix, read_confusion
from .judgement import CLASS_COLUMNS, CODE_COLUMNS, JudgedCode, read_judgements
from .pool_sd import UncertainPools


def read_regional_judgements(table: Table, pools: UncertainPools, regions: RegionalPoolTable) -> list[JudgedCode]:
    """Read a table of judgements on class codes for all pool regions that have them.

    Args:
        table: columns code, class and weight, with codes of the land cover and classes of the pool table; class 0 is
            land without carbon.
        pools: densities by region and class.
        regions: how codes hold regions and classes.

    Raises:
        CarbonBalanceError: as for :func:`read_judgements`; a code that no region has, or a class that a region with the
            code lacks.
    """
    table = without_blank_rows(table)
    code, chosen = find_column(table, CODE_COLUMNS), find_column(table, CLASS_COLUMNS)
    if code is None or chosen is None:
        return read_judgements(table, pools, pools)
    at_code, at_class = table.fields.index(code), table.fields.index(chosen)
    codes, classes = (table.non_negative(name, complete=True) for name in (code, chosen))
    known, names, step = set(pools.codes.tolist()), regions.regions or {}, regions.step
    rows, origins = [], []
    for at, (row, own, kind) in enumerate(zip(table.rows, codes, classes)):
        there = [number for number in sorted(names) if own < step and number * step + own in known]
        if not there:
            raise CarbonBalanceError(
                tr("{table} has code {code}, which no pool region of {pools} has.").format(
                    table=table.label, code=f"{own:g}", pools=pools.label
                )
            )
        lacking = [names[number] for number in there if kind != NO_CARBON and number * step + kind not in known]
        if lacking or kind >= step:
            raise CarbonBalanceError(
                tr("{table} has class {cls}, which {pools} does not have in pool region(s) {regions}.").format(
                    table=table.label, cls=f"{kind:g}", pools=pools.label, regions=listed(lacking or names.values())
                )
            )
        for number in there:
            values = list(row)
            values[at_code] = number * step + int(own)
            values[at_class] = number * step + int(kind) if kind != NO_CARBON else NO_CARBON
            rows.append(values)
            origins.append(at)
    judged = read_judgements(replace(table.kept(origins), rows=rows), pools, pools)
    return [_with_decision(each, regions) for each in sorted(judged, key=lambda each: _class_order(each, codes, step))]


def read_regional_confusion(table: Table, pools: UncertainPools, regions: RegionalPoolTable) -> ConfusionMatrix:
    """Read a confusion matrix of class codes, which holds in all pool regions.

    Args:
        table: as for :func:`read_confusion`, with codes or names of classes.
        pools, regions: as for :func:`read_regional_judgements`.

    Raises:
        CarbonBalanceError: as for :func:`read_confusion`; a region that has a class of the map lacks a class that it
            may be in truth.
    """
    names, step = regions.regions or {}, regions.step
    classes = {
        int(code) % step: name.removesuffix(f" ({names.get(int(code) // step, '')})")
        for code, name in zip(pools.codes, pools.names)
    }
    found = read_confusion(table, np.array(sorted(classes)), [classes[code] for code in sorted(classes)])
    known = set(pools.codes.tolist())
    for row, mapped in enumerate(found.codes.tolist()):
        for true in found.codes[found.counts[row] > 0].tolist():
            lacking = [name for number, name in names.items()
                       if number * step + mapped in known and number * step + true not in known]  # fmt: skip
            if lacking:
                raise CarbonBalanceError(
                    tr("{table} has class {cls}, which {pools} does not have in pool region(s) {regions}.").format(
                        table=table.label, cls=true, pools=pools.label, regions=listed(lacking)
                    )
                )
    return replace(found, bases=tuple(number * step for number in names))


def _class_order(each: JudgedCode, codes: np.ndarray, step: int) -> tuple[int, int]:
    """Codes in the order of the table, and regions within a code."""
    return int(np.argmax(codes == each.code % step)), each.code


def _with_decision(each: JudgedCode, regions: RegionalPoolTable) -> JudgedCode:
    """``each`` with the decision on its class code."""
    number, own = divmod(each.code, regions.step)
    name = each.name.removesuffix(f" ({(regions.regions or {}).get(number, '')})")
    return replace(each, decision=own, decision_title=f"{name} ({own})")
