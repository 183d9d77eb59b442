"""The bundle: order of calls, checksums of inputs, quoting in scripts."""

from __future__ import annotations

import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

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


def bundle(folder, steps, folders):
    """The place of a bundle of the steps."""
    write_bundle(folder / "b.zip", steps, OUTPUTS.get, folders)
    return folder / "b.zip"


def chain(*inputs):
    supply = StepRecord("c:supply", "Supply", {"PRESET": "henan", "NAMES": ["a b", "it's"]}, {"SEED": 1}, inputs)
    read = InputRecord("ZONES", "Zones", step=supply.id, output="OUTPUT")
    table = InputRecord("CLASSES", "Classes", step=supply.id, output="CLASSES")
    return supply, StepRecord("c:report", "Report", {"FLAG": False}, {}, (read, table), {"QGIS": "3.22"})


def test_steps_read_outputs_of_earlier_steps_and_request_only_needed_outputs():
    supply, report = commands(chain(InputRecord("ZONES", "zones.gpkg", "counties")), OUTPUTS.get)
    assert supply.algorithm == "c:supply"
    assert supply.values == (
        ("ZONES", "inputs", "zones.gpkg|layername=counties"),
        ("SEED", "", "1"),
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


def test_quoted_values_reach_the_shell_unchanged(tmp_path):
    calls = commands(chain(InputRecord("ZONES", "my $HOME zones.gpkg")), OUTPUTS.get)
    script = tmp_path / "run.sh"
    script.write_text(shell_script(calls, "QGIS 3.22"))
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    environment = {"QGIS_PROCESS": str(program), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", str(script)], capture_output=True, text=True, check=True, env=environment)
    said = done.stdout.splitlines()
    assert said[:7] == [
        "run",
        "c:supply",
        "--ZONES=inputs/my $HOME zones.gpkg",
        "--SEED=1",
        "--PRESET=henan",
        "--NAMES=a b",
        "--NAMES=it's",
    ]


def test_the_batch_file_doubles_percent_signs():
    calls = commands(chain(InputRecord("ZONES", "100%.gpkg")), OUTPUTS.get)
    text = batch_script(calls, "QGIS 3.22")
    assert '"--ZONES=inputs\\100%%.gpkg"' in text
    assert text.count("\r\n") == text.count("\n")


def test_inputs_with_equal_names_are_distinguished_by_checksum(tmp_path):
    first, second = made(tmp_path / "a" / "x.csv", "1"), made(tmp_path / "b" / "x.csv", "2")
    names = file_names([StepRecord("c:supply", "", inputs=(first, second))])
    assert set(names.values()) == {f"{first.sha256[:8]}_x.csv", f"{second.sha256[:8]}_x.csv"}
    assert file_names([StepRecord("c:supply", "", inputs=(first, first))]) == {("x.csv", first.sha256): "x.csv"}


def test_a_file_used_twice_is_bundled_once(tmp_path):
    """Another file has the same name, so that the bundled name contains the checksum at each use."""
    other, zones = made(tmp_path / "a" / "x.gpkg", "1"), made(tmp_path / "b" / "x.gpkg", "2")
    inputs = (other, replace(zones, parameter="LATER", layer="y"), replace(zones, parameter="AREAS", layer="z"))
    steps = [StepRecord("c:report", "", inputs=inputs)]
    assert len(file_names(steps)) == 2
    (call,) = commands(steps, OUTPUTS.get)
    places = {name: place for name, folder, place in call.values if folder == "inputs"}
    assert places["LATER"] == f"{zones.sha256[:8]}_x.gpkg|layername=y"
    assert places["AREAS"] == f"{zones.sha256[:8]}_x.gpkg|layername=z"
    with zipfile.ZipFile(bundle(tmp_path, steps, [tmp_path])) as packed:
        assert sorted(name for name in packed.namelist() if name.startswith("inputs/")) == sorted(
            f"inputs/{each.sha256[:8]}_x.gpkg" for each in (other, zones)
        )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../.bashrc", "bashrc"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\x.dll", "x.dll"),
        ("a\nb.csv", "a_b.csv"),
        ("..", "input"),
        ("", "input"),
        ("区县 1.gpkg", "区县 1.gpkg"),
    ],
)
def test_names_in_a_record_cannot_point_outside_the_bundle_folder(name, expected):
    assert list(file_names([StepRecord("c:supply", "", inputs=(InputRecord("ZONES", name),))]).values()) == [expected]


def test_shell_syntax_in_a_record_is_not_executed(tmp_path):
    """Values, names and versions of a manipulated record, in the script as run by bash."""
    touch = "'; touch \"$HERE/hurt\"; echo '"
    step = StepRecord(
        "c:supply", "", {"A": touch, "B": f"$({touch})", "C": f"`{touch}`"}, {}, (InputRecord("Z", touch),)
    )
    step = replace(step, versions={"QGIS": f"3.22\n{touch}"})
    with zipfile.ZipFile(bundle(tmp_path, [step], [])) as packed:
        packed.extractall(tmp_path / "again")
        assert packed.read("run.bat").decode().count("\r\n") == 7
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    environment = {"QGIS_PROCESS": str(program), "PATH": "/usr/bin:/bin", "HERE": str(tmp_path)}
    subprocess.run(["bash", str(tmp_path / "again" / "run.sh")], check=True, env=environment)
    assert not (tmp_path / "hurt").exists()


def test_inputs_are_found_by_content_not_by_name(tmp_path):
    wanted = made(tmp_path / "there" / "zones.csv", "right")
    (tmp_path / "there" / "zones.csv").rename(tmp_path / "there" / "renamed.csv")
    (tmp_path / "there" / "zones.csv").write_text("wrong")
    assert find_inputs([wanted], [tmp_path]) == {(wanted.name, wanted.sha256): tmp_path / "there" / "renamed.csv"}
    assert find_inputs([wanted], [tmp_path / "nowhere"]) == {}


def test_the_zip_contains_scripts_steps_checksums_and_inputs_and_lists_missing_ones(tmp_path):
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


def test_a_shapefile_is_bundled_with_its_sidecar_files(tmp_path):
    shape = made(tmp_path / "data" / "zones.shp")
    (tmp_path / "data" / "zones.dbf").write_text("table")
    write_bundle(tmp_path / "b.zip", chain(shape), OUTPUTS.get, [tmp_path / "data"])
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert packed.read("inputs/zones.dbf") == b"table"


def test_an_input_that_has_changed_stops_the_script(tmp_path):
    here = made(tmp_path / "data" / "zones.csv")
    with zipfile.ZipFile(bundle(tmp_path, chain(here), [tmp_path / "data"])) as packed:
        packed.extractall(tmp_path / "again")
    (tmp_path / "again" / "inputs" / "zones.csv").write_text("changed")
    environment = {"QGIS_PROCESS": "/bin/false", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", str(tmp_path / "again" / "run.sh")], capture_output=True, text=True, env=environment)
    assert done.returncode != 0
    assert "zones.csv: FAILED" in done.stdout


def test_the_same_steps_and_inputs_give_the_same_bytes(tmp_path):
    here = made(tmp_path / "data" / "zones.csv")
    for name in ("a.zip", "b.zip"):
        write_bundle(tmp_path / name, chain(here), OUTPUTS.get, [tmp_path / "data"])
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_impossible_folder_name_gives_no_inputs(tmp_path):
    assert find_inputs([], [Path("a" * 5000), tmp_path / "none", tmp_path]) == {}
