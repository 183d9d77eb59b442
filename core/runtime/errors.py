"""What can stop a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import TypeVar

from .i18n import tr

Value = TypeVar("Value")


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


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """ " (did you mean a or b?)" with up to three of ``known`` that ``name`` is like, case ignored; "" if none is."""
    from difflib import get_close_matches

    spellings: dict[str, str] = {}
    for each in map(str, known):
        spellings.setdefault(each.casefold(), each)
    wanted = str(name).casefold()
    near = get_close_matches(wanted, spellings, 3, 0.7)
    near += [each for each in spellings if len(wanted) > 2 and wanted in each and each not in near]
    if not near:
        return ""
    return tr(" (did you mean {names}?)").format(names=tr(" or ").join(spellings[each] for each in near[:3]))


def present(value: Value | None) -> Value:
    """``value`` where the code before has seen to it that it is there.

    Raises:
        TypeError: it is not: a mistake in the code, never in an input.
    """
    if value is None:
        raise TypeError("a value that must be there is missing")
    return value


def reason_of(error: Exception) -> str:
    """What a library says went wrong: its first line, for GDAL 3.10 adds below it what may have caused that."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def told_out_of_memory(error: MemoryError) -> str:
    """A sentence on a run that ran out of memory, with how much it asked for last where NumPy says so."""
    shape, dtype = getattr(error, "shape", None), getattr(error, "dtype", None)
    needed = ""
    if shape is not None and dtype is not None:
        megabytes = prod(shape) * dtype.itemsize / 1e6
        needed = tr(" for {megabytes:,.0f} MB more").format(megabytes=megabytes)
    return tr(
        "There is not enough memory{needed}: close other programs or layers, allow the process more memory, or use "
        "larger cells, a smaller region, or fewer drivers or classes."
    ).format(needed=needed)
