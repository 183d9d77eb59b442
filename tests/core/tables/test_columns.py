"""Names of the columns that are written."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.tables.columns import suffixed, unlike


def test_a_suffix_keeps_existing_results():
    assert suffixed(["carbon_t", "sink_t"], "_2020", ["carbon_t"]) == {
        "carbon_t": "carbon_t_2020",
        "sink_t": "sink_t_2020",
    }


def test_an_existing_column_is_refused_regardless_of_case():
    with pytest.raises(
        CarbonBalanceError, match=r"already has the column\(s\) Carbon_t, sink_t: rename or remove them"
    ):
        suffixed(["Carbon_t", "sink_t", "emission_t"], "", ["CARBON_T", "Sink_t", "other"])


def test_two_results_with_the_same_name_are_refused():
    unlike(["a", "b"])
    unlike([])
    with pytest.raises(CarbonBalanceError, match="Two results would both be named A, a: rename"):
        unlike(["a", "b", "A"])
    with pytest.raises(CarbonBalanceError, match="both be named c: rename"):
        unlike(["c", "b", "c", "d"])
