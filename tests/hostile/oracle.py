"""Expected results of four algorithms, computed independently in NumPy from the source data of the inputs."""

from __future__ import annotations

import re

import numpy as np
from carbon_balance.compat import is_null
from cases import Case, Catalogue
from nasty_layers import DENSITY
from osgeo import gdal, osr
from qgis.core import QgsProcessingUtils

CLOSE = 1e-6
_FINE = 40
C_TO_CO2 = 44 / 12
KM2_OF_UNIT = {"km2": 1, "ha": 0.01, "m2": 1e-6, "mu": 1 / 1500, "10^4 mu": 20 / 3, "10^3 ha": 10, "10^4 ha": 100}


def compare(case: Case, results: dict, catalogue: Catalogue, context) -> bool:
    """Whether the case could be computed again.

    Raises:
        AssertionError: it gave something else.
    """
    check = CHECKS.get(case.algorithm)
    return bool(check) and bool(check(case.parameters, results, catalogue, context))


# These see the edge of their land cover, and count no class that they do not know.
LOOK_AT_THE_EDGE = {"carbonstorage", "zonalcarbonsupply", "annualcarbonsink", "carbonuncertainty", "landusesimulation"}
LOOK_AT_THE_EDGE |= {"sinkuncertainty"}
QUANTITIES = {
    "landusesuitability": ["DRIVERS"],
    "factorcorrelation": ["VARIABLE_RASTERS", "FACTOR_RASTERS"],
    "emissiondemandraster": ["WEIGHTS", "WEIGHTS_2"],
    "supplydemandratioraster": ["SUPPLY", "DEMAND"],
}


def need_no_data_told(case: Case, logged: list[str], catalogue: Catalogue) -> bool:
    """Whether a result rests on no data that was not marked, which the log then has to name.

    Raises:
        AssertionError: it does not.
    """
    given = case.parameters
    names = ["LAND_COVER"] if case.algorithm in LOOK_AT_THE_EDGE else QUANTITIES.get(case.algorithm, [])
    parameter = "NODATA_CODES" if names == ["LAND_COVER"] else "NODATA_VALUES"
    if given.get(parameter) or given.get("BAND") not in (None, 1):
        return False
    paths = [path for name in names for path in np.ravel(given.get(name) or [])]
    covers = [catalogue.by_path("covers", path) for path in paths]
    if not any(cover is not None and cover.unmarked is not None for cover in covers):
        return False
    assert any(parameter in sentence for sentence in logged), f"no data counted as data without a word on {parameter}"
    return True


def _absent(value: object) -> bool:
    """NULL, or nothing in a text file."""
    return is_null(value) or value == ""


def _close(what: str, got, expected, tolerance: float = CLOSE) -> None:
    got = np.array([np.nan if _absent(v) else float(v) for v in np.ravel(np.array(got, object))])
    expected = np.ravel(np.asarray(expected, float))
    same = np.isclose(got, expected, rtol=tolerance, atol=1e-9, equal_nan=True)
    assert same.all(), f"{what}: {got[~same][:4]} instead of {expected[~same][:4]}"


def _column(results: dict, name: str, column: str, context, suffix: str = ""):
    layer = QgsProcessingUtils.mapLayerFromString(results[name], context)
    if layer is None and results[name].endswith(".shp"):
        return None  # of a table QGIS writes the .dbf alone
    assert layer is not None, f"{name} cannot be opened"
    # A shapefile keeps ten letters of a name.
    title = column + suffix
    if layer.fields().indexOf(title) < 0:
        title = next((f.name() for f in layer.fields() if len(f.name()) == 10 and title.startswith(f.name())), None)
    return None if title is None else [feature[title] for feature in layer.getFeatures()]


def _densities(parameters: dict, catalogue: Catalogue) -> dict[int, float] | None:
    """Density by code, t C/ha; ``None`` if the table is not a plain one."""
    if any(parameters.get(name) for name in parameters if name.endswith("_FIELD") and name != "NAME_FIELD"):
        return None
    if parameters.get("POOLS"):
        table = catalogue.by_path("tables", parameters["POOLS"])
        return table.columns.get("density") if table else None
    if parameters.get("PRESET") == "henan" and parameters.get("SCHEME", "six_classes") == "six_classes":
        return DENSITY
    return None


def _cells(parameters: dict, catalogue: Catalogue):
    """Codes, validity, hectares of a cell by row, and the cover; ``None`` if the raster is not in the catalogue."""
    cover = catalogue.by_path("covers", parameters.get("LAND_COVER"))
    band = parameters.get("BAND")
    if cover is None or cover.codes is None or band not in (None, 1, 2):
        return None
    codes = cover.second if band == 2 else cover.codes
    if codes is None:
        return None
    text = str(parameters.get("NODATA_CODES") or "")
    left_out = [float(part) for part in re.split(r"[,，;；、\s]+", text) if part]
    # As a raster of 32-bit numbers holds them: -3.4028235e+38 is written shorter than it is.
    told_apart = np.isin(codes.astype(np.float32), np.array(left_out, np.float32))
    return codes, cover.valid & ~told_apart, cover.cell_ha(), cover


def carbon_storage(parameters: dict, results: dict, catalogue: Catalogue, context) -> bool:
    """Sum of density x area, and the density of each cell."""
    density, cells = _densities(parameters, catalogue), _cells(parameters, catalogue)
    if density is None or cells is None or parameters.get("AREAS"):
        return False
    codes, valid, cell_ha, _ = cells
    by_cell = np.vectorize(lambda code: density.get(int(code), np.nan))(codes).astype(float)
    area = np.repeat(cell_ha[:, None], codes.shape[1], axis=1)
    assert np.isfinite(by_cell[valid]).all(), "a class without a density was taken"
    total = float((by_cell * area)[valid].sum())
    _close("TOTAL_CARBON_T", [results["TOTAL_CARBON_T"]], [total])
    _close("AREA_HA", [results["AREA_HA"]], [area[valid].sum()])
    path = results.get("OUTPUT")
    if path:
        dataset = gdal.Open(path)
        got, nodata = dataset.GetRasterBand(1).ReadAsArray().astype(float), dataset.GetRasterBand(1).GetNoDataValue()
        expected = by_cell * area if parameters.get("UNIT") == "t_per_cell" else by_cell
        _close("cells", np.where(got == nodata, np.nan, got), np.where(valid, expected, np.nan), 1e-5)
    return True


def _inside(rings, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether points lie inside a polygon, by counting the edges crossed by a ray to the right."""
    inside = np.zeros(x.shape, bool)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
            between = (y0 > y) != (y1 > y)
            with np.errstate(divide="ignore", invalid="ignore"):
                inside ^= between & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside


def _moved(rings, source: int, target: int):
    if source == target:
        return rings
    here, there = osr.SpatialReference(), osr.SpatialReference()
    here.ImportFromEPSG(source)
    there.ImportFromEPSG(target)
    for each in (here, there):
        each.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = osr.CoordinateTransformation(here, there)
    return [[tuple(transform.TransformPoint(x, y)[:2]) for x, y in ring] for ring in rings]


def _share(rings, cover, columns: int, rows: int) -> np.ndarray:
    """Fraction of each cell covered by a polygon, by points _FINE times as dense as the cells (rows, columns)."""
    part = np.zeros((rows, columns))
    at = (np.arange(columns * 40) + 0.5) / 40
    x0, dx, rx, y0, ry, dy = cover.geotransform
    for line in range(rows * 40):
        row = (line + 0.5) / 40
        hit = _inside(rings, x0 + dx * at + rx * row, y0 + ry * at + dy * row)
        part[line // 40] += hit.reshape(columns, 40).sum(axis=1) / 1600
    return part


def _fine_points(cover, columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Points in the cells of a cover, _FINE along each side."""
    line, at = np.mgrid[: rows * _FINE, : columns * _FINE] + 0.5
    x0, dx, rx, y0, ry, dy = cover.geotransform
    return x0 + dx * at / _FINE + rx * line / _FINE, y0 + ry * at / _FINE + dy * line / _FINE


def _union_share(outlines, cover, columns: int, rows: int) -> np.ndarray:
    """Fraction of each cell covered by the union of the polygons (rows, columns)."""
    x, y = _fine_points(cover, columns, rows)
    hit = np.any([_inside(rings, x, y) for rings in outlines if rings is not None], axis=0)
    return hit.reshape(rows, _FINE, columns, _FINE).mean(axis=(1, 3))


def _some_hold_no_centre(outlines, by_centre, cover) -> bool:
    """Whether a zone on the cover contains no cell centre, so that all use exact fractions."""
    rows, columns = cover.codes.shape
    return any(
        rings is not None and not hit.any() and _union_share([rings], cover, columns, rows).any()
        for rings, hit in zip(outlines, by_centre)
    )


def _check_region(results, outlines, by_centre, exact: bool, carbon, valid, cell_ha, cover) -> None:
    """Check that totals count land of several zones once, and that tiling zones sum to their land."""
    if all(rings is None for rings in outlines):
        return
    area = cell_ha[:, None] * valid / 100
    if not exact:
        part = np.any([hit for hit in by_centre if hit is not None], axis=0)
        _close("TOTAL_CARBON_T", [results["TOTAL_CARBON_T"]], [(carbon * part).sum()])
        _close("MAPPED_KM2", [results["MAPPED_KM2"]], [(area * part).sum()])
        return
    part = _union_share(outlines, cover, carbon.shape[1], carbon.shape[0])
    for name, values in (("TOTAL_CARBON_T", carbon), ("MAPPED_KM2", area)):
        expected, cells = float((values * part).sum()), float(values.max())
        assert abs(results[name] - expected) < 0.02 * expected + 0.1 * cells, f"{name}: {results[name]}, not {expected}"


def zonal_carbon(parameters: dict, results: dict, catalogue: Catalogue, context) -> bool:
    """Sum over the cells whose centre is in a zone, times their density."""
    density, cells = _densities(parameters, catalogue), _cells(parameters, catalogue)
    zones = catalogue.by_path("layers", parameters.get("ZONES"))
    if density is None or cells is None or zones is None or zones.rings is None:
        return False
    codes, valid, cell_ha, cover = cells
    x0, dx, rx, y0, ry, dy = cover.geotransform
    row, column = np.mgrid[: codes.shape[0], : codes.shape[1]] + 0.5
    x, y = x0 + dx * column + rx * row, y0 + ry * column + dy * row
    carbon = np.vectorize(lambda code: density.get(int(code), 0.0))(codes) * cell_ha[:, None] * valid
    if parameters.get("PARTIAL_ZONES") == "null" or parameters.get("CARBON"):
        return False
    moved = [None if rings is None else _moved(rings, zones.epsg, cover.epsg) for rings in zones.rings]
    by_centre = [None if rings is None else _inside(rings, x, y) for rings in moved]
    exact = parameters.get("CELL_RULE") == "exact_fraction" or _some_hold_no_centre(moved, by_centre, cover)
    _check_region(results, moved, by_centre, exact, carbon, valid, cell_ha, cover)
    got = _column(results, "OUTPUT", "carbon_t", context, str(parameters.get("SUFFIX") or "").strip())
    if got is None:
        return False
    assert len(got) == len(zones.rings), f"{len(got)} zones of {len(zones.rings)}"
    compared = 0
    for value, rings in zip(got, zones.rings):
        if rings is None:
            assert _absent(value), f"a zone without outline has {value}"
            continue
        there = _moved(rings, zones.epsg, cover.epsg)
        hit = _inside(there, x, y)
        if hit.any() and not exact:
            _close("carbon_t", [value], [carbon[hit].sum()])
            compared += 1
        elif exact and cover.geotransform[2] == 0 and max(codes.shape) > 1:
            share = _share(there, cover, codes.shape[1], codes.shape[0])
            got_t = 0.0 if _absent(value) else float(value)
            scale = max(carbon.max(), 1e-12)
            assert abs(got_t - (carbon * share).sum()) < 0.15 * scale + 0.03 * abs(got_t), (
                f"{got_t} instead of {(carbon * share).sum()}"
            )
            compared += 1
    return compared > 0


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
    got = _column(results, "OUTPUT", column, context, str(parameters.get("SUFFIX") or "").strip())
    if got is None:
        return False
    _close(column, got, np.where(where, expected, np.nan))
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
    got = _column(results, "OUTPUT", "class", context, str(parameters.get("SUFFIX") or "").strip())
    known = ~np.isnan(values)
    if got is None or not known.any() or np.abs(values[known]).max() > 1e150:
        return False
    classes = np.array([0 if _absent(value) else int(value) for value in got])
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
    _close("GVF", [results["GVF"]], [1 - within / total])
    best = 1 - _least_squares_within(values[known], int(parameters.get("CLASSES") or 7)) / total
    _close("GVF_EXACT", [results["GVF_EXACT"]], [best])
    return True


CHECKS = {
    "carbonstorage": carbon_storage,
    "zonalcarbonsupply": zonal_carbon,
    "supplydemandratio": supply_demand,
    "naturalbreakszoning": natural_breaks,
}
