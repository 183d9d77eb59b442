"""Units of fuel amounts in statistics, in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple

from ..runtime.errors import CarbonBalanceError, did_you_mean
from ..runtime.i18n import tr
from ..tables.spelling.names import plain


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
_CHINESE_FUEL_UNITS = {
    "吨": "t",
    "万吨": "10^4 t",
    "千克": "kg",
    "立方米": "m3",
    "万立方米": "10^4 m3",
    "亿立方米": "10^8 m3",
    "千瓦时": "kWh",
    "万千瓦时": "10^4 kWh",
    "亿千瓦时": "10^8 kWh",
    "公斤": "kg",
    "方": "m3",
    "万方": "10^4 m3",
    "亿方": "10^8 m3",
    "万m3": "10^4 m3",
    "亿m3": "10^8 m3",
    "度": "kWh",
    "万度": "10^4 kWh",
    "亿度": "10^8 kWh",
    "千瓦小时": "kWh",
    "万千瓦小时": "10^4 kWh",
    "亿千瓦小时": "10^8 kWh",
    "万kWh": "10^4 kWh",
    "亿kWh": "10^8 kWh",
    "吉焦": "GJ",
    "百万千焦": "GJ",
    "太焦": "TJ",
} | {
    step + word: measure
    for step, measure in (("", "tce"), ("万", "10^4 tce"), ("亿", "10^8 tce"))
    for word in ("吨标准煤", "吨标煤", "吨标准煤当量", "吨标煤当量", "tce", "吨tce")
}
_MEASURE_NAMES = {plain(name).replace("_", ""): name for name in MEASURES} | {
    plain(name): measure for name, measure in _CHINESE_FUEL_UNITS.items()
}


def measure_of(name: str) -> FuelUnit:
    """The unit called ``name``, English or Chinese (10^4 t, 万吨).

    Raises:
        CarbonBalanceError: unknown unit.
    """
    found = _MEASURE_NAMES.get(plain(name).replace("_", ""))
    if found is None:
        raise CarbonBalanceError(
            tr("Unknown unit {unit}{near}: use one of {known}.").format(
                unit=name, near=did_you_mean(name, MEASURES), known=tr(", ").join(MEASURES)
            )
        )
    return MEASURES[found]
