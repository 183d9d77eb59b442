"""Net primary production by light use efficiency: the CASA model as parametrised for China.

NPP = APAR x epsilon for each month (Potter et al. 1993), with

- APAR = radiation x FPAR x 0.5;
- FPAR = mean of two lines, in NDVI and in SR = (1 + NDVI) / (1 - NDVI), from 0.001 to 0.95 between the least and the
  largest NDVI of the vegetation type, its percentiles 5 and 95 (Zhu et al. 2007);
- epsilon = epsilon_max x T1 x T2 x W;
- T1, T2: see :func:`stress_of_cold` and :func:`stress_of_departure` (Potter et al. 1993, Field et al. 1995);
- W: see :func:`stress_of_water`, with the regional evapotranspiration of Zhou and Zhang (1995) and the complementary
  relation of Bouchet (1963), so that soils are not needed (Zhu et al. 2007).

The equations are printed together in table 1 of Pan et al. (2017), doi:10.5846/stxb201511012207, where T2 has -T in
place of + T in its second exponential, and in Jiao et al. (2018), where FPAR ends at 0.095 in place of 0.95.
"""

from __future__ import annotations

import numpy as np

FPAR_LEAST, FPAR_MOST = 0.001, 0.95
PAR_SHARE = 0.5
COLDEST_GROWTH_C = -10.0
_ABOVE_BEST_C, _BELOW_BEST_C = 10.0, 13.0
_DEPARTURE = 1.1814
# From this temperature on the potential evapotranspiration depends on the temperature of the month alone.
_HOT_C = 26.5


def absorbed_share(ndvi: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """FPAR, the share of photosynthetically active radiation that vegetation absorbs (any shape).

    Args:
        ndvi: below 1.
        least, most: NDVI of the vegetation type at which FPAR is least and largest, of a shape that fits.
    """
    span = FPAR_MOST - FPAR_LEAST
    by_ndvi = (ndvi - least) / (most - least)
    by_ratio = (_simple_ratio(ndvi) - _simple_ratio(least)) / (_simple_ratio(most) - _simple_ratio(least))
    lines = (np.clip(each, 0, 1) * span + FPAR_LEAST for each in (by_ndvi, by_ratio))
    return sum(lines) / 2


def _simple_ratio(ndvi: np.ndarray) -> np.ndarray:
    # An NDVI of 1, which rounding makes, would be infinite.
    ndvi = np.minimum(ndvi, 0.999)
    return (1 + ndvi) / (1 - ndvi)


def stress_of_cold(temperature_c: np.ndarray, best_c: np.ndarray) -> np.ndarray:
    """T1 = 0.8 + 0.02 Topt - 0.0005 Topt^2, 0 in months of -10 degC or less (any shape); at least 0.

    Args:
        temperature_c: mean of the month.
        best_c: Topt, the mean of the month with the largest NDVI.
    """
    stress = np.maximum(0.8 + 0.02 * best_c - 0.0005 * best_c**2, 0)
    return np.where(temperature_c <= COLDEST_GROWTH_C, 0, stress).astype(best_c.dtype)


def stress_of_departure(temperature_c: np.ndarray, best_c: np.ndarray) -> np.ndarray:
    """T2 = 1.1814 / {1 + exp[0.2 (Topt - 10 - T)]} / {1 + exp[0.3 (-Topt - 10 + T)]} (any shape).

    In months more than 10 degC warmer or 13 degC colder than Topt it is half of the value at Topt (Zhu et al. 2007, who
    print 1.184). Arguments as for :func:`stress_of_cold`.
    """
    warmer = temperature_c - best_c
    stress = _DEPARTURE / ((1 + np.exp(-0.2 * (warmer + 10))) * (1 + np.exp(0.3 * (warmer - 10))))
    half = _DEPARTURE / ((1 + np.exp(-2.0)) * (1 + np.exp(-3.0))) / 2
    far = (warmer > _ABOVE_BEST_C) | (warmer < -_BELOW_BEST_C)
    return np.where(far, half, stress).astype(temperature_c.dtype)


def potential_evapotranspiration(temperature_c: np.ndarray) -> np.ndarray:
    """Ep0 of Thornthwaite (1948), mm in months of 30 days of 12 hours (months, ...).

    Ep0 = 16 (10 T / I)^a with I = sum over the year of (T / 5)^1.514 for T above 0 and a = 6.75e-7 I^3 - 7.71e-5 I^2
    + 0.01792 I + 0.49239; 0 for T up to 0; -415.85 + 32.24 T - 0.43 T^2 from 26.5 degC on, where his table takes the
    place of the formula (fit of Willmott et al. 1985).

    Args:
        temperature_c: means of the months of a year (months, ...).
    """
    warm = np.maximum(temperature_c, 0)
    heat = np.sum((warm / 5) ** 1.514, axis=0)
    power = 6.75e-7 * heat**3 - 7.71e-5 * heat**2 + 1.792e-2 * heat + 0.49239
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = 16 * (10 * warm / heat) ** power
    hot = -415.85 + 32.24 * warm - 0.43 * warm**2
    potential = np.where(temperature_c >= _HOT_C, hot, np.where(warm > 0, usual, 0))
    return np.where(np.isnan(temperature_c), np.nan, potential).astype(temperature_c.dtype)


def actual_evapotranspiration(precipitation_mm: np.ndarray, potential_mm: np.ndarray) -> np.ndarray:
    """E of a month, mm (any shape): the regional model of Zhou and Zhang (1995).

    E = r Rn (r^2 + Rn^2 + r Rn) / [(r + Rn) (r^2 + Rn^2)] with the net radiation as water,
    Rn = (Ep0 r)^0.5 [0.369 + 0.598 (Ep0 / r)^0.5] = 0.369 (Ep0 r)^0.5 + 0.598 Ep0.

    Args:
        precipitation_mm: r, at least 0.
        potential_mm: Ep0 of the month, at least 0.
    """
    rain = precipitation_mm
    net = 0.369 * np.sqrt(potential_mm * rain) + 0.598 * potential_mm
    below = (rain + net) * (rain**2 + net**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        water = rain * net * (rain**2 + net**2 + rain * net) / below
    return np.where(below > 0, water, 0 * below).astype(rain.dtype)


def stress_of_water(temperature_c: np.ndarray, precipitation_mm: np.ndarray) -> np.ndarray:
    """W = 0.5 + 0.5 E / Ep of each month, from 0.5 (dry) to 1 (wet) (months, ...).

    Ep = (E + Ep0) / 2 is the complementary relation of Bouchet (1963). A month of 0 degC or less has the W of the month
    before it, the first of those of the end of the year; 0.5 if no month is warmer.

    Args:
        temperature_c, precipitation_mm: the months of a year in order (months, ...).
    """
    potential = potential_evapotranspiration(temperature_c)
    actual = np.minimum(actual_evapotranspiration(precipitation_mm, potential), potential)
    both = actual + potential
    with np.errstate(divide="ignore", invalid="ignore"):
        wet = 0.5 + 0.5 * np.where(both > 0, 2 * actual / both, 0 * both)
    frozen = temperature_c <= 0
    last = np.full(wet.shape[1:], 0.5, wet.dtype)
    # The first round finds the last month of the year without frost, the second hands values on.
    for month in (*range(len(wet)), *range(len(wet))):
        wet[month] = np.where(frozen[month], last, wet[month])
        last = wet[month]
    return wet.astype(temperature_c.dtype)


def light_use_npp(
    ndvi: np.ndarray, radiation_mj_m2: np.ndarray, temperature_c: np.ndarray, precipitation_mm: np.ndarray, vegetation
) -> np.ndarray:
    """NPP of the year, g C/m2 (...), NaN where anything is unknown.

    Args:
        ndvi, radiation_mj_m2, temperature_c, precipitation_mm: months of a year in order (months, ...), NaN where
            unknown; radiation is the total solar radiation of the month.
        vegetation: three arrays (...): epsilon_max in g C/MJ, and the least and the largest NDVI of the type.
    """
    most_efficient, least, most = vegetation
    known = np.isfinite(ndvi).all(axis=0)
    best_month = np.argmax(np.where(known, ndvi, 0), axis=0)
    best_c = np.take_along_axis(temperature_c, best_month[None], axis=0)
    absorbed = radiation_mj_m2 * absorbed_share(ndvi, least, most) * ndvi.dtype.type(PAR_SHARE)
    stress = stress_of_cold(temperature_c, best_c) * stress_of_departure(temperature_c, best_c)
    stress *= stress_of_water(temperature_c, precipitation_mm)
    total = np.sum(absorbed * stress, axis=0) * most_efficient
    return np.where(known, total, np.nan).astype(ndvi.dtype)
