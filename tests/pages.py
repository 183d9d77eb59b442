"""Parsing of HTML pages: tables as rows of text, SVG, sections."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """Attributes: tables (list of lists of rows of cells), tags (name -> count), text (all of it), attributes."""

    EMPTY = {"meta", "br", "wbr", "img", "path", "rect", "use", "line", "link"}

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.tags: dict[str, int] = {}
        self.links: list[str] = []
        self.words: list[str] = []
        self.fills: list[str] = []
        self._cell: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attrs:
            if name in ("src", "href", "xlink:href"):
                self.links.append(value)
            if name == "fill":
                self.fills.append(value)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append("".join(self._cell or []))
            self._cell = None

    def handle_data(self, data):
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def table_with(self, heading: str) -> list[dict[str, str]]:
        """The rows of the first table that has a column called ``heading``, as dictionaries."""
        for table in self.tables:
            if table and heading in table[0]:
                return [dict(zip(table[0], row)) for row in table[1:]]
        raise AssertionError(f"no table has a column {heading}: {[table[0] for table in self.tables if table]}")


def number(text: str) -> float:
    """A printed number."""
    return float(text.replace(",", "").replace("−", "-"))


def decimals(text: str) -> int:
    """Number of digits after the decimal point."""
    return len(text.partition(".")[2])
