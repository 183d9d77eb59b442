"""Messages and progress of a run."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.errors import Cancelled
from carbon_balance.core.runtime.log import AskingLog, Log, NamedLog, QuietLog


class Kept(Log):
    def __init__(self, cancelled=False):
        super().__init__()
        self.told, self.cancelled = [], cancelled

    def progress(self, fraction):
        self.told.append(fraction)

    def is_cancelled(self):
        return self.cancelled


def test_a_warning_is_also_a_note_and_logged_once():
    log = Log()
    log.info("done")
    log.warn("careful")
    log.warn("careful")
    log.info("done")
    assert (log.notes, log.warnings) == (["done", "careful", "done"], ["careful"])


def test_a_run_is_not_cancelled_by_default():
    assert Log().is_cancelled() is False
    Log().check()
    for stopped in (
        Kept(True),
        Kept(True).part(0, 1),
        NamedLog(Kept(True), "x"),
        QuietLog(Kept(True)),
        AskingLog(Kept(True)),
    ):
        with pytest.raises(Cancelled):
            stopped.check()
    assert AskingLog(Kept()).is_cancelled() is False


def test_progress_of_a_part_is_scaled_to_its_share():
    whole = Kept()
    part = whole.part(0.5, 0.75)
    for fraction in (0, 0.5, 1, 1.5):
        part.progress(fraction)
    part.part(0.5, 1).progress(0.5)
    assert whole.told == [0.5, 0.625, 0.75, 0.75, 0.6875]


def test_messages_of_a_part_are_forwarded():
    whole = Kept()
    whole.part(0, 1).info("a")
    whole.part(0, 1).warn("b")
    assert (whole.notes, whole.warnings) == (["a", "b"], ["b"])


def test_messages_of_a_named_log_begin_with_the_name():
    whole = Kept()
    named = NamedLog(whole, "2020")
    named.info("read")
    named.warn("gaps")
    for fraction in (0, 0.25, 1):
        named.progress(fraction)
    assert (whole.notes, whole.warnings, whole.told) == (["2020: read", "2020: gaps"], ["2020: gaps"], [0, 0.25, 1])


def test_a_quiet_log_keeps_its_messages_and_forwards_progress():
    whole = Kept()
    quiet = QuietLog(whole)
    quiet.info("a")
    quiet.warn("b")
    for fraction in (0, 0.25, 1):
        quiet.progress(fraction)
    assert (quiet.notes, quiet.warnings) == (["a", "b"], ["b"])
    assert (whole.notes, whole.warnings, whole.told) == ([], [], [0, 0.25, 1])


def test_an_asking_log_forwards_neither_messages_nor_progress():
    whole = Kept()
    asking = AskingLog(whole)
    asking.info("a")
    asking.progress(0.5)
    assert (whole.notes, whole.told, asking.notes) == ([], [], ["a"])
