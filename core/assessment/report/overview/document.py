"""The HTML document around the sections of a report: head, style, contents, script; self-contained."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from ....runtime.i18n import tr
from ....runtime.log import Log
from ....text.html import html_language
from .contents import with_contents

RESOURCES = Path(__file__).parents[4] / "resources" / "styles"
STYLE, SCRIPT = RESOURCES / "report.css", RESOURCES / "report.js"


def document(title: str, subtitle: str, body: str, log: Log) -> str:
    """The complete HTML page; ``body`` contains its sections with headings of the second level."""
    head = f"<h1>{escape(title)}</h1>" + (f"<p class=note>{escape(subtitle)}</p>" if subtitle else "")
    contents, body = with_contents(body)
    return (
        f'<!DOCTYPE html><html lang="{html_language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_resource(STYLE, log)}</style></head>"
        f"<body><main>{head}{contents}{body}</main>{_script(log)}</body></html>"
    )


def _resource(path: Path, log: Log) -> str:
    """The text of a resource file; "" if it is missing, because the report is readable without it."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        log.info(tr("The report does not include {file}: {reason}.").format(file=path.name, reason=reason))
        return ""


def _script(log: Log) -> str:
    """The script that sorts and searches tables and links them to the maps; optional for reading."""
    words = {"search": tr("Search in this table"), "sort": tr("Sort by {column}"), "none": tr("Nothing found")}
    script = _resource(SCRIPT, log)
    return f"<script>const WORDS={json.dumps(words, ensure_ascii=False)};\n{script}</script>" if script else ""
