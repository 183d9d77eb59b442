"""Process-wide GDAL settings: changed while at least one run is active, and restored after the last one.

Other plugins in the same QGIS process may rely on other values, and may have changed a setting since the last run.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from osgeo import gdal

CACHE_BYTES = 64 << 20


class _Switch:
    """A setting and the number of its current users."""

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
    """GDAL raises exceptions while any run is active, which all of ``core.raster`` relies on."""
    return _errors.held()


def bounded_cache() -> contextlib.AbstractContextManager[None]:
    """GDAL's block cache is kept small while any run is active.

    With the default of 5 % of memory, written blocks stay in the cache until the file is closed and are then compressed
    by a single thread.
    """
    return _cache.held()


@contextlib.contextmanager
def thread_settings(**wanted: str) -> Iterator[None]:
    """Context in which GDAL's configuration options are as ``wanted`` in this thread, whatever the user chose."""
    before = {name: gdal.GetThreadLocalConfigOption(name) for name in wanted}
    for name, value in wanted.items():
        gdal.SetThreadLocalConfigOption(name, value)
    try:
        yield
    finally:
        for name, kept in before.items():
            gdal.SetThreadLocalConfigOption(name, kept)


_MOST_OPEN = 16
_handles = threading.local()


def opened(path: str) -> gdal.Dataset:
    """The raster at ``path``, opened once per thread: GDAL datasets must not be shared between threads."""
    cache = _handles.__dict__.setdefault("open", OrderedDict())
    if path not in cache:
        cache[path] = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR)
        while len(cache) > _MOST_OPEN:
            cache.popitem(last=False)
    cache.move_to_end(path)
    return cache[path]


def close(path: str) -> None:
    """Close the raster at ``path`` in this thread, if it is open."""
    _handles.__dict__.get("open", {}).pop(path, None)


def close_all() -> None:
    """Close every dataset that this thread keeps open.

    Call it at the end of a run in a thread that continues to exist: an open file cannot be replaced on Windows, returns
    old cells after it has been rewritten, and would be closed after GDAL itself when QGIS quits.
    """
    _handles.__dict__.clear()
