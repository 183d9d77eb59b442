"""Options of the driver analysis."""

from __future__ import annotations

BY_AICC = "aicc"
BY_CROSS_VALIDATION = "cv"
GOLDEN_SECTION = "golden_section"
GRID = "grid"

BISQUARE = "bisquare"
GAUSSIAN = "gaussian"
