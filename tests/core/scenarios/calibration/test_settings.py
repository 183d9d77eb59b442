"""Settings are unchanged after writing and reading; other files are refused with a message."""

from __future__ import annotations

import json
import math

import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.automaton.rules import PatchSizes
from carbon_balance.core.scenarios.calibration.settings import MOST_SETTINGS_BYTES, LandUseSettings, read_settings

PATCHES = {(1, -3): PatchSizes(((1, 5), (9, 2)), ((2, 1),), 0.25)}
SOME = LandUseSettings("distances", "ranked", 7, 0.25, 2.0, 4, {1: 0.5, -3: 1.0}, PATCHES, 0.75)


def test_settings_and_findings_are_equal_after_writing_and_reading(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(SOME.to_text({"figure_of_merit": 0.2}), encoding="utf-8")
    assert read_settings(str(path)) == SOME
    assert json.loads(path.read_text(encoding="utf-8"))["found"] == {"figure_of_merit": 0.2}
    assert SOME.patches_of([1, -3, 4]) == {(0, 1): PATCHES[1, -3]}
    assert SOME.patches_of([1, 4]) == {}
    assert SOME.weights_text() == "1:0.5, -3:1"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("class_drivers", "all"),
        ("allocation", None),
        ("window", 4),
        ("window", 17),
        ("window", True),
        ("noise", -0.1),
        ("noise", float("nan")),
        ("strength", "1"),
        ("passes", 1.5),
        ("passes", 0),
        ("passes", 101),
        ("patch_share", -0.1),
        ("patch_share", 1.1),
        ("patch_share", None),
        ("weights", [1]),
        ("weights", {"forest": 1}),
        ("weights", {"1": -1}),
        ("patches", 3),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[1, 1]], "apart": []}]),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[0, 1]], "apart": [], "share_apart": 0}]),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[1]], "apart": [], "share_apart": 0}]),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[1, 1]], "apart": [], "share_apart": 2}]),
        ("patches", [{"from_code": 1.5, "to_code": 2, "beside": [[1, 1]], "apart": [], "share_apart": 0}]),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[10**400, 1]], "apart": [], "share_apart": 0}]),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[math.inf, 1]], "apart": [], "share_apart": 0}]),
        ("patches", [{"from_code": 1, "to_code": 2, "beside": [[1, 1]], "apart": [], "share_apart": 0}] * 2),
        ("weights", {"1": math.inf}),
        ("weights", {"1": math.nan}),
        ("weights", {"1": 0.5, "+1": 2}),
        ("weights", {"1" * 400: 2}),
        ("weights", {"9007199254740993": 2}),
        ("weights", {"-9007199254740993": 2}),
        ("version", 2),
        ("version", None),
    ],
)
def test_an_impossible_value_is_refused_by_name(tmp_path, key, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**json.loads(SOME.to_text()), key: value}), encoding="utf-8")
    with pytest.raises(CarbonBalanceError, match=f"settings.json: {key} cannot be read"):
        read_settings(str(path))


def test_settings_of_earlier_versions_place_all_changes_in_patches(tmp_path):
    path = tmp_path / "settings.json"
    content = json.loads(SOME.to_text())
    del content["patch_share"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_settings(str(path)).patch_share == 1


def test_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(SOME.to_text(), encoding="utf-8-sig")
    assert read_settings(str(path)) == SOME


def test_endless_and_oversized_files_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="/dev/zero does not contain land-use settings"):
        read_settings("/dev/zero")
    large = tmp_path / "large.json"
    large.write_text(SOME.to_text() + " " * MOST_SETTINGS_BYTES, encoding="utf-8")
    with pytest.raises(CarbonBalanceError, match="does not contain land-use settings"):
        read_settings(str(large))
    with pytest.raises(CarbonBalanceError, match="does not contain land-use settings"):
        read_settings("a\0b")


DEEP = [100_000 * "[", 100_000 * '{"a":']


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "other"}', "\xff", *DEEP])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(CarbonBalanceError, match="does not contain land-use settings"):
        read_settings(str(path))
    with pytest.raises(CarbonBalanceError, match="cannot be read: No such file"):
        read_settings(str(tmp_path / "nowhere.json"))


def test_default_settings_are_the_documented_ones():
    found = LandUseSettings()
    assert (found.window, found.noise, found.strength, found.passes) == (3, 0.5, 1, 1)
    assert (found.class_drivers, found.allocation, found.weights, found.patches) == ("none", "roulette", {}, {})


@pytest.mark.parametrize(
    ("key", "lowest", "highest", "step"),
    [
        ("patch_share", 0, 1, 0.1),
        ("noise", 0, 10, 0.1),
        ("strength", 0, 10, 0.1),
        ("passes", 1, 100, 1),
        ("window", 3, 15, 2),
    ],
)
def test_numbers_at_their_limits_are_accepted_and_beyond_refused(tmp_path, key, lowest, highest, step):
    path = tmp_path / "settings.json"

    def read(value):
        path.write_text(json.dumps({**json.loads(SOME.to_text()), key: value}), encoding="utf-8")
        return getattr(read_settings(str(path)), key)

    assert (read(lowest), read(highest)) == (lowest, highest)
    for beyond in (lowest - step, highest + step):
        with pytest.raises(CarbonBalanceError, match=key):
            read(beyond)


def test_limits_of_several_settings_in_one_file_are_independent(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**json.loads(SOME.to_text()), "passes": 100, "window": 3}), encoding="utf-8")
    assert (read_settings(str(path)).passes, read_settings(str(path)).window) == (100, 3)


def test_codes_are_read_up_to_the_largest_exact_float64(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**json.loads(SOME.to_text()), "weights": {"9007199254740992": 2}}), encoding="utf-8")
    assert read_settings(str(path)).weights == {2**53: 2}
