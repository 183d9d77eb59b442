"""Parameters for pool tables and sink coefficients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
)

from .....core.options.land_cover import SIX_CLASSES, schemes
from .....core.options.supply import pool_sets, sink_sets
from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import mark, tr
from ...checks.ignored_parameters import OR
from ..common import column

if TYPE_CHECKING:
    from .....core.supply.pools import PoolTable, SinkTable
    from ...inputs.given import Given

POOLS = "POOLS"
POOLS_LATER = "POOLS_LATER"
SINKS = "SINKS"
PRESET = "PRESET"
SCHEME = "SCHEME"
REASSIGN = "REASSIGN"
POOL_FIELDS = {
    "CODE_FIELD": "code",
    "ABOVE_FIELD": "above",
    "BELOW_FIELD": "below",
    "SOIL_FIELD": "soil",
    "DEAD_FIELD": "dead",
    "DENSITY_FIELD": "density",
}
SINK_FIELDS = {"CODE_FIELD": "code", "SINK_FIELD": "sink"}


def add_pool_parameters(algorithm) -> None:
    """Add the pool table: a user's table (POOLS and its fields) or a bundled one (PRESET, SCHEME)."""
    add_own_pools(algorithm)
    add_preset(algorithm, tr("Bundled pool table"), pool_sets(), preset_help(), {PRESET: True})
    add_reassign(algorithm)


def add_reassign(algorithm) -> None:
    """Add REASSIGN: classes for codes that replace those of the scheme or the table."""
    algorithm.add(
        QgsProcessingParameterString(REASSIGN, tr("Reassigned codes"), optional=True),
        tr(
            "Your own judgement, as code=class. With a bundled table the classes are the six: 8=2,9=3 assigns code 8 "
            "to forest and code 9 to grassland. With your own table they are its codes: 8=2 gives code 8 the value of "
            "code 2. Class 0 stores and takes up nothing. Codes that are not in the table are added."
        ),
        advanced=True,
    )


def preset_help() -> str:
    """The help text on the bundled pool tables."""
    return tr(
        "Use published densities instead of your own table: henan (Henan Province; soil under water and built-up land "
        "stores carbon) or beibu_gulf (Beibu Gulf, corrected for a wet climate)."
    )


def add_own_pools(algorithm) -> None:
    """Add the user's pool table: POOLS and the field parameters."""
    _add_table(
        algorithm,
        POOLS,
        tr("Pool table"),
        tr(
            "Carbon densities by land-cover class in t C/ha: a code column and c_above, c_below, c_soil, c_dead; an "
            "InVEST biophysical table works unchanged. A single column with the total density (carbon_t_ha) also "
            "works. Leave empty to use a bundled table."
        ),
    )
    titles = {
        "CODE_FIELD": tr("Field of the class codes"),
        "ABOVE_FIELD": tr("Field of the carbon above ground"),
        "BELOW_FIELD": tr("Field of the carbon below ground"),
        "SOIL_FIELD": tr("Field of the carbon in soil"),
        "DEAD_FIELD": tr("Field of the carbon in dead matter"),
        "DENSITY_FIELD": tr("Field of the total density"),
    }
    for name, title in titles.items():
        _add_field(algorithm, name, title, POOLS)


def add_later_pools(algorithm) -> None:
    """Add the pool table of a later date, for densities that differ between dates."""
    algorithm.add(
        QgsProcessingParameterFeatureSource(
            POOLS_LATER,
            tr("Pool table of the later date"),
            types=[QgsProcessing.SourceType.TypeVector],
            optional=True,
        ),
        tr(
            "Only if densities differ between the dates: a table with the same column names as the pool table. If "
            "empty, one table is used for both dates, so that only land-cover change affects carbon."
        ),
        advanced=True,
    )


def later_pools(given: Given, first: PoolTable) -> PoolTable:
    """The pool table of the later date; ``first`` if none is given."""
    from .....core.supply.pool_builder import pools_with_judgement
    from .....core.supply.pools import read_pool_table

    if not given.has(POOLS_LATER):
        return first
    later = read_pool_table(given.table(POOLS_LATER), chosen_fields(given, POOL_FIELDS), given.log)
    if not reassigned_codes(given):
        return later
    if given.has(PRESET):
        raise CarbonBalanceError(
            tr(
                "Reassigned codes (REASSIGN) mean classes of the bundled pool table, which the pool table of the later "
                "date (POOLS_LATER) does not have: change that table, and the first with Carbon pool table, instead."
            )
        )
    return pools_with_judgement(later, "", "", reassigned_codes(given), given.log)


def add_sink_parameters(algorithm, scheme_with: tuple[str, ...] = ()) -> None:
    """Add the sink coefficients: a user's table (SINKS and its fields) or bundled ones (PRESET, SCHEME).

    ``scheme_with`` are other inputs for which the scheme of the land cover is used.
    """
    _add_table(
        algorithm,
        SINKS,
        tr("Sink coefficients"),
        tr(
            "Annual uptake by land-cover class in t/ha: a code column and sink_t_ha. Leave empty to use bundled "
            "coefficients."
        ),
    )
    add_preset(
        algorithm,
        tr("Bundled sink coefficients"),
        sink_sets(),
        tr(
            "Use published coefficients instead of your own table: guiyang (cropland 1.16, forest 3.55, grassland "
            "0.021, water 2.56 t/ha per year; the study does not say whether these are of C or CO2)."
        ),
        {OR.join((PRESET, *scheme_with)): True},
    )
    add_reassign(algorithm)
    _add_field(algorithm, "CODE_FIELD", tr("Field of the class codes"), SINKS)
    _add_field(algorithm, "SINK_FIELD", tr("Field of the sink coefficient"), SINKS)


def add_preset(algorithm, title: str, options: list[str], help_text: str, scheme_when: dict | None = None) -> None:
    """Add PRESET (an optional bundled table) and SCHEME (the scheme of its codes), used ``scheme_when``."""
    algorithm.add(
        QgsProcessingParameterEnum(PRESET, title, options=options, optional=True, usesStaticStrings=True), help_text
    )
    algorithm.add(
        QgsProcessingParameterEnum(
            SCHEME, tr("Land-cover scheme"), options=schemes(), defaultValue=SIX_CLASSES, usesStaticStrings=True
        ),
        tr(
            "The scheme of the class codes of the land cover, to which the bundled table is mapped: six_classes (1 "
            "cropland, 2 forest, 3 grassland, 4 water, 5 built-up, 6 unused), clcd (China Land Cover Dataset, 1-9), "
            "cnlucc (Chinese multi-period land use, 11-67), gbt21010 (GB/T 21010-2017 and the third national land "
            "survey, codes as numbers: 0101 is 101), globeland30 (10-100), igbp (MODIS MCD12, 0-17), nlcd (USA, "
            "11-95), worldcover (ESA, 10-100). Your own table already uses its own codes."
        ),
        when=scheme_when,
    )


def pools(given: Given) -> PoolTable:
    """The user's pool table, or the chosen bundled one.

    Raises:
        CarbonBalanceError: neither or both are given, or the table is invalid.
    """
    from .....core.supply.pool_builder import pools_with_judgement
    from .....core.supply.pools import preset_pool_table

    check_one_of(given, POOLS, PRESET)
    own = None if given.has(PRESET) else own_pools(given)
    classes = reassigned_codes(given)
    if classes:
        table = pools_with_judgement(own, given.choice(PRESET), given.choice(SCHEME), classes, given.log)
    else:
        table = own or preset_pool_table(given.choice(PRESET), given.choice(SCHEME))
    given.note_class_values("t C/ha", table.codes, table.names, table.density_t_ha)
    return table


def own_pools(given: Given) -> PoolTable:
    """The user's pool table."""
    from .....core.supply.pools import read_pool_table

    return read_pool_table(given.table(POOLS), chosen_fields(given, POOL_FIELDS), given.log)


def sinks(given: Given) -> SinkTable:
    """The sink coefficients that were given, or the bundled ones that were chosen.

    Raises:
        CarbonBalanceError: neither or both are given, or the table is invalid.
    """
    from .....core.supply.pool_builder import sinks_with_judgement
    from .....core.supply.pools import preset_sink_table, read_sink_table

    check_one_of(given, SINKS, PRESET)
    own = None
    if not given.has(PRESET):
        own = read_sink_table(given.table(SINKS), chosen_fields(given, SINK_FIELDS), given.log)
    classes = reassigned_codes(given)
    if classes:
        table = sinks_with_judgement(own, given.choice(PRESET), given.choice(SCHEME), classes, given.log)
    else:
        table = own or preset_sink_table(given.choice(PRESET), given.choice(SCHEME))
    given.note_class_values(mark("t/ha per year"), table.codes, table.names, table.sink_t_ha)
    return table


def reassigned_codes(given: Given) -> dict[int, int]:
    """Code -> class as reassigned by the user; empty if the algorithm has no such parameter."""
    from .....core.land_cover.schemes import parse_reassignment

    if given.algorithm.parameterDefinition(REASSIGN) is None:
        return {}
    return parse_reassignment(given.text(REASSIGN))


def _add_table(algorithm, name: str, title: str, help_text: str) -> None:
    algorithm.add(
        QgsProcessingParameterFeatureSource(name, title, types=[QgsProcessing.SourceType.TypeVector], optional=True),
        help_text,
    )


def _add_field(algorithm, name: str, title: str, parent: str) -> None:
    algorithm.add(
        column(name, title, parent, optional=True, holds="" if name == "CODE_FIELD" else "t/ha"),
        tr("Only if the column is not found under its usual name."),
        advanced=True,
        when={OR.join((POOLS, POOLS_LATER)) if parent == POOLS else parent: True},
    )


def chosen_fields(given: Given, names: dict[str, str]) -> dict[str, str]:
    """The columns chosen by the user, by meaning."""
    chosen = {key: given.field(name) for name, key in names.items() if given.has(name)}
    return {key: field for key, field in chosen.items() if field}


def check_one_of(given: Given, *names: str) -> None:
    """Refuse if none or several of the inputs ``names`` are given."""
    titles = [_title_and_options(given, name) for name in names]
    there = [title for name, title in zip(names, titles) if given.has(name)]
    if len(there) > 1:
        raise CarbonBalanceError(
            tr("{inputs} are both given: give only one of them.").format(inputs=" / ".join(there[:2]))
        )
    if not there:
        raise CarbonBalanceError(tr("None of {inputs} is given: give one of them.").format(inputs=" / ".join(titles)))


def _title_and_options(given: Given, name: str) -> str:
    definition = given.algorithm.parameterDefinition(name)
    if not isinstance(definition, QgsProcessingParameterEnum):
        return given.title(name)
    return f"{definition.description()} ({name}: {', '.join(definition.options())})"
