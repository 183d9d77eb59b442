"""Crosswalks: complete code lists, plain classes for plain schemes, documented judgement otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.land_cover.schemes import fitting_schemes, parse_reassignment, read_crosswalk, reassigned
from carbon_balance.core.options.land_cover import schemes
from carbon_balance.core.runtime.errors import CarbonBalanceError

CODES = {
    "six_classes": {1, 2, 3, 4, 5, 6},
    "globeland30": set(range(10, 101, 10)),
    "clcd": set(range(1, 10)),
    "worldcover": {*range(10, 101, 10), 95},
    "igbp": set(range(18)),
    "nlcd": {11, 12, 21, 22, 23, 24, 31, 41, 42, 43, 51, 52, 71, 72, 73, 74, 81, 82, 90, 95},
}
# class -> codes of which nobody would dispute it
PLAIN = {
    "globeland30": {2: [20], 3: [30], 4: [60], 5: [80], 6: [90]},
    "clcd": {1: [1], 2: [2], 3: [4], 4: [5], 5: [8], 6: [7]},
    "worldcover": {1: [40], 2: [10], 3: [30], 4: [80], 5: [50], 6: [60]},
    "igbp": {1: [12], 2: [1, 2, 3, 4, 5], 3: [10], 4: [0, 17], 5: [13], 6: [16]},
    "nlcd": {1: [82], 2: [41, 42, 43], 3: [71], 4: [11], 5: [22, 23, 24], 6: [31]},
    "cnlucc": {1: [11, 12, 111, 124], 2: [21], 3: [31, 32], 4: [41, 42, 43], 5: [51, 52, 53], 6: [61, 62, 63, 65, 66]},
    "gbt21010": {1: [101, 102, 103], 2: [301, 302], 3: [401, 403, 404], 4: [1101, 1102, 1103], 5: [601, 701, 1003]},
}
JUDGED = {
    "globeland30": {40, 50, 70, 100},
    "clcd": {3, 6, 9},
    "worldcover": {20, 70, 90, 95, 100},
    "igbp": {6, 7, 8, 9, 11, 14, 15},
    "nlcd": {12, 52, 81, 90, 95},
    "cnlucc": {22, 23, 24, 44, 46, 64},
    "gbt21010": {2, 303, 305, 402, 1106, 1108, 1110},
}


def test_all_schemes_are_there_six_classes_first():
    assert schemes() == ["six_classes", "clcd", "cnlucc", "gbt21010", "globeland30", "igbp", "nlcd", "worldcover"]


@pytest.mark.parametrize("scheme", schemes())
def test_every_row_is_complete(scheme):
    crosswalk = read_crosswalk(scheme)
    assert set(crosswalk.codes.tolist()) == CODES.get(scheme, set(crosswalk.codes.tolist()))
    assert set(crosswalk.classes.tolist()) == {1, 2, 3, 4, 5, 6}
    assert all(crosswalk.names)
    assert all(crosswalk.names_zh)
    assert len(set(crosswalk.names_zh)) >= len(crosswalk.names_zh) - 4
    assert all(note for note, disputable in zip(crosswalk.notes, crosswalk.judgement) if disputable)


@pytest.mark.parametrize("scheme", PLAIN)
def test_unambiguous_codes_are_plain_and_others_marked_as_judgement(scheme):
    crosswalk = read_crosswalk(scheme)
    rows = {int(code): row for row, code in enumerate(crosswalk.codes)}
    for study_class, codes in PLAIN[scheme].items():
        for code in codes:
            assert (crosswalk.classes[rows[code]], crosswalk.judgement[rows[code]]) == (study_class, False)
    assert {int(code) for code, judged in zip(crosswalk.codes, crosswalk.judgement) if judged} >= JUDGED[scheme]


def test_second_level_codes_of_cnlucc_follow_their_first_level():
    """The scheme's first digit is the study class itself."""
    crosswalk = read_crosswalk("cnlucc")
    assert set(crosswalk.codes.tolist()) >= {11, 12, *range(21, 25), *range(31, 34), *range(41, 47), 51, 52, 53}
    assert set(crosswalk.codes.tolist()) >= set(range(61, 67))
    assert [int(str(code)[0]) for code in crosswalk.codes] == crosswalk.classes.tolist()


def test_gbt21010_has_all_73_second_level_classes():
    """GB/T 21010-2017: 12 first-level and 73 second-level classes; the third land survey adds 0508."""
    second = {4: 4, 3: 7, 2: 4, 1: 3, 5: 7, 6: 4, 7: 2, 8: 10, 9: 6, 10: 9, 11: 10, 12: 7}
    codes = set(read_crosswalk("gbt21010").codes.tolist())
    expected = {100 * first + number for first, count in second.items() for number in range(1, count + 1)}
    assert len(expected) == 73
    assert codes == expected | set(range(1, 13)) | {508}


def test_reassigned_and_added():
    crosswalk = reassigned(read_crosswalk("igbp"), parse_reassignment(" 8 = 3；15=0,254=4 "))
    classes = dict(zip(crosswalk.codes.tolist(), crosswalk.classes.tolist()))
    assert (classes[8], classes[9], classes[15], classes[254]) == (3, 3, 0, 4)
    notes = dict(zip(crosswalk.codes.tolist(), crosswalk.notes))
    assert notes[8] == notes[254] == "Class given by the user"
    assert len(crosswalk.names) == len(crosswalk.names_zh) == len(crosswalk.judgement) == len(crosswalk.codes) == 19
    assert dict(zip(crosswalk.codes.tolist(), crosswalk.judgement.tolist()))[15]
    assert read_crosswalk("igbp").classes.tolist() == reassigned(read_crosswalk("igbp"), {}).classes.tolist()


@pytest.mark.parametrize("text", ["8", "8=forest", "8=2,8=3", "8:2", "8=-1", "1.5=2"])
def test_reassignment_refused(text):
    with pytest.raises(CarbonBalanceError, match="must be of the form code=class, each code once"):
        parse_reassignment(text)


@pytest.mark.parametrize("scheme", schemes())
def test_a_land_cover_of_all_codes_of_a_scheme_fits_it_first(scheme):
    codes = read_crosswalk(scheme).codes
    found, strange = fitting_schemes(codes, np.ones(len(codes)))
    assert found[0] == scheme
    assert strange == []


def test_one_unknown_code_of_small_area_is_ignored():
    codes, area = np.array([*range(10, 101, 10), 255]), np.array([*[100.0] * 10, 20.0])
    assert fitting_schemes(codes, area) == (["globeland30"], [255])
    assert fitting_schemes(codes, np.array([*[100.0] * 10, 500.0])) == ([], [])
    assert fitting_schemes(np.array([1, 2, 9000]), np.ones(3)) == ([], [])
