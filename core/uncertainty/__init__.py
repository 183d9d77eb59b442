"""How sure the carbon of zones, its change, and the choice among scenarios are."""
