"""Progress, cancelling and notes of a run, whoever shows them."""

from __future__ import annotations

from .errors import Cancelled


class Log:
    """What core functions report to. This one keeps the notes and shows nothing.

    Attributes:
        notes: sentences told so far, in order.
        warnings: the sentences among them that say a result needs care.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warnings: list[str] = []

    def info(self, sentence: str) -> None:
        """Tell what was done."""
        self.notes.append(sentence)

    def warn(self, sentence: str) -> None:
        """Tell what a reader of the result must know."""
        self.notes.append(sentence)
        self.warnings.append(sentence)

    def progress(self, fraction: float) -> None:
        """Say how far the run is, 0 to 1."""

    def is_cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return False

    def check(self) -> None:
        """Raise :class:`Cancelled` if the user asked to stop; call it in every loop."""
        if self.is_cancelled():
            raise Cancelled


class Stage(Log):
    """One stage of a run: shows its progress as a part of the whole's and hands everything else on."""

    def __init__(self, log: Log, start: float, stop: float) -> None:
        super().__init__()
        self.log, self.start, self.stop = log, start, stop

    def info(self, sentence: str) -> None:
        self.log.info(sentence)

    def warn(self, sentence: str) -> None:
        self.log.warn(sentence)

    def progress(self, fraction: float) -> None:
        self.log.progress(self.start + fraction * (self.stop - self.start))

    def is_cancelled(self) -> bool:
        return self.log.is_cancelled()
