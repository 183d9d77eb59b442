"""The common inputs of all scenarios of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..land_cover.codes import LandCover
from ..options.raster import CENTRE
from ..raster.source import RasterSource
from ..scenarios.calibration.settings import LandUseSettings
from ..supply.pools import PoolTable
from ..supply.regions.regional_cover import PoolRegions
from ..tables.table import Table


@dataclass(frozen=True)
class ScenarioInputs:
    """The common inputs of all scenarios.

    Attributes:
        earlier, today: the land covers of the two dates.
        drivers: by name, on any grid.
        years: of the two dates, and the target.
        step_years: between the years that are shown; ``None`` takes the span between the two dates.
        pools: densities by class, of each pool region if there are any.
        regions: where pool regions lie; ``None`` for one table everywhere.
        outlines: WKB of the zones in today's CRS.
        zone_rule: how cells count in zones.
        scheme: of the class codes, for presets.
        restricted: cells that may not change in any scenario; ``None`` for none.
        masks: by name, on any grid.
        permissions, demand: tables of the scenarios' own, ``None`` for none.
        seed: of the first run; the others take the numbers after it.
        runs: of each scenario.
        settings: of a calibration, how to learn and to allocate.
    """

    earlier: LandCover
    today: LandCover
    drivers: Mapping[str, RasterSource]
    years: tuple[float, float, float]
    step_years: float | None
    pools: PoolTable
    outlines: Sequence[bytes | None] = ()
    regions: PoolRegions | None = None
    zone_rule: str = CENTRE
    scheme: str = ""
    restricted: RasterSource | None = None
    masks: Mapping[str, RasterSource] | None = None
    permissions: Table | None = None
    demand: Table | None = None
    seed: int = 1
    runs: int = 5
    settings: LandUseSettings = field(default_factory=LandUseSettings)
