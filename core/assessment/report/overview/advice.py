"""Recommendations for planning zones, following the studies that introduced these zones."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ....runtime.i18n import mark, tr, translated
from ....tables import columns
from ....text.vocabulary import shown
from ....zoning.zone_names import FROM_SURPLUS, QUADRANT_NAMES
from ..data import ReportData

# Central Yunnan (Dong et al. 2025), from surplus to deficit.
_BY_BREAKS = (
    mark("Protect forest, grassland and soil that store carbon, keep emissions low, and pay for the service provided."),
    mark("Let towns and industry grow only as far as the land keeps pace: restore forest, limit new built-up land."),
    mark("Raise what the land stores: plant and improve forest, restore degraded land, and green the towns."),
    mark("Cut emissions first: cleaner energy and industry, compact towns, and offsets from zones with a surplus."),
)
# In the order of QUADRANT_NAMES: both high; EEC high; SEC high; both low.
_BY_COEFFICIENTS = (
    mark(
        "Maintain both strengths, a low-emission economy and a carbon sink above its share, as a model for other zones."
    ),
    mark("Economic output per tonne emitted is high, uptake by land is low: protect and enlarge forest and wetland."),
    mark(
        "Uptake by land is above its share, economic output per tonne is low: modernise industry and compensate for "
        "the sink."
    ),
    mark("Both are weak: replace old industry and coal, and restore land, with support from the region."),
)


def advice(zone: str, by_coefficients: bool = False) -> str:
    """The recommendation for a zone by its stored name, in the user's language; "" for user-defined names.

    Two presets have a name in common: ``by_coefficients`` states whether the zones come from EEC and SEC.
    """
    by_breaks = [(names, _BY_BREAKS) for names in FROM_SURPLUS.values()]
    quadrants = [(names, _BY_COEFFICIENTS) for names in QUADRANT_NAMES.values()]
    for names, sentences in quadrants + by_breaks if by_coefficients else by_breaks + quadrants:
        if zone in names:
            return translated(sentences[names.index(zone)])
    return ""


def advice_html(data: ReportData, zones: Sequence[str]) -> str:
    """A list of the zones with their size and recommendation; "" if none has one.

    A name in two presets refers to the method of the zones: quadrants if there are EEC and SEC.
    """
    items = []
    members = data.zones or []
    by_coefficients = data.eec is not None and data.sec is not None
    for zone in zones:
        sentence = advice(zone, by_coefficients)
        if sentence:
            count = members.count(zone)
            name = tr("{zone} ({count})").format(zone=shown(columns.ZONE, zone), count=count)
            items.append(f"<li><b>{escape(name)}</b> {escape(sentence)}</li>")
    if not items:
        return ""
    note = tr("General recommendations of the studies that introduced these zones; they do not replace local planning.")
    return f"<ul class=advice>{''.join(items)}</ul><p class=note>{escape(note)}</p>"
