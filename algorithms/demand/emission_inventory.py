"""Algorithm "Emission inventory": emissions of units from fuel statistics, or from GDP and energy intensity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean

from ...core.options.demand import T_CO2_PER_TCE
from ...core.options.tables import MONEY_1E4, PERSONS
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.checks.ignored_parameters import OR
from ..shared.groups import DEMAND
from ..shared.inputs.meanings import LABELS
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import (
    add_match,
    add_nodata_values,
    add_report,
    add_suffix,
    choice,
    column,
    layer,
    numbers_in,
    people_in,
    real,
    sink,
)
from ..shared.parameters.demand.energy import ENERGY, add_energy_parameters, add_factor_parameters, factors, uses

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class EmissionInventory(CarbonAlgorithm):
    """Computes emissions of units, with a table of all items."""

    ID = "emissioninventory"
    GROUP = DEMAND
    ZONES, KEY, POPULATION, GDP = "ZONES", "KEY", "POPULATION", "GDP"
    INTENSITY, INTENSITY_ALL, T_PER_TCE, RESPIRATION = "INTENSITY", "INTENSITY_ALL", "T_PER_TCE", "RESPIRATION"
    SUFFIX, OUTPUT, SOURCES, REPORT = "SUFFIX", "OUTPUT", "SOURCES", "REPORT"
    NUMBERS = ("EMISSION_T", "RESPIRATION_T", "EMISSION_T_PERSON", "EMISSION_T_1E4GDP", "LEFT_OUT_T", "IMPLAUSIBLE")

    def displayName(self):
        return tr("Emission inventory")

    def shortDescription(self):
        return tr("CO2 of each unit from its fuel use and emission factors, or from GDP and energy intensity.")

    def tags(self):
        return ["emission", "inventory", "ipcc", "fuel", "coal", "electricity", "gdp", "能源", "碳排放清单"]

    def help_text(self):
        return tr(
            "How much does each unit emit? From fuel use: amount x calorific value x carbon content x oxidation x "
            "44/12, summed by unit, fuel and sector. Or, where only GDP is known: GDP x energy intensity (tce per 10^4 "
            "yuan) x 2.66 t CO2/tce.\n\n"
            "Human respiration (0.3285 t CO2 per person per year) can be added. It is biogenic, so it is off by "
            "default and is written to a separate column.\n\n"
            "Units with emissions of less than 0.5 or more than 50 t per person per year are listed: a unit of "
            "measurement is probably wrong."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Units")), tr("The units as a layer or table, with population and GDP if known."))
        self.add(
            column(self.KEY, tr("Code or name of the unit"), self.ZONES, holds=LABELS), tr("As in the energy table.")
        )
        add_match(self)
        add_energy_parameters(self)
        add_factor_parameters(self)
        for name, title, units, help_text in (
            (
                self.POPULATION,
                tr("Population"),
                PERSONS,
                tr("For emissions per person, their plausibility check, and respiration."),
            ),
            (self.GDP, tr("GDP"), MONEY_1E4, tr("For emissions per GDP, and for the calculation from GDP.")),
        ):
            self.add(column(name, title, self.ZONES, optional=True), help_text)
            self.add(
                choice(f"{name}_UNIT", tr("{what}: unit").format(what=title), list(units), next(iter(units))),
                tr("Unit of the column."),
            )
        self.add(
            column(self.INTENSITY, tr("Energy intensity of GDP"), self.ZONES, optional=True),
            tr("For the calculation from GDP, instead of an energy table: tce per 10^4 yuan, by unit."),
        )
        self.add(
            real(self.INTENSITY_ALL, tr("Energy intensity of GDP, the same for all units"), least=0),
            tr("For the calculation from GDP, if the intensity is known only for the region: tce per 10^4 yuan."),
            when={self.INTENSITY: False},
        )
        self.add(
            real(self.T_PER_TCE, tr("CO2 per tonne of standard coal (t)"), default=T_CO2_PER_TCE),
            tr(
                "For total energy in standard coal and for the calculation from GDP: 2.66 as in the study of Guiyang; "
                "2.4567 (0.67 t C per tce x 44/12) is common in Chinese studies."
            ),
            when={OR.join((ENERGY, self.INTENSITY, self.INTENSITY_ALL)): True},
        )
        self.add(
            QgsProcessingParameterBoolean(self.RESPIRATION, tr("Add human respiration"), False),
            tr("0.3285 t CO2 per person per year. Biogenic: leave it off unless you follow a study that counts it."),
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Units with emissions")),
            tr("The units with emission_t; emissions per person and per GDP where these are known."),
        )
        self.add(
            sink(self.SOURCES, tr("Emissions by source"), optional=True),
            tr("One row per item: unit, sector, fuel, amount, emissions, and the source of its factor."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.demand.inventory import emissions
        from ...core.demand.unit_inventory import UnitFigures, source_columns, sums_by_source, totals, unit_inventory
        from ...core.raster.zone_outlines.double_counting import counted_once, log_counted
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        intensity = numbers_in(given, zones.table, self.INTENSITY)
        figures = UnitFigures(
            zones.table.values(given.field(self.KEY)),
            people_in(given, zones.table, self.POPULATION),
            numbers_in(given, zones.table, self.GDP, MONEY_1E4),
            given.number(self.INTENSITY_ALL) if intensity is None else intensity,
        )
        t_per_tce = given.number(self.T_PER_TCE)
        result = unit_inventory(
            figures,
            emissions(uses(given, figures.keys, given.choice("MATCH")), factors(given, t_per_tce), log),
            given.choice("MATCH"),
            t_per_tce=t_per_tce,
            with_respiration=given.flag(self.RESPIRATION),
            log=log,
            row_labels=zones.table.row_labels,
        )
        columns_out = {columns.EMISSION_T: result.emission_t}
        if result.respiration_t is not None:
            columns_out[columns.RESPIRATION_T] = result.respiration_t
        if figures.population is not None:
            columns_out[columns.EMISSION_T_PERSON] = result.emission_t_person
        if figures.gdp_1e4 is not None:
            columns_out[columns.EMISSION_T_1E4GDP] = result.emission_t_1e4gdp
        names = columns.suffixed(columns_out, given.text(self.SUFFIX), zones.table.fields)
        once = counted_once(zones.overlaps(), [result.emission_t])
        if once.overlaps:
            log_counted(once, zones.table.row_names(), zones.areas_km2(), log)
        main = totals(result, figures, once)
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, {names[name]: values for name, values in columns_out.items()})
        out.table(self.SOURCES, source_columns(result.sources))
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [figure_table(self.NUMBERS, main)]
        if once.known and once.counted.all():
            # Sums over all units, which equal the totals above unless units are excluded from these.
            parts += [html.heading(tr("By source")), html.table(sums_by_source(result.sources))]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
