"""Charts of a report as inline SVG, drawn with matplotlib if it is part of QGIS."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Sequence
from functools import cache

import numpy as np

from ...land_cover.schemes import read_crosswalk
from ...options.land_cover import schemes
from ...runtime.errors import present
from ...runtime.i18n import tr
from ...symbology.colours import CARBON, EMISSION, INK, QUALITATIVE, land_cover_colours
from ...tables import columns
from ...text.lorenz_chart import DrawnCurve, lorenz_chart
from ...text.vocabulary import shown
from ..map_layout.labels import text_width
from .data import ReportData
from .inequality import curves

MOST_BARS = 60
MOST_BAR_CLASSES = 8
MOST_NAMES = 60
LONGEST_NAME = 26
LONGEST_CLASS = 40
# Shades of one colour also have different hatches, for greyscale print and colour-blind readers.
HATCHES = ("", "/////", ".....", "\\\\\\\\\\", "xxxxx", "-----", "|||||", "+++++")
# Fonts for measuring text; the page draws it with its own fonts.
FONT_SIZE_PT = 9
FONTS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "carbon balance",
    "font.size": FONT_SIZE_PT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.7,
}


def has_matplotlib() -> bool:
    """Whether matplotlib is available."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        return False
    return True


def new_figure(width_in: float, height_in: float):
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasSVG(figure)
    return figure, figure.add_subplot()


def figure_svg(figure, left: Sequence[str] = (), right: Sequence[str] = ()) -> str:
    """The figure as a self-contained ``svg`` element.

    ``left`` and ``right`` are the texts at its edges, because Chinese texts are wider than measured.
    """
    stream = io.StringIO()
    with warnings.catch_warnings():
        # Characters missing in the measuring font are drawn by the browser.
        warnings.simplefilter("ignore")
        figure.savefig(stream, format="svg", bbox_inches="tight", pad_inches=0.08, metadata={"Date": None})
    text = stream.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
    text = re.sub(r"font: ([0-9.]+px) [^;\"]*", r"font-size: \1", text)
    width_pt = float(present(re.search(r' width="([0-9.]+)pt"', text))[1])
    before, after = _unmeasured_pt(left), _unmeasured_pt(right)
    width_pt += before + after
    text = re.sub(r'viewBox="0 0 [0-9.]+ ([0-9.]+)"', rf'viewBox="{-before:.1f} 0 {width_pt:.1f} \1"', text, count=1)
    shown = f' class="chart" style="max-width:{width_pt * 4 / 3:.0f}px"'
    return re.sub(r' width="[0-9.]+pt" height="[0-9.]+pt"', shown, text, count=1)


def _unmeasured_pt(texts: Sequence[str]) -> float:
    """The difference between drawn and measured width of the widest of ``texts``.

    The measuring font has no Chinese characters and uses a glyph of 0.6 em instead of 1 em.
    """
    wide = (sum(unicodedata.east_asian_width(letter) in "WF" for letter in text) for text in texts)
    return 0.4 * FONT_SIZE_PT * max(wide, default=0)


def plain_text(text: str, longest: int = LONGEST_NAME) -> str:
    """A name for a chart: truncated if long, with characters escaped that start mathematical text."""
    shown = text if len(text) <= longest else text[: longest - 1] + "…"
    return shown.replace("\\", "\\\\").replace("$", r"\$")


def bar_chart(names: Sequence[str], classes: dict[str, np.ndarray], unit: str) -> str:
    """Stacked bars, one per name, with a part for each land class.

    Args:
        names: names of the bars.
        classes: name of the class -> its amount in each bar (bars,), largest class first.
        unit: unit of the amounts.
    """
    import matplotlib

    shown = dict(list(classes.items())[:MOST_BAR_CLASSES])
    rest = [values for name, values in classes.items() if name not in shown]
    if rest:
        shown[tr("other classes")] = np.sum(rest, axis=0)
    with matplotlib.rc_context(FONTS):
        figure, axes = new_figure(7.2, 0.9 + 0.22 * max(len(names), 3))
        left = np.zeros(len(names))
        places = np.arange(len(names))
        for (name, values), (colour, hatch) in zip(shown.items(), class_fills(list(shown))):
            label = plain_text(name, LONGEST_CLASS)
            axes.barh(
                places, values, left=left, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4, label=label
            )
            left = left + values
        axes.set_yticks(places)
        axes.set_yticklabels([plain_text(name) for name in names])
        axes.invert_yaxis()
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlabel(unit)
        axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
        axes.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(_tick))
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
        return figure_svg(
            figure, [plain_text(name) for name in names], [plain_text(name, LONGEST_CLASS) for name in shown]
        )


def _tick(value: float, _: int) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def class_fills(names: Sequence[str]) -> list[tuple[str, str]]:
    """Colour and hatch of land classes by the kind of land in their names; otherwise neutral colours.

    Classes of the same kind of land have shades of one colour and different hatches.
    """
    classes = [_land(name) for name in names]
    # Colours least similar to land colours are first.
    spare = iter([*QUALITATIVE[6:], *QUALITATIVE, *QUALITATIVE])
    fills = []
    for at, (colour, land) in enumerate(zip(land_cover_colours(classes), classes)):
        fills.append((colour, HATCHES[classes[:at].count(land) % len(HATCHES)]) if land else (next(spare), ""))
    return fills


def _land(name: str) -> int:
    """The kind of land (1 to 6) of a class, by the bundled schemes or words in its name; 0 if unknown."""
    words = {
        1: ("crop", "arable", "farm", "cultivat", "paddy", "耕", "园", "田", "旱地"),
        2: ("forest", "wood", "林"),
        3: ("grass", "savanna", "shrub", "草"),
        4: ("water", "wetland", "水", "湿"),
        5: ("built", "urban", "construction", "建设", "城"),
        6: ("unused", "unutil", "bare", "barren", "未利用", "裸"),
    }
    known = _lands()
    if name.casefold() in known:
        return known[name.casefold()]
    return next((land for land, parts in words.items() if any(part in name.casefold() for part in parts)), 0)


@cache
def _lands() -> dict[str, int]:
    """Names of classes in the bundled schemes -> the kind of land, 1 to 6."""
    found: dict[str, int] = {}
    for scheme in schemes():
        crosswalk = read_crosswalk(scheme)
        for names in (crosswalk.names, crosswalk.names_zh):
            for name, land in zip(names, crosswalk.classes.tolist()):
                found.setdefault(name.casefold(), land)
    return found


def scatter_chart(data: ReportData) -> str:
    """Scatter plot of EEC and SEC with thresholds, names of quadrants and of units."""
    import matplotlib

    eec, sec = present(data.eec), present(data.sec)
    known = np.flatnonzero(np.isfinite(eec) & np.isfinite(sec))
    with matplotlib.rc_context(FONTS):
        figure, axes = new_figure(6.4, 4.6)
        x, y = eec[known], sec[known]
        axes.scatter(x, y, s=26 if len(known) <= MOST_NAMES else 8, color=CARBON[3], edgecolor="white", linewidth=0.5)
        axes.axvline(data.thresholds[0], color=INK, linewidth=0.8)
        axes.axhline(data.thresholds[1], color=INK, linewidth=0.8)
        for values, threshold, limit in (
            (x, data.thresholds[0], axes.set_xlim),
            (y, data.thresholds[1], axes.set_ylim),
        ):
            low, high = min(values.min(), threshold), max(values.max(), threshold)
            room = 0.12 * (high - low or abs(high) or 1)
            limit(low - room, high + 1.6 * room)
        axes.set_xlabel(tr("EEC: share of GDP / share of emissions"))
        axes.set_ylabel(tr("SEC: share of sink / share of emissions"))
        taken = _quadrant_names(data, axes)
        if len(known) <= MOST_NAMES:
            name_points(axes, [data.names[row] for row in known], x, y, taken)
        return figure_svg(figure)


def _quadrant_names(data: ReportData, axes) -> list:
    """Write the zone names in the corners of their quadrants; returns their boxes in axes fractions."""
    if data.zones is None:
        return []
    corners = {
        (True, True): (0.99, 0.985, "right", "top"),
        (True, False): (0.99, 0.015, "right", "bottom"),
        (False, True): (0.01, 0.985, "left", "top"),
        (False, False): (0.01, 0.015, "left", "bottom"),
    }
    eec, sec = present(data.eec), present(data.sec)
    boxes = []
    for (eec_high, sec_high), (x, y, horizontal, vertical) in corners.items():
        inside = ((eec >= data.thresholds[0]) == eec_high) & ((sec >= data.thresholds[1]) == sec_high)
        inside &= np.isfinite(eec) & np.isfinite(sec)
        zones = {data.zones[row] for row in np.flatnonzero(inside)} - {None}
        if len(zones) != 1:
            continue
        name = shown(columns.ZONE, zones.pop())
        axes.text(
            x, y, plain_text(name, 40), transform=axes.transAxes, ha=horizontal, va=vertical, color=EMISSION[3],
            style="italic",
        )  # fmt: skip
        width = text_width(name, 9) / (6.4 * 72 * 0.8)
        left = x - width if horizontal == "right" else x
        bottom = y - 0.05 if vertical == "top" else y
        boxes.append((left, bottom, left + width, bottom + 0.05))
    return boxes


def name_points(axes, names: Sequence[str], x: np.ndarray, y: np.ndarray, taken: list, scale=np.asarray) -> None:
    """Write names next to points without overlaps; names without room are left out.

    ``scale`` transforms coordinates to linear axes: ``np.log10`` for logarithmic axes. ``taken`` are boxes in axes
    fractions to keep free.
    """
    size = 8
    width_pt, height_pt = 6.4 * 72 * 0.775, 4.6 * 72 * 0.77
    (left, right), (bottom, top) = scale(axes.get_xlim()), scale(axes.get_ylim())
    x, y = scale(x), scale(y)
    px, py = (x - left) / (right - left) * width_pt, (y - bottom) / (top - bottom) * height_pt
    boxes = [(b[0] * width_pt, b[1] * height_pt, b[2] * width_pt, b[3] * height_pt) for b in taken]
    boxes += [(a - 3, b - 3, a + 3, b + 3) for a, b in zip(px, py)]
    for name, a, b in zip(names, px, py):
        width = text_width(name[:LONGEST_NAME], size)
        for dx, dy in ((5, -3), (-5 - width, -3), (-width / 2, 5), (-width / 2, -5 - size)):
            box = (a + dx, b + dy, a + dx + width, b + dy + size)
            free = all(box[2] < o[0] or o[2] < box[0] or box[3] < o[1] or o[3] < box[1] for o in boxes)
            if free and box[0] >= 0 and box[2] <= width_pt and box[1] >= 0:
                boxes.append(box)
                axes.annotate(
                    plain_text(name), (a / width_pt, b / height_pt), xycoords="axes fraction",
                    xytext=(dx, dy), textcoords="offset points", fontsize=size, color=INK,
                )  # fmt: skip
                break


def inequality_chart(data: ReportData) -> str:
    """Lorenz curves of supply and demand relative to population, or area if that is unknown."""
    title = tr("Cumulative share of area") if data.population is None else tr("Cumulative share of population")
    drawn = []
    for amount, curve in curves(data):
        is_supply = amount is data.supply
        label = tr("{what}, Gini {gini:.3f}").format(what=amount.title, gini=curve.gini)
        colour = CARBON[3] if is_supply else EMISSION[3]
        drawn.append(DrawnCurve(label, curve.base_share, curve.amount_share, colour, not is_supply))
    return lorenz_chart(drawn, title, tr("Cumulative share of supply and demand"))
