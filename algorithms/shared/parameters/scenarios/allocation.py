"""Parameters of a land-use simulation: permitted changes, restricted areas and allocation."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterFile, QgsProcessingParameterRasterLayer

from .....core.options.scenarios import (
    ALLOCATIONS,
    DEFAULT_NOISE,
    DEFAULT_PASSES,
    DEFAULT_STRENGTH,
    RANKED,
    ROULETTE,
)
from .....core.runtime.i18n import tr
from ..common import choice, decimal, layer, whole

PERMISSIONS, RESTRICTED = "PERMISSIONS", "RESTRICTED"
SETTINGS, ALLOCATION, NOISE, STRENGTH, PASSES = "SETTINGS", "ALLOCATION", "NOISE", "STRENGTH", "PASSES"


def add_permissions(algorithm) -> None:
    """Add the matrix of permitted changes."""
    algorithm.add(
        layer(PERMISSIONS, tr("Permission matrix"), optional=True),
        tr(
            "Table: one row per present class (column code), one column per later class (named by its code): 1 "
            "permitted, 0 forbidden. If empty: the matrix of the preset, otherwise every change is permitted."
        ),
    )


def add_restricted(algorithm) -> None:
    """Add the raster of cells that never change."""
    algorithm.add(
        QgsProcessingParameterRasterLayer(RESTRICTED, tr("Restricted areas"), optional=True),
        tr("Cells with a value other than 0 never change: reserves, protected farmland, water and so on."),
    )


def add_allocation(algorithm) -> None:
    """Add the allocation: settings of a calibration, or individual parameters."""
    algorithm.add(
        QgsProcessingParameterFile(SETTINGS, tr("Settings"), extension="json", optional=True),
        tr(
            "Settings from a calibration: allocation, noise, strength, passes, neighbourhood, and weights unless you "
            "give your own."
        ),
        advanced=True,
    )
    algorithm.add(
        choice(ALLOCATION, tr("Allocation"), list(ALLOCATIONS), ROULETTE),
        tr(
            "roulette: FLUS as published. ranked: for demand by transition; the cells with the highest ratings "
            "change, by suitability x share of neighbours, in one or a few passes."
        ),
        advanced=True,
        when={SETTINGS: False},
    )
    for name, title, default, help_text in (
        (
            NOISE,
            tr("Noise"),
            DEFAULT_NOISE,
            tr(
                "Degree of randomness of a ranked allocation. 0: always the cells with the highest ratings. 1: draws "
                "in proportion to suitability x share of neighbours."
            ),
        ),
        (
            STRENGTH,
            tr("Strength of the neighbourhood"),
            DEFAULT_STRENGTH,
            tr("Exponent of the share of neighbours in a ranked allocation; 0 ignores neighbours."),
        ),
    ):
        algorithm.add(
            decimal(name, title, default, least=0, most=10),
            help_text,
            advanced=True,
            when={ALLOCATION: [RANKED], SETTINGS: False},
        )
    algorithm.add(
        whole(PASSES, tr("Passes"), DEFAULT_PASSES, least=1, most=100),
        tr(
            "Number of passes of a ranked allocation: each allocates an equal part, and neighbours are counted again "
            "after it."
        ),
        advanced=True,
        when={ALLOCATION: [RANKED], SETTINGS: False},
    )
