"""Parameters of a carbon raster that replaces land cover and pool table, or one pool of the table."""

from __future__ import annotations

from .....core.options.supply import ALL_POOLS, CARBON_RASTER_UNITS, RASTER_POOLS
from .....core.options.tables import BASES, SPECIES, STOCK
from .....core.runtime.i18n import tr
from ..common import add_nodata_values, choice
from ..raster import add_raster

CARBON, POOL = "CARBON", "CARBON_POOL"


def add_carbon_raster(algorithm) -> None:
    """Add the raster with its unit, species, basis and pool."""
    add_raster(
        algorithm,
        CARBON,
        tr("Carbon raster"),
        tr(
            "A raster of carbon instead of land cover and pool table, or of one pool in addition to them. Scale "
            "and offset stated by its band are applied."
        ),
        True,
    )
    for parameter, help_text in (
        (
            choice("CARBON_UNIT", tr("Carbon raster: unit"), list(CARBON_RASTER_UNITS), "t/ha"),
            tr("A density (t/ha, t/km2, kg/m2, g/m2), or an amount in each cell (t/cell, kg/cell)."),
        ),
        (
            choice("CARBON_SPECIES", tr("Carbon raster: counted as"), SPECIES, "C"),
            tr("Tonnes of carbon (C) or carbon dioxide (CO2); CO2 is converted to C."),
        ),
        (
            choice("CARBON_BASIS", tr("Carbon raster: stock or flow"), BASES, STOCK),
            tr("stock: carbon that is stored. flow: annual uptake, negative if the land is a source."),
        ),
        (
            choice(POOL, tr("Pool in the carbon raster"), list(RASTER_POOLS), ALL_POOLS),
            tr("all: the raster contains all carbon. Otherwise the pool that it contains; the table gives the others."),
        ),
    ):
        # Optional, so that models created before these parameters existed remain valid.
        parameter.setFlags(parameter.flags() | parameter.Flag.FlagOptional)
        algorithm.add(parameter, help_text, when={CARBON: True})
    add_nodata_values(algorithm, of_rasters=True)
