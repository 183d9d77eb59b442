"""Files that appear complete or not at all: written under a hidden name in the same folder, then renamed."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

from .errors import CarbonBalanceError
from .i18n import tr


def hidden_name(path: Path, suffix: str | None = None) -> Path:
    """An unused hidden file name in the folder of ``path``, with the same or another suffix."""
    return path.with_name(f".{path.stem[:40]}.{uuid.uuid4().hex[:8]}.part{path.suffix if suffix is None else suffix}")


def cannot_write(path: Path | str, error: OSError | str) -> CarbonBalanceError:
    """The error for an output that cannot be written."""
    reason = error if isinstance(error, str) else error.strerror or error
    return CarbonBalanceError(
        tr("Cannot write {path}: {reason}; choose a writable folder.").format(path=path, reason=reason)
    )


class StagedFile:
    """A file that will become ``path``: write to ``beside``, call :meth:`publish`, and :meth:`discard` in any case."""

    def __init__(self, path: Path) -> None:
        self.path, self.beside = path, hidden_name(path)

    def publish(self) -> str:
        """Rename the file to its final name and return that name.

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
    """Yield the hidden file to write; it becomes ``path`` after the block, or is removed if the block fails.

    Raises:
        OSError: from writing or renaming; the caller words the message.
    """
    beside = hidden_name(path)
    try:
        yield beside
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
