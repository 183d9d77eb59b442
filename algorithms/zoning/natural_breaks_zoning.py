"""Algorithm "Natural breaks zoning": zones from classes of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterNumber

from ...core.options.zoning import AS_PUBLISHED, FIXED_LIMITS, METHODS
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ...core.zoning.zone_names import CLASS_PRESETS, SURPLUS_FIRST, class_zone_names
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ZONING
from ..shared.outputs.results import add_results
from ..shared.parameters.common import add_nodata_values, add_report, add_suffix, choice, column, layer, sink, text
from ..shared.parameters.zone_names import LANGUAGE, NAMES, PRESET, add_zone_names, merge_rule

if TYPE_CHECKING:
    from ..shared.inputs.given import Given


class NaturalBreaksZoning(CarbonAlgorithm):
    """Assigns rows to classes and zones, with the zones of the other method."""

    ID = "naturalbreakszoning"
    GROUP = ZONING
    ZONES, FIELD, CLASSES, METHOD, FIXED = "ZONES", "FIELD", "CLASSES", "METHOD", "FIXED_LIMITS"
    MERGE, SUFFIX = "MERGE", "SUFFIX"
    OUTPUT, LIMITS, REPORT = "OUTPUT", "LIMITS", "REPORT"
    NUMBERS = ("GVF", "GVF_EXACT", "GVF_PUBLISHED", "ZONES_CHANGED")
    TEXTS = ("CLASS_SIZES", "ZONE_SIZES")

    def displayName(self):
        return tr("Natural breaks zoning")

    def shortDescription(self):
        return tr("Classifies an index by natural breaks or fixed limits and merges the classes into named zones.")

    def tags(self):
        return ["jenks", "fisher", "classification", "zones", "gvf", "自然断点", "分区"]

    def help_text(self):
        return tr(
            "Which zone does each county belong to? The values of one column are classified, and the classes are "
            "merged into named zones. Needs a layer with a numeric column, such as the ratio of demand to supply, and "
            "gives the layer with class, zone, and the zone under the other method.\n\n"
            "There is more than one natural breaks method: software that improves quantile classes step by step stops "
            "at a local optimum, and published zonings are based on it. The exact method finds the optimal goodness of "
            "variance fit, and its result can be very different. The run reports the fit of both and which zones would "
            "change.\n\n"
            "Equal values are always in the same class; NULL has no class. The result depends neither on the order of "
            "rows nor on the unit."
        )

    def initAlgorithm(self, config=None):
        self.add(
            layer(self.ZONES, tr("Zones")), tr("Layer (or table) with one row per zone and the index in a column.")
        )
        self.add(
            column(self.FIELD, tr("Index field"), self.ZONES, default=columns.RATIO),
            tr("The values to classify, such as ratio from Supply-demand ratio. Numbers stored as text are also read."),
        )
        self.add(
            choice(self.METHOD, tr("Method"), METHODS, AS_PUBLISHED),
            tr(
                "as_published: natural breaks from quantile classes, improved one value at a time, as in the studies. "
                "exact: optimal natural breaks (Fisher-Jenks). fixed_limits: the limits given below."
            ),
        )
        self.add(
            QgsProcessingParameterNumber(
                self.CLASSES, tr("Number of classes"), QgsProcessingParameterNumber.Type.Integer, 7, minValue=1
            ),
            tr("Number of classes for natural breaks. Ignored for fixed limits, which define the number of classes."),
            when={self.METHOD: [method for method in METHODS if method != FIXED_LIMITS]},
        )
        self.add(
            text(self.FIXED, tr("Fixed limits")),
            tr(
                "For the method fixed_limits: the upper limit of each class except the last, ascending, separated by "
                "commas, such as 0.8, 1, 1.2 for four classes. A limit belongs to the class below it."
            ),
            when={self.METHOD: [FIXED_LIMITS]},
        )
        self.add(
            text(self.MERGE, tr("Merge rule"), "1-2,3,4,5-7"),
            tr(
                "Which classes form a zone, such as 1-2,3,4,5-7: every class once, in order, lowest values first. If "
                "empty, each class is a zone; if not stated and the number of classes is not 7, a rule for that "
                "number. Models run by qgis_process take an empty rule as not stated: write 1,2,3 and so on."
            ),
        )
        add_zone_names(
            self,
            CLASS_PRESETS,
            SURPLUS_FIRST,
            title=tr("Names of the zones"),
            preset_help=tr(
                "surplus_first: low-carbon maintenance, coordinated development, carbon-sink development, "
                "sequestration optimisation, for an index whose low values mean surplus, such as demand/supply. "
                "surplus_last: the same four in reverse order, for supply/demand. numbered: zone 1, zone 2 and so on, "
                "for any number of zones."
            ),
            names_help=tr("Names of the zones separated by commas, lowest values first. They replace the preset."),
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Zoned layer")),
            tr("The zones with class (from 1, low to high), zone, and zone_other, the zone under the other method."),
        )
        self.add(
            sink(self.LIMITS, tr("Class limits"), optional=True),
            tr(
                "One row per class: class, lower (exclusive, except for the lowest class), upper (inclusive), count, "
                "zone."
            ),
        )
        add_report(self)
        add_results(self, self.NUMBERS, self.TEXTS)

    def compute(self, given: Given, log: Log) -> dict:
        from ...core.zoning.index_direction import check_index_direction
        from ...core.zoning.natural_breaks import natural_zoning, number_of_classes, parse_limits
        from ...core.zoning.zoning_report import natural_zoning_notes, zone_limits_table
        from ..shared.checks.units_alike import warn_of_overlapping_units
        from ..shared.outputs.outputs import Outputs

        zones, field, method = given.zones(self.ZONES), given.field(self.FIELD), given.choice(self.METHOD)
        new = [columns.CLASS, columns.ZONE, columns.ZONE_OTHER]
        new_columns = columns.suffixed(new, given.text(self.SUFFIX), zones.table.fields).values()
        values = zones.table.numbers(field)
        if method != FIXED_LIMITS:
            warn_of_overlapping_units(zones, log)
        limits = parse_limits(given.text(self.FIXED)) if method == FIXED_LIMITS else []
        label = tr("{layer}: column {column}").format(layer=zones.table.label, column=field)
        n_classes = number_of_classes(limits, given.integer(self.CLASSES))
        rule = merge_rule(given, self.MERGE, n_classes)
        zoning = natural_zoning(values, method, n_classes, limits=limits, rule=rule, label=label)
        names = class_zone_names(given.text(NAMES), given.choice(PRESET), given.choice(LANGUAGE), zoning.n_zones)
        check_index_direction(
            zones.table, field, given.choice(PRESET), names=names, own_names=bool(given.text(NAMES)), log=log
        )
        notes = natural_zoning_notes(
            zoning,
            method,
            names,
            field=field,
            row_label=zones.table.row_label,
            row_names=zones.table.row_names(),
            log=log,
        )
        out = Outputs(given)
        results = [zoning.classes(), zoning.zones(names), zoning.zones_other(names)]
        out.zones(self.OUTPUT, zones, dict(zip(new_columns, results)))
        out.table(self.LIMITS, zone_limits_table(zoning, names))
        out.numbers(**dict(zip(self.NUMBERS, (*zoning.fits(), len(zoning.changed())))))
        sizes = (zoning.chosen.sizes, zoning.zone_sizes())
        out.numbers(**{name: "/".join(map(str, each)) for name, each in zip(self.TEXTS, sizes)})
        out.report(self.REPORT, self.displayName(), notes)
        return out.write()
