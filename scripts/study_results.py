"""Compares results of a study from open data with published values: by class, by zone, and in total."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()

ROOT = Path(__file__).parents[1]
CASES = ("grassland", "forest")
CLASSES = {1: "cropland", 2: "forest", 3: "grassland", 4: "water", 5: "built-up", 6: "unused"}
SAVANNA = {"9": {"grassland": 3, "forest": 2}}
KM2_PER_HA, T_PER_MT = 0.01, 1e6

# Published figures by class: 10^6 t C (Henan 2015; Central Yunnan 2020, orchards with forest),
# and km2 (Beibu Gulf 2020, where the shares of cropland and built-up land are of 66,241 km2 / 56.62 %).
HENAN_MT = {1: 712.4, 2: 401.7, 3: 67.63, 4: 25.31, 5: 112.0, 6: 0.325}
YUNNAN_MT = {1: 364.45, 2: 43.19 + 6.48 + 35.44 + 193.15 + 1573.38, 3: 86.47, 4: 0.0, 5: 44.82, 6: 3.63}
BEIBU_GULF_KM2 = {1: 45089.0, 2: 60667.0, 3: 2162.0, 4: 3401.0, 5: 5662.0, 6: 11.0}
TOTALS_MT = {"henan": 1319.365, "beibu_gulf": 3540.0, "central_yunnan": 2351.01}
PUBLISHED_ZH = {
    "low-carbon maintenance": "低碳保持区",
    "coordinated development": "协调发展区",
    "carbon-sink development": "碳汇发展区",
    "sequestration optimisation": "固碳优化区",
}


def rows_of(path: Path) -> list[dict]:
    """The attributes of a layer."""
    source = ogr.Open(str(path))
    return [feature.items() for feature in source.GetLayer(0)]


def numbers(path: Path) -> dict:
    """The number outputs of an algorithm."""
    return json.loads(path.read_text(encoding="utf-8"))["results"]


def by_class(folder: Path, case: str, value: str) -> dict[int, float]:
    """Sum of a column of the table by zone and class, for the six classes."""
    with (ROOT / "resources/tables/crosswalks/igbp.csv").open(encoding="utf-8") as file:
        class_of = {row["code"]: int(row["class"]) for row in csv.DictReader(file)}
    sums = dict.fromkeys(CLASSES, 0.0)
    with (folder / f"classes_{case}.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            code = row["code"]
            sums[SAVANNA[code][case] if code in SAVANNA else class_of[code]] += float(row[value] or 0)
    return sums


def compared(published: float, computed: list[float]) -> str:
    """A table row with a published value, both computed ones, and their differences."""
    gaps = [f"{100 * (value / published - 1):+8.0f} %" if published else " " * 10 for value in computed]
    return f"{published:12,.2f}" + "".join(f"{value:13,.2f}{gap}" for value, gap in zip(computed, gaps))


def heading(first: str, unit: str) -> None:
    """The line above a table."""
    print(f"\n  {first + ', ' + unit:26s}{'published':>12s}{'savanna: grassland':>23s}{'savanna: forest':>23s}")


def class_table(published: dict[int, float], computed: list[dict[int, float]], unit: str) -> None:
    """A line a class."""
    heading("class", unit)
    for number, name in CLASSES.items():
        print(f"  {name:26s}{compared(published[number], [each[number] for each in computed])}")


def bracket(published: float, computed: list[float], unit: str) -> None:
    """Whether the published total is between both."""
    print(f"  {'all':26s}{compared(published, computed)}")
    low, high = sorted(computed)
    place = "inside" if low <= published <= high else "outside"
    print(f"\n  The judgement on savanna alone: {low:,.1f} to {high:,.1f} {unit}")
    print(f"  the published {published:,.1f} is {place}")


def zone_changes(folder: Path, published: str = "") -> None:
    """Number of zones with the same class, and names of the others."""
    both = [rows_of(folder / f"zones_{case}.gpkg") for case in CASES]
    kept = sum(first["zone"] == second["zone"] for first, second in zip(*both))
    print(f"\n  Zones with the same class whether savanna is grassland or forest: {kept} of {len(both[0])}")
    for first, second in zip(*both):
        if first["zone"] != second["zone"]:
            print(f"    {first['name']}: {first['zone']} or {second['zone']}")
    if published:
        for case, rows in zip(CASES, both):
            same = sum(PUBLISHED_ZH[row["zone"]] == row[published] for row in rows)
            print(f"  In the published zone, savanna as {case}: {same} of {len(rows)}")
    else:
        for case, rows in zip(CASES, both):
            counts = Counter(row["zone"] for row in rows)
            print(f"  savanna as {case}: " + ", ".join(f"{zone} {number}" for zone, number in counts.items()))


def stock_study(region: str, folder: Path) -> None:
    """Carbon stock: Henan, Beibu Gulf, Central Yunnan."""
    totals = [numbers(folder / f"supply_{case}.json")["TOTAL_CARBON_T"] / T_PER_MT for case in CASES]
    if region == "beibu_gulf":
        areas = [by_class(folder, case, "area_ha") for case in CASES]
        km2 = [{number: value * KM2_PER_HA for number, value in each.items()} for each in areas]
        class_table(BEIBU_GULF_KM2, km2, "km2")
    else:
        published = HENAN_MT if region == "henan" else YUNNAN_MT
        carbon = [by_class(folder, case, "carbon_t") for case in CASES]
        mt = [{number: value / T_PER_MT for number, value in each.items()} for each in carbon]
        class_table(published, mt, "10^6 t C")
    heading("total", "10^6 t C")
    bracket(TOTALS_MT[region], totals, "10^6 t C")
    both = [rows_of(folder / f"supply_{case}.gpkg") for case in CASES]
    if region == "beibu_gulf":
        heading("city", "kg C/m2")
        for first, second in zip(*both):
            # 1 t/km2 is 0.001 kg/m2.
            computed = [row["carbon_t_km2"] / 1000 for row in (first, second)]
            print(f"  {first['name']:26s}{compared(first['published_carbon_kg_m2'], computed)}")
    if region == "central_yunnan":
        heading("county", "10^6 t C")
        for first, second in zip(*both):
            computed = [row["carbon_t"] / T_PER_MT for row in (first, second)]
            print(f"  {first['name']:26s}{compared(first['published_supply_1e6t'], computed)}")
    if region == "henan":
        print("\n  The study prints no figures by city; by city, 10^6 t C, savanna as grassland and as forest:")
        for first, second in zip(*both):
            print(f"  {first['name']:26s}" + "".join(f"{row['carbon_t'] / T_PER_MT:13,.2f}" for row in (first, second)))
    zone_changes(folder, "published_zone_zh" if region == "central_yunnan" else "")


def sink_study(folder: Path) -> None:
    """Yearly sink and coefficients: Guiyang, 2015."""
    totals = [numbers(folder / f"sink_{case}.json")["TOTAL_SINK_T"] / 1e4 for case in CASES]
    both = [rows_of(folder / f"zones_{case}.gpkg") for case in CASES]
    heading("sink of the unit", "10^4 t")
    for rows in zip(*both):
        print(f"  {rows[0]['name']:26s}{compared(rows[0]['sink_2015_1e4t'], [row['sink_t'] / 1e4 for row in rows])}")
    bracket(sum(row["sink_2015_1e4t"] for row in both[0]), totals, "10^4 t a year")
    print("  The study does not say whether its tonnes are of C or of CO2.")
    heading("SEC of the unit", "1 = region")
    for rows in zip(*both):
        print(f"  {rows[0]['name']:26s}{compared(rows[0]['published_sec_2015'], [row['sec'] for row in rows])}")
    for case, rows in zip(CASES, both):
        right = sum((row["sec"] >= 1) == (row["published_sec_2015"] >= 1) for row in rows)
        print(f"  SEC on the published side of 1, savanna as {case}: {right} of {len(rows)}")
    zone_changes(folder)


def main(region: str, folder: Path) -> None:
    """Print the tables of a study."""
    print(f"\n{region}: MODIS land cover of 2019, 0.05 degree, beside the published figures")
    if region == "guiyang":
        sink_study(folder)
    else:
        stock_study(region, folder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
