"""Directions at their limits, order of dates, and messages about missing zones."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.spatial.centre import Shift
from carbon_balance.core.zoning.centres.study import compass_point, ordered_dates, shift_sentence, study_centres

POINTS = np.array([(0, 0), (1000, 0), (0, 1000), (1000, 1000)], dtype=float)


@pytest.mark.parametrize(
    ("azimuth", "direction"),
    [
        (0.0, "north"),
        (22.4, "north"),
        (22.6, "north-east"),
        (67.4, "north-east"),
        (67.6, "east"),
        (135.0, "south-east"),
        (180.0, "south"),
        (225.0, "south-west"),
        (270.0, "west"),
        (337.4, "north-west"),
        (337.6, "north"),
        (359.9, "north"),
    ],
)
def test_directions_at_their_limits(azimuth, direction):
    assert compass_point(Shift(1.0, azimuth)) == direction


def test_a_shift_of_zero_has_no_direction():
    assert compass_point(Shift(0.0, 0.0)) == "the same place"
    study = study_centres(POINTS, {"a": np.ones(4), "b": np.full(4, 2.0)})
    assert shift_sentence(study.shifts[0]) == "The centres of a and b are at the same place."


def test_dates_are_ordered_as_numbers_or_else_as_text():
    assert ordered_dates(["2010", "900", "2010"]) == ["900", "2010"]
    assert ordered_dates(["b", "10", "9"]) == ["10", "9", "b"]


def test_shifts_run_from_date_to_date_and_from_column_to_column():
    points, dates = np.concatenate([POINTS, POINTS]), ["2000"] * 4 + ["2010"] * 4
    amounts = {"a": np.array([1.0, 1, 1, 1, 1, 3, 1, 3]), "b": np.ones(8)}
    study = study_centres(points, amounts, dates)
    labels = [(each.first.label, each.second.label) for each in study.shifts]
    assert labels == [
        ("a, 2000", "a, 2010"),
        ("b, 2000", "b, 2010"),
        ("a, 2000", "b, 2000"),
        ("a, 2010", "b, 2010"),
    ]
    # Amounts of 1 and 1 in the west, 3 and 3 in the east: from 500 m to 750 m eastwards in ten years.
    assert study.shifts[0].between.distance == pytest.approx(250)
    assert study.shift_columns()["speed_km_year"][0] == pytest.approx(0.025)
    assert np.isnan(study.shift_columns()["speed_km_year"][2])


def test_zones_missing_at_one_date_are_logged():
    points, dates = np.concatenate([POINTS, POINTS]), ["2000"] * 4 + ["2010"] * 4
    log = Log()
    study_centres(points, {"a": np.array([1.0, 1, 1, 1, 1, 1, 1, np.nan])}, dates, log=log)
    assert any("is based on 4 zones at 2000 and 3 at 2010" in note for note in log.warnings)
    log = Log()
    study_centres(points, {"a": np.ones(8)}, [*dates[:7], None], log=log)
    assert any("1 row(s) have no date" in note for note in log.warnings)


def test_zones_missing_at_one_date_give_a_warning():
    """Different columns at one date may have different zones without a warning."""
    points, dates = np.concatenate([POINTS, POINTS]), ["2000"] * 4 + ["2010"] * 4
    log = Log()
    study_centres(points, {"a": np.ones(8), "b": np.array([1.0, 1, 1, np.nan] * 2)}, dates, log=log)
    assert not any("is based on" in each for each in log.warnings)
    log = Log()
    study_centres(points, {"a": np.array([1.0, 1, 1, 1, 1, 1, 1, np.nan])}, dates, log=log)
    told = [each for each in log.warnings if "is based on" in each]
    assert len(told) == 1
    assert "The centre of a is based on 4 zones at 2000 and 3 at 2010" in told[0]
