"""The table of contents of a report."""

from __future__ import annotations

import re
from html import escape

from ....runtime.i18n import tr

_SECTION = re.compile(r"<h2>(.*?)</h2>", flags=re.S)


def with_contents(body: str) -> tuple[str, str]:
    """The table of contents, and ``body`` with anchors; no table for fewer than three sections."""
    titles: list[str] = []

    def anchored(found: re.Match[str]) -> str:
        titles.append(found[1])
        return f'<h2 id="s{len(titles)}">{found[1]}</h2>'

    body = _SECTION.sub(anchored, body)
    if len(titles) < 3:
        return "", body
    links = "".join(f'<li><a href="#s{number}">{title}</a></li>' for number, title in enumerate(titles, 1))
    return f'<nav aria-label="{escape(tr("Contents"))}"><ul>{links}</ul></nav>', body
