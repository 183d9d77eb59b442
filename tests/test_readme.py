"""What the README says of the algorithms is what they say of themselves."""

from __future__ import annotations

import sys

import list_algorithms


def test_the_table_of_algorithms_is_up_to_date(provider, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["list_algorithms.py", "--check"])
    assert list_algorithms.main() == 0, "run scripts/list_algorithms.py"
