"""Zones of EEC and SEC, their probabilities, and their output rows."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.uncertainty.propagate import RealisationSummary
from carbon_balance.core.uncertainty.sinks.sec_chances import SecAreas, sec_areas, sec_realisations, sec_values
from carbon_balance.core.uncertainty.sinks.sec_outcome import SecLimits, SecOutcome
from carbon_balance.core.uncertainty.variance_sources import ZoneStability
from carbon_balance.core.zoning.quadrants import quadrant_zoning

NAMES = ["both", "economy", "sink", "neither"]
EEC, SEC = np.array([2.0, 0.5, np.nan]), np.array([0.5, 1.5, 1.0])
# Two units of two classes: 10 ha + 0 ha and 10 ha + 20 ha; the first emits a quarter of all.
AREAS = SecAreas(np.array([[10.0, 0], [10, 20]]), np.array([20.0, 20]), np.array([0.25, 0.75]))


def outcome(eec=EEC, stability=None):
    nothing = np.zeros(3)
    return SecOutcome(
        SecLimits(None, 1.0, 1.0, eec, NAMES),
        SEC,
        RealisationSummary(nothing, nothing + 1, nothing + 2, nothing + 3, nothing + 4, nothing),
        np.array([0.25, 0.75, 0.5]),
        np.arange(9.0).reshape(3, 3),
        stability,
        None if eec is None else quadrant_zoning(eec, SEC, 1.0, 1.0),
    )


def test_zone_probabilities_are_those_of_sec_given_the_side_of_eec():
    chances = outcome().chances()
    assert chances[0].tolist() == [0.25, 0.75, 0, 0]
    assert chances[1].tolist() == [0, 0, 0.75, 0.25]
    assert np.isnan(chances[2]).all()
    assert outcome(None).chances().shape == (3, 0)


def test_the_columns_of_units():
    found = outcome().columns()
    assert found["sec"].tolist() == SEC.tolist()
    assert [found[name][0] for name in ("sec_sd", "sec_low", "sec_median", "sec_high")] == [1, 2, 3, 4]
    assert found["p_sec_reached"].tolist() == [0.25, 0.75, 0.5]
    assert found["class"] == [2, 3, None]
    assert found["zone"] == ["economy", "sink", None]
    assert found["p_zone"].tolist() == pytest.approx([0.75, 0.75, np.nan], nan_ok=True)
    assert "zone_kept" not in found
    bare = outcome(None).columns()
    assert "zone" not in bare
    assert "p_zone" not in bare


def test_judgements_add_columns_of_shares_and_stability():
    stability = ZoneStability(np.array([1.0, 0, np.nan]), ["", "6", ""])
    found = outcome(stability=stability).columns()
    assert [values.tolist() for name, values in found.items() if name.startswith("sec_variance")] == [
        [0, 3, 6],
        [1, 4, 7],
        [2, 5, 8],
    ]
    assert found["zone_kept"] == ["yes", "no", None]
    assert found["moved_by"] == ["", "6", ""]


def test_a_row_for_each_unit_and_quadrant():
    found = outcome().long_columns(["A", "B", "C"])
    assert found["zone_row"].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert found["zone_name"] == ["A"] * 4 + ["B"] * 4 + ["C"] * 4
    assert found["class"].tolist() == [1, 2, 3, 4] * 3
    assert found["zone"] == NAMES * 3
    assert found["p_zone"][:8].tolist() == [0.25, 0.75, 0, 0, 0, 0, 0.75, 0.25]
    assert np.isnan(found["p_zone"][8:]).all()


def test_sec_is_the_share_of_the_sink_over_the_share_of_the_emission():
    """At 1 and 3 t/ha the units take up 10 and 70 t of 80: SEC (10/80)/(1/4) = 1/2 and (70/80)/(3/4) = 7/6."""
    assert sec_values(AREAS, np.array([1.0, 3.0])) == pytest.approx([1 / 2, 7 / 6])
    assert np.isnan(sec_values(AREAS, np.zeros(2))).all()


def test_the_margin_is_zero_on_the_limit():
    coefficients = np.array([1.0, 3.0])
    assert AREAS.margin_ha(0.5)[0] @ coefficients == pytest.approx(0)
    assert AREAS.margin_ha(1.0).tolist() == [[5, -5], [-5, 5]]
    assert AREAS.slack_t(0.5, coefficients) == pytest.approx([1e-9 * 0.5 * 0.25 * 80, 1e-9 * 0.5 * 0.75 * 80])
    assert AREAS.slack_t(-0.5, coefficients) == pytest.approx(AREAS.slack_t(0.5, coefficients))


def test_a_realisation_on_the_limit_reaches_it():
    """SEC of the first unit: 10 a / (0.25 (20 a + 20 b)), so 1, 1/2 and 0 for (1, 1), (1, 3) and (0, 1)."""
    draws = np.array([[1.0, 1], [1, 3], [0, 1]])
    summary, high = sec_realisations(AREAS, 0.5, draws, Log(), 1)
    assert summary.mean == pytest.approx([1.5 / 3, (1 + 7 / 6 + 4 / 3) / 3])
    assert high == pytest.approx([2 / 3, 1])
    assert sec_realisations(AREAS, 0.5 + 1e-6, draws, Log(), 1)[1][0] == pytest.approx(1 / 3)
    unknown = SecAreas(AREAS.unit_ha, AREAS.region_ha, np.array([np.nan, 0.75]))
    assert np.isnan(sec_realisations(unknown, 0.5, draws, Log(), 1)[1]).tolist() == [True, False]


def test_unit_areas_are_extrapolated_to_full_coverage_and_summed_if_known():
    area = np.array([[10.0, 0], [10, 20], [np.nan, np.nan], [0, 0], [5, 5], [1, 1]])
    coverage = np.array([0.5, 1.0, 0, 1, 1, 1.01])
    emission = np.array([10.0, 30, 5, 5, np.nan, 0])
    counted = np.array([True] * 6)
    found = sec_areas(area, coverage, emission, counted)
    assert found.unit_ha[:2].tolist() == [[20, 0], [10, 20]]
    assert found.unit_ha[5].tolist() == [1, 1]
    assert np.isnan(found.unit_ha[2:4]).all()
    assert found.region_ha.tolist() == [31, 21]
    assert found.emission_share.tolist() == pytest.approx([0.25, 0.75, *[np.nan] * 4], nan_ok=True)
    without = sec_areas(area, coverage, emission, np.array([False, *[True] * 5]))
    assert without.region_ha.tolist() == [11, 21]
    assert without.emission_share[:2].tolist() == pytest.approx([1 / 3, 1])
    nothing = sec_areas(area[:1], coverage[:1], np.zeros(1), counted[:1])
    assert np.isnan(nothing.emission_share).all()
