"""Sums over the cells of supply and demand rasters, by block and for the whole region."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .zonal_balance import Regional


@dataclass
class CellSums:
    """Sums over cells; areas in km2, amounts in t."""

    supply_t: float = 0.0
    demand_t: float = 0.0
    area_km2: float = 0.0
    surplus_km2: float = 0.0
    balanced_km2: float = 0.0
    deficit_km2: float = 0.0
    cells: int = 0
    undefined: int = 0
    supply_alone: int = 0
    demand_alone: int = 0
    change_km2: np.ndarray = field(default_factory=lambda: np.zeros(4))
    change_t: float = 0.0

    def add(self, other: CellSums) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class RasterBalance:
    """The balance of the region as a sum over cells.

    Attributes:
        region: totals of the cells in which S and D are known and not negative.
        supply_max, demand_max: maxima by which ESDR was scaled, t/km2; NaN for another index.
        surplus_km2, balanced_km2, deficit_km2: area of the cells by state.
        cells: number of cells with S and D.
        undefined: number of these without an index.
        supply_alone, demand_alone: number of cells in which only one of the two is known.
        worse_km2, unchanged_km2, improved_km2: area by change of the balance, NaN without a later date.
        change_t: total change of the balance, t.
    """

    region: Regional
    supply_max: float
    demand_max: float
    surplus_km2: float
    balanced_km2: float
    deficit_km2: float
    cells: int
    undefined: int
    supply_alone: int
    demand_alone: int
    worse_km2: float
    unchanged_km2: float
    improved_km2: float
    change_t: float

    def numbers(self) -> tuple[float, ...]:
        """The main numbers: index, S, D and S - D of the region in t, areas, cells, maxima, change."""
        region = self.region
        return (
            region.index,
            region.supply_t,
            region.demand_t,
            region.supply_t - region.demand_t,
            region.area_km2,
            self.surplus_km2,
            self.balanced_km2,
            self.deficit_km2,
            self.cells,
            self.undefined,
            self.supply_max,
            self.demand_max,
            self.worse_km2,
            self.unchanged_km2,
            self.improved_km2,
            self.change_t,
        )
