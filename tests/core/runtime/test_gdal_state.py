"""Settings of GDAL are as they were after a run."""

from __future__ import annotations

import pytest
from carbon_balance.core.runtime.gdal_state import thread_settings
from osgeo import gdal

NAME, OTHER = "COMPRESS_OVERVIEW", "PREDICTOR_OVERVIEW"


def test_settings_of_the_thread_are_restored_after_an_error():
    gdal.SetThreadLocalConfigOption(NAME, "LZW")
    try:
        with pytest.raises(KeyError), thread_settings(**{NAME: "NONE", OTHER: "2"}):
            assert [gdal.GetConfigOption(each) for each in (NAME, OTHER)] == ["NONE", "2"]
            raise KeyError
        assert [gdal.GetThreadLocalConfigOption(each) for each in (NAME, OTHER)] == ["LZW", None]
    finally:
        gdal.SetThreadLocalConfigOption(NAME, None)
