"""Years in the names of rasters."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.statistics.temporal.named_years import warn_of_other_years


@pytest.mark.parametrize(
    ("names", "years", "warned"),
    [
        (["a_2000", "a_2010"], [2000, 2010], 0),
        (["a_2000", "a_2010"], [1, 11], 0),
        (["a_2010", "a_2000"], [2000, 2010], 1),
        (["a_2000", "a_2011"], [2000, 2010], 1),
        (["a_2000", "a_2010"], [None, None], 0),
        (["a_2010", "a_2000"], [None, None], 1),
        (["a_2010", "a_2000"], [2000, None], 1),
        # No year, more than one, or digits that are none.
        (["a", "a_2000"], [2000, 2010], 0),
        (["2000_2010", "2010_2020"], [2020, 2000], 0),
        (["A2010001", "A2000001"], [2000, 2010], 0),
        (["1799", "2100"], [2000, 2010], 0),
        (["1800", "2099"], [2000, 2010], 1),
    ],
)
def test_years_in_names_that_differ_from_given_ones_give_a_warning(names, years, warned):
    log = Log()
    warn_of_other_years(names, years, log)
    assert len(log.warnings) == warned
