"""Output locations and concurrent runs: full disks, read-only folders, inputs as outputs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from layers import Notes, squares
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsVectorLayer
from rasters import read_raster, write_raster

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def mounted(folder: Path, options: str):
    """A small file system mounted at ``folder``; skips the test where mounting is not permitted."""
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """A land cover whose carbon raster cannot be compressed to fit the small disk."""
    codes = np.random.default_rng(1).integers(1, 7, (900, 900)).astype(np.uint8)
    return write_raster(tmp_path_factory.mktemp("noise") / "noise.tif", codes)


def test_a_raster_on_a_full_disk_is_refused_without_leftovers(run, noise, tmp_path):
    with mounted(tmp_path / "disk", "size=200k") as disk:
        with pytest.raises(QgsProcessingException, match="Writing .*carbon.tif failed: .*is the disk full") as stopped:
            run("carbonstorage", LAND_COVER=noise, PRESET="henan", OUTPUT=str(disk / "carbon.tif"))
        assert "\n" not in str(stopped.value)
        assert not list(disk.iterdir())


@pytest.mark.parametrize("name", ["o.gpkg", "o.shp", "o.csv", "o.geojson"])
def test_a_layer_on_a_full_disk_is_refused_without_leftovers(run, tmp_path, name):
    rows = 400
    zones = squares({"s": [1.0 + row for row in range(rows)], "d": [2.0] * rows, "text": ["x" * 200] * rows})
    with mounted(tmp_path / "disk", "size=64k") as disk:
        with pytest.raises(QgsProcessingException) as refusal:
            run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", OUTPUT=str(disk / name))
        assert name in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert not list(disk.iterdir())
    run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", OUTPUT=str(tmp_path / name))
    assert (tmp_path / name).is_file()


def test_a_report_on_a_full_disk_is_refused_without_leftovers(run, tmp_path):
    with mounted(tmp_path / "disk", "size=8k") as disk:
        (disk / "filler").write_bytes(b"x" * 8192)
        given = {"ZONES": squares({"s": [1.0, 2], "d": [2.0, 1]}), "SUPPLY": "s", "DEMAND": "d", "OUTPUT": "memory:"}
        with pytest.raises(QgsProcessingException, match="No space left on device"):
            run("supplydemandratio", **given, REPORT=str(disk / "report.html"))
        assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_read_only_folder_is_refused(run, noise, tmp_path):
    logged = r"the folder .* is not writable \(Read-only file system\)"
    with mounted(tmp_path / "disk", "size=1m,ro") as disk, pytest.raises(QgsProcessingException, match=logged):
        run("carbonstorage", LAND_COVER=noise, PRESET="henan", OUTPUT=str(disk / "carbon.tif"))


@pytest.mark.parametrize("link", [False, True])
def test_an_output_equal_to_an_input_is_refused(run, noise, tmp_path, link):
    before = Path(noise).read_bytes()
    name = tmp_path / "other.tif" if link else Path(noise)
    if link:
        name.symlink_to(noise)
    with pytest.raises(QgsProcessingException, match="is an input of this run and would be overwritten"):
        run("carbonstorage", LAND_COVER=noise, PRESET="henan", OUTPUT=str(name))
    assert Path(noise).read_bytes() == before


def test_one_file_for_two_outputs_is_refused(run, noise, tmp_path):
    path = str(tmp_path / "a.gpkg")
    with pytest.raises(QgsProcessingException, match="would both be written to"):
        run(
            "zonalcarbonsupply",
            ZONES=squares({"x": [1.0]}),
            LAND_COVER=noise,
            PRESET="henan",
            OUTPUT=path,
            CLASSES=path,
        )
    assert not list(tmp_path.iterdir())


def test_repeated_runs_give_equal_files(run, noise, tmp_path):
    path = str(tmp_path / "carbon.tif")
    first = run("carbonstorage", LAND_COVER=noise, PRESET="henan", OUTPUT=path)
    before = Path(path).read_bytes()
    second = run("carbonstorage", LAND_COVER=noise, PRESET="henan", OUTPUT=path)
    assert Path(path).read_bytes() == before
    assert first["TOTAL_CARBON_T"] == second["TOTAL_CARBON_T"]


def test_concurrent_runs_in_one_qgis_are_independent(provider, noise, tmp_path):
    """As background tasks: each run has its own context, and both read the same file."""
    presets = ["henan", "beibu_gulf"] * 3
    meeting = threading.Barrier(2)

    def one(number: int) -> float:
        algorithm = QgsApplication.processingRegistry().algorithmById("carbonbalance:carbonstorage").create()
        given = {"LAND_COVER": noise, "PRESET": presets[number], "OUTPUT": str(tmp_path / f"{number}.tif")}
        context, notes = QgsProcessingContext(), Notes()
        meeting.wait(60)
        results, worked = algorithm.run(given, context, notes)
        assert worked, notes.logged
        return results["TOTAL_CARBON_T"]

    with ThreadPoolExecutor(2) as pool:
        totals = list(pool.map(one, range(6)))
    assert len(set(totals[0::2])) == len(set(totals[1::2])) == 1
    for number, total in enumerate(totals):
        assert np.nansum(read_raster(tmp_path / f"{number}.tif")) == pytest.approx(total, rel=1e-5)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".tif") == [f"{n}.tif" for n in range(6)]


def _headless(profile: Path):
    """The program, and an environment with the checkout as its plugin."""
    from shutil import which

    program = which("qgis_process.bin") or which("qgis_process")
    if program is None:
        pytest.skip("no qgis_process")
    for name in ("plugins", "config", "runtime"):
        (profile / name).mkdir(parents=True, mode=0o700)
    (profile / "plugins" / "carbon_balance").symlink_to(ROOT)
    settings = {"QGIS_PLUGINPATH": "plugins", "QGIS_CUSTOM_CONFIG_PATH": "config", "XDG_RUNTIME_DIR": "runtime"}
    environment = {**os.environ, **{name: str(profile / folder) for name, folder in settings.items()}}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    subprocess.run([program, "plugins", "enable", "carbon_balance"], env=environment, capture_output=True)
    return program, environment


def test_two_processes_with_one_input_are_independent(noise, tmp_path):
    program, environment = _headless(tmp_path / "profile")
    sample = ROOT / "resources" / "sample" / "central_yunnan.geojson"
    runs = []
    for number in range(2):
        command = [program, "--json", "run", "carbonbalance:naturalbreakszoning", f"--ZONES={sample}"]
        command += ["--FIELD=population_2020", f"--OUTPUT={tmp_path / f'{number}.gpkg'}", "--NOSUCH=1"]
        runs.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    logged = [each.communicate(timeout=200) for each in runs]
    assert [each.returncode for each in runs] == [0, 0], logged
    results = [json.loads(out)["results"] for out, _ in logged]
    assert results[0]["ZONE_SIZES"] == results[1]["ZONE_SIZES"]
    assert (tmp_path / "0.gpkg").exists()
    assert (tmp_path / "1.gpkg").exists()
    assert "NOSUCH" in logged[0][0] + logged[0][1]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a:b.gpkg", "contains :"),
        ("a:b.csv", "contains :"),
        ("d%e4/a:b/c.csv", "contains :"),
        ("a\nb.gpkg", "contains a line break"),
        ("a%41.gpkg", "contains %41"),
        ("d%e4/a.gpkg", "contains %e4"),
        ("(2020) zones.gpkg", r"begins with \("),
        ("-a.gpkg", "begins with -"),
        ("gpkg_a.gpkg", "begins with gpkg"),
        ("ogr:dbname='{}/b.gpkg' table=\"+x\"", r"begins with \+"),
    ],
)
def test_names_that_qgis_cannot_write_or_open_are_refused(run, tmp_path, name, part):
    """They failed after the computation, or gave a file that QGIS could not open."""
    zones = squares({"s": [1.0, 2], "d": [2.0, 1]})
    (tmp_path / "d%e4" / "a:b").mkdir(parents=True)
    output = name.format(tmp_path) if name.startswith("ogr:") else str(tmp_path / name)
    with pytest.raises(QgsProcessingException, match=rf"\(OUTPUT\): .*{part}"):
        run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", OUTPUT=output)
    assert [path.name for path in tmp_path.rglob("*")] == ["d%e4", "a:b"]


@pytest.mark.parametrize(
    "name",
    ["100%.gpkg", "（区）'a' \"b\" [c] #1;2.gpkg", "a%41.csv", "(2020).geojson", ".a.gpkg", "_a.gpkg"],
)
def test_other_unusual_names_are_written_and_can_be_opened(run, tmp_path, name):
    zones = squares({"s": [1.0, 2], "d": [2.0, 1]})
    run("supplydemandratio", ZONES=zones, SUPPLY="s", DEMAND="d", OUTPUT=str(tmp_path / name))
    layer = QgsVectorLayer(str(tmp_path / name), "x", "ogr")
    assert layer.isValid() and layer.featureCount() == 2
