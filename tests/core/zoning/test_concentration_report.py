"""The report on concentration: counts by class and hot spot, and the tests used."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from carbon_balance.core.statistics.inequality import lorenz
from carbon_balance.core.statistics.spatial.hot_spots import HotSpots
from carbon_balance.core.zoning.concentration_report import concentration_page_parts
from carbon_balance.core.zoning.concentration_study import ConcentrationSettings


def spots(*labels):
    nothing = np.zeros(len(labels))
    return HotSpots(nothing, nothing, list(labels), 0.0123)


def study(corrected=True, **changed):
    curve = lorenz(np.array([1.0, 3]), np.array([1.0, 1]))
    values = {
        "curves": dict.fromkeys(("area", "population", "gdp", "zones", "supply"), curve),
        "settings": ConcentrationSettings(permutations=99, seed=3, alpha=0.1, corrected=corrected),
        "neighbour_counts": np.array([2, 3, 4, 5]),
        "summary_table": lambda: {"statistic": ["moran_i"], "value": [0.25]},
        "local": None,
        "bivariate_local": None,
        "spot_counts": lambda: (2, 1),
        "spots": spots("hot spot", "not significant", "hot spot", "cold spot"),
        "spots_without_self": spots("hot spot", "no neighbours", "no neighbours", "no neighbours"),
    }
    return SimpleNamespace(**{**values, **changed})


def test_settings_and_numbers_are_logged():
    text = "".join(concentration_page_parts(study()))
    assert "Neighbours by contiguity, 3.5 on average. 99 permutations, seed 3;" in text
    assert "Zones with p up to 0.1 are classified." in text
    assert "2 zone(s) are hot spots and 1 cold spots of emissions by Gi*" in text
    assert "(p up to 0.0123, so that at most " in text
    assert "without correction for many tests" in "".join(concentration_page_parts(study(corrected=False)))


def test_hot_spots_are_counted_by_gi_and_gi_star():
    *_, with_self, without = concentration_page_parts(study())
    assert '<td>cold spot</td><td class="n">1</td>' in with_self
    assert '<td>hot spot</td><td class="n">2</td>' in with_self
    assert '<td>not significant</td><td class="n">1</td>' in with_self
    assert '<td>hot spot</td><td class="n">1</td>' in without
    assert '<td>no neighbours</td><td class="n">3</td>' in without
    assert with_self.index("cold spot") < with_self.index("hot spot") < with_self.index("not significant")


def test_clusters_are_counted_by_class():
    plain = concentration_page_parts(study())
    local = SimpleNamespace(label=["high-high", "", "low-low", "low-low", None])
    parts = concentration_page_parts(study(local=local))
    assert len(parts) == len(plain) + 2
    assert '<td>high-high</td><td class="n">1</td>' in parts[6]
    assert '<td>low-low</td><td class="n">2</td>' in parts[6]
    both = concentration_page_parts(study(local=local, bivariate_local=local))
    assert len(both) == len(plain) + 4


def test_curves_show_their_gini_and_repeat_colours_after_four():
    chart = concentration_page_parts(study())[1]
    assert chart.count(": 0.250</text>") == 5
    # A line in the drawing and one in the key.
    assert [chart.count(colour) for colour in ("#0072b2", "#e69f00", "#009e73", "#cc79a7")] == [4, 2, 2, 2]


def test_groups_have_a_separate_section():
    grouped = SimpleNamespace(sentences=lambda: ["first", "second"], table=lambda: {"index": ["theil_t"]})
    parts = concentration_page_parts(study(), grouped)
    assert "Inequality between and within groups" in parts[-4]
    assert [">first<" in parts[-3], ">second<" in parts[-2], "theil" in parts[-1].lower()] == [True] * 3
