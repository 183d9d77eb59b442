"""Parameters for pool tables by region, such as those of provinces or climates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterRasterLayer, QgsProcessingUtils

from .....core.runtime.errors import CarbonBalanceError, listed
from .....core.runtime.i18n import sentence_gap, tr
from ...inputs.meanings import LABELS
from ..common import column
from ..land_cover import ZONES
from .pool import POOL_FIELDS, POOLS, POOLS_LATER, PRESET, chosen_fields, reassigned_codes

if TYPE_CHECKING:
    from .....core.land_cover.codes import LandCover
    from .....core.supply.regions.regional_cover import PoolRegions
    from .....core.supply.regions.regional_pools import RegionalPools
    from .....core.supply.regions.regional_table import RegionalPoolTable
    from .....core.tables.table import Table
    from .....core.uncertainty.confusion import ConfusionMatrix
    from .....core.uncertainty.judgement import JudgedCode
    from .....core.uncertainty.pool_sd import UncertainPools
    from ...inputs.given import Given
    from ...inputs.zones import Zones

POOL_REGION, POOL_REGION_RASTER = "POOL_REGION", "POOL_REGION_RASTER"


@dataclass(frozen=True)
class ChosenRegions:
    """The pool tables of regions, and the raster of regions.

    Attributes:
        places: the raster of regions.
        rows: the user's table with a code for each region and class.
        table: the pool table read from it.
        later: the pool table of the later date.
    """

    places: PoolRegions
    rows: Table
    table: RegionalPoolTable
    later: RegionalPoolTable


def add_pool_region(algorithm, by_cells: bool = False) -> None:
    """Add POOL_REGION: the column of zones with the region of the pool table.

    Args:
        algorithm: the algorithm.
        by_cells: whether cells have the region of the zone that contains their centre, see :func:`chosen_regions`.
    """
    help_text = tr(
        "If densities differ by province or climate: a column that names the region of each zone. The pool table "
        "must contain the rows of all regions, with the name of the region in a column called region."
    )
    if by_cells:
        help_text += sentence_gap() + tr(
            "Each cell has the region of the zone that contains its centre. Regions are numbered in the order of the "
            "pool table; results have a class for each region and class, whose code is the region number followed by "
            "the class code."
        )
    algorithm.add(
        column(POOL_REGION, tr("Field of the pool region"), ZONES, optional=True, holds=LABELS),
        help_text,
        advanced=True,
    )


def add_pool_region_raster(algorithm) -> None:
    """Add POOL_REGION_RASTER: the raster whose values are the regions of the pool table."""
    algorithm.add(
        QgsProcessingParameterRasterLayer(POOL_REGION_RASTER, tr("Raster of pool regions"), optional=True),
        tr(
            "If densities differ by province or climate: a raster of region numbers (band 1), on any grid. The pool "
            "table must contain the rows of all regions, with the number of the region in a column called region. "
            "Results have a class for each region and class, whose code is the region number followed by the class "
            "code: 4502 is class 2 of region 45 if class codes have two digits. Land without a region is treated as "
            "nodata."
        ),
        advanced=True,
        when={POOLS: True},
    )


def chosen_regions(given: Given, cover: LandCover | None, zones: Zones | None = None) -> ChosenRegions | None:
    """The pool tables of regions, by a raster or a column of zones; ``None`` if none is chosen.

    Args:
        given: the parameters.
        cover: the land cover on whose cells the regions of zones are laid.
        zones: the zones, where they may choose.

    Raises:
        CarbonBalanceError: both are given; no land cover or no user's pool table; reassigned codes; or regions that do
            not match.
    """
    from .....core.supply.pools import read_pool_table
    from .....core.supply.regions.regional_cover import PoolRegions, burnt
    from .....core.supply.regions.regional_table import plain_region, regional_tables

    by_zones = given.algorithm.parameterDefinition(POOL_REGION) is not None and given.has(POOL_REGION)
    if not given.has(POOL_REGION_RASTER) and not by_zones:
        return None
    if given.has(POOL_REGION_RASTER) and by_zones:
        raise CarbonBalanceError(
            tr("{inputs} are both given: give only one of them.").format(
                inputs=f"{given.title(POOL_REGION)} / {given.title(POOL_REGION_RASTER)}"
            )
        )
    chosen = POOL_REGION if by_zones else POOL_REGION_RASTER
    if given.has(PRESET) or not given.has(POOLS):
        raise CarbonBalanceError(
            tr(
                "Pool regions are given ({parameter}), so your own pool table with a column region is needed (POOLS), "
                "and no bundled one (PRESET)."
            ).format(parameter=chosen)
        )
    if reassigned_codes(given):
        raise CarbonBalanceError(
            tr("Codes cannot be reassigned (REASSIGN) where pool regions are given: change the pool table instead.")
        )
    if cover is None or (by_zones and zones is None):
        raise CarbonBalanceError(
            tr(
                "Pool regions are given ({parameter}), so a land cover is needed, and zones if these name the regions."
            ).format(parameter=chosen)
        )
    fields = chosen_fields(given, POOL_FIELDS)
    later = given.algorithm.parameterDefinition(POOLS_LATER) is not None and given.has(POOLS_LATER)
    user_tables = [given.table(POOLS), *([given.table(POOLS_LATER)] if later else [])]
    names: list[str] = []
    if by_zones and zones is not None:
        names = [plain_region(text) for text in zones.table.texts(given.field(POOL_REGION))]
        empty = [row for row, name in enumerate(names) if not name]
        if empty:
            raise CarbonBalanceError(
                tr("No pool region (POOL_REGION) is given for the zones of {rows}: fill it in.").format(
                    rows=zones.table.row_labels(empty)
                )
            )
    tables = regional_tables(user_tables, fields, names if by_zones else None)
    joint = [tables.joint(each, fields) for each in user_tables]
    read = [tables.pools(read_pool_table(each, fields, given.log)) for each in joint]
    if by_zones and zones is not None:
        _need_apart(given, zones, names)
        number_of = {name: number for number, name in tables.regions.items()}
        source = burnt(
            zones.outlines(cover.source.grid.crs_wkt),
            [number_of[name] for name in names],
            cover,
            QgsProcessingUtils.generateTempFilename("pool_regions.tif"),
            zones.table.label,
        )
    else:
        source = given.raster(POOL_REGION_RASTER)
    places = PoolRegions(source, tables)
    places.log_left_out(cover, given.log, by_zones)
    given.log.info(
        tr("Densities of {count} pool regions: {regions}.").format(
            count=len(tables.regions), regions=listed(list(tables.regions.values()))
        )
    )
    region, code = divmod(int(read[0].codes[0]), tables.step)
    given.log.info(
        tr(
            "Class codes in results are region x {step} + class code: {example} is class {code} of region {region}."
        ).format(step=tables.step, example=int(read[0].codes[0]), code=code, region=tables.regions[region])
    )
    given.note_class_values("t C/ha", read[0].codes, read[0].names, read[0].density_t_ha)
    return ChosenRegions(places, joint[0], read[0], read[-1])


def _need_apart(given: Given, zones: Zones, names: list[str]) -> None:
    """Refuse overlapping zones of different regions, whose land would have two densities."""
    if len(set(names)) > 1 and zones.overlaps():
        raise CarbonBalanceError(
            tr(
                "Zones overlap, so the pool region (POOL_REGION) of land in two zones is unknown: use zones that do "
                "not overlap."
            )
        )


def regional_pools(given: Given, zones: Zones) -> RegionalPools | None:
    """The pool tables of the regions, ``None`` if zones have no regions.

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


def regional_judgements(given: Given, pools: UncertainPools, regions: RegionalPoolTable) -> list[JudgedCode]:
    """The codes whose class is a judgement where pool regions choose the densities; none if not wanted.

    Args:
        given: the parameters.
        pools: densities by region and class, with standard deviations.
        regions: how codes hold regions and classes.

    Raises:
        CarbonBalanceError: a table that cannot be used.
    """
    from .....core.uncertainty.regional_judgement import read_regional_judgements

    table = given.table("JUDGEMENTS")
    return [] if table is None else read_regional_judgements(table, pools, regions)


def regional_confusion(given: Given, pools: UncertainPools, regions: RegionalPoolTable) -> ConfusionMatrix | None:
    """The confusion matrix, which holds in all pool regions; ``None`` if not given."""
    from .....core.uncertainty.regional_judgement import read_regional_confusion

    table = given.table("CONFUSION")
    return None if table is None else read_regional_confusion(table, pools, regions)
