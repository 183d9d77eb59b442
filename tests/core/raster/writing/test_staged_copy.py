"""A copied raster appears whole or not at all, and only as a GeoTIFF."""

from __future__ import annotations

import pytest
from carbon_balance.core.raster.writing.staged_copy import CopiedRaster
from carbon_balance.core.runtime.errors import CarbonBalanceError


@pytest.mark.parametrize("name", ["a.tif", "a.TIFF", "a.TIF"])
def test_a_copy_appears_when_it_is_published(tmp_path, name):
    source, target = tmp_path / "source.tif", tmp_path / name
    source.write_bytes(b"cells")
    copied = CopiedRaster(source, str(target))
    copied.finish()
    assert copied.hidden_file.read_bytes() == b"cells"
    assert not target.exists()
    copied.publish()
    assert target.read_bytes() == b"cells"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({name, "source.tif"})


def test_names_other_than_geotiff_are_refused(tmp_path):
    (tmp_path / "source.tif").write_bytes(b"cells")
    for name in ("a.img", "a", "a.tif.gz"):
        with pytest.raises(CarbonBalanceError, match=r"must be a GeoTIFF: use a name that ends in \.tif"):
            CopiedRaster(tmp_path / "source.tif", str(tmp_path / name))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_source_leaves_no_file(tmp_path):
    with pytest.raises(CarbonBalanceError):
        CopiedRaster(tmp_path / "nowhere.tif", str(tmp_path / "a.tif"))
    assert list(tmp_path.iterdir()) == []
