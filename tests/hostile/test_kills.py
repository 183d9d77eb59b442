"""A killed run leaves no partial raster under its final name."""

from __future__ import annotations

import kills


def test_a_run_killed_while_writing_leaves_no_final_file(tmp_path):
    found = kills.kill_runs(10, 7, tmp_path)
    assert found.kills == 10
    assert found.broken == []
    assert found.hidden > 0, "no kill hit the writing, so nothing was shown"
    assert found.second_run


def test_a_partial_raster_would_be_detected(tmp_path):
    codes = kills.land_cover(tmp_path / "cover.tif")
    half = tmp_path / "half.tif"
    half.write_bytes((tmp_path / "cover.tif").read_bytes()[:5000])
    assert kills.what_is_wrong(half, codes)
    assert kills.what_is_wrong(tmp_path / "cover.tif", codes)


def test_algorithms_killed_while_writing_leave_no_final_file(tmp_path):
    found = kills.kill_algorithms(4, 3, tmp_path)
    assert found.kills == 4
    assert found.broken == []
    assert found.whole > 0
    assert found.second_run
