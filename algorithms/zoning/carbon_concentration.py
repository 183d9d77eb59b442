"""Algorithm "Carbon concentration": inequality and spatial clusters of emissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterBoolean, QgsProcessingParameterNumber

from ...core.options.statistics import CONTIGUITY, DISTANCE_BAND, NEAREST
from ...core.runtime.errors import CarbonBalanceError
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ...core.tables import columns
from ..shared.algorithm import CarbonAlgorithm
from ..shared.checks.percentages import level
from ..shared.groups import ZONING
from ..shared.inputs.meanings import ANY, LABELS
from ..shared.outputs.results import add_results
from ..shared.parameters.common import (
    add_area,
    add_nodata_values,
    add_report,
    add_suffix,
    areas_km2,
    choice,
    column,
    layer,
    real,
    sink,
)
from ..shared.parameters.drivers.permutations import PERMUTATIONS, SEED, add_permutations

if TYPE_CHECKING:
    from ..shared.inputs.given import Given

PER_KM2, AMOUNT = "per_km2", "amount"


class CarbonConcentration(CarbonAlgorithm):
    """Computes clusters of zones, Gini coefficients, Lorenz curves and Moran's I."""

    ID = "carbonconcentration"
    GROUP = ZONING
    ZONES, EMISSION, SINK, POPULATION, GDP = "ZONES", "EMISSION", "SINK", "POPULATION", "GDP"
    MEASURE, NEIGHBOURS, K, TOLERANCE, ALPHA = "MEASURE", "NEIGHBOURS", "K", "TOLERANCE", "ALPHA"
    DISTANCE, FDR, GROUP_FIELD = "DISTANCE", "FDR", "GROUP_FIELD"
    OUTPUT, LORENZ, SUMMARY, REPORT, GROUPS = "OUTPUT", "LORENZ", "SUMMARY", "REPORT", "GROUPS"
    GINIS = {"zones": "GINI", "population": "GINI_POPULATION", "gdp": "GINI_GDP", "supply": "GINI_SUPPLY"}
    NUMBERS = ("MORAN_I", "MORAN_P", "BIVARIATE_I", "BIVARIATE_P", "ZONES_USED", "ISLANDS")
    SPOTS = ("HOT_SPOTS", "COLD_SPOTS")
    THEIL = ("THEIL_T", "THEIL_T_WITHIN", "THEIL_T_BETWEEN", "THEIL_L", "THEIL_L_WITHIN", "THEIL_L_BETWEEN")
    DAGUM = ("DAGUM_GINI", "DAGUM_WITHIN", "DAGUM_NET_BETWEEN", "DAGUM_TRANSVARIATION")

    def displayName(self):
        return tr("Carbon concentration")

    def shortDescription(self):
        return tr("Gini, Lorenz curves and inequality by groups of emissions, Moran's I, clusters, hot spots.")

    def tags(self):
        return [
            *("gini", "lorenz", "moran", "lisa", "cluster", "inequality", "hot spot", "getis", "theil", "dagum"),
            *("基尼系数", "空间自相关", "热点", "泰尔指数"),
        ]

    def help_text(self):
        return tr(
            "How unequal are emissions, and where do they cluster? Needs zones with emissions, and optionally "
            "population, GDP and a sink or supply. Gives the Gini coefficient and Lorenz curve of emissions over "
            "zones and relative to each of these, ordered by the ratio; Moran's I with a permutation test; and for "
            "each zone a class: high-high and low-low clusters, high-low and low-high outliers.\n\nWith a sink or "
            "supply, the bivariate Moran's I shows whether zones of high supply are next to zones of high demand "
            "(positive) or of low demand (negative).\n\nHot and cold spots are those of Getis and Ord: Gi* is large "
            "if a zone and its neighbours together have high emissions; Gi excludes the zone itself. Unlike the "
            "clusters, they do not identify outliers, and their p-values are from the normal distribution.\n\nWith a "
            "group field, such as the prefecture, the table of groups divides the inequality into a part within and "
            "a part between the groups: Theil's T (weighs zones by emissions) and L (by area, population or GDP), "
            "and Dagum's Gini coefficient, whose third part, the transvariation, comes from groups whose ranges "
            "overlap.\n\np-values are pseudo p-values of permutations, towards the nearer tail, as in GeoDa. With "
            "many zones some classes occur by chance: use a smaller significance level for strict maps."
        )

    def initAlgorithm(self, config=None):
        self.add(layer(self.ZONES, tr("Zones")), tr("Polygons, or points if nearest neighbours are chosen."))
        self.add(
            column(self.EMISSION, tr("Emission"), self.ZONES, holds=ANY + "t", default=columns.EMISSION_T),
            tr("Emissions of each zone, an amount such as emission_t, not a density. Zones with NULL are left out."),
        )
        self.add(
            column(self.SINK, tr("Sink or supply"), self.ZONES, optional=True, holds=ANY + "t"),
            tr("Carbon taken up or stored in each zone, an amount such as sink_t or carbon_t."),
        )
        self.add(
            column(self.POPULATION, tr("Population"), self.ZONES, optional=True, holds=ANY + "persons"),
            tr("Persons in each zone, in any unit: shows how unequal emissions per person are."),
        )
        self.add(
            column(self.GDP, tr("GDP"), self.ZONES, optional=True, holds=ANY + "yuan"),
            tr("Gross domestic product of each zone, in any unit: shows how unequal emissions per unit of output are."),
        )
        self.add(
            choice(self.MEASURE, tr("Variable for the cluster map"), [PER_KM2, AMOUNT], PER_KM2),
            tr("per_km2: amounts divided by area, so that large zones do not dominate. amount: amounts unchanged."),
        )
        add_area(self, self.ZONES, when={self.MEASURE: [PER_KM2]})
        self.add(
            choice(self.NEIGHBOURS, tr("Neighbours"), [CONTIGUITY, NEAREST, DISTANCE_BAND], CONTIGUITY),
            tr(
                "contiguity: zones that share an edge or a corner. nearest: the zones with the nearest centroids. "
                "distance: all zones whose centroids lie within a distance."
            ),
        )
        self.add(
            real(self.DISTANCE, tr("Distance band"), 0),
            tr(
                "For neighbours by distance: the largest distance between centroids, in units of the CRS of the "
                "layer, metres for a geographic one. Empty: the smallest distance with which every zone has a "
                "neighbour."
            ),
            advanced=True,
            when={self.NEIGHBOURS: [DISTANCE_BAND]},
        )
        self.add(
            QgsProcessingParameterNumber(
                self.K, tr("Number of nearest neighbours"), QgsProcessingParameterNumber.Type.Integer, 6, minValue=1
            ),
            tr("For nearest neighbours: how many each zone has; usually 4 to 8."),
            advanced=True,
            when={self.NEIGHBOURS: [NEAREST]},
        )
        self.add(
            real(self.TOLERANCE, tr("Gap between neighbours"), 0),
            tr(
                "For contiguity: zones whose outlines are at most this far apart count as touching, in units of the "
                "CRS of the layer, so that gaps between digitised borders do not separate neighbours. Empty: 2 % of "
                "the side of a square as large as the median zone. 0: only zones that touch."
            ),
            advanced=True,
            when={self.NEIGHBOURS: [CONTIGUITY]},
        )
        add_permutations(
            self,
            999,
            tr("Permutations of the tests; usually 999, 9999 for small levels. 0 skips the tests and classes."),
        )
        self.add(
            level(real(self.ALPHA, tr("Significance level of the classes"), 0.0001, 0.05)),
            tr(
                "A zone is classified if its pseudo p-value is at most this value: usually 0.05, or 0.01 for strict "
                "maps."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean(self.FDR, tr("Correct hot spots for false discoveries"), True),
            tr(
                "With many zones some are hot spots by chance. The correction of Benjamini and Hochberg lowers the "
                "level so that of the zones called hot or cold spots at most that share is expected to be so by "
                "chance."
            ),
            advanced=True,
        )
        self.add(
            column(self.GROUP_FIELD, tr("Group field"), self.ZONES, optional=True, holds=LABELS),
            tr(
                "Column with the larger unit that each zone belongs to, such as the prefecture: gives the inequality "
                "by groups."
            ),
        )
        add_nodata_values(self)
        add_suffix(self)
        self.add(
            sink(self.OUTPUT, tr("Zones with clusters")),
            tr(
                "Adds neighbours, lisa_i, lisa_p, lisa_class; with a supply also lisa_supply_demand_i, _p, _class; "
                "gi_star_z, _p, _class and gi_z, _p, _class of hot and cold spots. Styles are lisa.qml, "
                "lisa_supply_demand.qml and hot_spots.qml in the folder resources/styles of the plugin."
            ),
        )
        self.add(
            sink(self.LORENZ, tr("Lorenz curves"), optional=True),
            tr("One row per base and zone: rank by the ratio, cumulative shares of base and emissions."),
        )
        self.add(
            sink(self.SUMMARY, tr("Statistics"), optional=True),
            tr("One row per statistic: value; for Moran's I also expectation, z and pseudo p."),
        )
        self.add(
            sink(self.GROUPS, tr("Inequality by groups"), optional=True),
            tr(
                "One row per part of each index (total, within, between, transvariation) and per group, of emissions "
                "and supply relative to area (or number of zones), population and GDP. Needs a group field."
            ),
        )
        add_report(self)
        add_results(self, (*self.GINIS.values(), *self.NUMBERS, *self.SPOTS, *self.THEIL, *self.DAGUM))

    def compute(self, given: Given, log: Log) -> dict:
        import numpy as np

        from ...core.raster.zone_outlines.double_counting import non_overlapping_zones
        from ...core.tables.plausibility import warn_of_codes
        from ...core.zoning.concentration_report import concentration_page_parts
        from ...core.zoning.concentration_study import ConcentrationSettings, study_concentration
        from ...core.zoning.group_study import DAGUM, THEIL_L, THEIL_T
        from ..shared.outputs.outputs import Outputs

        zones = given.zones(self.ZONES)
        amounts = {
            name: zones.table.non_negative(given.field(name))
            for name in (self.EMISSION, self.SINK, self.POPULATION, self.GDP)
            if given.field(name)
        }
        if self.POPULATION in amounts:
            warn_of_codes(
                given.title(self.POPULATION), given.field(self.POPULATION), amounts[self.POPULATION], given.log
            )
        overlaps = zones.overlaps()
        if overlaps:
            kept = non_overlapping_zones(
                overlaps, list(amounts.values()), zones.table.row_names(), zones.areas_km2(), log
            )
            amounts = {name: np.where(kept, values, np.nan) for name, values in amounts.items()}
            log.warn(
                tr(
                    "Zones overlap: {pairs}. Each is treated as a separate unit, so that Gini coefficients, Lorenz "
                    "shares and Moran's I count that land more than once: use one level of zones."
                ).format(pairs=overlaps.pairs_text(zones.table.row_names(), zones.areas_km2()))
            )
        areas = areas_km2(given, zones) if given.choice(self.MEASURE) == PER_KM2 else None
        grouped = self._grouped(given, zones, amounts, areas)
        study = study_concentration(
            amounts[self.EMISSION],
            {name.lower(): amounts[name] for name in (self.POPULATION, self.GDP) if name in amounts},
            amounts.get(self.SINK),
            areas_km2=areas,
            outlines=zones.outlines(zones.crs.toWkt()),
            is_geographic=zones.crs.isGeographic(),
            settings=ConcentrationSettings(
                neighbours=given.choice(self.NEIGHBOURS),
                k=given.integer(self.K),
                permutations=given.integer(PERMUTATIONS),
                seed=given.integer(SEED),
                alpha=given.number(self.ALPHA) or ConcentrationSettings.alpha,
                tolerance=given.number(self.TOLERANCE),
                distance=given.number(self.DISTANCE),
                corrected=given.flag(self.FDR),
            ),
            row_labels=zones.table.row_labels,
            log=log,
        )
        found = study.columns()
        names = columns.suffixed(found, given.text("SUFFIX"), zones.table.fields)
        out = Outputs(given)
        out.zones(self.OUTPUT, zones, {names[name]: values for name, values in found.items()})
        if given.has(self.LORENZ):
            out.table(self.LORENZ, study.lorenz_table(zones.table.row_names()))
        out.table(self.SUMMARY, study.summary_table())
        out.numbers(**{self.GINIS[base]: curve.gini for base, curve in study.curves.items()})
        out.numbers(**dict(zip(self.NUMBERS, study.headline_numbers())))
        out.numbers(**dict(zip(self.SPOTS, study.spot_counts())))
        out.numbers(**dict.fromkeys((*self.THEIL, *self.DAGUM)))
        if grouped is not None:
            out.table(self.GROUPS, grouped.table())
            base = "zones" if areas is None else "area"
            for names, index in ((self.THEIL[:3], THEIL_T), (self.THEIL[3:], THEIL_L), (self.DAGUM, DAGUM)):
                out.numbers(**dict(zip(names, grouped.parts("emission", base, index))))
        out.report(self.REPORT, self.displayName(), concentration_page_parts(study, grouped))
        return out.write()

    def _grouped(self, given: Given, zones, amounts: dict, areas):
        """Inequality by groups; ``None`` without a group field."""
        from ...core.zoning.group_study import study_groups

        group = given.field(self.GROUP_FIELD)
        if group is None:
            if given.has(self.GROUPS):
                raise CarbonBalanceError(
                    tr("{output} needs a group field: choose one in {parameter}, or leave the output empty.").format(
                        output=given.title(self.GROUPS), parameter=given.title(self.GROUP_FIELD)
                    )
                )
            return None
        of = {"emission": amounts[self.EMISSION], "supply": amounts.get(self.SINK)}
        bases = {
            "zones" if areas is None else "area": areas,
            "population": amounts.get(self.POPULATION),
            "gdp": amounts.get(self.GDP),
        }
        return study_groups(
            {name: values for name, values in of.items() if values is not None},
            {name: values for name, values in bases.items() if values is not None or name == "zones"},
            zones.table.texts(group),
            given.log,
        )
