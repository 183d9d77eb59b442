"""Runs that exceed the memory."""

from __future__ import annotations

import numpy as np
import pytest
from carbon_balance.core.runtime.errors import format_out_of_memory
from qgis.core import QgsProcessingException
from rasters import write_raster


def test_one_sentence_wherever_it_happens(run, tmp_path, monkeypatch):
    """NumPy refuses an array larger than the memory, in a worker thread while the raster is written."""
    from carbon_balance.core.land_cover import keys

    cover = write_raster(tmp_path / "c.tif", np.full((40, 60), 2, np.uint8))
    [known] = [each for each in vars(keys).values() if isinstance(each, type) and hasattr(each, "look_up")]
    monkeypatch.setattr(known, "look_up", lambda *_: np.ones((1 << 40, 1 << 10)))
    told = r"^There is not enough memory for 9,007,199,255 MB more: close other programs"
    with pytest.raises(QgsProcessingException, match=told):
        run("carbonstorage", LAND_COVER=cover, PRESET="henan", OUTPUT=str(tmp_path / "o.tif"))
    assert [path.name for path in tmp_path.iterdir()] == ["c.tif"]


def test_a_plain_memory_error():
    assert format_out_of_memory(MemoryError()).startswith("There is not enough memory: close other programs")
