"""Latin words in what a reader of Chinese sees: only those that Chinese studies write in Latin letters as well."""

from __future__ import annotations

import re

import numpy as np
import pytest
from carbon_balance.core.runtime import i18n
from layers import Notes, run_algorithm, squares
from pages import Page
from qgis.core import (
    QgsApplication,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)
from rasters import write_raster

# Abbreviations of quantities and indices, which Chinese studies use in formulas and tables.
INDICES = {"EEC", "ESDR", "FoM", "GDP", "GVF", "NDVI", "NEP", "NPP", "NRCA", "Rh", "SEC"}
# Methods called after their authors, Gi*, k-means and the model FLUS, which have no other usual name.
METHODS = {
    "Cook", "Dagum", "FLUS", "Gi", "Hurst", "Kappa", "Kendall", "Mann", "Moran", "Pearson", "Sen", "Spearman", "means",
}  # fmt: skip
# Symbols of units and chemical formulas ("CO" of CO2), beside Chinese units.
UNITS = {"CO", "kWh", "kg", "km"}
# Statistics known by their abbreviation.
STATISTICS = {"AICc", "ROC"}
# A program and formats of files, which are called so in Chinese software.
PROGRAMS = {"Dask", "JSON", "PDF", "PNG"}
ALLOWED = INDICES | METHODS | UNITS | STATISTICS | PROGRAMS


@pytest.fixture(autouse=True)
def _chinese():
    i18n.use_language("zh_CN")
    yield
    i18n.use_language(i18n.ENGLISH)


def words(*texts: str) -> dict[str, str]:
    """Latin words of at least two letters that are not allowed, each with the text that has it."""
    found = {}
    for text in texts:
        for word in re.findall(r"[A-Za-z][A-Za-z_]+", text):
            found.setdefault(word, text)
    return {word: text for word, text in found.items() if word not in ALLOWED}


def test_titles_parameters_and_outputs(provider):
    texts = []
    for known in provider.algorithms():
        made = known.create()
        texts += [made.displayName(), made.group(), made.shortDescription()]
        texts += [each.description() for each in (*made.parameterDefinitions(), *made.outputDefinitions())]
    assert len(texts) > 1000
    assert words(*texts) == {}


NAMES = ["东区", "南区", "西区", "北区", "中区", "新区", "老区", "郊区"]


@pytest.fixture
def zones():
    turns = np.random.default_rng(4).permutation(8).tolist()
    return squares(
        {
            "名称": NAMES,
            "碳排放": [100.0 + 90 * row for row in turns],
            "碳汇": [30.0 + 25 * row for row in range(8)],
            "产值": [500.0 + 70 * (row * 3 % 8) for row in range(8)],
            "人口": [1000.0 + 100 * (row * 5 % 8) for row in range(8)],
        },
        name="各县",
    )


@pytest.fixture
def covers(tmp_path):
    """Two land covers under the zones, the four classes of the bundled table for Guiyang."""
    random = np.random.default_rng(5)
    first = random.choice([1, 2, 3, 4], (10, 80)).astype(np.uint8)
    later = np.where(random.random(first.shape) < 0.2, random.choice([1, 2, 3, 4], first.shape), first)
    where = {"nodata": 0, "origin": (500000.0, 2001000.0)}
    return [
        write_raster(tmp_path / f"土地覆盖{number}.tif", each.astype(np.uint8), **where)
        for number, each in enumerate((first, later), 1)
    ]


def loaded(algorithm: str, outputs: dict[str, str], **parameters) -> list[str]:
    """Names of layers, styles and columns and labels of legends, as the desktop shows them after a run."""
    project, context = QgsProject(), QgsProcessingContext()
    context.setProject(project)
    given = {name: QgsProcessingOutputLayerDefinition(target, project) for name, target in outputs.items()}
    made = QgsApplication.processingRegistry().createAlgorithmById(f"carbonbalance:{algorithm}")
    _, done = made.run({**parameters, **given}, context, Notes(), {}, False)
    assert done
    texts = []
    for destination, details in context.layersToLoadOnCompletion().items():
        layer = QgsProcessingUtils.mapLayerFromString(destination, context)
        # As the desktop names it.
        layer.setName(details.name or details.outputName)
        details.postProcessor().postProcessLayer(layer, context, Notes())
        texts += seen(layer)
    assert len(texts) > 4 * len(outputs)
    return texts


def seen(layer: QgsMapLayer) -> list[str]:
    # The first style is QGIS's own, as is the first column of a GeoPackage.
    texts = [layer.name(), *layer.styleManager().styles()[1:]]
    renderer = layer.renderer()
    if isinstance(layer, QgsVectorLayer):
        names = [layer.attributeDisplayName(at) for at in range(layer.fields().count())]
        texts += [name for name in names if name != "fid"]
        texts += [item.label() for item in renderer.legendSymbolItems()] if renderer else []
    elif isinstance(renderer, QgsSingleBandPseudoColorRenderer):
        texts += [item.label for item in renderer.shader().rasterShaderFunction().colorRampItemList()]
    else:
        texts += [item.label for item in renderer.classes()]
    return texts


def chain(zones, covers, folder):
    """Supply, demand and their index: the last step has the columns of all."""
    supply = run_algorithm("zonalcarbonsupply", ZONES=zones, LAND_COVER=covers[0], PRESET="henan", OUTPUT="memory:")
    sink = run_algorithm(
        "annualcarbonsink", ZONES=supply["OUTPUT"], LAND_COVER=covers[0], PRESET="guiyang", OUTPUT="memory:"
    )
    demand = run_algorithm(
        "emissiondemand", ZONES=sink["OUTPUT"], POPULATION="人口", EMISSION="碳排放", OUTPUT="memory:"
    )
    return str(
        run_algorithm(
            "supplydemandratio",
            ZONES=demand["OUTPUT"],
            SUPPLY="carbon_t",
            DEMAND="emission_t",
            DEMAND_UNIT="t",
            OUTPUT=str(folder / "平衡.gpkg"),
        )["OUTPUT"]
    )


def test_a_zoning_names_the_columns_of_all_steps(zones, covers, tmp_path):
    balance = chain(zones, covers, tmp_path)
    outputs = {"OUTPUT": str(tmp_path / "分区.gpkg"), "LIMITS": str(tmp_path / "界限.csv")}
    texts = loaded("naturalbreakszoning", outputs, ZONES=balance, FIELD="ratio", CLASSES=4, MERGE="")
    columns = QgsVectorLayer(outputs["OUTPUT"], "x", "ogr").fields().names()
    assert {"coverage_share", "sink_coverage_share", "index_name", "compared", "state", "mismatch"} <= set(columns)
    assert words(*texts) == {}


def test_runs_on_zones(zones, covers, tmp_path):
    coefficients = str(tmp_path / "系数.gpkg")
    texts = loaded(
        "carbonbalancecoefficients", {"OUTPUT": coefficients}, ZONES=zones, GDP="产值", EMISSION="碳排放", SINK="碳汇"
    )
    texts += loaded("coefficientzoning", {"OUTPUT": str(tmp_path / "二.gpkg")}, ZONES=coefficients)
    compensated = str(tmp_path / "补偿.gpkg")
    texts += loaded("carboncompensation", {"OUTPUT": compensated}, ZONES=zones, EMISSION="碳排放", SINK="碳汇")
    flows = {"OUTPUT": str(tmp_path / "流动.gpkg"), "FLOWS": str(tmp_path / "线.gpkg")}
    texts += loaded("carbonserviceflow", flows, ZONES=compensated, AMOUNT="excess_t")
    concentration = {"OUTPUT": str(tmp_path / "集中.gpkg"), "LORENZ": str(tmp_path / "洛伦兹.csv")}
    texts += loaded("carbonconcentration", concentration, ZONES=zones, EMISSION="碳排放", SINK="碳汇", GDP="产值")
    assert words(*texts) == {}


def test_local_regressions(tmp_path):
    random = np.random.default_rng(6)
    x, z = random.normal(0, 1, (2, 40))
    rows = {"名称": [f"县{at}" for at in range(40)], "碳": (x + z).tolist(), "坡度": x.tolist(), "降水": z.tolist()}
    rows["碳"] = (np.array(rows["碳"]) + random.normal(0, 0.3, 40)).tolist()
    outputs = {"OUTPUT": str(tmp_path / "回归.gpkg")}
    texts = loaded(
        "geographicallyweightedregression", outputs, INPUT=squares(rows, name="各县"), DEPENDENT="碳",
        EXPLANATORY=["坡度", "降水"], BANDWIDTH=30,
    )  # fmt: skip
    assert "截距：局部系数" in texts
    assert words(*texts) == {}


def test_rasters(zones, covers, tmp_path):
    changes = {name: str(tmp_path / f"{name}.tif") for name in ("CHANGE", "BASELINE", "ALTERNATE", "VALUE")}
    both = {"LAND_COVER": covers[0], "LAND_COVER_LATER": covers[1], "PRESET": "henan"}
    texts = loaded("carbonstoragechange", changes, **both, PRICE=50, YEAR=2000, YEAR_LATER=2020)
    texts += loaded(
        "carbonstorage", {"OUTPUT": str(tmp_path / "碳.tif")}, LAND_COVER=covers[0], PRESET="henan", UNIT="t_per_cell"
    )
    where = {"origin": (500000.0, 2001000.0)}
    random = np.random.default_rng(7)
    npp, rh = (write_raster(tmp_path / f"{n}.tif", random.uniform(100, 900, (10, 80)), -1, **where) for n in "甲乙")
    production = {"OUTPUT": str(tmp_path / "净.tif"), "RH_OUTPUT": str(tmp_path / "呼吸.tif")}
    texts += loaded("netecosystemproduction", production, NPP=[npp], RH=[rh])
    people = write_raster(tmp_path / "人口.tif", random.uniform(1, 9, (10, 80)), -1, **where)
    texts += loaded(
        "emissiondemandraster", {"OUTPUT": str(tmp_path / "需.tif")}, ZONES=zones, EMISSION="碳排放", WEIGHTS=people
    )
    years = [
        write_raster(tmp_path / f"年{2001 + at}.tif", random.uniform(1, 9, (10, 80)), -1, **where) for at in range(8)
    ]
    texts += loaded(
        "carbontrend", {"OUTPUT": str(tmp_path / "趋势.tif"), "CLASSES": str(tmp_path / "显著性.tif")},
        RASTERS=years, YEARS="2001-2008",
    )  # fmt: skip
    assert words(*texts) == {}


def test_the_report(zones, covers, tmp_path):
    balance = chain(zones, covers, tmp_path)
    run_algorithm("carbonbalancereport", ZONES=balance, OUTPUT=str(tmp_path / "报告.html"))
    page = (tmp_path / "报告.html").read_text(encoding="utf-8")
    # What follows says how to make the report again, by ids of algorithms and parameters.
    before, *after = re.split(r"<h2[^>]*>制作说明", page)
    text = Page(re.sub(r"<(style|script).*?</\1>", "", before, flags=re.DOTALL)).text
    assert after and len(text) > 500
    assert words(text) == {}
