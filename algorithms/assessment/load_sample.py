"""The sample layers, so that a newcomer sees a result at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterRasterDestination

from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.zoning.zone_names import FROM_SURPLUS, IN_ENGLISH
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import add_results
from ..shared.parameters.common import sink

if TYPE_CHECKING:
    from ...core.symbology.legends import Legend
    from ..shared.inputs.given import Given

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
# The published zones of the sample, from surplus to deficit.
PUBLISHED = ("low_carbon", "coordinated", "sink_development", "optimization")


class LoadSample(CarbonAlgorithm):
    """Counties of Central Yunnan, units of Guiyang, and a land cover, styled."""

    ID = "loadsample"
    GROUP = ASSESSMENT
    COUNTIES, UNITS, LAND_COVER = "COUNTIES", "UNITS", "LAND_COVER"

    def displayName(self):
        return tr("Load the sample data")

    def shortDescription(self):
        return tr("Adds real data of Central Yunnan and Guiyang to the project, to try every tool with.")

    def tags(self):
        return ["sample", "example", "demo", "tutorial", "示例"]

    def help_text(self):
        return tr(
            "Where to begin? Run this without changing anything: it adds the 49 counties of Central Yunnan in the "
            "colours of their published zones, the five units of Guiyang, and the land cover of Central Yunnan in 2019 "
            "with its class names.\n\n"
            "<b>Then</b> open the model Regional carbon balance with the counties, the land cover, the pool table "
            "henan, the scheme igbp, the column population_2020 and 3.938 t of emissions per person, and run it.\n\n"
            "<b>Gives</b> copies: the files of the plugin remain unchanged. The sources are listed in "
            "resources/sample/README.md."
        )

    def initAlgorithm(self, config=None):
        self.add(
            sink(self.COUNTIES, tr("Counties of Central Yunnan")),
            tr("49 counties with supply, demand, population and zone as published for 2020."),
        )
        self.add(
            sink(self.UNITS, tr("Units of Guiyang")),
            tr("Municipal district and four counties with the published emissions and sink of 2015 and 2020."),
        )
        self.add(
            QgsProcessingParameterRasterDestination(self.LAND_COVER, tr("Land cover of Central Yunnan")),
            tr("MODIS land cover of 2019 in IGBP classes, 0.05 degree."),
        )
        add_results(self, ("COUNTY_COUNT",))

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.land_cover.schemes import read_crosswalk
        from ...core.raster.writing.staged_copy import CopiedRaster
        from ...core.symbology.legends import number_legend
        from ...core.symbology.raster_legends import scheme_legend
        from ...core.symbology.themes import DIVERGING, Theme
        from ..shared.inputs.zones import read_zones
        from ..shared.outputs.outputs import Outputs

        out = Outputs(given)
        counties = read_zones(SAMPLE / "central_yunnan.geojson", given.context)
        units = read_zones(SAMPLE / "guiyang.geojson", given.context)
        out.zones(self.COUNTIES, counties, {}, _published_zones())
        column = "published_sec_2015"
        theme = Theme(column, DIVERGING, 5, balance=1.0)
        title = tr("Published sink coefficient SEC, 2015 (1 = region)")
        out.zones(self.UNITS, units, {}, number_legend(theme, column, title, units.table.values(column)))
        source = SAMPLE / "central_yunnan_land_cover_2019.tif"
        legend = scheme_legend(read_crosswalk("igbp"), tr("Land cover 2019, IGBP classes"))
        out.raster(self.LAND_COVER, CopiedRaster(source, given.output_path(self.LAND_COVER)), legend)
        out.numbers(COUNTY_COUNT=len(counties))
        log.info(tr("Next: run the model Regional carbon balance on these layers; its help explains the settings."))
        return out.write()


def _published_zones() -> Legend:
    from ...core.symbology.colours import SURPLUS_TO_DEFICIT
    from ...core.symbology.legends import Category, Legend

    pairs = zip(PUBLISHED, FROM_SURPLUS[IN_ENGLISH], SURPLUS_TO_DEFICIT)
    return Legend("published_zone", tr("Published zone, 2020"), (), tuple(Category(*each) for each in pairs))
