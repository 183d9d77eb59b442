"""Algorithm "Load the sample data": adds the sample layers to the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterFolderDestination, QgsProcessingParameterRasterDestination

from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import add_results
from ..shared.parameters.common import sink
from ..shared.sample import (
    PROJECT,
    SAMPLE,
    copy_everything,
    land_cover_file,
    land_cover_legend,
    need_no_others,
    zones_file,
    zones_legend,
)

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class LoadSample(CarbonAlgorithm):
    """Loads styled zones and land covers of the four studies."""

    ID = "loadsample"
    GROUP = ASSESSMENT
    COUNTIES, UNITS, LAND_COVER = "COUNTIES", "UNITS", "LAND_COVER"
    HENAN, BEIBU_GULF, FOLDER = "HENAN", "BEIBU_GULF", "FOLDER"
    # Output -> region of the zones.
    ZONES = {COUNTIES: "central_yunnan", UNITS: "guiyang", HENAN: "henan", BEIBU_GULF: "beibu_gulf"}
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
            "per person, and run it.\n\n<b>For tools that need more</b>, such as an earlier land cover, distances, "
            "NPP, or a table of statistics or of fuels, give a folder: it gets all files, made examples beside the "
            "data, and the project carbon_balance_sample.qgz, which shows them. Files whose names begin with example_ "
            "are no data.\n\n<b>Gives</b> copies: the files of the plugin remain unchanged. The sources "
            "are listed in resources/sample/README.md."
        )

    def initAlgorithm(self, config=None):
        self.add(
            sink(self.COUNTIES, tr("Counties of Central Yunnan"), optional=True, shown=True),
            tr("49 counties with supply, demand, population and zone as published for 2020."),
        )
        self.add(
            sink(self.UNITS, tr("Units of Guiyang"), optional=True, shown=True),
            tr("Municipal district and four counties with the published emissions and sink of 2015 and 2020."),
        )
        self.add(
            QgsProcessingParameterRasterDestination(
                self.LAND_COVER, tr("Land cover of Central Yunnan"), None, True, True
            ),
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
        self.add(
            QgsProcessingParameterFolderDestination(self.FOLDER, tr("Folder for everything"), None, True, False),
            tr(
                "The data of the four regions, made examples for the tools that need more, and a QGIS project that "
                "shows all. Other files of the same names are refused."
            ),
        )
        add_results(self, ("COUNTY_COUNT",))

    def _drivers(self) -> dict[str, str]:
        """Output of a driver -> its region."""
        return {
            f"{cover[: -len('LAND_COVER')]}{end}": region
            for cover, region in self.LAND_COVERS.items()
            for end in self.DRIVERS
        }

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.raster.writing.staged_copy import CopiedRaster
        from ..shared.inputs.zones import read_zones
        from ..shared.outputs.outputs import Outputs

        if not any(given.has(each.name()) for each in self.destinationParameterDefinitions()):
            raise CarbonBalanceError(
                tr(
                    "Nothing is asked for: give a folder for everything (FOLDER), or the layers to load, such as "
                    "COUNTIES and LAND_COVER."
                )
            )
        if given.has(self.FOLDER):
            need_no_others(Path(given.output_path(self.FOLDER)))
        out, counties = Outputs(given), 0
        for name, region in self.ZONES.items():
            if given.has(name) or (name == self.COUNTIES and given.has(self.FOLDER)):
                zones = read_zones(zones_file(region), given.context)
                counties = len(zones) if name == self.COUNTIES else counties
                if given.has(name):
                    out.zones(name, zones, {}, zones_legend(region, zones.table.values))
        for name, region in self.LAND_COVERS.items():
            if given.has(name):
                out.raster(name, CopiedRaster(land_cover_file(region), given.output_path(name)), land_cover_legend())
        for name, region in self._drivers().items():
            if given.has(name):
                kind = next(file for end, file in self.DRIVERS.items() if name.endswith(end))
                out.raster(name, CopiedRaster(SAMPLE / f"{region}_{kind}.tif", given.output_path(name)))
        out.numbers(COUNTY_COUNT=counties)
        done = out.write()
        if given.has(self.FOLDER):
            folder = Path(given.output_path(self.FOLDER))
            copied = copy_everything(folder)
            log.info(
                tr("{count} files are in {folder}; open {project} there.").format(
                    count=len(copied), folder=folder, project=PROJECT
                )
            )
            done[self.FOLDER] = str(folder)
        log.info(tr("Next: run the model Regional carbon balance on these layers; its help explains the settings."))
        return done
