"""Parameters for fuel statistics and emission factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .....core.options.demand import FUEL_UNITS, factor_sets, grid_names
from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from ...inputs.meanings import LABELS
from ..common import choice, column, layer, real

if TYPE_CHECKING:
    from .....core.demand.fuels import FactorSet
    from .....core.demand.inventory import Use
    from ...inputs.given import Given

ENERGY, ENERGY_KEY, FUELS, FUEL, AMOUNT = "ENERGY", "ENERGY_KEY", "FUELS", "FUEL", "AMOUNT"
MEASURE, MEASURE_FIELD, SECTOR = "MEASURE", "MEASURE_FIELD", "SECTOR"
FACTORS, OWN_FACTORS, GRID, GRID_FACTOR = "FACTORS", "OWN_FACTORS", "GRID", "GRID_FACTOR"
NO_GRID = "none"


def add_energy_parameters(algorithm) -> None:
    """Add the table of fuel use: one column per fuel (FUELS), or one row per fuel (FUEL, AMOUNT)."""
    algorithm.add(
        layer(ENERGY, tr("Energy table"), optional=True),
        tr("Annual fuel use: one row per unit with one column per fuel, or one row per unit and fuel."),
    )
    algorithm.add(
        column(ENERGY_KEY, tr("Unit in the energy table"), ENERGY, optional=True, holds=LABELS),
        tr("The code or name of the unit that used the fuel."),
    )
    algorithm.add(
        column(FUELS, tr("Columns of fuels"), ENERGY, optional=True, several=True),
        tr(
            "For one column per fuel, named after the fuel, with its unit in brackets if it differs: raw_coal, "
            "原煤(万吨). Total energy in standard coal, such as 能源消费总量(万吨标准煤), counts as a fuel."
        ),
    )
    for name, title, help_text in (
        (
            FUEL,
            tr("Column with the name of the fuel"),
            tr(
                "For one row per unit and fuel: the fuel, in English or Chinese, or total energy in standard coal "
                "(total_energy, 能源消费总量)."
            ),
        ),
        (AMOUNT, tr("Column of the amount"), tr("For one row per unit and fuel: the amount used.")),
        (
            MEASURE_FIELD,
            tr("Column with the unit of measurement"),
            tr("If rows use different units: t, 10^4 m3, 万吨 and so on."),
        ),
        (SECTOR, tr("Column of the sector"), tr("If fuel use is given by sector, such as industry or households.")),
    ):
        algorithm.add(column(name, title, ENERGY, optional=True, holds="" if name == AMOUNT else LABELS), help_text)
    algorithm.add(
        choice(MEASURE, tr("Unit of the amounts"), FUEL_UNITS, "t"),
        tr("For all amounts without their own unit. tce is tonnes of standard coal equivalent."),
        when={ENERGY: True},
    )


def add_factor_parameters(algorithm) -> None:
    """Add the emission factors: a bundled set, user factors, electricity."""
    algorithm.add(
        choice(FACTORS, tr("Emission factors"), factor_sets(), "china_guideline"),
        tr(
            "china_guideline: Chinese coefficients by fuel. ipcc_1996: IPCC carbon contents, complete oxidation; coal, "
            "crude oil and gas in TJ or tce only. ndrc_2007: six fuels. standard_coal: carbon per tonne "
            "of standard coal."
        ),
        when={ENERGY: True},
    )
    algorithm.add(
        layer(OWN_FACTORS, tr("Your own factors"), optional=True),
        tr(
            "A table with the column fuel and either co2_factor_t and per (t CO2 per t, m3, kWh, tce, TJ), or ncv "
            "(kJ/kg; kJ/m3 with column ncv_unit), carbon_kgc_gj and oxidation. Its rows take precedence over the "
            "bundled ones."
        ),
        advanced=True,
    )
    algorithm.add(
        choice(GRID, tr("Grid factor of electricity"), [NO_GRID, *grid_names()], NO_GRID),
        tr("For electricity columns. Do not count electricity if the fuel of the power stations is already counted."),
        when={ENERGY: True, GRID_FACTOR: False},
    )
    algorithm.add(
        real(GRID_FACTOR, tr("Your own grid factor (kg CO2/kWh)"), least=0),
        tr("Instead of a bundled grid factor."),
        advanced=True,
        when={ENERGY: True},
    )


def factors(given: Given, t_per_tce: float) -> FactorSet:
    """The chosen factors with user factors; ``t_per_tce`` is the factor of total energy, t CO2/tce."""
    from .....core.demand.fuels import factor_set, grids, warn_of_factors

    grid = given.number(GRID_FACTOR)
    if grid is None and given.choice(GRID) != NO_GRID:
        grid = grids()[given.choice(GRID)]
    made = factor_set(given.choice(FACTORS), given.table(OWN_FACTORS), grid, t_per_tce)
    warn_of_factors(made, given.log)
    return made


def uses(given: Given, units: Sequence[object], by: str) -> list[Use]:
    """The given fuel use, [] if none.

    Args:
        given: the parameters.
        units: codes or names of the requested units.
        by: how they are matched, "code" or "name".

    Raises:
        CarbonBalanceError: columns are missing, or both forms of fuel columns are used.
    """
    from .....core.demand.inventory import check_repeated_uses, long_uses, rows_of_units, wide_uses

    table = given.table(ENERGY)
    if table is None:
        return []
    key, fuels, fuel, amount = given.field(ENERGY_KEY), given.fields(FUELS), given.field(FUEL), given.field(AMOUNT)
    if key is None:
        raise CarbonBalanceError(
            tr("{table}: choose the column that identifies the unit (ENERGY_KEY).").format(table=table.label)
        )
    if bool(fuels) == bool(fuel) or bool(fuel) != bool(amount):
        raise CarbonBalanceError(
            tr(
                "{table}: give either the fuel columns (FUELS), or the columns with the name and the amount of the "
                "fuel (FUEL, AMOUNT)."
            ).format(table=table.label)
        )
    measure, sector, measures = given.choice(MEASURE), given.field(SECTOR), given.field(MEASURE_FIELD)
    needed = rows_of_units(table, key, units, by)
    check_repeated_uses(table, key, [sector, fuel], figures=[amount, measures, *fuels], needed=needed, log=given.log)
    if fuels:
        return wide_uses(table, key, fuels, unit=measure, sector=sector, needed=needed)
    return long_uses(table, key, fuel, amount=amount, measure=measures, unit=measure, sector=sector, needed=needed)
