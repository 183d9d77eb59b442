"""What the columns that field parameters ask for hold, kept in the parameters' metadata."""

from __future__ import annotations

# What its column holds (labels, a unit such as t/ha, ANY and a unit for any of its kind, EEC or SEC), and the
# parameter that says its unit where that is not called like it.
HOLDS, UNIT_IN = "holds", "unit_in"
LABELS = "labels"
ANY = "any "
