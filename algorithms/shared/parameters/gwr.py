"""How a geographically weighted regression is fitted: its parameters, and the settings they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean

from ....core.drivers.gwr.criteria import BY_AICC, BY_CROSS_VALIDATION, GOLDEN_SECTION, GRID
from ....core.drivers.gwr.kernels import BISQUARE, GAUSSIAN, Kernel
from ....core.runtime.i18n import tr
from ..inputs.given import Given
from .common import choice, real
from .distances import add_distances
from .permutations import PERMUTATIONS, SEED, add_permutations

if TYPE_CHECKING:
    from ....core.drivers.gwr.analysis import GwrSettings

KERNEL, BANDWIDTH_TYPE, BANDWIDTH = "KERNEL", "BANDWIDTH_TYPE", "BANDWIDTH"
CRITERION, SEARCH, LOWEST, HIGHEST = "CRITERION", "SEARCH", "LOWEST", "HIGHEST"
STANDARDISE, ALPHA = "STANDARDISE", "ALPHA"
ADAPTIVE, FIXED = "adaptive", "fixed"


def add_settings(algorithm) -> None:
    """Add kernel, bandwidth, search and tests."""
    algorithm.add(
        choice(KERNEL, tr("Kernel"), [BISQUARE, GAUSSIAN], BISQUARE),
        tr(
            "bisquare: features beyond the bandwidth do not count, the usual choice. gaussian: weights fall off "
            "smoothly and all features count a little."
        ),
    )
    algorithm.add(
        choice(BANDWIDTH_TYPE, tr("Bandwidth is"), [ADAPTIVE, FIXED], ADAPTIVE),
        tr(
            "adaptive: a number of nearest features, which suits zones of unequal size. fixed: a distance, in "
            "units of the CRS, or in metres if the CRS is geographic."
        ),
    )
    algorithm.add(
        real(BANDWIDTH, tr("Bandwidth"), 0),
        tr("Number of features (the feature itself counted), or a distance. Left empty, the best one is searched."),
    )
    algorithm.add(
        choice(CRITERION, tr("Search by"), [BY_AICC, BY_CROSS_VALIDATION], BY_AICC),
        tr("aicc: corrected Akaike criterion, fit against complexity. cv: error of leave-one-out prediction."),
        when={BANDWIDTH: False},
    )
    algorithm.add(
        choice(SEARCH, tr("Search method"), [GOLDEN_SECTION, GRID], GOLDEN_SECTION),
        tr("golden_section: narrows down to the best bandwidth. grid: tries twenty bandwidths over the range."),
        advanced=True,
        when={BANDWIDTH: False},
    )
    limit = tr("Limit of the search, in features or as a distance. Left empty, it follows from the data.")
    algorithm.add(real(LOWEST, tr("Smallest bandwidth to try"), 0), limit, True, {BANDWIDTH: False})
    algorithm.add(real(HIGHEST, tr("Largest bandwidth to try"), 0), limit, True, {BANDWIDTH: False})
    add_distances(algorithm)
    algorithm.add(
        QgsProcessingParameterBoolean(STANDARDISE, tr("Standardise all fields"), False),
        tr("Coefficients then say by how many standard deviations the dependent changes with one of a driver."),
    )
    add_permutations(
        algorithm,
        99,
        tr(
            "Of the Monte Carlo test whether each coefficient varies over space more than by chance, at the same "
            "bandwidth. 99 or 999 are usual; 0 leaves the test out, which is much faster for many features."
        ),
    )
    algorithm.add(
        real(ALPHA, tr("Level of the t tests"), 0.0001, 0.05),
        tr("Error level for all places together, 0.05 as a rule: the critical t is derived from it."),
        advanced=True,
    )


def settings_of(given: Given) -> GwrSettings:
    """The settings that were chosen."""
    from ....core.drivers.gwr.analysis import GwrSettings

    return GwrSettings(
        Kernel(given.choice(KERNEL), given.choice(BANDWIDTH_TYPE) == ADAPTIVE),
        given.number(BANDWIDTH),
        given.choice(CRITERION),
        given.choice(SEARCH),
        given.number(LOWEST),
        given.number(HIGHEST),
        given.flag(STANDARDISE),
        given.integer(PERMUTATIONS),
        given.integer(SEED),
        given.number(ALPHA) or GwrSettings.alpha,
    )
