"""What several tests of the algorithms need."""

from __future__ import annotations

import made_region
import pytest


@pytest.fixture
def region(tmp_path):
    """Two land covers and two drivers of a made-up region."""
    return made_region.Region(tmp_path)
