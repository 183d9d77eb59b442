"""What the columns of a layer are called in attribute tables and forms: words with units, beside the stable names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..runtime.i18n import tr
from ..tables import columns
from ..text.headings import heading_of, is_share, title_of
from ..text.vocabulary import shown
from .coefficient_legends import is_coefficient

_PERCENT = re.compile(r"[,，]\s*%|（%）")


def column_aliases(names: Iterable[str]) -> dict[str, str]:
    """The alias of each column that has one.

    Shares are stored as parts of one, so they are not said to be in %, as in the tables of reports.

    Args:
        names: of columns that the plugin wrote.
    """
    known = dict.fromkeys(names)
    found = {name: _alias(name) for name in known}
    for name in known:
        if is_coefficient(name, known):
            term = name[len(columns.GWR_COEFFICIENT) :]
            title = shown(columns.TERM, term)
            found[name] = tr("{term}: local coefficient").format(term=title)
            found[columns.GWR_STANDARD_ERROR + term] = tr("{term}: standard error").format(term=title)
            found[columns.GWR_T + term] = tr("{term}: t value").format(term=title)
    return {name: alias for name, alias in found.items() if name in known and alias != name}


def _alias(name: str) -> str:
    if not is_share(name):
        return heading_of(name)
    return tr("{share} (0 to 1)").format(share=_PERCENT.sub("", title_of(name), count=1))
