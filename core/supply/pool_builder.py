"""Creation of pool tables for any land-cover codes, from bundled sets, user densities or soil densities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..land_cover.schemes import NO_CARBON, Crosswalk, identity_crosswalk, read_crosswalk, reassigned
from ..options.land_cover import SIX_CLASSES
from ..options.supply import soil_sets
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import mark, tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.bundled import resource_table
from .pools import POOLS, PoolTable, SinkTable, read_pool_table, read_sink_table, rows_of
from .soil_composition import Sourced, bundled_soil_table, to_tenth

SOIL = POOLS.index("soil")
POOL_COLUMNS = (columns.C_ABOVE, columns.C_BELOW, columns.C_SOIL, columns.C_DEAD)


def own_table(pools: PoolTable) -> Sourced:
    """The densities of a user's pool table."""
    return Sourced(pools, [pools.label] * len(pools.codes))


def bundled_table(name: str) -> Sourced:
    """The bundled pool table ``name`` on the six classes."""
    table = resource_table(f"pools/{name}.csv")
    return Sourced(read_pool_table(table), [text or table.name for text in table.texts("source")])


def corrected(table: Sourced, factor: float, as_published: bool = False) -> Sourced:
    """``table`` with its soil pool multiplied by ``factor``; all pools rounded to 0.1 if ``as_published``.

    Raises:
        CarbonBalanceError: a factor other than 1 without a separate soil pool.
    """
    pools = table.pools
    origins = table.origins
    if factor != 1 and pools.pools_t_ha is None:
        raise CarbonBalanceError(
            tr(
                "{table} gives one density for all pools: the precipitation correction requires a separate soil pool."
            ).format(table=pools.label)
        )
    if pools.pools_t_ha is not None:
        values = pools.pools_t_ha.copy()
        values[:, SOIL] *= factor
        pools = replace(pools, pools_t_ha=to_tenth(values) if as_published else values)
    elif as_published:
        pools = replace(pools, total_t_ha=to_tenth(pools.density_t_ha))
    if factor != 1:
        correction = mark("soil x {factor:.5f} (precipitation)").format(factor=factor)
        origins = [f"{origin}; {correction}" for origin in origins]
    return Sourced(pools, origins)


def preset_table(name: str, factor: float, as_published: bool = False) -> Sourced:
    """The bundled set ``name`` on the six classes: pools, or soil densities such as ``china_soil`` made into pools."""
    if name in soil_sets():
        return bundled_soil_table(name, factor, as_published)
    return corrected(bundled_table(name), factor, as_published)


def target_codes(table: Sourced, scheme: str, is_preset: bool, reassignment: dict[int, int], log: Log) -> Crosswalk:
    """The crosswalk from the codes of the output table to the classes of ``table``.

    Args:
        table: densities by class.
        scheme: land-cover scheme. A user's table keeps its own codes if this is the six classes.
        is_preset: whether ``table`` is bundled.
        reassignment: code -> class, as reassigned by the user.
        log: receives reassigned and added codes, and the number of judgement codes.

    Raises:
        CarbonBalanceError: a user's table without the six classes, together with another scheme.
    """
    if is_preset or scheme != SIX_CLASSES:
        crosswalk = read_crosswalk(scheme)
        if not set(crosswalk.classes.tolist()) <= set(table.pools.codes.tolist()):
            raise CarbonBalanceError(
                tr(
                    "{table} has the codes {codes}: to be mapped to {scheme} it must have the classes 1 to 6; if it "
                    "already uses the codes of the land cover, choose the scheme six_classes."
                ).format(table=table.pools.label, codes=listed(table.pools.codes), scheme=scheme)
            )
    else:
        crosswalk = identity_crosswalk(table.pools.label, table.pools.codes, table.pools.names)
    for code, target in reassignment.items():
        known = np.flatnonzero(crosswalk.codes == code)
        was = int(crosswalk.classes[known[0]]) if len(known) else None
        log.info(
            tr("Code {code} is added as class {target}.").format(code=code, target=target)
            if was is None
            else tr("Code {code} is class {target} instead of {was}.").format(code=code, target=target, was=was)
        )
    result = reassigned(crosswalk, reassignment)
    disputable = int(result.judgement.sum())
    if disputable:
        log.info(
            tr(
                "The class of {count} of {all} codes is a judgement (column judgement): check them, and reassign those "
                "that you would classify differently."
            ).format(count=disputable, all=len(result.codes))
        )
    return result


def on_codes(table: Sourced, crosswalk: Crosswalk) -> Sourced:
    """``table`` (by class) mapped to the codes of ``crosswalk``; class 0 has no carbon.

    Raises:
        CarbonBalanceError: a class that the table does not have.
    """
    pools = table.pools
    known = crosswalk.classes != NO_CARBON
    held = replace(crosswalk, classes=crosswalk.classes[known])
    rows = np.zeros(len(crosswalk.codes), dtype=np.int64)
    rows[known] = rows_of(pools, held) if known.any() else rows[known]

    def taken(values: np.ndarray | None) -> np.ndarray | None:
        if values is None:
            return None
        result = values[rows]
        result[~known] = 0
        return result

    empty = mark("No carbon, by the user's choice")
    return Sourced(
        PoolTable(pools.label, crosswalk.codes, crosswalk.names, taken(pools.pools_t_ha), taken(pools.total_t_ha)),
        [table.origins[row] if there else empty for row, there in zip(rows, known)],
    )


def table_columns(table: Sourced, crosswalk: Crosswalk) -> dict[str, list | np.ndarray]:
    """The columns to write: code, names, class, densities, judgement, note and source."""
    pools = table.pools
    values = {} if pools.pools_t_ha is None else dict(zip(POOL_COLUMNS, pools.pools_t_ha.T))
    return {
        columns.LUCODE: pools.codes,
        columns.NAME: pools.names,
        columns.NAME_ZH: crosswalk.names_zh,
        columns.CLASS: crosswalk.classes,
        **values,
        columns.CARBON_T_HA: pools.density_t_ha,
        columns.JUDGEMENT: ["yes" if disputable else "no" for disputable in crosswalk.judgement],
        columns.NOTE: crosswalk.notes,
        columns.SOURCE: table.origins,
    }


def pools_with_judgement(
    own: PoolTable | None, bundled: str, scheme: str, reassignment: dict[int, int], log: Log
) -> PoolTable:
    """A pool table in which some codes are reassigned to other classes.

    Args:
        own: a user's table, whose classes are its own codes; ``None`` for a bundled one.
        bundled: name of the bundled table with the six classes.
        scheme: land-cover scheme to which a bundled table is mapped.
        reassignment: code -> class, 0 for land without carbon.
        log: receives reassigned and added codes.

    Raises:
        CarbonBalanceError: a class that the table does not have.
    """
    source = read_pool_table(resource_table(f"pools/{bundled}.csv")) if own is None else own
    sourced = own_table(source)
    crosswalk = target_codes(sourced, SIX_CLASSES if own is not None else scheme, own is None, reassignment, log)
    return replace(on_codes(sourced, crosswalk).pools, scheme="" if own is not None else scheme)


def sinks_with_judgement(
    own: SinkTable | None, bundled: str, scheme: str, reassignment: dict[int, int], log: Log
) -> SinkTable:
    """Like :func:`pools_with_judgement`, for a table of sink coefficients."""
    source = read_sink_table(resource_table(f"sinks/{bundled}.csv")) if own is None else own
    sourced = own_table(PoolTable(source.label, source.codes, source.names, None, source.sink_t_ha))
    crosswalk = target_codes(sourced, SIX_CLASSES if own is not None else scheme, own is None, reassignment, log)
    table = on_codes(sourced, crosswalk).pools
    return replace(
        source,
        codes=table.codes,
        names=table.names,
        sink_t_ha=table.density_t_ha,
        scheme="" if own is not None else scheme,
    )
