"""Messages of failures."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.errors import reason_of


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (RuntimeError("cannot seek\nMay be caused by: no space left\nMay be caused by: bad luck"), "cannot seek"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (RuntimeError("\n  not recognised\n"), "not recognised"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_a_reason_is_one_line(error, logged):
    assert reason_of(error) == logged
