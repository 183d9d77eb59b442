"""Algorithm "Carbon compensation between zones": which zones pay or receive, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.balance import (
    BASELINE_BASES,
    BASELINES,
    OWN_COLUMN,
    PER_AREA,
    PER_GDP,
    PER_NOTHING,
    PER_PERSON,
)
from ...core.options.supply import PER_CO2, PRICE_UNITS
from ...core.options.tables import MONEY_1E4, PERSONS, SPECIES, SPECIES_OR_UNSTATED, TONNES, UNSTATED
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr, translated
from ...core.runtime.log import Log
from ...core.tables import columns
from ...core.tables.names import plan_columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import BALANCE
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
    sink,
    text,
)
from ..shared.parameters.coverage import add_coverage_field, coverage_of, whole_amount

if TYPE_CHECKING:
    from ..shared.inputs.given import Given
    from ..shared.inputs.zones import Zones


class CarbonCompensation(CarbonAlgorithm):
    """Computes net emission, baseline, role and compensation of zones."""

    ID = "carboncompensation"
    GROUP = BALANCE
    ZONES, EMISSION, SINK = "ZONES", "EMISSION", "SINK"
    BASELINE, BASELINE_FIELD, POPULATION, GDP = "BASELINE", "BASELINE_FIELD", "POPULATION", "GDP"
    PRICE, PRICE_UNIT, CURRENCY, SPECIES = "PRICE", "PRICE_UNIT", "CURRENCY", "SPECIES"
    SUFFIX, OUTPUT, REPORT = "SUFFIX", "OUTPUT", "REPORT"
    NUMBERS = (
        "NET_EMISSION_T",
        "PAYERS",
        "RECEIVERS",
        "PAID_T",
        "RECEIVED_T",
        "COMPENSATION_GAP_T",
        "PAID",
        "RECEIVED",
    )
    NEW = (
        columns.BUDGET_T,
        columns.OFFSET_RATE,
        plan_columns.BASELINE_T,
        plan_columns.EXCESS_T,
        plan_columns.ROLE,
        plan_columns.COMPENSATION,
    )

    def displayName(self):
        return tr("Carbon compensation between zones")

    def shortDescription(self):
        return tr("Which zones pay and which receive, from emissions, sinks, a baseline and a price.")

    def tags(self):
        return ["compensation", "payment", "baseline", "price", "offset", "碳补偿", "横向补偿", "生态补偿", "碳收支"]

    def help_text(self):
        return tr(
            "Which zones pay for their emissions, and which receive? The net emission of a zone is its emission "
            "minus its sink, both in the same species (C or CO2). A zone whose net emission is above its baseline "
            "pays for the difference, a zone below its baseline receives: compensation = (net emission - baseline) x "
            "price.\n\n<b>Baseline</b>: zero (a zone pays for all it emits beyond its own sink); area, person or gdp "
            "(the net emission of all zones, divided in proportion to area, population or GDP, so that payments "
            "equal receipts); column (your own baseline). With zero, a region in which no zone takes up more than it "
            "emits has only payers: choose a relative baseline.\n\n<b>Gives</b> budget_t (emission - sink), "
            "offset_rate (sink / emission, the compensation rate), baseline_t, excess_t (above 0: pays), role (pays, "
            "receives, neither) and compensation (money a year, above 0: pays; NULL without a price). The run "
            "reports whether payments and receipts balance.\n\nZones with a missing value take no part and get NULL. "
            "Zones that overlap count once in the sums. The price is your assumption; it is not corrected by EEC or "
            "SEC, because published forms differ."
        )

    def initAlgorithm(self, config=None):
        self.add(
            layer(self.ZONES, tr("Zones")), tr("Administrative units, or a table, with emissions and sink of a year.")
        )
        for name, title, help_text, species in (
            (self.EMISSION, tr("Emission"), tr("Annual emissions of each zone, at least 0."), "CO2"),
            (
                self.SINK,
                tr("Sink"),
                tr("Carbon taken up by the land of each zone per year; negative where the land is a source."),
                UNSTATED,
            ),
        ):
            self.add(column(name, title, self.ZONES), help_text)
            self.add(
                choice(f"{name}_UNIT", tr("{what}: unit").format(what=title), list(TONNES), "t"),
                tr("The unit of the column."),
            )
            self.add(
                choice(f"{name}_SPECIES", tr("{what}: counted as").format(what=title), SPECIES_OR_UNSTATED, species),
                tr(
                    "Tonnes of carbon (C) or carbon dioxide (CO2); unstated if the source does not say: then nothing "
                    "is converted, which gives a warning."
                ),
            )
        self.add(
            choice(self.SPECIES, tr("Count results in"), SPECIES, "CO2"),
            tr("The species in which net emissions are given if both species are stated."),
        )
        self.add(
            choice(self.BASELINE, tr("Baseline"), BASELINES, PER_AREA),
            tr(
                "zero: none. area, person, gdp: the net emission of all zones in proportion to area, population or "
                "GDP. column: the column below."
            ),
        )
        self.add(
            column(self.POPULATION, tr("Population"), self.ZONES, optional=True),
            tr("Persons in each zone, for the baseline person."),
            when={self.BASELINE: [PER_PERSON]},
        )
        self.add(
            choice("POPULATION_UNIT", tr("Population: unit"), list(PERSONS), "persons"),
            tr("The unit of the column."),
            advanced=True,
        )
        self.add(
            column(self.GDP, tr("GDP"), self.ZONES, optional=True),
            tr("GDP of each zone, for the baseline gdp."),
            when={self.BASELINE: [PER_GDP]},
        )
        self.add(
            choice("GDP_UNIT", tr("{what}: unit").format(what=tr("GDP")), list(MONEY_1E4), "10^4 yuan"),
            tr("The unit of the column."),
            advanced=True,
        )
        self.add(
            column(self.BASELINE_FIELD, tr("Own baseline"), self.ZONES, optional=True),
            tr("Net emission allowed to each zone, in the species of the results, for the baseline column."),
            when={self.BASELINE: [OWN_COLUMN]},
        )
        self.add(
            choice("BASELINE_FIELD_UNIT", tr("Own baseline: unit"), list(TONNES), "t"),
            tr("The unit of the column."),
            advanced=True,
        )
        self.add(
            real(self.PRICE, tr("Price of carbon"), 0),
            tr("Price per tonne, at least 0; if empty, the amounts in tonnes are computed without a value."),
        )
        self.add(
            choice(self.PRICE_UNIT, tr("The price is for"), PRICE_UNITS, PER_CO2),
            tr(
                "t_C: a tonne of carbon. t_CO2: a tonne of CO2; one tonne of carbon corresponds to 44/12 tonnes of CO2."
            ),
            when={self.PRICE: True},
        )
        self.add(
            text(self.CURRENCY, tr("Currency")),
            tr("Currency of the price, such as CNY; used as a label only."),
            advanced=True,
        )
        add_coverage_field(self, self.ZONES, self.SINK)
        add_area(self, self.ZONES, when={self.BASELINE: [PER_AREA]})
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Zones that pay and receive")),
            tr("The zones with all their columns and budget_t, offset_rate, baseline_t, excess_t, role, compensation."),
        )
        add_report(self)
        add_results(self, self.NUMBERS, ("SPECIES",))

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.balance.compensation import (
            PAYS,
            RECEIVES,
            compensate,
            log_compensation,
            net_emission,
            price_of,
        )
        from ...core.raster.zone_outlines.double_counting import counted_once, log_counted
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        table = zones.table
        names = columns.suffixed(self.NEW, given.text(self.SUFFIX), table.fields)
        emission = table.non_negative(given.field(self.EMISSION)) * TONNES[given.choice("EMISSION_UNIT")]
        taken_up = whole_amount(numbers_in(given, table, self.SINK, TONNES), coverage_of(given, zones, self.SINK, "t"))
        net = net_emission(
            emission,
            taken_up,
            given.choice("EMISSION_SPECIES"),
            given.choice("SINK_SPECIES"),
            given.choice(self.SPECIES),
            log,
        )
        once = counted_once(zones.overlaps(), [net.emission_t, net.sink_t])
        if once.overlaps:
            log_counted(once, table.row_names(), areas_km2(given, zones), log)
        price = price_of(given.number(self.PRICE), given.choice(self.PRICE_UNIT)[2:], net.species, log)
        found = compensate(net, self._baseline(given, zones, net, once), price, once)
        log_compensation(net, found, given.choice(self.BASELINE), table.row_labels, log)
        values = [net.net_t, net.rate, found.baseline_t, found.excess_t, found.roles, found.value]
        results = dict(zip(self.NEW, values))
        main = (
            once.total(net.net_t),
            found.roles.count(PAYS),
            found.roles.count(RECEIVES),
            found.paid_t,
            found.received_t,
            found.gap_t,
            found.paid_t * price,
            found.received_t * price,
        )
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, {names[name]: column for name, column in results.items()})
        out.numbers(**dict(zip(self.NUMBERS, main)), SPECIES=net.species)
        currency = given.text(self.CURRENCY)
        parts = [
            figure_table(self.NUMBERS, main),
            html.paragraph(tr("Tonnes are of {species}.").format(species=net.species)),
            *([html.paragraph(tr("Values are in {currency}.").format(currency=currency))] if currency else []),
            html.table({columns.UNIT: table.row_names(), **{name: list(each) for name, each in results.items()}}),
            *(html.paragraph(sentence) for sentence in log.notes if sentence not in log.warnings),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()

    def _baseline(self, given: Given, zones: Zones, net, once):
        """Net emission of each zone that is free of charge, t (zones,)."""
        from ...core.balance.compensation import baseline_of

        kind = given.choice(self.BASELINE)
        if kind == PER_NOTHING:
            return net.net_t * 0.0
        if kind == PER_AREA:
            return baseline_of(net.net_t, areas_km2(given, zones), translated(BASELINE_BASES[kind]), once)
        needed = {PER_PERSON: self.POPULATION, PER_GDP: self.GDP, OWN_COLUMN: self.BASELINE_FIELD}[kind]
        if given.field(needed) is None:
            raise CarbonBalanceError(
                tr("The baseline {kind} needs {parameter}: choose its column.").format(
                    kind=kind, parameter=given.title(needed)
                )
            )
        if kind == OWN_COLUMN:
            return numbers_in(given, zones.table, needed, TONNES)
        if kind == PER_PERSON:
            base = people_in(given, zones.table, needed)
        else:
            base = numbers_in(given, zones.table, needed, MONEY_1E4)
        return baseline_of(net.net_t, base, translated(BASELINE_BASES[kind]), once)
