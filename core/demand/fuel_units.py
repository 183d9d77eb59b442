"""Units of fuel amounts in statistics, in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple

from ..runtime.errors import CarbonBalanceError, did_you_mean, listed
from ..runtime.i18n import tr
from ..runtime.log import Log
from ..tables.column_units import split_unit
from ..tables.spelling.name_words import power_of_ten
from ..tables.spelling.numerals import squeezed
from ..tables.totals import is_part, is_total


class FuelUnit(NamedTuple):
    """A unit of measure: ``scale`` times the base unit ``base`` (t, m3, kWh, tce or TJ)."""

    base: str
    scale: float


MEASURES = {
    "t": FuelUnit("t", 1.0),
    "10^4 t": FuelUnit("t", 1e4),
    "kg": FuelUnit("t", 1e-3),
    "m3": FuelUnit("m3", 1.0),
    "10^4 m3": FuelUnit("m3", 1e4),
    "10^8 m3": FuelUnit("m3", 1e8),
    "kWh": FuelUnit("kWh", 1.0),
    "10^4 kWh": FuelUnit("kWh", 1e4),
    "10^8 kWh": FuelUnit("kWh", 1e8),
    "tce": FuelUnit("tce", 1.0),
    "10^4 tce": FuelUnit("tce", 1e4),
    "10^8 tce": FuelUnit("tce", 1e8),
    "GJ": FuelUnit("TJ", 1e-3),
    "TJ": FuelUnit("TJ", 1.0),
}
_FUEL_BASES = {
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes", "吨", "噸", "公吨"), FuelUnit("t", 1.0)),
    **dict.fromkeys(("kg", "千克", "公斤"), FuelUnit("t", 1e-3)),
    "kt": FuelUnit("t", 1e3),
    **dict.fromkeys(
        ("m3", "m^3", "nm3", "cubicmetres", "cubicmeters", "立方米", "标准立方米", "标立方米", "方"),
        FuelUnit("m3", 1.0),
    ),
    **dict.fromkeys(("kwh", "千瓦时", "千瓦小时", "千瓦·时", "度"), FuelUnit("kWh", 1.0)),
    **dict.fromkeys(("mwh", "兆瓦时"), FuelUnit("kWh", 1e3)),
    **dict.fromkeys(("gwh", "吉瓦时"), FuelUnit("kWh", 1e6)),
    **dict.fromkeys(("twh", "太瓦时"), FuelUnit("kWh", 1e9)),
    **dict.fromkeys(("kj", "千焦"), FuelUnit("TJ", 1e-9)),
    **dict.fromkeys(("mj", "兆焦"), FuelUnit("TJ", 1e-6)),
    **dict.fromkeys(("gj", "吉焦"), FuelUnit("TJ", 1e-3)),
    **dict.fromkeys(("tj", "太焦"), FuelUnit("TJ", 1.0)),
    "pj": FuelUnit("TJ", 1e3),
    **{"toe": FuelUnit("TJ", 0.041868), "ktoe": FuelUnit("TJ", 41.868), "mtoe": FuelUnit("TJ", 41868.0)},
    **{
        step + word: FuelUnit("tce", scale)
        for step, scale in (("吨", 1.0), ("千克", 1e-3), ("公斤", 1e-3))
        for word in ("标准煤", "标煤", "标准煤当量", "标煤当量", "tce")
    },
    **{"kgce": FuelUnit("tce", 1e-3), "tce": FuelUnit("tce", 1.0)},
    **{"ktce": FuelUnit("tce", 1e3), "mtce": FuelUnit("tce", 1e6)},
}
_LONGEST_FIRST = sorted(_FUEL_BASES, key=len, reverse=True)


def _unit_called(name: str) -> FuelUnit | None:
    """A base, or a power of ten of it: 万吨, 10^3 t, thousand m3, GWh; ``None`` for other texts."""
    if name.strip() == "Mt":  # mt and MT are also metric tons.
        return FuelUnit("t", 1e6)
    text = squeezed(name).replace("_", "").replace(",", "")
    for base in _LONGEST_FIRST:
        power = text.removesuffix(base).removesuffix("个") if text.endswith(base) else None
        factor = 1.0 if power == "" else power_of_ten(power) if power else None
        if factor is not None:
            return _FUEL_BASES[base]._replace(scale=_FUEL_BASES[base].scale * factor)
    return None


def measure_of(name: str) -> FuelUnit:
    """The unit called ``name``, English or Chinese (10^4 t, 万吨).

    Raises:
        CarbonBalanceError: unknown unit.
    """
    found = _unit_called(name)
    if found is None:
        raise CarbonBalanceError(
            tr("Unknown unit {unit}{near}: use one of {known}.").format(
                unit=name, near=did_you_mean(name, MEASURES), known=tr(", ").join(MEASURES)
            )
        )
    return found


def unit_in_title(title: str) -> str:
    """The unit that the name of a column of amounts states, such as 消费量(万吨); "" for none or a remark."""
    text = split_unit(title)[1]
    return text if _unit_called(text) else ""


class CountedUses:
    """The fuels of each unit by sector, to find energy that is counted twice."""

    def __init__(self) -> None:
        self._sectors: dict[tuple[str, str], dict[str, set[str]]] = {}
        self._called: dict[tuple[str, str, str], dict[tuple[str, str], None]] = {}

    def add(self, unit: str, fuel: str, sector: str, measure: str, called: str) -> None:
        """Count an amount above 0 of ``fuel``, which the table calls ``called``, in ``measure``."""
        bases = self._sectors.setdefault((unit, fuel), {}).setdefault(sector, set())
        bases.add(measure_of(measure).base)
        self._called.setdefault((unit, fuel, sector), {})[called, measure] = None

    def check(self, log: Log) -> None:
        """Refuse sectors that contain others, and amounts in units of different kinds, such as t and tce.

        Warn of a fuel that has several names or units of one kind, such as 汽油 and petrol, whose amounts are added.

        Raises:
            CarbonBalanceError: the first such unit and fuel.
        """
        for (unit, fuel), sectors in self._sectors.items():
            whole = [sector for sector in sectors if is_total(sector) or is_part(sector)]
            if whole and len(sectors) > 1:
                raise CarbonBalanceError(
                    tr(
                        "Energy is counted twice: {unit} has {fuel} in the sector {whole} as well as in {others}, of "
                        "which one contains the other; leave one of them out."
                    ).format(
                        unit=unit,
                        fuel=fuel,
                        whole=whole[0],
                        others=listed(sector for sector in sectors if sector != whole[0]),
                    )
                )
            bases = next((sorted(bases) for bases in sectors.values() if len(bases) > 1), None)
            if bases:
                raise CarbonBalanceError(
                    tr(
                        "Energy is counted twice: {unit} has amounts of {fuel} in units of {bases}; leave all but one "
                        "of them out."
                    ).format(unit=unit, fuel=fuel, bases=tr(", ").join(bases))
                )
        told: set[str] = set()
        for (unit, fuel, _), names in self._called.items():
            if len(names) < 2 or fuel in told:
                continue
            told.add(fuel)
            log.warn(
                tr(
                    "{unit} has {fuel} as {names}, which are added up: if these are one amount, or one contains the "
                    "other, leave all but one of them out."
                ).format(unit=unit, fuel=fuel, names=listed(f"{name} ({measure})" for name, measure in names))
            )
