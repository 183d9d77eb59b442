"""Classes, labels and colours of maps."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.symbology.colours import BETTER_STOPS, QUADRANTS, SURPLUS_TO_DEFICIT, WORSE_STOPS, ZERO
from carbon_balance.core.symbology.legends import column_legend
from carbon_balance.core.symbology.themes import THEMES, ZONE_NAMES, main_column
from carbon_balance.core.text.headings import title_of
from carbon_balance.core.text.vocabulary import base_of
from colour_vision import grey


def test_classes_of_the_ratio_are_the_published_ones():
    """Sizes of the seven classes of R in the study of Central Yunnan, with values of that distribution."""
    from carbon_balance.core.statistics.breaks import classify, published_limits

    values = np.random.default_rng(3).lognormal(-3.3, 1, 49)
    values = values[values < 1]
    legend = column_legend("ratio", values)
    expected = classify(values, published_limits(values, 7, "")).sizes
    assert np.bincount(legend.places(values)).tolist() == expected.tolist()
    assert [label.rsplit("(", 1)[1] for label, _ in legend.items] == [f"{size})" for size in expected]


@pytest.mark.parametrize(("index", "balance", "low", "high"), [
    ("demand/supply", 1, BETTER_STOPS, WORSE_STOPS), ("supply/demand", 1, WORSE_STOPS, BETTER_STOPS),
    ("ESDR", 0, WORSE_STOPS, BETTER_STOPS), ("log ratio", 0, WORSE_STOPS, BETTER_STOPS),
])  # fmt: skip
def test_index_classes_break_at_balance_with_colours_by_direction(index, balance, low, high):
    values = balance + np.array([-3, -2.5, -2, -1, -0.5, 0.5, 1, 4, 5])
    legend = column_legend("ratio", values, index)
    assert balance in [each.upper for each in legend.intervals]
    below = [each.colour for each in legend.intervals if each.upper <= balance]
    above = [each.colour for each in legend.intervals if each.lower >= balance]
    assert len(below) + len(above) == len(legend.intervals) == 7
    assert below[0] == low[-1]
    assert below[-1] == low[0]
    assert above[0] == high[0]
    assert above[-1] == high[-1]


def test_zero_and_null_have_separate_classes():
    legend = column_legend("carbon_t_km2", [0, 0, 1e-9, 1, 2, 3, 4, 5, None, float("nan")])
    assert legend.items[0] == ("0 (2)", ZERO)
    assert legend.items[-1][0] == "no value (2)"
    assert legend.places([0, 1e-9, None, 5]).tolist() == [0, 1, len(legend.items) - 1, len(legend.intervals) - 1]
    change = column_legend("carbon_change_t", [-2, -1, 0, 1, 2])
    assert [each.colour for each in change.intervals].count(ZERO) == 1
    assert change.places([0])[0] == [each.colour for each in change.intervals].index(ZERO)


@pytest.mark.parametrize("values", [[3, 3, 3], [3.0], [3, 3 + 1e-9, 3 - 1e-9]])
def test_equal_values_are_one_class(values):
    legend = column_legend("demand_t_km2", values)
    assert [label for label, _ in legend.items] == [f"3.00 ({len(values)})"]
    assert (legend.places(values) == 0).all()


def test_every_value_is_in_a_class():
    rng = np.random.default_rng(0)
    for _ in range(50):
        values = np.round(rng.normal(0, 3, rng.integers(1, 60)) * rng.choice([1e-6, 1, 1e9]), rng.integers(0, 9))
        for column in ("carbon_t_km2", "ratio", "budget_t_km2", "eec"):
            legend = column_legend(column, values, "log ratio")
            places = legend.places(values)
            assert (places >= 0).all()
            counts = np.bincount(places, minlength=len(legend.items))
            assert [int(label.rsplit("(", 1)[1][:-1]) for label, _ in legend.items] == counts.tolist()
            # An empty class would be a colour in the legend that is nowhere on the map.
            assert (counts > 0).all()


def test_a_column_of_null_has_no_legend():
    assert column_legend("ratio", [None, None]) is None
    assert column_legend("zone", [None]) is None
    assert column_legend("population", [1, 2]) is None


def test_zones_have_fixed_colours_in_both_languages():
    names = ["低碳保持区", "固碳优化区", "碳汇发展区"]
    colours = dict(zip(["低碳保持区", "协调发展区", "碳汇发展区", "固碳优化区"], SURPLUS_TO_DEFICIT))
    legend = column_legend("zone_2020", names)
    assert {each.value: each.colour for each in legend.categories} == colours
    assert legend.title.endswith("(2020)")
    # The same name as a quadrant has the quadrant's colour.
    as_quadrant = column_legend("zone", ["碳汇发展区", "低碳保持区"], quadrants=True)
    assert {each.value: each.colour for each in as_quadrant.categories}["碳汇发展区"] == QUADRANTS[2]


def test_own_names_are_coloured_by_class_from_low_to_high():
    legend = column_legend("zone", ["b", "a", "c", None, "b"], classes=[2, 3, 1, None, 2])
    assert [each.value for each in legend.categories] == ["c", "b", "a"]
    assert legend.categories[0].colour == SURPLUS_TO_DEFICIT[0]
    assert legend.categories[-1].colour == SURPLUS_TO_DEFICIT[-1]


def test_titles_contain_the_unit():
    assert title_of("carbon_t_km2") == "Carbon stored, t C per km²"
    assert title_of("demand_t_km2_2020") == "Emission demand, t CO2 per year per km² (2020)"
    assert title_of("my_column") == "my_column"
    assert base_of("zone_other") == "zone_other"
    assert main_column(["class_2020", "zone_2020", "zone_other_2020"]) == "zone_2020"
    assert main_column(["carbon_t", "mapped_km2", "carbon_t_km2"]) == "carbon_t_km2"
    assert main_column(["population"]) is None


def test_a_class_of_one_value_is_labelled_with_that_value():
    """Five values in five classes; the label "180 – 191" would not be read as the single value 191."""
    legend = column_legend("carbon_t_km2", [180.0, 191.0, 220.0, 228.0, 229.0], count=5)
    assert [each.label for each in legend.intervals] == ["180 (1)", "191 (1)", "220 (1)", "228 (1)", "229 (1)"]
    assert list(legend.places([180.0, 185.0, 191.0, 229.0])) == [0, 1, 1, 4]


def test_an_index_on_one_side_of_balance_has_a_note_and_distinct_greys():
    rng = np.random.default_rng(1)
    values = rng.lognormal(-3, 0.5, 49)
    legend = column_legend("ratio", list(values))
    assert legend.title.endswith(": all in surplus")
    assert column_legend("ratio", list(1 / values)).title.endswith(": all in deficit")
    assert column_legend("ratio", [*values, 2.0]).title.endswith(")")
    greys = [grey(each.colour) for each in legend.intervals]
    assert len(greys) == 7
    assert np.diff(greys).min() > 20


def test_the_number_of_classes_of_each_map():
    """Five for an amount; equally many on both sides of a balance, plus one if the balance lies within a class."""
    by_count: dict[int, set[str]] = {}
    for theme in THEMES.values():
        if theme.kind != ZONE_NAMES:
            by_count.setdefault(theme.classes, set()).add(theme.column)
    assert set(by_count) == {5, 6, 7}
    assert by_count[6] == {"p_gain", "eec", "sec"}
    assert {"carbon_t", "carbon_t_ha", "carbon_t_km2", "demand_t_km2", "sink_t_ha", "emission_t"} <= by_count[5]
    assert {"ratio", "budget_t", "budget_t_km2", "carbon_change_t", "carbon_change_t_km2"} <= by_count[7]
