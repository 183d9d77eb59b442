"""Parameters for the aims of a land-use plan, with their amounts per ha."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterEnum

from .....core.options.land_cover import SIX_CLASSES, schemes
from .....core.options.scenarios import AIMS, EMISSION_AIM, NO_AIM, SINK_AIM, STORAGE_AIM
from .....core.options.supply import land_emission_sets, pool_sets, sink_sets
from .....core.runtime.i18n import tr
from ..common import choice, column, layer
from ..supply.pool import check_one_of

if TYPE_CHECKING:
    from .....core.land_cover.codes import LandCover
    from .....core.scenarios.class_maps import Crossing
    from .....core.scenarios.optimisation.aims import Aim
    from ...inputs.given import Given

AIM, AIM_2 = "AIM", "AIM_2"
POOLS, SINKS, EMISSIONS, VALUES, VALUE_FIELD = "POOLS", "SINKS", "EMISSIONS", "VALUES", "VALUE_FIELD"
POOL_SET, SINK_SET, SCHEME = "POOL_SET", "SINK_SET", "SCHEME"


def add_aims(algorithm) -> None:
    """Add one or two aims, and the tables of amounts per ha of each class."""
    algorithm.add(
        choice(AIM, tr("Aim"), list(AIMS), EMISSION_AIM),
        tr(
            "What the plan optimises: carbon storage (t C), yearly carbon sink (t), net emission of land use (t C "
            "per year, as small as possible), or the sum of any value per ha from your own table."
        ),
    )
    algorithm.add(
        choice(AIM_2, tr("Second aim"), [NO_AIM, *AIMS], NO_AIM),
        tr(
            "For the Pareto front of two aims: each plan on it is the best for the first aim that still reaches a "
            "certain sum of the second one."
        ),
    )
    algorithm.add(
        layer(POOLS, tr("Pool table"), optional=True),
        tr("For the aim storage: carbon densities by class in t C/ha, as for Carbon storage."),
    )
    algorithm.add(
        choice(POOL_SET, tr("Bundled pool table"), [NO_AIM, *pool_sets()], NO_AIM),
        tr("For the aim storage, instead of your own pool table: published densities."),
        when={POOLS: False},
    )
    algorithm.add(
        layer(SINKS, tr("Sink coefficients"), optional=True),
        tr(
            "For the aim sink: uptake by class in t/ha per year (code, sink_t_ha). If empty, the bundled coefficients "
            "chosen below."
        ),
    )
    algorithm.add(
        QgsProcessingParameterEnum(
            SINK_SET, tr("Bundled sink coefficients"), options=sink_sets(), optional=True, usesStaticStrings=True
        ),
        tr(
            "For the aim sink, if you give no coefficients of your own: a published set. If both are empty, the first "
            "set is used, which the log says."
        ),
        when={SINKS: False},
    )
    algorithm.add(
        layer(EMISSIONS, tr("Emission coefficients"), optional=True),
        tr(
            "For the aim emission: code, emission_t_ha (per year, negative for uptake) and species (C or CO2). If "
            "empty, the bundled coefficients, whose original source could not be verified."
        ),
    )
    algorithm.add(
        layer(VALUES, tr("Values per ha"), optional=True),
        tr("For the aim value: a code column and the value per ha of each class, in any unit."),
    )
    algorithm.add(
        column(VALUE_FIELD, tr("Field of the value per ha"), VALUES, optional=True),
        tr("If empty, the column value."),
        advanced=True,
    )
    algorithm.add(
        choice(SCHEME, tr("Land-cover scheme"), schemes(), SIX_CLASSES),
        tr("The scheme of the codes of the land cover, for bundled coefficients and for the scenario preset."),
    )


def aim_in(given: Given, name: str, crossing: Crossing, cover: LandCover) -> Aim | None:
    """The aim chosen in ``name`` with its amounts per ha; ``None`` if none is chosen.

    Raises:
        CarbonBalanceError: a table is missing, or lacks a class of the land cover.
    """
    from .....core.scenarios.optimisation.aims import Aim
    from .....core.scenarios.optimisation.plan_inputs import of_classes
    from .....core.supply.class_coverage import need_codes
    from .....core.supply.land_emission import preset_emission_table, read_emission_table
    from .....core.supply.pools import preset_pool_table, preset_sink_table, read_pool_table, read_sink_table

    kind, scheme = given.choice(name), given.choice(SCHEME)
    if kind == NO_AIM:
        return None
    if kind == STORAGE_AIM:
        chosen = given.choice(POOL_SET)
        if chosen == NO_AIM:
            check_one_of(given, POOLS)
        table = (
            read_pool_table(given.table(POOLS), log=given.log)
            if given.has(POOLS)
            else preset_pool_table(chosen, scheme)
        )
        amounts, title = table.density_t_ha, tr("Carbon storage, t C")
    elif kind == SINK_AIM:
        if given.has(SINKS):
            table = read_sink_table(given.table(SINKS), log=given.log)
        else:
            chosen = given.choice(SINK_SET) or sink_sets()[0]
            if not given.has(SINK_SET):
                given.log.warn(
                    tr("{parameter} is empty: the bundled set {name} is used.").format(
                        parameter=given.title(SINK_SET), name=chosen
                    )
                )
            table = preset_sink_table(chosen, scheme)
        amounts, title = table.sink_t_ha, tr("Carbon sink, t per year")
    elif kind == EMISSION_AIM:
        table = (
            read_emission_table(given.table(EMISSIONS), [])
            if given.has(EMISSIONS)
            else preset_emission_table(land_emission_sets()[0], scheme)
        )
        if table.uncertain:
            given.log.warn(
                tr("{table}: the original source of the coefficients could not be verified.").format(table=table.label)
            )
        amounts, title = table.emission_t_c_ha, tr("Net emission of land use, t C per year")
    else:
        return _value_aim(given, kind, crossing)
    need_codes(crossing.codes, crossing.area_ha, crossing.cells, table=table, raster=cover.source.name, cover=cover)
    names = dict(zip(table.codes.tolist(), table.names))
    chosen_names = [names.get(code) or "" for code in crossing.codes.tolist()]
    return Aim(kind, title, of_classes(table.codes, amounts, crossing.codes), chosen_names)


def _value_aim(given: Given, kind: str, crossing: Crossing) -> Aim:
    """The aim of user-defined values."""
    from .....core.scenarios.optimisation.aims import Aim
    from .....core.scenarios.optimisation.plan_inputs import class_values

    check_one_of(given, VALUES)
    table = given.table(VALUES)
    field = given.field(VALUE_FIELD) or table.need("value")
    return Aim(kind, tr("Sum of {column}").format(column=field), class_values(table, field, crossing.codes))
