"""Land-use scenarios: transitions, suitability, cellular automaton, and accuracy assessment."""
