"""Parameters of geographically weighted regression, and the settings derived from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean

from .....core.options.drivers import BISQUARE, BY_AICC, BY_CROSS_VALIDATION, GAUSSIAN, GOLDEN_SECTION, GRID
from .....core.runtime.i18n import tr
from ...checks.percentages import level
from ..common import choice, real
from .distances import add_distances
from .permutations import PERMUTATIONS, SEED, add_permutations

if TYPE_CHECKING:
    from .....core.drivers.gwr.analysis import GwrSettings
    from ...inputs.given import Given

KERNEL, BANDWIDTH_TYPE, BANDWIDTH = "KERNEL", "BANDWIDTH_TYPE", "BANDWIDTH"
CRITERION, SEARCH, LOWEST, HIGHEST = "CRITERION", "SEARCH", "LOWEST", "HIGHEST"
STANDARDISE, ALPHA, MULTISCALE = "STANDARDISE", "ALPHA", "MULTISCALE"
ADAPTIVE, FIXED = "adaptive", "fixed"


def add_settings(algorithm) -> None:
    """Add kernel, bandwidth, search and tests."""
    algorithm.add(
        choice(KERNEL, tr("Kernel"), [BISQUARE, GAUSSIAN], BISQUARE),
        tr(
            "bisquare: features beyond the bandwidth have no weight; the usual choice. gaussian: weights decrease "
            "smoothly and all features have some weight."
        ),
    )
    algorithm.add(
        choice(BANDWIDTH_TYPE, tr("Bandwidth type"), [ADAPTIVE, FIXED], ADAPTIVE),
        tr(
            "adaptive: a number of nearest features, which is suitable for zones of unequal size. fixed: a distance, "
            "in units of the CRS, or in metres if the CRS is geographic."
        ),
    )
    algorithm.add(
        QgsProcessingParameterBoolean(MULTISCALE, tr("Multiscale: a bandwidth for each variable"), False),
        tr(
            "If switched on, the intercept and each explanatory field have their own bandwidth, which tells whether a "
            "driver acts locally or everywhere alike (multiscale GWR). All fields are standardised, the bandwidth must "
            "be left empty, and there is no Monte Carlo test. Time grows with the cube of the number of features: "
            "seconds for 500, minutes for 3,000."
        ),
    )
    algorithm.add(
        real(BANDWIDTH, tr("Bandwidth"), 0),
        tr(
            "Number of features (including the feature itself), or a distance. If empty, the best value is searched "
            "for."
        ),
    )
    algorithm.add(
        choice(CRITERION, tr("Search criterion"), [BY_AICC, BY_CROSS_VALIDATION], BY_AICC),
        tr(
            "aicc: corrected Akaike information criterion, which balances fit and complexity. cv: leave-one-out "
            "prediction error."
        ),
        when={BANDWIDTH: False},
    )
    algorithm.add(
        choice(SEARCH, tr("Search method"), [GOLDEN_SECTION, GRID], GOLDEN_SECTION),
        tr(
            "golden_section: narrows the range down to the best bandwidth. grid: tries twenty bandwidths over the "
            "range."
        ),
        advanced=True,
        when={BANDWIDTH: False},
    )
    limit = tr(
        "Limit of the search, as a number of features or a distance; of the bandwidth of each variable if multiscale. "
        "If empty, it is derived from the data."
    )
    algorithm.add(real(LOWEST, tr("Smallest bandwidth to try"), 0), limit, True, {BANDWIDTH: False})
    algorithm.add(real(HIGHEST, tr("Largest bandwidth to try"), 0), limit, True, {BANDWIDTH: False})
    add_distances(algorithm)
    algorithm.add(
        QgsProcessingParameterBoolean(STANDARDISE, tr("Standardise all fields"), False),
        tr(
            "Each coefficient is then the number of standard deviations by which the dependent variable changes when a "
            "driver changes by one standard deviation."
        ),
    )
    add_permutations(
        algorithm,
        99,
        tr(
            "For the Monte Carlo test of whether each coefficient varies over space more than by chance, at the same "
            "bandwidth. Usually 99 or 999; 0 skips the test, which is much faster for many features."
        ),
    )
    algorithm.add(
        level(real(ALPHA, tr("Significance level of the t tests"), 0.0001, 0.05)),
        tr("Significance level over all locations together, usually 0.05: the critical t is derived from it."),
        advanced=True,
    )


def settings_of(given: Given) -> GwrSettings:
    """The chosen settings."""
    from .....core.drivers.gwr.analysis import GwrSettings
    from .....core.drivers.gwr.kernels import Kernel

    return GwrSettings(
        kernel=Kernel(given.choice(KERNEL), given.choice(BANDWIDTH_TYPE) == ADAPTIVE),
        bandwidth=given.number(BANDWIDTH),
        criterion=given.choice(CRITERION),
        method=given.choice(SEARCH),
        lowest=given.number(LOWEST),
        highest=given.number(HIGHEST),
        standardise=given.flag(STANDARDISE),
        permutations=given.integer(PERMUTATIONS),
        seed=given.integer(SEED),
        alpha=given.number(ALPHA) or GwrSettings.alpha,
        multiscale=given.flag(MULTISCALE),
    )
