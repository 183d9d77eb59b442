"""Tests of copying the bundled models into the user's profile."""

from __future__ import annotations

import pytest
from carbon_balance.algorithms.shared.inputs import values
from carbon_balance.core.runtime import i18n
from qgis.core import QgsProcessingException, QgsProcessingModelAlgorithm


@pytest.fixture
def chinese():
    i18n.use_language("zh_CN")
    yield
    i18n.use_language(i18n.ENGLISH)


def names(model: QgsProcessingModelAlgorithm) -> list[str]:
    return [each.name() for each in model.parameterDefinitions()]


def bundled(provider) -> list[QgsProcessingModelAlgorithm]:
    return [each for each in provider.algorithms() if isinstance(each, QgsProcessingModelAlgorithm)]


def test_copies_open_as_models_with_the_same_inputs_and_steps(run, provider, tmp_path):
    models = bundled(provider)
    assert run("copymodels", FOLDER=str(tmp_path / "mine"))["MODELS_COPIED"] == len(models) >= 3
    for model in models:
        copy = QgsProcessingModelAlgorithm()
        assert copy.fromFile(str(tmp_path / "mine" / f"carbonbalance_{model.name()}.model3"))
        assert names(copy) == names(model)
        assert sorted(copy.childAlgorithms()) == sorted(model.childAlgorithms())


def test_an_existing_copy_is_not_overwritten(run, provider, tmp_path):
    mine = tmp_path / "carbonbalance_regionalcarbonbalance.model3"
    mine.write_text("my own changes", encoding="utf-8")
    found = run("copymodels", FOLDER=str(tmp_path))
    assert mine.read_text(encoding="utf-8") == "my own changes"
    assert found["MODELS_COPIED"] == len(bundled(provider)) - 1
    (note,) = [each for each in found["notes"].warned if "were not changed" in each]
    assert "carbonbalance_regionalcarbonbalance.model3" in note


def test_copies_are_in_the_users_language(run, provider, tmp_path, chinese):
    run("copymodels", FOLDER=str(tmp_path))
    copy = QgsProcessingModelAlgorithm()
    # The provider's models were read in English; a run makes new ones in the language of the moment.
    assert copy.fromFile(str(tmp_path / "carbonbalance_regionalcarbonbalance.model3"))
    assert copy.displayName() == "区域碳平衡"


def test_a_folder_that_cannot_be_created_is_refused(run, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="Choose another folder"):
        run("copymodels", FOLDER=str(tmp_path / "file" / "below"))


def test_a_relative_folder_is_refused_in_the_desktop(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(values, "in_desktop", lambda: True)
    for folder in ("junk", "./junk", "'; DROP TABLE x; --"):
        with pytest.raises(QgsProcessingException, match="is a relative path: give the full path"):
            run("copymodels", FOLDER=folder)
    assert list(tmp_path.iterdir()) == []
