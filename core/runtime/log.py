"""Progress, cancellation and notes of a run, independent of the user interface."""

from __future__ import annotations

from .errors import Cancelled


class Log:
    """Receiver of everything that core functions report. This base class keeps the notes and displays nothing.

    Attributes:
        notes: sentences logged so far, in order. warnings: the sentences among them that say a result needs care.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warnings: list[str] = []

    def info(self, sentence: str) -> None:
        """Log what was done."""
        self.notes.append(sentence)

    def warn(self, sentence: str) -> None:
        """Log a warning that concerns the use of the result; a sentence that was logged before is not repeated."""
        if sentence in self.warnings:
            return
        self.notes.append(sentence)
        self.warnings.append(sentence)

    def progress(self, fraction: float) -> None:
        """Report the progress of the run, 0 to 1."""

    def is_cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return False

    def check(self) -> None:
        """Raise :class:`Cancelled` if the user asked to stop; call it in every loop."""
        if self.is_cancelled():
            raise Cancelled

    def part(self, begin: float, end: float) -> Log:
        """A log for a part of the run: its progress from 0 to 1 is mapped to ``begin`` to ``end`` of this log."""
        return _StageLog(self, begin, end)


class _StageLog(Log):
    """Forwards everything to the log of the whole run."""

    def __init__(self, whole: Log, begin: float, end: float) -> None:
        super().__init__()
        self.whole = whole
        self.begin, self.end = begin, end

    def info(self, sentence: str) -> None:
        self.whole.info(sentence)

    def warn(self, sentence: str) -> None:
        self.whole.warn(sentence)

    def progress(self, fraction: float) -> None:
        self.whole.progress(self.begin + (self.end - self.begin) * min(fraction, 1.0))

    def is_cancelled(self) -> bool:
        return self.whole.is_cancelled()


class NamedLog(_StageLog):
    """Forwards everything and prefixes each sentence with a name."""

    def __init__(self, whole: Log, name: str) -> None:
        super().__init__(whole, 0.0, 1.0)
        self.name = name

    def info(self, sentence: str) -> None:
        self.whole.info(f"{self.name}: {sentence}")

    def warn(self, sentence: str) -> None:
        self.whole.warn(f"{self.name}: {sentence}")


class QuietLog(_StageLog):
    """Forwards progress and cancelling; keeps its notes to itself."""

    def __init__(self, whole: Log) -> None:
        super().__init__(whole, 0.0, 1.0)

    def info(self, sentence: str) -> None:
        self.notes.append(sentence)

    def warn(self, sentence: str) -> None:
        self.notes.append(sentence)
        self.warnings.append(sentence)


class AskingLog(Log):
    """Forwards only cancellation requests and keeps the notes; for threads whose progress is reported elsewhere."""

    def __init__(self, whole: Log) -> None:
        super().__init__()
        self.whole = whole

    def is_cancelled(self) -> bool:
        return self.whole.is_cancelled()
