"""Permission matrices and neighbourhood weights of the Beibu Gulf study, by name.

Rows are present classes, columns later classes, both in the order of ``CLASSES``. The note of the study names the axes
the other way round, but its own results are closer to feasible with the present interpretation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr

CLASSES = ("cropland", "forest", "grassland", "construction", "water", "unutilised")


def _permission_matrix(text: str) -> np.ndarray:
    return np.array([[digit == "1" for digit in row] for row in text.split()])


PERMISSIONS = {
    "urbanised": _permission_matrix("100100 110100 101100 000100 111110 111111"),
    "agricultural": _permission_matrix("100000 111001 111111 000100 101011 111111"),
    "ecological": _permission_matrix("111111 010000 011010 000100 000010 111111"),
}
WEIGHTS = {
    "construction": 1.00,
    "unutilised": 0.50,
    "water": 0.40,
    "grassland": 0.30,
    "cropland": 0.20,
    "forest": 0.01,
}


def _class_places(roles: Sequence[str]) -> list[int]:
    unknown = sorted({role for role in roles if role not in CLASSES})
    if unknown:
        raise CarbonBalanceError(
            tr("The preset has no class {names}: state for each class which of {known} it is.").format(
                names=listed(unknown), known=listed(CLASSES)
            )
        )
    return [CLASSES.index(role) for role in roles]


def permissions(scenario: str, roles: Sequence[str]) -> np.ndarray:
    """The permission matrix of a scenario for classes with these ``roles``, bool (classes, classes).

    Raises:
        CarbonBalanceError: an unknown role.
    """
    chosen = _class_places(roles)
    return PERMISSIONS[scenario][np.ix_(chosen, chosen)]


def weights(roles: Sequence[str]) -> np.ndarray:
    """The neighbourhood weights of the study for classes with these ``roles``, (classes,)."""
    return np.array([WEIGHTS[CLASSES[k]] for k in _class_places(roles)])
