"""Algorithm "Carbon trend by cell": trends of a stack of rasters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers, QgsProcessingParameterNumber

from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_nodata_values, add_report, add_scheduler, required_text, sink
from ..shared.parameters.raster import COMPRESSION, add_compression, add_raster_output, scaled_rasters

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CarbonTrend(CarbonAlgorithm):
    """Writes rasters of Sen's slope, Mann-Kendall z and p, and classes of significance."""

    ID = "carbontrend"
    GROUP = ASSESSMENT
    RASTERS, YEARS, FEWEST = "RASTERS", "YEARS", "FEWEST"
    OUTPUT, CLASSES, HURST = "OUTPUT", "CLASSES", "HURST"
    SUMMARY, REPORT = "SUMMARY", "REPORT"
    NUMBERS = ("CELLS", "AREA_HA", "MEAN_SLOPE", "RISING_HA", "FALLING_HA", "NO_TREND_HA", "MEAN_HURST")

    def displayName(self):
        return tr("Carbon trend by cell")

    def shortDescription(self):
        return tr("Sen's slope and the Mann-Kendall test of a stack of rasters, such as yearly NPP, in every cell.")

    def tags(self):
        return ["trend", "sen", "mann", "kendall", "npp", "time series", "slope", "趋势", "显著性", "时间序列"]

    def help_text(self):
        return tr(
            "Where does carbon uptake rise or fall over the years, and is the trend more than chance? Needs rasters "
            "of one quantity at several dates, such as yearly NPP or carbon density, on any grids, and their "
            "years.\n\n<b>Gives</b> for every cell Sen's slope, the median of the slopes between all pairs of dates "
            "in units of the rasters per year, which is robust against single unusual years; z and p of the "
            "Mann-Kendall test; and a map of classes: fall or rise, highly significant (p up to 0.01) or significant "
            "(p up to 0.05), or no significant trend.\n\nIf asked for, also the <b>Hurst exponent</b>: whether "
            "changes tend to persist, by rescaled ranges over windows of 4 dates and more. Of few dates it is rough "
            "and too large: the log tells what series without memory give. A linear trend alone brings it near 1, even "
            "if the deviations from the trend have no memory: where the map of classes has a trend, a large exponent "
            "says no more than that.\n\n<b>Read with care</b>: the test "
            "assumes independent years; autocorrelated series, such as those of a growing forest, are called "
            "significant too often. Of cells without any trend, 5 % are still called significant by chance. With "
            "fewer than eight dates, p is only approximate."
        )

    def initAlgorithm(self, config=None):
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.RASTERS, tr("Rasters of the dates"), QgsProcessing.SourceType.TypeRaster
            ),
            tr(
                "One raster per date, oldest first (band 1 is read); the others are resampled to the grid of the first."
            ),
        )
        self.add(
            required_text(self.YEARS, tr("Years of the rasters")),
            tr("In the same order, separated by semicolons, such as 2001; 2002; 2003, or as a range: 2001-2020."),
        )
        self.add(
            QgsProcessingParameterNumber(
                self.FEWEST, tr("Fewest dates of a cell"), QgsProcessingParameterNumber.Type.Integer, 4, minValue=4
            ),
            tr("A cell with values at fewer dates gets no trend."),
            advanced=True,
        )
        add_nodata_values(self, of_rasters=True)
        add_compression(self)
        add_scheduler(self)
        add_raster_output(
            self, self.OUTPUT, tr("Trend"), tr("GeoTIFF with three bands: slope per year, z and p of Mann-Kendall.")
        )
        add_raster_output(
            self,
            self.CLASSES,
            tr("Significance of the trend"),
            tr(
                "GeoTIFF: 1 highly significant fall, 2 significant fall, 3 no significant trend, 4 significant rise, 5 "
                "highly significant rise."
            ),
            optional=True,
        )
        add_raster_output(
            self,
            self.HURST,
            tr("Hurst exponent"),
            tr(
                "GeoTIFF of the Hurst exponent by rescaled ranges (R/S): larger than that of series without memory "
                "where changes persist, smaller where they are reversed. Cells with values at all dates only; needs at "
                "least 8 dates."
            ),
            optional=True,
        )
        self.add(
            sink(self.SUMMARY, tr("Areas by class"), optional=True),
            tr("One row per class of significance: code, name, cells, area in ha, share."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.assessment.trend_page import hurst_sentence, trend_bar, trend_sentence, trend_table, years_in
        from ...core.statistics.temporal.named_years import warn_of_other_years
        from ...core.statistics.temporal.trend_raster import (
            FELL,
            FELL_HIGHLY,
            NO_TREND,
            ROSE,
            ROSE_HIGHLY,
            raster_trend,
        )
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        titles = scaled_rasters(given, self.RASTERS)
        sources = list(titles.values())
        years = years_in(given.text(self.YEARS))
        if len(years) != len(sources):
            raise CarbonBalanceError(
                tr("{parameter}: {years} years are given for {rasters} rasters; give one year per raster.").format(
                    parameter=given.title(self.YEARS), years=len(years), rasters=len(sources)
                )
            )
        warn_of_other_years(list(titles), years, log)
        names = {"trend": self.OUTPUT, "classes": self.CLASSES, "hurst": self.HURST}
        paths = {kind: given.output_path(name) for kind, name in names.items() if given.has(name)}
        found, rasters = raster_trend(sources, years, paths, log, given.integer(self.FEWEST), given.choice(COMPRESSION))
        out = Outputs(given)
        for kind, raster in rasters.items():
            out.raster(names[kind], raster)
        area_ha = found.area_ha
        main = (
            int(found.cells[1:].sum()),
            float(area_ha[1:].sum()),
            found.mean_slope,
            float(area_ha[ROSE] + area_ha[ROSE_HIGHLY]),
            float(area_ha[FELL] + area_ha[FELL_HIGHLY]),
            float(area_ha[NO_TREND]),
            found.mean_hurst,
        )
        sentence = trend_sentence(found, years)
        said = [sentence, *([hurst_sentence(found, len(years))] if given.has(self.HURST) else [])]
        for each in said:
            log.info(each)
        out.table(self.SUMMARY, trend_table(found))
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [*map(html.paragraph, said), trend_bar(area_ha[1:], tr("share of the area"))]
        parts += [html.table(trend_table(found)), figure_table(self.NUMBERS, main)]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
