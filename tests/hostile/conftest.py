"""The catalogue of hostile inputs, created once per session."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def catalogue(provider, tmp_path_factory):
    from cases import Catalogue

    return Catalogue.made_in(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def zones():
    from layers import squares

    return squares({"code": ["1", "2"], "supply": [1.0, 2.0], "demand": [2.0, 1.0]})


@pytest.fixture
def untouched(tmp_path):
    """Context manager that asserts that its block leaves all files of the folder unchanged."""

    def contents():
        return {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    class Untouched:
        before: dict

        def __enter__(self):
            self.before = contents()

        def __exit__(self, *_):
            after = contents()
            assert after == self.before, sorted(set(after) ^ set(self.before))

    return Untouched()
