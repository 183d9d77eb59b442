"""Tables and sentences of the uncertainty of sinks, from made-up realisations."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from carbon_balance.core.options.uncertainty import NORMAL
from carbon_balance.core.uncertainty.assessment import UncertaintySettings
from carbon_balance.core.uncertainty.densities import DensityDraws
from carbon_balance.core.uncertainty.pool_sd import UncertainPools
from carbon_balance.core.uncertainty.propagate import RealisationSummary
from carbon_balance.core.uncertainty.sinks.sink_assessment import SinkAssessment, sink_zone_column_names

# Forest takes up 2 t/ha a year with an SD of 0.5, grass 1 with 0.25; one zone has 10 ha and 30 ha, all 20 and 40.
POOLS = UncertainPools(
    "sinks", np.array([7, 8]), ["forest", "grass"], ["sink"], np.array([[2.0], [1]]), np.array([[0.5], [0.25]])
)
DRAWN = DensityDraws(
    POOLS, 0.0, np.zeros((3, 2)), np.array([2.0, 1]), np.array([[[0.25]], [[0.0625]]]), np.array([[2.0], [1]])
)
CLOSED = np.array([np.hypot(5, 7.5), np.hypot(10, 10)])


def made(**given):
    values = [np.array([each, 2 * each]) for each in (1000.4, 20.0, 960.0, 1001.0, 1041.0)]
    usual = {
        "settings": UncertaintySettings(distribution=NORMAL),
        "area_ha": np.array([[10.0, 30], [20, 40]]),
        "drawn": DRAWN,
        "sink": RealisationSummary(*values, np.zeros(2)),
        "closed_sd_t": CLOSED,
        "expected": np.eye(2),
        "least_t": np.array([40.0, 70.0]),
        "most_t": np.array([55.0, 95.0]),
        "shares": np.array([[0.5, 0.25, 0.25], [0.2, 0.7, 0.1]]),
    }
    return SinkAssessment(**{**usual, **given})


def sec(kept=(1.0, 0.0, np.nan)):
    stability = None if kept is None else SimpleNamespace(kept=np.array(kept))
    return SimpleNamespace(stability=stability, columns=lambda: {"sec": np.array([1.5]), "zone": [""]})


def test_zone_columns_exclude_the_total():
    found = made().zone_columns()
    assert {name: values.tolist() for name, values in found.items()} == {
        "sink_mean_t": [1000.4],
        "sink_sd_t": [20],
        "sink_low_t": [960],
        "sink_median_t": [1001],
        "sink_high_t": [1041],
    }
    judged = made(judged=["code"], sec=sec()).zone_columns()
    assert list(judged)[5:] == [*sink_zone_column_names(False, False, True)[5:], "sec", "zone"]
    assert [judged[name].tolist() for name in list(judged)[5:10]] == [[40], [55], [0.5], [0.25], [0.25]]


def test_the_summary_has_a_row_for_the_total():
    found = made(sec=sec()).summary_columns(["A"])
    assert (found["zone_row"], found["zone_name"]) == ([1, None], ["A", "all"])
    assert found["sink_mean_t"].tolist() == [1000.4, 2000.8]
    assert found["sink_sd_closed_t"].tolist() == CLOSED.tolist()
    assert found["sec"] == pytest.approx([1.5, np.nan], nan_ok=True)
    assert found["zone"] == [None, None]


def test_variance_by_class_equals_the_manual_calculation():
    """SDs of 20 x 0.5 and 40 x 0.25 t are both 10, half of the variance each; limits at 1.96 SD around 80 t."""
    found = made().tornado_columns()
    assert sorted(found["code"]) == [7, 8]
    assert found["sink_t"] == pytest.approx([40, 40])
    assert found["sink_sd_t"] == pytest.approx([10, 10])
    assert found["variance_share"] == pytest.approx([0.5, 0.5])
    assert found["sink_low_t"] == pytest.approx([80 - 19.6] * 2, abs=0.01)
    assert found["sink_high_t"] == pytest.approx([80 + 19.6] * 2, abs=0.01)


def test_the_error_of_the_land_cover_is_a_separate_bar():
    """The total SD of 40 t less that of the coefficients: sqrt(1600 - 200)."""
    found = made(confusion=object()).tornado_columns()
    assert (found["code"][0], found["name"][0]) == (None, "error of the land cover")
    assert found["sink_sd_t"][0] == pytest.approx(1400**0.5)
    assert found["sink_low_t"][0] == pytest.approx(80 - 1.96 * 1400**0.5, abs=0.01)
    assert found["variance_share"][0] == pytest.approx(1400 / 1600)
    judged = made(judged=["code"]).tornado_columns()
    assert judged["name"][0] == "judgement on classes and error of the land cover"
    assert (judged["sink_low_t"][0], judged["sink_high_t"][0]) == (70, 95)
    both = made(judged=["code"], confusion=object()).tornado_columns()
    assert both["sink_low_t"][0] == pytest.approx(80 - 1.96 * 1400**0.5, abs=0.01)
    # An SD below that of the coefficients, by the chance of few realisations, adds nothing.
    assert None not in made(confusion=object(), closed_sd_t=np.array([9.0, 41.0])).tornado_columns()["code"]


def test_number_outputs_are_those_of_the_total():
    found = made().numbers()
    assert found == {
        "SINK_MEAN_T": 2000.8,
        "SINK_SD_T": 40,
        "SINK_SD_CLOSED_T": CLOSED[-1],
        "SINK_LOW_T": 1920,
        "SINK_HIGH_T": 2082,
        "SINK_LEAST_T": 70,
        "SINK_MOST_T": 95,
        "VARIANCE_JUDGEMENT": 0.2,
        "VARIANCE_COEFFICIENTS": 0.7,
        "VARIANCE_AREAS": 0.1,
    }
    assert made(sec=sec()).numbers()["ZONES_KEPT"] == 1
    assert "ZONES_KEPT" not in made(sec=sec(kept=None)).numbers()


def test_sentences():
    assert made().sentences() == [
        "Annual sink: 2,001 t, SD 40 (closed form, coefficients alone: 14.1), 95 % between 1,920 and 2,082."
    ]
    said = made(judged=["code"], sec=sec()).sentences()
    assert said[1] == (
        "At the coefficients of the table the sink is between 70 and 95 t, depending on the class that the judged "
        "codes get."
    )
    assert said[2] == "Share of the variance: judgement on classes 20.0%, coefficients 70.0%, class areas 10.0%."
    assert said[3] == "1 of 2 units keep their side of the SEC limit whatever one decides."
    assert len(made(sec=sec(kept=None)).sentences()) == 1
    assert len(made(judged=["code"], shares=np.full((2, 3), np.nan)).sentences()) == 2


def test_column_names_are_known_before_the_run():
    assert len(sink_zone_column_names(False, False, False)) == 5
    assert len(sink_zone_column_names(False, True, False)) == 5
    assert len(sink_zone_column_names(False, False, True)) == 10
    assert len(sink_zone_column_names(True, False, False)) == 11
    assert len(sink_zone_column_names(True, True, False)) == 14
    assert len(sink_zone_column_names(True, True, True)) == 24
