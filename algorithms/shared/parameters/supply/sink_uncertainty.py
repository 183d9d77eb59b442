"""Parameters for the uncertainty of sink coefficients, and thresholds of EEC and SEC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....core.options.land_cover import SIX_CLASSES
from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from .....core.zoning.zone_names import GUIYANG, QUADRANT_PRESETS, quadrant_names
from ..common import column, real
from ..land_cover import ZONES
from ..zone_names import LANGUAGE, add_zone_names
from .pool import PRESET, SINKS
from .uncertainty import CV, NAMES, PRESET_NAMES, add_draws, add_variation, judged_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from .....core.supply.pools import SinkTable
    from .....core.uncertainty.judgement import JudgedCode
    from .....core.uncertainty.pool_sd import UncertainPools
    from .....core.uncertainty.sinks.sec_outcome import SecLimits
    from ...inputs.given import Given
    from ...inputs.zones import Zones

EMISSION, GDP, EEC = "EMISSION", "GDP", "EEC"
EEC_LIMIT, SEC_LIMIT = "EEC_LIMIT", "SEC_LIMIT"


def add_sink_uncertainty(algorithm) -> None:
    """Add SD or CV of coefficients, distribution, draws, seed, and the confusion matrix."""
    add_variation(
        algorithm,
        tr(
            "SD of every coefficient as a percentage of the coefficient, such as 20. Your own table may give SDs "
            "instead, in the column sd_sink (t/ha a year); this value is then used only where it is empty."
        ),
        tr("Distribution of coefficients"),
    )
    add_draws(algorithm)


def add_sec(algorithm) -> None:
    """Add emission, GDP or EEC, and thresholds and zone names of EEC and SEC."""
    algorithm.add(
        column(EMISSION, tr("Emission"), ZONES, optional=True),
        tr(
            "Annual emissions of each unit, all in the same unit of measure, to estimate how certain its coefficient "
            "SEC is: its share of the sink of the region divided by its share of the emissions. If empty, only sinks "
            "are given."
        ),
    )
    algorithm.add(
        column(GDP, tr("GDP"), ZONES, optional=True),
        tr("GDP of each unit, all in the same currency and unit, for the coefficient EEC and the zones."),
        when={EMISSION: True},
    )
    algorithm.add(
        column(EEC, tr("Existing EEC"), ZONES, optional=True, holds=EEC),
        tr("Instead of GDP: EEC computed elsewhere, used unchanged. Without GDP or EEC, units get no zones."),
        when={EMISSION: True},
    )
    for name, title in ((EEC_LIMIT, "EEC"), (SEC_LIMIT, "SEC")):
        algorithm.add(
            real(name, tr("{name} threshold").format(name=title), 0, 1.0),
            tr("A coefficient at or above it is high; 1 is the level of the region."),
            advanced=True,
            when={EMISSION: True},
        )
    add_zone_names(
        algorithm,
        QUADRANT_PRESETS,
        GUIYANG,
        title=tr("Names of the zones"),
        preset_help=tr("As in Coefficient zoning, in the order both high, EEC high, SEC high, both low."),
        names_help=tr("Four names separated by commas, in the order both high, EEC high, SEC high, both low."),
        ids=(PRESET_NAMES, NAMES),
        needs=EMISSION,
    )


def has_eec(given: Given) -> bool:
    """Whether units get zones of EEC and SEC."""
    return given.has(EMISSION) and (given.has(GDP) or given.has(EEC))


def uncertain_sinks(given: Given, sinks: SinkTable) -> UncertainPools:
    """The sink coefficients with their standard deviations."""
    from .....core.uncertainty.pool_sd import sinks_with_sd

    cv = given.number(CV)
    uncertain = sinks_with_sd(sinks, given.table(SINKS), cv)
    if cv is not None:
        given.log.info(tr("Standard deviation of every coefficient without its own: {cv:g} % of it.").format(cv=cv))
    return uncertain


def judged_sinks(given: Given, sinks: UncertainPools) -> list[JudgedCode]:
    """The codes whose class is a judgement, with coefficients."""
    from .....core.supply.pools import preset_sink_table
    from .....core.uncertainty.pool_sd import sinks_with_sd

    return judged_codes(
        given,
        sinks,
        lambda: sinks_with_sd(preset_sink_table(given.choice(PRESET), SIX_CLASSES), None, given.number(CV)),
    )


def sec_limits(
    given: Given, zones: Zones, area_ha: np.ndarray, coverage: np.ndarray, names: Sequence[str]
) -> SecLimits | None:
    """The inputs and thresholds of SEC, ``None`` without emissions.

    Args:
        given: the parameters.
        zones: the units.
        area_ha: areas by class (zones, classes).
        coverage: mapped share of each unit (zones,).
        names: names of the units.

    Raises:
        CarbonBalanceError: GDP and EEC are both given, either without emissions, or units overlap so that their sums
            are not those of the region.
    """
    from .....core.balance.coefficients import coefficient, given_coefficient, warn_undefined
    from .....core.raster.zone_outlines.double_counting import counted_once, log_counted
    from .....core.uncertainty.sinks.sec_chances import sec_areas
    from .....core.uncertainty.sinks.sec_outcome import SecLimits

    if not given.has(EMISSION):
        if given.has(GDP) or given.has(EEC):
            raise CarbonBalanceError(tr("GDP or EEC is given, but no emission (EMISSION): give the emissions too."))
        return None
    if given.has(GDP) and given.has(EEC):
        raise CarbonBalanceError(
            tr("{inputs} are both given: give only one of them.").format(
                inputs=f"{given.title(GDP)} / {given.title(EEC)}"
            )
        )
    emission = zones.table.numbers(given.field(EMISSION))
    gdp, own = zones.table.numbers(given.field(GDP)) if given.has(GDP) else None, given.field(EEC)
    overlaps = zones.overlaps()
    km2 = area_ha.sum(axis=1) / 100
    once = counted_once(overlaps, [emission, gdp])
    if not once.known:
        raise CarbonBalanceError(
            tr(
                "The units overlap ({pairs}), so that their sums are not totals of the region and {name} is "
                "undefined: use units that do not overlap."
            ).format(pairs=overlaps.pairs_text(names, km2), name="SEC")
        )
    log_counted(once, names, km2, given.log)
    shown, eec = {tr("Emission"): emission}, None
    if gdp is not None:
        eec, shown[tr("GDP")] = coefficient(gdp, emission, counted=once.counted).values, gdp
    elif own:
        shown["EEC"] = zones.table.numbers(own)
        eec = given_coefficient(shown["EEC"], emission).values
    warn_undefined(shown, zones.table.row_labels, given.log)
    return SecLimits(
        areas=sec_areas(area_ha, coverage, emission, once.counted),
        sec_limit=_limit(given, SEC_LIMIT),
        eec_limit=_limit(given, EEC_LIMIT),
        eec=eec,
        zone_names=quadrant_names(given.text(NAMES), given.choice(PRESET_NAMES), given.choice(LANGUAGE)),
    )


def _limit(given: Given, name: str) -> float:
    value = given.number(name)
    return 1.0 if value is None else value
