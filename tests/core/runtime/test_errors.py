"""Messages of failures."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import (
    beginning,
    did_you_mean,
    format_out_of_memory,
    lack_of_memory,
    listed,
    present,
    reason_of,
)


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (RuntimeError("cannot seek\nMay be caused by: no space left\nMay be caused by: bad luck"), "cannot seek"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (RuntimeError("\n  not recognised\n"), "not recognised"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_a_reason_is_one_line(error, logged):
    assert reason_of(error) == logged


@pytest.mark.parametrize(
    ("count", "most", "text"),
    [
        (0, 10, ""),
        (1, 10, "0"),
        (10, 10, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        (11, 10, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 (+1 more)"),
        (5, 2, "0, 1 (+3 more)"),
    ],
)
def test_long_lists_are_cut_with_a_count_of_the_rest(count, most, text):
    assert listed(range(count), most) == text
    assert listed(range(11)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 (+1 more)"


def test_up_to_three_similar_names_are_suggested():
    known = ["carbon_t", "carbon_t_1", "Carbon_t_2", "carbon_t_3", "carbon_t_4", "name"]
    assert did_you_mean("name", known) == " (did you mean name?)"
    assert did_you_mean("NAMES", known) == " (did you mean name?)"
    assert did_you_mean("carbon", known).count(" or ") == 2
    assert did_you_mean("bon", known).count(" or ") == 2  # part of it
    assert did_you_mean("bo", known) == ""  # too short to be part of a name
    assert did_you_mean("xyz", known) == ""


def test_names_that_hold_it_as_a_word_come_before_those_that_hold_it_as_a_part():
    fuels = ["charcoal", "other_washed_coal", "raw_coal", "cleaned coal", "coalbed_methane"]
    assert did_you_mean("Coal", fuels) == " (did you mean raw_coal or cleaned coal or other_washed_coal?)"
    assert did_you_mean("coal", ["charcoals", "raw_coal"]) == " (did you mean raw_coal or charcoals?)"
    assert did_you_mean("煤", ["焦炭", "煤油", "洗精煤", "原煤"]) == " (did you mean 原煤 or 洗精煤 or 煤油?)"
    assert did_you_mean("", fuels) == ""


def test_names_are_similar_from_a_ratio_of_seven_tenths():
    """Ratio of matching letters: 2 * 7 / 20 is suggested, 2 * 6 / 20 is not."""
    assert did_you_mean("abcdefgxyz", ["abcdefg123"]) == " (did you mean abcdefg123?)"
    assert did_you_mean("abcdefwxyz", ["abcdef1234"]) == ""


def test_a_missing_required_value_raises_a_type_error():
    assert present(0) == 0
    with pytest.raises(TypeError, match="must be there"):
        present(None)


@pytest.mark.parametrize(
    ("reason", "lacks"),
    [
        (
            "GetBlockRef failed at X block offset 3: ./gcore/gdalrasterblock.cpp, 1108: cannot allocate 1048576 bytes",
            True,
        ),
        ("Out of memory allocating a small number of bytes", True),
        ("No space left on device", False),
        ("TIFFReadEncodedTile() failed", False),
    ],
)
def test_memory_errors_of_gdal_are_recognised(reason, lacks):
    found = lack_of_memory(reason)
    assert (found is not None) == lacks
    assert not lacks or str(found).startswith("There is not enough memory: close other programs")


def test_the_missing_memory_is_given_in_megabytes():
    """1,000 x 500 numbers of 8 bytes are 4 MB."""
    error = MemoryError()
    assert format_out_of_memory(error).startswith("There is not enough memory: close")
    error.shape, error.dtype = (1000, 500), np.dtype(float)
    assert format_out_of_memory(error).startswith("There is not enough memory for 4 MB more: close")


def test_only_texts_longer_than_the_limit_are_cut():
    assert beginning("a" * 200) == "a" * 200
    assert beginning("a" * 201) == "a" * 200 + "..."
    assert beginning("tcp://x", most=3) == "tcp..."
