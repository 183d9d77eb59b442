"""Meaning of the columns of field parameters, stored in the metadata of the parameters."""

from __future__ import annotations

# Content of the column (labels, a unit such as t/ha, ANY with a unit for any of its kind, EEC or SEC), and the
# parameter of its unit if its name cannot be derived from that of the field.
HOLDS, UNIT_IN = "holds", "unit_in"
LABELS = "labels"
ANY = "any "
