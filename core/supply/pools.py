"""Tables of carbon densities and sink coefficients by land-cover class, from users or bundled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..land_cover.schemes import Crosswalk, read_crosswalk
from ..runtime.errors import CarbonBalanceError, listed, present
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.bundled import resource_table
from ..tables.class_columns import (
    CODE_NAMES,
    FLOW_UNIT,
    NAME_NAMES,
    _column,
    codes_and_names,
    find_column,
    misspelt_column,
    need_carbon,
    need_t_ha,
    without_blank_rows,
)
from ..tables.column_units import species_in_name
from ..tables.columns import MEASURED_HA
from ..tables.plausibility import warn_of_densities, warn_of_sinks
from ..tables.table import Table

POOLS = ("above", "below", "soil", "dead")
TOTAL = "total"

POOL_NAMES = {
    "above": ("c_above", "above", "aboveground", "above_ground", "agb", "agc", "c_agb")
    + ("地上", "地上碳", "地上生物", "地上生物量", "地上碳密度", "地上生物碳", "地上生物量碳", "地上生物碳密度")
    + ("地上生物量碳密度", "地上部分"),
    "below": ("c_below", "below", "belowground", "below_ground", "bgb", "bgc", "c_bgb")
    + ("地下", "地下碳", "地下生物", "地下生物量", "地下碳密度", "地下生物碳", "地下生物量碳", "地下生物碳密度")
    + ("地下生物量碳密度", "地下部分"),
    "soil": ("c_soil", "soil", "soc", "soil_organic", "soil_organic_carbon")
    + ("土壤", "土壤碳", "土壤碳密度", "土壤有机碳", "土壤有机质", "土壤有机碳密度"),
    "dead": ("c_dead", "dead", "dom", "litter", "dead_organic", "dead_organic_matter", "c_litter")
    + ("死亡", "死亡有机质", "死亡有机物", "死亡有机碳", "死亡有机质碳", "死亡有机质碳密度", "死有机质", "死有机物")
    + ("枯落物", "枯落物碳", "枯落物碳密度", "凋落物", "凋落物碳密度"),
}
DENSITY_NAMES = (
    *("carbon_t_ha", "density_t_ha", "density", "carbon_density", "c_total", "total", "carbon", "c_density"),
    *("碳密度", "总碳密度", "碳储量密度", "合计", "总计"),
)
SINK_NAMES = (
    *("sink_t_ha", "sink", "coefficient", "sink_coefficient", "carbon_sink", "sequestration", "sink_rate"),
    *("碳汇系数", "碳吸收系数", "固碳系数", "系数", "碳汇", "固碳速率"),
)


@dataclass(frozen=True)
class PoolTable:
    """Carbon densities by land-cover class.

    Attributes:
        label: name of the table in messages.
        codes: int64 (classes,).
        names: names of the classes.
        pools_t_ha: t C/ha, float64 (classes, 4) in the order of ``POOLS``; ``None`` if only totals are known.
        total_t_ha: t C/ha, float64 (classes,), only if ``pools_t_ha`` is ``None``.
        scheme: the land-cover scheme to which a bundled table was mapped, "" for a user's table.
    """

    label: str
    codes: np.ndarray
    names: list[str]
    pools_t_ha: np.ndarray | None
    total_t_ha: np.ndarray | None = None
    scheme: str = ""

    @property
    def density_t_ha(self) -> np.ndarray:
        """Total density of all pools, t C/ha (classes,)."""
        return present(self.total_t_ha) if self.pools_t_ha is None else self.pools_t_ha.sum(axis=1)

    def known_pools_t_ha(self) -> np.ndarray:
        """The separate pools, t C/ha (classes, 4).

        Raises:
            CarbonBalanceError: only totals are known.
        """
        if self.pools_t_ha is None:
            raise CarbonBalanceError(
                tr("{table} has only total density, so separate pool bands cannot be written.").format(table=self.label)
            )
        return self.pools_t_ha

    def by_pool(self) -> dict[str, np.ndarray]:
        """Pool -> density, t C/ha (classes,); only ``"total"`` if pools are not separate."""
        if self.pools_t_ha is None:
            return {TOTAL: self.density_t_ha}
        return {pool: self.pools_t_ha[:, at] for at, pool in enumerate(POOLS)}


@dataclass(frozen=True)
class SinkTable:
    """Annual carbon uptake by land-cover class.

    Attributes:
        label: name of the table in messages.
        codes: int64 (classes,).
        names: names of the classes.
        sink_t_ha: t/ha a year, float64 (classes,).
        species: "C", "CO2", or "unstated" if the source does not state it.
        scheme: the land-cover scheme to which a bundled table was mapped, "" for a user's table.
    """

    label: str
    codes: np.ndarray
    names: list[str]
    sink_t_ha: np.ndarray
    species: str = "unstated"
    scheme: str = ""


def read_pool_table(table: Table, columns: Mapping[str, str] | None = None, log: Log | None = None) -> PoolTable:
    """Read the pools of a user's table, such as an InVEST biophysical table.

    Args:
        table: one row per class, densities in t C/ha.
        columns: columns chosen by the user, by "code", "name", "above", "below", "soil", "dead" or "density". The
            others are found by their usual names. A "density" given here replaces the pools.
        log: receives missing pools, which are taken as 0, and implausible densities.

    Raises:
        CarbonBalanceError: no code column, no pool at all, a density that is negative, empty or not a number, a
            duplicate code.
    """
    columns = columns or {}
    table = without_blank_rows(table)
    codes, names = codes_and_names(table, columns)
    if "density" in columns:
        named = [pool for pool in POOLS if pool in columns]
        if named:
            raise CarbonBalanceError(
                tr(
                    "{table}: give either a column of total density or columns of the pools ({pools}), not both."
                ).format(table=table.label, pools=listed(named))
            )
        return _checked(PoolTable(table.label, codes, names, None, _carbon_densities(table, columns["density"])), log)
    found = {pool: _column(table, pool, POOL_NAMES[pool], columns) for pool in POOLS}
    if not any(found.values()):
        density = find_column(table, DENSITY_NAMES)
        if density is None:
            raise CarbonBalanceError(
                tr(
                    "{table} has no column of carbon density: it needs c_above, c_below, c_soil, c_dead (or one column "
                    "carbon_t_ha) in t/ha, or other columns chosen in ABOVE_FIELD to DEAD_FIELD or DENSITY_FIELD; it "
                    "has {columns}."
                ).format(table=table.label, columns=listed(table.fields))
            )
        return _checked(PoolTable(table.label, codes, names, None, _carbon_densities(table, density)), log)
    missing = [pool for pool in POOLS if found[pool] is None]
    _need_no_misspelt(table, missing)
    if missing and log is not None:
        sentence = tr("{table} has no column for the pool(s) {pools}: taken as 0 t/ha.").format(
            table=table.label, pools=listed(missing)
        )
        # On almost all land, most carbon is in the soil.
        (log.warn if "soil" in missing else log.info)(sentence)
    zero = np.zeros(len(table))
    fields = [found[pool] for pool in POOLS]
    values = [zero if field is None else _carbon_densities(table, field) for field in fields]
    return _checked(PoolTable(table.label, codes, names, np.column_stack(values)), log)


def _carbon_densities(table: Table, field: str) -> np.ndarray:
    """The densities in a column, t C/ha (classes,)."""
    need_t_ha(table, field)
    need_carbon(table, field)
    return table.non_negative(field, complete=True)


def _need_no_misspelt(table: Table, missing: list[str]) -> None:
    """Refuse a table in which a column name is a misspelling of a ``missing`` pool."""
    known = [name for names in (*POOL_NAMES.values(), DENSITY_NAMES, CODE_NAMES, NAME_NAMES) for name in names]
    for pool in missing:
        near = misspelt_column(table, POOL_NAMES[pool], known)
        if near:
            raise CarbonBalanceError(
                tr(
                    "{table} has no column {name}, but a similar one, {near}: rename it, or choose it in {parameter}."
                ).format(table=table.label, name=f"c_{pool}", near=near, parameter=f"{pool.upper()}_FIELD")
            )


def _checked(pools: PoolTable, log: Log | None) -> PoolTable:
    """``pools``, after a warning in ``log`` about implausible densities."""
    if log is not None:
        warn_of_densities(pools.label, pools.names, pools.density_t_ha, pools.by_pool().get("soil"), log)
    return pools


def densities_of(pools: PoolTable, codes: np.ndarray) -> np.ndarray:
    """Density of each of ``codes``, which must all be in the table, t C/ha (classes,)."""
    known = dict(zip(pools.codes.tolist(), pools.density_t_ha.tolist()))
    return np.array([known[int(code)] for code in codes])


def read_sink_table(table: Table, columns: Mapping[str, str] | None = None, log: Log | None = None) -> SinkTable:
    """Read the sink coefficients of a user's table, t/ha a year.

    Args:
        table: one row per class.
        columns: columns chosen by the user, by "code", "name" or "sink".
        log: receives a warning about implausibly high coefficients.

    Raises:
        CarbonBalanceError: no code or coefficient column, a coefficient that is empty or not a number, or that is
            negative in a table without ``measured_ha``, a duplicate code.
    """
    columns = columns or {}
    table = without_blank_rows(table)
    codes, names = codes_and_names(table, columns)
    sink = _column(table, "sink", SINK_NAMES, columns, FLOW_UNIT)
    if sink is None:
        raise CarbonBalanceError(
            tr(
                "{table} has no column of sink coefficients: it needs sink_t_ha, or another column chosen in "
                "SINK_FIELD; it has {columns}."
            ).format(table=table.label, columns=listed(table.fields))
        )
    # A measured mean is negative where a class is a source; a typed coefficient rather has the sign of an emission.
    measured = table.find(MEASURED_HA) is not None
    values = table.numbers(sink, complete=True) if measured else table.non_negative(sink, complete=True)
    if log is not None:
        warn_of_sinks(table.label, names, values, log)
    return SinkTable(table.label, codes, names, values, _species(table, sink))


def preset_pool_table(pool_set: str, scheme: str) -> PoolTable:
    """The bundled pools ``pool_set`` mapped to the codes of the land-cover scheme ``scheme``.

    Raises:
        CarbonBalanceError: no such set or scheme.
    """
    pools = read_pool_table(resource_table(f"pools/{pool_set}.csv"))
    crosswalk = read_crosswalk(scheme)
    label = tr('the bundled pools "{set}" for the class codes of {scheme} (SCHEME)').format(set=pool_set, scheme=scheme)
    values = present(pools.pools_t_ha)[rows_of(pools, crosswalk)]
    return PoolTable(label, crosswalk.codes, crosswalk.names, values, scheme=scheme)


def preset_sink_table(sink_set: str, scheme: str) -> SinkTable:
    """The bundled sink coefficients ``sink_set`` mapped to the codes of the land-cover scheme ``scheme``.

    Raises:
        CarbonBalanceError: no such set or scheme.
    """
    sinks = read_sink_table(resource_table(f"sinks/{sink_set}.csv"))
    crosswalk = read_crosswalk(scheme)
    label = tr('the bundled sink coefficients "{set}" for the class codes of {scheme} (SCHEME)').format(
        set=sink_set, scheme=scheme
    )
    values = sinks.sink_t_ha[rows_of(sinks, crosswalk)]
    return SinkTable(
        label=label,
        codes=crosswalk.codes,
        names=crosswalk.names,
        sink_t_ha=values,
        species=sinks.species,
        scheme=scheme,
    )


def rows_of(table: PoolTable | SinkTable, crosswalk: Crosswalk) -> np.ndarray:
    """The row in ``table`` of the class of each code of ``crosswalk``.

    Raises:
        CarbonBalanceError: a class that is not in ``table``.
    """
    row_of = {int(code): row for row, code in enumerate(table.codes)}
    absent = sorted({int(code) for code in crosswalk.classes} - set(row_of))
    if absent:
        raise CarbonBalanceError(
            tr("{scheme} maps to class(es) {absent}, but {table} has only {known}.").format(
                scheme=crosswalk.scheme, absent=listed(absent), table=table.label, known=listed(row_of)
            )
        )
    return np.array([row_of[int(code)] for code in crosswalk.classes])


def _species(table: Table, sink: str) -> str:
    column = table.find("species")
    stated = {text for text in table.texts(column) if text} if column else set()
    return stated.pop() if len(stated) == 1 else (not stated and species_in_name(sink)) or "unstated"
