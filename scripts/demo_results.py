"""Compares the results of the demo with published values, and collects them in a GeoPackage."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr

gdal.UseExceptions()

PUBLISHED_ZH = {
    "low-carbon maintenance": "低碳保持区",
    "coordinated development": "协调发展区",
    "carbon-sink development": "碳汇发展区",
    "sequestration optimisation": "固碳优化区",
}
PAPER_TOTAL_MT = 2351.0


def rows(path: Path) -> list[dict]:
    """The attributes of a layer."""
    source = ogr.Open(str(path))
    return [feature.items() for feature in source.GetLayer(0)]


def rank_correlation(first, second) -> float:
    """Spearman's correlation of values without ties."""
    ranks = [np.argsort(np.argsort(values)) for values in (first, second)]
    return float(np.corrcoef(*ranks)[0, 1])


def published(counties: list[dict]) -> None:
    """(a) Supply and demand of the paper."""
    sizes, zones = Counter(row["class"] for row in counties), Counter(row["zone"] for row in counties)
    same = sum(PUBLISHED_ZH[row["zone"]] == row["published_zone_zh"] for row in counties)
    print("\n(a) Central Yunnan 2020, supply and demand as published")
    print("    counties in the seven classes: " + " / ".join(str(sizes[number]) for number in range(1, 8)))
    for zone in PUBLISHED_ZH:
        print(f"    {zone:28s}{zones[zone]:3d} counties")
    print(f"    in the published zone: {same} of {len(counties)} counties")


def modis(counties: list[dict], reference: list[dict]) -> None:
    """(b) Supply from the bundled land cover."""
    total_mt = sum(row["carbon_t"] for row in counties) / 1e6
    density = [row["carbon_t_km2"] for row in counties]
    paper = [row["published_supply_1e6t"] / row["polygon_km2"] for row in counties]
    print("\n(b) Central Yunnan, supply from MODIS land cover of 2019 (0.05 degree) and Henan's pools")
    print(f"    carbon: {total_mt:.0f} x 10^6 t; the paper (finer land cover, own pools): {PAPER_TOTAL_MT:.0f}")
    print(f"    rank correlation of county densities with the paper's: {rank_correlation(density, paper):.2f}")
    moved = [
        f"{new['name']}: {old['zone']} -> {new['zone']}"
        for new, old in zip(counties, reference)
        if new["zone"] != old["zone"]
    ]
    print(f"    counties in another zone than under (a): {len(moved)}")
    for line in moved:
        print(f"      {line}")
    print("    Savanna (IGBP 9), most of the region in this product, counts as grassland here; to count it as forest,")
    print("    make a pool table with carbonpooltable and REASSIGN=9=2.")


def guiyang(units: list[dict]) -> None:
    """(c) Quadrants of EEC and SEC."""
    print("\n(c) Guiyang 2015: SEC computed, EEC as published (the study prints no GDP)")
    for row in units:
        print(
            f"    {row['name']:20s} SEC {row['sec']:.2f} (published {row['published_sec_2015']:.2f})"
            f"  EEC {row['eec']:.2f}  {row['zone']}"
        )


def main(folder: Path) -> None:
    """Print, collect and draw the results."""
    steps = folder / "steps"
    names = ("central_yunnan_published", "central_yunnan_modis", "guiyang_2015")
    layers = {name: steps / f"{name}.gpkg" for name in names}
    counties, by_modis, units = (rows(path) for path in layers.values())
    published(counties)
    modis(by_modis, counties)
    guiyang(units)

    package = folder / "carbon_balance_demo.gpkg"
    package.unlink(missing_ok=True)
    for name, path in layers.items():
        gdal.VectorTranslate(
            str(package), str(path), format="GPKG", layerName=name, accessMode="append" if package.exists() else None
        )

    print(f"\nLeft in {folder}:")
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and steps not in each.parents):
        print(f"    {path.relative_to(folder)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
