"""The address of a scheduler as a parameter of the algorithms that read rasters."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from carbon_balance.core.runtime import cluster
from qgis.core import QgsProcessingException
from rasters import write_raster


@pytest.fixture
def given(tmp_path):
    (tmp_path / "in").mkdir()
    pools = tmp_path / "in" / "pools.csv"
    pools.write_text("lucode,lulc_name,c_above,c_below,c_soil,c_dead\n1,a,1,2,3,4\n")
    cover = write_raster(tmp_path / "in", np.ones((20, 30), np.uint8))
    return {"LAND_COVER": cover, "POOLS": str(pools), "OUTPUT": str(tmp_path / "carbon.tif")}


@pytest.mark.parametrize("by_variable", [False, True])
def test_an_address_without_dask_is_refused(run, given, monkeypatch, tmp_path, by_variable):
    monkeypatch.setitem(sys.modules, "distributed", None)
    if by_variable:
        monkeypatch.setenv(cluster.SCHEDULER_VARIABLE, "tcp://127.0.0.1:9")
    else:
        given["SCHEDULER"] = "tcp://127.0.0.1:9"
    with pytest.raises(QgsProcessingException, match=r"tcp://127.0.0.1:9 needs the package dask\[distributed\]"):
        run("carbonstorage", **given)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_run_on_a_cluster_gives_the_expected_raster(run, given):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50) as local:
        results = run("carbonstorage", SCHEDULER=local.scheduler_address, **given)
    from osgeo import gdal

    assert (gdal.Open(results["OUTPUT"]).ReadAsArray() == 10).all()
