"""Algorithm "Load the sample data": adds the sample layers to the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterRasterDestination

from ...core.runtime.i18n import language, tr
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
    """Loads styled zones and land covers of the four studies."""

    ID = "loadsample"
    GROUP = ASSESSMENT
    COUNTIES, UNITS, LAND_COVER = "COUNTIES", "UNITS", "LAND_COVER"
    HENAN, BEIBU_GULF = "HENAN", "BEIBU_GULF"
    # Output -> region of the land cover.
    LAND_COVERS = {
        LAND_COVER: "central_yunnan",
        "UNITS_LAND_COVER": "guiyang",
        "HENAN_LAND_COVER": "henan",
        "BEIBU_GULF_LAND_COVER": "beibu_gulf",
    }

    # Drivers: end of the output's name -> end of the file's name; the outputs begin as those of the land covers.
    DRIVERS = {"ELEVATION": "elevation", "NDVI_MAX": "ndvi_max"}

    def displayName(self):
        return tr("Load the sample data")

    def shortDescription(self):
        return tr("Adds real data of the four studied regions to the project, to try every tool with.")

    def tags(self):
        return ["sample", "example", "demo", "tutorial", "示例"]

    def help_text(self):
        return tr(
            "Where to begin? Run this without changing anything: it adds the 49 counties of Central Yunnan in the "
            "colours of their published zones, the five units of Guiyang, the 18 cities of Henan, the 15 cities of "
            "the Beibu Gulf, and the land cover of each region in 2019 with its class names. On request also "
            "elevation and the largest NDVI of each region, as drivers for Land-use suitability or factors for "
            "Factor correlation.\n\n<b>Then</b> open the model Regional carbon balance with the counties, the "
            "land cover, the pool table henan, the scheme igbp, the column population_2020 and 3.938 t of emissions "
            "per person, and run it.\n\n<b>Gives</b> copies: the files of the plugin remain unchanged. The sources "
            "are listed in resources/sample/README.md."
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
        cities = {
            self.HENAN: (
                tr("Cities of Henan"),
                tr("17 prefectures and Jiyuan with the population of the census of 2020; the study has no zones."),
            ),
            self.BEIBU_GULF: (
                tr("Cities of the Beibu Gulf"),
                tr("15 cities with the population of the census of 2020 and the published carbon density of 2020."),
            ),
        }
        for name, (title, help_text) in cities.items():
            self.add(sink(name, title, optional=True, shown=True), help_text)
        covers = {
            "UNITS_LAND_COVER": tr("Land cover of Guiyang"),
            "HENAN_LAND_COVER": tr("Land cover of Henan"),
            "BEIBU_GULF_LAND_COVER": tr("Land cover of the Beibu Gulf"),
        }
        for name, title in covers.items():
            self.add(
                QgsProcessingParameterRasterDestination(name, title, None, True, True),
                tr("MODIS land cover of 2019 in IGBP classes, 0.05 degree."),
            )
        titles = {
            "ELEVATION": (tr("Elevation"), tr("ETOPO5, metres, 5 minutes: a driver of land use. Coarse in China.")),
            "NDVI_MAX": (tr("Largest NDVI"), tr("Largest NDVI, 0.05 degree: a driver of land use.")),
        }
        regions = {
            "central_yunnan": tr("Central Yunnan"),
            "guiyang": tr("Guiyang"),
            "henan": tr("Henan"),
            "beibu_gulf": tr("Beibu Gulf"),
        }
        for name, region in self._drivers().items():
            title, help_text = next(titles[end] for end in titles if name.endswith(end))
            shown = f"{title}: {regions[region]}"
            self.add(QgsProcessingParameterRasterDestination(name, shown, None, True, False), help_text)
        add_results(self, ("COUNTY_COUNT",))

    def _drivers(self) -> dict[str, str]:
        """Output of a driver -> its region."""
        return {
            f"{cover[: -len('LAND_COVER')]}{end}": region
            for cover, region in self.LAND_COVERS.items()
            for end in self.DRIVERS
        }

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.land_cover.schemes import read_crosswalk
        from ...core.raster.writing.staged_copy import CopiedRaster
        from ...core.symbology.legends import number_legend
        from ...core.symbology.raster_legends import scheme_legend
        from ...core.symbology.themes import DIVERGING, SEQUENTIAL, Theme
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
        for name, region, column, title in (
            (self.HENAN, "henan", "population_2020", tr("Population, census of 2020")),
            (self.BEIBU_GULF, "beibu_gulf", "published_carbon_kg_m2", tr("Published carbon density, 2020, kg/m2")),
        ):
            if given.has(name):
                cities = read_zones(SAMPLE / f"{region}.geojson", given.context)
                theme = Theme(column, SEQUENTIAL, 5)
                out.zones(name, cities, {}, number_legend(theme, column, title, cities.table.values(column)))
        legend = scheme_legend(read_crosswalk("igbp"), tr("Land cover 2019, IGBP classes"))
        for name, region in self.LAND_COVERS.items():
            if given.has(name):
                source = SAMPLE / f"{region}_land_cover_2019.tif"
                out.raster(name, CopiedRaster(source, given.output_path(name)), legend)
        for name, region in self._drivers().items():
            if given.has(name):
                kind = next(file for end, file in self.DRIVERS.items() if name.endswith(end))
                out.raster(name, CopiedRaster(SAMPLE / f"{region}_{kind}.tif", given.output_path(name)))
        out.numbers(COUNTY_COUNT=len(counties))
        log.info(tr("Next: run the model Regional carbon balance on these layers; its help explains the settings."))
        return out.write()


def _published_zones() -> Legend:
    from ...core.symbology.colours import SURPLUS_TO_DEFICIT
    from ...core.symbology.legends import Category, Legend

    names = FROM_SURPLUS[language() if language() in FROM_SURPLUS else IN_ENGLISH]
    pairs = zip(PUBLISHED, names, SURPLUS_TO_DEFICIT)
    return Legend("published_zone", tr("Published zone, 2020"), (), tuple(Category(*each) for each in pairs))
