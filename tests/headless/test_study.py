"""Tests of the study script."""

from __future__ import annotations

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "study.sh"


def test_a_study_prints_published_and_computed_values(tmp_path):
    done = subprocess.run([str(SCRIPT), "guiyang", str(tmp_path / "out")], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the published 166.9 is inside" in done.stdout
    assert "SEC on the published side of 1, savanna as forest: 5 of 5" in done.stdout
    assert "Qingzhen: low-carbon optimisation or carbon sink function" in done.stdout


def test_an_unknown_region_is_refused():
    done = subprocess.run([str(SCRIPT), "atlantis"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "henan|beibu_gulf|guiyang|central_yunnan" in done.stderr
