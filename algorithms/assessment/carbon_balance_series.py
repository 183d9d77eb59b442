"""Zones of several dates as one long table, with the changes between dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers

from ...core.options.balance import INDEX_IDS
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_nodata_values, add_report, choice, required_text, sink, text

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CarbonBalanceSeries(CarbonAlgorithm):
    """A long table zone x date, and a table of changes."""

    ID = "carbonbalanceseries"
    GROUP = ASSESSMENT
    READS_COLUMNS_BY_NAME = True
    LAYERS, DATES, KEY = "LAYERS", "DATES", "KEY"
    SUPPLY, DEMAND, RATIO, CLASS, INDEX = "SUPPLY", "DEMAND", "RATIO", "CLASS", "INDEX"
    OUTPUT, CHANGES, REPORT = "OUTPUT", "CHANGES", "REPORT"
    NUMBERS = ("ZONES", "DATE_COUNT", "IMPROVED", "UNCHANGED", "WORSE")

    def displayName(self):
        return tr("Carbon balance time series")

    def shortDescription(self):
        return tr("One long table (zone x date) of supply, demand, index and class, and the changes between dates.")

    def tags(self):
        return ["series", "dates", "change", "trend", "rate", "时间序列"]

    def help_text(self):
        return tr(
            "Which zones improved? Takes zone layers of several dates (or one layer whose columns end in the date) and "
            "gives one row per zone and date, for charts and statistics, and one row per zone and pair of dates: "
            "difference, compound rate in % per year, class before and after, and whether the balance improved.\n\n"
            "Zones are matched by code or name. A zone that is missing at a date is NULL at that date and is listed. "
            "Compare dates by ESDR only if both were computed with the same maxima."
        )

    def initAlgorithm(self, config=None):
        self.add(
            QgsProcessingParameterMultipleLayers(self.LAYERS, tr("Zone layers"), QgsProcessing.SourceType.TypeVector),
            tr("One layer per date, oldest first; or one layer that contains all dates."),
        )
        self.add(
            required_text(self.DATES, tr("Dates")),
            tr("The years, oldest first, separated by semicolons, such as 2000; 2010; 2020."),
        )
        self.add(
            required_text(self.KEY, tr("Code or name column")),
            tr("The column that identifies the zones in all layers."),
        )
        mark = tr(
            "Write {date} where the column name contains the year: carbon_t_{date} stands for carbon_t_2000, "
            "carbon_t_2010."
        )
        for name, title in (
            (self.SUPPLY, tr("Supply column")),
            (self.DEMAND, tr("Demand column")),
            (self.RATIO, tr("Index column")),
            (self.CLASS, tr("Class or zone column")),
        ):
            self.add(text(name, title), mark)
        self.add(
            choice(self.INDEX, tr("Type of index"), INDEX_IDS, "demand/supply"),
            tr("Determines the direction of the index: for demand/supply smaller is better, for the others larger."),
            when={self.RATIO: True},
        )
        self.add(sink(self.OUTPUT, tr("Zones by date")), tr("One row per zone and date."))
        self.add(
            sink(self.CHANGES, tr("Changes between dates"), optional=True),
            tr("One row per zone and pair of consecutive dates."),
        )
        add_nodata_values(self)
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.assessment.series import base_name, change_columns, changes_counted, dates_in, long_columns, series
        from ...core.balance.indices import index_of
        from ...core.text import html
        from ..shared.checks.columns import check_named_columns
        from ..shared.outputs.outputs import Outputs

        check_named_columns(given, self.KEY, self.SUPPLY, self.DEMAND, self.RATIO)
        ratio = given.text(self.RATIO)
        numbers = [name for name in (given.text(self.SUPPLY), given.text(self.DEMAND), ratio) if name]
        texts = [name for name in (given.text(self.CLASS),) if name]
        dates = dates_in(given.text(self.DATES))
        result = series(
            given.layer_tables(self.LAYERS), dates, given.text(self.KEY), numbers=numbers, texts=texts, log=log
        )
        index = index_of(given.choice(self.INDEX)) if ratio else None
        changes = change_columns(result, index, base_name(ratio))
        main = (len(result.keys), len(dates), *changes_counted(changes))
        out = Outputs(given)
        out.table(self.OUTPUT, long_columns(result))
        out.table(self.CHANGES, changes)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        parts = [
            figure_table(self.NUMBERS, main),
            html.heading(tr("Changes between dates")),
            html.table(changes),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()
