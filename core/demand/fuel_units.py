"""Units of fuel amounts in statistics, in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple

from ..runtime.errors import CarbonBalanceError, did_you_mean
from ..runtime.i18n import tr
from ..tables.spelling.name_words import power_of_ten
from ..tables.spelling.numerals import squeezed


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
