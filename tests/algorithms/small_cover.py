"""A land cover of two classes under three zones, and its pool table."""

from __future__ import annotations

from layers import squares

INVEST = "lucode,LULC_name,c_above,c_below,c_soil,c_dead\n1,crop,5,1,80,0\n2,forest,50,10,150,2\n"


def zones(**columns):
    """Three squares of 1 km with names that HTML must escape, and ``columns``."""
    return squares({"name": ["甲", "<b>乙</b>", "C"], **columns})


def carbon_t(cells):
    """The carbon of cells of a hectare, t."""
    return (cells == 1).sum() * 86.0 + (cells == 2).sum() * 212.0
