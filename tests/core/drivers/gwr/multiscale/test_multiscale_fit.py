"""Multiscale regression: the Georgia results of mgwr 2.2.1, mgwr itself, and closed forms."""

from __future__ import annotations

import tracemalloc

import georgia
import numpy as np
import pytest
from carbon_balance.core.drivers.gwr.analysis import GwrSettings, analyse
from carbon_balance.core.drivers.gwr.fit import Observations, Regression
from carbon_balance.core.drivers.gwr.kernels import Kernel
from carbon_balance.core.drivers.gwr.models import fit_models
from carbon_balance.core.drivers.gwr.multiscale import backfitting, multiscale_fit
from carbon_balance.core.drivers.gwr.multiscale.backfitting import back_fit
from carbon_balance.core.drivers.gwr.report import _back_fitting, local_coefficient_table, model_table
from carbon_balance.core.options.drivers import BISQUARE, GAUSSIAN, GRID
from carbon_balance.core.runtime.errors import Cancelled, CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.locations import Places

EXPLANATORY = ["PctFB", "PctBlack", "PctRural"]


def fit(log=None, coordinates=None, geographic=False, explanatory=EXPLANATORY, **settings):
    places = georgia.columns("X", "Y") if coordinates is None else coordinates
    given = GwrSettings(multiscale=True, **settings)
    return fit_models(georgia.table(), places, geographic, ["PctBach"], explanatory, False, given, log)


@pytest.fixture(scope="module")
def found():
    return fit()


def standardised(*names):
    values = georgia.columns(*names)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def both(criterion="AICc", **space):
    """Our model and mgwr's of the first 132 counties, which both search from 44 neighbours, and one variable."""
    sel_bw = pytest.importorskip("mgwr.sel_bw")
    gwr = pytest.importorskip("mgwr.gwr")
    is_sphere = bool(space)
    places = georgia.columns(*(("Longitud", "Latitude") if is_sphere else ("X", "Y")))[:132]
    values = georgia.columns("PctBach", "PctRural")[:132]
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    kernel = GAUSSIAN if is_sphere else BISQUARE
    how = {"kernel": kernel, "n_jobs": 1, **space}
    selector = sel_bw.Sel_BW(places, values[:, :1], values[:, 1:], multi=True, **how)
    selector.search(criterion=criterion, multi_bw_min=[20])
    peer = gwr.MGWR(places, values[:, :1], values[:, 1:], selector, **how).fit()
    settings = GwrSettings(Kernel(kernel), criterion=criterion.lower(), lowest=20, multiscale=True)
    where = Places.sphere(places) if is_sphere else Places.plane(places)
    return analyse(where, values[:, 1:], values[:, 0], ["PctRural"], "PctBach", settings), peer


def test_published_results_of_mgwr(found):
    """The example of mgwr 2.2.1, searched from 2 neighbours."""
    model = found.analyses[0]
    assert model.bandwidth_of_terms().tolist() == [92, 101, 136, 158]
    assert model.figures.aicc == pytest.approx(297.12014, abs=5e-6)
    assert model.figures.r2 == pytest.approx(0.679878, abs=5e-7)
    assert model.parameters_of_terms() == pytest.approx([3.8447, 3.5138, 2.2581, 1.7518], abs=5e-5)
    means = model.local.coefficients.mean(axis=0)
    assert means == pytest.approx([0.01720677, 0.47903172, -0.06929291, -0.30413249], abs=5e-9)
    assert model.critical_t_of_terms() == pytest.approx([2.51210749, 2.47888792, 2.31069113, 2.21000184], abs=5e-9)
    assert model.figures.sigma2 == pytest.approx(0.34477258, abs=5e-9)
    assert model.figures.adjusted_r2 == pytest.approx(0.65505930, abs=5e-9)
    assert model.errors.mean(axis=0) == pytest.approx([0.08031836, 0.0865501, 0.06807702, 0.06490113], abs=5e-9)
    assert model.t_values.mean(axis=0) == pytest.approx([0.22097011, 5.79952738, -1.02761203, -4.69645665], abs=5e-9)
    assert model.significant_share() == pytest.approx([52 / 159, 130 / 159, 0, 1])


def test_mgwr_with_its_own_limits():
    """Searched from 42 neighbours, as mgwr does unless told otherwise."""
    model = fit(lowest=42).analyses[0]
    assert model.bandwidth_of_terms().tolist() == [101, 101, 117, 157]
    assert model.figures.aicc == pytest.approx(297.07041498, abs=5e-9)
    assert model.parameters_of_terms() == pytest.approx([3.39709821, 3.51194206, 2.77822108, 1.78641489], abs=5e-9)


@pytest.mark.parametrize(("criterion", "space"), [("AICc", {}), ("CV", {"spherical": True})], ids=["plane", "sphere"])
def test_every_local_result_equals_mgwr(criterion, space):
    model, peer = both(criterion, **space)
    assert model.bandwidth_of_terms().tolist() == peer.model.bws.tolist()
    assert model.figures.aicc == pytest.approx(peer.aicc, rel=1e-8)
    assert model.parameters_of_terms() == pytest.approx(peer.ENP_j, rel=1e-7)
    assert model.local.coefficients == pytest.approx(peer.params, rel=1e-6, abs=1e-9)
    assert model.errors == pytest.approx(peer.bse, rel=1e-6)
    assert model.t_values == pytest.approx(peer.tvalues, rel=1e-6, abs=1e-8)
    assert model.predicted == pytest.approx(peer.predy[:, 0], rel=1e-6, abs=1e-9)
    assert model.local.condition == pytest.approx(peer.local_collinearity()[0][:, 0], rel=1e-6)
    assert model.critical_t_of_terms() == pytest.approx(peer.critical_tval(), rel=1e-9)


def test_hat_matrices_are_those_of_the_closed_form(monkeypatch):
    """Back-fitting carried far: the limit solves f_j = A_j (y - sum of the other f), whose R_j are written out here.

    Some columns at a time, whose number does not divide that of the rows.
    """
    n = 70
    rng = np.random.default_rng(4)
    places = rng.uniform(0, 100, (n, 2))
    x = rng.normal(size=(n, 2))
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    y = x[:, 0] * places[:, 0] / 40 + x[:, 1] + rng.normal(0, 0.5, n)
    y = (y - y.mean()) / y.std()
    monkeypatch.setattr("carbon_balance.core.drivers.gwr.multiscale.backfitting.CONVERGED", 1e-12)
    monkeypatch.setattr(multiscale_fit, "_ALL_BYTES", 1)
    monkeypatch.setattr(multiscale_fit, "_LEAST_BYTES", 1)
    regression = Regression(Observations(Places.plane(places), x, y, ["a", "b"]), Kernel())
    local, figures = multiscale_fit.fit_multiscale(regression)
    design = np.column_stack([np.ones(n), x])
    distance = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    smooth = []
    for j, bandwidth in enumerate(figures.bandwidths.astype(int)):
        reach = np.sort(distance, axis=1)[:, bandwidth - 1 : bandwidth] * 1.0000001
        weights = np.maximum(1 - (distance / reach) ** 2, 0) ** 2
        weighted = weights * design[:, j]
        smooth.append(design[:, j, None] * weighted / (weighted @ design[:, j])[:, None])
    left = np.block([[np.eye(n) if i == j else smooth[i] for j in range(3)] for i in range(3)])
    hats = np.linalg.solve(left, np.vstack(smooth)).reshape(3, n, n)
    assert figures.effective_parameters == pytest.approx([np.trace(hat) for hat in hats], rel=1e-6)
    assert local.influence == pytest.approx(np.diag(hats.sum(axis=0)), rel=1e-6)
    assert local.hat_squares == pytest.approx((hats.sum(axis=0) ** 2).sum(axis=1), rel=1e-6)
    variances = np.stack([((hat / design[:, j, None]) ** 2).sum(axis=1) for j, hat in enumerate(hats)], axis=1)
    assert local.unscaled_variances == pytest.approx(variances, rel=1e-6)
    assert local.residuals == pytest.approx(y - hats.sum(axis=0) @ y, abs=1e-8)


def test_fit_is_the_hat_matrix_times_the_dependent(found):
    """Additive terms, residuals and predicted values are consistent with each other."""
    model = found.analyses[0]
    design = np.column_stack([np.ones(159), standardised(*EXPLANATORY)])
    assert (model.local.coefficients * design).sum(axis=1) == pytest.approx(model.predicted, abs=1e-10)
    assert standardised("PctBach")[:, 0] - model.local.residuals == pytest.approx(model.predicted, abs=1e-12)
    assert model.figures.effective_parameters == pytest.approx(model.parameters_of_terms().sum(), rel=1e-12)


def test_a_varying_coefficient_has_the_shorter_distance_bandwidth():
    """The first slope varies in space, the second is constant."""
    rng = np.random.default_rng(3)
    places = rng.uniform(0, 100, (250, 2))
    x = rng.normal(size=(250, 2))
    y = 2 * np.sin(places[:, 0] / 15) * x[:, 0] + x[:, 1] + rng.normal(0, 0.3, 250)
    settings = GwrSettings(Kernel(BISQUARE, False), multiscale=True)
    model = analyse(Places.plane(places), x, y, ["drifts", "stays"], "y", settings)
    drifts, stays = model.bandwidth_of_terms()[1:]
    assert drifts < 40
    assert stays > 100
    assert model.figures.aicc < model.multiscale.single_aicc


def test_workers_do_not_change_results(found):
    for workers in (1, 3):
        again = fit(workers=workers).analyses[0]
        assert (again.local.coefficients == found.analyses[0].local.coefficients).all()
        assert (again.errors == found.analyses[0].errors).all()


def test_units_of_the_fields_do_not_matter(found):
    """Fields are standardised whether this is requested or not."""
    assert (fit(standardise=True).analyses[0].errors == found.analyses[0].errors).all()


def test_columns_and_tables(found):
    names = set(found.columns())
    assert {"b_intercept", "se_PctFB", "t_PctRural", "predicted", "residual", "cooks_d", "condition_number"} <= names
    assert "local_r2" not in names
    assert all(np.isfinite(values).all() for values in found.columns().values())
    model = model_table(found)
    assert model["bandwidths"] == ["intercept 92, PctFB 101, PctBlack 136, PctRural 158"]
    assert np.isnan(model["bandwidth"][0]) and np.isnan(model["critical_t"][0])
    terms = local_coefficient_table(found)
    assert terms["bandwidth"] == [92, 101, 136, 158]
    assert terms["effective_parameters"] == pytest.approx([3.8447, 3.5138, 2.2581, 1.7518], abs=5e-5)
    assert terms["critical_t"] == pytest.approx([2.51210749, 2.47888792, 2.31069113, 2.21000184], abs=5e-9)
    assert np.isnan(terms["variability_p"]).all()


def test_terms_of_a_regression_with_one_bandwidth():
    settings = GwrSettings(Kernel(), 90)
    models = fit_models(georgia.table(), georgia.columns("X", "Y"), False, ["PctBach"], EXPLANATORY, False, settings)
    terms, model = local_coefficient_table(models), models.analyses[0]
    assert terms["bandwidth"] == [90] * 4
    assert terms["critical_t"] == [model.figures.critical_t] * 4
    assert np.isnan(terms["effective_parameters"]).all()
    assert model_table(models)["bandwidths"] == [""]


def refused(**settings):
    with pytest.raises(CarbonBalanceError) as stopped:
        fit(**settings)
    return str(stopped.value)


def test_settings_that_contradict_are_refused():
    assert refused(bandwidth=90).startswith("A bandwidth of 90 is given, but a multiscale regression")
    assert refused(method=GRID).startswith("The search method is grid")
    assert "a whole number from 2 to 159" in refused(lowest=1)
    assert "no bandwidth to search between 100 and 60" in refused(lowest=100, highest=60)


def test_more_observations_at_one_location_than_the_smallest_bandwidth_are_refused():
    places = georgia.columns("X", "Y")
    places[:3] = places[0]
    assert "a whole number from 4 to 159" in refused(coordinates=places, lowest=3)
    model = fit(coordinates=places, lowest=4).analyses[0]
    assert np.isfinite(model.errors).all()


def test_omitted_tests_and_standardisation_are_logged():
    log = Log()
    fit(log, permutations=19)
    assert [note for note in log.notes if note.startswith("The Monte Carlo test is not done")]
    assert [note for note in log.notes if "in standard deviations" in note]
    quiet = Log()
    fit(quiet, standardise=True)
    assert not [note for note in quiet.notes if "Monte Carlo" in note or "in standard deviations" in note]


def test_a_fit_without_convergence_gives_a_warning(monkeypatch):
    monkeypatch.setattr("carbon_balance.core.drivers.gwr.multiscale.backfitting.MOST_ITERATIONS", 3)
    log = Log()
    model = fit(log).analyses[0]
    assert len(model.multiscale.changes) == 3
    assert [note for note in log.warnings if "in 3 iterations, and the fit was still changing" in note]


@pytest.mark.parametrize(("many", "warned"), [(158, True), (159, False)])
def test_many_features_give_a_warning(monkeypatch, many, warned):
    monkeypatch.setattr(multiscale_fit, "_MANY_ROWS", many)
    log = Log()
    fit(log)
    assert bool([note for note in log.warnings if "the cube of the number of features" in note]) == warned


def test_bandwidths_are_kept_once_they_are_stable(monkeypatch):
    """Bandwidths are constant from iteration 5 on, so that only iterations 1 to 10 search for all four."""
    searched = []
    golden = backfitting._golden_bandwidth
    monkeypatch.setattr(backfitting, "_golden_bandwidth", lambda *given: searched.append(1) or golden(*given))
    monkeypatch.setattr(backfitting, "CONVERGED", 1e-9)
    history = fit().analyses[0].multiscale.history
    assert len(history) > 15
    assert (history[4:] == [92, 101, 136, 158]).all() and history[3].tolist() != [92, 101, 136, 158]
    assert len(searched) == 1 + 10 * 4


def test_cancelling_stops_the_run():
    class Impatient(Log):
        def is_cancelled(self):
            return True

    with pytest.raises(Cancelled):
        fit(Impatient())


def test_progress_rises_to_one():
    class Bar(Log):
        seen = []

        def progress(self, fraction):
            self.seen.append(fraction)

    bar = Bar()
    fit(bar)
    assert (np.diff(bar.seen) >= -1e-12).all()
    assert bar.seen[-1] == pytest.approx(1)


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_spans_cover_all_columns_and_keep_to_their_memory(monkeypatch, workers):
    monkeypatch.setattr(multiscale_fit, "_ALL_BYTES", 200_000_000)
    monkeypatch.setattr(multiscale_fit, "_LEAST_BYTES", 1)
    spans = multiscale_fit._spans(3000, 4, workers)
    assert [begin for begin, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == 3000
    assert all(begin % 64 == 0 for begin, _ in spans)
    widest = max(end - begin for begin, end in spans)
    assert widest * 3000 * (4 + 4) * 8 * workers <= 200_000_000
    # None waits for another: as many spans for each, but for the last few groups of columns.
    assert len(spans) % workers == 0 or 3000 // widest + 1 == len(spans)


def test_inference_is_the_same_to_the_bit_for_any_spans(monkeypatch):
    whole = fit(workers=1).analyses[0].local
    monkeypatch.setattr(multiscale_fit, "_ALL_BYTES", 1)
    monkeypatch.setattr(multiscale_fit, "_LEAST_BYTES", 1)
    parts = fit(workers=3).analyses[0].local
    for name in ("unscaled_variances", "hat_squares", "influence", "coefficients"):
        assert (getattr(whole, name) == getattr(parts, name)).all(), name


def test_memory_is_bounded(monkeypatch):
    """Hat matrices of 1,500 features and 2 terms would take 36 MB; 2 MB per worker are allowed here."""
    rng = np.random.default_rng(2)
    n = 1500
    x = rng.normal(size=(n, 1))
    x = (x - x.mean()) / x.std()
    y = x[:, 0] + rng.normal(size=n)
    sample = Observations(Places.plane(rng.uniform(0, 1000, (n, 2))), x, (y - y.mean()) / y.std(), ["x"])
    monkeypatch.setattr(multiscale_fit, "_ALL_BYTES", 2_000_000)
    monkeypatch.setattr(multiscale_fit, "_LEAST_BYTES", 1)
    monkeypatch.setattr("carbon_balance.core.drivers.gwr.multiscale.backfitting._KEPT_BYTES", 0)
    monkeypatch.setattr("carbon_balance.core.drivers.gwr.multiscale.ranked_sums._MOST_RANKED_BYTES", 0)
    monkeypatch.setattr(multiscale_fit, "_KEPT_HAT_BYTES", 0)
    monkeypatch.setattr("carbon_balance.core.drivers.gwr.multiscale.backfitting.CONVERGED", 0.1)
    regression = Regression(sample, Kernel(), workers=1)
    tracemalloc.start()
    local, _ = multiscale_fit.fit_multiscale(regression, lowest=200, highest=400)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.isfinite(local.unscaled_variances).all()
    assert peak < 18e6


def test_cached_weights_stay_within_their_memory_limit():
    places = Places.plane(np.random.default_rng(1).uniform(0, 100, (300, 2)))
    from carbon_balance.core.drivers.gwr.kernels import Neighbourhoods

    kept = Neighbourhoods(places, Kernel(), keep_bytes=400_000)
    plain = Neighbourhoods(places, Kernel())
    for bandwidth in (50, 100, 50, 200):
        for block in plain.blocks:
            assert (kept.weights(block, bandwidth).weights == plain.weights(block, bandwidth).weights).all()
    assert 0 < sum(each.weights.nbytes for each in kept._kept.values()) <= 400_000
    assert not plain._kept


def test_start_is_a_fit_with_one_bandwidth():
    """With a tiny search range for each term the result is nearly that of one bandwidth."""
    n = 159
    y, x = standardised("PctBach")[:, 0], standardised(*EXPLANATORY)
    regression = Regression(Observations(Places.plane(georgia.columns("X", "Y")), x, y, EXPLANATORY), Kernel(GAUSSIAN))
    found = back_fit(regression, np.column_stack([np.ones(n), x]), y, 100, lowest=100, highest=101)
    assert set(found.history.ravel()) <= {100, 101}
    assert found.coefficients.mean(axis=0) == pytest.approx(regression.coefficients(100).mean(axis=0), abs=0.05)


def test_the_report_shows_each_iteration_down_to_the_last_score(found):
    """The search of the published example of mgwr ends when the score of change is below 1e-5."""
    scores = found.analyses[0].multiscale.changes
    assert np.all(scores[:-1] >= 1e-5)
    assert scores[-1] < 1e-5
    page = "".join(_back_fitting(found.analyses[0]))
    assert "<th" in page
    assert page.count("<tr") == len(scores) + 1
    assert "Score of change" in page
