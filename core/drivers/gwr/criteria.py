"""The names of what a search for the bandwidth goes by, and how."""

BY_AICC = "aicc"
BY_CROSS_VALIDATION = "cv"
GOLDEN_SECTION = "golden_section"
GRID = "grid"
