"""How sure the yearly carbon sink of zones and their zones of EEC and SEC are."""
