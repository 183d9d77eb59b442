"""Algorithm "Carbon balance coefficients (EEC, SEC)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean

from ...core.options.tables import MONEY_1E4, SPECIES_OR_UNSTATED, TONNES, UNSTATED
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
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
    real,
    real_in,
    sink,
)
from ..shared.parameters.coverage import add_coverage_field, coverage_of, whole_amount

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CarbonBalanceCoefficients(CarbonAlgorithm):
    """Computes EEC, SEC, intensities, budget and offset rate of units."""

    ID = "carbonbalancecoefficients"
    GROUP = BALANCE
    ZONES, EMISSION, SINK, GDP = "ZONES", "EMISSION", "SINK", "GDP"
    EEC, SEC, CONVERT = "EEC", "SEC", "CONVERT"
    SUFFIX, OUTPUT, REPORT = "SUFFIX", "OUTPUT", "REPORT"
    NUMBERS = ("EEC_GAP", "SEC_GAP", "EMISSION_T", "SINK_T")
    NEW = (
        columns.EEC,
        columns.SEC,
        columns.EMISSION_INTENSITY_T_HA,
        columns.SINK_INTENSITY_T_HA,
        columns.EMISSION_INTENSITY_T_1E4GDP,
        columns.BUDGET_T,
        columns.OFFSET_RATE,
    )

    def displayName(self):
        return tr("Carbon balance coefficients (EEC, SEC)")

    def shortDescription(self):
        return tr("Share of GDP and share of sink of each unit divided by its share of emissions, with checks.")

    def tags(self):
        return ["eec", "sec", "ecc", "esc", "gdp", "efficiency", "offset", "碳平衡系数"]

    def help_text(self):
        return tr(
            "Are the output and the carbon sink of a unit in proportion to its emissions? EEC is its share of the GDP "
            "of the region divided by its share of emissions, SEC its share of the sink divided by its share of "
            "emissions; values above 1 are better than the region. Further results: emissions and sink per hectare, "
            "emissions per GDP, emissions minus sink, sink divided by emissions.\n\n"
            "If only part of a unit is mapped, its sink is extrapolated to the whole unit at the density of that part. "
            "Units that overlap count once in the sums; if this is impossible, they are refused.\n\n"
            "By definition the coefficients, weighted by the shares of emissions, add up to 1. A gap is reported: it "
            "means that the units do not add up to the region, or that existing coefficients come from other data.\n\n"
            "Units with zero, negative or missing values get NULL in all results that depend on them."
        )

    def initAlgorithm(self, config=None):
        self.add(
            layer(self.ZONES, tr("Zones")), tr("Administrative units, or a table, with emissions and with sink or GDP.")
        )
        figures = (
            (self.EMISSION, tr("Emission"), TONNES, False, tr("Annual emissions of each unit.")),
            (self.SINK, tr("Sink"), TONNES, True, tr("Carbon taken up by the land of each unit per year.")),
            (self.GDP, tr("GDP"), MONEY_1E4, True, tr("GDP of each unit, all in the same currency.")),
        )
        for name, title, units, optional, help_text in figures:
            self.add(column(name, title, self.ZONES, optional), help_text)
            self.add(
                choice(f"{name}_UNIT", tr("{what}: unit").format(what=title), list(units), next(iter(units))),
                tr("The unit of the column and of the value for the region."),
            )
            self.add(
                real(
                    f"TOTAL_{name}", tr("{what} of the region, if different from the sum").format(what=title), least=0
                ),
                tr(
                    "In the same unit. If empty: the sum of the units. A value that differs from the sum gives a "
                    "warning."
                ),
                advanced=True,
                when={name: True},
            )
        for name, title, default in (
            ("EMISSION_SPECIES", tr("Emission: counted as"), "CO2"),
            ("SINK_SPECIES", tr("Sink: counted as"), UNSTATED),
        ):
            self.add(
                choice(name, title, SPECIES_OR_UNSTATED, default),
                tr(
                    "Tonnes of carbon (C) or carbon dioxide (CO2); unstated if the source does not say, which gives a "
                    "warning."
                ),
                when={name.replace("_SPECIES", ""): True},
            )
        self.add(
            QgsProcessingParameterBoolean(self.CONVERT, tr("Convert C to CO2"), False),
            tr("Multiply quantities in t C by 44/12 for budget, offset rate and intensities."),
        )
        for name, title in ((self.EEC, tr("Existing EEC")), (self.SEC, tr("Existing SEC"))):
            self.add(
                column(name, title, self.ZONES, optional=True, holds=name),
                tr("A coefficient computed elsewhere, used unchanged; its identity is checked against the emissions."),
                advanced=True,
            )
        add_coverage_field(self, self.ZONES, self.SINK)
        add_area(self, self.ZONES)
        add_nodata_values(self)
        add_suffix(self)
        self.add(sink(self.OUTPUT, tr("Coefficients by zone")), tr("The zones with coefficients and intensities."))
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.balance.unit_coefficients import Totals, Units, unit_coefficients
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        names = columns.suffixed(self.NEW, given.text(self.SUFFIX), zones.table.fields)
        units = Units(
            emission_t=numbers_in(given, zones.table, self.EMISSION, TONNES),
            area_km2=areas_km2(given, zones),
            sink_t=whole_amount(
                numbers_in(given, zones.table, self.SINK, TONNES), coverage_of(given, zones, self.SINK, "t")
            ),
            gdp_1e4=numbers_in(given, zones.table, self.GDP, MONEY_1E4),
            eec=numbers_in(given, zones.table, self.EEC),
            sec=numbers_in(given, zones.table, self.SEC),
            emission_species=given.choice("EMISSION_SPECIES"),
            sink_species=given.choice("SINK_SPECIES"),
            overlaps=zones.overlaps(),
            names=zones.table.row_names(),
        )
        totals = Totals(
            real_in(given, "TOTAL_EMISSION", "EMISSION_UNIT", TONNES),
            real_in(given, "TOTAL_SINK", "SINK_UNIT", TONNES),
            real_in(given, "TOTAL_GDP", "GDP_UNIT", MONEY_1E4),
        )
        result = unit_coefficients(units, totals, log, zones.table.row_labels, given.flag(self.CONVERT))
        more = result.intensities
        values = [
            result.eec.values,
            result.sec.values,
            more.emission_t_ha,
            more.sink_t_ha,
            more.emission_t_1e4gdp,
            more.budget_t,
            more.offset_rate,
        ]
        main = (result.eec.gap, result.sec.gap, result.emission_t, result.sink_t)
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, dict(zip(names.values(), values)))
        out.numbers(**dict(zip(self.NUMBERS, main)))
        labels = zones.table.row_names()
        parts = [
            figure_table(self.NUMBERS, main),
            html.table({columns.UNIT: labels, **{name: list(column) for name, column in zip(self.NEW, values)}}),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
