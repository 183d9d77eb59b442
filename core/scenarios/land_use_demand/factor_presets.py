"""Published factors for transitions, by scenario name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...land_cover.schemes import read_crosswalk
from ...options.scenarios import NATURAL_DEVELOPMENT
from ...runtime.errors import CarbonBalanceError, listed
from ...runtime.i18n import tr
from ...runtime.log import Log
from ...tables.bundled import resource_table
from ..class_maps import Crossing

TRANSITION_FACTORS = "transition_factors/china.csv"


def preset_factors(scenario: str, scheme: str, crossings: Sequence[Crossing], log: Log) -> str:
    """Factors of a scenario for the codes of a land cover, in the form of :func:`.futures.parse_factors`.

    Args:
        scenario: name of the scenario; natural development has no factors.
        scheme: land-cover scheme of the codes.
        crossings: the classes of the land covers.
        log: receives the factors and their source.

    Raises:
        CarbonBalanceError: codes that are not in the scheme.
    """
    if scenario == NATURAL_DEVELOPMENT:
        return ""
    codes = np.unique(np.concatenate([each.codes for each in crossings])).tolist()
    crosswalk = read_crosswalk(scheme)
    class_of = dict(zip(crosswalk.codes.tolist(), crosswalk.classes.tolist()))
    unknown = [code for code in codes if code not in class_of]
    if unknown:
        raise CarbonBalanceError(
            tr(
                "Code(s) {codes} of the land cover are not classes of the scheme {scheme}: choose the scheme that it "
                "uses."
            ).format(codes=listed(unknown), scheme=scheme)
        )
    table = resource_table(TRANSITION_FACTORS)
    rows = [row for row, name in enumerate(table.texts("scenario")) if name == scenario]
    before, after, sources = (table.texts(name) for name in ("from_class", "to_class", "source"))
    factors = table.numbers("factor")
    items = []
    for row in rows:
        log.info(
            tr("Factor {factor:g} on class {now} to {later} of the six classes. Source: {source}.").format(
                factor=factors[row], now=before[row], later=after[row], source=sources[row]
            )
        )
        pairs = [
            (now, later)
            for now in codes
            for later in codes
            if str(class_of[now]) == before[row] and after[row] in ("*", str(class_of[later]))
        ]
        items += [f"{now}>{later}:{factors[row]:g}" for now, later in pairs if class_of[now] != class_of[later]]
    return ", ".join(items)
