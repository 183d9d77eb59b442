"""Parameters for land-cover rasters and zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterBand,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)

from ....core.options.land_cover import LEAST_PERCENT, PARTIAL_RULES
from ....core.options.raster import CENTRE, RULES
from ....core.runtime.i18n import mark, tr
from ..checks.percentages import percentage
from ..inputs.meanings import LABELS
from .common import add_scheduler, column

if TYPE_CHECKING:
    from ....core.land_cover.codes import LandCover
    from ....core.land_cover.coverage import CoverageRule
    from ....core.raster.source import RasterSource
    from ..inputs.given import Given
    from ..inputs.zones import Zones

LAND_COVER = "LAND_COVER"
BAND = "BAND"
LATER = "LAND_COVER_LATER"
BAND_LATER = "BAND_LATER"
NODATA = "NODATA_CODES"
ZONES = "ZONES"
NAME_FIELD = "NAME_FIELD"
RULE = "CELL_RULE"
MIN_COVERAGE, PARTIAL = "MIN_COVERAGE", "PARTIAL_ZONES"
# Class codes are 64-bit integers; floats represent them exactly up to this value.
LARGEST_CODE = 2**53


def add_land_cover(algorithm, optional: bool = False, when: dict | None = None) -> None:
    """Add the land cover raster, its band, and nodata codes, used ``when`` other inputs are given."""
    algorithm.add(
        QgsProcessingParameterRasterLayer(LAND_COVER, tr("Land cover"), optional=optional),
        tr(
            "A raster whose cells are class codes: whole numbers of any data type, in a projected or geographic CRS. "
            "Areas are computed from the cell size; in a geographic CRS, on the ellipsoid row by row. In scripts, a "
            "folder of tiles or their paths separated by semicolons are read as one raster; in a dialog, join them by "
            "Build virtual raster of QGIS first."
        ),
        when=when,
    )
    algorithm.add(
        QgsProcessingParameterBand(
            BAND, tr("Band"), defaultValue=1, parentLayerParameterName=LAND_COVER, optional=True
        ),
        tr("The band with the class codes."),
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterString(NODATA, tr("Codes that mean no data"), optional=True),
        tr(
            "Codes to exclude in addition to the nodata value of the raster, separated by commas, such as 0,255. Any "
            "number is accepted, such as -9999 or -3.4e38."
        ),
        advanced=True,
    )
    add_scheduler(algorithm)


def add_later_land_cover(algorithm, optional: bool = False) -> None:
    """Add the land cover of a later date or of a scenario, and its band."""
    algorithm.add(
        QgsProcessingParameterRasterLayer(LATER, tr("Later land cover"), optional=optional),
        tr(
            "The land cover of the later date, or of a scenario. If it is on another grid or in another CRS, it is "
            "resampled to the cells of the first one by nearest neighbour, and the log reports the differences."
        ),
    )
    algorithm.add(
        QgsProcessingParameterBand(
            BAND_LATER, tr("Band of the later land cover"), 1, parentLayerParameterName=LATER, optional=True
        ),
        tr("The band with the class codes of the later date."),
        advanced=True,
    )


def later_land_cover(given: Given) -> LandCover | None:
    """The later land cover, ``None`` if not given; nodata codes apply to both."""
    return land_cover(given, LATER, BAND_LATER)


def land_cover(given: Given, name: str = LAND_COVER, band: str = BAND) -> LandCover | None:
    """The land cover, ``None`` if not given.

    Raises:
        CarbonBalanceError: nodata codes that are not numbers.
    """
    source = given.raster(name, given.integer(band) or 1, classes=True)
    return None if source is None else read_land_cover(given, source)


def land_covers(given: Given, name: str) -> dict[str, LandCover]:
    """The first bands of several land covers by layer name; nodata codes apply to all."""
    return {title: read_land_cover(given, source) for title, source in given.rasters(name, classes=True).items()}


def read_land_cover(given: Given, source: RasterSource) -> LandCover:
    """A land cover with nodata codes; numbers that cannot be class codes become nodata of the raster.

    Raises:
        CarbonBalanceError: nodata codes that are not numbers.
    """
    from ....core.land_cover.codes import LandCover
    from ....core.raster.unmarked.marking import parse_values, with_nodata
    from ....core.raster.warping.scaling import scale_of

    scale, offset = scale_of(source)
    if (scale, offset) != (1, 0):
        given.log.warn(
            tr(
                "{raster} states a scale of {scale:g} and an offset of {offset:g}, which are not applied to class "
                "codes: its codes are the stored numbers."
            ).format(raster=source.name, scale=scale, offset=offset)
        )
    values = parse_values(given.text(NODATA), given.title(NODATA))
    largest = 2**63 if source.dtype.kind in "iu" else LARGEST_CODE
    codes = [int(value) for value in values if value == int(value) and abs(value) < largest]
    return LandCover(with_nodata(source, [value for value in values if value not in codes]), codes)


def add_zones(algorithm, help_text: str, optional: bool = False) -> None:
    """Add a layer of zones and the field that names them."""
    algorithm.add(
        QgsProcessingParameterFeatureSource(
            ZONES, tr("Zones"), types=[QgsProcessing.SourceType.TypeVectorPolygon], optional=optional
        ),
        help_text,
    )
    algorithm.add(
        column(NAME_FIELD, tr("Field that names the zones"), ZONES, optional=True, holds=LABELS),
        tr("Used in tables and messages; if empty, a field whose name contains name is used, otherwise row numbers."),
        advanced=True,
    )


def add_rule(algorithm, of: str = ZONES) -> None:
    """Add the rule for cells on zone borders, used if the input ``of`` is given."""
    algorithm.add(
        QgsProcessingParameterEnum(
            RULE, tr("Cells on zone boundaries"), options=list(RULES), defaultValue=CENTRE, usesStaticStrings=True
        ),
        tr(
            "cell_centre: a cell counts in full for the zone that contains its centre, as in most GIS software. "
            "exact_fraction: each zone gets exactly the part of the cell that it covers; better for zones of few "
            "cells. If a zone has no cell centre, all zones get their exact parts, so that no land is counted twice."
        ),
        advanced=True,
        when={of: True},
    )


def add_coverage(algorithm, of: str = ZONES) -> None:
    """Add the treatment of partly covered zones, used if the input ``of`` is given."""
    least = QgsProcessingParameterNumber(
        MIN_COVERAGE,
        tr("Least part of a zone with data (%)"),
        QgsProcessingParameterNumber.Type.Double,
        defaultValue=LEAST_PERCENT,
        minValue=0,
        maxValue=100,
    )
    algorithm.add(
        percentage(least, 1),
        tr(
            "Zones with a smaller share of data (the raster ends, clouds, gaps) are listed in a warning, "
            "because their amounts cover only a part of the zone."
        ),
        advanced=True,
        when={of: True},
    )
    algorithm.add(
        QgsProcessingParameterEnum(
            PARTIAL,
            tr("Zones with less data"),
            options=list(PARTIAL_RULES),
            defaultValue=PARTIAL_RULES[0],
            usesStaticStrings=True,
        ),
        tr("warn: they are listed and keep their results. null: they are listed and get no results."),
        advanced=True,
        when={of: True},
    )


def coverage_rule(given: Given) -> CoverageRule:
    """The chosen treatment of partly covered zones."""
    from ....core.land_cover.coverage import CoverageRule

    return CoverageRule(given.number(MIN_COVERAGE), given.choice(PARTIAL))


def zone_names(given: Given, zones: Zones) -> list[str]:
    """Zone names in tables, in every language: the chosen field, a column of names, or row numbers."""
    field = given.field(NAME_FIELD) or zones.table.title_column()
    texts = [None] * len(zones) if field is None else zones.table.texts(field)
    return [text or mark("row {number}").format(number=row + 1) for row, text in enumerate(texts)]
