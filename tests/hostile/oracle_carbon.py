"""Expected carbon of a land cover and of zones, computed independently from the inputs: cells, and shares of cells."""

from __future__ import annotations

import re

import numpy as np
from cases import Catalogue
from nasty_layers import DENSITY
from oracle_results import absent, need_close, written_column
from osgeo import gdal, osr

_FINE = 40


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
    need_close("TOTAL_CARBON_T", [results["TOTAL_CARBON_T"]], [total])
    need_close("AREA_HA", [results["AREA_HA"]], [area[valid].sum()])
    path = results.get("OUTPUT")
    if path:
        dataset = gdal.Open(path)
        got, nodata = dataset.GetRasterBand(1).ReadAsArray().astype(float), dataset.GetRasterBand(1).GetNoDataValue()
        expected = by_cell * area if parameters.get("UNIT") == "t_per_cell" else by_cell
        need_close("cells", np.where(got == nodata, np.nan, got), np.where(valid, expected, np.nan), 1e-5)
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
        need_close("TOTAL_CARBON_T", [results["TOTAL_CARBON_T"]], [(carbon * part).sum()])
        need_close("MAPPED_KM2", [results["MAPPED_KM2"]], [(area * part).sum()])
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
    got = written_column(results, "OUTPUT", "carbon_t", context, str(parameters.get("SUFFIX") or "").strip())
    if got is None:
        return False
    assert len(got) == len(zones.rings), f"{len(got)} zones of {len(zones.rings)}"
    compared = 0
    for value, rings in zip(got, zones.rings):
        if rings is None:
            assert absent(value), f"a zone without outline has {value}"
            continue
        there = _moved(rings, zones.epsg, cover.epsg)
        hit = _inside(there, x, y)
        if hit.any() and not exact:
            need_close("carbon_t", [value], [carbon[hit].sum()])
            compared += 1
        elif exact and cover.geotransform[2] == 0 and max(codes.shape) > 1:
            share = _share(there, cover, codes.shape[1], codes.shape[0])
            got_t = 0.0 if absent(value) else float(value)
            scale = max(carbon.max(), 1e-12)
            assert abs(got_t - (carbon * share).sum()) < 0.15 * scale + 0.03 * abs(got_t), (
                f"{got_t} instead of {(carbon * share).sum()}"
            )
            compared += 1
    return compared > 0
