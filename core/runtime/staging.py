"""Files that appear whole or not at all: written under a hidden name beside their place, then renamed."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

from .errors import CarbonBalanceError
from .i18n import tr


def hidden_name(path: Path, suffix: str | None = None) -> Path:
    """A name of its own beside ``path``, with its suffix or another, that no file has and listings leave out."""
    return path.with_name(f".{path.stem[:40]}.{uuid.uuid4().hex[:8]}.part{path.suffix if suffix is None else suffix}")


def cannot_write(path: Path | str, error: OSError | str) -> CarbonBalanceError:
    """What stops a run whose output cannot be written."""
    reason = error if isinstance(error, str) else error.strerror or error
    return CarbonBalanceError(
        tr("Cannot write {path}: {reason}; choose a writable folder.").format(path=path, reason=reason)
    )


class StagedFile:
    """A file on its way to ``path``; write to ``beside``, then :meth:`publish`, and :meth:`discard` in any case."""

    def __init__(self, path: Path) -> None:
        self.path, self.beside = path, hidden_name(path)

    def publish(self) -> str:
        """Give the file its name; returns the name.

        Raises:
            CarbonBalanceError: the folder cannot be written to.
        """
        try:
            self.beside.replace(self.path)
        except OSError as error:
            raise cannot_write(self.path, error) from None
        return str(self.path)

    def discard(self) -> None:
        """Remove the hidden file if it was not published."""
        with contextlib.suppress(OSError):
            self.beside.unlink(missing_ok=True)


@contextlib.contextmanager
def staged_file(path: Path) -> Iterator[Path]:
    """Where to write a file that is to be at ``path`` after the block; nothing is left if the block fails.

    Raises:
        OSError: what writing and renaming raise, for the caller to put into words.
    """
    beside = hidden_name(path)
    try:
        yield beside
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
