"""Parameters of permutation tests."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterNumber

from .....core.runtime.i18n import tr

PERMUTATIONS, SEED = "PERMUTATIONS", "SEED"


def add_permutations(algorithm, default: int, help_text: str) -> None:
    """Add the number of permutations and their seed."""
    whole = QgsProcessingParameterNumber.Type.Integer
    algorithm.add(
        QgsProcessingParameterNumber(PERMUTATIONS, tr("Permutations"), whole, default, minValue=0),
        help_text,
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterNumber(SEED, tr("Seed"), whole, 0, minValue=0),
        tr("The same seed gives the same permutations, and so the same p-values."),
        advanced=True,
    )
