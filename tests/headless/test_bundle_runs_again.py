"""A bundle can be run again by itself, outside the session that made it."""

from __future__ import annotations

import shutil
import subprocess
import zipfile

from checkout import ROOT
from osgeo import ogr

SAMPLE = ROOT / "resources" / "sample"


def run(call, algorithm, given):
    done = call("run", f"carbonbalance:{algorithm}", *(f"--{name}={value}" for name, value in given.items()))
    assert done.returncode == 0, done.stderr


def carbon(path):
    dataset = ogr.Open(str(path))
    return [feature["carbon_t"] for feature in dataset.GetLayer(0)]


def test_the_script_of_a_bundle_reproduces_the_zones(qgis_process_call, tmp_path):
    zones = tmp_path / "zones.gpkg"
    given = {
        "ZONES": SAMPLE / "central_yunnan.geojson",
        "LAND_COVER": SAMPLE / "central_yunnan_land_cover_2019.tif",
        "PRESET": "henan",
        "SCHEME": "igbp",
        "OUTPUT": zones,
    }
    run(qgis_process_call, "zonalcarbonsupply", given)
    report = {
        "ZONES": zones,
        "OUTPUT": tmp_path / "r.html",
        "BUNDLE": tmp_path / "b.zip",
        "BUNDLE_FOLDER": SAMPLE,
    }
    run(qgis_process_call, "carbonbalancereport", report)
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extractall(tmp_path / "again")
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    environment = {**qgis_process_call.environment, "QGIS_PROCESS": program}
    script = tmp_path / "again" / "run.sh"
    done = subprocess.run(["bash", str(script)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert carbon(tmp_path / "again" / "results" / "1_OUTPUT.gpkg") == carbon(zones)
    assert (tmp_path / "again" / "results" / "2_OUTPUT.html").exists()
