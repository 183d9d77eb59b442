"""Algorithm "Sink coefficients of classes": mean uptake of each land-cover class by a raster, such as NEP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.land_cover import SIX_CLASSES
from ...core.options.raster import PER_CELL
from ...core.options.supply import CARBON_RASTER_UNITS
from ...core.options.tables import SPECIES, SPECIES_OR_UNSTATED, UNSTATED
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import SUPPLY
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_nodata_values, add_report, choice, sink
from ..shared.parameters.land_cover import add_land_cover, land_cover
from ..shared.parameters.raster import add_raster, quantity_raster
from ..shared.parameters.supply.pool import PRESET, SCHEME, SINKS, add_sink_parameters, sinks

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class SinkCoefficients(CarbonAlgorithm):
    """Creates a table of sink coefficients for the codes of a land cover."""

    ID = "sinkcoefficients"
    GROUP = SUPPLY
    UPTAKE, UNIT, COUNTED = "UPTAKE", "UPTAKE_UNIT", "UPTAKE_SPECIES"
    RESULT_COUNTED = "SINK_SPECIES"
    OUTPUT, REPORT = "OUTPUT", "REPORT"
    NUMBERS = ("UPTAKE_T", "MEASURED_HA", "MEAN_SINK_T_HA")

    def displayName(self):
        return tr("Sink coefficients of classes")

    def shortDescription(self):
        return tr("How much carbon does a hectare of each land-cover class take up per year, by a raster of uptake?")

    def tags(self):
        return ["sink", "coefficient", "nep", "uptake", "class", "mean", "碳汇系数", "净生态系统生产力", "地类", "均值"]

    def help_text(self):
        return tr(
            "How much carbon does a hectare of each class take up in a year? The mean of a raster of uptake, such as "
            "the result of Net ecosystem production, over the cells of each class of a land cover.\n\n<b>Needs</b> a "
            "land cover and a raster of uptake; it is brought to the cells of the land cover (densities by average, "
            "amounts by sum). Classes without data in the raster take the coefficient of a table, if you give one. "
            "Without a raster, the table is passed on, so that models need no other branch.\n\n<b>Gives</b> a table "
            "of sink coefficients for Annual carbon sink and Land-use optimisation, with the area of each class, the "
            "part that was measured and the origin of the coefficient. A negative coefficient means that the class "
            "is a source.\n\n<b>Formula</b>: coefficient = sum of uptake x area / sum of areas, over the cells of "
            "the class with data. The sum of coefficient x measured area is the uptake of all these cells. A mean "
            "hides the differences within a class: for the uptake of zones today, Carbon supply by zone of the "
            "raster is exact."
        )

    def initAlgorithm(self, config=None):
        add_land_cover(self)
        add_raster(
            self,
            self.UPTAKE,
            tr("Raster of uptake"),
            tr("Annual uptake, such as NEP; negative for a source. Scale and offset of the band are applied."),
            True,
        )
        for parameter, help_text in (
            (
                choice(self.UNIT, tr("Raster of uptake: unit"), list(CARBON_RASTER_UNITS), "g/m2"),
                tr("Per year: a density (t/ha, t/km2, kg/m2, g/m2), or an amount in each cell (t/cell, kg/cell)."),
            ),
            (
                choice(self.COUNTED, tr("Raster of uptake: counted as"), SPECIES, "C"),
                tr("Tonnes of carbon (C) or carbon dioxide (CO2); CO2 is converted to C."),
            ),
        ):
            self.add(parameter, help_text, when={self.UPTAKE: True})
        # The model carbonplan hands on the scheme that its later steps use, also with a table of the user.
        add_sink_parameters(self, scheme_with=(self.UPTAKE, SINKS))
        self.add(
            choice(self.RESULT_COUNTED, tr("Sink: counted as"), SPECIES_OR_UNSTATED, UNSTATED),
            tr(
                "What the resulting coefficients count, and a table that does not state it; unstated: C with a raster, "
                "otherwise as the table."
            ),
            advanced=True,
        )
        add_nodata_values(self, of_rasters=True)
        self.add(
            sink(self.OUTPUT, tr("Sink coefficients")),
            tr("One row per class: lucode, name, sink_t_ha, species, area_ha, measured_ha, origin."),
        )
        add_report(self)
        add_results(self, self.NUMBERS, ("SPECIES",))

    def compute(self, given: Given, log) -> dict:
        import numpy as np

        from ...core.supply.production.class_uptake import coefficients_of, counted_as, uptake_by_class
        from ...core.tables.units import CO2_PER_C
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        # Both are read first: what is wrong with a raster itself is told before what does not go together.
        cover, raster = land_cover(given), quantity_raster(given, self.UPTAKE, False)
        has_table = given.has(SINKS) or given.has(PRESET)
        if raster is None and not has_table:
            raise CarbonBalanceError(
                tr("Give a raster of uptake (UPTAKE), or sink coefficients (SINKS or PRESET) to pass on.")
            )
        species = given.choice(self.RESULT_COUNTED)
        table = counted_as(sinks(given), species) if has_table else None
        uptake = None
        label = "" if raster is None else raster.name
        if raster is not None:
            uptake = uptake_by_class(cover, self._on_cells(given, raster, cover, log), log)
        made = coefficients_of(uptake, table, label, log, self._names(given))
        result = counted_as(made.table, species)
        values = {
            columns.LUCODE: result.codes,
            columns.NAME: result.names,
            columns.SINK_T_HA: result.sink_t_ha,
            columns.COUNTED_AS: [result.species] * len(result.codes),
            columns.AREA_HA: made.area_ha,
            columns.MEASURED_HA: made.measured_ha,
            columns.ORIGIN: made.origins,
        }
        total_t = np.nan
        if uptake is not None:
            # The raster is in C, the numbers are in what the column counts.
            total_t = float(uptake.uptake_t.sum()) * (CO2_PER_C if result.species == "CO2" else 1)
        measured_ha = float(made.measured_ha.sum())
        numbers = (total_t, measured_ha, total_t / measured_ha if measured_ha else np.nan)
        out = Outputs(given)
        out.table(self.OUTPUT, values)
        out.numbers(**dict(zip(self.NUMBERS, numbers)), SPECIES=result.species)
        notes = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        figures = figure_table((*self.NUMBERS, "SPECIES"), (*numbers, result.species))
        out.report(self.REPORT, self.displayName(), [figures, html.table(values), *notes])
        return out.write()

    @staticmethod
    def _names(given: Given) -> dict[int, str]:
        """Names of codes by the chosen scheme; none by its default, which may not be that of the land cover."""
        from ...core.land_cover.schemes import read_crosswalk

        if given.choice(SCHEME) == SIX_CLASSES:
            return {}
        crosswalk = read_crosswalk(given.choice(SCHEME))
        return dict(zip(crosswalk.codes.tolist(), crosswalk.names))

    def _on_cells(self, given: Given, raster, cover, log):
        """The raster of uptake on the cells of the land cover, in t C."""
        from ...core.raster.quantity import quantity_on
        from ...core.raster.warping.scaling import scale_of
        from ...core.raster.warping.stored_cells import stored_cells
        from ...core.supply.raster_supply import CarbonRaster
        from ...core.tables.units import CO2_PER_C

        basis, factor = CARBON_RASTER_UNITS[given.choice(self.UNIT)]
        if given.choice(self.COUNTED) == "CO2":
            factor /= CO2_PER_C
            log.info(tr("Tonnes of CO2 were converted to tonnes of C (x 12/44)."))
        # Scale and offset are read from the original file, because derived rasters do not state them.
        scale, offset = scale_of(given.raster(self.UPTAKE, given.integer(f"{self.UPTAKE}_BAND") or 1))
        moved = quantity_on(raster, cover.source.grid, basis, factor, log, cover.source.name)
        stored = stored_cells(raster, cover.source.grid) if basis == PER_CELL else None
        return CarbonRaster(moved, scale, offset, stored=stored)
