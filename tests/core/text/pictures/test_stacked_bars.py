"""Stacked bars: widths, order, key, and where numbers fit."""

from __future__ import annotations

import re

import numpy as np
from carbon_balance.core.text.pictures.stacked_bars import counts_by_part, stacked_bars

BAR = re.compile(
    r'<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)" height="22" fill="(.*?)" stroke="#ffffff"><title>(.*?)<'
)
KEY = re.compile(r'<rect x="150" y="(\d+)" width="14".*?<text x="170" y="(\d+)">(.*?)</text>')
NUMBER = re.compile(r'<text x="([\d.]+)" y="(\d+)" text-anchor="middle" fill="(.*?)">(.*?)</text>')
COLOURS = ["#000000", "#ffffff", "#d55e00"]


def picture(*amounts):
    amounts = np.array(amounts)
    titles = [f"<{at}>" for at in range(len(amounts))]
    return stacked_bars(titles, ["a", "b", "<c>"], amounts, COLOURS, amounts.astype(str).tolist())


def test_bars_have_one_length_and_their_parts_follow_each_other():
    drawn = picture([1, 0, 3], [10, 0, 0])
    assert BAR.findall(drawn) == [
        ("150.0", "3", "120.0", "#000000", "a: 1"),
        ("270.0", "3", "360.0", "#d55e00", "&lt;c&gt;: 3"),
        ("150.0", "33", "480.0", "#000000", "a: 10"),
    ]
    assert re.findall(r'<text x="142" y="(\d+)" text-anchor="end">(.*?)</text>', drawn) == [
        ("18", "&lt;0&gt;"),
        ("48", "&lt;1&gt;"),
    ]


def test_the_legend_contains_only_parts_that_occur():
    drawn = picture([1, 0, 3], [10, 0, 0])
    assert KEY.findall(drawn) == [("68", "79", "a"), ("87", "98", "&lt;c&gt;")]
    assert 'width="638" height="106" viewBox="0 0 638 106"' in drawn


def test_parts_of_at_least_six_percent_show_their_number():
    drawn = NUMBER.findall(picture([6, 94, 0], [59, 941, 0]))
    # 6 of 100 are 28.8 of 480 pixels; light on dark, dark on light.
    assert drawn == [
        ("164.4", "18", "#ffffff", "6"),
        ("404.4", "18", "#222222", "94"),
        ("404.2", "48", "#222222", "941"),
    ]


def test_an_empty_bar_is_not_drawn():
    assert len(BAR.findall(picture([0, 0, 0], [0, 1, 0]))) == 1


def test_parts_are_counted_in_each_group():
    groups, counts = counts_by_part([2015, 2010, 2015, 2015], ["x", "y"], ["y", "x", "y", None])
    assert groups == [2015, 2010]
    assert counts.tolist() == [[0, 2], [1, 0]]
