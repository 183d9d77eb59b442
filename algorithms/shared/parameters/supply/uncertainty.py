"""Parameters for the uncertainty of densities and land cover, and for zone classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean, QgsProcessingParameterNumber

from .....core.options.land_cover import SIX_CLASSES
from .....core.options.uncertainty import DISTRIBUTIONS, NORMAL, judged_schemes
from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from .....core.zoning.zone_names import CLASS_PRESETS, SURPLUS_FIRST, class_zone_names
from ...checks.percentages import percentage
from ..common import add_area, areas_km2, choice, column, layer, real, text
from ..land_cover import ZONES
from ..zone_names import LANGUAGE, add_zone_names, merge_rule
from .pool import PRESET, SCHEME, reassigned_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from .....core.supply.pools import PoolTable, SinkTable
    from .....core.tables.table import Table
    from .....core.uncertainty.assessment import UncertaintySettings
    from .....core.uncertainty.confusion import ConfusionMatrix
    from .....core.uncertainty.judgement import JudgedCode
    from .....core.uncertainty.pool_sd import UncertainPools
    from .....core.uncertainty.zone_classes import ZoneClasses
    from ...inputs.given import Given
    from ...inputs.zones import Zones

CV, DISTRIBUTION, CORRELATION, DRAWS, SEED = "CV", "DISTRIBUTION", "CORRELATION", "DRAWS", "SEED"
CONFUSION = "CONFUSION"
JUDGEMENTS, BUNDLED_JUDGEMENTS = "JUDGEMENTS", "BUNDLED_JUDGEMENTS"
DEMAND, LIMITS, CLASSES, MERGE = "DEMAND", "FIXED_LIMITS", "CLASSES", "MERGE"
PRESET_NAMES, NAMES = "ZONE_PRESET", "ZONE_NAMES"


def add_uncertainty(algorithm) -> None:
    """Add SD or CV of densities, distribution, correlation, draws, seed, and the confusion matrix."""
    add_variation(
        algorithm,
        tr(
            "SD of every density as a percentage of the density, such as 20. Your own pool table may give SDs instead, "
            "in the columns sd_above, sd_below, sd_soil, sd_dead (t/ha) or sd_density; this value is then used only "
            "where they are empty."
        ),
        tr("Distribution of densities"),
    )
    algorithm.add(
        real(CORRELATION, tr("Correlation between the pools of a class"), 0, 1),
        tr(
            "1: if one pool of a class is underestimated, all are (conservative, the default). 0: the errors of the "
            "pools are independent, which makes totals look more certain. Values in between are allowed. The errors of "
            "classes are always independent."
        ),
    )
    add_draws(algorithm)


def add_variation(algorithm, cv_help: str, distribution_title: str) -> None:
    """Add the coefficient of variation and the distribution."""
    algorithm.add(percentage(real(CV, tr("Coefficient of variation, %"), 0), 1), cv_help)
    algorithm.add(
        choice(DISTRIBUTION, distribution_title, DISTRIBUTIONS, NORMAL),
        tr(
            "normal: truncated at 0. lognormal: always positive, with a tail of high values. triangular: no tails; SD "
            "up to 0.707 times the mean."
        ),
    )


def add_draws(algorithm) -> None:
    """Add draws, seed, and the confusion matrix."""
    whole = QgsProcessingParameterNumber.Type.Integer
    algorithm.add(
        QgsProcessingParameterNumber(DRAWS, tr("Draws"), whole, 10_000, minValue=100),
        tr(
            "Number of realisations; 10,000 give a standard deviation accurate to 1 % and a probability accurate to "
            "0.01."
        ),
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterNumber(SEED, tr("Seed"), whole, 1, minValue=0),
        tr("The same seed gives the same numbers."),
        advanced=True,
    )
    algorithm.add(
        layer(CONFUSION, tr("Confusion matrix"), optional=True),
        tr(
            "Sample counts of an accuracy assessment, to include the error of the land cover itself: one row per class "
            "of the map with its code in the first column, and one column, named by code, per reference class. Areas "
            "are then corrected by it, and vary within the uncertainty due to the sample size. With pool regions one "
            "matrix holds in all of them."
        ),
        advanced=True,
    )


def add_judgements(algorithm) -> None:
    """Add the judgement codes: the bundled table of the scheme, or a user's table."""
    algorithm.add(
        QgsProcessingParameterBoolean(
            BUNDLED_JUDGEMENTS, tr("Draw the classes that are a judgement"), defaultValue=False
        ),
        tr(
            "For a bundled table: codes such as savanna, shrub or wetland, which could be counted as one class or "
            "another, get one of their admissible classes in each draw, each with the same weight. The table is "
            "resources/tables/judgements/SCHEME.csv, and is listed in the output Judgements. Codes that you "
            "reassigned are not drawn."
        ),
        when={PRESET: True},
    )
    algorithm.add(
        layer(JUDGEMENTS, tr("Own table of judgements"), optional=True),
        tr(
            "Instead of the bundled one: a row for each code and admissible class, in the columns code, class and "
            "weight. If you use a bundled table (PRESET), the classes are the six; otherwise they are the codes of "
            "your own table. Class 0 is land without carbon. Weights of a code need not add up to 1. With pool regions "
            "one decision on a class holds in all regions, each with its own densities."
        ),
        advanced=True,
    )


def judgements(given: Given, pools: UncertainPools) -> list[JudgedCode]:
    """The codes whose class is a judgement, with densities; see :func:`judged_codes`."""
    from .....core.supply.pools import preset_pool_table
    from .....core.uncertainty.pool_sd import with_sd

    return judged_codes(
        given, pools, lambda: with_sd(preset_pool_table(given.choice(PRESET), SIX_CLASSES), None, given.number(CV))
    )


def judged_codes(given: Given, table: UncertainPools, six_classes: Callable[[], UncertainPools]) -> list[JudgedCode]:
    """The codes whose class is a judgement; none if not wanted.

    Args:
        given: the parameters.
        table: values by code of the land cover.
        six_classes: gives the values of the bundled table by class.

    Raises:
        CarbonBalanceError: both tables given, or a table that cannot be used.
    """
    from .....core.tables.bundled import resource_table
    from .....core.uncertainty.judgement import read_judgements

    bundled = given.flag(BUNDLED_JUDGEMENTS)
    if not bundled and not given.has(JUDGEMENTS):
        return []
    if bundled and given.has(JUDGEMENTS):
        raise CarbonBalanceError(
            tr("{inputs} are both given: give only one of them.").format(
                inputs=f"{given.title(BUNDLED_JUDGEMENTS)} / {given.title(JUDGEMENTS)}"
            )
        )
    if bundled and not given.has(PRESET):
        raise CarbonBalanceError(
            tr(
                "The bundled table of judgements (BUNDLED_JUDGEMENTS) needs a bundled table of the classes (PRESET): "
                "with your own table, give your own table of judgements (JUDGEMENTS)."
            )
        )
    classes = six_classes() if given.has(PRESET) else table
    if not bundled:
        return read_judgements(given.table(JUDGEMENTS), table, classes)
    scheme = given.choice(SCHEME)
    if scheme not in judged_schemes():
        raise CarbonBalanceError(
            tr("No code of the scheme {scheme} is a judgement; choose one of {known} (SCHEME).").format(
                scheme=scheme, known=tr(", ").join(judged_schemes())
            )
        )
    return read_judgements(resource_table(f"judgements/{scheme}.csv"), table, classes, list(reassigned_codes(given)))


def need_no_classes(given: Given) -> None:
    """Refuse what is for the class codes of a bundled table if codes are those of pool regions."""
    if given.flag(BUNDLED_JUDGEMENTS):
        raise CarbonBalanceError(
            tr("{input} cannot be used together with pool regions: leave one of the two out.").format(
                input=f"{given.title(BUNDLED_JUDGEMENTS)} ({BUNDLED_JUDGEMENTS})"
            )
        )


def uncertain_pools(given: Given, pools: PoolTable, rows: Table | None) -> UncertainPools:
    """The pool table with standard deviations, which may be in the user's table ``rows``."""

    from .....core.uncertainty.pool_sd import with_sd

    cv = given.number(CV)
    uncertain = with_sd(pools, rows, cv)
    if cv is not None:
        given.log.info(tr("Standard deviation of every density without its own: {cv:g} % of it.").format(cv=cv))
    return uncertain


def settings(given: Given) -> UncertaintySettings:
    """The settings of the draws."""
    from .....core.uncertainty.assessment import UncertaintySettings

    # A sink has a single coefficient per class, so that there is nothing to correlate.
    pools = given.algorithm.parameterDefinition(CORRELATION) is not None
    return UncertaintySettings(
        given.choice(DISTRIBUTION),
        given.number(CORRELATION) if pools else 1.0,
        given.integer(DRAWS),
        given.integer(SEED),
    )


def confusion(given: Given, pools: PoolTable | SinkTable) -> ConfusionMatrix | None:
    """The confusion matrix, ``None`` if not given."""
    from .....core.uncertainty.confusion import read_confusion

    return read_confusion(given.table(CONFUSION), pools.codes, pools.names) if given.has(CONFUSION) else None


def add_zone_classes(algorithm) -> None:
    """Add demand, and the classification of demand / supply into zone classes."""
    algorithm.add(
        column(DEMAND, tr("Demand field, t/km2"), ZONES, optional=True, holds="t/km2"),
        tr(
            "Demand of the zones, such as demand_t_km2 from Emission demand, to estimate how certain the class of each "
            "zone by its demand/supply ratio is. If empty, zones are not classified."
        ),
    )
    add_area(algorithm, ZONES)
    algorithm.add(
        text(LIMITS, tr("Fixed limits of the ratio")),
        tr(
            "Upper limit of each class except the last, ascending, such as 0.8, 1, 1.2. If empty, natural breaks (as "
            "published) of the ratio at the densities of the table. The limits are the same in all draws."
        ),
        advanced=True,
        when={DEMAND: True},
    )
    algorithm.add(
        QgsProcessingParameterNumber(
            CLASSES, tr("Number of classes"), QgsProcessingParameterNumber.Type.Integer, 7, minValue=1
        ),
        tr("Number of classes for natural breaks."),
        advanced=True,
        when={DEMAND: True, LIMITS: False},
    )
    algorithm.add(
        text(MERGE, tr("Merge rule"), "1-2,3,4,5-7"),
        tr("Which classes form a zone class, lowest ratio first. If empty, each class is a zone class."),
        advanced=True,
        when={DEMAND: True},
    )
    add_zone_names(
        algorithm,
        CLASS_PRESETS,
        SURPLUS_FIRST,
        title=tr("Names of the zone classes"),
        preset_help=tr("As in Natural breaks zoning: surplus_first names four classes; numbered works for any number."),
        names_help=tr("Names separated by commas, lowest ratio first; they replace the preset."),
        ids=(PRESET_NAMES, NAMES),
        needs=DEMAND,
    )


def classes_of(given: Given, zones: Zones | None, supply_t: np.ndarray, coverage: np.ndarray) -> ZoneClasses | None:
    """The zone classes, ``None`` without a demand field.

    Args:
        supply_t: supply with the densities of the table on the mapped part (zones,).
        coverage: mapped share of each zone (zones,); the demand of that part is compared with the supply.
    """
    from .....core.zoning.natural_breaks import number_of_classes, parse_limits

    field = given.field(DEMAND) if zones else None
    if field is None:
        return None

    def names_of(count: int) -> list[str]:
        return class_zone_names(given.text(NAMES), given.choice(PRESET_NAMES), given.choice(LANGUAGE), count)

    demand_t = zones.table.non_negative(field) * areas_km2(given, zones) * coverage
    label = tr("the ratio of {field} to supply").format(field=field)
    from .....core.uncertainty.zone_classes import zone_classes

    limits = parse_limits(given.text(LIMITS))
    n_classes = number_of_classes(limits, given.integer(CLASSES))
    rule = merge_rule(given, MERGE, n_classes, PRESET_NAMES, NAMES)
    return zone_classes(
        demand_t,
        supply_t,
        limits,
        n_classes=n_classes,
        rule=rule,
        names_of=names_of,
        label=label,
    )
