"""Landscape metrics of maps with known metrics, for any division into strips."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.accuracy import landscape_metrics as metrics


def table(tmp_path, *maps, codes=(1, 2)):
    covers = [
        LandCover(RasterSource(made.write(tmp_path / f"map_{number}.tif", values.astype(np.uint8), 0)))
        for number, values in enumerate(maps)
    ]
    found = metrics.metrics_columns(covers, np.array(codes), 0.09, Log())
    rows = [dict(zip(found, row)) for row in zip(*found.values())]
    return {(row["map"], row["code"]): row for row in rows}


@pytest.mark.parametrize(
    ("cells", "most"), [(1, 0), (2, 1), (3, 2), (4, 4), (5, 5), (6, 7), (9, 12), (12, 17), (16, 24)]
)
def test_most_adjacencies_are_those_of_the_most_compact_shape(cells, most):
    """Counted by hand: 5 cells are a square of 4 and one more, 12 cells are 3 x 4."""
    assert metrics.most_like(cells) == most


def test_metrics_of_two_halves_equal_the_manual_calculation(tmp_path):
    halves = np.ones((10, 10))
    halves[:, 5:] = 2
    found = table(tmp_path, halves, halves, halves)
    row = found["start", 1]
    assert (row["patches"], row["cells"], row["single_cell_share"]) == (1, 50, 0)
    assert row["mean_patch_ha"] == pytest.approx(4.5)
    # One border of ten cells of 30 m in 9 ha; it is the edge of either class, and in all it counts once.
    assert row["edge_density_m_ha"] == pytest.approx(300 / 9)
    assert found["start", None]["edge_density_m_ha"] == pytest.approx(300 / 9)
    # 5 x 10 cells have 85 adjacencies, 7 x 7 and one more cell have 85: the most.
    assert row["aggregation"] == pytest.approx(85 / 85)
    assert found["changes, reference", None]["patches"] == 0
    assert np.isnan(found["changes, reference", None]["mean_patch_ha"])


def test_a_checkerboard_is_one_patch_by_corners_without_like_adjacencies(tmp_path):
    board = np.indices((6, 6)).sum(axis=0) % 2 + 1
    row = table(tmp_path, board, board, board)["simulation", 2]
    assert row["patches"] == 1
    assert row["aggregation"] == 0
    assert row["edge_density_m_ha"] == pytest.approx(60 * 30 / (36 * 0.09))


def test_patches_of_change_are_cells_that_became_one_class(tmp_path):
    start = np.ones((8, 8))
    start[:, 7] = 2
    real, found = start.copy(), start.copy()
    real[0, 0] = real[3:5, 3:5] = 2
    found[7, 0] = found[5, 0] = found[0, 0] = found[0, 2] = found[3, 0] = 2
    rows = table(tmp_path, start, real, found)
    real_row, simulated = rows["changes, reference", 2], rows["changes, simulation", 2]
    assert (real_row["patches"], real_row["cells"], real_row["single_cell_share"]) == (2, 5, 0.5)
    assert (simulated["patches"], simulated["cells"], simulated["single_cell_share"]) == (5, 5, 1)
    assert simulated["mean_patch_ha"] == pytest.approx(0.09)


def test_metrics_do_not_depend_on_the_strips(tmp_path, monkeypatch):
    rng = np.random.default_rng(2)
    maps = [np.kron(rng.integers(0, 4, (10, 8)), np.ones((3, 3))) for _ in range(3)]
    for values in maps:
        noise = rng.random(values.shape) < 0.2
        values[noise] = rng.integers(0, 4, noise.sum())
    whole = table(tmp_path, *maps, codes=(1, 2, 3))
    for cells in (1, 50, 170):
        monkeypatch.setattr(metrics, "STRIP_CELLS", cells)
        assert str(table(tmp_path, *maps, codes=(1, 2, 3))) == str(whole)
