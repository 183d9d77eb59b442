"""Identities between the outputs of one run for any inputs: sums of parts, coverage, reported grids.

Unlike the oracle, which computes anew what the catalogue's inputs give, these hold for any result.
"""

from __future__ import annotations

import numpy as np
from carbon_balance.compat import is_null
from cases import Case
from osgeo import gdal, osr
from qgis.core import QgsProcessingUtils, QgsVectorLayer

PART_OF_CELL = 1e-3
# The raster whose grid counts, and those that are brought onto it.
GRIDS = {
    "landusesuitability": ("LAND_COVER", ("EARLIER", "DRIVERS", "EARLIER_DRIVERS")),
    "landusesimulation": ("LAND_COVER", ("SUITABILITY", "RESTRICTED")),
    "landusecalibration": ("LAND_COVER", ("EARLIER", "DRIVERS", "EARLIER_DRIVERS", "VALIDATION")),
    "simulationaccuracy": ("LAND_COVER", ("REFERENCE", "SIMULATED", "RESTRICTED")),
    "landusetransition": ("LAND_COVER", ("LAND_COVER_LATER", "BETWEEN")),
    "carbonstoragechange": ("LAND_COVER", ("LAND_COVER_LATER",)),
    "scenariocarbon": ("TODAY", ("LAND_COVER", "DRIVERS", "RESTRICTED")),
    "landuseoptimisation": ("LAND_COVER", ("RESTRICTED",)),
    "emissiondemandraster": ("WEIGHTS", ("WEIGHTS_2", "LAND_COVER")),
}


def check(case: Case, results: dict, logged: list[str], context) -> bool:
    """Whether something could be held together.

    Raises:
        AssertionError: it does not hold.
    """
    tables = {name: _rows(value, context) for name, value in results.items()}
    found = [_coverage(rows) for rows in tables.values()]
    found.append(_grids(case, logged))
    own = SUMS.get(case.algorithm)
    if own and not case.parameters.get("SUFFIX"):
        found.append(own(case.parameters, results, tables, any("verlap" in sentence for sentence in logged)))
    return any(found)


def _rows(value: object, context) -> list[dict]:
    """The rows of a written table or layer; empty for other results."""
    layer = QgsProcessingUtils.mapLayerFromString(value, context) if isinstance(value, str) else None
    if not isinstance(layer, QgsVectorLayer):
        return []
    names = layer.fields().names()
    return [
        {name: None if is_null(each) or each == "" else each for name, each in zip(names, feature.attributes())}
        for feature in layer.getFeatures()
    ]


def _total(rows: list[dict], name: str) -> float | None:
    if not rows or name not in rows[0]:
        return None
    return float(sum(float(row[name]) for row in rows if row[name] is not None))


def _alike(what: str, first: object, second: object, scale: float = 0.0) -> bool:
    """Whether both numbers are known; they must then be equal."""
    if first is None or second is None:
        return False
    size = max(abs(float(first)), abs(float(second)), scale)
    assert abs(float(first) - float(second)) <= 1e-6 * size + 1e-9, f"{what}: {first} against {second}"
    return True


def _coverage(rows: list[dict]) -> bool:
    """Check that the part of a zone with data is between zero and the whole zone."""
    names = [name for name in rows[0] if name.endswith("coverage_share")] if rows else []
    for row in rows:
        for name in names:
            share = row[name]
            assert share is None or -1e-9 <= float(share) <= 1 + 1e-6, f"{name} is {share}"
    return bool(names)


def _grids(case: Case, logged: list[str]) -> bool:
    """Check that cells shifted by part of a cell against the reference grid give a warning."""
    first, others = GRIDS.get(case.algorithm, ("", ()))
    grid = _grid(case.parameters.get(first))
    if grid is None:
        return False
    for name in others:
        for value in np.ravel(np.array(case.parameters.get(name) or [], object)).tolist():
            own = _grid(value)
            if own is not None and _shifted(own, grid):
                assert any("by part of a cell" in sentence for sentence in logged), f"{name}: a shift is not told"
                return True
    return False


def _grid(value: object) -> tuple[tuple[float, ...], osr.SpatialReference] | None:
    if not isinstance(value, str):
        return None
    try:
        dataset = gdal.Open(value)
    except RuntimeError:
        return None
    return dataset.GetGeoTransform(), osr.SpatialReference(dataset.GetProjection())


def _shifted(own, grid) -> bool:
    (a, crs), (b, other) = own, grid
    like = crs.IsSame(other) and np.allclose([a[at] for at in (1, 2, 4, 5)], [b[at] for at in (1, 2, 4, 5)], rtol=1e-9)
    if not like or not b[1] or not b[5] or b[2] or b[4]:
        return False
    moved = [(a[0] - b[0]) / b[1], (a[3] - b[3]) / b[5]]
    return max(abs(each - round(each)) for each in moved) > 10 * PART_OF_CELL


def _leaves_out_zones(given) -> bool:
    """Whether zones may be NULL while totals and classes include what is mapped in them."""
    return given.get("PARTIAL_ZONES") == "null"


def _sink(given, results, tables, overlap) -> bool:
    if _leaves_out_zones(given):
        return False
    by_zone = False if overlap else _alike("sink by zone", _total(tables["OUTPUT"], "sink_t"), results["TOTAL_SINK_T"])
    return by_zone | _alike(
        "sink by class", _total(tables.get("CLASSES", []), "sink_t"), _total(tables["OUTPUT"], "sink_t")
    )


def _emission(given, results, tables, overlap) -> bool:
    gross, uptake, net = (results[f"{name}_T_C"] for name in ("GROSS_EMISSION", "UPTAKE", "NET_EMISSION"))
    if None in (gross, uptake, net):
        return False
    scale = abs(gross) + abs(uptake)
    _alike("net emission", gross - uptake, net, scale)
    if overlap or _leaves_out_zones(given):
        return True
    return _alike("net by zone", _total(tables["OUTPUT"], "net_emission_t_c"), net, scale)


def _compensation(given, results, tables, _overlap) -> bool:
    if given.get("BASELINE") in ("zero", "column") or results.get("PAID_T") is None:
        return False
    scale = sum(abs(float(row["budget_t"])) for row in tables["OUTPUT"] if row.get("budget_t") is not None)
    return _alike("payments and receipts", results["PAID_T"], results["RECEIVED_T"], scale)


def _flow(_given, results, tables, _overlap) -> bool:
    least = min(results["SURPLUS_T"], results["DEFICIT_T"])
    scale = max(results["SURPLUS_T"], results["DEFICIT_T"])
    _alike("flow", results["FLOW_T"], least, scale)
    for name in ("outflow_t", "inflow_t"):
        _alike(name, _total(tables["OUTPUT"], name), results["FLOW_T"], scale)
    return _alike("left", _total(tables["OUTPUT"], "left_t"), results["SURPLUS_T"] - results["DEFICIT_T"], scale)


def _production(_given, results, _tables, _overlap) -> bool:
    npp, rh, nep = (results.get(name) for name in ("NPP_T", "RH_T", "NEP_T"))
    return None not in (npp, rh, nep) and _alike("production", npp - rh, nep, abs(npp) + abs(rh))


def _plan(_given, _results, tables, _overlap) -> bool:
    now, plan = (_total(tables.get("DEMAND", []), name) for name in ("area_now_ha", "area_ha"))
    return _alike("area of the plan", now, plan)


def _members(_given, results, tables, _overlap) -> bool:
    counted = _total(tables.get("TABLE", []), "count")
    zoned = sum(row.get("class") is not None for row in tables["OUTPUT"])
    return bool(tables["OUTPUT"]) and "class" in tables["OUTPUT"][0] and _alike("members", counted, zoned)


def _transition(_given, _results, tables, _overlap) -> bool:
    shares: dict[object, float] = {}
    for row in tables.get("DEMAND", []):
        shares[row.get("year")] = shares.get(row.get("year"), 0.0) + float(row.get("share") or 0)
    return bool(shares) and all(_alike(f"shares of {year}", total, 1.0) for year, total in shares.items())


SUMS = {
    "annualcarbonsink": _sink,
    "landuseemission": _emission,
    "carboncompensation": _compensation,
    "carbonserviceflow": _flow,
    "netecosystemproduction": _production,
    "landuseoptimisation": _plan,
    "multiindexzoning": _members,
    "landusetransition": _transition,
}
