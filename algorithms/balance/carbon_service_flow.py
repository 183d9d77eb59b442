"""Algorithm "Flow of the carbon service": flows from zones in surplus to zones in deficit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.balance import (
    FLOW_METHODS,
    GRAVITY,
    LEAST_DISTANCE,
    POSITIVE_IS_DEFICIT,
    POSITIVE_IS_SURPLUS,
    SIGNS,
)
from ...core.options.tables import SPECIES_OR_UNSTATED, TONNES, UNSTATED
from ...core.runtime.errors import CarbonBalanceError, listed
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ...core.tables.names import plan_columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import BALANCE
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import (
    add_nodata_values,
    add_report,
    add_suffix,
    choice,
    column,
    layer,
    real,
    sink,
)

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CarbonServiceFlow(CarbonAlgorithm):
    """Writes lines between zones with t a year, and zones with outflow and inflow."""

    ID = "carbonserviceflow"
    GROUP = BALANCE
    ZONES, AMOUNT, POSITIVE, METHOD, EXPONENT = "ZONES", "AMOUNT", "POSITIVE", "METHOD", "EXPONENT"
    MOST_LINES, SUFFIX, FLOWS, OUTPUT, REPORT = "MOST_LINES", "SUFFIX", "FLOWS", "OUTPUT", "REPORT"
    NUMBERS = ("FLOW_T", "SURPLUS_T", "DEFICIT_T", "LEFT_T", "MEAN_DISTANCE_KM", "FLOW_COUNT")
    NEW = (plan_columns.OUTFLOW_T, plan_columns.INFLOW_T, plan_columns.LEFT_T)

    def displayName(self):
        return tr("Flow of the carbon service")

    def shortDescription(self):
        return tr("Lines from zones in surplus to zones in deficit: whose deficit each surplus is counted against.")

    def tags(self):
        return ["flow", "transport", "gravity", "surplus", "deficit", "碳汇服务流", "供需流", "重力模型", "运输问题"]

    def help_text(self):
        return tr(
            "Against whose deficit is each surplus counted? Zones with a surplus of carbon are joined to zones with "
            "a deficit by lines with an amount in tonnes a year.\n\n<b>This is an accounting measure, not a "
            "transport</b>: CO2 mixes in the atmosphere, and no carbon moves along the lines. They help to identify "
            "partners for compensation.\n\n<b>Methods</b>: least_distance serves the smaller side (all surplus or "
            "all deficit) in full so that the sum of tonnes x kilometres is as small as possible. gravity "
            "distributes the flows over all pairs in proportion to surplus x deficit / distance<sup>b</sup>, "
            "adjusted to the sums of both sides; the larger side is scaled down in proportion. With both, outflow = "
            "inflow = the smaller of all surplus and all deficit.\n\n<b>Needs</b> zones with an amount of a year, "
            "such as excess_t or budget_t of Carbon compensation between zones, where positive means a deficit. "
            "Distances are between the centres of the zones on the ellipsoid.\n\n<b>Gives</b> lines with from_zone, "
            "to_zone, flow_t, distance_km, and the zones with outflow_t, inflow_t and left_t (what is left of the "
            "surplus, or of the deficit below 0). Zones with NULL take no part; of zones that lie within others only "
            "the outer ones count."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Polygons with a surplus or deficit of carbon of a year."))
        self.add(
            column(self.AMOUNT, tr("Surplus or deficit"), self.ZONES, default=plan_columns.EXCESS_T),
            tr("Tonnes a year, such as excess_t or budget_t; 0 is a zone in balance."),
        )
        self.add(
            choice("AMOUNT_UNIT", tr("Surplus or deficit: unit"), list(TONNES), "t"),
            tr("The unit of the column."),
        )
        self.add(
            choice(self.POSITIVE, tr("Positive values mean"), SIGNS, POSITIVE_IS_DEFICIT),
            tr("deficit: emission minus sink, such as budget_t and excess_t. surplus: supply minus demand."),
        )
        self.add(
            choice("AMOUNT_SPECIES", tr("Surplus or deficit: counted as"), SPECIES_OR_UNSTATED, UNSTATED),
            tr("Tonnes of carbon (C) or carbon dioxide (CO2). It is reported with the results; nothing is converted."),
            advanced=True,
        )
        self.add(
            choice(self.METHOD, tr("Method"), FLOW_METHODS, LEAST_DISTANCE),
            tr("least_distance: least tonnes x kilometres. gravity: in proportion to surplus x deficit / distance^b."),
        )
        self.add(
            real(self.EXPONENT, tr("Distance exponent b"), default=2),
            tr("Greater than 0; the larger it is, the nearer the partners. Used with gravity."),
            advanced=True,
            when={self.METHOD: [GRAVITY]},
        )
        self.add(
            real(self.MOST_LINES, tr("Largest number of lines"), 0, 2000),
            tr(
                "Only this number of the largest flows is written as lines; sums by zone include all of them. 0 "
                "writes all."
            ),
            advanced=True,
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.FLOWS, tr("Flow lines")),
            tr("Lines between the centres of zones: from_zone, to_zone, flow_t, distance_km, the largest flow first."),
        )
        self.add(
            sink(self.OUTPUT, tr("Zones with flows")),
            tr("The zones with all their columns and outflow_t, inflow_t, left_t."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def _check_sign(self, given: Given, log: Log) -> None:
        """Warn of a column of Carbon compensation, whose positive values are a deficit, if it is read as surplus."""
        column = given.field(self.AMOUNT)
        own = (columns.BUDGET_T, plan_columns.EXCESS_T)
        ours = column in own or column.startswith(tuple(f"{name}_" for name in own))
        if given.choice(self.POSITIVE) == POSITIVE_IS_SURPLUS and ours:
            log.warn(
                tr(
                    "{parameter}: column {column} of Carbon compensation between zones is emission minus sink, so that "
                    "its positive values are a deficit, but they are read as surplus: set POSITIVE = deficit."
                ).format(parameter=given.title(self.AMOUNT), column=column)
            )

    def compute(self, given: Given, log: Log) -> dict:
        import numpy as np

        from ...core.balance.service_flow import log_flows, service_flows
        from ...core.raster.zone_outlines.double_counting import counted_once, log_counted
        from ...core.text import html
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        table, labels = zones.table, zones.table.row_names()
        names = columns.suffixed(self.NEW, given.text(self.SUFFIX), table.fields)
        amount = table.numbers(given.field(self.AMOUNT)) * TONNES[given.choice("AMOUNT_UNIT")]
        without = np.flatnonzero(np.isnan(amount))
        if len(without):
            log.warn(
                tr("{zones}: no amount, so that they take no part in the flows.").format(
                    zones=listed(labels[row] for row in without)
                )
            )
        once = counted_once(zones.overlaps(), [np.abs(amount)])
        if once.overlaps:
            log_counted(once, labels, zones.areas_km2(), log)
        if not once.known:
            raise CarbonBalanceError(
                tr("Zones overlap, so that their surplus cannot be added up: use zones that do not overlap.")
            )
        self._check_sign(given, log)
        signed = amount if given.choice(self.POSITIVE) == POSITIVE_IS_SURPLUS else -amount
        surplus = np.where(once.counted, signed, np.nan)
        found = service_flows(
            surplus, zones.places(), given.choice(self.METHOD), given.number(self.EXPONENT), labels, log
        )
        log_flows(found, given.choice("AMOUNT_SPECIES"), log)
        most = given.integer(self.MOST_LINES) or len(found.amount_t)
        if most < len(found.amount_t):
            log.warn(
                tr(
                    "The {count} largest of {all} flows are written as lines; they account for {share:.2f} % of the "
                    "amount."
                ).format(count=most, all=len(found.amount_t), share=100 * found.amount_t[:most].sum() / found.total_t)
            )
        ends = list(zip(found.origin[:most].tolist(), found.target[:most].tolist()))
        lines = {
            plan_columns.FROM_ZONE: [labels[first] for first, _ in ends],
            plan_columns.TO_ZONE: [labels[second] for _, second in ends],
            plan_columns.FLOW_T: found.amount_t[:most],
            plan_columns.DISTANCE_KM: found.distance_km[:most],
        }
        results = dict(zip(self.NEW, (found.outflow_t, found.inflow_t, found.left_t)))
        main = (
            found.total_t,
            found.surplus_t,
            found.deficit_t,
            found.surplus_t - found.deficit_t,
            found.mean_distance_km,
            len(found.amount_t),
        )
        out = Outputs(given)
        out.lines(self.FLOWS, zones, ends, lines)
        out.zones(self.OUTPUT, zones, {names[name]: values for name, values in results.items()})
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [
            figure_table(self.NUMBERS, main),
            *(html.paragraph(sentence) for sentence in log.notes if sentence not in log.warnings),
            html.table({name: list(values) for name, values in lines.items()}),
            html.table({columns.UNIT: labels, **{name: list(values) for name, values in results.items()}}),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
