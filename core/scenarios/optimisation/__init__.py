"""Land use by optimisation: areas by class that serve an aim best within bounds, and what stands in the way."""
