"""Map sheets, checked by their pixels and by the boxes of their items."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from carbon_balance.algorithms.shared.inputs import values
from carbon_balance.core.symbology.colours import SURPLUS_TO_DEFICIT, rgb
from layers import Notes, column, squares
from osgeo import gdal
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsFeature,
    QgsGeometry,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutSize,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProject,
    QgsReadWriteContext,
    QgsRectangle,
    QgsVectorLayer,
)

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
LONG = "A really quite extraordinarily long name which nobody would want on a map sheet but somebody will have"


def pixels(path):
    """Number of pixels of each colour (#rrggbb) of a picture."""
    picture = gdal.Open(str(path)).ReadAsArray()[:3].reshape(3, -1).astype(np.uint32)
    return dict(zip(*np.unique(picture.T @ [65536, 256, 1], return_counts=True)))


def code(colour):
    red, green, blue = rgb(colour)
    return red * 65536 + green * 256 + blue


@pytest.fixture
def draw(provider, tmp_path):
    """Draw sheets into a folder, in a project that is kept; returns the project and the folder."""
    import processing

    def call(**parameters):
        project, context, notes = QgsProject(), QgsProcessingContext(), Notes()
        context.setProject(project)
        folder = tmp_path / "sheets"
        given = {"OUTPUT": str(folder), "DPI": 60, **parameters}
        results = processing.run("carbonbalance:mapsheets", given, context=context, feedback=notes)
        return project, folder, {**results, "notes": notes}

    return call


@pytest.fixture(scope="module")
def counties(provider):
    import processing

    feedback = Notes()
    ratio = processing.run("carbonbalance:supplydemandratio", {"ZONES": str(SAMPLE / "central_yunnan.geojson"),
                           "SUPPLY": "published_supply_1e6t", "SUPPLY_UNIT": "10^6 t",
                           "DEMAND": "published_demand_t_km2", "OUTPUT": "memory:"}, feedback=feedback)  # fmt: skip
    return processing.run("carbonbalance:naturalbreakszoning", {"ZONES": ratio["OUTPUT"], "FIELD": "ratio",
                          "LANGUAGE": "zh", "OUTPUT": "memory:"}, feedback=feedback)["OUTPUT"]  # fmt: skip


def boxes(layout):
    """Boxes of the items of a layout in mm, without its page; legends at their drawn size."""
    from qgis.core import QgsLegendRenderer

    found = {}
    names = ("title", "map", "legend", "locator", "north arrow", "scale bar", "scale", "source", "date", "logo")
    for name in names:
        item = layout.itemById(name)
        if item is None and name in ("locator", "logo"):
            continue
        size = item.rect().size()
        if isinstance(item, QgsLayoutItemLegend):
            size = QgsLegendRenderer(item.model(), item.legendSettings()).minimumSize()
        found[name] = (item.pos().x(), item.pos().y(), item.pos().x() + size.width(), item.pos().y() + size.height())
    return found


def check_boxes(layout):
    """Assert that no item overlaps another or exceeds the page."""
    parts = boxes(layout)
    for name, (west, north, east, south) in parts.items():
        assert west >= 0, name
        assert north >= 0, name
        assert east <= 297, name
        assert south <= 210, name
        for other, box in parts.items():
            apart = east <= box[0] or box[2] <= west or south <= box[1] or box[3] <= north
            assert name == other or apart, (name, other, parts)


def test_every_class_of_the_legend_is_on_the_map(draw, counties):
    project, folder, found = draw(ZONES=counties, NAME="name_zh", TITLE="滇中地区 2020", SOURCES="Dong et al. 2025")
    assert found["SHEET_COUNT"] == 2
    assert sorted(path.name for path in folder.iterdir()) == ["ratio.pdf", "ratio.png", "zone.pdf", "zone.png"]
    seen = pixels(folder / "zone.png")
    for colour in SURPLUS_TO_DEFICIT:
        # More than the legend's patch of 7 x 4 mm alone, which has 160 pixels at 60 dots an inch.
        assert seen[code(colour)] > 1000
    for path in folder.glob("*.pdf"):
        assert path.read_bytes().startswith(b"%PDF")
        assert path.stat().st_size > 20_000
    manager = project.layoutManager()
    assert sorted(layout.name() for layout in manager.layouts()) == ["滇中地区 2020: ratio", "滇中地区 2020: zone"]
    ratio = manager.layoutByName("滇中地区 2020: ratio")
    assert "t CO2 emitted per year / t C stored" in ratio.itemById("title").text().replace("\n", " ")
    assert "it does not measure carbon neutrality" in ratio.itemById("source").text().replace("\n", " ")
    for layout in manager.layouts():
        check_boxes(layout)
        assert layout.itemById("map").layers()[0].id() in project.mapLayers()


def test_every_county_has_its_name_within_its_borders(draw, counties):
    project, _, _ = draw(ZONES=counties, NAME="name", COLUMNS=["zone"])
    layer = project.layoutManager().layouts()[0].itemById("map").layers()[0]
    settings = layer.labeling().settings()
    kinds, properties = QgsPalLayerSettings.Property, settings.dataDefinedProperties()
    assert layer.featureCount() == 49
    for feature in layer.getFeatures():
        context = QgsExpressionContext()
        context.setFeature(feature)
        x, y = (properties.property(kind).value(context)[0] for kind in (kinds.PositionX, kinds.PositionY))
        assert feature.geometry().contains(QgsPointXY(float(x), float(y))), feature["name"]
        assert QgsExpression(settings.fieldName).evaluate(context) == feature["name"]


def test_a_name_without_room_is_replaced_by_a_number_with_a_key(draw):
    layer = squares({"name": [LONG, "b", "it's \\ 'c'"] + [f"{LONG} {row}" for row in range(40)], "zone": ["z"] * 43})
    project, _, _ = draw(ZONES=layer, NAME="name")
    layout = project.layoutManager().layouts()[0]
    assert f"1 {LONG[:20]}" in layout.itemById("source").text().replace("\n", " ")
    check_boxes(layout)


def test_a_sheet_has_date_round_scale_and_locator(draw, counties):
    picture = Path(__file__).parents[2] / "resources" / "icons" / "provider.svg"
    # The column of the names is found by itself.
    project, _, _ = draw(ZONES=counties, COLUMNS=["zone"], TITLE=LONG * 2, LOGO=str(picture))
    (layout,) = project.layoutManager().layouts()
    check_boxes(layout)
    shown, locator = layout.itemById("map"), layout.itemById("locator")
    assert shown.layers()[0].labelsEnabled()
    assert layout.itemById("scale").text() == "1:2,800,000"
    assert shown.scale() == pytest.approx(2_800_000)
    assert layout.itemById("date").text() == f"Date of the map: {datetime.date.today().isoformat()}"
    assert layout.itemById("logo").picturePath() == str(picture)
    # The region, in red, lies within the land of the locator; borders of states are not drawn.
    assert locator.extent().contains(shown.extent())
    assert locator.overviews().asList()[0].linkedMap() == shown
    (land,) = locator.layers()
    symbol = land.renderer().symbol().symbolLayer(0)
    assert symbol.strokeColor() == symbol.fillColor()
    assert land.id() in project.mapLayers()


def test_a_given_locator_layer_is_shown_completely(draw, counties, tmp_path):
    around = squares({"name": ["province"] * 3}, name="provinces")
    project, _, _ = draw(ZONES=counties, COLUMNS=["zone"], LOCATOR=around)
    locator = project.layoutManager().layouts()[0].itemById("locator")
    assert [layer.name() for layer in locator.layers()] == ["provinces"]
    assert locator.extent().contains(project.layoutManager().layouts()[0].itemById("map").extent())


def test_a_region_as_wide_as_the_world_needs_no_locator(draw):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=zone:string", "world", "memory")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(-170, -60, 170, 75)))
    feature.setAttributes(["a"])
    layer.dataProvider().addFeature(feature)
    project, _, _ = draw(ZONES=layer)
    (layout,) = project.layoutManager().layouts()
    assert layout.itemById("locator") is None
    check_boxes(layout)


def shown_texts(layout, layer):
    """Texts as QGIS draws them: labels by ID, and the heading and classes of the legend."""
    from qgis.core import QgsLegendRenderer

    labels = {item.id(): item.currentText() for item in layout.items() if isinstance(item, QgsLayoutItemLabel)}
    (legend,) = [item for item in layout.items() if isinstance(item, QgsLayoutItemLegend)]
    QgsLegendRenderer(legend.model(), legend.legendSettings()).minimumSize()
    (node,) = legend.model().rootGroup().findLayers()
    heading = legend.model().data(legend.model().node2index(node), 0)
    nodes = legend.model().layerLegendNodes(node)
    return labels, heading, [each.evaluateLabel(QgsExpressionContext()) or each.data(0) for each in nodes]


@pytest.mark.parametrize("with_template", [False, True])
def test_expressions_in_texts_of_the_user_are_not_evaluated(draw, template, with_template):
    """Zones may come from anywhere: their values could otherwise read files or variables into a map."""
    text = "[% 40 + 2 %]"
    layer = squares({"zone": [f"{text} a", "b", "c", "d"]})
    given = {"TEMPLATE": str(template)} if with_template else {}
    project, _, _ = draw(ZONES=layer, TITLE=f"T {text}", SOURCES=f"S {text}", **given)
    layouts = project.layoutManager().layouts()
    layout = layouts[-1]
    labels, heading, classes = shown_texts(layout, layer)
    assert labels["title"].startswith(f"T {text}")
    assert f"S {text}" in labels["mine" if with_template else "source"].replace("\n", " ")
    assert f"{text} a (1)" in [each.replace("\n", " ") for each in classes]
    assert "42" not in heading and not any("42" in each for each in (*labels.values(), *classes))


@pytest.fixture
def template(draw, counties, tmp_path):
    """A bundled sheet with another page size, a text with placeholders, and no locator."""
    project, _, _ = draw(ZONES=counties, COLUMNS=["zone"], TITLE="first", SOURCES="old")
    (layout,) = project.layoutManager().layouts()
    layout.pageCollection().page(0).setPageSize("A3")
    label = QgsLayoutItemLabel(layout)
    label.setId("mine")
    label.setText("{theme} | {scale} | {date} | {sources} | {unknown}")
    layout.addLayoutItem(label)
    label.attemptResize(QgsLayoutSize(400, 20))
    layout.removeLayoutItem(layout.itemById("locator"))
    path = tmp_path / "mine.qpt"
    assert layout.saveAsTemplate(str(path), QgsReadWriteContext())
    return path


def test_a_user_template_is_filled(draw, counties, template):
    project, folder, found = draw(
        ZONES=counties, COLUMNS=["zone", "ratio"], TITLE="second", SOURCES="new", TEMPLATE=str(template)
    )
    assert found["SHEET_COUNT"] == 2
    layout = project.layoutManager().layoutByName("second: ratio")
    theme, scale, date, sources, unknown = layout.itemById("mine").text().replace("\n", " ").split(" | ")
    assert theme.startswith("Demand / supply")
    assert scale == "1:2,800,000"
    assert date.endswith(datetime.date.today().isoformat())
    assert (sources, unknown) == ("new", "{unknown}")
    assert layout.itemById("title").text().startswith("second: Demand / supply")
    assert layout.itemById("locator") is None
    shown, classes = layout.itemById("map"), layout.itemById("legend")
    assert shown.layers()[0].id() in project.mapLayers()
    assert [node.layerId() for node in classes.model().rootGroup().findLayers()] == [shown.layers()[0].id()]
    # A3, upright, at 60 dots an inch.
    picture = gdal.Open(str(folder / "ratio.png"))
    assert (picture.RasterXSize, picture.RasterYSize) == (701, 992)
    seen = pixels(folder / "zone.png")
    assert all(seen[code(colour)] > 1000 for colour in SURPLUS_TO_DEFICIT)


def test_an_unusable_template_or_logo_is_refused_without_output(draw, counties, tmp_path):
    for text, reason in (
        ("no xml", "is not a template of a print layout"),
        ("<html/>", "is not a template of a print layout"),
        ('<Layout name="empty" units="mm"><PageCollection/></Layout>', "has no map"),
    ):
        path = tmp_path / "bad.qpt"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(QgsProcessingException, match=reason):
            draw(ZONES=counties, COLUMNS=["zone"], TEMPLATE=str(path))
    path.rename(tmp_path / "bad.png")
    with pytest.raises(QgsProcessingException, match="bad.png is not a picture that can be read"):
        draw(ZONES=counties, COLUMNS=["zone"], LOGO=str(tmp_path / "bad.png"))
    with pytest.raises(QgsProcessingException, match="none.qpt"):
        draw(ZONES=counties, COLUMNS=["zone"], TEMPLATE=str(tmp_path / "none.qpt"))
    assert not (tmp_path / "sheets").exists()


def test_a_second_run_replaces_the_layouts(draw, counties, provider):
    import processing

    project, folder, _ = draw(ZONES=counties, COLUMNS=["zone"], TITLE="a")
    context = QgsProcessingContext()
    context.setProject(project)
    processing.run("carbonbalance:mapsheets", {"ZONES": counties, "COLUMNS": ["zone"], "TITLE": "a", "DPI": 60,
                   "OUTPUT": str(folder)}, context=context, feedback=Notes())  # fmt: skip
    assert [layout.name() for layout in project.layoutManager().layouts()] == ["a: zone"]


def test_without_project_or_request_no_layout_is_kept(draw, counties):
    project, folder, _ = draw(ZONES=counties, COLUMNS=["zone"], KEEP=False)
    assert not project.layoutManager().layouts()
    assert not project.mapLayers()
    assert (folder / "zone.png").is_file()


def test_missing_chinese_fonts_are_logged(draw, counties, monkeypatch):
    monkeypatch.setattr("carbon_balance.algorithms.shared.cartography.maps.font_families", lambda chinese: [])
    _, _, found = draw(ZONES=counties, NAME="name_zh", COLUMNS=["zone"])
    assert any("No font with Chinese characters" in each for each in found["notes"].warned)
    _, _, found = draw(ZONES=counties, NAME="name", COLUMNS=["zone"])
    assert not found["notes"].warned


def test_chinese_names_are_drawn(draw, counties):
    from carbon_balance.compat import font_families

    _, _, found = draw(ZONES=counties, NAME="name_zh", COLUMNS=["zone"])
    fonts = font_families(chinese=True)
    warned = [each for each in found["notes"].warned if "No font with Chinese characters" in each]
    assert bool(warned) == (not fonts)


@pytest.mark.parametrize("columns", [
    {"zone": [LONG, "b", None] * 3, "ratio": [None, 0.0, 1.0, 2.0, 0.1, None, 5.0, 7.0, 1e-9]},
    {"zone": [f"{LONG} {row}" for row in range(9)]},
    {"carbon_t_km2": [5.0] * 9, "demand_t_km2": [0.0] * 9},
    {"zone": ["one"]},
])  # fmt: skip
def test_long_texts_nulls_equal_values_and_one_zone_fit(draw, columns):
    n = len(next(iter(columns.values())))
    layer = squares({"name": [f"{LONG} {row}" for row in range(n)], **columns})
    project, folder, found = draw(ZONES=layer, TITLE=LONG * 2, SOURCES=LONG * 8)
    assert found["SHEET_COUNT"] == len(columns)
    for layout in project.layoutManager().layouts():
        check_boxes(layout)
    for path in folder.glob("*.png"):
        assert len([count for count in pixels(path).values() if count > 50]) >= 3


def test_a_legend_of_forty_classes_fits(draw):
    layer = squares({"zone": [f"{LONG} {row}" for row in range(40)]})
    project, _, _ = draw(ZONES=layer)
    check_boxes(project.layoutManager().layouts()[0])


def test_refusals(draw, tmp_path):
    with pytest.raises(QgsProcessingException, match="no column that can be mapped"):
        draw(ZONES=squares({"name": ["a"], "population": [1.0]}))
    with pytest.raises(QgsProcessingException, match="no geometry in any row"):
        draw(ZONES=squares({"zone": ["a"]}, geometry=False))
    with pytest.raises(QgsProcessingException, match=r"Themes \(COLUMNS\): name cannot be mapped: .* such as carbon_t"):
        draw(ZONES=squares({"name": ["a"], "zone": ["a"]}), COLUMNS=["name"])
    assert not (tmp_path / "sheets").exists() or not list((tmp_path / "sheets").iterdir())


def test_a_relative_folder_is_refused_in_the_desktop(draw, counties, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(values, "in_desktop", lambda: True)
    with pytest.raises(QgsProcessingException, match="is a relative path: give the full path"):
        draw(ZONES=counties, COLUMNS=["zone"], OUTPUT="maps")
    assert not (tmp_path / "maps").exists()


def test_a_relative_folder_of_a_command_is_below_the_current_one(draw, counties, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw(ZONES=counties, COLUMNS=["zone"], OUTPUT="maps")
    assert sorted((tmp_path / "maps").iterdir())


def test_undeclared_nodata_values_give_a_warning_and_are_left_out(draw, tmp_path):
    zones = squares({"name": list("abcdef"), "ratio": [0.5, 1.5, 2.5, 3.5, 4.5, -9999.0]})
    _, _, results = draw(ZONES=zones, COLUMNS=["ratio"])
    assert any("set NODATA_VALUES = -9999" in each for each in results["notes"].warned)
    project, _, results = draw(ZONES=zones, COLUMNS=["ratio"], NODATA_VALUES="-9999")
    assert not [each for each in results["notes"].warned if "NODATA_VALUES" in each]
    (shown,) = (layer for layer in project.mapLayers().values() if layer.fields().indexOf("ratio") >= 0)
    assert dict(zip(column(shown, "name"), column(shown, "ratio"))) == {
        **dict(zip("abcde", [0.5, 1.5, 2.5, 3.5, 4.5])),
        "f": None,
    }


@pytest.mark.parametrize("name", ["zone.pdf", "zone.png"])
def test_other_files_of_the_names_of_sheets_are_kept(run, tmp_path, name):
    """The user chose the folder only; sheets of an earlier run are replaced."""
    zones, folder = squares({"zone": ["a", "b"]}), tmp_path / "sheets"
    given = {"ZONES": zones, "OUTPUT": str(folder), "DPI": 50, "KEEP": False}
    run("mapsheets", **given)
    first = {each.name for each in folder.iterdir()}
    run("mapsheets", **given)
    assert {each.name for each in folder.iterdir()} == first == {"zone.pdf", "zone.png"}
    (folder / name).write_bytes(b"%PDF-1.4 mine")
    with pytest.raises(QgsProcessingException, match=f"{name} already exists, was not written by this plugin"):
        run("mapsheets", **given)
    assert (folder / name).read_bytes() == b"%PDF-1.4 mine"


def test_chosen_columns_without_a_map_are_told(draw):
    """They were left out without a word."""
    _, folder, done = draw(ZONES=squares({"name": ["a"], "zone": ["a"]}), COLUMNS=["name", "zone"])
    assert [path.name for path in sorted(folder.iterdir())] == ["zone.pdf", "zone.png"]
    assert any("Themes (COLUMNS): name cannot be mapped" in each for each in done["notes"].warned)
