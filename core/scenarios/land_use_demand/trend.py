"""The demand by transition that continues the trend between two dates."""

from __future__ import annotations

from ...runtime.i18n import tr
from ...tables.table import Table
from ..class_maps import Crossing
from .demand_tables import LandUseDemand
from .futures import Futures
from .transition_tables import read_transitions


def trend_demand(found: Futures, start: Crossing) -> LandUseDemand:
    """The transitions of a Markov chain in whole cells.

    Args:
        found: the chain.
        start: the classes of the land cover to start from.
    """
    values = found.flow_columns()
    table = Table(tr("the trend"), list(values), list(zip(*values.values())))
    return read_transitions(table, start.codes, start.cells, start.area_ha)
