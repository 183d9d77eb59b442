"""A region of six square zones that tile a raster, for tests that compare several outputs of a run."""

from __future__ import annotations

import numpy as np
from layers import squares
from rasters import write_raster

ROWS, COLUMNS, ZONES = 10, 60, 6
CELL_HA = 1.0


class Region:
    """Two land covers of classes 1 to 5 with some cells without data, and the tables of six zones."""

    def __init__(self, folder, seed):
        rng = np.random.default_rng(seed)
        first = rng.choice([0, 1, 2, 3, 5], (ROWS, COLUMNS), p=[0.06, 0.4, 0.3, 0.14, 0.1]).astype(np.uint8)
        changes = rng.random(first.shape) < 0.2
        later = np.where(changes & (first > 0), rng.choice([1, 2, 3, 5], first.shape), first).astype(np.uint8)
        later[rng.random(first.shape) < 0.02] = 0
        self.folder, self.first, self.later = folder, first, later
        self.first_path, self.later_path = self.raster("first", first, 0), self.raster("later", later, 0)
        self.population = rng.integers(200, 9000, ZONES).astype(float).tolist()
        self.gdp = rng.uniform(1e3, 1e5, ZONES).tolist()
        self.emission = rng.uniform(100, 9000, ZONES).tolist()
        self.rng = rng

    def raster(self, name, cells, nodata=None):
        return write_raster(self.folder / f"{name}.tif", cells, nodata, origin=(500000.0, 2001000.0))

    def zones(self, **more):
        names = [f"zone {number}" for number in range(ZONES)]
        return squares(
            {"name": names, "population": self.population, "gdp": self.gdp, "emitted": self.emission, **more}
        )
