"""Files are written completely or not at all."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.runtime.staging import StagedFile, hidden_name, staged_file


def test_a_file_gets_its_final_name_at_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with staged_file(path) as beside:
        beside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_failed_write_leaves_no_file(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(ValueError, match="half"), staged_file(path) as beside:
        beside.write_text("ha")
        raise ValueError("half")
    assert list(tmp_path.iterdir()) == []


def test_a_staged_file_is_published_or_discarded(tmp_path):
    for publish in (True, False):
        staged = StagedFile(tmp_path / "b.html")
        staged.beside.write_text("page")
        if publish:
            assert staged.publish() == str(tmp_path / "b.html")
        staged.discard()
        assert [each.name for each in tmp_path.iterdir()] == ["b.html"]


def test_an_output_path_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "inside").write_text("")
    staged = StagedFile(tmp_path / "c")
    staged.beside.write_text("")
    with pytest.raises(CarbonBalanceError, match="Cannot write .*c: "):
        staged.publish()


def test_temporary_names_are_short_hidden_and_unique(tmp_path):
    names = {hidden_name(tmp_path / ("x" * 200 + ".tif")).name for _ in range(50)}
    assert len(names) == 50
    assert all(name.startswith(".") and name.endswith(".part.tif") and len(name) < 70 for name in names)
    assert hidden_name(tmp_path / "a.shp", ".vrt").suffix == ".vrt"
