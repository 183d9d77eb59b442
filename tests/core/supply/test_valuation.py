"""Valuation against the sum defined by InVEST."""

from __future__ import annotations

import pytest
from carbon_balance.core.options.supply import PER_CO2
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.supply.valuation import Valuation, years_between


def summed(change, price, years, discount, price_change):
    """NPV term by term, as InVEST's user guide writes it."""
    return (
        change * price / years * sum(1 / ((1 + discount / 100) * (1 + price_change / 100)) ** t for t in range(years))
    )


@pytest.mark.parametrize("years", [1, 2, 7, 80])
@pytest.mark.parametrize("discount", [0, 3, 7.5, -2])
@pytest.mark.parametrize("price_change", [0, 1e-9, 2, -3, 100])
def test_the_closed_form_equals_the_sum_of_yearly_terms(years, discount, price_change):
    value = Valuation(43.0, discount_percent=discount, price_change_percent=price_change, years=years)
    assert value.money_per_t_c == pytest.approx(summed(1, 43.0, years, discount, price_change), rel=1e-12)


def test_q_of_one_gives_change_times_price():
    assert Valuation(10, years=30).money_per_t_c == 10
    # 100/125 = 0.8: the discount and the change of price cancel.
    cancelled = Valuation(10, discount_percent=25, price_change_percent=-20, years=9)
    assert cancelled.money_per_t_c == pytest.approx(10, rel=1e-12)


def test_a_rising_price_lowers_the_value_as_in_invest():
    assert Valuation(10, price_change_percent=5, years=10).money_per_t_c < 10


def test_price_per_tonne_of_co2():
    assert Valuation(12, PER_CO2).money_per_t_c == pytest.approx(44)
    assert "per t of CO2" in Valuation(12, PER_CO2, currency="CNY").sentence()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"price": -1}, "price of carbon is -1: it must be at least 0"),
        ({"price": float("inf")}, "price of carbon is inf"),
        ({"price": 1, "discount_percent": -100}, "discount rate is -100 %: it must be greater than -100 %"),
        ({"price": 1, "price_change_percent": -150}, "price change is -150 %"),
    ],
)
def test_refused(values, message):
    with pytest.raises(CarbonBalanceError, match=message):
        Valuation(**values)


def test_years_must_be_in_ascending_order_and_complete():
    assert years_between(2000, 2020) == 20
    assert years_between(None, None) is None
    for start, end, message in ((2020, 2020, "is not after"), (2020, 2000, "is not after")):
        with pytest.raises(CarbonBalanceError, match=message):
            years_between(start, end)
    with pytest.raises(CarbonBalanceError, match="Only one of the years"):
        years_between(2000, None)
