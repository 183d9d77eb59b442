"""Saved networks from other sources are read, or refused with one sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import CarbonBalanceError
from carbon_balance.core.scenarios.suitability.network import FORMAT, Ensemble, Network
from carbon_balance.core.scenarios.suitability.saved_network import read_network

NETWORK = Network(
    codes=(1, 2),
    drivers=("slope", "roads"),
    low=np.array([0.0, 1.0]),
    high=np.array([10.0, 5.0]),
    hidden_weights=np.array([[1.0, -1.0], [0.5, 2.0], [0.0, 1.0]]),
    hidden_bias=np.array([0.1, 0.2, 0.3]),
    weights=np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 0.5]]),
    bias=np.array([0.0, 0.1]),
)


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "network.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return str(path)


def changed(**parts):
    return json.dumps({**json.loads(NETWORK.to_text()), **parts})


def several(networks):
    return json.dumps({"format": FORMAT, "version": 2, "networks": networks})


def drivers(low, high, name="slope"):
    return [{"name": name, "low": low, "high": high}, {"name": "roads", "low": 1, "high": 5}]


DEEP = "[" * 100_000 + "]" * 100_000
HUGE = 10**400

REFUSED = {
    "no json": "no json",
    "nothing": "",
    "a list": "[]",
    "lists within lists": DEEP,
    "objects within objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "lists within lists as weights": json.dumps(json.loads(NETWORK.to_text())).replace(
        "[[1.0, -1.0]", DEEP + ", [1.0, -1.0]"
    ),
    "weights 60 deep": changed(weights=json.loads("[" * 60 + "1" + "]" * 60)),
    "not UTF-8": b"\xff\xfe\x00",
    "another format": changed(format="model"),
    "an unknown version": changed(version=9),
    "no version": changed(version=None),
    "a version of any kind": changed(version=[DEEP]),
    "infinite classes": changed(classes=[1, float("inf")]),
    "NaN classes": changed(classes=[1, float("nan")]),
    "classes of 1e400": changed(classes=[1, 2]).replace("[1, 2]", "[1, 1e400]", 1),
    "a class too large": changed(classes=[1, 1e30]),
    "a class far too large": changed(classes=[1, HUGE]),
    "a class twice": changed(classes=[1, 1]),
    "a class twice, as a float": changed(classes=[1, 1.0]),
    "classes that do not ascend": changed(classes=[2, 1]),
    "half a class": changed(classes=[1, 1.5]),
    "a class that is true": changed(classes=[True, 2]),
    "a class in words": changed(classes=["1", "2"]),
    "no classes": changed(classes=[]),
    "classes that are a number": changed(classes=5),
    "5,000 classes": changed(classes=list(range(5000)), weights=[[0.0] * 3] * 5000, bias=[0.0] * 5000),
    "a NaN weight": changed(bias=[0.0, float("nan")]),
    "an infinite weight": changed(bias=[0.0, float("-inf")]),
    "a weight far too large": changed(bias=[0.0, HUGE]),
    "a weight of 1e300": changed(bias=[0.0, 1e300]),
    "a weight in words": changed(bias=[0.0, "a"]),
    "a weight that is nothing": changed(bias=[0.0, None]),
    "ragged weights": changed(weights=[[1.0], [1.0, 2.0, 3.0]]),
    "weights of another size": changed(weights=[[1.0]]),
    "low above high": changed(drivers=drivers(10, 0)),
    "low a list": changed(drivers=drivers([1, 2], 3)),
    "low far too large": changed(drivers=drivers(HUGE, HUGE)),
    "NaN range": changed(drivers=drivers(0, float("nan"))),
    "next to no range": changed(drivers=drivers(0, 1e-300)),
    "no drivers": changed(drivers=[]),
    "drivers in words": changed(drivers=["slope", "roads"]),
    "one driver too many": changed(drivers=[*drivers(0, 1), *drivers(0, 1)]),
    "an offset far too large": changed(stay_offset=HUGE),
    "an offset that is a list": changed(stay_offset=[1]),
    "no neurons": changed(hidden_bias=[], hidden_weights=[], weights=[[], []]),
    "neurons that are a number": changed(hidden_bias=3),
    "no networks": several([]),
    "networks of nothing": json.dumps(
        {"format": "carbon balance suitability network", "version": 2, "networks": [None]}
    ),
    "networks that are none": json.dumps(
        {"format": "carbon balance suitability network", "version": 2, "networks": {}}
    ),
    "no part of it": json.dumps({"format": FORMAT, "version": 1}),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_unusable_network_files_are_refused_in_one_sentence(tmp_path, kind):
    path = written(tmp_path, REFUSED[kind])
    with pytest.raises(CarbonBalanceError, match="is not a suitability network") as refusal:
        read_network(path)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < len(path) + 250


def test_the_refusal_names_the_cause(tmp_path):
    for kind, told in {
        "an unknown version": "(version 9 is not known)",
        "low above high": "(the range of a driver is inverted)",
        "a class twice": "(a class is duplicated)",
        "5,000 classes": "(1 to 100 classes are needed)",
        "a NaN weight": "(it holds NaN)",
        "a weight of 1e300": "(a number is too large or missing)",
    }.items():
        with pytest.raises(CarbonBalanceError) as refusal:
            read_network(written(tmp_path, REFUSED[kind]))
        assert told in str(refusal.value)


def test_networks_of_different_drivers_are_refused(tmp_path):
    content = json.loads(Ensemble((NETWORK, NETWORK)).to_text())
    content["networks"][1]["drivers"][0]["name"] = "aspect"
    with pytest.raises(CarbonBalanceError, match="its networks have different classes or drivers"):
        read_network(written(tmp_path, json.dumps(content)))


def test_a_byte_order_mark_and_whole_floats_are_read(tmp_path):
    values = np.array([[1.0, 9.0], [2.0, 3.0]], np.float32)
    expected = NETWORK.predict(values)
    for text, encoding in ((NETWORK.to_text(), "utf-8-sig"), (changed(classes=[1.0, 2]), "utf-8")):
        again = read_network(written(tmp_path, text, encoding))
        assert again.codes == (1, 2)
        np.testing.assert_array_equal(again.predict(values), expected)


def test_a_missing_file_a_folder_and_an_endless_file_are_refused(tmp_path):
    with pytest.raises(CarbonBalanceError, match="cannot be read: No such file"):
        read_network(str(tmp_path / "missing.json"))
    with pytest.raises(CarbonBalanceError, match="cannot be read: Is a directory"):
        read_network(str(tmp_path))
    with pytest.raises(CarbonBalanceError, match="is not a suitability network"):
        read_network("/dev/zero")


def test_a_network_of_one_class_is_read(tmp_path):
    text = changed(classes=[7], weights=[[1.0, 0.0, -1.0]], bias=[0.5])
    assert read_network(written(tmp_path, text)).codes == (7,)


def test_an_ensemble_may_be_of_one(tmp_path):
    found = read_network(written(tmp_path, several([json.loads(NETWORK.to_text())])))
    assert isinstance(found, Ensemble) and len(found.members) == 1
    with pytest.raises(CarbonBalanceError, match=r"\(it holds 0 networks\)"):
        read_network(written(tmp_path, several([])))
    with pytest.raises(CarbonBalanceError, match=r"\(it holds 1001 networks\)"):
        read_network(written(tmp_path, several([None] * 1001)))
