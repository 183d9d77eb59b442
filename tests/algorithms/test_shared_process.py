"""QGIS hosts many plugins: GDAL settings are changed during a run only, whatever other plugins set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.core.runtime.gdal_state import errors_raised
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import write_raster


@pytest.fixture
def others_want_none():
    """GDAL without exceptions, as a plugin leaves it that checks return values."""
    gdal.DontUseExceptions()
    yield
    gdal.UseExceptions()


def test_runs_do_not_depend_on_gdal_exceptions_and_keep_the_setting(run, tmp_path, others_want_none):
    cover = Path(write_raster(tmp_path, np.ones((200, 200), np.uint8)))
    given = {"PRESET": "henan", "SCHEME": "clcd", "OUTPUT": str(tmp_path / "carbon.tif")}
    assert run("carbonstorage", LAND_COVER=str(cover), **given)["TOTAL_CARBON_T"] > 0
    assert not gdal.GetUseExceptions()
    broken = tmp_path / "broken.tif"
    broken.write_bytes(cover.read_bytes()[:20_000])
    with pytest.raises(QgsProcessingException, match="cannot be read at row"):
        run("carbonstorage", LAND_COVER=str(broken), **given)
    assert not gdal.GetUseExceptions()


def test_the_setting_is_restored_after_the_last_of_several_runs(others_want_none):
    first, second = errors_raised(), errors_raised()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gdal.GetUseExceptions()
    gdal.DontUseExceptions()  # another plugin, meanwhile
    with errors_raised():
        assert gdal.GetUseExceptions()
    second.__exit__(None, None, None)
    assert not gdal.GetUseExceptions()


def test_enabled_exceptions_stay_enabled():
    with errors_raised():
        pass
    assert gdal.GetUseExceptions()


def test_importing_the_plugin_keeps_the_setting():
    scripts = Path(__file__).parents[2] / "scripts"
    code = f"""
import sys
sys.path.insert(0, {str(scripts)!r})
import checkout
from osgeo import gdal
gdal.DontUseExceptions()
from carbon_balance.provider import algorithm_classes
assert algorithm_classes()
print(gdal.GetUseExceptions())
"""
    logged = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert logged.stdout.split() == ["0"], logged.stderr
