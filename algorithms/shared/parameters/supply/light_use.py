"""Parameters of NPP by light use: NDVI, radiation, and a land cover with the efficiencies of its classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterEnum, QgsProcessingParameterMultipleLayers

from .....core.options.land_cover import SIX_CLASSES, schemes
from .....core.options.supply import NDVI_UNITS, RADIATION_UNITS, light_use_sets
from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from ..common import choice, layer
from ..land_cover import LAND_COVER, add_land_cover
from .month_rasters import OntoGrid, Stated
from .pool import SCHEME, check_one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .....core.land_cover.codes import LandCover
    from .....core.supply.production.light_use_cells import LightUse
    from ...inputs.given import Given

NDVI, RADIATION = "NDVI", "RADIATION"
EFFICIENCIES, EFFICIENCY_SET = "EFFICIENCIES", "EFFICIENCY_SET"


def add_light_use(algorithm) -> None:
    """Add the inputs of NPP by light use, used if NDVI is given."""
    several = QgsProcessing.SourceType.TypeRaster
    algorithm.add(
        QgsProcessingParameterMultipleLayers(NDVI, tr("NDVI of the months"), several, optional=True),
        tr("Instead of NPP: 12 rasters of NDVI, or one with 12 bands, January first, for NPP by light use (CASA)."),
    )
    algorithm.add(
        choice(f"{NDVI}_UNIT", tr("Unit of NDVI"), list(NDVI_UNITS), "index"),
        tr("index: from -1 to 1. mod13: as MOD13 stores it, 0.0001, values below -2000 left out."),
        when={NDVI: True},
    )
    algorithm.add(
        QgsProcessingParameterMultipleLayers(RADIATION, tr("Solar radiation of the months"), several, optional=True),
        tr("12 rasters of total solar radiation at the surface, or one with 12 bands, January first."),
        when={NDVI: True},
    )
    algorithm.add(
        choice(f"{RADIATION}_UNIT", tr("Unit of the radiation"), list(RADIATION_UNITS), "MJ_m2_month"),
        tr("Sum of the month (MJ_m2_month), or mean of its days (MJ_m2_day, kWh_m2_day, W_m2; February has 28 days)."),
        when={RADIATION: True},
    )
    add_land_cover(algorithm, optional=True, when={NDVI: True})
    algorithm.add(
        layer(EFFICIENCIES, tr("Light use efficiencies"), optional=True),
        tr(
            "By class of the land cover: a code and epsilon_max in g C/MJ; if known, ndvi_min and ndvi_max, between "
            "which the absorbed light grows; otherwise they are the percentiles 5 and 95 of the NDVI of the class."
        ),
        when={NDVI: True},
    )
    algorithm.add(
        QgsProcessingParameterEnum(
            EFFICIENCY_SET,
            tr("Bundled light use efficiencies"),
            options=light_use_sets(),
            optional=True,
            usesStaticStrings=True,
        ),
        tr(
            "Instead of your own table: feng_six (cropland 0.604, forest 0.774, grassland 0.380 g C/MJ) for any "
            "scheme, or zhu_igbp (evergreen needleleaf forest 0.389 to evergreen broadleaf forest 0.985, grass and "
            "crops 0.542) for IGBP classes."
        ),
        when={NDVI: True},
    )
    algorithm.add(
        choice(SCHEME, tr("Land-cover scheme"), schemes(), SIX_CLASSES),
        tr("The scheme of the class codes of the land cover, for bundled efficiencies."),
        when={EFFICIENCY_SET: True},
    )


def light_use(given: Given, onto: OntoGrid, cover: LandCover | None, rasters: Mapping[str, list[Stated]]) -> LightUse:
    """The chosen inputs of NPP by light use on the grid of the result.

    Args:
        given: the parameters.
        onto: alignment with the grid of the result.
        cover: the land cover, ``None`` if it is missing.
        rasters: parameter -> its rasters, of NDVI and radiation.

    Raises:
        CarbonBalanceError: radiation, land cover or efficiencies are missing, or one of them is invalid.
    """
    from .....core.supply.production.light_use_cells import LightUse
    from .....core.supply.production.vegetation import bundled_vegetation, read_vegetation, with_ndvi_limits

    missing = [given.title(name) for name in (RADIATION, LAND_COVER) if not given.has(name)]
    if missing or cover is None:
        raise CarbonBalanceError(
            tr("NPP from NDVI needs radiation and a land cover too, but {inputs} is not given.").format(
                inputs=" / ".join(missing)
            )
        )
    check_one_of(given, EFFICIENCIES, EFFICIENCY_SET)
    if given.has(EFFICIENCIES):
        table = read_vegetation(given.table(EFFICIENCIES))
    else:
        table = bundled_vegetation(given.choice(EFFICIENCY_SET), given.choice(SCHEME))
    cover = cover.with_source(onto.moved(cover.source, "near"))
    green, sun = onto.ndvi(NDVI, rasters[NDVI]), onto.radiation(RADIATION, rasters[RADIATION])
    return LightUse(green, sun, cover, with_ndvi_limits(table, cover, green, given.log))
