"""How results came about: the record of every step that travels with its outputs."""
