"""Land-use optimisation: class areas that are optimal for an aim within bounds, and binding constraints."""
