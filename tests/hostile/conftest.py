"""The catalogue of hostile inputs, created once per session."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def catalogue(provider, tmp_path_factory):
    from cases import Catalogue

    return Catalogue.made_in(tmp_path_factory.mktemp("hostile"))
