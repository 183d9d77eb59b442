"""Requirements of the plugin repository: metadata, licence, icons, and content of the zip."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = [
    "name",
    "description",
    "about",
    "version",
    "qgisMinimumVersion",
    "author",
    "email",
    "tracker",
    "repository",
    "homepage",
]


@pytest.fixture(scope="module")
def metadata():
    parser = configparser.ConfigParser()
    parser.optionxform = str
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser["general"]


def test_metadata_is_complete(metadata):
    assert all(metadata.get(key) for key in [*REQUIRED, "tags", "category", "icon", "changelog"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["version"])
    assert (metadata["qgisMinimumVersion"], metadata["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert metadata["hasProcessingProvider"] == "yes"
    assert "plugin" not in metadata["name"].casefold()
    assert (ROOT / metadata["icon"]).is_file()
    assert f'version = "{metadata["version"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_licence_is_gpl_2():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 2, June 1991" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_every_group_the_provider_and_models_have_an_icon(qgis_app):
    from carbon_balance.algorithms.shared import groups
    from qgis.PyQt.QtGui import QIcon

    ids = [group.id for group in vars(groups).values() if isinstance(group, groups.Group)]
    assert len(ids) == 8
    # Models have an icon of their own.
    for name in ["provider", "model", *(each for each in ids if each != "models")]:
        path = ROOT / "resources" / "icons" / f"{name}.svg"
        assert path.is_file()
        image = QIcon(str(path)).pixmap(24, 24).toImage()
        drawn = sum(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))
        assert drawn > 60, name


def test_the_zip_contains_only_the_plugin():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    names = subprocess.run(
        ["git", "check-attr", "export-ignore", "--", "tests", "docs", "benchmarks", "scripts", ".ci", "core"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kept = [line.split(":")[0] for line in names.splitlines() if line.endswith("unspecified")]
    assert kept == ["core"]
