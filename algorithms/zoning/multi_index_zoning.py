"""Algorithm "Zoning by several indices": k-means clusters, or eight cells of three indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.options.zoning import (
    AS_IT_STANDS,
    AT_MEAN,
    CELL_THRESHOLDS,
    EIGHT_CELLS,
    INDEX_MEASURES,
    K_MEANS,
    MULTI_INDEX_METHODS,
    NRCA,
)
from ...core.runtime.errors import CarbonBalanceError, listed
from ...core.runtime.i18n import mark, tr
from ...core.tables import columns
from ...core.tables.names import plan_columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ZONING
from ..shared.inputs.meanings import LABELS
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
    text,
)

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class MultiIndexZoning(CarbonAlgorithm):
    """Assigns units to zones by several indices."""

    ID = "multiindexzoning"
    GROUP = ZONING
    ZONES, FIELDS, MEASURE, METHOD = "ZONES", "FIELDS", "MEASURE", "METHOD"
    CLUSTERS, SEED, STARTS = "CLUSTERS", "SEED", "STARTS"
    THRESHOLD, MERGE, NAMES, OVERLAY = "THRESHOLD", "MERGE", "NAMES", "OVERLAY"
    SUFFIX, OUTPUT, TABLE, REPORT = "SUFFIX", "OUTPUT", "TABLE", "REPORT"
    NUMBERS = ("CLUSTER_COUNT", "MEAN_SILHOUETTE", "WITHIN", "UNSTABLE", "UNZONED", "NRCA_GAP")

    def displayName(self):
        return tr("Zoning by several indices")

    def shortDescription(self):
        return tr("Assigns units to zones by several indices: k-means clusters, or eight cells of three indices.")

    def tags(self):
        return [
            "nrca",
            "cluster",
            "k-means",
            "zones",
            "functional zone",
            "聚类",
            "碳补偿分区",
            "主体功能区",
            "比较优势",
        ]

    def help_text(self):
        return tr(
            "Which units are similar in several indices, such as emission, sink, GDP or their coefficients?\n\n"
            "<b>Measure</b>: as_it_is uses the columns unchanged. nrca converts amounts in the same unit of measure, "
            "such as emission and sink in t of one species, to the normalised revealed comparative advantage: NRCA = "
            "X<sub>ij</sub>/X - X<sub>i</sub>X<sub>j</sub>/X<sup>2</sup> (Yu, Cai and Leung 2009). A positive value "
            "means that a unit has more of the quantity than expected from its size. Its rows and columns add up to "
            "0, which is checked.\n\n<b>Method</b>: k_means makes clusters of z-scores (k-means++, many starts, the "
            "best kept); the number of clusters is given, or the one from 2 to 8 with the highest mean silhouette. "
            "Zones are numbered from the highest mean of the first index. Units that are in other clusters in some "
            "starts are listed. eight_cells makes HHH to LLL of three indices, high or low, and merges them by your "
            "rule, such as HHH,HHL=balance; LLL=control.\n\n<b>Overlay</b>: a column of other zones of the same "
            "units, such as main functional zones, is joined to the result.\n\nUnits that lack an index get no zone. "
            "The same seed gives the same zones on every machine."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Units")), tr("Layer (or table) with one row per unit and the indices."))
        self.add(
            column(self.FIELDS, tr("Indices"), self.ZONES, several=True),
            tr("Columns of numbers; exactly three for eight_cells."),
        )
        self.add(
            choice(self.MEASURE, tr("Measure"), INDEX_MEASURES, AS_IT_STANDS),
            tr(
                "as_it_is, or nrca: for nrca, two or more columns of amounts of at least 0 in the same unit of "
                "measure and species."
            ),
        )
        self.add(
            choice(self.METHOD, tr("Method"), MULTI_INDEX_METHODS, K_MEANS),
            tr("k_means: clusters. eight_cells: three indices, each high or low."),
        )
        self.add(
            real(self.CLUSTERS, tr("Number of clusters"), 2),
            tr("2 or more. If empty: the number from 2 to 8 with the highest mean silhouette."),
            when={self.METHOD: [K_MEANS]},
        )
        self.add(
            real(self.SEED, tr("Seed of the random numbers"), 0, 1),
            tr("Another seed gives other starts; the result depends on it only where clusters are unclear."),
            advanced=True,
            when={self.METHOD: [K_MEANS]},
        )
        self.add(
            real(self.STARTS, tr("Number of starts"), 1, 50),
            tr("How often the clustering is repeated; the best result is kept."),
            advanced=True,
            when={self.METHOD: [K_MEANS]},
        )
        self.add(
            choice(self.THRESHOLD, tr("High is at least"), CELL_THRESHOLDS, AT_MEAN),
            tr("mean or median of the units, zero (for NRCA), or one (for EEC and SEC)."),
            when={self.METHOD: [EIGHT_CELLS]},
        )
        self.add(
            text(self.MERGE, tr("Merge rule")),
            tr(
                "Cells and the zone that they form, such as HHH,HHL=balance; LLL=control. Letters are in the order "
                "of the indices, H high and L low. Other cells remain separate zones."
            ),
            when={self.METHOD: [EIGHT_CELLS]},
        )
        self.add(
            text(self.NAMES, tr("Your own names")),
            tr("Names of the clusters in the order of their numbers, separated by commas."),
            advanced=True,
            when={self.METHOD: [K_MEANS]},
        )
        self.add(
            column(self.OVERLAY, tr("Other zones of the units"), self.ZONES, optional=True, holds=LABELS),
            tr("Such as main functional zones: the column zone_overlay joins both names."),
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Units with zones")),
            tr(
                "The units with class, zone and, by method, cell or silhouette and stability; with nrca also nrca_ and "
                "the name of each column."
            ),
        )
        self.add(
            sink(self.TABLE, tr("Members of the zones"), optional=True),
            tr("One row per zone: class, zone, number of units, the units."),
        )
        add_report(self)
        add_results(self, self.NUMBERS)

    def compute(self, given: Given, log) -> dict:
        import numpy as np

        from ...core.text import html
        from ..shared.checks.units_alike import warn_of_overlapping_units
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        table, fields = zones.table, given.fields(self.FIELDS)
        twice = sorted({field for field in fields if fields.count(field) > 1})
        if twice:
            raise CarbonBalanceError(
                tr("{parameter}: column {columns} is chosen more than once: choose different columns.").format(
                    parameter=given.title(self.FIELDS), columns=listed(twice)
                )
            )
        warn_of_overlapping_units(zones, log)
        values = np.stack([table.numbers(field) for field in fields], axis=1)
        values, nrca, gap = self._measured(given, zones, values, fields, log)
        labels = table.row_names()
        by_cells = given.choice(self.METHOD) == EIGHT_CELLS
        made = self._cells(given, values) if by_cells else self._clusters(given, values, fields, labels, log)
        classes, names, more, figures = made
        results = {
            **{f"{plan_columns.NRCA_PREFIX}{field}": column for field, column in nrca.items()},
            columns.CLASS: [number or None for number in classes.tolist()],
            columns.ZONE: names,
            **more,
        }
        if given.field(self.OVERLAY):
            from ...core.zoning.multi_index.cells import overlaid

            results[plan_columns.ZONE_OVERLAY] = overlaid(table.texts(given.field(self.OVERLAY)), names)
        new = columns.suffixed(results, given.text(self.SUFFIX), table.fields)
        none = np.flatnonzero(classes == 0)
        if len(none):
            log.warn(
                tr("An index is NULL in {count} unit(s), which get no zone: {rows}.").format(
                    count=len(none), rows=table.row_labels(none)
                )
            )
        members = self._members(classes, names, labels)
        main = (len(members[columns.CLASS]), *figures, len(none), gap)
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, {new[name]: column for name, column in results.items()})
        out.table(self.TABLE, members)
        out.numbers(**dict(zip(self.NUMBERS, main)))
        notes = [html.paragraph(note) for note in log.notes if note not in log.warnings]
        parts = [figure_table(self.NUMBERS, main), html.table(members), *notes]
        out.report(self.REPORT, self.displayName(), parts)
        return out.write()

    def _measured(self, given: Given, zones, values, fields, log):
        """The indices, NRCA by column if chosen, and the largest sum of its rows and columns."""
        if given.choice(self.MEASURE) != NRCA:
            return values, {}, float("nan")
        from ...core.raster.zone_outlines.double_counting import counted_once
        from ...core.zoning.multi_index.advantage import revealed_advantage
        from ..shared.checks.units_alike import warn_of_unlike_columns

        warn_of_unlike_columns(given.title(self.FIELDS), [zones.table.need(field) for field in fields], log)
        once = counted_once(zones.overlaps(), list(values.T))
        if not once.known:
            raise CarbonBalanceError(
                tr("Units overlap, so that NRCA cannot be computed: use units that do not overlap.")
            )
        found = revealed_advantage(values, fields, once.counted)
        log.info(
            tr("Identity: rows and columns of NRCA add up to 0, the largest sum is {gap:.3g}.").format(gap=found.gap)
        )
        return found.values, dict(zip(fields, found.values.T)), found.gap

    def _cells(self, given: Given, values):
        from ...core.zoning.multi_index.cells import index_cells, parse_cell_rule

        found = index_cells(values, given.choice(self.THRESHOLD))
        rule = parse_cell_rule(given.text(self.MERGE))
        codes = found.codes()
        names = [None if code is None else rule[code] for code in codes]
        nothing = float("nan")
        return found.classes, names, {plan_columns.CELL: codes}, (nothing, nothing, nothing)

    def _clusters(self, given: Given, values, fields, labels, log):
        import numpy as np

        from ...core.zoning.multi_index.clusters import k_means_zones, standard_scores
        from ...core.zoning.zone_names import parse_names

        found = k_means_zones(
            standard_scores(values, fields),
            given.integer(self.CLUSTERS),
            given.integer(self.SEED) or 0,
            given.integer(self.STARTS) or 1,
            log,
        )
        count = len(found.centres)
        own = given.text(self.NAMES)
        titles = (
            parse_names(own, count) if own else [mark("zone {number}").format(number=at + 1) for at in range(count)]
        )
        names = [titles[each - 1] if each else None for each in found.classes.tolist()]
        log.info(
            tr("Mean silhouette by number of clusters: {tried}.").format(
                tried=tr(", ").join(f"{number}: {value:.3f}" for number, value in found.tried.items())
            )
        )
        changing = np.flatnonzero(found.stability < 1)
        if len(changing):
            log.warn(
                tr("{count} unit(s) are in another zone in some of the starts: {rows}.").format(
                    count=len(changing),
                    rows=listed(
                        tr("{zone} ({percent} %)").format(zone=given_name, percent=f"{100 * found.stability[row]:.3g}")
                        for row, given_name in ((row, labels[row]) for row in changing.tolist())
                    ),
                )
            )
        more = {plan_columns.SILHOUETTE: found.silhouette, plan_columns.STABILITY: found.stability}
        return found.classes, names, more, (found.mean_silhouette, found.within, len(changing))

    @staticmethod
    def _members(classes, names, labels) -> dict:
        """Table with one row per zone: smallest class, name, number and names of units."""
        from ...core.zoning.multi_index.cells import members_of

        units = members_of(names, labels)
        least = {name: min(int(each) for each, zone in zip(classes, names) if zone == name) for name in units}
        order = sorted(units, key=lambda name: (least[name], name))
        return {
            columns.CLASS: [least[name] for name in order],
            columns.ZONE: order,
            columns.COUNT: [len(units[name]) for name in order],
            columns.MEMBERS: [", ".join(units[name]) for name in order],
        }
