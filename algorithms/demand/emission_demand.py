"""Algorithm "Emission demand": emissions of zones from population or statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.tables import PERSONS, TONNES
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.checks.ignored_parameters import OR
from ..shared.checks.percentages import percentage
from ..shared.groups import DEMAND
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import (
    add_area,
    add_nodata_values,
    add_report,
    add_suffix,
    areas_km2,
    choice,
    column,
    layer,
    numbers_in,
    people_in,
    real,
    real_in,
    sink,
)

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class EmissionDemand(CarbonAlgorithm):
    """Computes emission and emission per area of zones, at present or in a later year."""

    ID = "emissiondemand"
    GROUP = DEMAND
    ZONES, POPULATION, EMISSION = "ZONES", "POPULATION", "EMISSION"
    PER_PERSON, REGION_EMISSION, REGION_POPULATION = "PER_PERSON", "REGION_EMISSION", "REGION_POPULATION"
    SUFFIX, OUTPUT, REPORT = "SUFFIX", "OUTPUT", "REPORT"
    NUMBERS = ("EMISSION_T", "DEMAND_T_KM2", "POPULATION_SUM", "EMISSION_T_PERSON", "AREA_KM2", "EMISSION_T_NOW")

    def displayName(self):
        return tr("Emission demand")

    def shortDescription(self):
        return tr(
            "Emissions of each zone from its population and the emissions per person of the region, or from statistics."
        )

    def tags(self):
        return ["emission", "demand", "population", "per capita", "growth", "碳需求"]

    def help_text(self):
        return tr(
            "How much do the people of each zone emit? There are three ways to give the data: the emissions and "
            "population of the region (each zone gets its share by population), emissions per person, or a column with "
            "the emissions of each zone.\n\n"
            "With growth of population and of emissions per person, in % per year or as targets, the result applies to "
            "a later year, so that future supply is compared with future demand.\n\n"
            "demand_t_km2 is emissions divided by area. The density of the region is the sum of emissions divided by "
            "the sum of areas. Demand derived from population is perfectly correlated with population density."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Administrative units with their population or emissions."))
        self.add(
            column(self.POPULATION, tr("Population"), self.ZONES, optional=True),
            tr("Inhabitants of each zone. Not needed if a column of emissions is given."),
        )
        self.add(
            choice("POPULATION_UNIT", tr("Unit of the population"), list(PERSONS), "persons"),
            tr("Statistical yearbooks often use 10^4 persons."),
        )
        for name, title, unit_title, units, unit, help_text in (
            (self.REGION_EMISSION, tr("Emissions of the region"), tr(
                "Unit of the emissions of the region"
            ), TONNES, "10^4 t",
             tr("Annual emissions of the region, such as the province, to which the population below belongs.")),
            (self.REGION_POPULATION, tr("Population of the region"), tr(
                "Unit of the population of the region"
            ), PERSONS,
             "10^4 persons", tr(
                 "Population of the whole region for which emissions are given, not just of the zones."
             )),
        ):  # fmt: skip
            self.add(real(name, title, least=0), help_text)
            self.add(choice(f"{name}_UNIT", unit_title, list(units), unit), tr("Unit of the value above."))
        self.add(
            real(self.PER_PERSON, tr("Emissions per person (t per year)"), least=0),
            tr(
                "Instead of the two values for the region: t CO2 per person per year, such as 3.938 for Yunnan in 2020."
            ),
        )
        self.add(
            column(self.EMISSION, tr("Emissions of each zone"), self.ZONES, optional=True),
            tr("Instead of all the above: a column with the annual emissions of each zone."),
        )
        self.add(
            choice("EMISSION_UNIT", tr("Unit of the emission column"), list(TONNES), "t"), tr("Unit of that column.")
        )
        growth = (
            ("YEARS", tr("Growth: years"), 0, tr("Years from the date of the data to the later year.")),
            ("POPULATION_GROWTH", tr("Growth of population (% per year)"), None, tr(
                "Compound growth; a negative value means decline."
            )),
            ("PER_PERSON_GROWTH", tr("Growth of emissions per person (% per year)"), None,
             tr("Compound growth; a negative value means decline.")),
            ("POPULATION_TARGET", tr("Target: population of all zones"), 0,
             tr(
                 "Instead of a growth rate: total number of persons in all zones in the later year, in the unit of the "
                 "population column."
             )),
            ("PER_PERSON_TARGET", tr("Target: emissions per person (t per year)"), 0,
             tr("Instead of a growth rate: emissions per person over all zones in the later year.")),
        )  # fmt: skip
        any_growth = OR.join(name for name, *_ in growth[1:])
        for name, title, least, help_text in growth:
            when = {any_growth: True} if name == "YEARS" else None
            parameter = real(name, title, least)
            if name.endswith("_GROWTH"):
                percentage(parameter, 0.5)
            self.add(parameter, help_text, advanced=True, when=when)
        add_area(self, self.ZONES)
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Demand by zone")),
            tr("The zones with emission_t and demand_t_km2; with growth also the later population."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.demand.population_demand import Growth
        from ...core.demand.zonal_demand import Rates, zonal_demand
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        growth = Growth(
            given.number("YEARS") or 0.0,
            given.number("POPULATION_GROWTH"),
            given.number("PER_PERSON_GROWTH"),
            real_in(given, "POPULATION_TARGET", "POPULATION_UNIT", PERSONS),
            given.number("PER_PERSON_TARGET"),
        )
        suffix = given.text(self.SUFFIX)
        new = [columns.EMISSION_T, columns.DEMAND_T_KM2, columns.POPULATION_LATER]
        if growth.is_none():
            # An input column emission_t, such as from the inventory, is kept unchanged.
            is_it = given.field(self.EMISSION) == columns.EMISSION_T + suffix and given.choice("EMISSION_UNIT") == "t"
            kept = [] if is_it else [columns.EMISSION_T]
            new = [*kept, columns.DEMAND_T_KM2]
        names = columns.suffixed(new, suffix, zones.table.fields)
        rates = Rates(
            given.number(self.PER_PERSON),
            real_in(given, self.REGION_EMISSION, "REGION_EMISSION_UNIT", TONNES),
            real_in(given, self.REGION_POPULATION, "REGION_POPULATION_UNIT", PERSONS),
        )
        result = zonal_demand(
            people_in(given, zones.table, self.POPULATION),
            numbers_in(given, zones.table, self.EMISSION, TONNES),
            rates,
            growth=growth,
            area_km2=areas_km2(given, zones),
            log=log,
            row_labels=zones.table.row_labels,
            overlaps=zones.overlaps(),
            names=zones.table.row_names(),
        )
        then = result.then
        values = {
            columns.EMISSION_T: then.emission_t,
            columns.DEMAND_T_KM2: then.demand_t_km2,
            columns.POPULATION_LATER: then.population,
        }
        totals = result.totals
        log.info(totals.sentence(then.emission_t))
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, {name: values[plain] for plain, name in names.items()})
        out.numbers(**dict(zip(self.NUMBERS, totals)))
        out.report(self.REPORT, self.displayName(), [figure_table(self.NUMBERS, totals)])
        return out.write()
