"""Tests of transitions and the demand derived from them, run as an algorithm."""

from __future__ import annotations

import made_region as made
import numpy as np
import pytest
from layers import column
from scenario_runs import refused, transition


def test_transition_gives_matrix_and_markov_demand(run, region):
    results = transition(run, region)
    valid = region.first > 0
    cells = np.array([[((region.first == i) & (region.later == j)).sum() for j in made.CODES] for i in made.CODES])
    matrix = results["MATRIX"]
    np.testing.assert_allclose(column(matrix, "area_ha"), cells.ravel() * 0.09)
    probabilities = cells / cells.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(column(matrix, "probability"), probabilities.ravel())
    demand = results["DEMAND"]
    assert column(demand, "year") == [2020] * 3 + [2025] * 3
    one = cells.sum(axis=0) @ probabilities
    np.testing.assert_allclose(column(demand, "area_ha"), np.r_[one, one @ probabilities] * 0.09)
    assert sum(column(demand, "cells")[:3]) == valid.sum()
    assert results["CHANGED_HA"] == pytest.approx((region.first != region.later).sum() * 0.09)
    assert results["STEPS"] == 2


def test_factors_make_a_scenario(run, region):
    results = transition(run, region, FACTORS="1>5:0, *>2: 0", TARGET_YEAR=2020)
    flows = results["TRANSITIONS"]
    lost = {
        (now, later): area
        for now, later, area in zip(column(flows, "from_code"), column(flows, "to_code"), column(flows, "area_ha"))
    }
    assert lost[1, 5] == lost[1, 2] == lost[5, 2] == 0
    assert lost[2, 5] > 0
    assert sum(lost.values()) == pytest.approx((region.first > 0).sum() * 0.09)


def test_bad_transition_input_is_refused(run, region, tmp_path):
    refused("later year must be after", transition, run, region, LATER_YEAR=2010)
    refused("target year 2015 must be after", transition, run, region, TARGET_YEAR=2015)
    refused("is not of the form from>to:factor", transition, run, region, FACTORS="1-5:2")
    refused("would lose", transition, run, region, FACTORS="1>5:200")
    other = np.where(region.later == 5, 7, region.later).astype(np.uint8)
    path = made.write(tmp_path / "other.tif", other, 0)
    refused("only one of the two land covers", transition, run, region, LAND_COVER_LATER=path)
    transition(run, region, LAND_COVER_LATER=path, KEEP_UNMATCHED=True)
    far = made.write(tmp_path / "far.tif", region.later, 0, west=900000)
    refused("no valid cell in common", transition, run, region, LAND_COVER_LATER=far)


def test_intensity_and_dynamic_degree(run, region, tmp_path):
    """Five years: the comprehensive degree is a fifth of the changed share; dates in between form intervals."""
    page = tmp_path / "page.html"
    tables = {"INTENSITY": "memory:", "CLASS_CHANGES": "memory:", "REPORT": str(page)}
    results = transition(run, region, **tables)
    share = (region.first != region.later).sum() / (region.first > 0).sum()
    years = 2015 - 2010
    assert results["DYNAMIC_DEGREE"] == pytest.approx(100 * share / years)
    first, later = ((each == 5).sum() for each in (region.first, region.later))
    assert column(results["CLASS_CHANGES"], "code") == list(made.CODES)
    degree = dict(zip(made.CODES, column(results["CLASS_CHANGES"], "dynamic_degree_pct_year")))
    assert degree[5] == pytest.approx(100 * (later - first) / first / years)
    levels = column(results["INTENSITY"], "level")
    assert levels[0] == "interval" and column(results["INTENSITY"], "behaviour")[0] == "uniform"
    assert column(results["INTENSITY"], "intensity_pct_year")[0] == pytest.approx(results["DYNAMIC_DEGREE"])
    assert column(results["INTENSITY"], "uniform_pct_year")[0] == pytest.approx(results["DYNAMIC_DEGREE"])
    text = page.read_text(encoding="utf-8")
    assert "changed its class each year" in text and "<svg" in text
    between = made.write(tmp_path / "between.tif", region.first, 0)
    given = {"BETWEEN": [between], "BETWEEN_YEARS": "2012", **tables}
    results = transition(run, region, **given)
    rows = list(zip(column(results["INTENSITY"], "level"), column(results["INTENSITY"], "behaviour")))
    assert [verdict for level, verdict in rows if level == "interval"] == ["slow", "fast"]
    assert results["DYNAMIC_DEGREE"] == pytest.approx(100 * share / years)
    refused("need as many years between 2010 and 2015", transition, run, region, BETWEEN=[between])
    refused("need as many years", transition, run, region, BETWEEN=[between], BETWEEN_YEARS="2015")


def test_grey_forecast_beside_the_markov_demand(run, region, tmp_path):
    """Dates 2010, 2015, 2020: the forecast of each class by its closed form, scaled to the land."""
    page = tmp_path / "page.html"
    last = np.where((region.later == 1) & (region.distance < 25), 5, region.later).astype(np.uint8)
    given = {
        "LAND_COVER_LATER": made.write(tmp_path / "last.tif", last, 0),
        "BETWEEN": [region.later_path],
        "BETWEEN_YEARS": "2015",
        "LATER_YEAR": 2020,
        "TARGET_YEAR": 2025,
        "STEP_YEARS": 5,
        "ROOT": "nearest",
        "GREY": "memory:",
        "REPORT": str(page),
    }
    results = transition(run, region, **given)
    grey = results["GREY"]
    assert column(grey, "year") == [2025] * 3 and column(grey, "code") == list(made.CODES)
    series = np.array(
        [[(each == code).sum() * 0.09 for code in made.CODES] for each in (region.first, region.later, last)]
    )
    total = series[0].sum()
    expected, coefficients, ratios = [], [], []
    for first, second, third in series.T:
        # Two equations for a and b: x1 + a (x0 + x1/2) = b and x2 + a (x0 + x1 + x2/2) = b.
        a = (second - third) / (second / 2 + third / 2)
        b = second + a * (first + second / 2)
        coefficients.append((a, b))
        fitted = [first, *((first - b / a) * (np.exp(-k * a) - np.exp((1 - k) * a)) if a else b for k in (1, 2))]
        ratios.append(np.std([first, second, third] - np.array(fitted)) / np.std([first, second, third]))
        expected.append((first - b / a) * (np.exp(-3 * a) - np.exp(-2 * a)) if a else b)
    assert column(grey, "grey_a") == pytest.approx([a for a, _ in coefficients], abs=1e-12)
    assert column(grey, "grey_b") == pytest.approx([b for _, b in coefficients])
    wanted = np.array(expected) / sum(expected) * total
    assert column(grey, "area_ha") == pytest.approx(wanted)
    assert column(grey, "share") == pytest.approx(wanted / total)
    assert sum(column(grey, "cells")) == (last > 0).sum()
    assert column(grey, "posterior_ratio") == pytest.approx(ratios, abs=1e-9)
    assert column(grey, "small_error_probability") == [1, 1, 1]
    assert any("has 3 dates" in sentence for sentence in results["notes"].warned)
    assert "Grey forecast" in page.read_text(encoding="utf-8")
    refused("three dates or more", transition, run, region, GREY="memory:")
    refused("at equal intervals", transition, run, region, **{**given, "BETWEEN_YEARS": "2014"})


def test_published_factors_and_own_ones(run, region):
    """Cropland protection multiplies 1>5 by 0.3; a given factor replaces it."""
    trend = column(transition(run, region)["MATRIX"], "probability")
    results = transition(run, region, FACTOR_PRESET="cropland_protection")
    found = column(results["MATRIX"], "probability")
    assert found[2] == pytest.approx(0.3 * trend[2])
    assert found[1] == pytest.approx(trend[1]) and found[0] == pytest.approx(1 - found[1] - found[2])
    assert any("Sustainability 17 (2025) 4185" in note for note in results["notes"].logged)
    own = transition(run, region, FACTOR_PRESET="cropland_protection", FACTORS="1>5:0.5")
    assert column(own["MATRIX"], "probability")[2] == pytest.approx(0.5 * trend[2])
