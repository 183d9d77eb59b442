"""Log messages, tables and report sections of the zoning algorithms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..options.zoning import EXACT, FIXED_LIMITS
from ..runtime.errors import listed
from ..runtime.i18n import sentence_gap, tr
from ..runtime.log import Log
from ..tables import columns
from ..tables.levels import level
from ..text import html
from .natural_breaks import NaturalZoning
from .quadrants import SIDES, Quadrants

RowLabel = Callable[[int], str]


def zone_limits_table(zoning: NaturalZoning, names: Sequence[str]) -> dict[str, list[object]]:
    """Table with one row per class: number, limits (lower exclusive except in the lowest class), rows, zone."""
    chosen = zoning.chosen
    return {
        columns.CLASS: list(range(1, len(chosen) + 1)),
        columns.LOWER: chosen.lower.tolist(),
        columns.UPPER: chosen.upper.tolist(),
        columns.COUNT: chosen.sizes.tolist(),
        columns.ZONE: zoning.class_zones(names),
    }


def natural_zoning_notes(
    zoning: NaturalZoning,
    method: str,
    names: Sequence[str],
    field: str,
    row_label: RowLabel,
    row_names: Sequence[str],
    log: Log,
) -> list[str]:
    """Log the notes on a zoning; returns the body of the report as HTML.

    Warns of rows without a value and, unless the exact method was chosen, of zones that it would change.

    Args:
        zoning: the result.
        method: the chosen method.
        names: names of the zones.
        field: column of the index.
        row_label: name of a row in messages.
        row_names: names of the rows in tables.
        log: receives the notes.
    """
    missing = [row for row, each in enumerate(zoning.classes()) if each is None]
    if missing:
        log.warn(
            tr("{field} is NULL in {count} row(s), which have no class and no zone: {rows}.").format(
                field=field, count=len(missing), rows=listed(map(row_label, missing))
            )
        )
    changed = zoning.changed()
    sentence = _comparison(zoning, method)
    if len(changed):
        sentence += sentence_gap() + tr("{count} of {classed} zones would change: {rows}.").format(
            count=len(changed), classed=zoning.chosen.sizes.sum(), rows=listed(map(row_label, changed))
        )
    elif zoning.other is not None:
        sentence += sentence_gap() + tr("No zone would change.")
    (log.warn if len(changed) and method != EXACT else log.info)(sentence)

    zones, others = zoning.zones(names), zoning.zones_other(names)
    sizes: dict[str, list] = {columns.ZONE: list(names), columns.COUNT: zoning.zone_sizes()}
    moves: dict[str, list] = {
        columns.ZONE_NAME: [row_names[row] for row in changed],
        columns.ZONE: [zones[row] for row in changed],
        columns.ZONE_OTHER: [others[row] for row in changed],
    }
    parts = [html.paragraph(sentence), html.heading(tr("Classes")), html.table(zone_limits_table(zoning, names))]
    parts += [html.heading(tr("Zone sizes")), html.table(sizes)]
    return parts + ([html.heading(tr("Changes under the other method")), html.table(moves)] if len(changed) else [])


def _comparison(zoning: NaturalZoning, method: str) -> str:
    """Sentences that compare the chosen classes with those of the other method."""
    fit, exact, published = zoning.fits()
    if method == EXACT:
        return tr(
            "Goodness of variance fit {fit:.4f}, the optimum; natural breaks as published reach {published:.4f}."
        ).format(fit=fit, published=published)
    if zoning.other is None and fit != fit:
        return tr("All values are equal, so there is no goodness of variance fit and there are no natural breaks.")
    if zoning.other is None:
        return tr("Goodness of variance fit {fit:.4f}; there are too few different values for natural breaks.").format(
            fit=fit
        )
    if method == FIXED_LIMITS:
        return tr("Goodness of variance fit: fixed limits {fit:.4f}, exact natural breaks {exact:.4f}.").format(
            fit=fit, exact=exact
        )
    return tr(
        "Natural breaks as published, a local optimum, reach a goodness of variance fit of {fit:.4f}; exact natural "
        "breaks reach {exact:.4f}."
    ).format(fit=fit, exact=exact)


def quadrant_table(quadrants: Quadrants, names: Sequence[str], row_names: Sequence[str]) -> dict[str, list[object]]:
    """Table with one row per quadrant: number, zone, side of each threshold, number and names of units."""
    members = [quadrants.members(number) for number in range(1, len(SIDES) + 1)]
    return {
        columns.CLASS: list(range(1, len(SIDES) + 1)),
        columns.ZONE: list(names),
        columns.EEC_LEVEL: [level(eec) for eec, _ in SIDES],
        columns.SEC_LEVEL: [level(sec) for _, sec in SIDES],
        columns.COUNT: [len(units) for units in members],
        columns.MEMBERS: [", ".join(row_names[row] for row in units) for units in members],
    }


def quadrant_notes(
    quadrants: Quadrants, names: Sequence[str], row_label: RowLabel, row_names: Sequence[str], log: Log
) -> list[str]:
    """Log the notes on a quadrant zoning; returns the body of the report as HTML.

    Warns of units without a coefficient and of units on a threshold.
    """
    missing = quadrants.members(0)
    if len(missing):
        log.warn(
            tr("{count} unit(s) lack EEC or SEC and are not assigned to a zone: {rows}.").format(
                count=len(missing), rows=listed(map(row_label, missing))
            )
        )
    if len(quadrants.on_threshold):
        log.warn(
            tr("{count} unit(s) lie on a threshold and are counted as high: {rows}.").format(
                count=len(quadrants.on_threshold), rows=listed(map(row_label, quadrants.on_threshold))
            )
        )
    nearest = quadrants.nearest()
    sentence = tr(
        "High means an EEC of at least {eec:.6g} and a SEC of at least {sec:.6g}. Nearest to a threshold: {row}, "
        "{distance:.6g} away."
    ).format(
        eec=quadrants.eec_threshold,
        sec=quadrants.sec_threshold,
        row=row_label(nearest),
        distance=quadrants.distance[nearest],
    )
    log.info(sentence)
    known = [row for row, each in enumerate(quadrants.classes()) if each is not None]
    order = sorted(known, key=lambda row: quadrants.distance[row])
    zones = quadrants.zones(names)
    distances: dict[str, list] = {
        columns.UNIT: [row_names[row] for row in order],
        columns.ZONE: [zones[row] for row in order],
        columns.EEC_DISTANCE: [float(quadrants.eec_distance[row]) for row in order],
        columns.SEC_DISTANCE: [float(quadrants.sec_distance[row]) for row in order],
    }
    return [
        html.paragraph(sentence),
        html.heading(tr("Zone sizes")),
        html.table(quadrant_table(quadrants, names, row_names)),
        html.heading(tr("Distance to the thresholds, nearest first")),
        html.table(distances),
    ]
