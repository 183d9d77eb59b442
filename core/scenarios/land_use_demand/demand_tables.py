"""Reading of simulation inputs from tables: demand by class or transition, permissions and weights."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ...land_cover.class_areas import area_field, unit_ha
from ...land_cover.schemes import read_crosswalk
from ...options.scenarios import IN_CELLS, IN_SHARES
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...tables import columns
from ...tables.class_columns import CODE_NAMES, code_column, need_code_column, without_blank_rows
from ...tables.plausibility import need_shares
from ...tables.spelling.area_units import split_area_unit
from ...tables.spelling.numerals import parse_list, parse_number, squeezed
from ...tables.table import Table, plain
from . import presets
from .markov import whole_cells

_AMOUNT_WORDS = {
    IN_CELLS: {"cells", "cell", "pixels", "pixel", "像元", "像元数", "栅格数"},
    IN_SHARES: {"share", "shares", "percent", "percentage", "proportion", "占比", "比例", "份额", "百分比"},
}
# The unit of amounts whose column states one of area.
IN_AREA = "area"
YEAR_NAMES = ("year", "date", "年份", "年")
CLASS_COLUMN_NAMES = CODE_NAMES
FROM_NAMES, TO_NAMES = ("from_code", "from"), ("to_code", "to")
# Relative difference to the region, caused by rounding, up to which a demand in area is scaled.
AREA_ROUNDING = 1e-3
ROLE_OF_CLASS = {1: "cropland", 2: "forest", 3: "grassland", 4: "water", 5: "construction", 6: "unutilised"}


@dataclass(frozen=True)
class LandUseDemand:
    """The demand of one or more steps.

    Attributes:
        years: years of the steps, in order; a single "" if the table has none.
        codes: class codes of the land cover and the table, ascending, int64 (classes,).
        cells: int64 (steps, classes).
        flows: cells by class at the start (row) and at the end of each step (column), int64 (steps, classes, classes),
            ``None`` if demand is by class.
    """

    years: list[str]
    codes: np.ndarray
    cells: np.ndarray
    flows: np.ndarray | None = None


def steps_of(table: Table) -> list[tuple[str, Table]]:
    """The rows of the table by year, in ascending order."""
    column = table.find(*YEAR_NAMES)
    if column is None:
        return [("", table)]
    years = table.numbers(column, complete=True)
    return [(f"{year:g}", table.kept(np.flatnonzero(years == year).tolist())) for year in np.unique(years)]


def amounts_of(table: Table, field: str | None, unit: str) -> tuple[np.ndarray, str]:
    """The amounts and their unit, from the chosen column or the usual ones."""
    if field is None:
        field = table.find(IN_CELLS) or _called(table, IN_CELLS)
        if field is not None:
            return table.non_negative(field, complete=True), IN_CELLS
        field = area_field(table) or table.find(IN_SHARES) or _called(table, IN_SHARES) or table.need(columns.AREA_HA)
    field = table.need(field)
    amounts = table.non_negative(field, complete=True)
    unit = _own_unit(field) or (unit if split_area_unit(field)[2] is None else IN_AREA)
    if unit in (IN_CELLS, IN_SHARES):
        return amounts, unit
    return amounts * unit_ha(field, "ha" if unit == IN_AREA else unit, table.label), unit


def _called(table: Table, unit: str) -> str | None:
    """The one column whose name says ``unit``, cells or shares."""
    found = [name for name in table.fields if _own_unit(name) == unit]
    return found[0] if len(found) == 1 else None


def _own_unit(field: str) -> str | None:
    """``IN_CELLS`` or ``IN_SHARES`` if stated by the name of a column, as in ``share``, ``share_2030`` or 占比."""
    words = re.split(r"[_\W\d]+", plain(field))
    said = (
        unit
        for unit, names in _AMOUNT_WORDS.items()
        if names & set(words) or any(name in plain(field) for name in names if not name.isascii())
    )
    return next(said, None)


def _to_cells(amounts: np.ndarray, unit: str, cells: int, area_ha: float, rows: Table, year: str) -> np.ndarray:
    """Convert amounts to whole cells that sum to those of the region."""
    total, label = float(amounts.sum()), rows.label
    if unit == IN_CELLS and total != cells:
        raise CarbonBalanceError(
            tr(
                "{table} adds up to {total:,.0f} cells, but the region has {cells:,}: the demand of all classes must "
                "equal the region."
            ).format(table=label, total=total, cells=cells)
        )
    alike = [each for each in (1, 100) if abs(total - each) <= AREA_ROUNDING * each]
    if unit not in (IN_CELLS, IN_SHARES) and alike and total < area_ha * (1 - AREA_ROUNDING):
        raise CarbonBalanceError(
            tr(
                "{table} adds up to {total:g}, but the region has {region:,.2f} ha: if the amounts are shares of the "
                "region, name their column share or set UNIT = share; otherwise they must add up to its area."
            ).format(table=label, total=alike[0], region=area_ha)
        )
    if unit not in (IN_CELLS, IN_SHARES) and abs(total - area_ha) > AREA_ROUNDING * area_ha:
        raise CarbonBalanceError(
            tr(
                "{table} adds up to {total:,.2f} ha, but the region has {region:,.2f} ha: the demand of all classes "
                "must equal the area of the region (or give shares)."
            ).format(table=label, total=total, region=area_ha)
        )
    if not total:
        raise CarbonBalanceError(tr("{table} contains no demand: all amounts are 0.").format(table=label))
    if unit == IN_SHARES:
        need_shares(label, amounts, rows.warn, tr(" of {year}").format(year=year) if year else "")
    return whole_cells(amounts, cells)


def read_demand(
    table: Table, codes: np.ndarray, cells: np.ndarray, area_ha: np.ndarray, field: str | None = None, unit: str = "ha"
) -> LandUseDemand:
    """Read demand by class from a table with one row per class (and year).

    Args:
        table: columns code, optionally year, and an amount.
        codes, cells, area_ha: the classes of the land cover (classes,).
        field: column of the amounts; ``None`` for ``cells``, otherwise an area, otherwise ``share``.
        unit: unit of the amounts if the column name does not end in one.

    Raises:
        CarbonBalanceError: a class without a row, a duplicate class, or amounts that do not add up to the region.
    """
    table = without_blank_rows(table)
    if code_column(table) is None and table.find(*FROM_NAMES) and table.find(*TO_NAMES):
        raise CarbonBalanceError(
            tr(
                "{table} has a row for each transition (from_code, to_code), but one for each class (code) is needed: "
                "give it as demand by transition (TRANSITIONS)."
            ).format(table=table.label)
        )
    code_field = need_code_column(table)
    steps = steps_of(table)
    given = [rows.codes(code_field) for _, rows in steps]
    every = np.unique(np.concatenate([codes, *given]))
    for (year, _), own in zip(steps, given):
        lacking = np.setdiff1d(codes, own)
        if len(lacking):
            raise CarbonBalanceError(
                tr(
                    "{table} has no demand for class(es) {codes} of the land cover{year}: give 0 if none should remain."
                ).format(table=table.label, codes=listed(lacking), year=f" ({year})" if year else "")
            )
    result = np.zeros((len(steps), len(every)), np.int64)
    for step, ((year, rows), own) in enumerate(zip(steps, given)):
        amounts, found = amounts_of(rows, field, unit)
        whole = _to_cells(amounts, found, int(cells.sum()), float(area_ha.sum()), rows=rows, year=year)
        result[step, np.searchsorted(every, own)] = whole
    return LandUseDemand([year for year, _ in steps], every, result)


def _code_of_column(name: str) -> int | None:
    """The class code in the name of a column: ``3``, ``3.0``, ``03``, ``to_3``; ``None`` for other names."""
    text = re.sub(r"^(to|class|code)?_*", "", squeezed(name))
    match = re.fullmatch(r"(-?\d+)(?:[.,]0*)?", text)
    return int(match.group(1)) if match else None


def read_permissions(table: Table, codes: np.ndarray) -> np.ndarray:
    """Read the permission matrix, bool (classes, classes): rows are present classes, columns later ones.

    Args:
        table: a column of codes, and a column of 0 and 1 for each class, named by its code (or to_CODE); rows and
            columns of other classes are ignored.
        codes: class codes (classes,).

    Raises:
        CarbonBalanceError: a missing row or column, a duplicate column, or values other than 0 and 1.
    """
    table = without_blank_rows(table)
    columns_of = {name: _code_of_column(name) for name in table.fields}
    code_field = table.find(*CLASS_COLUMN_NAMES, *FROM_NAMES)
    if code_field is None and table.fields and all(columns_of[name] is not None for name in table.fields[1:]):
        code_field = table.fields[0]  # The corner of a matrix is empty or contains words such as from/to.
    code_field = code_field or table.need("code")
    if plain(code_field) in TO_NAMES:
        raise CarbonBalanceError(
            tr(
                "{table}: column {column} states that the rows are later classes, but rows must be present classes and "
                "columns later ones: transpose the matrix."
            ).format(table=table.label, column=code_field)
        )
    rows = table.codes(code_field)
    found = [code for name, code in columns_of.items() if name != code_field and code is not None]
    named = {code: name for name, code in columns_of.items() if name != code_field and code is not None}
    # A matrix of a whole scheme may have more classes than the region.
    if not set(codes.tolist()) <= set(rows.tolist()) & set(named) or len(found) != len(named):
        raise CarbonBalanceError(
            tr(
                "{table} has rows for {rows} and columns for {columns}; it needs a row (present class) and a column "
                "(later class) for each of {codes}."
            ).format(
                table=table.label,
                rows=listed(sorted(rows.tolist())),
                columns=listed(sorted(found)) or tr("none"),
                codes=listed(codes),
            )
        )
    matrix = np.column_stack([table.numbers(named[int(code)], complete=True) for code in codes])
    if not np.isin(matrix, (0, 1)).all():
        raise CarbonBalanceError(
            tr("{table}: permissions must be 0 (forbidden) or 1 (permitted), but it contains {value:g}.").format(
                table=table.label, value=matrix[~np.isin(matrix, (0, 1))][0]
            )
        )
    return matrix[[rows.tolist().index(code) for code in codes]].astype(bool)


def roles(codes: np.ndarray, scheme: str) -> list[str]:
    """The class of the Beibu Gulf study for each code of a land-cover scheme.

    Raises:
        CarbonBalanceError: codes that are not in the scheme, or without a carbon class.
    """
    crosswalk = read_crosswalk(scheme)
    known = dict(zip(crosswalk.codes.tolist(), crosswalk.classes.tolist()))
    unknown = [code for code in codes.tolist() if known.get(code) not in ROLE_OF_CLASS]
    if unknown:
        raise CarbonBalanceError(
            tr(
                "Code(s) {codes} of the land cover are not classes of the scheme {scheme}: choose the scheme that it "
                "uses."
            ).format(codes=listed(unknown), scheme=scheme)
        )
    return [ROLE_OF_CLASS[known[code]] for code in codes.tolist()]


def parse_weights(text: str, codes: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Neighbourhood weights from ``code:weight`` pairs such as ``1:0.2, 5:1``, with defaults ``otherwise``.

    Raises:
        CarbonBalanceError: an invalid pair, or an unknown code.
    """
    weights = np.array(otherwise, float)
    for pair in parse_list(text):
        if not pair.strip():
            continue
        code, _, value = pair.partition(":")
        try:
            place = codes.tolist().index(int(code))
            weight = parse_number(value)
        except ValueError:
            place, weight = -1, None
        if place < 0 or weight is None:
            raise CarbonBalanceError(
                tr(
                    'Neighbourhood weights: "{pair}" is not of the form code:weight with one of the codes {codes}.'
                ).format(pair=pair.strip(), codes=listed(codes))
            )
        weights[place] = weight
    return weights


def preset_rules(scenario: str, codes: np.ndarray, scheme: str) -> tuple[np.ndarray, np.ndarray]:
    """Permission matrix and weights of a scenario of the study, for a land-cover scheme."""
    own = roles(codes, scheme)
    return presets.permissions(scenario, own), presets.weights(own)
