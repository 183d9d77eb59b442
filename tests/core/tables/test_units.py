"""Units of statistics."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.options.tables import TONNES
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.log import Log
from carbon_balance.core.tables.units import as_t_km2, quotient, to_co2, unit_factor, warn_of_mixing


def test_totals_and_densities_become_t_km2():
    area = np.array([2.0, 0.0, np.nan])
    np.testing.assert_allclose(as_t_km2(np.array([4.0, 4, 4]), "10^4 t", area), [20_000, np.nan, np.nan])
    np.testing.assert_allclose(as_t_km2(np.array([4.0, 4, 4]), "t/ha", area), [400] * 3)


def test_a_quotient_that_overflows_is_unknown():
    assert quotient(np.array([4.0, 1e300]), np.array([2.0, 1e-300])) == pytest.approx([2.0, np.nan], nan_ok=True)


def test_an_unknown_unit_is_refused_with_the_known_ones():
    with pytest.raises(CarbonBalanceError, match=r"kt.*10\^8 t"):
        unit_factor("kt", TONNES)


def test_c_is_44_twelfths_of_co2():
    assert to_co2("C") == pytest.approx(3.6667, abs=1e-4)
    assert to_co2("CO2") == to_co2("unstated") == 1


@pytest.mark.parametrize(("pair", "word"), [(("C", "CO2"), "44/12"), (("unstated", "CO2"), "unstated")])
def test_mixed_or_unstated_species_give_a_warning(pair, word):
    log = Log()
    assert not warn_of_mixing("sink", pair[0], "emission", pair[1], log)
    assert word in log.warnings[0]
    assert warn_of_mixing("sink", "C", "emission", "C", log)


def test_a_quotient_needs_two_positive_numbers():
    found = quotient(np.array([-0.5, 0.5, 0.0, 3.0, np.inf, 3.0]), np.array([2.0, -0.5, 2.0, 0.0, 2.0, np.inf]))
    assert np.isnan(found).all()
    assert quotient(np.array([0.5]), np.array([0.25])).tolist() == [2]
