"""Algorithm "Carbon balance time series": zones of several dates as a long table, and changes between dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers

from ...core.options.balance import INDEX_IDS
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import add_results, figure_table
from ..shared.parameters.common import add_nodata_values, add_report, choice, required_text, sink, text

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class CarbonBalanceSeries(CarbonAlgorithm):
    """Writes a long table by zone and date, and a table of changes."""

    ID = "carbonbalanceseries"
    GROUP = ASSESSMENT
    LAYERS, DATES, KEY = "LAYERS", "DATES", "KEY"
    SUPPLY, DEMAND, RATIO, CLASS, INDEX = "SUPPLY", "DEMAND", "RATIO", "CLASS", "INDEX"
    GDP, FACTORS, SECTOR_OF, SYSTEMS, WEIGHTS = "GDP", "FACTORS", "SECTOR_OF", "SYSTEMS", "WEIGHTS"
    OUTPUT, CHANGES, DECOMPOSITION, REPORT = "OUTPUT", "CHANGES", "DECOMPOSITION", "REPORT"
    NUMBERS = ("ZONES", "DATE_COUNT", "IMPROVED", "UNCHANGED", "WORSE")

    def displayName(self):
        return tr("Carbon balance time series")

    def shortDescription(self):
        return tr("One long table (zone x date) of supply, demand, index and class, and the changes between dates.")

    def tags(self):
        return [
            *("series", "dates", "change", "trend", "rate", "decoupling", "tapio", "lmdi", "coupling"),
            *("时间序列", "脱钩", "因素分解", "耦合协调"),
        ]

    def help_text(self):
        return tr(
            "Which zones improved? Takes zone layers of several dates (or one layer whose columns end in the date) and "
            "gives one row per zone and date, for charts and statistics, and one row per zone and pair of dates: "
            "difference, compound rate in % per year, class before and after, and whether the balance improved.\n\n"
            "Zones are matched by code or name. A zone that is missing at a date is NULL at that date and is listed. "
            "Compare dates by ESDR only if both were computed with the same maxima.\n\n"
            "<b>Decoupling</b> (with GDP): the elasticity of emission to GDP between two dates and Tapio's eight "
            "states; strong decoupling means that emission fell while GDP grew. <b>Decomposition</b> (with factors): "
            "how much each factor, such as population, GDP per person, energy per GDP and emission per energy, "
            "contributed to the change of their product (LMDI-I, without a residual); rows may be sectors. "
            "<b>Coupling coordination</b> (with systems): whether two or more systems, such as low emission and high "
            "sink, develop together, from 0 to 1 with ten levels."
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
            "Write {date} where the column name contains the year: carbon_t_{date} means carbon_t_2000, carbon_t_2010."
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
        self.add(
            text(self.GDP, tr("GDP column")),
            tr(
                "Gross domestic product at constant prices, for the decoupling of the demand column from it. {mark}"
            ).format(mark=mark),
            when={self.DEMAND: True},
        )
        self.add(
            text(self.FACTORS, tr("Factors of the decomposition")),
            tr(
                "Columns, or ratios of two columns, whose product is the emission, separated by semicolons: "
                "pop_{date}; gdp_{date}/pop_{date}; emission_{date}/gdp_{date}. sum(x_{date}) is the sum over the "
                "sectors of a unit: sum(q_{date}); q_{date}/sum(q_{date}); e_{date}/q_{date} gives activity, "
                "structure and intensity."
            ),
            advanced=True,
        )
        self.add(
            text(self.SECTOR_OF, tr("Unit of the sectors")),
            tr(
                "If the rows are sectors: the column with the unit of each row. If empty, each row is a separate "
                "unit; all rows together are decomposed as well."
            ),
            advanced=True,
            when={self.FACTORS: True},
        )
        self.add(
            text(self.SYSTEMS, tr("Systems of the coupling")),
            tr(
                "Two or more columns separated by semicolons, with a minus before those of which less is better: "
                "-emission_{date}; sink_{date}. Each is scaled from 0 to 1 over all zones and dates, so that the worst "
                "zone gets 0."
            ),
            advanced=True,
        )
        self.add(
            text(self.WEIGHTS, tr("Weights of the systems")),
            tr("One number per system, separated by semicolons, such as 0.5; 0.5. Empty: equal weights."),
            advanced=True,
            when={self.SYSTEMS: True},
        )
        self.add(
            sink(self.OUTPUT, tr("Zones by date")),
            tr(
                "One row per zone and date; with systems also coupling_c, development_t, coordination_d and "
                "coordination_level."
            ),
        )
        self.add(
            sink(self.CHANGES, tr("Changes between dates"), optional=True),
            tr(
                "One row per zone and pair of consecutive dates; with GDP also decoupling_elasticity and "
                "decoupling_state."
            ),
        )
        self.add(
            sink(self.DECOMPOSITION, tr("Decomposition"), optional=True),
            tr(
                "One row per unit, pair of dates and factor: contribution in the unit of the product, total change, "
                "contribution as a ratio; the rows of unit all are of all zones or sectors together."
            ),
        )
        add_nodata_values(self)
        add_report(self)
        add_results(self, (*self.NUMBERS, "ELASTICITY", "MEAN_COORDINATION"), ("DECOUPLING_STATE",))

    def columns_by_name(self, given: Given, fields: list[str]) -> list[str]:
        named = [given.text(name) for name in (self.SUPPLY, self.DEMAND, self.RATIO) if given.text(name)]
        patterns = [re.escape(name).replace(re.escape("{date}"), ".+") for name in named]
        return [field for field in fields if any(re.fullmatch(pattern, field) for pattern in patterns)]

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.assessment.change.factors import stated_factors
        from ...core.assessment.change.page import change_page_parts
        from ...core.assessment.change.study import (
            coordination_columns,
            decomposition_columns,
            decompositions,
            decoupling_columns,
            regional_decoupling,
            stated_systems,
        )
        from ...core.assessment.series import base_name, change_columns, changes_counted, dates_in, long_columns, series
        from ...core.balance.indices import index_of
        from ...core.tables.names import space_columns
        from ...core.text import html
        from ..shared.checks.columns import check_named_columns
        from ..shared.checks.units_alike import warn_of_overlapping_layers
        from ..shared.outputs.outputs import Outputs

        check_named_columns(given, self.KEY, self.SUPPLY, self.DEMAND, self.RATIO, self.GDP)
        self._need_partners(given)
        ratio, demand, gdp = (given.text(name) for name in (self.RATIO, self.DEMAND, self.GDP))
        factors = stated_factors(given.text(self.FACTORS)) if given.has(self.FACTORS) else []
        systems = stated_systems(given.text(self.SYSTEMS)) if given.has(self.SYSTEMS) else []
        numbers = [given.text(self.SUPPLY), demand, ratio, gdp]
        numbers += [column for each in factors for column in each.columns()] + [column for column, _ in systems]
        texts = [name for name in (given.text(self.CLASS), given.text(self.SECTOR_OF)) if name]
        dates = dates_in(given.text(self.DATES))
        result = series(
            given.layer_tables(self.LAYERS),
            dates,
            given.text(self.KEY),
            numbers=list(dict.fromkeys(filter(None, numbers))),
            texts=texts,
            log=log,
        )
        if gdp or factors or systems:
            layers = self.parameterAsLayerList(given.parameters, self.LAYERS, given.context)
            warn_of_overlapping_layers(layers, given.context, log)
        index = index_of(given.choice(self.INDEX)) if ratio else None
        long, changes = long_columns(result), change_columns(result, index, base_name(ratio))
        main = (len(result.keys), len(dates), *changes_counted(changes))
        out = Outputs(given)
        regional: tuple[float, str | None] = (float("nan"), None)
        if gdp:
            changes.update(decoupling_columns(result, base_name(demand), base_name(gdp)))
            regional = regional_decoupling(result, base_name(demand), base_name(gdp))
        if systems:
            long.update(coordination_columns(result, given.text(self.SYSTEMS), given.text(self.WEIGHTS), log))
        decomposed = []
        if factors:
            units = None
            if given.has(self.SECTOR_OF):
                units = [values[0] for values in result.texts[base_name(given.text(self.SECTOR_OF))]]
            decomposed = decompositions(result, factors, units, base_name(demand) if demand else "", log)
            out.table(self.DECOMPOSITION, decomposition_columns(decomposed, factors))
        out.table(self.OUTPUT, long)
        out.table(self.CHANGES, changes)
        degrees = long.get(space_columns.COORDINATION, [])[len(dates) - 1 :: len(dates)]
        out.numbers(
            **dict(zip(self.NUMBERS, main)),
            ELASTICITY=regional[0],
            DECOUPLING_STATE=regional[1] or "",
            MEAN_COORDINATION=sum(degrees) / len(degrees) if degrees else None,
        )
        parts = [
            figure_table(self.NUMBERS, main),
            *change_page_parts(
                result, regional, decomposed, titles=[each.title for each in factors], long=long, changes=changes
            ),
            html.heading(tr("Changes between dates")),
            html.table(changes),
        ]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()

    def _need_partners(self, given: Given) -> None:
        """Refuse GDP without demand, and a table of contributions without factors."""
        for name, partner in ((self.GDP, self.DEMAND), (self.DECOMPOSITION, self.FACTORS)):
            if given.has(name) and not given.has(partner):
                raise CarbonBalanceError(
                    tr("{parameter} needs {partner}: give both or neither.").format(
                        parameter=given.title(name), partner=given.title(partner)
                    )
                )
