"""Reading of table files: text files in any encoding and with any delimiter, and workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...options.tables import AUTO, COMMA
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr, translated
from ...runtime.log import Log
from ..table import Table
from .layout import Layout, laid_out
from .merged_cells import filled_down
from .row_kinds import says_nothing, spells_number
from .text_file import decoded, split_rows
from .workbook import BOOK_SUFFIXES, read_sheet

TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ".tab"}
TABLE_SUFFIXES = TEXT_SUFFIXES | BOOK_SUFFIXES


@dataclass(frozen=True)
class Reading:
    """The user's options for reading tables.

    Attributes:
        encoding: encoding of text files, "" to detect it.
        header_row: number of the header row in the file, from 1; ``None`` to detect it, 0 for none.
        decimal: decimal mark of numbers stored as text: AUTO, POINT or COMMA.
    """

    encoding: str = ""
    header_row: int | None = None
    decimal: str = AUTO


def read_table_file(path: Path, title: str, reading: Reading, log: Log, sheet: str = "", shown: Sequence[str] = ()):
    """The table in a file.

    Args:
        path: path of the file.
        title: name of the input, for messages.
        reading: the user's options.
        log: receives the assumptions made where the file is ambiguous.
        sheet: sheet of a workbook, "" for the first one with rows.
        shown: the column names that QGIS displays, in order; they are kept as aliases.

    Raises:
        CarbonBalanceError: the file cannot be read as a table.
    """
    label = f'{title} "{path.stem}"'
    rows: Sequence[Sequence[object]]
    delimiter = ""
    if path.suffix.lower() in BOOK_SUFFIXES:
        book = read_sheet(path, sheet, title)
        rows = book.rows
        if book.others:
            log.info(
                tr("{table}: sheet {sheet} is read; other sheets: {others}.").format(
                    table=label, sheet=book.name, others=listed(book.others)
                )
            )
    else:
        rows, delimiter = _text_rows(path, title, label, reading, log)
    layout = laid_out(rows, reading.header_row, label)
    if not layout.rows:
        raise CarbonBalanceError(tr("{table} has no rows.").format(table=label))
    if delimiter:
        _need_a_column_for_each_value(rows, layout, delimiter, label)
    _log_layout(layout, label, log)
    merged = filled_down(layout.fields, layout.rows)
    if merged:
        log.info(
            tr("{table}: empty cells below a name count as merged with it, in {columns}.").format(
                table=label, columns=listed(merged)
            )
        )
    aliases = dict(layout.aliases)
    if len(shown) >= len(layout.fields):
        names = [name.casefold() for name in layout.fields]
        for place, (name, own) in enumerate(zip(shown, layout.fields), 1):
            for other in (name, f"field_{place}", f"field{place}"):
                if other.casefold() not in names and shown.count(name) == 1:
                    aliases[other] = own
    else:
        aliases.update({f"field_{place}": name for place, name in enumerate(layout.fields, 1)})
    return Table(
        label=label,
        fields=layout.fields,
        rows=layout.rows,
        aliases=aliases,
        file_rows=layout.file_rows,
        left_out=layout.left_out,
        decimal=reading.decimal,
        suggests=COMMA if delimiter in (";", "；") else "",
        tell=log.info,
        warn=log.warn,
    )


def _text_rows(path: Path, title: str, label: str, reading: Reading, log: Log) -> tuple[list[list[str]], str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CarbonBalanceError(
            tr("{input}: {file} exists, but cannot be read ({reason}).").format(
                input=title, file=path.name, reason=error.strerror or error
            )
        ) from None
    text = decoded(data, reading.encoding, title, path.name)
    if text.guessed:
        log.warn(
            tr("{table} is not in UTF-8 and is read as {encoding}: if names look wrong, set ENCODING.").format(
                table=label, encoding=text.encoding
            )
        )
    return split_rows(text.text, title, path.name)


def _need_a_column_for_each_value(rows: Sequence[Sequence[object]], layout: Layout, delimiter: str, label: str) -> None:
    """Refuse rows of figures with more values than the header has columns.

    A decimal comma between commas (80,5) makes two values of one, and tables written by R have row names that their
    header lacks: each value would then stand in the column of another.
    """

    def values(number: int) -> int:
        return max((at for at, cell in enumerate(rows[number - 1], 1) if not says_nothing(cell)), default=0)

    width = max((len(rows[number - 1]) for number in layout.header_rows), default=0)
    wide = next(
        (
            number
            for number in layout.file_rows
            if 0 < width < len(rows[number - 1])
            and values(number) > width
            and sum(map(spells_number, rows[number - 1])) > 1
        ),
        None,
    )
    if wide is not None:
        raise CarbonBalanceError(
            tr(
                "{table}: {rows} has {values} values, but the header has {columns} columns: put values that contain "
                'the separator "{separator}", such as decimal commas, in quotation marks or use another separator, and '
                "give each column a name."
            ).format(
                table=label,
                rows=tr("row {number}").format(number=wide),
                values=values(wide),
                columns=width,
                separator=delimiter,
            )
        )


def _log_layout(layout: Layout, label: str, log: Log) -> None:
    if layout.header_rows and layout.header_rows != [1]:
        log.info(
            tr("{table}: the header is row {rows} of the file (HEADER_ROW says otherwise).").format(
                table=label, rows=" + ".join(map(str, layout.header_rows))
            )
        )
    elif not layout.header_rows:
        log.info(tr("{table} has no header: its columns are called field_1, field_2 ...").format(table=label))
    if layout.unit:
        log.info(
            tr("{table}: the unit {unit} stated for the whole table is taken for {columns}.").format(
                table=label, unit=layout.unit, columns=listed(layout.unit_columns)
            )
            if layout.unit_columns
            else tr("{table}: the unit {unit} is stated for the whole table.").format(table=label, unit=layout.unit)
        )
    if layout.unclear_units:
        log.warn(
            tr(
                '{table}: a line beside the header states "{units}" as units, which cannot be assigned to columns: '
                "numbers are read as they are; write units into the header, or set the unit of each column."
            ).format(table=label, units=layout.unclear_units)
        )
    if layout.left_out:
        rows = (
            tr("row {number} ({reason})").format(number=each.number, reason=translated(each.reason))
            for each in layout.left_out
        )
        log.info(tr("{table}: rows without data are left out: {rows}.").format(table=label, rows=listed(rows)))
