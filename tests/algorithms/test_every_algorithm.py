"""Requirements that every algorithm of the provider meets."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsProcessingModelAlgorithm


@pytest.fixture
def algorithms(provider):
    return [alg for alg in provider.algorithms() if not isinstance(alg, QgsProcessingModelAlgorithm)]


def test_ids_groups_icons_and_help(algorithms):
    assert algorithms
    for algorithm in algorithms:
        assert re.fullmatch("[a-z]+", algorithm.name())
        assert algorithm.displayName()
        assert algorithm.shortDescription()
        assert algorithm.shortHelpString().startswith("<p>")
        assert algorithm.group()
        assert not algorithm.icon().isNull()


def test_groups_are_in_the_order_of_the_workflow_with_models_first(provider):
    """QGIS sorts groups by title, also in Chinese; ids are unchanged."""
    titles = {algorithm.group(): algorithm.groupId() for algorithm in provider.algorithms()}
    order = ["models", "carbonsupply", "emissiondemand", "balance", "zoning", "scenarios", "drivers", "assessment"]
    assert [titles[title] for title in sorted(titles)] == order
    models = {alg.groupId() for alg in provider.algorithms() if isinstance(alg, QgsProcessingModelAlgorithm)}
    assert models == {"models"}


def test_every_input_has_help(algorithms):
    for algorithm in algorithms:
        for definition in algorithm.parameterDefinitions():
            assert definition.help(), f"{algorithm.name()} {definition.name()}"


def test_no_algorithm_hides_the_run_method_of_qgis(algorithms):
    """processing.run calls ``run`` of the Python object."""
    for algorithm in algorithms:
        ours = [kind for kind in type(algorithm).__mro__ if kind.__module__.startswith("carbon_balance")]
        assert not [kind for kind in ours if "run" in vars(kind)]


def test_every_output_has_a_unique_title(provider):
    for algorithm in provider.algorithms():
        titles = [(output.name().split(":")[-1], output.description()) for output in algorithm.outputDefinitions()]
        assert [name for name, title in titles if not title or (title == name and name.isupper())] == []
