"""Algorithm "Net ecosystem production (NEP)": NPP minus heterotrophic respiration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers

from ...core.options.supply import MOD17_MOST, NPP_UNITS, PRECIPITATION_UNITS, TEMPERATURE_UNITS
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_compression, add_nodata_values, add_report, choice, real
from ..shared.parameters.land_cover import land_cover
from ..shared.parameters.raster import COMPRESSION, add_raster_output
from ..shared.parameters.supply.light_use import NDVI, RADIATION, add_light_use, light_use
from ..shared.parameters.supply.month_rasters import MOD17, OntoGrid, fill_of, stated_rasters

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class NetEcosystemProduction(CarbonAlgorithm):
    """Writes rasters of NEP and of heterotrophic respiration."""

    ID = "netecosystemproduction"
    GROUP = SUPPLY
    NPP, NPP_UNIT, RH, RH_UNIT = "NPP", "NPP_UNIT", "RH", "RH_UNIT"
    TEMPERATURE, TEMPERATURE_UNIT = "TEMPERATURE", "TEMPERATURE_UNIT"
    PRECIPITATION, PRECIPITATION_UNIT = "PRECIPITATION", "PRECIPITATION_UNIT"
    LEAST_NPP, MOST_NPP = "LEAST_NPP", "MOST_NPP"
    OUTPUT, RH_OUTPUT, NPP_OUTPUT, REPORT = "OUTPUT", "RH_OUTPUT", "NPP_OUTPUT", "REPORT"
    NUMBERS = ("NEP_T", "NPP_T", "RH_T", "MEAN_NEP_G_M2", "AREA_HA", "SINK_HA")

    def displayName(self):
        return tr("Net ecosystem production (NEP)")

    def shortDescription(self):
        return tr("How much carbon does each cell take up in a year: NPP minus heterotrophic respiration.")

    def tags(self):
        return [
            "nep",
            "npp",
            "casa",
            "light use efficiency",
            "ndvi",
            "respiration",
            "uptake",
            "modis",
            "mod17",
            "光能利用率",
            "净生态系统生产力",
            "土壤呼吸",
            "碳汇",
            "植被",
        ]

    def help_text(self):
        return tr(
            "How much carbon does the land take up in a year, cell by cell? NEP = NPP - Rh: net primary production "
            "minus heterotrophic respiration (that of soil organisms). A positive value means that the cell is a "
            "sink.\n\n<b>Needs</b> NPP: one raster of the year, or 12 of months (12 rasters, or one with 12 bands), "
            "and either Rh likewise, or mean temperature and precipitation of the 12 months. Rasters are "
            "ordered by the months in their names (jan, 一月), otherwise by the numbers and names, and months must be "
            "in the same order in all inputs. Other grids are resampled to that of the "
            "first raster of NPP or NDVI (bilinear).\n\n<b>Formula of Rh</b>, for each month: Rh = 0.22 [exp(0.0912 "
            "T) + ln(0.3145 R + 1)] x 30 x 46.5 %, g C/m2, with T in degC and R in mm (Pei et al. 2010, alpine "
            "steppe of the Tibetan Plateau: check that it suits your region). It is not linear, so that annual "
            "values are refused.\n\n<b>NPP by light use (CASA)</b>, if NDVI is given instead of NPP, with radiation, "
            "climate and a land cover: NPP = radiation x 0.5 x FPAR x epsilon_max x T1 x T2 x W for each month. FPAR "
            "follows from NDVI, T1 and T2 from temperature, W from temperature and precipitation (Potter et al. "
            "1993, with the parameters for China of Zhu et al. 2007). Cells whose class has no epsilon_max are "
            "nodata. The result depends most on epsilon_max, for which published values differ by a factor of "
            "two.\n\n<b>Gives</b> NEP and, on request, Rh and NPP in g C/m2 a year, and sums in t C. All results are "
            "annual flows of C, not CO2. Cells that lack an input are nodata. NEP does not include fires, harvest "
            "and erosion.\n\n<b>Units</b>: scale and offset stated by a band are applied. mod17 is for MOD17A3: "
            "0.0001 kg C/m2, fill values 32761-32767 left out."
        )

    def initAlgorithm(self, config=None):
        several = QgsProcessing.SourceType.TypeRaster
        units = tr(
            "g_C_m2, kg_C_m2 or t_C_ha, a year or a month; mod17: as MOD17A3 stores it. Not dry matter and not CO2."
        )
        self.add(
            QgsProcessingParameterMultipleLayers(self.NPP, tr("NPP"), several, optional=True),
            tr("Net primary production: one raster of the year, or 12 of months; or give NDVI below."),
        )
        self.add(choice(self.NPP_UNIT, tr("Unit of NPP"), list(NPP_UNITS), "g_C_m2"), units, when={self.NPP: True})
        self.add(
            QgsProcessingParameterMultipleLayers(self.RH, tr("Respiration Rh"), several, optional=True),
            tr("Heterotrophic respiration: one raster of the year, or 12 of months; or give the climate below."),
        )
        self.add(
            choice(self.RH_UNIT, tr("Unit of Rh"), [unit for unit in NPP_UNITS if unit != MOD17], "g_C_m2"),
            tr("g_C_m2, kg_C_m2 or t_C_ha, a year or a month."),
            when={self.RH: True},
        )
        for name, title, unit, options, default, help_text in (
            (
                self.TEMPERATURE,
                tr("Temperature of the months"),
                tr("Unit of the temperature"),
                TEMPERATURE_UNITS,
                "degC",
                tr("12 rasters of mean temperature, or one with 12 bands, January first; for Rh by formula and CASA."),
            ),
            (
                self.PRECIPITATION,
                tr("Precipitation of the months"),
                tr("Unit of the precipitation"),
                PRECIPITATION_UNITS,
                "mm",
                tr(
                    "12 rasters of precipitation sums, or one with 12 bands, January first; for Rh by formula and CASA."
                ),
            ),
        ):
            self.add(QgsProcessingParameterMultipleLayers(name, title, several, optional=True), help_text)
            self.add(
                choice(f"{name}_UNIT", unit, list(options), default),
                tr("After applying the scale and offset stated by a band."),
                when={name: True},
            )
        for name, title in (
            (self.LEAST_NPP, tr("Smallest valid NPP")),
            (self.MOST_NPP, tr("Largest valid NPP")),
        ):
            self.add(
                real(name, title),
                tr(
                    "In stored values of the file, as stated in its documentation; values outside are nodata. If "
                    "empty: no limit, except 32700 as the largest value for mod17."
                ),
                advanced=True,
            )
        add_light_use(self)
        add_nodata_values(self, of_rasters=True)
        add_compression(self)
        add_raster_output(self, self.OUTPUT, tr("NEP"), tr("GeoTIFF of NEP in g C/m2 a year; above 0 is uptake."))
        add_raster_output(self, self.RH_OUTPUT, tr("Respiration"), tr("GeoTIFF of Rh in g C/m2 a year."), optional=True)
        add_raster_output(
            self, self.NPP_OUTPUT, tr("Net primary production"), tr("GeoTIFF of NPP in g C/m2 a year."), optional=True
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log) -> dict:
        from ...core.raster.placing import warn_of_area_error
        from ...core.raster.writing.creation_options import creation_options
        from ...core.raster.writing.writer import StagedRaster, begun
        from ...core.supply.production.ecosystem_production import (
            ProductionInputs,
            need_year,
            net_production,
        )
        from ...core.tables.plausibility import warn_of_npp
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        # All are read first: what is wrong with a raster itself is told before what does not go together.
        read = {self.NPP: stated_rasters(given, self.NPP, fill_of(given, self.NPP_UNIT))}
        read[NDVI] = stated_rasters(given, NDVI, fill_of(given, f"{NDVI}_UNIT"))
        for name in (self.RH, self.TEMPERATURE, self.PRECIPITATION, RADIATION):
            read[name] = stated_rasters(given, name)
        cover = land_cover(given)
        self._need_what_fits(given)
        npp, rh, by_light = read[self.NPP], read[self.RH], given.has(NDVI)
        if not by_light:
            need_year(len(npp), given.title(self.NPP))
        first = (read[NDVI] if by_light else npp)[0][0]
        grid = first.grid
        grid.need_areas(first.name)
        warn_of_area_error(grid, first.name, log)
        onto = OntoGrid(given, grid, first.name)
        unit = given.choice(self.NPP_UNIT)
        least, most = given.number(self.LEAST_NPP), given.number(self.MOST_NPP)
        most = MOD17_MOST if most is None and unit == MOD17 else most
        if rh:
            need_year(len(rh), given.title(self.RH))
        climate = by_light or not rh
        inputs = ProductionInputs(
            npp=onto.fluxes(npp, unit, least, most),
            rh=onto.fluxes(rh, given.choice(self.RH_UNIT)),
            temperature=onto.climate(self.TEMPERATURE, read[self.TEMPERATURE], TEMPERATURE_UNITS) if climate else [],
            precipitation=onto.climate(self.PRECIPITATION, read[self.PRECIPITATION], PRECIPITATION_UNITS)
            if climate
            else [],
            light=light_use(given, onto, cover, read) if by_light else None,
        )
        out = Outputs(given)
        options = creation_options(given.choice(COMPRESSION), continuous=True)
        kinds = {
            "nep": (self.OUTPUT, "net ecosystem production (g C/m2 per year)"),
            "rh": (self.RH_OUTPUT, "soil respiration (g C/m2 per year)"),
            "npp": (self.NPP_OUTPUT, "net primary production (g C/m2 per year)"),
        }
        staged: dict[str, StagedRaster] = {}
        with begun(staged):
            for kind, (name, band) in kinds.items():
                if given.has(name):
                    staged[kind] = StagedRaster(
                        given.output_path(name), grid, bands=(band,), options=options, continuous=True
                    )
        sums = net_production(inputs, grid, staged, log)
        warn_of_npp(first.name, sums.npp_t / sums.area_ha * 100 if sums.area_ha > 0 else 0.0, log, by_light)
        for kind, raster in staged.items():
            out.raster(kinds[kind][0], raster)
        main = (sums.nep_t, sums.npp_t, sums.rh_t, sums.mean_g_m2, sums.area_ha, sums.sink_ha)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        notes = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        out.report(self.REPORT, self.displayName(), [figure_table(self.NUMBERS, main), *notes])
        return out.write()

    def _need_what_fits(self, given: Given) -> None:
        """Refuse NPP in two ways or in none, and climate or Rh that are missing or in vain."""
        if given.has(self.NPP) == given.has(NDVI):
            raise CarbonBalanceError(tr("Give either NPP (NPP), or NDVI of the months (NDVI) from which it follows."))
        climate = given.has(self.TEMPERATURE), given.has(self.PRECIPITATION)
        if given.has(NDVI) and not all(climate):
            raise CarbonBalanceError(
                tr("NPP from NDVI needs both temperature and precipitation of the months (TEMPERATURE, PRECIPITATION).")
            )
        if not given.has(NDVI) and (given.has(self.RH) == any(climate) or climate[0] != climate[1]):
            raise CarbonBalanceError(
                tr("Give either Rh (RH), or both temperature and precipitation (TEMPERATURE, PRECIPITATION).")
            )
