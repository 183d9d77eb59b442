"""The names of what a search for the bandwidth goes by, and how."""

AICC = "aicc"
CV = "cv"
GOLDEN_SECTION = "golden_section"
GRID = "grid"
