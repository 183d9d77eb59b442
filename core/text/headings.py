"""What the plugin's columns are called in tables and legends: words with units."""

from __future__ import annotations

import re

from ..runtime.i18n import mark, tr, translated
from ..tables import columns
from .vocabulary import base_of

TITLES: dict[str, str] = {
    columns.AREA_KM2: mark("Area, km²"),
    columns.AREA_HA: mark("Area, ha"),
    columns.MAPPED_KM2: mark("Mapped area, km²"),
    columns.ZONE_ROW: mark("Row of the zone"),
    columns.ZONE_NAME: mark("Zone"),
    columns.CODE: mark("Code"),
    columns.NAME: mark("Name"),
    columns.CARBON_T: mark("Carbon stored, t C"),
    columns.CARBON_T_KM2: mark("Carbon stored, t C per km²"),
    columns.CARBON_T_HA: mark("Carbon stored, t C per ha"),
    columns.CARBON_SHARE: mark("Share of the carbon stored"),
    columns.SINK_T: mark("Carbon sink, t a year"),
    columns.SINK_T_HA: mark("Carbon sink, t a year per ha"),
    columns.EMISSION_T: mark("Emission, t CO2 a year"),
    columns.DEMAND_T_KM2: mark("Emission demand, t CO2 a year per km²"),
    columns.RATIO: mark("Index of supply and demand"),
    columns.STOCK_YEARS: mark("Years that the stock would last"),
    columns.MISMATCH: mark("Supply and demand relative to their means"),
    columns.EEC: mark("Economic coefficient EEC (1 = region)"),
    columns.SEC: mark("Sink coefficient SEC (1 = region)"),
    columns.CLASS: mark("Class"),
    columns.ZONE: mark("Carbon balance zone"),
    columns.ZONE_OTHER: mark("Zone by the other method"),
    columns.LOWER: mark("From"),
    columns.UPPER: mark("Up to"),
    columns.COUNT: mark("Number"),
    columns.MEMBERS: mark("Members"),
    columns.EEC_LEVEL: mark("Level of EEC"),
    columns.SEC_LEVEL: mark("Level of SEC"),
    columns.EEC_DISTANCE: mark("EEC minus threshold"),
    columns.SEC_DISTANCE: mark("SEC minus threshold"),
    columns.BUDGET_T_KM2: mark("Supply less demand, t/km²"),
    columns.INDEX_NAME: mark("Index"),
    columns.COMPARISON: mark("What the index compares"),
    columns.STATE: mark("State"),
    columns.BUDGET_T: mark("Emission minus sink, t per year"),
    columns.OFFSET_RATE: mark("Sink over emission"),
    columns.EMISSION_INTENSITY_T_HA: mark("Emission, t a year per ha"),
    columns.SINK_INTENSITY_T_HA: mark("Sink, t a year per ha"),
    columns.EMISSION_INTENSITY_T_1E4GDP: mark("Emission, t per 10^4 of GDP"),
    columns.POPULATION_LATER: mark("Population of the later year"),
    columns.EMISSION_T_PERSON: mark("Emission, t CO2 a year per person"),
    columns.EMISSION_T_1E4GDP: mark("Emission, t CO2 per 10^4 of GDP"),
    columns.RESPIRATION_T: mark("Human respiration, t CO2 a year"),
    columns.UNIT: mark("Unit"),
    columns.SECTOR: mark("Sector"),
    columns.FUEL: mark("Fuel"),
    columns.AMOUNT: mark("Amount"),
    columns.MEASURE: mark("Measure"),
    columns.FACTOR_CHECKED: mark("Factor checked"),
    columns.FACTOR_SOURCE: mark("Source of the factor"),
    columns.SIDE: mark("Side"),
    columns.ROW: mark("Row"),
    columns.KEY: mark("Key"),
    columns.REASON: mark("Reason"),
    columns.CANDIDATES: mark("Candidates"),
    columns.DATE: mark("Date"),
    columns.FROM_DATE: mark("From date"),
    columns.TO_DATE: mark("To date"),
    columns.YEARS: mark("Years"),
    columns.DIRECTION: mark("Direction"),
    columns.YEAR: mark("Year"),
    columns.FROM_CODE: mark("From code"),
    columns.FROM_NAME: mark("From class"),
    columns.TO_CODE: mark("To code"),
    columns.TO_NAME: mark("To class"),
    columns.CELLS: mark("Cells"),
    columns.SHARE: mark("Share"),
    columns.PROBABILITY: mark("Probability"),
    columns.STEP: mark("Step"),
    columns.ITERATION: mark("Iteration"),
    columns.DEMAND_CELLS: mark("Demand, cells"),
    columns.INERTIA: mark("Inertia"),
    columns.CHANGED_CELLS: mark("Cells that changed"),
    columns.DRIVER: mark("Driver"),
    columns.IMPORTANCE: mark("Importance"),
    columns.SAMPLES: mark("Samples"),
    columns.ACCURACY: mark("Accuracy"),
    columns.MODEL: mark("Model"),
    columns.VALUE: mark("Value"),
    columns.PRODUCERS_ACCURACY: mark("Producer's accuracy"),
    columns.USERS_ACCURACY: mark("User's accuracy"),
    columns.LUCODE: mark("Code"),
    columns.NAME_ZH: mark("Chinese name"),
    columns.C_ABOVE: mark("Above ground, t C/ha"),
    columns.C_BELOW: mark("Below ground, t C/ha"),
    columns.C_SOIL: mark("Soil, t C/ha"),
    columns.C_DEAD: mark("Dead matter, t C/ha"),
    columns.JUDGEMENT: mark("A matter of judgement"),
    columns.NOTE: mark("Note"),
    columns.SOURCE: mark("Source"),
    columns.AREA_START_HA: mark("Area at the earlier date, ha"),
    columns.AREA_END_HA: mark("Area at the later date, ha"),
    columns.AREA_IN_HA: mark("Area that came in, ha"),
    columns.AREA_OUT_HA: mark("Area that went out, ha"),
    columns.CARBON_START_T: mark("Carbon at the earlier date, t C"),
    columns.CARBON_END_T: mark("Carbon at the later date, t C"),
    columns.CARBON_CHANGE_T: mark("Change of carbon stored, t C"),
    columns.CARBON_CHANGE_T_HA: mark("Change of carbon stored, t C per ha"),
    columns.CARBON_CHANGE_T_KM2: mark("Change of carbon stored, t C per km²"),
    columns.CARBON_GAIN_T: mark("Carbon gained, t C"),
    columns.CARBON_LOSS_T: mark("Carbon lost, t C, negative"),
    columns.GAIN_FROM_T: mark("Gained on what left the class, t C"),
    columns.LOSS_FROM_T: mark("Lost on what left the class, t C"),
    columns.CHANGE_VALUE: mark("Value of the change"),
    columns.TOTAL_HA: mark("In all, ha"),
    columns.TOTAL_T: mark("In all, t C"),
    columns.QUANTITY: mark("Quantity"),
    columns.LAND_COVER: mark("Land cover"),
    columns.CARBON_MEAN_T: mark("Carbon stored, mean of the draws, t C"),
    columns.CARBON_SD_T: mark("Standard deviation, t C"),
    columns.CARBON_SD_CLOSED_T: mark("Standard deviation in closed form, t C"),
    columns.CARBON_LOW_T: mark("2.5 % of the draws lie below, t C"),
    columns.CARBON_MEDIAN_T: mark("Median, t C"),
    columns.CARBON_HIGH_T: mark("2.5 % of the draws lie above, t C"),
    columns.CHANGE_MEAN_T: mark("Change of carbon stored, mean of the draws, t C"),
    columns.CHANGE_SD_T: mark("Change: standard deviation, t C"),
    columns.CHANGE_LOW_T: mark("Change: 2.5 % of the draws lie below, t C"),
    columns.CHANGE_HIGH_T: mark("Change: 2.5 % of the draws lie above, t C"),
    columns.P_GAIN: mark("Probability that carbon is gained"),
    columns.P_BEST: mark("Probability of being the best"),
    columns.BEST: mark("Most likely the best"),
    columns.P_ZONE: mark("Probability of the zone"),
    columns.POOL: mark("Pool"),
    columns.VARIANCE_SHARE: mark("Share of the variance"),
    columns.GWR_LOCAL_R2: mark("Local R2"),
    columns.GWR_PREDICTED: mark("Predicted"),
    columns.GWR_RESIDUAL: mark("Residual"),
    columns.GWR_COOKS_D: mark("Cook's distance"),
    columns.GWR_CONDITION: mark("Condition number"),
    columns.NEIGHBOURS: mark("Neighbours"),
    columns.LISA_I: mark("Local Moran's I"),
    columns.LISA_P: mark("Pseudo p of local Moran's I"),
    columns.LISA_CLASS: mark("Cluster of emissions"),
    columns.LISA_BIVARIATE_I: mark("Bivariate local Moran's I"),
    columns.LISA_BIVARIATE_P: mark("Pseudo p of bivariate local Moran's I"),
    columns.LISA_BIVARIATE_CLASS: mark("Supply against the neighbours' emissions"),
    columns.BASE: mark("Against"),
    columns.RANK: mark("Rank"),
    columns.BASE_SHARE: mark("Cumulative share of the base"),
    columns.EMISSION_SHARE: mark("Cumulative share of emissions"),
    columns.STATISTIC: mark("Statistic"),
    columns.EXPECTED: mark("Expected"),
    columns.METHOD: mark("Method"),
    columns.VARIABLE: mark("Variable"),
    columns.VARIABLE_1: mark("First variable"),
    columns.VARIABLE_2: mark("Second variable"),
    columns.ROWS: mark("Rows"),
    columns.R: mark("Correlation r"),
    columns.P_HOLM: mark("p after Holm"),
    columns.FACTOR: mark("Factor"),
    columns.FACTOR_1: mark("First factor"),
    columns.FACTOR_2: mark("Second factor"),
    columns.PEARSON_R: mark("Pearson's r"),
    columns.Q: mark("q of the detector"),
    columns.Q_1: mark("q of the first"),
    columns.Q_2: mark("q of the second"),
    columns.Q_BOTH: mark("q of both"),
    columns.Q_P: mark("p of q"),
    columns.STRATA: mark("Strata"),
    columns.DISCRETISATION: mark("How it was cut"),
    columns.VIF: mark("Variance inflation"),
    columns.CIRCULAR: mark("Circular"),
    columns.INTERACTION: mark("Interaction"),
    columns.DEPENDENT: mark("Dependent"),
    columns.EXPLANATORY: mark("Explanatory"),
    columns.TERM: mark("Term"),
    columns.BANDWIDTH: mark("Bandwidth"),
    columns.ADJUSTED_R2: mark("Adjusted R2"),
    columns.EFFECTIVE_PARAMETERS: mark("Effective parameters"),
    columns.SIGMA2: mark("Error variance"),
    columns.CV: mark("Cross-validation score"),
    columns.ALPHA_ADJUSTED: mark("Adjusted alpha"),
    columns.CRITICAL_T: mark("Critical t"),
    columns.OLS_AICC: mark("AICc of the global model"),
    columns.OLS_R2: mark("R2 of the global model"),
    columns.OLS_ADJUSTED_R2: mark("Adjusted R2 of the global model"),
    columns.MEAN: mark("Mean"),
    columns.STD: mark("Standard deviation"),
    columns.MIN: mark("Lowest"),
    columns.Q25: mark("Lower quartile"),
    columns.MEDIAN: mark("Median"),
    columns.Q75: mark("Upper quartile"),
    columns.MAX: mark("Highest"),
    columns.SIGNIFICANT_SHARE: mark("Share of significant places"),
    columns.VARIABILITY_P: mark("p of variability"),
    columns.GLOBAL: mark("Global coefficient"),
    columns.GLOBAL_SE: mark("Its standard error"),
    columns.GLOBAL_T: mark("Its t"),
    columns.GLOBAL_P: mark("Its p"),
}
# Parts of one, printed as percentages.
SHARES = frozenset(
    {
        columns.CARBON_SHARE,
        columns.SHARE,
        columns.BASE_SHARE,
        columns.EMISSION_SHARE,
        columns.VARIANCE_SHARE,
        columns.SIGNIFICANT_SHARE,
    }
)


def title_of(column: str) -> str:
    """What a legend says of ``column``: words and the unit; an unknown column is its own title.

    A suffix (``carbon_t_2020``) stays visible in brackets.
    """
    base = base_of(column)
    if base is None or base not in TITLES:
        return column
    suffix = column[len(base) :].strip("_ ")
    return f"{translated(TITLES[base])} ({suffix})" if suffix else translated(TITLES[base])


def heading_of(column: str) -> str:
    """The heading of ``column`` in a table: as :func:`title_of`, shares as percentages, classes of a matrix by code."""
    to_class = re.fullmatch(r"to_(minus)?(\d+)_(ha|t)", column)
    if to_class:
        code, unit = ("-" if to_class[1] else "") + to_class[2], "t C" if to_class[3] == "t" else "ha"
        return tr("To class {code}, {unit}").format(code=code, unit=unit)
    return tr("{share}, %").format(share=title_of(column)) if is_share(column) else title_of(column)


def has_unit(column: str) -> bool:
    """Whether ``column`` is one quantity with a unit."""
    return "," in TITLES.get(base_of(column) or "", "")


def is_share(column: str) -> bool:
    """Whether the values of ``column`` are parts of one."""
    return base_of(column) in SHARES
