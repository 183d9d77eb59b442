"""Choices of zoning."""

from __future__ import annotations

AS_PUBLISHED, EXACT, FIXED_LIMITS = "as_published", "exact", "fixed_limits"
METHODS = [AS_PUBLISHED, EXACT, FIXED_LIMITS]

AT_ONE, AT_MEAN, AT_MEDIAN, AT_GIVEN = "one", "mean", "median", "given"
THRESHOLDS = [AT_ONE, AT_MEAN, AT_MEDIAN, AT_GIVEN]
