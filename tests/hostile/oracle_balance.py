"""Expected ratios of supply and demand and expected classes, computed independently from the inputs."""

from __future__ import annotations

import numpy as np
from cases import Catalogue
from oracle_results import absent, need_close, written_column

C_TO_CO2 = 44 / 12
KM2_OF_UNIT = {"km2": 1, "ha": 0.01, "m2": 1e-6, "mu": 1 / 1500, "10^4 mu": 20 / 3, "10^3 ha": 10, "10^4 ha": 100}


def supply_demand(parameters: dict, results: dict, catalogue: Catalogue, context) -> bool:
    """The six indices, directly from their formulas."""
    zones = catalogue.by_path("layers", parameters.get("ZONES"))
    if zones is None or not zones.columns or parameters.get("COVERAGE"):
        return False
    try:
        supply, demand = (_numbers(zones.columns[parameters[name]]) for name in ("SUPPLY", "DEMAND"))
    except (KeyError, ValueError, TypeError):
        return False
    tonnes = {"t": 1, "10^4 t": 1e4, "10^6 t": 1e6, "10^8 t": 1e8}
    area = None
    if parameters.get("AREA"):
        try:
            area = _numbers(zones.columns[parameters["AREA"]])
        except (KeyError, ValueError, TypeError):
            return False
        area = area * KM2_OF_UNIT[parameters.get("AREA_UNIT") or "km2"]
    densities = []
    for name, values, default in (("SUPPLY", supply, "t"), ("DEMAND", demand, "t/km2")):
        unit = parameters.get(f"{name}_UNIT") or default
        if unit in tonnes:
            if area is None:
                return False
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                values = np.where(area > 0, values * tonnes[unit] / area, np.nan)
        else:
            values = values * {"t/km2": 1, "t/ha": 100}[unit]
        species = parameters.get(f"{name}_SPECIES") or {"SUPPLY": "C", "DEMAND": "CO2"}[name]
        if parameters.get("CONVERT") in (True, 1, "true") and species == "C":
            values = values * C_TO_CO2
        elif parameters.get("CONVERT") not in (True, False, None):
            return False
        densities.append(values)
    s, d = densities
    index = parameters.get("INDEX") or "demand/supply"
    if not np.isfinite(np.r_[s, d][~np.isnan(np.r_[s, d])]).all() or np.nanmax(np.abs(np.r_[s, d]), initial=0) > 1e150:
        return False
    if index == "ESDR" and any(parameters.get(name) for name in ("SUPPLY_MAX", "DEMAND_MAX")):
        return False
    with np.errstate(all="ignore"):
        fit = (s > 0) & (d > 0)
        zero_too = (s >= 0) & (d >= 0)
        expected, where = {
            "demand/supply": lambda: (d / s, fit),
            "supply/demand": lambda: (s / d, fit),
            "budget": lambda: (s - d, zero_too),
            "ESDR": lambda: ((s - d) / ((s[zero_too].max() + d[zero_too].max()) / 2), zero_too),
            "log ratio": lambda: (np.log(s / d), fit),
            "normalised difference": lambda: ((s - d) / (s + d), zero_too & (s + d > 0)),
        }[index]()
    column = "budget_t_km2" if index == "budget" else "ratio"
    got = written_column(results, "OUTPUT", column, context, str(parameters.get("SUFFIX") or "").strip())
    if got is None:
        return False
    need_close(column, got, np.where(where, expected, np.nan))
    return True


def _numbers(values: list) -> np.ndarray:
    """A column as floats, text without thousands separators; raises the errors of ``float``."""
    out = []
    for value in values:
        text = "" if value is None else str(value).replace(",", "").strip()
        out.append(np.nan if text in ("", "-", "NULL", "nan") else float(text))
    return np.array(out)


def _least_squares_within(values: np.ndarray, classes: int) -> float:
    """Smallest sum of squares within the classes, by dynamic programming over the cuts of each prefix."""
    values = np.sort(values)
    n = len(values)
    cost = np.array(
        [[((values[i:j] - values[i:j].mean()) ** 2).sum() if j > i else 0.0 for j in range(n + 1)] for i in range(n)]
    )
    best = np.full((classes + 1, n + 1), np.inf)
    best[0, 0] = 0.0
    for k in range(1, classes + 1):
        for j in range(k, n + 1):
            best[k, j] = min(best[k - 1, i] + cost[i, j] for i in range(k - 1, j))
    return float(best[classes, n])


def natural_breaks(parameters: dict, results: dict, catalogue: Catalogue, context) -> bool:
    """Classes increase with the values, the fit is that of the classes, and the exact method has the best fit."""
    zones = catalogue.by_path("layers", parameters.get("ZONES"))
    try:
        values = _numbers(zones.columns[parameters["FIELD"]])
    except (AttributeError, KeyError, ValueError, TypeError):
        return False
    got = written_column(results, "OUTPUT", "class", context, str(parameters.get("SUFFIX") or "").strip())
    known = ~np.isnan(values)
    if got is None or not known.any() or np.abs(values[known]).max() > 1e150:
        return False
    classes = np.array([0 if absent(value) else int(value) for value in got])
    assert ((classes > 0) == known).all(), f"classes {classes} of {values}"
    order = np.argsort(values[known], kind="stable")
    assert (np.diff(classes[known][order]) >= 0).all(), f"classes {classes} do not rise with {values}"
    method = parameters.get("METHOD") or "as_published"
    if method == "fixed_limits":
        limits = np.array([float(part) for part in str(parameters["FIXED_LIMITS"]).split(",")])
        assert (classes[known] == np.searchsorted(limits, values[known], side="left") + 1).all(), "fixed limits"
        return True
    total = ((values[known] - values[known].mean()) ** 2).sum()
    if total <= 1e-200:
        return False
    within = sum(
        ((values[known][classes[known] == k] - values[known][classes[known] == k].mean()) ** 2).sum()
        for k in set(classes[known])
    )
    need_close("GVF", [results["GVF"]], [1 - within / total])
    best = 1 - _least_squares_within(values[known], int(parameters.get("CLASSES") or 7)) / total
    need_close("GVF_EXACT", [results["GVF_EXACT"]], [best])
    return True
