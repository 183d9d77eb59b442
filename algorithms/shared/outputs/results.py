"""Number and text outputs of all algorithms with their titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import QgsProcessingOutputNumber, QgsProcessingOutputString

from ....core.runtime.i18n import mark, tr, translated
from ....core.tables import columns

# A name has the same meaning in all algorithms. Amounts and densities of carbon are in t C, emissions in t CO2.
TITLES = {
    # Supply
    "TOTAL_CARBON_T": mark("Total carbon stored, t C"),
    "AREA_HA": mark("Area with data, ha"),
    "MEAN_DENSITY_T_HA": mark("Mean density, t C/ha"),
    "MAPPED_KM2": mark("Total area of all zones with data, km2"),
    "OUTSIDE_HA": mark("Area outside all zones, ha"),
    "TOTAL_SINK_T": mark("Total uptake of all zones, t per year"),
    "MEAN_SINK_T_HA": mark("Mean uptake, t/ha per year"),
    "UPTAKE_T": mark("Uptake by the raster on all classes, t per year"),
    "MEASURED_HA": mark("Area with land cover and uptake, ha"),
    "SPECIES": mark("Species of the tonnes: C, CO2 or unstated"),
    "CLASSES": mark("Number of class codes in the pool table"),
    "LOWEST_T_HA": mark("Lowest density of a class, sum of four pools, t C/ha"),
    "HIGHEST_T_HA": mark("Highest density of a class, sum of four pools, t C/ha"),
    "PRECIPITATION_FACTOR": mark("Precipitation factor for soil carbon"),
    "JUDGEMENTS": mark("Number of codes whose class is a judgement"),
    "NEP_T": mark("Net ecosystem production, t C per year"),
    "NPP_T": mark("Net primary production, t C per year"),
    "RH_T": mark("Respiration of soil organisms, t C per year"),
    "MEAN_NEP_G_M2": mark("Mean net ecosystem production, g C/m2 per year"),
    "SINK_HA": mark("Area that takes up carbon, ha"),
    # Change
    "CARBON_START_T": mark("Carbon at the earlier date, t C"),
    "CARBON_END_T": mark("Carbon at the later date, t C"),
    "GAIN_T": mark("Gross gain, t C"),
    "LOSS_T": mark("Gross loss, t C (negative)"),
    "NET_T": mark("Net change, t C"),
    "NET_VALUE": mark("Value of the net change"),
    "EARLIER_ONLY_HA": mark("Left out: area with data only at the earlier date, ha"),
    "LATER_ONLY_HA": mark("Left out: area with data only at the later date, ha"),
    "EARLIER_ONLY_T": mark("Carbon on land with data only at the earlier date, t C"),
    "LATER_ONLY_T": mark("Carbon on land with data only at the later date, t C"),
    "DYNAMIC_DEGREE": mark("Comprehensive land-use dynamic degree, % per year"),
    # Uncertainty
    "MEAN_T": mark("Stock, t C: mean"),
    "SD_T": mark("Stock, t C: SD"),
    "SD_CLOSED_T": mark("Stock, t C: SD, closed form"),
    "LOW_T": mark("Stock, t C: 2.5 %"),
    "HIGH_T": mark("Stock, t C: 97.5 %"),
    "CHANGE_MEAN_T": mark("First change, t C: mean"),
    "CHANGE_SD_T": mark("First change, t C: SD"),
    "CHANGE_SD_CLOSED_T": mark("First change, t C: SD, closed form"),
    "CHANGE_LOW_T": mark("First change, t C: 2.5 %"),
    "CHANGE_HIGH_T": mark("First change, t C: 97.5 %"),
    "P_GAIN": mark("Probability of a gain, first change"),
    "BEST": mark("Scenario most likely to be the best"),
    "P_BEST": mark("Probability that this scenario is the best"),
    "SINK_MEAN_T": mark("Annual sink, t: mean"),
    "SINK_SD_T": mark("Annual sink, t: SD"),
    "SINK_SD_CLOSED_T": mark("Annual sink, t: SD, closed form"),
    "SINK_LOW_T": mark("Annual sink, t: 2.5 %"),
    "SINK_HIGH_T": mark("Annual sink, t: 97.5 %"),
    "SINK_LEAST_T": mark("Annual sink, t: least of all decisions on classes"),
    "SINK_MOST_T": mark("Annual sink, t: most of all decisions on classes"),
    "VARIANCE_COEFFICIENTS": mark("Share of the variance: coefficients"),
    # Demand
    "RASTER_T": mark("Sum of the raster, t per year"),
    "MEAN_T_KM2": mark("Mean of the raster, t/km2 per year"),
    "CELLS": mark("Number of cells with a value"),
    "MISSED_T": mark("Emissions that are not in any cell, t per year"),
    "PERSONS": mark("Persons in the weight raster, interpreted as declared"),
    "PERSONS_OTHERWISE": mark("Persons in the weight raster, with the other interpretation"),
    "EMISSION_T": mark("Total emissions of all zones, t per year"),
    "EMISSION_T_NOW": mark("Total present emissions of all zones, before growth, t per year"),
    "EMISSION_T_PERSON": mark("Emissions per person, t per year"),
    "EMISSION_T_1E4GDP": mark("Emissions per 10^4 of GDP, t"),
    "DEMAND_T_KM2": mark("Demand density over all zones, t/km2 per year"),
    "POPULATION_SUM": mark("Total population of all zones, persons"),
    "AREA_KM2": mark("Total area, km2"),
    "RESPIRATION_T": mark("Of which human respiration, t per year"),
    "LEFT_OUT_T": mark("Emissions of rows without a matching unit, t per year"),
    "IMPLAUSIBLE": mark("Number of implausible values"),
    "MATCHED": mark("Number of zones with a match in the table"),
    "UNMATCHED_ZONES": mark("Number of zones without a match"),
    "UNMATCHED_ROWS": mark("Number of table rows without a match"),
    "DOUBLE": mark("Number of duplicate keys"),
    "NET_EMISSION_T_C": mark("Net emission of land use of all zones, t C per year"),
    "GROSS_EMISSION_T_C": mark("Gross emission of all zones, t C per year"),
    "UPTAKE_T_C": mark("Uptake of the land of all zones, t C per year"),
    "CROP_UPTAKE_T_C": mark("Gross uptake of crops of all zones, t C per year"),
    "FOOTPRINT_PRESSURE": mark("Gross emission of all zones / uptake"),
    # Balance
    "REGION_INDEX": mark("Index of the region as a whole"),
    "SUPPLY_T": mark("Total supply of all zones, t"),
    "DEMAND_T": mark("Total demand of all zones, t per year"),
    "BALANCE_T": mark("Supply minus demand of the region, t"),
    "SURPLUS_KM2": mark("Area in surplus, km2"),
    "BALANCED_KM2": mark("Area in balance, km2"),
    "DEFICIT_KM2": mark("Area in deficit, km2"),
    "SMAX": mark("Maximum supply used by ESDR, t/km2"),
    "DMAX": mark("Maximum demand used by ESDR, t/km2"),
    "WORSE_KM2": mark("Area whose balance became worse, km2"),
    "UNCHANGED_KM2": mark("Area whose balance is unchanged, km2"),
    "IMPROVED_KM2": mark("Area whose balance improved, km2"),
    "CHANGE_T": mark("Change in the balance of the region, t"),
    "BALANCE_POINT": mark("Value of the index at balance"),
    "UNDEFINED": mark("Number of zones or cells without an index"),
    "INDEX_NAME": mark("Name of the index"),
    "EEC_GAP": mark("EEC gap: sum of EEC x share of emissions, minus 1"),
    "SEC_GAP": mark("SEC gap: sum of SEC x share of emissions, minus 1"),
    "SINK_T": mark("Total sink of all zones, t per year"),
    "NET_EMISSION_T": mark("Net emission of all zones, t per year"),
    "PAYERS": mark("Number of zones that pay"),
    "RECEIVERS": mark("Number of zones that receive"),
    "PAID_T": mark("Net emissions above the baselines, t per year"),
    "RECEIVED_T": mark("Net emissions below the baselines, t per year"),
    "COMPENSATION_GAP_T": mark("Above minus below the baselines, t per year"),
    "PAID": mark("Payments per year"),
    "RECEIVED": mark("Receipts per year"),
    "FLOW_T": mark("Flow of the service between all zones, t per year"),
    "SURPLUS_T": mark("Surplus of all zones in surplus, t per year"),
    "DEFICIT_T": mark("Deficit of all zones in deficit, t per year"),
    "LEFT_T": mark("Surplus (positive) or deficit (negative) left, t per year"),
    "MEAN_DISTANCE_KM": mark("Mean distance of the flows, km"),
    "FLOW_COUNT": mark("Number of pairs of zones with a flow"),
    # Zoning
    "GVF": mark("Goodness of variance fit of the chosen classes"),
    "GVF_EXACT": mark("Goodness of variance fit of the optimal classes"),
    "GVF_PUBLISHED": mark("Goodness of variance fit of the classes improved from quantiles"),
    "ZONES_CHANGED": mark("Number of units with another zone under the other method"),
    "CLASS_SIZES": mark("Number of units in each class, low to high"),
    "ZONE_SIZES": mark("Number of units in each zone"),
    "EEC_LIMIT": mark("EEC threshold"),
    "SEC_LIMIT": mark("SEC threshold"),
    "HIGH_HIGH": mark("Number of units with high EEC and high SEC"),
    "HIGH_LOW": mark("Number of units with high EEC and low SEC"),
    "LOW_HIGH": mark("Number of units with low EEC and high SEC"),
    "LOW_LOW": mark("Number of units with low EEC and low SEC"),
    "NEAREST_DISTANCE": mark("Smallest distance of a unit from a threshold"),
    "NEAREST_UNIT": mark("Unit nearest to a threshold"),
    "CLUSTER_COUNT": mark("Number of zones made"),
    "MEAN_SILHOUETTE": mark("Mean silhouette of the units"),
    "WITHIN": mark("Sum of squared z-scores within clusters"),
    "UNSTABLE": mark("Number of units that change zone between starts"),
    "UNZONED": mark("Number of units without a zone"),
    "NRCA_GAP": mark("Largest sum of NRCA by row or column (0 in theory)"),
    # Concentration
    "GINI": mark("Gini coefficient of emissions relative to number of zones"),
    "GINI_POPULATION": mark("Gini coefficient of emissions relative to population"),
    "GINI_GDP": mark("Gini coefficient of emissions relative to GDP"),
    "GINI_SUPPLY": mark("Gini coefficient of emissions relative to supply"),
    "MORAN_I": mark("Moran's I of emissions"),
    "MORAN_P": mark("Pseudo p of Moran's I"),
    "BIVARIATE_I": mark("Bivariate Moran's I of supply and the emissions of neighbours"),
    "BIVARIATE_P": mark("Pseudo p of the bivariate Moran's I"),
    "ZONES_USED": mark("Number of zones used"),
    "ISLANDS": mark("Number of zones without neighbours"),
    "HOT_SPOTS": mark("Number of hot spots (Gi*)"),
    "COLD_SPOTS": mark("Number of cold spots (Gi*)"),
    "THEIL_T": mark("Theil T of emissions by groups"),
    "THEIL_T_WITHIN": mark("Theil T: within groups"),
    "THEIL_T_BETWEEN": mark("Theil T: between groups"),
    "THEIL_L": mark("Theil L of emissions by groups"),
    "THEIL_L_WITHIN": mark("Theil L: within groups"),
    "THEIL_L_BETWEEN": mark("Theil L: between groups"),
    "DAGUM_GINI": mark("Gini coefficient by Dagum, zones unweighted"),
    "DAGUM_WITHIN": mark("Gini coefficient by Dagum: within groups"),
    "DAGUM_NET_BETWEEN": mark("Gini coefficient by Dagum: net between groups"),
    "DAGUM_TRANSVARIATION": mark("Gini coefficient by Dagum: transvariation"),
    # Change
    "ELASTICITY": mark("Elasticity of emission to GDP, all zones, first to last date"),
    "DECOUPLING_STATE": mark("Decoupling state of all zones, first to last date"),
    "MEAN_COORDINATION": mark("Mean coupling coordination degree at the last date"),
    # Trend
    "MEAN_SLOPE": mark("Mean slope, in units of the rasters per year"),
    "MEAN_HURST": mark("Mean Hurst exponent"),
    "RISING_HA": mark("Area with a significant rise, ha"),
    "FALLING_HA": mark("Area with a significant fall, ha"),
    "NO_TREND_HA": mark("Area without a significant trend, ha"),
    # Centres
    "CENTRE_COUNT": mark("Number of centres"),
    "SHIFT_KM": mark("First shift: distance, km"),
    "SHIFT_DEG": mark("First shift: azimuth, degrees clockwise from north"),
    "SHIFT_SENTENCE": mark("First shift as a sentence"),
    # Drivers
    "ROWS_USED": mark("Number of rows used"),
    "ROWS_LEFT_OUT": mark("Number of rows left out"),
    "STRONGEST_R": mark("Pearson's r with the largest absolute value"),
    "LARGEST_VIF": mark("Largest variance inflation factor"),
    "LARGEST_Q": mark("Largest q of the geographical detector"),
    "CIRCULAR_PAIRS": mark("Number of circular pairs"),
    "AICC": mark("AICc of the local model"),
    "R2": mark("R2 of the local model"),
    "ADJUSTED_R2": mark("Adjusted R2 of the local model"),
    "EFFECTIVE_PARAMETERS": mark("Effective number of parameters"),
    "BANDWIDTH_USED": mark("Bandwidth used: number of neighbours, m, or units of the CRS"),
    "CRITICAL_T": mark("Critical t, adjusted for multiple testing"),
    "CRITICAL_T_BY_COLUMN": mark("Critical t of each column of local coefficients (JSON)"),
    "OLS_AICC": mark("AICc of the global model"),
    "OLS_R2": mark("R2 of the global model"),
    # Land-use scenarios
    "CHANGED_HA": mark("Area that changed its class, ha"),
    "CHANGED_SHARE": mark("Share of the area that changed its class"),
    "STEPS": mark("Number of steps to the target year"),
    "LOG_LOSS": mark("Log-loss on held-out cells, lower is better"),
    "NO_SKILL_LOG_LOSS": mark("Log-loss of the regional frequencies given the present class"),
    "SKILL": mark("Skill: 0 for the regional frequencies, 1 for certainty"),
    "AUC": mark("Mean area under the ROC curve of the transitions (0.5 is chance)"),
    "ACCURACY": mark("Share of cells whose most likely class is correct"),
    "SAMPLES_HELD_OUT": mark("Number of held-out cells"),
    "CELLS_WITHOUT": mark("Number of cells without suitability"),
    "CHANGED_CELLS": mark("Number of cells that changed"),
    "MISSING_HA": mark("Demand that was not reached, ha"),
    "SETTLED_CELLS": mark("Number of cells allocated after the iterations"),
    "ITERATIONS_RUN": mark("Number of iterations"),
    "OVERALL_ACCURACY": mark("Overall accuracy"),
    "KAPPA": mark("Kappa"),
    "KAPPA_LOCATION": mark("Kappa for location"),
    "KAPPA_HISTOGRAM": mark("Kappa for histogram"),
    "QUANTITY": mark("Quantity disagreement"),
    "ALLOCATION": mark("Allocation disagreement"),
    "EXCHANGE": mark("Exchange component of allocation disagreement"),
    "SHIFT": mark("Shift component of allocation disagreement"),
    "FIGURE_OF_MERIT": mark("Figure of merit"),
    "STANDARD_ERROR": mark("Standard error of the figure of merit"),
    "DEFAULT_FIGURE_OF_MERIT": mark("Figure of merit of the default settings"),
    "VALIDATION_FIGURE_OF_MERIT": mark("Figure of merit on the second interval"),
    "VALIDATION_DEFAULT_FIGURE_OF_MERIT": mark("Figure of merit of the default settings on the second interval"),
    "VALIDATION_UNIFORM_FIGURE_OF_MERIT": mark("Figure of merit of uniform suitability on the second interval"),
    "TRIALS_RUN": mark("Number of settings tried"),
    "HITS": mark("Hits, cells"),
    "MISSES": mark("Misses, cells"),
    "FALSE_ALARMS": mark("False alarms, cells"),
    "WRONG_HITS": mark("Wrong hits, cells"),
    "NULL_OVERALL_ACCURACY": mark("Overall accuracy without any change"),
    "NULL_KAPPA": mark("Kappa without any change"),
    "UNIFORM_FIGURE_OF_MERIT": mark("Figure of merit of the same changes with uniform suitability"),
    "AIM_NOW": mark("First aim: present sum"),
    "AIM_PLAN": mark("First aim: sum of the plan"),
    "AIM_2_NOW": mark("Second aim: present sum"),
    "AIM_2_PLAN": mark("Second aim: sum of the plan"),
    "POINT_COUNT": mark("Number of plans on the Pareto front"),
    # Assessment
    "SCENARIO_COUNT": mark("Number of scenarios"),
    "RUN_COUNT": mark("Number of runs of each scenario"),
    "ZONE_COUNT": mark("Number of zones"),
    "TABLE_COUNT": mark("Number of tables"),
    "SHEET_COUNT": mark("Number of sheets"),
    "VARIANCE_JUDGEMENT": mark("Share of the variance: judgement on classes"),
    "VARIANCE_DENSITIES": mark("Share of the variance: densities"),
    "VARIANCE_AREAS": mark("Share of the variance: class areas"),
    "ZONES_KEPT": mark("Number of zones with the same class whatever one decides"),
    "COUNTY_COUNT": mark("Number of counties"),
    "MODELS_COPIED": mark("Number of models copied"),
    "ZONES": mark("Number of zones"),
    "DATE_COUNT": mark("Number of dates"),
    "IMPROVED": mark("Number of changes towards surplus"),
    "UNCHANGED": mark("Number of pairs of dates without change"),
    "WORSE": mark("Number of changes towards deficit"),
}


# Shares, shown in percent.
SHARES = ("CHANGED_SHARE", "ACCURACY", "VARIANCE_JUDGEMENT", "VARIANCE_DENSITIES", "VARIANCE_AREAS")
SHARES += ("VARIANCE_COEFFICIENTS",)


def add_results(algorithm, numbers: Iterable[str] = (), texts: Iterable[str] = ()) -> None:
    """Add number and text outputs with their titles."""
    for name in numbers:
        algorithm.addOutput(QgsProcessingOutputNumber(name, translated(TITLES[name])))
    for name in texts:
        algorithm.addOutput(QgsProcessingOutputString(name, translated(TITLES[name])))


def _format_values(names: Sequence[str], values: Sequence[object]) -> list[object]:
    """The values for display: shares in percent, stored words in the user's language."""
    from ....core.text import html

    return [
        f"{html.percentage(value)} %" if name in SHARES and isinstance(value, float) else _translated(value)
        for name, value in zip(names, values)
    ]


def _translated(value: object) -> object:
    from ....core.text.vocabulary import shown

    return shown(columns.UNIT, value) if isinstance(value, str) else value


def figure_table(names: Sequence[str], values: Sequence[object]) -> str:
    """A report table of the results ``names`` with titles and values."""
    from ....core.text import html

    return html.table(
        {tr("Figure"): [translated(TITLES[name]) for name in names], tr("Amount"): _format_values(names, values)}
    )
