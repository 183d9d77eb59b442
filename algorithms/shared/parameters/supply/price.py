"""Parameters for the price of carbon and the years of two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterNumber

from .....core.options.supply import PER_C, PRICE_UNITS
from .....core.runtime.errors import CarbonBalanceError
from .....core.runtime.i18n import tr
from ...checks.percentages import percentage
from ..common import choice, real, text

if TYPE_CHECKING:
    from .....core.supply.valuation import Valuation
    from ...inputs.given import Given

YEAR, YEAR_LATER = "YEAR", "YEAR_LATER"
PRICE, PRICE_UNIT, DISCOUNT, PRICE_CHANGE, CURRENCY = "PRICE", "PRICE_UNIT", "DISCOUNT", "PRICE_CHANGE", "CURRENCY"


def add_price(algorithm) -> None:
    """Add the years of both dates, the price of carbon, its rates and its currency."""
    whole = QgsProcessingParameterNumber.Type.Integer
    for name, title in ((YEAR, tr("Year of the land cover")), (YEAR_LATER, tr("Year of the later land cover"))):
        algorithm.add(
            QgsProcessingParameterNumber(name, title, whole, optional=True),
            tr("For example 2020; needed to compute a value or rates of change per year."),
        )
    algorithm.add(real(PRICE, tr("Price of carbon"), 0), tr("Price per tonne; if empty, no value is computed."))
    algorithm.add(
        choice(PRICE_UNIT, tr("The price is for"), PRICE_UNITS, PER_C),
        tr("t_C: a tonne of carbon. t_CO2: a tonne of CO2; one tonne of carbon corresponds to 44/12 tonnes of CO2."),
    )
    algorithm.add(
        percentage(real(DISCOUNT, tr("Discount rate, % per year"), default=0), 0.5),
        tr("Percentage by which a value decreases with each year that it is delayed."),
        when={PRICE: True},
        advanced=True,
    )
    algorithm.add(
        percentage(real(PRICE_CHANGE, tr("Price change, % per year"), default=0), 0.5),
        tr("As in InVEST, values are divided by it: a positive number lowers the value, a negative one raises it."),
        when={PRICE: True},
        advanced=True,
    )
    algorithm.add(
        text(CURRENCY, tr("Currency")), tr("Currency of the price, such as CNY; used as a label only."), advanced=True
    )


def valuation(given: Given) -> Valuation | None:
    """The valuation of the change, ``None`` without a price.

    Raises:
        CarbonBalanceError: years are missing, equal or in the wrong order, or a price or rate is invalid.
    """
    from .....core.supply.valuation import Valuation, years_between

    years, price = years_between(given.integer(YEAR), given.integer(YEAR_LATER)), given.number(PRICE)
    if price is None:
        return None
    if years is None:
        raise CarbonBalanceError(
            tr("A price of carbon needs the years of both land covers: give them (YEAR, YEAR_LATER).")
        )
    rates = (given.number(DISCOUNT) or 0.0, given.number(PRICE_CHANGE) or 0.0)
    return Valuation(price, given.choice(PRICE_UNIT), *rates, years, given.text(CURRENCY))
