"""Maps of who pays and who receives, and of flows as arrows from zone to zone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ....balance.compensation import NEITHER, PAYS, RECEIVES
from ....runtime.figures import Figure
from ....runtime.i18n import sentence_gap, tr
from ....symbology.colours import INK
from ....symbology.legends import Category, Legend
from ....tables.names import plan_columns
from ....text.numbers import number_text
from ....text.vocabulary import shown
from ..maps import MapOutlines, map_figure
from .plan_data import FlowLines

_ROLE_COLOURS = {PAYS: "#d55e00", RECEIVES: "#0072b2", NEITHER: "#f2f2f2"}
_PALE_COLOURS = {PAYS: "#f3c9a8", RECEIVES: "#b5d5ea", NEITHER: "#f2f2f2"}
# More arrows cover each other.
MOST_ARROWS = 150
# Widths of arrows in map units, and how far an arrow ends before the centre of a zone.
_MOST_ARROW, _LEAST_ARROW, _HEAD_WIDTHS = 13.0, 2.0, 2.6


def role_map(
    outlines: MapOutlines,
    roles: Sequence[str | None],
    names: Sequence[str],
    title: str,
    texts: Sequence[str],
    arrows: tuple[str, str] = ("", ""),
) -> str:
    """A map of the roles.

    Args:
        outlines: outlines of the zones.
        roles: "pays", "receives", "neither" or ``None`` (zones,).
        names, texts: of the zones, for labels and hints (zones,).
        title: caption.
        arrows: drawing over the zones, which are paler then, and a note below; "" for none.
    """
    colours = _PALE_COLOURS if arrows[0] else _ROLE_COLOURS
    known = [role for role in colours if role in roles]
    legend = Legend(
        plan_columns.ROLE,
        title,
        categories=tuple(Category(role, shown(plan_columns.ROLE, role), colours[role]) for role in known),
        no_value="" if set(roles) <= set(known) else tr("no value"),
        notes=(arrows[1],) if arrows[1] else (),
    )
    return map_figure(outlines, legend, roles, names, texts, overlay=arrows[0])


def flow_arrows(
    outlines: MapOutlines, flows: FlowLines, labels: Sequence[str], names: Sequence[str]
) -> tuple[str, str]:
    """The largest flows as arrows in map units, and a note on their widths and on those left out; "" for none.

    Args:
        outlines: outlines of the zones; arrows go from and to the middle of their largest part.
        flows: flows with the names of zones.
        labels: names of the zones as in ``flows`` (zones,).
        names: names of the zones to be shown (zones,).
    """
    row_of = {label: row for row, label in enumerate(labels)}
    row_of = {**{name: row for row, name in enumerate(names)}, **row_of}
    drawn: list[str] = []
    amount_t = 0.0
    order = np.argsort(-flows.amount_t, kind="stable").tolist()
    largest = float(flows.amount_t[order[0]]) if order else 0.0
    for at in order[:MOST_ARROWS]:
        first, second = (row_of.get(label, -1) for label in (flows.start[at], flows.end[at]))
        rings = [outlines.rings[row] if row >= 0 else None for row in (first, second)]
        if rings[0] is None or rings[1] is None or first == second or not largest > 0:
            continue
        width = max(_MOST_ARROW * flows.amount_t[at] / largest, _LEAST_ARROW)
        hint = tr("{first} to {second}: {amount} t a year over {km} km").format(
            first=names[first],
            second=names[second],
            amount=f"{Figure(flows.amount_t[at]):,.0f}",
            km=number_text(flows.distance_km[at], 3),
        )
        path = _arrow_shape(ring_middle(rings[0]), ring_middle(rings[1]), float(width))
        drawn.append(f'<path d="{path}"><title>{escape(hint)}</title></path>')
        amount_t += float(flows.amount_t[at])
    if not drawn:
        return "", ""
    note = tr("The widest arrow is {largest} t a year.").format(largest=f"{Figure(largest):,.0f}")
    if len(drawn) < len(order):
        note += sentence_gap() + tr("{count} of {all} flows are drawn; they hold {share:.1f} % of the amount.").format(
            count=len(drawn), all=len(order), share=100 * amount_t / float(flows.amount_t.sum())
        )
    # Small ones on top of large ones.
    return f'<g class="flows" fill="{INK}" fill-opacity="0.72" stroke="none">{"".join(drawn)}</g>', note


def ring_middle(ring: np.ndarray) -> np.ndarray:
    """The centre of gravity of a closed ring (points, 2); the middle of its extent if it has no area."""
    x, y = ring[:, 0].astype(float), ring[:, 1].astype(float)
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = cross.sum() / 2
    if abs(area) < 1e-9:
        return (ring.min(axis=0) + ring.max(axis=0)) / 2
    return np.array([((x[:-1] + x[1:]) * cross).sum(), ((y[:-1] + y[1:]) * cross).sum()]) / (6 * area)


def _arrow_shape(start: np.ndarray, end: np.ndarray, width: float) -> str:
    """The outline of an arrow of a width, with a head of at most half its length."""
    along = end - start
    length = float(np.hypot(*along))
    if length == 0:
        return "M0 0"
    unit = along / length
    side = np.array([-unit[1], unit[0]])
    head = min(_HEAD_WIDTHS * width + 8, length / 2)
    neck, half, wide = end - unit * head, side * width / 2, side * (width / 2 + head / 3)
    corners = [start + half, neck + half, neck + wide, end, neck - wide, neck - half, start - half]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z"
