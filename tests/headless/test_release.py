"""The zip of a release: its content, and that it installs into an empty profile and runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The manual with its pictures is more than a half of it; the plugin repository accepts 25 MB.
LARGEST = 8_000_000


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    path = tmp_path_factory.mktemp("release") / "carbon_balance.zip"
    subprocess.run(
        ["bash", str(ROOT / "scripts" / "package.sh"), "--untranslated", str(path)], check=True, capture_output=True
    )
    return path


@pytest.fixture(scope="module")
def installed(package, tmp_path_factory):
    """Runs qgis_process in an empty profile that the zip was unpacked into."""
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        pytest.skip("no qgis_process")
    profile = tmp_path_factory.mktemp("profile")
    plugins = profile / "config" / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    (profile / "runtime").mkdir(mode=0o700)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(plugins)
    environment = {name: value for name, value in os.environ.items() if name != "QGIS_PLUGINPATH"}
    environment["QGIS_CUSTOM_CONFIG_PATH"] = str(profile / "config")
    environment["XDG_RUNTIME_DIR"] = str(profile / "runtime")
    environment["QT_QPA_PLATFORM"] = "offscreen"

    def call(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, timeout=300)

    enabled = call("plugins", "enable", "carbon_balance")
    assert enabled.returncode == 0, enabled.stdout + enabled.stderr
    return call


def test_the_zip_contains_one_small_folder(package):
    assert package.stat().st_size < LARGEST
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"carbon_balance"}
    inside = {name.split("/", 1)[1] for name in names}
    assert {"__init__.py", "metadata.txt", "LICENSE", "provider.py"} <= inside
    for kept_out in ("tests/", "docs/", "benchmarks/", "scripts/", ".git"):
        assert not [name for name in inside if name.startswith(kept_out)]
    assert not [name for name in inside if re.search(r"\.(pyc|so|dll|pyd|exe|zip|whl|jar)$|__pycache__", name)]


def test_every_algorithm_is_listed(installed):
    logged = installed("--json", "list")
    assert logged.returncode == 0, logged.stderr
    listed = set(json.loads(logged.stdout)["providers"]["carbonbalance"]["algorithms"])
    files = [path for path in (ROOT / "algorithms").glob("*/*.py") if path.name != "__init__.py"]
    ids = {
        found for path in files for found in re.findall(r'^    ID = "([a-z]+)"', path.read_text(encoding="utf-8"), re.M)
    }
    ids |= {path.stem for path in (ROOT / "resources" / "models").glob("*.model3")}
    assert len(ids) > 15
    assert {f"carbonbalance:{name}" for name in ids} == listed


def test_the_main_workflow_runs(installed, tmp_path):
    sample = ROOT / "resources" / "sample"
    zones, carbon = tmp_path / "zones.gpkg", tmp_path / "carbon.tif"
    logged = installed(
        "--json", "run", "carbonbalance:regionalcarbonbalance", f"--ZONES={sample / 'central_yunnan.geojson'}",
        f"--LAND_COVER={sample / 'central_yunnan_land_cover_2019.tif'}", "--PRESET=henan", "--SCHEME=igbp",
        "--POPULATION=population_2020", "--PER_PERSON=3.938", f"--storage:Carbon density={carbon}",
        f"--zoning:Zones={zones}",
    )  # fmt: skip
    assert logged.returncode == 0, logged.stdout + logged.stderr
    assert "Traceback" not in logged.stdout + logged.stderr
    assert zones.stat().st_size > 10_000
    assert carbon.stat().st_size > 1_000


def test_a_refused_run_exits_with_1_and_one_sentence(installed, tmp_path):
    zones = ROOT / "resources" / "sample" / "central_yunnan.geojson"
    given = [f"--ZONES={zones}", "--FIELD=no such column", f"--OUTPUT={tmp_path / 'out.gpkg'}"]
    logged = installed("run", "carbonbalance:naturalbreakszoning", *given)
    assert logged.returncode == 1
    assert "no such column" in logged.stdout + logged.stderr
    assert "Traceback" not in logged.stdout + logged.stderr
    assert not list(tmp_path.iterdir())


def test_the_zip_contains_both_manuals_with_valid_links(package, tmp_path):
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    manual = tmp_path / "carbon_balance" / "manual"
    found = [path for path in (ROOT / "algorithms").glob("*/*.py") if path.name != "__init__.py"]
    files = [path for path in found if path.parent.name != "shared"]
    for folder in (manual, manual / "zh"):
        assert len(list((folder / "algorithms").glob("*.html"))) >= len(files)
    for page in manual.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            name, _, anchor = unquote(target).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            other = page.parent / name if name else page
            assert other.is_file(), f"{page.name}: {target}"
            if anchor:
                assert f'id="{anchor}"' in other.read_text(encoding="utf-8"), f"{page.name}: {target}"
