"""What to do in each zone of the plan, in a sentence, after the recommendations of the studies that named the zones."""

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
    mark("Keep both strengths: an economy of low emissions, and land whose sink exceeds its share. Set an example."),
    mark("The economy earns much per tonne emitted, the land takes up little: protect and enlarge forest and wetland."),
    mark("The land takes up more than its share, the economy earns little per tonne: modernise industry, pay for it."),
    mark("Both are weak: replace old industry and coal, and restore land, with support from the region."),
)


def advice(zone: str, by_coefficients: bool = False) -> str:
    """The recommendation for a zone by its stored name, in the user's language; "" for a name of the user's own.

    Two presets share a name: ``by_coefficients`` says that the zones were made of EEC and SEC.
    """
    by_breaks = [(names, _BY_BREAKS) for names in FROM_SURPLUS.values()]
    quadrants = [(names, _BY_COEFFICIENTS) for names in QUADRANT_NAMES.values()]
    for names, sentences in quadrants + by_breaks if by_coefficients else by_breaks + quadrants:
        if zone in names:
            return translated(sentences[names.index(zone)])
    return ""


def advice_html(data: ReportData, zones: Sequence[str]) -> str:
    """A list of the zones with their number of members and the recommendation; "" if none has one.

    A name that two presets share means the one whose method made the zones: with EEC and SEC the quadrants.
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
    note = tr("General recommendations of the studies that introduced these zones; they replace no local plan.")
    return f"<ul class=advice>{''.join(items)}</ul><p class=note>{escape(note)}</p>"
