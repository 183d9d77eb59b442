"""Emissions of zones distributed by weights: the cells of each zone add up to its statistic."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.demand.demand_raster import Demanded, Target, check_population
from carbon_balance.core.demand.disaggregation import WeightedEmission, disaggregate
from carbon_balance.core.options.demand import EVENLY, T_PER_CELL, T_PER_KM2
from carbon_balance.core.options.raster import CENTRE, FRACTION, PER_CELL, PER_KM2
from carbon_balance.core.raster.blocks import Block
from carbon_balance.core.raster.coverage import coverage
from carbon_balance.core.raster.outlines import edges_on_grid, spans_by_centre
from carbon_balance.core.raster.quantity import classes_as_values, quantity_on
from carbon_balance.core.raster.source import RasterSource
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from gridded import box, make_raster, wkt_of
from gridded import read_values as read_raster
from osgeo import ogr

EAST, NORTH, CELL = 500_000.0, 3_000_000.0, 100.0
SIZE = 700


def mosaic(rows, columns, seed=3, size=SIZE):
    """Zones with slanted borders that tile a raster of ``size`` cells; WKB each."""
    random = np.random.default_rng(seed)
    x = np.linspace(0, size, columns + 1)[None, :] + np.zeros((rows + 1, 1))
    y = np.linspace(0, size, rows + 1)[:, None] + np.zeros((1, columns + 1))
    x[:, 1:-1] += random.uniform(-0.3, 0.3, (rows + 1, columns - 1)) * size / columns
    y[1:-1] += random.uniform(-0.3, 0.3, (rows - 1, columns + 1)) * size / rows
    corners = np.stack([EAST + CELL * x, NORTH - CELL * y], axis=-1)
    made = []
    for r in range(rows):
        for c in range(columns):
            ring = [corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c], corners[r, c]]
            text = ",".join(f"{px!r} {py!r}" for px, py in (point.tolist() for point in ring))
            made.append(bytes(ogr.CreateGeometryFromWkt(f"POLYGON(({text}))").ExportToWkb()))
    return made


def cells_box(column, row, width, height):
    """WKB of a rectangle given in cells."""
    west, north = EAST + CELL * column, NORTH - CELL * row
    return box(west, north - CELL * height, west + CELL * width, north)


@pytest.fixture
def weights(tmp_path):
    """Skewed weights with zeros and gaps, so that sums of cells differ by orders of magnitude."""
    random = np.random.default_rng(7)
    values = random.lognormal(0, 3, (SIZE, SIZE))
    values[random.random((SIZE, SIZE)) < 0.3] = 0
    values[:40, :60] = -9999
    path = make_raster(tmp_path / "weights.tif", values, (EAST, CELL, 0, NORTH, 0, -CELL), "EPSG:32648", nodata=-9999)
    return RasterSource(str(path), "weights")


def zone_totals(path, outlines, source, rule=CENTRE, unit=T_PER_KM2):
    """The sum over each zone's cells, cell by cell, from the file."""
    values = read_raster(path)
    values = np.where(values < -1e30, 0, values)
    if unit == T_PER_KM2:
        values = values * (source.grid.row_cell_area_ha() / 100)[:, None]
    edges = edges_on_grid(outlines, source.grid)
    whole = Block(0, 0, source.grid.width, source.grid.height)
    spans = spans_by_centre(edges, whole) if rule == CENTRE else coverage(edges, whole)[0]
    totals = np.zeros(len(outlines))
    for zone, row, start, stop in zip(spans.zone, spans.row, spans.start, spans.stop):
        totals[zone] += values[row, start:stop].sum()
    return totals


def run(parts, outlines, path, source, log=None, unit=T_PER_KM2, single=False, **more):
    names = [f"zone {number}" for number in range(len(outlines))]
    target = Target(str(path), source.grid, unit, single)
    result, staged = disaggregate(parts, outlines, names, target, log or Log(), **more)
    staged.publish()
    return result


@pytest.mark.parametrize(("unit", "workers", "block_cells"), [(T_PER_KM2, 1, 1 << 23), (T_PER_CELL, 3, 512 * 512)])
def test_each_zone_gets_its_statistic(tmp_path, weights, unit, workers, block_cells):
    outlines = mosaic(9, 8)
    emission = np.random.default_rng(1).lognormal(12, 2, len(outlines))
    part = WeightedEmission(emission, quantity_on(weights, weights.grid, PER_KM2))
    path = tmp_path / "demand.tif"
    result = run([part], outlines, path, weights, unit=unit, workers=workers, block_cells=block_cells)
    np.testing.assert_allclose(zone_totals(path, outlines, weights, unit=unit), emission, rtol=1e-9)
    assert result.raster_t == pytest.approx(emission.sum(), rel=1e-12)
    assert result.emission_t == pytest.approx(emission.sum(), rel=1e-12)


def test_cells_follow_the_weights_and_gaps_stay_gaps(tmp_path, weights):
    path = tmp_path / "demand.tif"
    run(
        [WeightedEmission(np.array([5e6]), quantity_on(weights, weights.grid))],
        [cells_box(0, 0, SIZE, SIZE)],
        path,
        weights,
    )
    demand, given = read_raster(path), read_raster(weights.path)
    gap = given == -9999
    np.testing.assert_array_equal(demand < -1e30, gap)
    share = demand[~gap] / given[~gap].clip(1e-300)
    np.testing.assert_allclose(share[given[~gap] > 0], 5e6 / given[~gap].sum() / 0.01, rtol=1e-12)
    assert (demand[~gap][given[~gap] == 0] == 0).all()


def test_result_does_not_depend_on_workers(tmp_path, weights):
    outlines = mosaic(5, 5)
    part = WeightedEmission(np.arange(1.0, 26.0), quantity_on(weights, weights.grid, PER_CELL))
    for workers in (1, 4):
        run([part], outlines, tmp_path / f"{workers}.tif", weights, workers=workers)
    np.testing.assert_array_equal(read_raster(tmp_path / "1.tif"), read_raster(tmp_path / "4.tif"))


def test_mix_of_population_and_classes_keeps_mass(tmp_path, weights):
    random = np.random.default_rng(2)
    cover = make_raster(
        tmp_path / "cover.tif",
        random.integers(1, 5, (SIZE, SIZE)).astype(np.uint8),
        (EAST, CELL, 0, NORTH, 0, -CELL),
        "EPSG:32648",
        nodata=0,
    )
    built = classes_as_values(RasterSource(str(cover), "land cover"), [3], [1.0])
    outlines = mosaic(6, 6)
    households, industry = random.uniform(1, 9, 36), random.uniform(1, 9, 36)
    parts = [
        WeightedEmission(households, quantity_on(weights, weights.grid, PER_CELL)),
        WeightedEmission(industry, quantity_on(built, weights.grid)),
    ]
    path = tmp_path / "demand.tif"
    run(parts, outlines, path, weights)
    np.testing.assert_allclose(zone_totals(path, outlines, weights), households + industry, rtol=1e-9)
    # Industry alone stands where land is built-up and nobody lives.
    demand, people = read_raster(path), read_raster(weights.path)
    nobody = people <= 0
    assert (demand[nobody & (read_raster(cover) == 3)] > 0).all()
    assert (demand[nobody & (read_raster(cover) != 3)] == 0).all()


def test_zones_too_small_for_a_cell_centre_keep_their_mass(tmp_path, weights):
    outlines = [cells_box(100, 100, 50, 50), cells_box(200.6, 200.7, 0.7, 0.3), cells_box(300.1, 300.1, 0.2, 0.2)]
    log = Log()
    values = read_raster(weights.path)
    assert values[200, 200] + values[200, 201] > 0
    path = tmp_path / "demand.tif"
    part = WeightedEmission(np.array([1.0, 20.0, 300.0]), quantity_on(weights, weights.grid))
    result = run([part], outlines, path, weights, log, empty=EVENLY)
    assert result.by_fraction == [1, 2]
    assert result.raster_t == pytest.approx(321, rel=1e-12)
    demand = np.where(read_raster(path) < -1e30, 0, read_raster(path)) * 0.01
    # 0.4 and 0.3 cells of two neighbours, 0.3 high each.
    np.testing.assert_allclose(
        demand[200, 200:202],
        20 * np.array([0.4, 0.3]) * values[200, 200:202] / (np.array([0.4, 0.3]) @ values[200, 200:202]),
    )
    assert demand[300, 300] == pytest.approx(300)
    assert any("exact cell fractions" in note for note in log.notes)


@pytest.mark.parametrize("unit", [T_PER_KM2, T_PER_CELL])
def test_exact_fractions_of_all_cells_keep_mass(tmp_path, weights, unit):
    outlines = mosaic(7, 7)
    emission = np.linspace(1, 2, 49)
    path = tmp_path / "demand.tif"
    part = WeightedEmission(emission, quantity_on(weights, weights.grid))
    result = run([part], outlines, path, weights, unit=unit, rule=FRACTION)
    assert result.raster_t == pytest.approx(emission.sum(), rel=1e-12)


def test_overlapping_zones_add_up(tmp_path, weights):
    outlines = [cells_box(100, 100, 50, 50), cells_box(140, 100, 50, 50), cells_box(120, 110, 60, 10)]
    log = Log()
    path = tmp_path / "demand.tif"
    parts = [WeightedEmission(np.array([1e3, 1e4, 1e5]), quantity_on(weights, weights.grid))]
    result = run(parts, outlines, path, weights, log)
    assert result.raster_t == pytest.approx(111_000, rel=1e-12)
    # Two share 10 x 50 cells; the third lies on 60 x 10 cells that were in one zone at least.
    assert result.overlap_cells == 500 + 600
    assert "Zones overlap in 1,100 cells" in log.warnings[0]
    alone = tmp_path / "alone.tif"
    singly = []
    for number in range(3):
        one = [WeightedEmission(parts[0].emission_t[[number]], parts[0].weights)]
        run(one, [outlines[number]], alone, weights)
        singly.append(np.where(read_raster(alone) < -1e30, 0, read_raster(alone)))
    together = np.where(read_raster(path) < -1e30, 0, read_raster(path))
    np.testing.assert_allclose(together, sum(singly), rtol=1e-12)


def test_zones_without_weights_are_refused_or_spread_evenly(tmp_path, weights):
    outlines = [cells_box(0, 0, 40, 20), cells_box(100, 100, 50, 50)]
    parts = [WeightedEmission(np.array([8e4, 1.0]), quantity_on(weights, weights.grid))]
    path = tmp_path / "demand.tif"
    with pytest.raises(CarbonBalanceError, match="weights is zero or has no data throughout zone 0"):
        run(parts, outlines, path, weights)
    assert list(tmp_path.glob("*demand*")) == []
    log = Log()
    result = run(parts, outlines, path, weights, log, empty=EVENLY)
    assert result.evenly == [0]
    np.testing.assert_allclose(read_raster(path)[:20, :40], 8e4 / (40 * 20 * 0.01))
    assert log.warnings == ["Emissions spread evenly over all cells because all weights are zero: zone 0."]
    assert result.raster_t == pytest.approx(80_001, rel=1e-12)


def test_zone_without_emission_is_zero_even_without_weights(tmp_path, weights):
    outlines = [cells_box(0, 0, 80, 20)]
    path = tmp_path / "demand.tif"
    result = run([WeightedEmission(np.array([0.0]), quantity_on(weights, weights.grid))], outlines, path, weights)
    assert result.raster_t == 0
    assert result.cells == 20 * 20


def test_zones_outside_and_beyond_are_logged(tmp_path, weights):
    outlines = [cells_box(650, 650, 100, 20), cells_box(900, 0, 5, 5), None]
    log = Log()
    path = tmp_path / "demand.tif"
    result = run(
        [WeightedEmission(np.array([7.0, 1.0, 2.0]), quantity_on(weights, weights.grid))], outlines, path, weights, log
    )
    assert result.raster_t == pytest.approx(7, rel=1e-12)
    assert result.missed == [1, 2]
    assert "Zones outside the raster, with 3 t of emissions that are not in any cell: zone 1, zone 2." in log.warnings
    assert any("extend beyond the raster" in warning and "zone 0" in warning for warning in log.warnings)


def test_geographic_cells_differ_in_area_and_mass_is_kept(tmp_path):
    values = np.random.default_rng(4).uniform(0, 50, (600, 90)).astype(np.float32)
    path = make_raster(tmp_path / "people.tif", values, (104, 0.05, 0, 55, 0, -0.05), "EPSG:4326", nodata=-1)
    source = RasterSource(str(path), "people")
    outlines = [box(104.01, 30, 106, 54.3), box(106, 26, 108.2, 40)]
    emission = np.array([3e7, 4e7])
    for basis in (PER_KM2, PER_CELL):
        out = tmp_path / f"{basis}.tif"
        run([WeightedEmission(emission, quantity_on(source, source.grid, basis))], outlines, out, source)
        np.testing.assert_allclose(zone_totals(out, outlines, source), emission, rtol=1e-9)
    by_density, by_count = (read_raster(tmp_path / f"{basis}.tif") for basis in (PER_KM2, PER_CELL))
    inside = by_density[30:480, 3]
    # Density is emission per person x density, so it is the same for the same density at any latitude.
    assert np.ptp(inside / values[30:480, 3]) / np.mean(inside / values[30:480, 3]) < 1e-6
    assert np.ptp(by_count[30:480, 3] / values[30:480, 3]) / np.mean(by_count[30:480, 3] / values[30:480, 3]) > 0.1


@pytest.mark.parametrize(("basis", "shift"), [(PER_CELL, 0), (PER_KM2, 30)])
def test_weights_on_another_grid_and_crs_keep_mass(tmp_path, weights, basis, shift):
    other = make_raster(
        tmp_path / "lights.tif",
        np.random.default_rng(5).uniform(1, 5, (160, 160)),
        (104.9, 0.0083, 0, 27.2 + shift / 1e4, 0, -0.0083),
        "EPSG:4326",
        nodata=-1,
    )
    lights = quantity_on(RasterSource(str(other), "lights"), weights.grid, basis)
    outlines = mosaic(6, 5)
    emission = np.linspace(5, 90, 30)
    path = tmp_path / "demand.tif"
    parts = [
        WeightedEmission(emission * 0.25, quantity_on(weights, weights.grid)),
        WeightedEmission(emission * 0.75, lights),
    ]
    run(parts, outlines, path, weights)
    np.testing.assert_allclose(zone_totals(path, outlines, weights), emission, rtol=1e-9)


def test_single_precision_halves_the_size_and_keeps_mass_to_a_millionth(tmp_path, weights):
    outlines = mosaic(3, 3)
    emission = np.linspace(1, 2, 9)
    part = WeightedEmission(emission, quantity_on(weights, weights.grid))
    run([part], outlines, tmp_path / "single.tif", weights, single=True)
    totals = zone_totals(tmp_path / "single.tif", outlines, weights)
    np.testing.assert_allclose(totals, emission, rtol=1e-6)
    assert read_raster(tmp_path / "single.tif").dtype == np.float32


def test_negative_weights_are_refused_with_their_location(tmp_path, weights):
    values = read_raster(weights.path)
    values[3, 650] = -2
    path = make_raster(tmp_path / "bad.tif", values, weights.grid.geotransform, "EPSG:32648", nodata=-9999)
    bad = RasterSource(str(path), "lights")
    with pytest.raises(CarbonBalanceError, match=r"lights is negative \(-2\) at row 4, column 651"):
        run(
            [WeightedEmission(np.ones(1), quantity_on(bad, bad.grid))],
            [cells_box(0, 0, 9, 9)],
            tmp_path / "demand.tif",
            bad,
        )


def test_rasters_and_zones_that_do_not_overlap_are_refused(tmp_path, weights):
    far = make_raster(
        tmp_path / "far.tif", np.ones((9, 9)), (900_000, 100, 0, 3_000_000, 0, -100), "EPSG:32648", nodata=-1
    )
    part = WeightedEmission(np.ones(1), quantity_on(weights, weights.grid))
    beside = WeightedEmission(np.ones(1), quantity_on(RasterSource(str(far), "far lights"), weights.grid))
    with pytest.raises(CarbonBalanceError, match="far lights has no data in the cells of the result"):
        run([part, beside], [cells_box(0, 0, SIZE, SIZE)], tmp_path / "demand.tif", weights)
    with pytest.raises(CarbonBalanceError, match="No zone overlaps weights"):
        run([part], [cells_box(2000, 0, 5, 5)], tmp_path / "demand.tif", weights)
    assert wkt_of("EPSG:32648") == weights.grid.crs_wkt
    assert not (tmp_path / "demand.tif").exists()


def test_a_cancelled_run_leaves_no_file(tmp_path, weights):
    class Impatient(Log):
        def is_cancelled(self):
            return bool(list(tmp_path.glob("*.part.tif")))

    with pytest.raises(Cancelled):
        run(
            [WeightedEmission(np.ones(1), quantity_on(weights, weights.grid))],
            [cells_box(0, 0, SIZE, SIZE)],
            tmp_path / "demand.tif",
            weights,
            Impatient(),
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weights.tif"]


@pytest.mark.parametrize(("declared", "warned"), [(1500.0, False), (1501.0, True), (900.0, False), (600.0, True)])
def test_a_population_may_differ_by_half(declared, warned):
    """With 1,000 known persons up to 1,500 are accepted; fewer are doubtful only if the other meaning fits better."""
    found = Demanded(area_km2=10.0, persons=declared, persons_otherwise=1000.0)
    log = Log()
    assert check_population(found, PER_KM2, 1000.0, log) is warned
    assert len(log.warnings) == warned
    far = Demanded(area_km2=10.0, persons=declared, persons_otherwise=1e9)
    assert check_population(far, PER_KM2, 1000.0, Log()) is (warned and declared > 1000)


@pytest.mark.parametrize(
    ("density", "otherwise", "warned"),
    [(50_000, 5, False), (50_001, 5, True), (0.9, 5, True), (0.9, 0.9, False), (1, 5, False), (0.9, 50_001, False)],
)
def test_without_a_known_population_the_density_is_checked(density, otherwise, warned):
    found = Demanded(area_km2=1.0, persons=density, persons_otherwise=otherwise)
    assert check_population(found, PER_KM2, None, Log()) is warned
