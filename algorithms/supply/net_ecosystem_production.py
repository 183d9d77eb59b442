"""Algorithm "Net ecosystem production (NEP)": NPP minus heterotrophic respiration."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers

from ...core.options.supply import MOD17_FILL, MOD17_MOST, NPP_UNITS, PRECIPITATION_UNITS, TEMPERATURE_UNITS
from ...core.runtime.errors import CarbonBalanceError, listed
from ...core.runtime.i18n import tr
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_compression, add_nodata_values, add_report, add_scheduler, choice, real
from ..shared.parameters.raster import COMPRESSION, add_raster_output, checked

if TYPE_CHECKING:
    from ..shared.inputs.given import Given

MOD17 = "mod17"


class NetEcosystemProduction(CarbonAlgorithm):
    """Writes rasters of NEP and of heterotrophic respiration."""

    ID = "netecosystemproduction"
    GROUP = SUPPLY
    NPP, NPP_UNIT, RH, RH_UNIT = "NPP", "NPP_UNIT", "RH", "RH_UNIT"
    TEMPERATURE, TEMPERATURE_UNIT = "TEMPERATURE", "TEMPERATURE_UNIT"
    PRECIPITATION, PRECIPITATION_UNIT = "PRECIPITATION", "PRECIPITATION_UNIT"
    LEAST_NPP, MOST_NPP = "LEAST_NPP", "MOST_NPP"
    OUTPUT, RH_OUTPUT, REPORT = "OUTPUT", "RH_OUTPUT", "REPORT"
    NUMBERS = ("NEP_T", "NPP_T", "RH_T", "MEAN_NEP_G_M2", "AREA_HA", "SINK_HA")

    def displayName(self):
        return tr("Net ecosystem production (NEP)")

    def shortDescription(self):
        return tr("How much carbon does each cell take up in a year: NPP minus heterotrophic respiration.")

    def tags(self):
        return ["nep", "npp", "respiration", "uptake", "modis", "mod17", "净生态系统生产力", "土壤呼吸", "碳汇", "植被"]

    def help_text(self):
        return tr(
            "How much carbon does the land take up in a year, cell by cell? NEP = NPP - Rh: net primary production "
            "minus heterotrophic respiration (that of soil organisms). A positive value means that the cell is a "
            "sink.\n\n<b>Needs</b> NPP: one raster of the year, or 12 of months (12 rasters, or one with 12 bands), "
            "and either Rh likewise, or mean temperature and precipitation of the 12 months. Rasters are sorted by "
            "name, and months must be in the same order in all inputs. Other grids are resampled to that of the "
            "first NPP raster (bilinear).\n\n<b>Formula of Rh</b>, for each month: Rh = 0.22 [exp(0.0912 T) + "
            "ln(0.3145 R + 1)] x 30 x 46.5 %, g C/m2, with T in degC and R in mm (Pei et al. 2010, alpine steppe of "
            "the Tibetan Plateau: check that it suits your region). It is not linear, so that annual values are "
            "refused.\n\n<b>Gives</b> NEP and, on request, Rh in g C/m2 a year, and sums in t C. All results are "
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
            QgsProcessingParameterMultipleLayers(self.NPP, tr("NPP"), several),
            tr("Net primary production: one raster of the year, or 12 of months."),
        )
        self.add(choice(self.NPP_UNIT, tr("Unit of NPP"), list(NPP_UNITS), "g_C_m2"), units)
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
                tr("12 rasters of mean temperature, or one with 12 bands, January first; for Rh by the formula."),
            ),
            (
                self.PRECIPITATION,
                tr("Precipitation of the months"),
                tr("Unit of the precipitation"),
                PRECIPITATION_UNITS,
                "mm",
                tr("12 rasters of precipitation sums, or one with 12 bands, January first; for Rh by the formula."),
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
        add_nodata_values(self, of_rasters=True)
        add_compression(self)
        add_scheduler(self)
        add_raster_output(self, self.OUTPUT, tr("NEP"), tr("GeoTIFF of NEP in g C/m2 a year; above 0 is uptake."))
        add_raster_output(self, self.RH_OUTPUT, tr("Respiration"), tr("GeoTIFF of Rh in g C/m2 a year."), optional=True)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log) -> dict:
        import numpy as np

        from ...core.raster.placing import warn_of_area_error
        from ...core.raster.writing.creation_options import creation_options
        from ...core.raster.writing.writer import StagedRaster, begun
        from ...core.supply.production.ecosystem_production import (
            ProductionInputs,
            ScaledRaster,
            need_months,
            need_year,
            net_production,
            npp_factor,
        )
        from ...core.tables.plausibility import warn_of_npp
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        # All are read first: what is wrong with a raster itself is told before what does not go together.
        bands = {name: self._bands(given, name) for name in (self.NPP, self.RH, self.TEMPERATURE, self.PRECIPITATION)}
        if given.has(self.RH) == (given.has(self.TEMPERATURE) or given.has(self.PRECIPITATION)) or given.has(
            self.TEMPERATURE
        ) != given.has(self.PRECIPITATION):
            raise CarbonBalanceError(
                tr("Give either Rh (RH), or both temperature and precipitation (TEMPERATURE, PRECIPITATION).")
            )
        npp = bands[self.NPP]
        need_year(len(npp), given.title(self.NPP))
        first = npp[0][0]
        grid = first.grid
        grid.need_areas(first.name)
        warn_of_area_error(grid, first.name, log)
        unit = given.choice(self.NPP_UNIT)
        least, most = given.number(self.LEAST_NPP), given.number(self.MOST_NPP)
        most = MOD17_MOST if most is None and unit == MOD17 else most

        def fluxes(sources, unit, least=None, most=None):
            made = []
            for source, scale, offset in sources:
                factor = npp_factor(unit, scale)
                made.append(
                    ScaledRaster(
                        source=self._moved(source, grid, first, log),
                        factor=factor,
                        offset=offset * factor / scale,
                        least=-np.inf if least is None else least,
                        most=np.inf if most is None else most,
                    )
                )
            return made

        def climate(name, units):
            sources = bands[name]
            need_months(len(sources), given.title(name))
            factor, zero = units[given.choice(f"{name}_UNIT")]
            made = []
            for source, scale, offset in sources:
                made.append(
                    ScaledRaster(
                        source=self._moved(source, grid, first, log),
                        factor=scale * factor,
                        offset=offset * factor + zero,
                    )
                )
            log.info(
                tr("{what}, January to December: {names}.").format(
                    what=given.title(name), names=listed([self._band_name(each) for each, _, _ in sources], 12)
                )
            )
            return made

        rh = bands[self.RH]
        if rh:
            need_year(len(rh), given.title(self.RH))
        inputs = ProductionInputs(
            npp=fluxes(npp, unit, least, most),
            rh=fluxes(rh, given.choice(self.RH_UNIT)),
            temperature=[] if rh else climate(self.TEMPERATURE, TEMPERATURE_UNITS),
            precipitation=[] if rh else climate(self.PRECIPITATION, PRECIPITATION_UNITS),
        )
        out = Outputs(given)
        options = creation_options(given.choice(COMPRESSION), continuous=True)
        kinds = {
            "nep": (self.OUTPUT, "net ecosystem production (g C/m2 per year)"),
            "rh": (self.RH_OUTPUT, "soil respiration (g C/m2 per year)"),
        }
        staged: dict[str, StagedRaster] = {}
        with begun(staged):
            for kind, (name, band) in kinds.items():
                if given.has(name):
                    staged[kind] = StagedRaster(
                        given.output_path(name), grid, bands=(band,), options=options, continuous=True
                    )
        sums = net_production(inputs, grid, staged, log)
        warn_of_npp(first.name, sums.npp_t / sums.area_ha * 100 if sums.area_ha > 0 else 0.0, log)
        for kind, raster in staged.items():
            out.raster(kinds[kind][0], raster)
        main = (sums.nep_t, sums.npp_t, sums.rh_t, sums.mean_g_m2, sums.area_ha, sums.sink_ha)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        notes = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        out.report(self.REPORT, self.displayName(), [figure_table(self.NUMBERS, main), *notes])
        return out.write()

    def _bands(self, given: Given, name: str) -> list:
        """The rasters of a parameter, sorted by name, or the bands of a single one.

        Each has the scale and offset stated by its file, which are not available from derived rasters.
        """
        from ...core.raster.unmarked.marking import with_nodata
        from ...core.supply.production.ecosystem_production import scale_of

        def order(title: str):
            return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", title)]

        found = given.rasters(name)
        sources = [found[title] for title in sorted(found, key=order)]
        if len(sources) == 1:
            whole = sources[0]
            count = whole.dataset().RasterCount
            whole.close()
            if count > 1:
                sources = [replace(whole, band=band) for band in range(1, count + 1)]
        fill = MOD17_FILL if name == self.NPP and given.choice(self.NPP_UNIT) == MOD17 else ()
        return [(checked(given, with_nodata(source, fill)), *scale_of(source)) for source in sources]

    @staticmethod
    def _band_name(source) -> str:
        """The name of the layer, with the band number if it is not the first."""
        name = source.name.split('"')[1] if source.name.count('"') > 1 else source.name
        return f"{name} ({source.band})" if source.band > 1 else name

    @staticmethod
    def _moved(source, grid, first, log):
        from ...core.raster.warping.alignment import moved_onto

        return moved_onto(source, grid, first.name, log, "bilinear")
