"""The parameter by which zones choose among several pool tables, such as those of provinces or climates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from ...inputs.meanings import LABELS
from ..common import column
from ..land_cover import ZONES
from .pool import POOL_FIELDS, POOLS, PRESET, chosen_fields, reassigned_codes

if TYPE_CHECKING:
    from .....core.supply.regions.regional_pools import RegionalPools
    from ...inputs.given import Given
    from ...inputs.zones import Zones

POOL_REGION = "POOL_REGION"


def add_pool_region(algorithm) -> None:
    """Add POOL_REGION: the column of the zones that names the region of the pool table."""
    algorithm.add(
        column(POOL_REGION, tr("Field of the pool region"), ZONES, optional=True, holds=LABELS),
        tr(
            "If densities differ by province or climate: a column that names the region of each zone. The pool table "
            "then holds the rows of all regions, with the name of the region in a column called region."
        ),
        advanced=True,
    )


def regional_pools(given: Given, zones: Zones) -> RegionalPools | None:
    """The pool tables of the regions, ``None`` if the zones do not choose.

    Raises:
        CarbonBalanceError: a bundled pool table, reassigned codes, or regions that do not match.
    """
    from .....core.supply.regions.regional_pools import read_regional_pools

    if not given.has(POOL_REGION):
        return None
    if given.has(PRESET) or not given.has(POOLS):
        raise CarbonBalanceError(
            tr(
                "Zones choose a pool region (POOL_REGION), so your own pool table with a column region is needed "
                "(POOLS), and no bundled one (PRESET)."
            )
        )
    if reassigned_codes(given):
        raise CarbonBalanceError(
            tr("Codes cannot be reassigned (REASSIGN) where zones choose a pool region: change the pool table instead.")
        )
    regions = zones.table.texts(given.field(POOL_REGION))
    return read_regional_pools(
        given.table(POOLS), regions, zones.table.row_labels, columns=chosen_fields(given, POOL_FIELDS), log=given.log
    )
