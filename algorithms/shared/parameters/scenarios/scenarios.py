"""Parameters for scenarios: a table of any number of scenarios, or three bundled ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.core import QgsProcessing, QgsProcessingParameterMultipleLayers

from .....core.options.bundled import bundled_rows
from .....core.options.land_cover import SIX_CLASSES, schemes
from .....core.options.scenarios import FACTOR_PRESETS, NATURAL_DEVELOPMENT, NO_PRESET, PRESETS
from .....core.runtime.i18n import tr
from ..common import choice, layer, text

if TYPE_CHECKING:
    from .....core.scenarios.class_maps import Crossing
    from .....core.scenarios.scenario_runs.scenario_table import ScenarioRow
    from ...inputs.given import Given

FACTOR_PRESET, SCHEME = "FACTOR_PRESET", "SCHEME"
SCENARIOS, DEMAND, PERMISSIONS, MASKS = "SCENARIOS", "DEMAND", "PERMISSIONS", "MASKS"
BUNDLED = "scenarios/beibu_gulf.csv"
NUMBERED = (1, 2, 3)  # Number of scenarios without a table.


def add_scenarios(algorithm) -> None:
    """Add the scenario table with its related tables, and the parameters of the three bundled scenarios."""
    algorithm.add(
        layer(SCENARIOS, tr("Scenarios"), optional=True),
        tr(
            "Table with one row per scenario: scenario (its name), and any of rules (none, urbanised, agricultural, "
            "ecological), factors (on transitions of the trend: 1>5:0.5, 2>5:0), permit and forbid (1>2, *>5), "
            "weights (5:1, 1:0.2), masks (layer:from>to:factor; reserve:*>5:0 forbids building in the layer reserve, "
            "newtown:*>5:3 multiplies its suitability by three there and allows it to appear without neighbours). If "
            "empty: the three scenarios of the Beibu Gulf study."
        ),
    )
    algorithm.add(
        layer(DEMAND, tr("Demand of scenarios"), optional=True),
        tr(
            "Table for scenarios that do not follow the trend: scenario, year, from_code, to_code and area_ha (or "
            "cells), cumulative from the later land cover; or scenario, year, code and area_ha."
        ),
        advanced=True,
    )
    algorithm.add(
        layer(PERMISSIONS, tr("Permission matrices"), optional=True),
        tr(
            "Table: scenario (left out: for all), code, and one column per later class, named by its code: 1 "
            "permitted, 0 forbidden. It replaces the matrix of the rules."
        ),
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterMultipleLayers(MASKS, tr("Masks"), QgsProcessing.SourceType.TypeRaster, optional=True),
        tr("Rasters that the scenarios refer to in their masks, by layer name; they apply where they are not 0."),
        advanced=True,
    )
    header, *rows = bundled_rows(BUNDLED)
    presets = dict(zip(NUMBERED, (row[header.index("rules")] for row in rows)))
    for place in NUMBERED:
        algorithm.add(
            text(f"FACTORS_{place}", tr("Scenario {number}: factors on transitions").format(number=place)),
            tr(
                "Difference between a scenario and the trend: from>to:factor, separated by commas, with class codes; * "
                "stands for every other class. 1>5:0.5, 2>5:0 halves the loss of class 1 to class 5 and stops the loss "
                "of class 2 to class 5. Area that is not lost remains unchanged."
            ),
            when={SCENARIOS: False},
        )
        title = tr("Scenario {number}: permitted changes").format(number=place)
        algorithm.add(
            choice(f"RULES_{place}", title, [NO_PRESET, *PRESETS], presets[place]),
            tr(
                "Permission matrix and neighbourhood weights of the Beibu Gulf study: urbanised, agricultural or "
                "ecological. none: all changes permitted, all weights 1."
            ),
            when={SCENARIOS: False},
        )


def scenario_rows(given: Given) -> Sequence[ScenarioRow]:
    """The scenarios of the table, otherwise the bundled ones with given factors and rules."""
    from .....core.scenarios.scenario_runs.scenario_table import default_scenarios, read_scenarios
    from .....core.tables.bundled import resource_table

    if given.has(SCENARIOS):
        return read_scenarios(given.table(SCENARIOS))
    factors = {place: given.text(f"FACTORS_{place}") for place in NUMBERED}
    rules = {place: given.choice(f"RULES_{place}") for place in NUMBERED}
    return default_scenarios(factors, rules, resource_table(BUNDLED))


def add_factor_preset(algorithm) -> None:
    """Add the published factors, and the land-cover scheme of the codes."""
    published = [name for name in FACTOR_PRESETS if name != NATURAL_DEVELOPMENT]
    algorithm.add(
        choice(FACTOR_PRESET, tr("Published factors"), list(FACTOR_PRESETS), NATURAL_DEVELOPMENT),
        tr(
            "Factors for transitions from a study; your own factors replace them. natural_development: none. "
            "cropland_protection (northern Anhui, Sustainability 17 (2025) 4185): cropland to built-up land x 0.3, "
            "to grassland and water x 0.6, unused land to all others x 1.5. ecological_protection (Nanjing, Cao et "
            "al. 2024): to built-up land from cropland x 0.9, from other classes x 0.8. urban_development (same "
            "study): to built-up land from cropland x 1.2, from forest, grassland and water x 1.1."
        ),
    )
    algorithm.add(
        choice(SCHEME, tr("Land-cover scheme"), schemes(), SIX_CLASSES),
        tr("The scheme of the codes of the land cover, used by the published factors."),
        advanced=True,
        when={FACTOR_PRESET: published},
    )


def factors_in(given: Given, own: str, crossings: Sequence[Crossing]) -> str:
    """The chosen published factors, replaced by those of the user in parameter ``own``."""
    from .....core.scenarios.land_use_demand.factor_presets import preset_factors

    published = preset_factors(given.choice(FACTOR_PRESET), given.choice(SCHEME), crossings, given.log)
    return ", ".join(text for text in (published, given.text(own)) if text.strip())
