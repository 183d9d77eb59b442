"""Tests of factor correlation, run as an algorithm."""

from __future__ import annotations

import re

import georgia
import numpy as np
import pytest
from layers import column, squares
from qgis.core import QgsProcessingException
from rasters import write_raster


@pytest.fixture
def correlate(run):
    def call(**parameters):
        return run("factorcorrelation", **{"CORRELATIONS": "memory:", **parameters})

    return call


def pairs(layer, method):
    return {(row["variable_1"], row["variable_2"]): row for row in layer.getFeatures() if row["method"] == method}


def test_correlations_of_georgia_have_all_outputs(correlate, tmp_path):
    report = tmp_path / "factors.html"
    found = correlate(
        INPUT=georgia.layer(),
        VARIABLES=["PctBach"],
        FACTORS=georgia.EXPLANATORY,
        DETECTOR="memory:",
        INTERACTIONS="memory:",
        REPORT=str(report),
    )
    rows = pairs(found["CORRELATIONS"], "pearson")
    assert len(rows) == 6
    bach, rural = georgia.columns("PctBach", "PctRural").T
    assert rows["PctBach", "PctRural"]["r"] == pytest.approx(np.corrcoef(bach, rural)[0, 1])
    assert rows["PctBach", "PctRural"]["p"] < rows["PctBach", "PctRural"]["p_holm"] < 1e-10
    assert set(column(found["CORRELATIONS"], "method")) == {"pearson", "spearman", "partial"}
    assert found["ROWS_USED"] == 159 and found["CIRCULAR_PAIRS"] == 0
    assert found["STRONGEST_R"] == pytest.approx(0.736, abs=5e-4)
    detector = found["DETECTOR"]
    assert column(detector, "factor") == georgia.EXPLANATORY
    assert max(column(detector, "q")) == found["LARGEST_Q"]
    assert max(column(detector, "vif")) == found["LARGEST_VIF"]
    # Many counties are 100 % rural, so two of five limits fall together.
    assert column(detector, "discretisation")[0].startswith("quantile, 4 classes, upper limits")
    assert len(column(found["INTERACTIONS"], "q_both")) == 3
    text = report.read_text(encoding="utf-8")
    assert "background:#" in text and "Geographical detector" in text and "PctRural" in text


def test_circularity_is_logged(correlate):
    people = [(37 * i) % 101 + 5.0 for i in range(30)]
    layer = squares({"demand_t_km2": [3.938 * value for value in people], "pop": people, "other": list(range(30))})
    found = correlate(INPUT=layer, VARIABLES=["demand_t_km2"], FACTORS=["pop", "other"])
    assert found["CIRCULAR_PAIRS"] == 1
    assert [note for note in found["notes"].warned if "have a correlation of 1.0000" in note and "circular" in note]


def test_text_categories_null_and_numbers_as_text(correlate):
    y = [1.0, 2, 1, 9, 8, 9, 5, 5, None, 5]
    kinds = ["a", "a", "a", "b", "b", "b", "c", "c", "c", None]
    layer = squares({"y": y, "x": [f"{i % 4}" for i in range(10)], "kind": kinds})
    found = correlate(INPUT=layer, VARIABLES=["y"], FACTORS=["x"], CATEGORIES=["kind"], DETECTOR="memory:")
    assert found["ROWS_USED"] == 8 and found["ROWS_LEFT_OUT"] == 2
    assert column(found["DETECTOR"], "factor") == ["x", "kind"]
    assert column(found["DETECTOR"], "pearson_r")[1] is None
    assert column(found["DETECTOR"], "q")[1] == pytest.approx(0.984, abs=1e-3)
    assert column(found["DETECTOR"], "discretisation")[1] == "3 categories as they are"


def test_tables_equal_scipy_and_the_detector_by_hand(correlate):
    stats = pytest.importorskip("scipy.stats")
    y = np.array([1.0, 2, 1, 9, 8, 9, 5, 6, 4, 5, 9, 2])
    x = np.array([0.0, 1, 2, 3, 0, 1, 2, 3.5, 4, 6, 1, 0])
    kinds, sides = list("aaabbbccccba"), list("nsnsnsnsnsns")
    layer = squares({"y": y.tolist(), "x": x.tolist(), "kind": kinds, "side": sides})
    found = correlate(
        INPUT=layer, VARIABLES=["y"], FACTORS=["x"], CATEGORIES=["kind", "side"], DETECTOR="memory:",
        INTERACTIONS="memory:",
    )  # fmt: skip
    (pearson,) = pairs(found["CORRELATIONS"], "pearson").values()
    (spearman,) = pairs(found["CORRELATIONS"], "spearman").values()
    for row, peer in ((pearson, stats.pearsonr(x, y)), (spearman, stats.spearmanr(x, y))):
        assert row["r"] == pytest.approx(peer[0])
        assert row["p"] == pytest.approx(peer[1])
        # One test of its method: nothing to correct.
        assert row["p_holm"] == pytest.approx(peer[1])
    detector, between = found["DETECTOR"], found["INTERACTIONS"]
    assert column(detector, "variable") == ["y"] * 3
    assert column(detector, "circular") == [0] * 3

    def q(labels):
        parts = [y[[label == each for label in labels]] for each in set(labels)]
        return 1 - sum(((part - part.mean()) ** 2).sum() for part in parts) / ((y - y.mean()) ** 2).sum()

    by_kind, by_side, by_both = q(kinds), q(sides), q([a + b for a, b in zip(kinds, sides)])
    assert column(detector, "strata")[1:] == [3, 2]
    assert column(detector, "q")[1:] == pytest.approx([by_kind, by_side])
    assert column(detector, "f")[1:] == pytest.approx(
        [9 / 2 * by_kind / (1 - by_kind), 10 / 1 * by_side / (1 - by_side)]
    )
    (row,) = [each for each in between.getFeatures() if {each["factor_1"], each["factor_2"]} == {"kind", "side"}]
    assert (row["variable"], row["factor_1"], row["factor_2"]) == ("y", "kind", "side")
    assert (row["q_1"], row["q_2"], row["q_both"]) == (
        pytest.approx(by_kind),
        pytest.approx(by_side),
        pytest.approx(by_both),
    )
    assert by_both > by_kind + by_side
    assert row["interaction"] == "enhanced, nonlinear"


def test_p_of_q_equals_scipys_noncentral_f(correlate):
    """Wang et al. 2010: F = (N - L) / (L - 1) q / (1 - q), noncentral with lambda from the means of strata."""
    stats = pytest.importorskip("scipy.stats")
    y = np.array([1.0, 2, 3, 2, 4, 6, 5, 7, 3, 1, 6, 4])
    kinds = list("aaabbbcccabc")
    layer = squares({"y": y.tolist(), "kind": kinds, "x": [float(i % 5) for i in range(12)]})
    found = correlate(INPUT=layer, VARIABLES=["y"], FACTORS=["x"], CATEGORIES=["kind"], DETECTOR="memory:")
    parts = [y[[kind == each for kind in kinds]] for each in "abc"]
    within = sum(((part - part.mean()) ** 2).sum() for part in parts)
    q = 1 - within / ((y - y.mean()) ** 2).sum()
    shift = sum(part.mean() ** 2 for part in parts) - sum(len(part) ** 0.5 * part.mean() for part in parts) ** 2 / 12
    expected = stats.ncf.sf(9 / 2 * q / (1 - q), 2, 9, shift / y.var())
    assert column(found["DETECTOR"], "q_p")[1] == pytest.approx(expected, rel=1e-6)


@pytest.fixture
def rasters(tmp_path):
    """Two rasters of 50 x 40 cells of 100 m below the squares of zones, one of another cell size."""
    generator = np.random.default_rng(1)
    height = generator.normal(size=(40, 50)).cumsum(axis=1)
    cells = {"height": (height, 100), "rain": (2 * height[::2, ::2] + 1, 200)}
    paths = {
        name: write_raster(tmp_path / f"{name}.tif", values, origin=(500000, 2002000), cell=cell)
        for name, (values, cell) in cells.items()
    }
    return paths, height


def test_rasters_on_a_regular_grid(correlate, rasters):
    paths, height = rasters
    found = correlate(VARIABLE_RASTERS=[paths["height"]], FACTOR_RASTERS=[paths["rain"]], SPACING=100)
    row = pairs(found["CORRELATIONS"], "pearson")["height", "rain"]
    expected = np.corrcoef(height.ravel(), np.kron(height[::2, ::2], np.ones((2, 2))).ravel())[0, 1]
    assert row["r"] == pytest.approx(expected)
    assert row["rows"] == 2000
    assert [note for note in found["notes"].logged if note.startswith("2000 sample points")]


def test_rasters_averaged_over_zones(correlate, rasters):
    paths, height = rasters
    means = [float(height[10:20, 10 * at : 10 * at + 10].mean()) for at in range(5)]
    layer = squares({"index": [-value for value in means]})
    found = correlate(INPUT=layer, VARIABLES=["index"], FACTOR_RASTERS=[paths["height"]])
    assert pairs(found["CORRELATIONS"], "pearson")["index", "height"]["r"] == pytest.approx(-1)


@pytest.mark.parametrize("given", ["sample points", "zones"])
def test_scale_and_offset_of_bands_are_applied(correlate, rasters, tmp_path, given):
    """A negative scale turns the sign of a correlation; limits of strata are in values, not in stored numbers."""
    paths, height = rasters
    stored = np.round(-100 * height).astype(np.int16)
    band = write_raster(tmp_path / "band.tif", stored, origin=(500000, 2002000), scale_offset=(-0.01, 300))
    if given == "zones":
        means = [float(height[10:20, 10 * at : 10 * at + 10].mean()) for at in range(5)]
        found = correlate(INPUT=squares({"height": means}), VARIABLES=["height"], FACTOR_RASTERS=[band])
    else:
        rasters_given = {"VARIABLE_RASTERS": [paths["height"]], "FACTOR_RASTERS": [band], "SPACING": 100}
        found = correlate(**rasters_given, DETECTOR="memory:", DISCRETISATION="equal_interval")
        limits = column(found["DETECTOR"], "discretisation")[0]
        shown = [float(each) for each in re.findall(r"-?[0-9]+[.][0-9]+", limits.split("limits")[1])]
        assert shown and all(300 + height.min() < each < 300.1 + height.max() for each in shown), limits
    assert pairs(found["CORRELATIONS"], "pearson")["height", "band"]["r"] == pytest.approx(1, abs=1e-4)


def test_refusals(correlate, rasters, tmp_path):
    layer = squares({"a": [1.0, 2, 3, 5, 4], "flat": [7.0] * 5, "b": [2.0, 1, 4, 4, 5]})
    target = str(tmp_path / "out.gpkg")
    for message, parameters in (
        ("flat: the value is the same in every row", {"INPUT": layer, "FACTORS": ["a", "flat"]}),
        ("needs two or more fields or rasters; 1 was given", {"INPUT": layer, "FACTORS": ["a"]}),
        ("are the same column, a", {"INPUT": layer, "VARIABLES": ["a"], "FACTORS": ["a", "b"]}),
        ("There is nothing to correlate", {}),
        ("There is nothing to correlate", {"INPUT": layer}),
        ("gives only 1 sample point", {"FACTOR_RASTERS": list(rasters[0].values()), "SPACING": 1e6}),
    ):
        with pytest.raises(QgsProcessingException, match=message):
            correlate(**{**parameters, "CORRELATIONS": target})
    assert not (tmp_path / "out.gpkg").exists()


def test_risk_ecological_and_optimal_detector(correlate, tmp_path):
    report = tmp_path / "detectors.html"
    outputs = dict.fromkeys(("DETECTOR", "RISK", "ECOLOGICAL", "TRIED"), "memory:")
    given = {"INPUT": georgia.layer(), "VARIABLES": ["PctBach"], "FACTORS": georgia.EXPLANATORY, **outputs}
    plain = correlate(**given)
    assert plain["TRIED"].featureCount() == 0
    found = correlate(**given, DISCRETISATION="optimal", CLASSES=6, REPORT=str(report))
    assert any("were chosen by the largest q" in note for note in found["notes"].warned)
    before, after = (column(each["DETECTOR"], "q") for each in (plain, found))
    assert all(best >= usual for best, usual in zip(after, before))
    tried = list(
        zip(*(column(found["TRIED"], name) for name in ("factor", "method", "classes", "q", "chosen", "strata")))
    )
    assert len(tried) == 3 * 3 * 4
    for factor, q in zip(georgia.EXPLANATORY, after):
        assert max(each[3] for each in tried if each[0] == factor) == q
        assert [each[3] for each in tried if each[0] == factor and each[4] == 1] == [q]
    risk = found["RISK"]
    first = next(risk.getFeatures())
    assert column(risk, "factor")[0] == georgia.EXPLANATORY[0]
    values = georgia.columns("PctBach", georgia.EXPLANATORY[0])
    limit = float(first["stratum_1"].split("<= ")[1])
    assert column(risk, "stratum_2")[0].startswith(f"{limit:g} < x")
    assert column(risk, "mean_1")[0] == pytest.approx(values[values[:, 1] <= limit * (1 + 1e-5), 0].mean())
    (upper,) = [float(each) for each in first["stratum_2"].split("<= ")[1:]]
    inside = (values[:, 1] > limit * (1 + 1e-5)) & (values[:, 1] <= upper * (1 + 1e-5))
    assert column(risk, "mean_2")[0] == pytest.approx(values[inside, 0].mean())
    stats = pytest.importorskip("scipy.stats")
    theirs = stats.ttest_ind(values[values[:, 1] <= limit * (1 + 1e-5), 0], values[inside, 0], equal_var=False)
    assert column(risk, "welch_t")[0] == pytest.approx(theirs.statistic)
    ecological = found["ECOLOGICAL"]
    assert column(ecological, "q_1") == [after[0], after[0], after[1]]
    assert column(ecological, "f") == pytest.approx(
        [(1 - after[i]) / (1 - after[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    )
    text = report.read_text(encoding="utf-8")
    assert "Risk detector" in text and "Ecological detector" in text and "Discretisations tried" in text
