"""Location of the manual: the pages in the plugin package, otherwise those on the web."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QUrl

from ...core.runtime.i18n import ENGLISH, language

WEB = "https://github.com/carbon-balance/carbon_balance/blob/main/docs"
# Created by scripts/make_manual.py for the package; a source checkout has none.
FOLDER = Path(__file__).parents[2] / "manual"


def manual_url(page: str) -> str:
    """The address of ``page``, such as "tutorial" or "algorithms/carbonstorage", in the user's language."""
    within = page if language() == ENGLISH else f"{language()}/{page}"
    file = FOLDER / f"{within}.html"
    return QUrl.fromLocalFile(str(file)).toString() if file.is_file() else f"{WEB}/{within}.md"


def manual_page(algorithm_id: str) -> str:
    """The address of the page of an algorithm or model."""
    return manual_url(f"algorithms/{algorithm_id}")
