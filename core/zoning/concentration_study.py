"""Spatial concentration of emissions: inequality between zones, spatial autocorrelation and clusters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..options.statistics import CONTIGUITY, DISTANCE_BAND
from ..raster.sampling import centroids
from ..runtime.errors import CarbonBalanceError, listed
from ..runtime.i18n import mark, tr
from ..runtime.log import Log
from ..statistics.autocorrelation import Lisa, Moran, lisa_of_several, moran_of_several
from ..statistics.complete_cases import to_all_rows
from ..statistics.inequality import Lorenz, lorenz
from ..statistics.locations import Places
from ..statistics.regression import refuse_constant
from ..statistics.spatial.distance_band import smallest_full_band, within_distance
from ..statistics.spatial.hot_spots import COLD, HOT, HotSpots, hot_spots
from ..statistics.spatial_weights import Weights, contiguous, nearest_neighbours
from ..tables import columns
from ..tables.names import space_columns

BY_ZONE = "zones"
FEWEST_ZONES = 4
LORENZ_COLUMNS = (
    columns.BASE,
    columns.RANK,
    columns.ZONE,
    columns.BASE_SHARE,
    columns.EMISSION_SHARE,
)
SUMMARY_COLUMNS = (
    columns.STATISTIC,
    columns.VALUE,
    columns.EXPECTED,
    columns.Z,
    columns.P,
)


@dataclass(frozen=True)
class ConcentrationSettings:
    """Settings of neighbours and tests.

    Attributes:
        neighbours: ``contiguity``, ``nearest`` or ``distance``.
        k: number of nearest neighbours.
        distance: distance band in units of the CRS, metres for a geographic one; ``None`` for the smallest with which
            every zone has a neighbour.
        corrected: whether hot spots are corrected so that the false-discovery rate is below ``alpha``.
        tolerance: largest gap between outlines that touch, see :func:`core.statistics.spatial_weights.contiguous`.
        permutations, seed, alpha: parameters of the tests.
    """

    neighbours: str = CONTIGUITY
    k: int = 6
    permutations: int = 999
    seed: int = 0
    alpha: float = 0.05
    tolerance: float | None = None
    distance: float | None = None
    corrected: bool = True


@dataclass(frozen=True)
class ConcentrationStudy:
    """The results.

    Attributes:
        kept: zones with all values, bool (zones,).
        curves: Lorenz curve of the emissions by base: ``zones`` (equal weights) and each given base.
        curve_rows: zones (rows of the table) of each curve.
        moran, local: Moran's I of the emissions.
        bivariate, bivariate_local: Moran's I of supply and emissions of neighbours, ``None`` without supply.
        neighbour_counts: number of neighbours of the kept zones.
        spots, spots_without_self: Gi* and Gi of the emissions.
        settings: settings of neighbours and tests.
    """

    kept: np.ndarray
    curves: dict[str, Lorenz]
    curve_rows: dict[str, np.ndarray]
    moran: Moran
    local: Lisa
    bivariate: Moran | None
    bivariate_local: Lisa | None
    neighbour_counts: np.ndarray
    spots: HotSpots
    spots_without_self: HotSpots
    settings: ConcentrationSettings

    def columns(self) -> dict[str, Sequence[object] | np.ndarray]:
        """Columns for all zones; NULL for excluded zones."""
        found: dict[str, Sequence[object] | np.ndarray] = {
            columns.NEIGHBOURS: self._texts(self.neighbour_counts.tolist()),
            columns.LISA_I: to_all_rows(self.local.i, self.kept),
            columns.LISA_P: to_all_rows(self.local.p, self.kept),
            columns.LISA_CLASS: self._texts(self.local.label),
        }
        if self.bivariate_local is not None:
            found[columns.LISA_BIVARIATE_I] = to_all_rows(self.bivariate_local.i, self.kept)
            found[columns.LISA_BIVARIATE_P] = to_all_rows(self.bivariate_local.p, self.kept)
            found[columns.LISA_BIVARIATE_CLASS] = self._texts(self.bivariate_local.label)
        for (z, p, label), spots in (
            (space_columns.GI_STAR, self.spots),
            (space_columns.GI, self.spots_without_self),
        ):
            found[z], found[p] = to_all_rows(spots.z, self.kept), to_all_rows(spots.p, self.kept)
            found[label] = self._texts(spots.label)
        return found

    def spot_counts(self) -> tuple[int, int]:
        """Number of zones that are hot and cold spots by Gi*."""
        return self.spots.label.count(HOT), self.spots.label.count(COLD)

    def _texts(self, values: Sequence[object]) -> list[object]:
        waiting = iter(values)
        return [next(waiting) if is_kept else None for is_kept in self.kept]

    def headline_numbers(self) -> tuple[float, float, float, float, int, int]:
        """Moran's I and p, bivariate I and p (NaN if missing), used zones, zones without neighbours."""
        both = self.bivariate or Moran(*[float("nan")] * 4)
        islands = int((self.neighbour_counts == 0).sum())
        return self.moran.i, self.moran.p, both.i, both.p, int(self.kept.sum()), islands

    def lorenz_table(self, row_names: Sequence[str]) -> dict[str, list[object]]:
        """Table with one row per base and zone, by ascending ratio, starting with the zero point."""
        table: dict[str, list[object]] = {name: [] for name in LORENZ_COLUMNS}
        for base, curve in self.curves.items():
            rows = self.curve_rows[base]
            zones = [None, *(row_names[int(rows[at])] for at in curve.order)]
            table[columns.BASE] += [base] * len(zones)
            table[columns.RANK] += list(range(len(zones)))
            table[columns.ZONE] += zones
            table[columns.BASE_SHARE] += curve.base_share.tolist()
            table[columns.EMISSION_SHARE] += curve.amount_share.tolist()
        return table

    def summary_table(self) -> dict[str, list[object]]:
        """Table with one row per statistic: value, and for Moran's I expectation, z and pseudo p."""
        nan = float("nan")
        rows = [
            (mark("Gini against {base}").format(base=base), curve.gini, nan, nan, nan)
            for base, curve in self.curves.items()
        ]
        for title, found in (
            (mark("Moran's I of emissions"), self.moran),
            (mark("bivariate Moran's I, supply against neighbours' emissions"), self.bivariate),
        ):
            if found is not None:
                rows.append((title, found.i, found.expected, found.z, found.p))
        return {name: [row[at] for row in rows] for at, name in enumerate(SUMMARY_COLUMNS)}


def study_concentration(
    emission: np.ndarray,
    bases: Mapping[str, np.ndarray],
    supply: np.ndarray | None,
    areas_km2: np.ndarray | None,
    outlines: Sequence[bytes | None],
    is_geographic: bool,
    settings: ConcentrationSettings,
    row_labels: Callable[[np.ndarray], str],
    log: Log | None = None,
) -> ConcentrationStudy:
    """Analyse the concentration of emissions in the zones of a region.

    Args:
        emission: amounts (zones,), NaN if missing.
        bases: base amounts for Lorenz curves, such as population (zones,).
        supply: amounts of carbon stored or taken up (zones,), or ``None``.
        areas_km2: areas for densities in Moran's I (zones,); ``None`` to use amounts directly.
        outlines: WKB of the zones in their CRS.
        is_geographic: whether coordinates are degrees.
        settings: settings of neighbours and tests.
        row_labels: names of zones in messages.
        log: progress, cancellation and notes.

    Raises:
        CarbonBalanceError: too few zones, equal values everywhere, negative amounts, no neighbours.
    """
    log = log or Log()
    known = np.isfinite(emission) & np.array([wkb is not None for wkb in outlines])
    for values in (supply, areas_km2):
        if values is not None:
            known &= np.isfinite(values)
    if areas_km2 is not None:
        known &= np.nan_to_num(areas_km2) > 0
    kept = np.flatnonzero(known)
    if len(kept) < FEWEST_ZONES:
        raise CarbonBalanceError(
            tr("{count} zone(s) have all values and a geometry: at least {fewest} are needed.").format(
                count=len(kept), fewest=FEWEST_ZONES
            )
        )
    if len(kept) < len(known):
        log.warn(
            tr(
                "{count} of {all} zones are left out because a value or the geometry is NULL or the area is 0: {which}."
            ).format(count=int((~known).sum()), all=len(known), which=row_labels(np.flatnonzero(~known)))
        )
    divisor = 1.0 if areas_km2 is None else areas_km2[kept]
    demand = emission[kept] / divisor
    refuse_constant(demand[:, None], [tr("emission")])
    weights = _weights([outlines[row] for row in kept], is_geographic, settings, log)
    islands = weights.islands()
    if len(islands) == len(kept):
        raise CarbonBalanceError(
            tr(
                "No zone touches another: choose nearest neighbours (NEIGHBOURS = nearest) instead of contiguity, or a "
                "larger gap between neighbours (TOLERANCE)."
            )
            if settings.neighbours == CONTIGUITY
            else tr("No zone has another within {distance:g}: give a larger distance (DISTANCE).").format(
                distance=settings.distance
            )
        )
    if len(islands):
        log.warn(
            tr(
                "{count} zone(s) have no neighbours, so their local Moran's I is NULL (NEIGHBOURS = nearest or a "
                "larger TOLERANCE would give them some): {which}."
            ).format(count=len(islands), which=row_labels(kept[islands]))
        )
    test = (settings.permutations, settings.seed)
    pairs: list[tuple[np.ndarray, np.ndarray | None]] = [(demand, None)]
    if supply is not None:
        own = supply[kept] / divisor
        refuse_constant(own[:, None], [tr("supply")])
        pairs.append((own, demand))
    of_all, *bivariate = moran_of_several(pairs, weights, *test, log.part(0, 0.2))
    local, *bivariate_local = lisa_of_several(pairs, weights, *test, settings.alpha, log.part(0.2, 1))
    curves, rows = _curves(emission, {**bases, **({} if supply is None else {"supply": supply})}, log)
    return ConcentrationStudy(
        kept=known,
        curves=curves,
        curve_rows=rows,
        moran=of_all,
        local=local,
        bivariate=bivariate[0] if bivariate else None,
        bivariate_local=bivariate_local[0] if bivariate_local else None,
        neighbour_counts=weights.counts(),
        settings=settings,
        spots=hot_spots(demand, weights, True, settings.alpha, settings.corrected),
        spots_without_self=hot_spots(demand, weights, False, settings.alpha, settings.corrected),
    )


def _weights(
    outlines: Sequence[bytes | None], is_geographic: bool, settings: ConcentrationSettings, log: Log
) -> Weights:
    if settings.neighbours == CONTIGUITY:
        found = contiguous(outlines, settings.tolerance, log)
        if found.bridged:
            log.warn(
                tr(
                    "{count} pair(s) of zones do not touch but lie within {tolerance:.3g} units of the CRS, "
                    "as gaps between outlines do: they count as neighbours (TOLERANCE = 0 takes only zones that touch)."
                ).format(count=found.bridged, tolerance=found.tolerance)
            )
        return found.weights
    places = (Places.sphere if is_geographic else Places.plane)(centroids(outlines))
    if settings.neighbours != DISTANCE_BAND:
        return nearest_neighbours(places, settings.k)
    distance = smallest_full_band(places) if settings.distance is None else settings.distance
    if settings.distance is None:
        log.info(
            tr("Distance band: {distance:,.6g}, the smallest with which every zone has a neighbour.").format(
                distance=distance
            )
        )
    return within_distance(places, distance)


def _curves(
    emission: np.ndarray, bases: Mapping[str, np.ndarray], log: Log
) -> tuple[dict[str, Lorenz], dict[str, np.ndarray]]:
    known = np.flatnonzero(np.isfinite(emission))
    title = tr("emission")
    curves, rows = {BY_ZONE: lorenz(emission[known], np.ones(len(known)), title)}, {BY_ZONE: known}
    short = []
    for name, values in bases.items():
        both = np.flatnonzero(np.isfinite(emission) & np.isfinite(values))
        if len(both) < len(known):
            short.append(f"{name} ({len(known) - len(both)})")
        curves[name], rows[name] = lorenz(emission[both], values[both], title, name), both
    if short:
        log.warn(tr("Zones left out of a Lorenz curve because the base is NULL: {bases}.").format(bases=listed(short)))
    return curves, rows
