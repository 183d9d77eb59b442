"""Exceptions that stop a run, and helpers to word their messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import isnan, prod
from typing import TypeVar

from .i18n import tr

Value = TypeVar("Value")
# GDAL: "cannot allocate 1048576 bytes", "Out of memory allocating", "out of memory"; Python: "can't start new thread".
_NO_MEMORY = re.compile(r"cannot allocate|out of memory|can't start new thread", re.IGNORECASE)


class CarbonBalanceError(ValueError):
    """An input that cannot be used.

    The message is one sentence for the user: which input, what is wrong, and what would be correct.
    """


class Cancelled(Exception):
    """The user cancelled the run."""


def listed(items: Iterable[object], most: int = 10) -> str:
    """``items`` joined by commas, cut after ``most`` with the number left out: "a, b, c (+4 more)"."""
    names: Sequence[str] = [str(item) for item in items]
    shown = tr(", ").join(names[:most])
    left_out = len(names) - most
    return tr("{shown} (+{count} more)").format(shown=shown, count=left_out) if left_out > 0 else shown


def known_count(values: Iterable[float]) -> int | str:
    """How many of ``values`` are known, not NaN, and of how many if some are not: for ``{zones} zones``."""
    known = [not isnan(value) for value in values]
    count = sum(known)
    return count if count == len(known) else tr("{known} of {all}").format(known=count, all=len(known))


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """ " (did you mean a or b?)" with up to three of ``known`` that ``name`` is like, case ignored; "" if none is.

    After names of similar spelling come those of which it is a word (coal: raw_coal), then those that end in it
    (煤: 原煤), then those of which it is another part; at least three letters or one Chinese character.
    """
    from difflib import get_close_matches

    spellings: dict[str, str] = {}
    for each in map(str, known):
        spellings.setdefault(each.casefold(), each)
    wanted = str(name).casefold()
    near = get_close_matches(wanted, spellings, 3, 0.7)
    if len(wanted) > 2 or (wanted and not wanted.isascii()):
        holding = [each for each in spellings if wanted in each and each not in near]
        words = {each: re.split(r"[\W_]+", each) for each in holding}
        near += sorted(holding, key=lambda each: (wanted not in words[each], not each.endswith(wanted), len(each)))
    if not near:
        return ""
    return tr(" (did you mean {names}?)").format(names=tr(" or ").join(spellings[each] for each in near[:3]))


def present(value: Value | None) -> Value:
    """``value``, which the calling code guarantees not to be ``None``.

    Raises:
        TypeError: it is ``None``, which is an error in the code and never in an input.
    """
    if value is None:
        raise TypeError("a value that must be there is missing")
    return value


def beginning(text: str, most: int = 200) -> str:
    """``text``, or its first ``most`` characters if it is longer, for what others wrote into a message."""
    return text if len(text) <= most else f"{text[:most]}..."


def reason_of(error: Exception) -> str:
    """The first line of a library's error message; GDAL 3.10 appends possible causes on further lines."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def lack_of_memory(reason: str) -> CarbonBalanceError | None:
    """The error for a ``reason`` in which GDAL or Python states a lack of memory; ``None`` for other reasons."""
    if not _NO_MEMORY.search(reason):
        return None
    return CarbonBalanceError(format_out_of_memory(MemoryError()))


def format_out_of_memory(error: MemoryError) -> str:
    """The message for a run that ran out of memory, with the size of the failed allocation if NumPy states it."""
    shape, dtype = getattr(error, "shape", None), getattr(error, "dtype", None)
    needed = ""
    if shape is not None and dtype is not None:
        megabytes = prod(shape) * dtype.itemsize / 1e6
        needed = tr(" for {megabytes:,.0f} MB more").format(megabytes=megabytes)
    return tr(
        "There is not enough memory{needed}: close other programs or layers, allow the process more memory, or use "
        "larger cells, a smaller region, or fewer drivers or classes."
    ).format(needed=needed)
