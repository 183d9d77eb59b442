"""Layout of the bundled models in the model designer: boxes, names of steps, groups and comments."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from carbon_balance.core.runtime import i18n
from carbon_balance.provider import BundledModel
from qgis.core import QgsProcessingModelAlgorithm
from qgis.PyQt.QtCore import QRectF

MODELS = sorted((Path(__file__).parents[2] / "resources" / "models").glob("*.model3"))
ADVANCED = 2  # QgsProcessingParameterDefinition.FlagAdvanced
# "In" and "Out" are drawn above and below a step.
LINKS = 36


@pytest.fixture(params=MODELS, ids=lambda path: path.stem)
def model(provider, request):
    made = QgsProcessingModelAlgorithm()
    assert made.fromFile(str(request.param))
    return made


def box(component, links=0):
    size, middle = component.size(), component.position()
    return QRectF(
        middle.x() - size.width() / 2, middle.y() - size.height() / 2 - links, size.width(), size.height() + 2 * links
    )


def boxes(model):
    found = {name: box(component) for name, component in model.parameterComponents().items()}
    for step, child in model.childAlgorithms().items():
        found[step] = box(child, LINKS)
        found[f"{step} comment"] = box(child.comment())
        for title, output in child.modelOutputs().items():
            found[f"{step}:{title}"] = box(output)
    return found


def test_no_two_boxes_overlap_and_each_is_in_one_group(model):
    found = boxes(model)
    inputs = [each.name() for each in model.parameterDefinitions() if not each.isDestination()]
    assert set(inputs) <= set(found)
    overlapping = [pair for pair in combinations(found, 2) if found[pair[0]].intersects(found[pair[1]])]
    assert overlapping == []
    groups = {group.description(): box(group) for group in model.groupBoxes()}
    assert len(groups) >= 2
    assert [pair for pair in combinations(groups, 2) if groups[pair[0]].intersects(groups[pair[1]])] == []
    around = {name: [title for title, group in groups.items() if group.contains(each)] for name, each in found.items()}
    assert {name: titles for name, titles in around.items() if len(titles) != 1} == {}


def test_the_model_reads_from_left_to_right(model):
    children = model.childAlgorithms()
    for step, child in children.items():
        for before in model.dependsOnChildAlgorithms(step):
            assert children[before].position().x() < child.position().x()
        for sources in child.parameterSources().values():
            for source in sources:
                name = source.parameterName()
                if name:
                    assert model.parameterComponents()[name].position().x() < child.position().x()


def test_steps_have_unique_names_and_a_comment(model):
    children = model.childAlgorithms().values()
    names = [child.description() for child in children]
    assert len(set(names)) == len(names)
    assert all(child.comment().description() for child in children)


def test_main_inputs_come_first_and_others_are_advanced(model):
    inputs = [each for each in model.parameterDefinitions() if not each.isDestination()]
    order = model.parameterOrder() if hasattr(model, "parameterOrder") else [each.name() for each in inputs]
    advanced = {each.name() for each in inputs if int(each.flags()) & ADVANCED}
    first = [name for name in order if name not in advanced]
    assert 3 <= len(first) <= 14
    assert advanced
    required = {
        each.name() for each in inputs if not int(each.flags()) & each.FlagOptional and each.defaultValue() is None
    }
    assert required <= set(first)


def test_comments_and_groups_are_in_the_users_language(provider):
    i18n.use_language("zh_CN")
    try:
        for path in MODELS:
            made = BundledModel(path)
            texts = [group.description() for group in made.groupBoxes()]
            for child in made.childAlgorithms().values():
                texts += [child.description(), child.comment().description()]
            assert len(texts) == len(QgsProcessingModelAlgorithm.groupBoxes(made)) + 2 * len(made.childAlgorithms())
            assert [text for text in texts if not any("\u4e00" <= letter <= "\u9fff" for letter in text)] == []
    finally:
        i18n.use_language(i18n.ENGLISH)


def test_model_files_equal_the_output_of_the_script(tmp_path, provider, monkeypatch):
    import make_models
    import model_maker
    from qgis.core import Qgis

    if not Qgis.QGIS_VERSION.startswith("3.22"):
        pytest.skip("models are saved by QGIS 3.22")
    monkeypatch.setattr(model_maker, "MODELS", tmp_path)
    monkeypatch.setattr(model_maker, "ROOT", tmp_path)
    for make in make_models.ALL:
        make().save()

    def lines(path):
        # Qt shuffles the attributes of a tag unless the process starts with QT_HASH_SEED.
        text = path.read_text(encoding="utf-8")
        return [sorted(re.findall(r'</?\w+|\w+="[^"]*"', line)) for line in text.splitlines()]

    made = sorted(tmp_path.glob("*.model3"))
    assert [path.name for path in made] == [path.name for path in MODELS]
    for path, kept in zip(made, MODELS):
        assert lines(path) == lines(kept), path.name
