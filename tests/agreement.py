"""What tests compare that hold the outputs of one run together: rows of tables, the log, the text of pages."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsFeature


def near(value):
    """``value`` within rounding."""
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def rows(layer):
    """The rows of a table as dictionaries."""
    return [dict(zip(layer.fields().names(), QgsFeature(feature).attributes())) for feature in layer.getFeatures()]


def told(result):
    """The messages and warnings of a run as one text."""
    return " ".join(result["notes"].logged + result["notes"].warned)


def text_of(path):
    """The text of an HTML page without tags."""
    return re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))
