"""Runs that exceed the memory."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import format_out_of_memory
from osgeo import gdal
from qgis.core import QgsProcessingException
from rasters import write_raster


def test_lack_of_memory_in_a_worker_thread_gives_one_sentence(run, tmp_path, monkeypatch):
    """NumPy refuses an array larger than the memory in a worker thread, while the raster is written."""
    from carbon_balance.core.land_cover import keys

    cover = write_raster(tmp_path / "c.tif", np.full((40, 60), 2, np.uint8))
    [known] = [each for each in vars(keys).values() if isinstance(each, type) and hasattr(each, "looked_up")]
    monkeypatch.setattr(known, "looked_up", lambda *_: np.ones((1 << 40, 1 << 10)))
    told = r"^There is not enough memory for 9,007,199,255 MB more: close other programs"
    with pytest.raises(QgsProcessingException, match=told):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "o.tif"))
    assert [path.name for path in tmp_path.iterdir()] == ["c.tif"]


def test_a_plain_memory_error_gives_one_sentence():
    assert format_out_of_memory(MemoryError()).startswith("There is not enough memory: close other programs")


@pytest.mark.parametrize("method", ["ReadAsArray", "WriteArray"])
def test_lack_of_memory_in_gdal_is_not_reported_as_a_full_disk(run, tmp_path, monkeypatch, method):
    cover = write_raster(tmp_path / "c.tif", np.full((40, 60), 2, np.uint8))

    def refuse(*_args, **_more):
        raise RuntimeError("GetBlockRef failed at X block offset 3, Y block offset 1: cannot allocate 1048576 bytes")

    monkeypatch.setattr(gdal.Band, method, refuse)
    with pytest.raises(QgsProcessingException, match=r"^There is not enough memory: close other programs"):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "o.tif"))
    assert [path.name for path in tmp_path.iterdir()] == ["c.tif"]


def test_a_thread_that_cannot_start_is_a_lack_of_memory(run, tmp_path, monkeypatch):
    cover = write_raster(tmp_path / "c.tif", np.full((40, 60), 2, np.uint8))
    parameters = {"LAND_COVER": cover, "PRESET": "henan", "OUTPUT": str(tmp_path / "o.tif")}
    lack = r"^There is not enough memory: close other programs"
    for reason, told in {"can't start new thread": lack, "other": r"^Traceback(.|\n)*other$"}.items():

        def refuse(_thread, reason=reason):
            raise RuntimeError(reason)

        monkeypatch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(QgsProcessingException, match=told):
            run("carbonstorage", **parameters)
        assert not list(tmp_path.glob("*o.tif*"))
