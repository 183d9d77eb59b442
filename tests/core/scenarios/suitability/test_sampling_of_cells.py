"""Cells drawn for training: the same for any workers, by class or by transition, some of them held out."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from carbon_balance.core.land_cover.codes import LandCover
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.scenarios.suitability import sampling


@pytest.mark.parametrize("transitions", [False, True])
def test_cells_held_out_are_the_same_for_every_sample_and_any_workers(tmp_path, monkeypatch, transitions):
    rng = np.random.default_rng(0)
    monkeypatch.setattr(sampling, "TRAINING_BLOCK_CELLS", 1 << 13)
    layers = [rng.integers(1, 4, (300, 700)).astype(np.uint8) for _ in range(2)]
    covers = [LandCover(RasterSource(made.write(tmp_path / f"{at}.tif", layer, 0))) for at, layer in enumerate(layers)]
    later = covers[1] if transitions else None
    every_cell = np.arange(300 * 700, dtype=np.float32).reshape(300, 700)
    drivers = {"cell": RasterSource(made.write(tmp_path / "cell.tif", every_cell))}

    def draw(seed: int, workers: int):
        codes = np.array([1, 2, 3])
        return sampling.draw_samples(covers[0], later, drivers, codes, 20_000, False, [7, seed], Log(), workers)[1]

    one, again, other = draw(1, 1), draw(1, 4), draw(2, 2)
    for part in ("values", "targets", "held"):
        np.testing.assert_array_equal(getattr(one, part), getattr(again, part))
    assert (one.values != other.values).any()
    held, used = (set(one.values[0][mask]) for mask in (one.held, ~one.held))
    assert not held & set(other.values[0][~other.held])
    assert not used & set(other.values[0][other.held])
    assert abs(one.held.mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 / 20_000)


def test_samples_of_several_seeds_equal_single_ones_and_drivers_are_checked_once(tmp_path):
    region = made.Region(tmp_path)
    flat = made.write(tmp_path / "flat.tif", np.full((90, 90), 3, np.float32))
    drivers = {"slope": RasterSource(region.slope_path), "flat": RasterSource(flat)}
    cover = LandCover(RasterSource(region.first_path))

    def draw(seeds, log):
        return sampling.draw_samples(cover, None, drivers, made.CODES, 500, True, seeds, log)

    log = Log()
    several = draw([3, 8, 5], log)
    assert len([warning for warning in log.warnings if "Constant drivers" in warning]) == 1
    for at, seed in enumerate([8, 5], 1):
        np.testing.assert_array_equal(several[at].values, draw([3, seed], Log())[1].values)
    assert (several[1].values != several[2].values).any()


def suitability_blocks(width: int, height: int):
    from carbon_balance.core.raster.blocks import Block

    return [Block(0, row, width, min(50, height - row)) for row in range(0, height, 50)]


@pytest.mark.parametrize("equal", [False, True])
def test_a_sample_does_not_depend_on_workers_and_follows_the_classes(tmp_path, equal, monkeypatch):
    monkeypatch.setattr(sampling, "blocks", lambda width, height, cells: suitability_blocks(width, height))
    region = made.Region(tmp_path, 200)
    cover = LandCover(RasterSource(region.first_path))
    drivers = {"slope": RasterSource(region.slope_path)}
    found = [
        sampling.draw_samples(cover, None, drivers, made.CODES, 600, equal, [5], Log(), workers)[0]
        for workers in (1, 4)
    ]
    np.testing.assert_array_equal(found[0].values, found[1].values)
    np.testing.assert_array_equal(found[0].targets, found[1].targets)
    count = np.bincount(found[0].targets, minlength=3)
    share = np.array([(region.first == code).sum() for code in made.CODES]) / (region.first > 0).sum()
    expected = np.full(3, 200) if equal else 600 * share
    assert (np.abs(count - expected) <= (0 if equal else 4 * np.sqrt(expected))).all()
    assert found[0].cells == (region.first > 0).sum()


def test_equal_numbers_of_two_classes(tmp_path):
    cells = np.ones((60, 60), np.uint8)
    cells[:20] = 2
    cover = LandCover(RasterSource(made.write(tmp_path / "two.tif", cells, 0)))
    drivers = {"row": RasterSource(made.write(tmp_path / "row.tif", np.indices((60, 60))[0].astype(np.float32)))}
    sample = sampling.draw_samples(cover, None, drivers, np.array([1, 2]), 600, True, [1], Log())[0]
    assert np.bincount(sample.targets).tolist() == [300, 300]


def test_inputs_without_usable_samples_are_refused(tmp_path):
    region = made.Region(tmp_path)
    cover = LandCover(RasterSource(region.first_path))
    empty = {"void": RasterSource(made.write(tmp_path / "void.tif", np.full((90, 90), -1, np.float32), -1))}
    with pytest.raises(
        CarbonBalanceError, match="No cell has a class and all drivers: .*cells without data: void [0-9,]+ cells"
    ):
        sampling.draw_samples(cover, None, empty, made.CODES, 100, False, [1], Log())
    slope = {"slope": RasterSource(region.slope_path)}
    with pytest.raises(CarbonBalanceError, match="Nothing changed between the two dates"):
        sampling.draw_samples(cover, cover, slope, made.CODES, 100, False, [1], Log())
