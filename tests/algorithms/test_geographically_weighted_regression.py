"""Tests of geographically weighted regression, run as an algorithm."""

from __future__ import annotations

import georgia
import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException

FIELDS = {"DEPENDENT": ["PctBach"], "EXPLANATORY": georgia.EXPLANATORY}


@pytest.fixture
def regress(run):
    def call(layer=None, **parameters):
        given = {"INPUT": layer or georgia.layer(), **FIELDS, "PERMUTATIONS": 0, "OUTPUT": "memory:", **parameters}
        return run("geographicallyweightedregression", **given)

    return call


@pytest.mark.parametrize(
    ("kernel", "kind", "bandwidth", "aicc"),
    [
        ("bisquare", "fixed", 209267.689, 894.9826),
        ("bisquare", "adaptive", 90, 896.4628),
        ("gaussian", "fixed", 87308.298, 895.2902),
        ("gaussian", "adaptive", 49, 896.1840),
    ],
)
def test_georgia_as_gwr4_published_it(regress, kernel, kind, bandwidth, aicc):
    found = regress(KERNEL=kernel, BANDWIDTH_TYPE=kind, BANDWIDTH=bandwidth)
    assert found["AICC"] == pytest.approx(aicc, abs=5e-5)
    assert found["OLS_AICC"] == pytest.approx(908.3192, abs=5e-5)
    assert found["BANDWIDTH_USED"] == bandwidth
    assert found["ROWS_USED"] == 159


def test_tables_equal_gwr4_and_mgwr(regress):
    """Adaptive bisquare kernel of 90 neighbours: GWR4 1.0.90 printed the diagnostics, mgwr gives the rows."""
    mgwr = pytest.importorskip("mgwr.gwr")
    found = regress(KERNEL="bisquare", BANDWIDTH=90, SUMMARY="memory:", COEFFICIENTS="memory:")
    assert found["EFFECTIVE_PARAMETERS"] == pytest.approx(14.925094, abs=5e-6)
    assert found["R2"] == pytest.approx(0.592415, abs=2e-6)
    assert found["OLS_R2"] == pytest.approx(0.485273, abs=5e-7)
    names = [georgia.DEPENDENT, *georgia.EXPLANATORY]
    data = georgia.columns(*names)
    peer = mgwr.GWR(georgia.columns("X", "Y"), data[:, :1], data[:, 1:], 90, kernel="bisquare", fixed=False).fit()
    assert found["ADJUSTED_R2"] == pytest.approx(peer.adj_R2, rel=1e-6)
    assert found["CRITICAL_T"] == pytest.approx(peer.critical_tval(), rel=1e-6)
    model = {name: column(found["SUMMARY"], name)[0] for name in found["SUMMARY"].fields().names()}
    assert (model["dependent"], model["explanatory"], model["rows"]) == ("PctBach", "PctRural, PctPov, PctBlack", 159)
    assert model["bandwidth"] == 90
    assert model["aicc"] == pytest.approx(896.462831, abs=5e-5)
    assert model["r2"] == pytest.approx(0.592415, abs=2e-6)
    assert model["adjusted_r2"] == pytest.approx(peer.adj_R2, rel=1e-6)
    assert model["effective_parameters"] == pytest.approx(14.925094, abs=5e-6)
    assert model["sigma2"] == pytest.approx(peer.sigma2, rel=1e-6)
    assert model["cv"] == pytest.approx(19.186726, abs=2e-5)
    assert model["alpha_adjusted"] == pytest.approx(peer.adj_alpha[1], rel=1e-6)
    assert model["critical_t"] == pytest.approx(peer.critical_tval(), rel=1e-6)
    assert model["ols_aicc"] == pytest.approx(908.319245, abs=1e-6)
    assert model["ols_r2"] == pytest.approx(0.485273, abs=5e-7)
    assert model["ols_adjusted_r2"] == pytest.approx(0.471903, abs=5e-7)
    rows, out = found["COEFFICIENTS"], found["OUTPUT"]
    assert column(rows, "global") == pytest.approx([23.854615, -0.111395, -0.345778, 0.058331], abs=5e-7)
    assert column(rows, "global_se") == pytest.approx([1.173043, 0.012878, 0.070863, 0.029187], abs=5e-7)
    assert column(rows, "global_t") == pytest.approx([20.335661, -8.649661, -4.879540, 1.998499], abs=5e-7)
    stats = pytest.importorskip("scipy.stats")
    expected = 2 * stats.t.sf(np.abs([20.335661, -8.649661, -4.879540, 1.998499]), 155)
    assert column(rows, "global_p") == pytest.approx(expected, rel=1e-5)
    assert column(rows, "mean") == pytest.approx(peer.params.mean(axis=0), rel=1e-6)
    assert column(rows, "std") == pytest.approx(peer.params.std(axis=0), rel=1e-6)
    for name, share in (("min", 0), ("q25", 25), ("median", 50), ("q75", 75), ("max", 100)):
        assert column(rows, name) == pytest.approx(np.percentile(peer.params, share, axis=0), rel=1e-6)
    beyond = (np.abs(peer.tvalues) >= peer.critical_tval()).mean(axis=0)
    assert column(rows, "significant_share") == pytest.approx(beyond)
    for at, term in enumerate(["intercept", *georgia.EXPLANATORY]):
        assert column(out, f"b_{term}") == pytest.approx(peer.params[:, at], rel=1e-6, abs=1e-9)
        assert column(out, f"se_{term}") == pytest.approx(peer.bse[:, at], rel=1e-6)
        assert column(out, f"t_{term}") == pytest.approx(peer.tvalues[:, at], rel=1e-6, abs=1e-8)
    assert column(out, "local_r2") == pytest.approx(peer.localR2[:, 0], rel=1e-6)
    assert column(out, "predicted") == pytest.approx(peer.predy[:, 0], rel=1e-6)
    assert column(out, "residual") == pytest.approx(peer.resid_response, rel=1e-5, abs=1e-8)
    assert column(out, "cooks_d") == pytest.approx(peer.cooksD[:, 0], rel=1e-6, abs=1e-12)
    assert column(out, "condition_number") == pytest.approx(peer.local_collinearity()[2][:, 0], rel=1e-6)


def test_multiscale_as_mgwr_published_it(regress, tmp_path):
    """The example of mgwr 2.2.1: Georgia, standardised, bandwidths from 2 neighbours."""
    report = tmp_path / "mgwr.html"
    tables = {"SUMMARY": "memory:", "COEFFICIENTS": "memory:", "REPORT": str(report)}
    names = ["PctFB", "PctBlack", "PctRural"]
    found = regress(georgia.layer(more=["PctFB"]), EXPLANATORY=names, MULTISCALE=True, PERMUTATIONS=99, **tables)
    assert found["AICC"] == pytest.approx(297.12014, abs=5e-6)
    assert found["R2"] == pytest.approx(0.679878, abs=5e-7)
    assert found["BANDWIDTH_USED"] is None and found["CRITICAL_T"] is None
    assert column(found["SUMMARY"], "bandwidths") == ["intercept 92, PctFB 101, PctBlack 136, PctRural 158"]
    rows = found["COEFFICIENTS"]
    assert column(rows, "bandwidth") == [92, 101, 136, 158]
    assert column(rows, "effective_parameters") == pytest.approx([3.8447, 3.5138, 2.2581, 1.7518], abs=5e-5)
    assert column(rows, "mean") == pytest.approx([0.01720677, 0.47903172, -0.06929291, -0.30413249], abs=5e-9)
    assert np.mean(column(found["OUTPUT"], "b_PctFB")) == pytest.approx(0.47903172, abs=5e-9)
    assert "local_r2" not in [field.name() for field in found["OUTPUT"].fields()]
    text = report.read_text(encoding="utf-8")
    assert "Back-fitting: PctBach" in text and "PctBlack 136" in text
    assert [note for note in found["notes"].logged if "multiscale: bandwidths intercept 92, PctFB 101" in note]
    assert [note for note in found["notes"].logged if note.startswith("The Monte Carlo test is not done")]


def test_multiscale_with_a_bandwidth_is_refused(regress):
    with pytest.raises(QgsProcessingException, match="A bandwidth of 90 is given, but a multiscale"):
        regress(MULTISCALE=True, BANDWIDTH=90)


def test_monte_carlo_p_of_a_varying_coefficient(regress):
    """The slope increases from 0 in the west to 5 in the east, more than in 19 permutations: p = 1 / 20."""
    n = 40
    driver = [float((7 * i) % 13) for i in range(n)]
    layer = squares({"y": [x * i / 8 for i, x in enumerate(driver)], "x": driver})
    given = {"DEPENDENT": ["y"], "EXPLANATORY": ["x"], "BANDWIDTH": 20, "PERMUTATIONS": 19, "COEFFICIENTS": "memory:"}
    assert column(regress(layer, **given)["COEFFICIENTS"], "variability_p")[1] == pytest.approx(1 / 20)


def test_search_tables_and_report(regress, tmp_path):
    report = tmp_path / "gwr.html"
    found = regress(PERMUTATIONS=19, SUFFIX="_90", SUMMARY="memory:", COEFFICIENTS="memory:", REPORT=str(report))
    assert found["AICC"] <= 896.46284
    out = found["OUTPUT"]
    names = [field.name() for field in out.fields()]
    assert names[:5] == ["AreaKey", "PctBach", *georgia.EXPLANATORY]
    assert {"b_intercept_90", "b_PctPov_90", "se_PctPov_90", "t_PctPov_90", "local_r2_90", "cooks_d_90"} <= set(names)
    residuals = [y - fitted for y, fitted in zip(column(out, "PctBach"), column(out, "predicted_90"))]
    assert column(out, "residual_90") == pytest.approx(residuals)
    assert out.featureCount() == 159
    assert column(found["SUMMARY"], "aicc") == [found["AICC"]]
    assert column(found["SUMMARY"], "r2") == [found["R2"]]
    rows = found["COEFFICIENTS"]
    assert column(rows, "term") == ["intercept", *georgia.EXPLANATORY]
    assert all(0 < p <= 1 for p in column(rows, "variability_p"))
    assert column(rows, "global")[1] == pytest.approx(-0.111395, abs=1e-6)
    text = report.read_text(encoding="utf-8")
    assert "908.319" in text and "Bandwidth search" in text and "variability_p" in text
    assert [note for note in found["notes"].logged if "neighbours, AICc" in note]


def test_each_pair_gives_the_matrix_of_fits(regress, tmp_path):
    report = tmp_path / "pairs.html"
    found = regress(
        DEPENDENT=["PctBach", "AreaKey"], MODELS="each_pair", BANDWIDTH=90, SUMMARY="memory:", REPORT=str(report)
    )
    assert column(found["SUMMARY"], "explanatory") == georgia.EXPLANATORY * 2
    assert "R2 of each driver" in report.read_text(encoding="utf-8")
    assert "b_AreaKey_PctPov" in [field.name() for field in found["OUTPUT"].fields()]


def test_a_geographic_crs_uses_great_circles_or_is_refused(regress):
    found = regress(georgia.layer("EPSG:4326"), BANDWIDTH=120000, BANDWIDTH_TYPE="fixed", KERNEL="gaussian")
    plane = regress(BANDWIDTH=120000, BANDWIDTH_TYPE="fixed", KERNEL="gaussian")
    assert found["AICC"] == pytest.approx(plane["AICC"], abs=0.5)
    assert found["AICC"] != plane["AICC"]
    with pytest.raises(QgsProcessingException, match="EPSG:4326: reproject it"):
        regress(georgia.layer("EPSG:4326"), GEOGRAPHIC="refuse")


def test_polygons_numbers_as_text_and_null(regress):
    n = 60
    driver = [(7 * i) % 13 + i / 10 for i in range(n)]
    layer = squares({"y": [3 * x + (i % 5) for i, x in enumerate(driver)], "x": [f" {x:.1f} " for x in driver]})
    layer.startEditing()
    layer.changeAttributeValue(5, 0, None)
    layer.commitChanges()
    found = regress(layer, DEPENDENT=["y"], EXPLANATORY=["x"], BANDWIDTH=30)
    assert found["ROWS_LEFT_OUT"] == 1
    assert column(found["OUTPUT"], "b_x").count(None) == 1
    assert [note for note in found["notes"].warned if "1 of 60 rows are left out" in note]
    slopes = [value for value in column(found["OUTPUT"], "b_x") if value is not None]
    assert min(slopes) > 2.5 and max(slopes) < 3.5


def test_invalid_inputs_are_refused_without_output(regress, tmp_path):
    target = tmp_path / "out.gpkg"
    with pytest.raises(QgsProcessingException, match="a whole number from 6 to 159"):
        regress(BANDWIDTH=3, OUTPUT=str(target))
    with pytest.raises(QgsProcessingException, match="has no geometries"):
        regress(squares({"PctBach": [1.0, 2], "PctPov": [2.0, 3]}, geometry=False), EXPLANATORY=["PctPov"])
    with pytest.raises(QgsProcessingException, match="already has the column"):
        regress(regress(BANDWIDTH=90)["OUTPUT"], BANDWIDTH=90, OUTPUT=str(target))
    assert not target.exists()


@pytest.fixture
def parts():
    """Georgia's first 120 counties, and the other 39 as places to predict for."""
    first, others = georgia.layer(), georgia.layer()
    for layer, kept in ((first, range(120)), (others, range(120, 159))):
        ids = [feature.id() for at, feature in enumerate(layer.getFeatures()) if at not in kept]
        layer.dataProvider().deleteFeatures(ids)
    return {"layer": first, "PREDICT_AT": others, "BANDWIDTH": 60, "PREDICTED": "memory:"}


@pytest.mark.parametrize("standardise", [False, True])
def test_predictions_at_other_locations_equal_mgwr(regress, parts, standardise):
    """mgwr 2.2.1: 20.11000795, 17.39990511, 8.72815061 at the first three of the other counties."""
    found = regress(**parts, STANDARDISE=standardise, SUMMARY="memory:")
    there = found["PREDICTED"]
    predicted = column(there, "predicted")
    assert len(predicted) == 39
    assert predicted[:3] == pytest.approx([20.11000795, 17.39990511, 8.72815061], rel=1e-6)
    assert column(there, "AreaKey") == georgia.columns("AreaKey")[120:, 0].tolist()
    error, sigma = np.array(column(there, "predicted_se")), column(found["SUMMARY"], "sigma2")[0] ** 0.5
    if standardise:
        sigma *= georgia.columns("PctBach")[:120].std()
    # At least the error of a single observation; mostly a little more.
    assert (error > sigma).all() and np.median(error) < 1.5 * sigma
    if not standardise:
        rows = dict(zip(("b_intercept", "b_PctRural"), (26.53886045, -0.14328812)))
        assert {name: column(there, name)[0] for name in rows} == pytest.approx(rows, rel=1e-6)
    # Their actual values lie within two errors as often as they should.
    actual = georgia.columns("PctBach")[120:, 0]
    assert (np.abs(actual - predicted) < 2 * error).mean() > 0.85


def test_prediction_locations_are_reprojected_and_extrapolation_logged(regress, parts):
    import processing

    degrees = processing.run(
        "native:reprojectlayer", {"INPUT": parts["PREDICT_AT"], "TARGET_CRS": "EPSG:4326", "OUTPUT": "memory:"}
    )["OUTPUT"]
    found = regress(**{**parts, "PREDICT_AT": degrees})
    assert column(found["PREDICTED"], "predicted")[:3] == pytest.approx(
        [20.11000795, 17.39990511, 8.72815061], rel=1e-5
    )
    told = regress(**{**parts, "PREDICT_AT": far_away(170.0)})["notes"].warned
    beyond = "1 of 1 place has values of PctRural beyond those of the features that the model was fitted to"
    assert any(beyond in each for each in told) and not any(beyond in each for each in found["notes"].warned)


def test_error_of_a_prediction_with_equal_weights_is_that_of_least_squares(regress, parts):
    """s sqrt(1 + x' (X'X)^-1 x) with s^2 = RSS / (120 - 4)."""
    wide = {"KERNEL": "gaussian", "BANDWIDTH_TYPE": "fixed", "BANDWIDTH": 1e11}
    found = regress(**{**parts, **wide})
    data = georgia.columns("PctBach", *georgia.EXPLANATORY)
    design = np.column_stack([np.ones(159), data[:, 1:]])
    fitted, new = design[:120], design[120:]
    residuals = data[:120, 0] - fitted @ np.linalg.lstsq(fitted, data[:120, 0], rcond=None)[0]
    inside = 1 + np.einsum("ni,ij,nj->n", new, np.linalg.inv(fitted.T @ fitted), new)
    expected = np.sqrt(residuals @ residuals / 116 * inside)
    assert column(found["PREDICTED"], "predicted_se") == pytest.approx(expected.tolist(), rel=1e-6)


def test_invalid_predictions_are_refused_or_null(regress, parts):
    with pytest.raises(QgsProcessingException, match="give both or neither"):
        regress(**{**parts, "PREDICTED": None})
    with pytest.raises(QgsProcessingException, match="A multiscale regression cannot predict at other places"):
        regress(**{**parts, "BANDWIDTH": None}, MULTISCALE=True)
    lacking = squares({"PctRural": [1.0], "PctPov": [2.0]})
    with pytest.raises(QgsProcessingException, match="PctBlack"):
        regress(**{**parts, "PREDICT_AT": lacking})
    far = regress(**{**parts, "BANDWIDTH_TYPE": "fixed", "BANDWIDTH": 3e5, "PREDICT_AT": far_away()})
    assert column(far["PREDICTED"], "predicted") == [None]
    assert any("1 of 1 place gets no prediction" in each for each in far["notes"].warned)


def far_away(rural=70.0):
    """A square on the other side of the Earth, with values of a county."""
    return squares({"PctRural": [rural], "PctPov": [20.0], "PctBlack": [30.0]})
