"""Algorithm "Carbon centre and shift": weighted centres, ellipses and shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProcessingParameterCrs,
    QgsUnitTypes,
    QgsWkbTypes,
)

from ...core.options.statistics import CENTRE_CONVENTIONS
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr, translated
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ZONING
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, choice, column, layer, sink

if TYPE_CHECKING:
    import numpy as np

    from ..shared.inputs.given import Given
    from ..shared.inputs.zones import Zones


# Small consecutive numbers may be amounts; administrative codes have six digits.
_LEAST_CODE = 1000


class CarbonCentre(CarbonAlgorithm):
    """Computes weighted centres, standard deviational ellipses and shifts."""

    ID = "carboncentre"
    GROUP = ZONING
    ZONES, AMOUNTS, DATE, CONVENTION, MEASURE_CRS = "ZONES", "AMOUNTS", "DATE", "CONVENTION", "MEASURE_CRS"
    OUTPUT, ELLIPSES, SHIFTS, REPORT = "OUTPUT", "ELLIPSES", "SHIFTS", "REPORT"

    def displayName(self):
        return tr("Carbon centre and shift")

    def shortDescription(self):
        return tr("Weighted centre and ellipse of supply, demand or any amount, and how the centre moves.")

    def tags(self):
        return ["centre", "center of gravity", "ellipse", "shift", "migration", "重心", "标准差椭圆", "迁移"]

    def help_text(self):
        return tr(
            "Where is the centre of supply, where that of demand, and how do they move? Needs zones with one or more "
            "amounts, such as carbon_t and emission_t. Gives the weighted mean centre of each amount, the standard "
            "deviational ellipse that shows its dispersion and direction, and arrows between centres with distance "
            "and direction.\n\n<b>Several amounts</b>: an arrow runs from each column to the next, so that supply "
            "and demand chosen in this order give the position of the centre of demand relative to that of supply. "
            "<b>Several dates</b>: choose one column per date in order (carbon_t_2000, carbon_t_2020), or a layer "
            "with one row per zone and date and its date column.\n\nEvery zone counts at its centroid with its "
            "amount; where zones overlap, such as a city and its counties, land is counted once. The centre may be "
            "at a location where nothing is stored or emitted: it only summarises the map."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Polygons or points with amounts."))
        self.add(
            column(self.AMOUNTS, tr("Amounts"), self.ZONES, several=True),
            tr(
                "One or more columns of amounts, such as carbon_t and emission_t, in the order in which the arrows "
                "run. Not densities: a large zone would have the same weight as a small one."
            ),
        )
        self.add(
            column(self.DATE, tr("Date column"), self.ZONES, optional=True, holds=LABELS),
            tr("If the layer has one row per zone and date: the column with the year. Arrows run from date to date."),
        )
        self.add(
            choice(self.CONVENTION, tr("Length of the ellipse's axes"), CENTRE_CONVENTIONS, CENTRE_CONVENTIONS[0]),
            tr(
                "arcgis: the formula that ArcGIS documents, one standard deviation along each axis. arcgis_pro: times "
                "the square root of 2, as ArcGIS Pro draws one standard deviation. crimestat: times the square root "
                "of 2 n / (n - 2) for n zones. Centre and direction are the same."
            ),
        )
        self.add(
            QgsProcessingParameterCrs(self.MEASURE_CRS, tr("CRS of the measurement"), optional=True),
            tr(
                "A projected CRS in metres in which centres and distances are computed, to repeat a published figure. "
                "If empty: an equal-area projection centred on the layer."
            ),
            advanced=True,
        )
        add_nodata_values(self)
        self.add(
            sink(self.OUTPUT, tr("Centres")),
            tr("One point per amount and date: coordinates, sum, semi-axes and azimuth of the ellipse."),
        )
        self.add(
            sink(self.ELLIPSES, tr("Ellipses"), optional=True, shown=True),
            tr("The standard deviational ellipses as polygons, with the same columns."),
        )
        self.add(
            sink(self.SHIFTS, tr("Shifts"), optional=True, shown=True),
            tr(
                "A line from each centre to the next: distance in km, eastwards and northwards, azimuth, one of eight "
                "compass directions, and km per year where both dates are years."
            ),
        )
        add_report(self)
        add_results(self, ("CENTRE_COUNT", "SHIFT_KM", "SHIFT_DEG"), ("SHIFT_SENTENCE",))

    def compute(self, given: Given, log: Log) -> dict:
        import numpy as np
        from osgeo import ogr

        from ...core.raster.sampling import centroids
        from ...core.tables.plausibility import are_codes
        from ...core.zoning.centres.page import centre_page_parts
        from ...core.zoning.centres.study import shift_sentence, study_centres
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES, dated=given.has(self.DATE))
        names = given.fields(self.AMOUNTS)
        _warn_of_densities(given.title(self.AMOUNTS), [zones.table.need(name) for name in names], log)
        date = given.field(self.DATE)
        crs, projection = self._measure_crs(given, zones)
        outlines = zones.outlines(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))
        amounts = {name: zones.table.non_negative(name) for name in names}
        dates = zones.table.texts(date) if date else None
        for name, values in amounts.items():
            if are_codes(name, values) and np.nanmin(values) >= _LEAST_CODE:
                log.warn(
                    tr(
                        "{parameter}: column {column} looks like codes or numbers of places rather than amounts: "
                        "choose a column of amounts, such as t."
                    ).format(parameter=given.title(self.AMOUNTS), column=name)
                )
        study = study_centres(
            centroids(outlines),
            amounts,
            dates,
            convention=given.choice(self.CONVENTION),
            row_labels=zones.table.row_labels,
            log=log,
            counted=_counted(zones, list(amounts.values()), dates, log),
        )
        for each in study.shifts:
            log.info(shift_sentence(each))
        degrees = _degrees(study, crs, zones)
        found, shifts = study.centre_columns(degrees), study.shift_columns()
        centres = [_wkb(ogr.wkbPoint, [(each.centre.x, each.centre.y)]) for each in study.centres]
        ellipses = [_wkb(ogr.wkbPolygon, each.centre.outline()) for each in study.centres]
        lines = [
            _wkb(ogr.wkbLineString, [(end.centre.x, end.centre.y) for end in (each.first, each.second)])
            for each in study.shifts
        ]
        out = Outputs(given)
        out.shapes(self.OUTPUT, centres, QgsWkbTypes.Type.Point, crs, found, "carbon_centre")
        out.shapes(self.ELLIPSES, ellipses, QgsWkbTypes.Type.Polygon, crs, found, "carbon_ellipse")
        out.shapes(self.SHIFTS, lines, QgsWkbTypes.Type.LineString, crs, shifts, "carbon_shift")
        first = study.shifts[0] if study.shifts else None
        out.numbers(
            CENTRE_COUNT=len(study.centres),
            SHIFT_KM=first.between.distance / 1000 if first else None,
            SHIFT_DEG=first.between.azimuth_deg if first else None,
            SHIFT_SENTENCE=shift_sentence(first) if first else "",
        )
        # The map of very many zones takes as long as all the rest.
        if given.has(self.REPORT):
            out.report(self.REPORT, self.displayName(), centre_page_parts(study, degrees, outlines, projection))
        return out.write()

    def _measure_crs(self, given: Given, zones: Zones) -> tuple[QgsCoordinateReferenceSystem, str]:
        """The projection of the measurement and its name."""
        from ..shared.cartography.maps import zones_crs

        if given.has(self.MEASURE_CRS):
            crs = self.parameterAsCrs(given.parameters, self.MEASURE_CRS, given.context)
            if not crs.isValid() or crs.isGeographic() or crs.mapUnits() != QgsUnitTypes.DistanceUnit.DistanceMeters:
                raise CarbonBalanceError(
                    tr("{parameter}: {crs} is not a projected CRS in metres; choose one, or leave it empty.").format(
                        parameter=given.title(self.MEASURE_CRS), crs=crs.authid() or given.parameters[self.MEASURE_CRS]
                    )
                )
            return crs, crs.description() or crs.authid()
        zones.outlines(zones.crs.toWkt())  # Refuses a layer without CRS and invalid coordinates.
        found = zones_crs(zones)
        if found is None:
            raise CarbonBalanceError(
                tr("{layer} has no geometries: the centre of an amount needs zones with geometries.").format(
                    layer=zones.table.label
                )
            )
        return QgsCoordinateReferenceSystem.fromWkt(found[0]), translated(found[1])


def _counted(zones: Zones, amounts: list[np.ndarray], dates: list[str | None] | None, log: Log) -> np.ndarray:
    """The zones to include so that no land is counted twice at a date, bool (zones,)."""
    import numpy as np

    from ...core.raster.zone_outlines.double_counting import non_overlapping_zones

    counted = np.ones(len(zones), bool)
    for date in dict.fromkeys(dates) if dates else [None]:
        rows = None if dates is None else {row for row, each in enumerate(dates) if each == date}
        overlaps = zones.overlaps(rows)
        if overlaps:
            counted &= non_overlapping_zones(overlaps, amounts, zones.table.row_names(), zones.areas_km2(), log)
    return counted


def _warn_of_densities(title: str, names: list[str], log: Log) -> None:
    from ...core.tables.column_units import DENSITY_DIMENSION, unit_in_name

    for name in names:
        said = unit_in_name(name)
        if said is not None and said.dimension == DENSITY_DIMENSION:
            log.warn(
                tr(
                    "{parameter}: the name of column {column} indicates {said}, a density; a centre needs amounts, "
                    "such as t."
                ).format(parameter=title, column=name, said=said.text)
            )


def _degrees(study, crs: QgsCoordinateReferenceSystem, zones: Zones) -> np.ndarray:
    """Longitude and latitude of the centres (centres, 2)."""
    import numpy as np

    to_degrees = QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem("EPSG:4326"), zones.transform_context)
    points = [to_degrees.transform(QgsPointXY(each.centre.x, each.centre.y)) for each in study.centres]
    return np.array([(point.x(), point.y()) for point in points])


def _wkb(kind: int, points) -> bytes:
    """A shape of ``points`` as WKB."""
    from osgeo import ogr

    shape = ogr.Geometry(ogr.wkbLinearRing if kind == ogr.wkbPolygon else kind)
    for x, y in points:
        shape.AddPoint_2D(float(x), float(y))
    if kind == ogr.wkbPolygon:
        ring, shape = shape, ogr.Geometry(ogr.wkbPolygon)
        shape.AddGeometry(ring)
    return bytes(shape.ExportToWkb())
