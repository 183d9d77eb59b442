"""Parameters common to the zonal and the raster balance of supply and demand."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsProcessingParameterBoolean

from ....core.options.balance import ESDR, INDEX_IDS
from ....core.options.tables import BASES, SPECIES
from ....core.runtime.i18n import tr
from ..algorithm import CarbonAlgorithm
from .common import choice, real

INDEX, CONVERT, SUPPLY_MAX, DEMAND_MAX = "INDEX", "CONVERT", "SUPPLY_MAX", "DEMAND_MAX"


def add_meaning(
    algorithm: CarbonAlgorithm, name: str, title: str, units: Sequence[str], unit: str, unit_help: str, **defaults: str
) -> None:
    """Add the meaning of supply or demand: ``NAME_UNIT``, ``NAME_SPECIES`` and ``NAME_BASIS``.

    Args:
        algorithm: gets the parameters.
        name, title: of the side.
        units, unit, unit_help: to choose from, the default, and what they are.
        defaults: ``species`` and ``basis``.
    """
    algorithm.add(choice(f"{name}_UNIT", tr("{what}: unit").format(what=title), units, unit), unit_help)
    algorithm.add(
        choice(f"{name}_SPECIES", tr("{what}: counted as").format(what=title), SPECIES, defaults["species"]),
        tr(
            "Tonnes of carbon (C) or of carbon dioxide (CO2). Comparing C with CO2 shifts the balance point and gives "
            "a warning."
        ),
    )
    algorithm.add(
        choice(f"{name}_BASIS", tr("{what}: stock or flow").format(what=title), BASES, defaults["basis"]),
        tr("A stock is an amount at one point in time (storage); a flow is an amount per year (sink, emissions)."),
        advanced=True,
    )


def add_index(algorithm: CarbonAlgorithm, index: str, measured: str, advanced: bool) -> None:
    """Add the index, the conversion of C to CO2, and the maxima of ESDR.

    Args:
        algorithm: gets the parameters.
        index: default index.
        measured: help text on the default maxima.
        advanced: whether the maxima are advanced parameters.
    """
    algorithm.add(
        choice(INDEX, tr("Index"), INDEX_IDS, index),
        tr(
            "demand/supply D/S: 1 is balance, small is surplus. supply/demand S/D: 1, large is surplus. budget "
            "S - D, t/km2: 0, large is surplus. ESDR (S - D)/((Smax + Dmax)/2): 0. log ratio ln(S/D): 0. "
            "normalised difference (S - D)/(S + D): 0, from -1 to 1, comparable between regions."
        ),
    )
    algorithm.add(
        QgsProcessingParameterBoolean(CONVERT, tr("Convert C to CO2"), False),
        tr("Multiply quantities in t C by 44/12 before comparing. If off, values are compared without conversion."),
    )
    for name, title in ((SUPPLY_MAX, tr("ESDR: highest supply")), (DEMAND_MAX, tr("ESDR: highest demand"))):
        algorithm.add(real(name, title, least=0), measured, advanced=advanced, when={INDEX: [ESDR]})
