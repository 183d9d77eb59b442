"""Switches of GDAL that the whole process shares: moved while any run lasts, and as before after the last.

Other plugins of the same QGIS may rely on another position, and may have moved a switch since the last run.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from osgeo import gdal

CACHE_BYTES = 64 << 20


class _Switch:
    """A switch and how many use it."""

    def __init__(self, read: Callable[[], Any], move: Callable[[Any], None], wanted: Any) -> None:
        self._read, self._move, self._wanted = read, move, wanted
        self._lock = threading.Lock()
        self._users = 0
        self._before = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        with self._lock:
            if self._users == 0:
                self._before = self._read()
            self._users += 1
            self._move(self._wanted)
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._move(self._before)


def _raise_errors(on: bool) -> None:
    if on:
        gdal.UseExceptions()
    else:
        gdal.DontUseExceptions()


_errors = _Switch(gdal.GetUseExceptions, _raise_errors, True)
_cache = _Switch(gdal.GetCacheMax, gdal.SetCacheMax, CACHE_BYTES)


def errors_raised() -> contextlib.AbstractContextManager[None]:
    """GDAL's failures come as exceptions while any run lasts, as all of ``core.raster`` needs."""
    return _errors.held()


def bounded_cache() -> contextlib.AbstractContextManager[None]:
    """GDAL's block cache kept small while any run lasts.

    The default, 5 % of memory, holds written blocks back until the file is closed, so that they are
    compressed at the end by a thread alone.
    """
    return _cache.held()


@contextlib.contextmanager
def failing_quietly() -> Iterator[None]:
    """GDAL closes what a full disk has cut; that it fails once more is nothing to tell."""
    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = before


_MOST_OPEN = 16


_handles = threading.local()


def close_all() -> None:
    """Close every dataset that this thread holds open.

    Call it at the end of a run in a thread that lives on: an open file cannot be replaced on Windows,
    shows its old cells when it is written anew, and outlives GDAL itself when QGIS quits.
    """
    _handles.__dict__.clear()
