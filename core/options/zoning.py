"""Options of zoning."""

from __future__ import annotations

AS_PUBLISHED, EXACT, FIXED_LIMITS = "as_published", "exact", "fixed_limits"
METHODS = [AS_PUBLISHED, EXACT, FIXED_LIMITS]

AT_ONE, AT_MEAN, AT_MEDIAN, AT_GIVEN = "one", "mean", "median", "given"
THRESHOLDS = [AT_ONE, AT_MEAN, AT_MEDIAN, AT_GIVEN]

AT_ZERO = "zero"
CELL_THRESHOLDS = [AT_MEAN, AT_MEDIAN, AT_ZERO, AT_ONE]
AS_IT_STANDS, NRCA = "as_it_is", "nrca"
INDEX_MEASURES = [AS_IT_STANDS, NRCA]
EIGHT_CELLS, K_MEANS = "eight_cells", "k_means"
MULTI_INDEX_METHODS = [K_MEANS, EIGHT_CELLS]
