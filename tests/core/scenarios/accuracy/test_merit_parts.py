"""Figures of merit of parts, counted manually and compared with that of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.grid import Grid
from carbon_balance.core.raster.outlines import edges_on_grid
from carbon_balance.core.scenarios.accuracy import measures, merit_parts
from osgeo import ogr

START = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [2, 2, 2, 2], [2, 2, 2, 2]], np.uint8)
REAL = np.array([[1, 0, 0, 2], [0, 0, 1, 1], [2, 1, 2, 2], [2, 2, 2, 0]], np.uint8)
FOUND = np.array([[1, 1, 0, 1], [0, 0, 1, 1], [1, 2, 2, 2], [2, 2, 0, 2]], np.uint8)
VALID = np.ones((4, 4), bool)


def counts() -> np.ndarray:
    flat = (START.astype(int) * 3 + REAL) * 3 + FOUND
    return np.bincount(flat.ravel(), minlength=27).reshape(3, 3, 3)


def rows(merits: merit_parts.PartMerits, names=()) -> list[dict]:
    found = merits.table_columns(names)
    return [dict(zip(found, row)) for row in zip(*found.values())]


def test_merit_by_transition_class_and_resolution_equals_the_manual_count():
    squares = merit_parts.in_squares(START, REAL, FOUND, VALID, 3)
    found = rows(merit_parts.PartMerits(np.array([10, 20, 30]), counts(), np.zeros((0, 4), int), squares))
    by_kind = {(row["from_code"], row["to_code"]): row for row in found if row["part"] == "transition"}
    # 10 to 20: really (0, 0); simulated (0, 0), (0, 1), (0, 3). One of three.
    assert by_kind[10, 20]["figure_of_merit"] == pytest.approx(1 / 3)
    assert (by_kind[10, 20]["real_cells"], by_kind[10, 20]["simulated_cells"]) == (1, 3)
    assert by_kind[10, 30]["figure_of_merit"] == 0
    assert by_kind[30, 20]["figure_of_merit"] == 0
    assert set(by_kind) == {(10, 20), (10, 30), (30, 20), (30, 10)}
    gained = {row["to_code"]: row["figure_of_merit"] for row in found if row["part"] == "class gained"}
    assert gained == {20: pytest.approx(1 / 5), 30: 0, 10: 0}
    sides = {row["cells_a_side"]: row["figure_of_merit"] for row in found if row["part"] == "resolution"}
    assert sides[1] == pytest.approx(measures.change_skill(counts()).figure_of_merit)
    # In squares of two cells: upper left 1 right, 1 real, 2 found; upper right 0, 1, 1; below 1, 1, 1 and 1, 1, 1.
    assert sides[2] == pytest.approx(3 / 5)
    # In one square 10 to 20 once, 30 to 20 once, 30 to 10 once are right; 4 real, 5 found.
    assert sides[64] == pytest.approx(3 / 5)


def test_merit_by_zone_uses_cell_centres_and_overlapping_zones():
    grid = Grid(4, 4, (0, 1, 0, 4, 0, -1), "")
    outlines = [
        ogr.CreateGeometryFromWkt(f"POLYGON(({left} 0, {left} 4, 4 4, 4 0, {left} 0))").ExportToWkb() for left in (0, 2)
    ]
    edges = edges_on_grid([bytes(outline) for outline in outlines], grid)
    codes = measures.change_map(START, REAL, FOUND, VALID)
    found = merit_parts.in_zones(codes, edges, Block(0, 0, 4, 4), 2)
    # Hits, misses, false alarms, wrong hits.
    assert found.tolist() == [[1, 2, 3, 1], [0, 1, 1, 1]]
    squares = merit_parts.in_squares(START, REAL, FOUND, VALID, 3)
    merits = merit_parts.PartMerits(np.array([10, 20, 30]), counts(), found, squares)
    by_zone = {row["zone_name"]: row for row in rows(merits, ["all", "right"]) if row["part"] == "zone"}
    assert by_zone["all"]["figure_of_merit"] == pytest.approx(measures.change_skill(counts()).figure_of_merit)
    assert (by_zone["right"]["real_cells"], by_zone["right"]["simulated_cells"]) == (2, 2)
    assert by_zone["right"]["figure_of_merit"] == 0


def test_nodata_is_excluded_and_no_change_has_no_figure_of_merit():
    squares = merit_parts.in_squares(START, REAL, FOUND, np.zeros((4, 4), bool), 3)
    assert (squares == 0).all()
    still = np.einsum("i,ij,ik->ijk", np.array([4, 2, 10]), np.eye(3, dtype=int), np.eye(3, dtype=int))
    found = rows(merit_parts.PartMerits(np.array([1, 2, 3]), still, np.zeros((0, 4), int), squares))
    assert {row["part"] for row in found} == {"resolution"}
    assert all(np.isnan(row["figure_of_merit"]) for row in found)
