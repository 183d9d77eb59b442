"""Annual carbon emission of land use: direct from class areas, indirect from energy use on built-up land.

Direct emission = area x coefficient of the class (above 0 a source, below 0 an uptake); the emission of energy use is
attributed to built-up land. Net emission = direct + indirect; gross emission = all sources, uptake = all classes below
0; carbon footprint pressure = gross emission / uptake. All in t C. Sources: IPCC (2006), emission = activity x
factor; the coefficients and their sources are in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..land_cover.area_table import long_table
from ..land_cover.keys import rows_of_codes
from ..land_cover.schemes import read_crosswalk
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.figures import Figure
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.bundled import resource_table
from ..tables.class_columns import codes_and_names, without_blank_rows
from ..tables.names import plan_columns
from ..tables.table import Table
from ..tables.units import CO2_PER_C, quotient

BUILT_UP_CLASS = 5
# The highest estimate of net primary production of tropical forests, t C/ha a year (Clark et al. 2001, Ecological
# Applications 11, 371-384). No class except built-up land can take up or emit more than that in the long term.
MOST_T_C_HA = 21.7
EMISSION_COEFFICIENT_NAMES = ("emission_t_ha", "emission", "coefficient", "碳排放系数", "系数")


@dataclass(frozen=True)
class EmissionTable:
    """Annual emission coefficients by land-cover class.

    Attributes:
        label: name of the table in messages.
        codes: int64 (classes,).
        names: names of the classes.
        emission_t_c_ha: t C/ha a year, negative for uptake, float64 (classes,).
        built_up: whether classes are built-up land, bool (classes,).
        uncertain: names of classes whose coefficient could not be verified.
        scheme: the land-cover scheme to which a bundled table was mapped, "" for a user's table.
    """

    label: str
    codes: np.ndarray
    names: list[str]
    emission_t_c_ha: np.ndarray
    built_up: np.ndarray
    uncertain: tuple[str, ...] = ()
    scheme: str = ""


def read_emission_table(table: Table, built_up_codes: Sequence[int]) -> EmissionTable:
    """The coefficients of a user's table: a code column, emission_t_ha, and species (C or CO2) in every row.

    Args:
        table: one row per class.
        built_up_codes: codes of built-up land.

    Raises:
        CarbonBalanceError: a column is missing, a value is empty, or the species is not stated.
    """
    table = without_blank_rows(table)
    codes, names = codes_and_names(table, {}, "")
    values = table.numbers(table.need(*EMISSION_COEFFICIENT_NAMES), complete=True)
    species = table.texts(table.need("species"))
    wrong = [row for row, text in enumerate(species) if text not in ("C", "CO2")]
    if wrong:
        raise CarbonBalanceError(
            tr("{table}, {rows}: the column species must be C or CO2.").format(
                table=table.label, rows=table.row_labels(wrong)
            )
        )
    values = np.where([text == "CO2" for text in species], values / CO2_PER_C, values)
    certainty = table.find("certainty")
    marks = table.texts(certainty) if certainty else [None] * len(names)
    uncertain = tuple(name for name, text in zip(names, marks) if text == "uncertain")
    return EmissionTable(table.label, codes, names, values, np.isin(codes, list(built_up_codes)), uncertain)


def preset_emission_table(name: str, scheme: str) -> EmissionTable:
    """The bundled coefficients ``name`` mapped to the codes of the land-cover scheme ``scheme``.

    Raises:
        CarbonBalanceError: unknown set or scheme.
    """
    six = read_emission_table(resource_table(f"land_emissions/{name}.csv"), [BUILT_UP_CLASS])
    crosswalk = read_crosswalk(scheme)
    rows = rows_of_codes(six.codes, crosswalk.classes)
    label = tr('the bundled emission coefficients "{set}" for the class codes of {scheme} (SCHEME)').format(
        set=name, scheme=scheme
    )
    return EmissionTable(
        label=label,
        codes=crosswalk.codes,
        names=crosswalk.names,
        emission_t_c_ha=six.emission_t_c_ha[rows],
        built_up=six.built_up[rows],
        uncertain=six.uncertain,
        scheme=scheme,
    )


@dataclass(frozen=True)
class LandEmission:
    """Emission of land use by zone and class, t C a year.

    Attributes:
        codes: int64 (classes,).
        names: names of the classes.
        area_ha: float64 (zones, classes).
        direct_t_c: area x coefficient (zones, classes), NaN in zones without data.
        energy_t_c: emission of energy use (zones,), NaN where unknown, 0 if not given.
        class_t_c: direct emission plus energy emission distributed over built-up land by area (zones, classes).
        crop_t_c: gross uptake of crops (zones,), 0 if not given.
        crops_count: whether crops are included in uptake and net emission.
    """

    codes: np.ndarray
    names: list[str]
    area_ha: np.ndarray
    direct_t_c: np.ndarray
    energy_t_c: np.ndarray
    class_t_c: np.ndarray
    crop_t_c: np.ndarray
    crops_count: bool = False

    @property
    def direct_zone_t_c(self) -> np.ndarray:
        """Direct emission less uptake of each zone (zones,)."""
        return self.direct_t_c.sum(axis=1)

    @property
    def uptake_t_c(self) -> np.ndarray:
        """Uptake of classes with negative coefficients, and of crops if included, at least 0 (zones,)."""
        return -np.minimum(self.direct_t_c, 0).sum(axis=1) + (self.crop_t_c if self.crops_count else 0.0)

    @property
    def gross_t_c(self) -> np.ndarray:
        """Emission of all sources (zones,)."""
        return np.maximum(self.direct_t_c, 0).sum(axis=1) + self.energy_t_c

    @property
    def net_t_c(self) -> np.ndarray:
        """Gross emission less uptake (zones,)."""
        return self.gross_t_c - self.uptake_t_c

    @property
    def pressure(self) -> np.ndarray:
        """Gross emission / uptake (zones,); NaN where either is 0."""
        return quotient(self.gross_t_c, self.uptake_t_c)

    def long_columns(self, zone_names: Sequence[str]) -> dict[str, object]:
        """Columns of a long table by zone and class."""
        return long_table(
            self.codes, self.names, self.area_ha, zone_names, plan_columns.NET_EMISSION_T_C, self.class_t_c
        )


def land_emission(
    codes: np.ndarray,
    area_ha: np.ndarray,
    table: EmissionTable,
    energy_t_c: np.ndarray | None = None,
    crop_t_c: np.ndarray | None = None,
    crops_count: bool = False,
) -> LandEmission:
    """Compute land-use emissions of zones from class areas.

    Args:
        codes: class codes (classes,), all of which are in ``table``.
        area_ha: (zones, classes), NaN in zones without data.
        table: coefficients.
        energy_t_c: emission of energy use (zones,); ``None`` for none.
        crop_t_c: gross uptake of crops (zones,); ``None`` for none.
        crops_count: whether crops are included in uptake and net emission.
    """
    rows = rows_of_codes(table.codes, codes)
    direct = area_ha * table.emission_t_c_ha[rows]
    zones = len(area_ha)
    energy = np.zeros(zones) if energy_t_c is None else np.asarray(energy_t_c, float)
    crops = np.zeros(zones) if crop_t_c is None else np.asarray(crop_t_c, float)
    built = np.where(table.built_up[rows], area_ha, 0.0)
    whole = built.sum(axis=1, keepdims=True)
    share = np.divide(built, whole, out=np.zeros_like(built), where=whole > 0)
    return LandEmission(
        codes=codes,
        names=[table.names[row] for row in rows],
        area_ha=area_ha,
        direct_t_c=direct,
        energy_t_c=energy,
        class_t_c=direct + share * energy[:, None],
        crop_t_c=crops,
        crops_count=crops_count,
    )


def energy_carbon_t(amount: float, tce_per_unit: float, t_c_per_tce: float) -> float:
    """Carbon of an amount of a fuel, t C: amount x standard coal per unit x carbon per tonne of standard coal."""
    return amount * tce_per_unit * t_c_per_tce


def log_land_emission(
    found: LandEmission,
    table: EmissionTable,
    row_labels: Callable[[np.ndarray], str],
    log: Log,
    total: Callable[[np.ndarray], float] = np.nansum,
) -> None:
    """Log the totals, and notes on coefficients, crops and energy use without built-up land.

    Args:
        found: the emissions.
        table: the coefficients.
        row_labels: names of zones in messages.
        log: receives the notes.
        total: sums a column (zones,) with all land counted once, NaN if unknown.
    """
    strong = np.flatnonzero(~table.built_up & (np.abs(table.emission_t_c_ha) > MOST_T_C_HA))
    if len(strong):
        log.warn(
            tr(
                "{table}: the coefficient of {classes} is beyond {most} t C/ha a year, more than the net primary "
                "production measured in any forest: check its unit, and that it is not a carbon density."
            ).format(
                table=table.label,
                classes=listed(f"{table.names[row]} ({table.emission_t_c_ha[row]:g})" for row in strong),
                most=f"{MOST_T_C_HA:g}",
            )
        )
    if table.uncertain:
        log.warn(
            tr(
                "The emission coefficients of {classes} could not be verified against a source: use them with care."
            ).format(classes=listed(table.uncertain))
        )
    built = table.built_up[rows_of_codes(table.codes, found.codes)]
    none = np.flatnonzero((found.area_ha[:, built].sum(axis=1) <= 0) & (found.energy_t_c > 0))
    if len(none):
        log.warn(
            tr(
                "Energy is used in {count} zone(s) without built-up land; it is included in the zone but not in any "
                "class: {rows}."
            ).format(count=len(none), rows=row_labels(none))
        )
    unknown = np.flatnonzero(~np.isfinite(found.energy_t_c))
    if len(unknown):
        log.warn(
            tr("The energy use is NULL in {count} zone(s); their emissions are NULL: {rows}.").format(
                count=len(unknown), rows=row_labels(unknown)
            )
        )
    crops = total(found.crop_t_c)
    if crops > 0:
        log.warn(
            tr(
                "The uptake of crops, {crops:,.0f} t C a year, is gross: it is eaten or decays within the year and "
                "stays in no pool; {counted}."
            ).format(
                crops=Figure(crops),
                counted=tr("as you chose, it counts as uptake")
                if found.crops_count
                else tr("it is reported separately and is not part of any balance"),
            )
        )
    net = total(found.net_t_c)
    if np.isnan(net):
        return
    log.info(
        tr(
            "Net emission of land use of all zones: {net:,.0f} t C a year = gross {gross:,.0f} - uptake {uptake:,.0f}."
        ).format(
            net=Figure(net),
            gross=Figure(total(found.gross_t_c)),
            uptake=Figure(total(found.uptake_t_c)),
        )
    )
