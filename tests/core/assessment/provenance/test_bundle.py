"""The bundle: calls in order, inputs by checksum, scripts that quote."""

from __future__ import annotations

import json
import subprocess
import zipfile

import pytest
from carbon_balance.core.assessment.provenance.bundle import (
    batch_script,
    commands,
    file_names,
    find_inputs,
    shell_script,
    write_bundle,
)
from carbon_balance.core.assessment.provenance.record import InputRecord, StepRecord, checksum
from carbon_balance.core.runtime.errors import CarbonBalanceError

OUTPUTS = {
    "c:supply": {"OUTPUT": (".gpkg", True), "CLASSES": (".csv", False), "REPORT": (".html", False)},
    "c:report": {"OUTPUT": (".html", True)},
}


def made(path, text="content"):
    """The record of a file that is written at ``path``."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    digest, size = checksum(path)
    return InputRecord("ZONES", path.name, "", digest, size)


def chain(*inputs):
    supply = StepRecord("c:supply", "Supply", {"PRESET": "henan", "NAMES": ["a b", "it's"]}, inputs)
    read = InputRecord("ZONES", "Zones", step=supply.id, output="OUTPUT")
    table = InputRecord("CLASSES", "Classes", step=supply.id, output="CLASSES")
    return supply, StepRecord("c:report", "Report", {"FLAG": False}, (read, table), {"QGIS": "3.22"})


def test_each_step_reads_what_the_earlier_one_wrote_and_only_needed_outputs_are_asked_for():
    supply, report = commands(chain(InputRecord("ZONES", "zones.gpkg", "counties")), OUTPUTS.get)
    assert supply.algorithm == "c:supply"
    assert supply.values == (
        ("ZONES", "inputs", "zones.gpkg|layername=counties"),
        ("PRESET", "", "henan"),
        ("NAMES", "", "a b"),
        ("NAMES", "", "it's"),
        ("OUTPUT", "results", "1_OUTPUT.gpkg"),
        ("CLASSES", "results", "1_CLASSES.csv"),
    )
    assert report.values == (
        ("ZONES", "results", "1_OUTPUT.gpkg"),
        ("CLASSES", "results", "1_CLASSES.csv"),
        ("FLAG", "", "false"),
        ("OUTPUT", "results", "2_OUTPUT.html"),
    )


def test_the_shell_sees_every_value_as_it_was_given(tmp_path):
    calls = commands(chain(InputRecord("ZONES", "my $HOME zones.gpkg")), OUTPUTS.get)
    script = tmp_path / "run.sh"
    checked = '(cd "$inputs" && sha256sum --check --quiet ../inputs.sha256)\n'
    text = shell_script(calls, "QGIS 3.22")
    assert checked in text
    script.write_text(text.replace(checked, ""))
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    environment = {"QGIS_PROCESS": str(program), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=True, env=environment)
    said = done.stdout.splitlines()
    assert said[:6] == [
        "run",
        "c:supply",
        "--ZONES=inputs/my $HOME zones.gpkg",
        "--PRESET=henan",
        "--NAMES=a b",
        "--NAMES=it's",
    ]


def test_the_batch_file_doubles_what_windows_would_read_itself():
    calls = commands(chain(InputRecord("ZONES", "100%.gpkg")), OUTPUTS.get)
    text = batch_script(calls, "QGIS 3.22")
    assert '"--ZONES=inputs\\100%%.gpkg"' in text
    assert text.count("\r\n") == text.count("\n")


def test_two_inputs_of_one_name_are_told_apart_by_their_checksums(tmp_path):
    first, second = made(tmp_path / "a" / "x.csv", "1"), made(tmp_path / "b" / "x.csv", "2")
    names = file_names([StepRecord("c:supply", "", inputs=(first, second))])
    assert set(names.values()) == {f"{first.sha256[:8]}_x.csv", f"{second.sha256[:8]}_x.csv"}
    assert file_names([StepRecord("c:supply", "", inputs=(first, first))]) == {first: "x.csv"}


def test_inputs_are_found_by_what_they_hold_not_by_their_name(tmp_path):
    wanted = made(tmp_path / "there" / "zones.csv", "right")
    (tmp_path / "there" / "zones.csv").rename(tmp_path / "there" / "renamed.csv")
    (tmp_path / "there" / "zones.csv").write_text("wrong")
    assert find_inputs([wanted], [tmp_path]) == {wanted: tmp_path / "there" / "renamed.csv"}
    assert find_inputs([wanted], [tmp_path / "nowhere"]) == {}


def test_the_zip_holds_scripts_steps_checksums_and_inputs_and_names_what_it_lacks(tmp_path):
    here = made(tmp_path / "data" / "zones.csv")
    absent = InputRecord("LAND_COVER", "cover.tif", "", "0" * 64, 10)
    path = tmp_path / "bundle.zip"
    assert write_bundle(path, chain(here, absent), OUTPUTS.get, [tmp_path / "data"]) == ["cover.tif"]
    with zipfile.ZipFile(path) as packed:
        assert packed.read("inputs/zones.csv") == b"content"
        steps = json.loads(packed.read("steps.json"))
        sums = packed.read("inputs.sha256").decode()
        assert "cover.tif" in packed.read("README.txt").decode()
        assert packed.getinfo("run.sh").external_attr >> 16 == 0o755
        assert "# Made with QGIS 3.22." in packed.read("run.sh").decode()
        assert "inputs/cover.tif" not in packed.namelist()
    assert [step["algorithm"] for step in steps] == ["c:supply", "c:report"]
    assert sums == f"{here.sha256}  zones.csv\n{'0' * 64}  cover.tif\n"


def test_a_shapefile_comes_with_its_other_files(tmp_path):
    shape = made(tmp_path / "data" / "zones.shp")
    (tmp_path / "data" / "zones.dbf").write_text("table")
    write_bundle(tmp_path / "b.zip", chain(shape), OUTPUTS.get, [tmp_path / "data"])
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert packed.read("inputs/zones.dbf") == b"table"


def test_no_steps_no_bundle(tmp_path):
    with pytest.raises(CarbonBalanceError, match="carry no record"):
        write_bundle(tmp_path / "b.zip", [], OUTPUTS.get, [])
    assert list(tmp_path.iterdir()) == []


def test_the_same_steps_and_inputs_give_the_same_bytes(tmp_path):
    here = made(tmp_path / "data" / "zones.csv")
    for name in ("a.zip", "b.zip"):
        write_bundle(tmp_path / name, chain(here), OUTPUTS.get, [tmp_path / "data"])
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
