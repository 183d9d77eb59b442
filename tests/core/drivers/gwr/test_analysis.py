"""Geographically weighted regression on the Georgia data: GWR4's published results, mgwr, closed forms."""

from __future__ import annotations

import tracemalloc

import georgia
import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.analysis import GwrSettings
from carbon_balance.core.drivers.gwr.bandwidth import limits
from carbon_balance.core.drivers.gwr.fit import Observations, Regression
from carbon_balance.core.drivers.gwr.kernels import Kernel
from carbon_balance.core.drivers.gwr.models import fit_models
from carbon_balance.core.options.drivers import BISQUARE, BY_CROSS_VALIDATION, GAUSSIAN, GRID
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.locations import Places
from carbon_balance.core.tables.table import Table

# Kernel, bandwidth, AICc, trace S, trace S'S, R2, CV: GWR4 1.0.90.
GWR4 = [
    (Kernel(BISQUARE, False), 209267.688808, 894.982602, 16.722876, 11.612295, 0.607540, 18.254062),
    (Kernel(BISQUARE, True), 90, 896.462831, 14.925095, 10.193958, 0.592415, 19.186726),
    (Kernel(GAUSSIAN, False), 87308.298470, 895.290158, 16.304601, 10.141574, 0.604138, 18.212841),
    (Kernel(GAUSSIAN, True), 49, 896.184041, 8.033359, 5.454906, 0.549033, 17.914091),
]
KERNELS = [row[0] for row in GWR4]
IDS = [f"{kernel.shape}-{'adaptive' if kernel.adaptive else 'fixed'}" for kernel in KERNELS]


def fit(settings, table=None, coordinates=None, geographic=False, **changes):
    names = {"dependents": ["PctBach"], "explanatory": georgia.EXPLANATORY, "each_pair": False, **changes}
    places = georgia.columns("X", "Y") if coordinates is None else coordinates
    return fit_models(table or georgia.table(), places, geographic, settings=settings, **names)


@pytest.mark.parametrize(("kernel", "bandwidth", "aicc", "trace", "trace_sts", "r2", "cv"), GWR4, ids=IDS)
def test_diagnostics_equal_those_of_gwr4(kernel, bandwidth, aicc, trace, trace_sts, r2, cv):
    model = fit(GwrSettings(kernel, bandwidth)).analyses[0]
    assert model.figures.aicc == pytest.approx(aicc, abs=5e-5)
    assert model.figures.effective_parameters == pytest.approx(trace, abs=5e-5)
    assert model.figures.trace_sts == pytest.approx(trace_sts, abs=5e-5)
    assert model.figures.r2 == pytest.approx(r2, abs=2e-6)
    assert model.figures.cv == pytest.approx(cv, abs=2e-5)


def test_local_coefficients_of_gwr4():
    """Means and standard deviations that GWR4 prints for the fixed bisquare kernel."""
    local = fit(GwrSettings(KERNELS[0], 209267.688808)).analyses[0].local
    assert local.coefficients.mean(axis=0) == pytest.approx([23.100425, -0.115556, -0.284599, 0.058275], abs=1e-6)
    assert local.coefficients.std(axis=0) == pytest.approx([4.102437, 0.038728, 0.131956, 0.075808], abs=1e-6)


def test_global_model_of_gwr4():
    ols = fit(GwrSettings(KERNELS[1], 90)).analyses[0].ols
    assert ols.aicc == pytest.approx(908.319245, abs=1e-6)
    assert ols.r2 == pytest.approx(0.485273, abs=5e-7)
    assert ols.adjusted_r2 == pytest.approx(0.471903, abs=5e-7)
    assert ols.coefficients == pytest.approx([23.854615, -0.111395, -0.345778, 0.058331], abs=5e-7)
    assert ols.standard_errors == pytest.approx([1.173043, 0.012878, 0.070863, 0.029187], abs=5e-7)
    assert ols.t_values == pytest.approx([20.335661, -8.649661, -4.879540, 1.998499], abs=5e-7)


@pytest.mark.parametrize("geographic", [False, True], ids=["plane", "sphere"])
@pytest.mark.parametrize("kernel", KERNELS, ids=IDS)
def test_local_results_equal_mgwr(kernel, geographic):
    gwr = pytest.importorskip("mgwr.gwr")
    bandwidth = {0: 209267.689, 1: 90, 2: 87308.298, 3: 49}[KERNELS.index(kernel)]
    places = georgia.columns("Longitud", "Latitude") if geographic else georgia.columns("X", "Y")
    found = fit(GwrSettings(kernel, bandwidth), coordinates=places, geographic=geographic).analyses[0]
    x, y = georgia.columns(*georgia.EXPLANATORY), georgia.columns("PctBach")
    theirs = bandwidth / 1000 if geographic and not kernel.adaptive else bandwidth
    peer = gwr.GWR(
        places, y, x, theirs, kernel=kernel.shape, fixed=not kernel.adaptive, spherical=geographic, n_jobs=1
    ).fit()
    assert found.local.coefficients == pytest.approx(peer.params, rel=1e-6, abs=1e-9)
    assert found.errors == pytest.approx(peer.bse, rel=1e-6)
    assert found.t_values == pytest.approx(peer.tvalues, rel=1e-6, abs=1e-8)
    assert found.local.r2 == pytest.approx(peer.localR2[:, 0], rel=1e-6)
    assert found.cooks == pytest.approx(peer.cooksD[:, 0], rel=1e-6, abs=1e-12)
    assert found.local.condition == pytest.approx(peer.local_collinearity()[2][:, 0], rel=1e-6)
    assert found.predicted == pytest.approx(peer.predy[:, 0], rel=1e-6)
    assert found.figures.critical_t == pytest.approx(peer.critical_tval(), rel=1e-6)
    assert found.figures.adjusted_r2 == pytest.approx(peer.adj_R2, rel=1e-6)


@pytest.mark.parametrize("criterion", ["AICc", "CV"])
@pytest.mark.parametrize("kernel", KERNELS, ids=IDS)
def test_search_is_at_least_as_good_as_mgwr(kernel, criterion):
    sel_bw = pytest.importorskip("mgwr.sel_bw")
    x, y = georgia.columns(*georgia.EXPLANATORY), georgia.columns("PctBach")
    selector = sel_bw.Sel_BW(georgia.columns("X", "Y"), y, x, kernel=kernel.shape, fixed=not kernel.adaptive, n_jobs=1)
    theirs = selector.search(criterion=criterion)
    settings = GwrSettings(kernel, None, criterion=criterion.lower())
    found = fit(settings).analyses[0]
    at_theirs = fit(GwrSettings(kernel, theirs)).analyses[0].figures
    ours, peer = (found.figures.cv, at_theirs.cv) if criterion == "CV" else (found.figures.aicc, at_theirs.aicc)
    assert ours <= peer + 1e-4
    assert found.search.score == pytest.approx(ours, rel=1e-9)


def test_search_finds_gwr4s_neighbours():
    found = fit(GwrSettings(KERNELS[1])).analyses[0]
    assert found.figures.aicc <= 896.462831
    assert found.search.at_limit == ""
    assert found.search.score == min(found.search.tried.values())


def test_grid_search_keeps_within_its_limits():
    found = fit(GwrSettings(KERNELS[1], None, BY_CROSS_VALIDATION, GRID, 60, 120)).analyses[0]
    assert min(found.search.tried) == 60
    assert max(found.search.tried) == 120
    assert found.bandwidth in found.search.tried


def test_wide_gaussian_kernel_is_the_global_model():
    model = fit(GwrSettings(Kernel(GAUSSIAN, False), 1e10)).analyses[0]
    assert model.local.coefficients == pytest.approx(np.tile(model.ols.coefficients, (159, 1)), rel=1e-6)
    assert model.figures.aicc == pytest.approx(model.ols.aicc, rel=1e-8)
    assert model.figures.effective_parameters == pytest.approx(4)


def test_standardised_coefficients_are_scaled_ones():
    plain = fit(GwrSettings(KERNELS[1], 90)).analyses[0]
    scaled = fit(GwrSettings(KERNELS[1], 90, standardise=True)).analyses[0]
    x, y = georgia.columns(*georgia.EXPLANATORY), georgia.columns("PctBach")
    assert scaled.local.coefficients[:, 1:] == pytest.approx(
        plain.local.coefficients[:, 1:] * x.std(axis=0) / y.std(), rel=1e-9
    )
    assert scaled.t_values[:, 1:] == pytest.approx(plain.t_values[:, 1:], rel=1e-9)


def test_tiny_values_are_fitted_if_standardised():
    """A dependent variable of 1e-307 standardises to that of 1; without scaling its squares underflow to 0."""
    table = with_column("tiny", georgia.columns("PctBach")[:, 0] * 1e-307)
    settings = GwrSettings(KERNELS[1], 90, standardise=True)
    plain, tiny = fit(settings).analyses[0], fit(settings, table, dependents=["tiny"]).analyses[0]
    assert tiny.local.coefficients == pytest.approx(plain.local.coefficients, rel=1e-6)
    assert tiny.figures.r2 == pytest.approx(plain.figures.r2, rel=1e-9)
    with pytest.raises(CarbonBalanceError):
        fit(GwrSettings(KERNELS[1], 90), table, dependents=["tiny"])


def test_large_offsets_lose_no_digits():
    """Coordinates and variables far from zero give the same results as near zero."""
    numbers = georgia.columns("PctBach", *georgia.EXPLANATORY)
    far = Table("far", ["PctBach", *georgia.EXPLANATORY], (numbers + [0, 1e7, 1e7, 1e7]).tolist())
    near = fit(GwrSettings(KERNELS[1], 90)).analyses[0]
    found = fit(GwrSettings(KERNELS[1], 90), far, georgia.columns("X", "Y") + 1e7).analyses[0]
    assert found.local.coefficients[:, 1:] == pytest.approx(near.local.coefficients[:, 1:], rel=1e-5)
    assert found.figures.aicc == pytest.approx(near.figures.aicc, rel=1e-7)


def test_workers_and_seed_do_and_order_does_not_change_results():
    one, two = (
        fit(GwrSettings(KERNELS[1], 90, permutations=9, seed=3, workers=workers)).analyses[0] for workers in (1, 3)
    )
    assert (one.local.coefficients == two.local.coefficients).all()
    assert (one.variability == two.variability).all()
    table = georgia.table()
    turned = Table(table.label, table.fields, table.rows[::-1])
    back = fit(GwrSettings(KERNELS[1], 90), turned, georgia.columns("X", "Y")[::-1]).analyses[0]
    assert back.local.coefficients[::-1] == pytest.approx(one.local.coefficients, rel=1e-9)


def test_monte_carlo_detects_a_varying_coefficient_only():
    """The first slope increases from west to east, the second is constant."""
    generator = np.random.default_rng(5)
    places = generator.uniform(0, 100, (300, 2))
    x = generator.normal(size=(300, 2))
    y = places[:, 0] / 20 * x[:, 0] + 2 * x[:, 1] + generator.normal(0, 0.5, 300)
    table = Table("made", ["y", "drifts", "stays"], np.column_stack([y, x]).tolist())
    model = fit_models(
        table, places, False, ["y"], ["drifts", "stays"], False, GwrSettings(Kernel(), 60, permutations=39)
    ).analyses[0]
    assert model.variability[1] == pytest.approx(1 / 40)
    assert model.variability[2] > 0.1


def test_each_pair_of_fields_is_a_separate_model():
    models = fit(GwrSettings(KERNELS[1], 90), each_pair=True, dependents=["PctBach", "PctEld"])
    assert [(each.dependent, each.terms[1]) for each in models.analyses] == [
        (dependent, driver) for dependent in ("PctBach", "PctEld") for driver in georgia.EXPLANATORY
    ]
    alone = fit(GwrSettings(KERNELS[1], 90), explanatory=["PctPov"], dependents=["PctEld"]).analyses[0]
    assert models.analyses[4].figures.r2 == alone.figures.r2
    columns = models.columns()
    assert (columns["b_PctEld_PctPov"] == alone.local.coefficients[:, 1]).all()
    assert {"t_PctEld_PctPov", "b_PctEld_PctPov_intercept", "local_r2_PctEld_PctPov"} <= set(columns)


def test_rows_with_null_are_left_out_and_counted():
    table = georgia.table()
    rows = [list(row) for row in table.rows]
    rows[3][table.fields.index("PctPov")] = None
    places = georgia.columns("X", "Y")
    places[10] = np.nan
    log = Log()
    models = fit_models(
        Table(table.label, table.fields, rows),
        places,
        False,
        ["PctBach"],
        georgia.EXPLANATORY,
        False,
        GwrSettings(KERNELS[1], 90),
        log,
    )
    assert models.kept.sum() == 157
    found = models.columns()["b_PctPov"]
    assert np.flatnonzero(np.isnan(found)).tolist() == [3, 10]
    assert [note for note in log.warnings if "2 of 159 rows" in note and "row 4, row 11" in note]


def test_duplicate_points_are_logged_and_used():
    places = georgia.columns("X", "Y")
    places[1] = places[2] = places[0]
    log = Log()
    fit_models(georgia.table(), places, False, ["PctBach"], ["PctPov"], False, GwrSettings(KERNELS[1], 90), log)
    assert [note for note in log.warnings if note.startswith("3 features share a location")]


def refused(settings=None, **changes):
    with pytest.raises(CarbonBalanceError) as stopped:
        fit(settings or GwrSettings(KERNELS[1], 90), **changes)
    return str(stopped.value)


def with_column(name, values):
    table = georgia.table()
    return Table(table.label, [*table.fields, name], [[*row, value] for row, value in zip(table.rows, values)])


def test_collinear_and_constant_fields_are_named():
    numbers = georgia.columns("PctRural", "PctPov")
    table = with_column("both", numbers @ [2, -1] + 3)
    message = refused(table=table, explanatory=["PctRural", "PctBlack", "PctPov", "both"])
    assert message.startswith("PctRural, PctPov, both are collinear")
    assert refused(table=with_column("flat", [7] * 159), explanatory=["PctPov", "flat"]).startswith(
        "flat: the value is the same"
    )
    assert refused(table=with_column("flat", [7] * 159), dependents=["flat"]).startswith("flat: the value is the same")


def test_locally_constant_field_is_named():
    east = (georgia.columns("X")[:, 0] > 1.0e6).astype(float)
    message = refused(GwrSettings(KERNELS[1], 30), table=with_column("coast", east), explanatory=["PctPov", "coast"])
    assert "coast is constant or collinear within the bandwidth" in message
    assert "Near 1" in message


def test_a_search_avoids_bandwidths_that_cannot_be_solved():
    east = (georgia.columns("X")[:, 0] > 0.9e6).astype(float)
    found = fit(GwrSettings(KERNELS[1]), with_column("east", east), explanatory=["PctPov", "east"]).analyses[0]
    assert np.isfinite(found.local.coefficients).all()
    assert np.isinf(list(found.search.tried.values())).any()


@pytest.mark.parametrize("bandwidth", [5, 160, 90.5])
def test_impossible_numbers_of_neighbours_are_refused(bandwidth):
    assert "it must be a whole number from 6 to 159" in refused(GwrSettings(KERNELS[1], bandwidth))


def test_more_observations_at_one_point_than_neighbours_are_refused():
    places = georgia.columns("X", "Y")
    places[:40] = places[0]
    assert "up to 40 observations at one location, it must be a whole number from 41" in refused(
        GwrSettings(KERNELS[1], 30), coordinates=places
    )


def test_too_few_rows_and_bandwidths_without_room():
    table = georgia.table()
    few = Table(table.label, table.fields, table.rows[:6])
    message = refused(GwrSettings(KERNELS[1]), table=few, coordinates=georgia.columns("X", "Y")[:6])
    assert message.startswith("There are 6 observations for 4 parameters")
    assert "no bandwidth to search between 90 and 80" in refused(GwrSettings(KERNELS[1], None, lowest=90, highest=80))
    assert "a distance greater than 0" in refused(GwrSettings(KERNELS[0], 0))
    few = Table(table.label, table.fields, table.rows[:9])
    message = refused(GwrSettings(KERNELS[1], 6), table=few, coordinates=georgia.columns("X", "Y")[:9])
    assert "leaves no degrees of freedom" in message


def test_a_field_as_both_dependent_and_driver_is_refused():
    assert "PctBach is chosen more than once" in refused(explanatory=["PctBach", "PctPov"])


def test_degrees_out_of_range():
    assert "not valid longitudes and latitudes" in refused(geographic=True)


def test_cancelling_stops_the_run():
    class Impatient(Log):
        def is_cancelled(self):
            return True

    with pytest.raises(Cancelled):
        fit_models(
            georgia.table(),
            georgia.columns("X", "Y"),
            False,
            ["PctBach"],
            ["PctPov"],
            False,
            GwrSettings(KERNELS[1], 90),
            Impatient(),
        )


def test_progress_rises_to_one():
    class Bar(Log):
        seen = []

        def progress(self, fraction):
            self.seen.append(fraction)

    bar = Bar()
    settings = GwrSettings(KERNELS[1], permutations=5)
    fit_models(georgia.table(), georgia.columns("X", "Y"), False, ["PctBach"], ["PctPov"], False, settings, bar)
    assert (np.diff(bar.seen) >= -1e-12).all()
    assert bar.seen[-1] == pytest.approx(1)


def test_memory_is_that_of_a_block():
    """An array of all locations by all observations would take 3.2 GB here."""
    generator = np.random.default_rng(1)
    places = Places.plane(generator.uniform(0, 1e5, (20_000, 2)))
    x = generator.normal(size=(20_000, 1))
    sample = Observations(places, x, x[:, 0] + generator.normal(size=20_000), ["x"])
    for kernel, bandwidth in ((Kernel(BISQUARE, True), 100), (Kernel(GAUSSIAN, False), 3e3)):
        tracemalloc.start()
        quick = Regression(sample, kernel, workers=2).quick(bandwidth)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert np.isfinite(quick.residuals).all()
        assert peak < 150e6


@pytest.mark.parametrize(
    ("rows", "variables", "few"),
    # 40 + 2 p neighbours, p parameters with the intercept; a third of the rows if that is less; p + 2 at least.
    [(159, 3, 48), (144, 3, 48), (143, 3, 47), (90, 1, 30), (12, 3, 6)],
)
def test_the_smallest_searched_bandwidth_depends_on_the_number_of_fields(rows, variables, few):
    rng = np.random.default_rng(1)
    places = Places.plane(rng.random((rows, 2)) * 1000)
    names = [f"x{number}" for number in range(variables)]
    sample = Observations(places, rng.random((rows, variables)), rng.random(rows), names)
    assert limits(Regression(sample, Kernel(BISQUARE, True))) == (few, rows)


def test_defaults():
    found = GwrSettings()
    assert (found.kernel.adaptive, found.criterion, found.method) == (True, "aicc", "golden_section")
    assert (found.standardise, found.permutations, found.seed, found.alpha, found.multiscale) == (
        False,
        0,
        0,
        0.05,
        False,
    )
