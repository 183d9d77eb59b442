"""The value of a change in carbon, spread evenly over the years between two dates and discounted.

Source: the valuation of InVEST's carbon model: NPV = change x price / n x sum over t = 0 .. n - 1 of
[(1 + d/100)(1 + r/100)]^-t, with n years, d the discount rate and r the annual change of the price, in %. The price
change is in the denominator: a positive r lowers the value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..options.supply import PER_C, PER_CO2
from ..runtime.errors import CarbonBalanceError
from ..runtime.i18n import tr
from ..tables.units import CO2_PER_C


@dataclass(frozen=True)
class Valuation:
    """The assumptions of a valuation.

    Attributes:
        price: price of one tonne.
        per: species of that tonne, one of ``PRICE_UNITS``.
        discount_percent: annual discount rate.
        price_change_percent: annual change of the price; a positive one lowers the value, as in InVEST.
        years: number of years between the two dates, 1 or more.
        currency: name of the currency.
    """

    price: float
    per: str = PER_C
    discount_percent: float = 0.0
    price_change_percent: float = 0.0
    years: int = 1
    currency: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.price) and self.price >= 0):
            raise CarbonBalanceError(
                tr("The price of carbon is {price:g}: it must be at least 0.").format(price=self.price)
            )
        rates = ((tr("discount rate"), self.discount_percent), (tr("price change"), self.price_change_percent))
        for name, percent in rates:
            if not (np.isfinite(percent) and percent > -100):
                raise CarbonBalanceError(
                    tr("The {name} is {percent:g} %: it must be greater than -100 %.").format(
                        name=name, percent=percent
                    )
                )

    @property
    def money_per_t_c(self) -> float:
        """Present value of one tonne of C gained between the dates."""
        per_t_c = self.price * (CO2_PER_C if self.per == PER_CO2 else 1.0)
        return per_t_c * annuity(self.years, self.discount_percent, self.price_change_percent) / self.years

    def sentence(self) -> str:
        """A sentence with the assumptions."""
        return tr(
            "Value: {price} per t of {species}, spread evenly over {years} years, discounted by {discount:g} % with a "
            "price change of {change:g} % per year; one tonne of C is worth {worth}."
        ).format(
            price=f"{self.price:g} {self.currency}".strip(),
            species="CO2" if self.per == PER_CO2 else "C",
            years=self.years,
            discount=self.discount_percent,
            change=self.price_change_percent,
            worth=f"{self.money_per_t_c:,.6g} {self.currency}".strip(),
        )


def annuity(years: int, discount_percent: float, price_change_percent: float) -> float:
    """Sum of q^t over t = 0 .. years - 1 with q = 1/((1 + d/100)(1 + r/100)); ``years`` if q is 1.

    Computed by the closed form (1 - q^n)/(1 - q) in a way that is accurate near q = 1.
    """
    log_q = -float(np.log1p(discount_percent / 100) + np.log1p(price_change_percent / 100))
    return float(years) if log_q == 0 else float(np.expm1(years * log_q) / np.expm1(log_q))


def years_between(start: int | None, end: int | None) -> int | None:
    """Years from ``start`` to ``end``; ``None`` if none is given.

    Raises:
        CarbonBalanceError: only one is given, or ``end`` is not after ``start``.
    """
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise CarbonBalanceError(tr("Only one of the years is given: give the years of both dates, or none."))
    if end <= start:
        raise CarbonBalanceError(
            tr("The later year {end} is not after the earlier year {start}.").format(start=start, end=end)
        )
    return int(end) - int(start)
