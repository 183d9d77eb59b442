"""Land-use futures: transitions, suitability, the cellular automaton, and how right it is."""
