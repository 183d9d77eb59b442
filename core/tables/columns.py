"""The names of the columns that the plugin writes. A name includes the unit and never changes."""

from __future__ import annotations

from collections.abc import Iterable

from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import tr

AREA_KM2 = "area_km2"
AREA_HA = "area_ha"
MAPPED_KM2 = "mapped_km2"
# Share of a zone that has data, 0 to 1; one name per quantity, so that they can be in the same table.
COVERAGE_SHARE = "coverage_share"
SINK_COVERAGE_SHARE = "sink_coverage_share"
CARBON_COVERAGE_SHARE = "carbon_coverage_share"
ZONE_ROW = "zone_row"
ZONE_NAME = "zone_name"
CODE = "code"
NAME = "name"

CARBON_T = "carbon_t"
CARBON_T_KM2 = "carbon_t_km2"
CARBON_T_HA = "carbon_t_ha"
CARBON_SHARE = "carbon_share"
SINK_T = "sink_t"
SINK_T_HA = "sink_t_ha"
COUNTED_AS = "species"
MEASURED_HA = "measured_ha"
ORIGIN = "origin"
EMISSION_T = "emission_t"
DEMAND_T_KM2 = "demand_t_km2"
RATIO = "ratio"
STOCK_YEARS = "stock_years"
MISMATCH = "mismatch"
EEC = "eec"
SEC = "sec"
CLASS = "class"
ZONE = "zone"
ZONE_OTHER = "zone_other"
LOWER = "lower"
UPPER = "upper"
COUNT = "count"
MEMBERS = "members"
EEC_LEVEL = "eec_level"
SEC_LEVEL = "sec_level"
EEC_DISTANCE = "eec_distance"
SEC_DISTANCE = "sec_distance"
BUDGET_T_KM2 = "budget_t_km2"
INDEX_NAME = "index_name"
COMPARISON = "compared"
STATE = "state"
BUDGET_T = "budget_t"
OFFSET_RATE = "offset_rate"
EMISSION_INTENSITY_T_HA = "emission_intensity_t_ha"
SINK_INTENSITY_T_HA = "sink_intensity_t_ha"
EMISSION_INTENSITY_T_1E4GDP = "emission_intensity_t_1e4gdp"
POPULATION_LATER = "population_later"
EMISSION_T_PERSON = "emission_t_person"
EMISSION_T_1E4GDP = "emission_t_1e4gdp"
RESPIRATION_T = "respiration_t"
UNIT = "unit"
SECTOR = "sector"
FUEL = "fuel"
AMOUNT = "amount"
MEASURE = "measure"
FACTOR_CHECKED = "factor_checked"
FACTOR_SOURCE = "factor_source"
SIDE = "side"
ROW = "row"
KEY = "key"
REASON = "reason"
CANDIDATES = "candidates"
DATE = "date"
FROM_DATE = "from_date"
TO_DATE = "to_date"
YEARS = "years"
CHANGE = "_change"
RATE_PCT_YEAR = "_rate_pct_year"
FROM = "_from"
TO = "_to"
DIRECTION = "direction"

YEAR = "year"
SCENARIO = "scenario"
RUNS = "runs"
FROM_CODE = "from_code"
TO_CODE = "to_code"
CELLS = "cells"
SHARE = "share"
PROBABILITY = "probability"
STEP = "step"
ITERATION = "iteration"
DEMAND_CELLS = "demand_cells"
INERTIA = "inertia"
CHANGED_CELLS = "changed_cells"
DRIVER = "driver"
IMPORTANCE = "importance"
SAMPLES = "samples"
ACCURACY = "accuracy"
AUC = "auc"
MODEL = "model"
VALUE = "value"
PRODUCERS_ACCURACY = "producers_accuracy"
USERS_ACCURACY = "users_accuracy"

# Pool tables use the column names of InVEST, so that both programs can read them.
LUCODE = "lucode"
NAME_ZH = "name_zh"
C_ABOVE = "c_above"
C_BELOW = "c_below"
C_SOIL = "c_soil"
C_DEAD = "c_dead"
JUDGEMENT = "judgement"
NOTE = "note"
SOURCE = "source"

# Change between two dates. Losses are negative, so that gain + loss = change.
FROM_CODE = "from_code"
FROM_NAME = "from_name"
TO_CODE = "to_code"
TO_NAME = "to_name"
AREA_START_HA = "area_start_ha"
AREA_END_HA = "area_end_ha"
AREA_IN_HA = "area_in_ha"
AREA_OUT_HA = "area_out_ha"
CARBON_START_T = "carbon_start_t"
CARBON_END_T = "carbon_end_t"
CARBON_CHANGE_T = "carbon_change_t"
CARBON_CHANGE_T_HA = "carbon_change_t_ha"
CARBON_END_MIN_T = "carbon_end_min_t"
CARBON_END_MAX_T = "carbon_end_max_t"
CARBON_CHANGE_MIN_T = "carbon_change_min_t"
CARBON_CHANGE_MAX_T = "carbon_change_max_t"
CARBON_CHANGE_T_KM2 = "carbon_change_t_km2"
CARBON_GAIN_T = "carbon_gain_t"
CARBON_LOSS_T = "carbon_loss_t"
GAIN_FROM_T = "gain_from_t"
LOSS_FROM_T = "loss_from_t"
CHANGE_VALUE = "change_value"
TOTAL_HA = "total_ha"
TOTAL_T = "total_t"

# Uncertainty: 2.5, 50 and 97.5 % of the realisations.
QUANTITY = "quantity"
LAND_COVER = "land_cover"
CARBON_MEAN_T = "carbon_mean_t"
CARBON_SD_T = "carbon_sd_t"
CARBON_SD_CLOSED_T = "carbon_sd_closed_t"
CARBON_LOW_T = "carbon_low_t"
CARBON_MEDIAN_T = "carbon_median_t"
CARBON_HIGH_T = "carbon_high_t"
CHANGE_MEAN_T = "change_mean_t"
CHANGE_SD_T = "change_sd_t"
CHANGE_LOW_T = "change_low_t"
CHANGE_HIGH_T = "change_high_t"
P_GAIN = "p_gain"
P_BEST = "p_best"
BEST = "best"
P_ZONE = "p_zone"
POOL = "pool"
VARIANCE_SHARE = "variance_share"


def to_class(code: int, unit: str) -> str:
    """The column of a transition matrix for the class ``code`` at the later date, in ``unit`` (ha or t)."""
    return f"to_{code}_{unit}".replace("-", "minus")


GWR_COEFFICIENT = "b_"
GWR_STANDARD_ERROR = "se_"
GWR_T = "t_"
GWR_LOCAL_R2 = "local_r2"
GWR_PREDICTED = "predicted"
GWR_RESIDUAL = "residual"
GWR_COOKS_D = "cooks_d"
GWR_CONDITION = "condition_number"

NEIGHBOURS = "neighbours"
LISA_I = "lisa_i"
LISA_P = "lisa_p"
LISA_CLASS = "lisa_class"
LISA_BIVARIATE_I = "lisa_supply_demand_i"
LISA_BIVARIATE_P = "lisa_supply_demand_p"
LISA_BIVARIATE_CLASS = "lisa_supply_demand_class"
BASE = "base"
RANK = "rank"
BASE_SHARE = "base_share"
EMISSION_SHARE = "emission_share"
STATISTIC = "statistic"
VALUE = "value"
EXPECTED = "expected"
Z = "z"
P = "p"

METHOD = "method"
VARIABLE = "variable"
VARIABLE_1 = "variable_1"
VARIABLE_2 = "variable_2"
ROWS = "rows"
R = "r"
P_HOLM = "p_holm"
FACTOR = "factor"
FACTOR_1 = "factor_1"
FACTOR_2 = "factor_2"
PEARSON_R = "pearson_r"
Q = "q"
Q_1 = "q_1"
Q_2 = "q_2"
Q_BOTH = "q_both"
F = "f"
Q_P = "q_p"
STRATA = "strata"
DISCRETISATION = "discretisation"
VIF = "vif"
CIRCULAR = "circular"
INTERACTION = "interaction"

# Results of regressions: one row per model, or one row per term of a model.
DEPENDENT = "dependent"
EXPLANATORY = "explanatory"
TERM = "term"
BANDWIDTH = "bandwidth"
BANDWIDTHS = "bandwidths"
AICC = "aicc"
R2 = "r2"
ADJUSTED_R2 = "adjusted_r2"
EFFECTIVE_PARAMETERS = "effective_parameters"
SIGMA2 = "sigma2"
CV = "cv"
ALPHA_ADJUSTED = "alpha_adjusted"
CRITICAL_T = "critical_t"
OLS_AICC = "ols_aicc"
OLS_R2 = "ols_r2"
OLS_ADJUSTED_R2 = "ols_adjusted_r2"
MEAN = "mean"
STD = "std"
MIN = "min"
Q25 = "q25"
MEDIAN = "median"
Q75 = "q75"
MAX = "max"
SIGNIFICANT_SHARE = "significant_share"
VARIABILITY_P = "variability_p"
GLOBAL = "global"
GLOBAL_SE = "global_se"
GLOBAL_T = "global_t"
GLOBAL_P = "global_p"


def suffixed(names: Iterable[str], suffix: str, existing: Iterable[str]) -> dict[str, str]:
    """The columns to write: each of ``names`` with ``suffix`` (``_2020``) appended.

    Returns:
        name -> name with suffix, in the order given.

    Raises:
        CarbonBalanceError: a column of that name is in ``existing`` (case ignored, as in GeoPackage).
    """
    taken = {name.casefold() for name in existing}
    result = {name: name + suffix for name in names}
    clash = [name for name in result.values() if name.casefold() in taken]
    if clash:
        raise CarbonBalanceError(
            tr(
                "The input layer already has the column(s) {columns}: rename or remove them there; a tool that has a "
                "suffix (SUFFIX) keeps both with one such as _2020."
            ).format(columns=listed(clash))
        )
    return result


def unlike(names: Iterable[str]) -> None:
    """Refuse duplicate column names, ignoring case.

    Raises:
        CarbonBalanceError: there are duplicates, which it names.
    """
    names = list(names)
    plain = [name.casefold() for name in names]
    twice = sorted({name for name, key in zip(names, plain) if plain.count(key) > 1})
    if twice:
        raise CarbonBalanceError(
            tr("Two results would both be named {columns}: rename a field of the input layer.").format(
                columns=listed(twice)
            )
        )
