"""What the columns that field parameters ask for hold, kept in the parameters' metadata."""

from __future__ import annotations

# Content of the column (labels, a unit such as t/ha, ANY and a unit for any of its kind, EEC or SEC), and the
# parameter that states its unit if its name does not follow from that of the field.
HOLDS, UNIT_IN = "holds", "unit_in"
LABELS = "labels"
ANY = "any "
