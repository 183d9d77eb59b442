"""Expected results of four algorithms, computed independently in NumPy from the source data of the inputs."""

from __future__ import annotations

import numpy as np
from cases import Case, Catalogue
from oracle_balance import natural_breaks, supply_demand
from oracle_carbon import carbon_storage, zonal_carbon

CHECKS = {
    "carbonstorage": carbon_storage,
    "zonalcarbonsupply": zonal_carbon,
    "supplydemandratio": supply_demand,
    "naturalbreakszoning": natural_breaks,
}
# These see the edge of their land cover, and count no class that they do not know.
LOOK_AT_THE_EDGE = {"carbonstorage", "zonalcarbonsupply", "annualcarbonsink", "carbonuncertainty", "landusesimulation"}
LOOK_AT_THE_EDGE |= {"sinkuncertainty"}
QUANTITIES = {
    "landusesuitability": ["DRIVERS"],
    "factorcorrelation": ["VARIABLE_RASTERS", "FACTOR_RASTERS"],
    "emissiondemandraster": ["WEIGHTS", "WEIGHTS_2"],
    "supplydemandratioraster": ["SUPPLY", "DEMAND"],
}


def compare(case: Case, results: dict, catalogue: Catalogue, context) -> bool:
    """Whether the case could be computed again.

    Raises:
        AssertionError: it gave something else.
    """
    check = CHECKS.get(case.algorithm)
    return bool(check) and bool(check(case.parameters, results, catalogue, context))


def need_no_data_told(case: Case, logged: list[str], catalogue: Catalogue) -> bool:
    """Whether a result rests on no data that was not marked, which the log then has to name.

    Raises:
        AssertionError: it does not.
    """
    given = case.parameters
    names = ["LAND_COVER"] if case.algorithm in LOOK_AT_THE_EDGE else QUANTITIES.get(case.algorithm, [])
    parameter = "NODATA_CODES" if names == ["LAND_COVER"] else "NODATA_VALUES"
    if given.get(parameter) or given.get("BAND") not in (None, 1):
        return False
    paths = [path for name in names for path in np.ravel(given.get(name) or [])]
    covers = [catalogue.by_path("covers", path) for path in paths]
    if not any(cover is not None and cover.unmarked is not None for cover in covers):
        return False
    assert any(parameter in sentence for sentence in logged), f"no data counted as data without a word on {parameter}"
    return True
