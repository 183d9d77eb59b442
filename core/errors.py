"""What can stop a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .i18n import tr


class CarbonBalanceError(ValueError):
    """An input that cannot be used.

    The message is one sentence for the user: which input, what is wrong, what would be right.
    """


class Cancelled(Exception):
    """The user cancelled the run."""


def listed(items: Iterable[object], most: int = 10) -> str:
    """``items`` joined by commas, cut after ``most`` with the number left out: "a, b, c (+4 more)"."""
    names: Sequence[str] = [str(item) for item in items]
    shown = tr(", ").join(names[:most])
    left_out = len(names) - most
    return tr("{shown} (+{count} more)").format(shown=shown, count=left_out) if left_out > 0 else shown


def reason_of(error: Exception) -> str:
    """What a library says went wrong: its first line, for GDAL 3.10 adds below it what may have caused that."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
