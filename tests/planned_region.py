"""The bundled counties with emissions, their land cover clipped to them, and two drivers: inputs of the plan."""

from __future__ import annotations

from pathlib import Path

from layers import CENTRAL_YUNNAN, run_algorithm
from osgeo import gdal

BUILT_UP, FORESTS = 13, (1, 2, 3, 4, 5)


def plan_inputs(folder: Path) -> dict[str, object]:
    """The required inputs of the model."""
    folder.mkdir(exist_ok=True)
    cover, zones = str(folder / "cover.tif"), str(folder / "zones.gpkg")
    gdal.Warp(
        cover,
        CENTRAL_YUNNAN["LAND_COVER"],
        cutlineDSName=CENTRAL_YUNNAN["ZONES"],
        cropToCutline=True,
        dstNodata=255,
    )
    people = {name: CENTRAL_YUNNAN[name] for name in ("ZONES", "POPULATION", "PER_PERSON")}
    run_algorithm("emissiondemand", **people, OUTPUT=zones)
    return {
        "ZONES": zones,
        "LAND_COVER": cover,
        "EMISSION": "emission_t",
        "PRESET": "guiyang",
        "SCHEME": "igbp",
        "DRIVERS": [_distances(cover, folder / f"to_{codes[0]}.tif", codes) for codes in ((BUILT_UP,), FORESTS)],
    }


def _distances(cover: str, path: Path, codes: tuple[int, ...]) -> str:
    """Distance to the nearest cell of some classes, in degrees."""
    source = gdal.Open(cover)
    target = gdal.GetDriverByName("GTiff").Create(
        str(path), source.RasterXSize, source.RasterYSize, 1, gdal.GDT_Float32
    )
    target.SetGeoTransform(source.GetGeoTransform())
    target.SetProjection(source.GetProjection())
    options = [f"VALUES={','.join(map(str, codes))}", "DISTUNITS=GEO"]
    gdal.ComputeProximity(source.GetRasterBand(1), target.GetRasterBand(1), options)
    del target
    return str(path)
