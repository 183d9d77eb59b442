"""Map sheets from a template of the user: map, legend and texts are filled, the rest is not changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qgis.core import (
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument

from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from .renderers import style
from .sheet_items import literal, set_bar
from .sheet_locator import land_layer, show_where
from .sheets import Sheet, broken_heading, fit_text, sheet_texts, show_layer, with_labels

# Placeholders in labels: {title}, {date} and so on; unknown ones are kept.
PLACEHOLDER = re.compile(r"\{(\w+)\}")
MAP, LOCATOR, LOGO = "map", "locator", "logo"


def load_template(project: QgsProject, file: str) -> QgsPrintLayout:
    """A layout of ``project`` loaded from the template.

    Raises:
        CarbonBalanceError: the file cannot be read, is not a template, or has no map.
    """
    try:
        text = Path(file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CarbonBalanceError(tr("{file} cannot be read: {reason}.").format(file=file, reason=error)) from None
    document = QDomDocument()
    is_xml = document.setContent(text)
    layout = QgsPrintLayout(project)
    known = (
        bool(is_xml[0] if isinstance(is_xml, tuple) else is_xml) and document.documentElement().tagName() == "Layout"
    )
    if not known or not layout.loadFromTemplate(document, QgsReadWriteContext())[1]:
        raise CarbonBalanceError(
            tr("{file} is not a template of a print layout: save one in the layout window of QGIS (.qpt).").format(
                file=file
            )
        )
    if main_map(layout) is None:
        raise CarbonBalanceError(
            tr("{file} has no map: add a map to the layout and save the template again.").format(file=file)
        )
    return layout


def main_map(layout: QgsPrintLayout) -> QgsLayoutItemMap | None:
    """The map with the item ID map, else the largest that is not the locator; ``None`` if there is none."""
    maps = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
    named = [item for item in maps if item.id() == MAP]
    others = sorted(
        (item for item in maps if item.id() != LOCATOR),
        key=lambda item: item.rect().width() * item.rect().height(),
    )
    return (named or others[-1:] or [None])[0]


def filled_template(
    project: QgsProject, layer: QgsVectorLayer, sheet: Sheet, around: QgsVectorLayer | None = None
) -> QgsPrintLayout:
    """Like :func:`.sheets.make_layout`, with the template of ``sheet``.

    Raises:
        CarbonBalanceError: see :func:`load_template`.
    """
    style(layer, with_labels(sheet.legend, literal))
    layout = load_template(project, sheet.template)
    layout.setName(sheet.name)
    canvas = main_map(layout)
    projection, key = show_layer(canvas, layer, sheet)
    texts = {name: literal(text) for name, text in sheet_texts(sheet, projection, key, canvas.scale()).items()}
    land = around or land_layer(project)
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLabel):
            text = _filled(item, texts)
            if text != item.text():
                fit_text(item, text)
        elif isinstance(item, QgsLayoutItemLegend):
            _fill_legend(item, canvas, layer, sheet)
        elif isinstance(item, QgsLayoutItemScaleBar):
            set_bar(item, canvas, item.rect().width() / max(item.numberOfSegments(), 1))
        elif isinstance(item, QgsLayoutItemPicture) and item.id() == LOGO and sheet.logo:
            item.setPicturePath(sheet.logo)
        elif isinstance(item, QgsLayoutItemMap) and item.id() == LOCATOR and land is not None:
            for overview in item.overviews().asList():
                item.overviews().removeOverview(overview.id())
            show_where(item, canvas, land, whole=around is not None)
    return layout


def _filled(label: QgsLayoutItemLabel, texts: Mapping[str, str]) -> str:
    """The text of a label with placeholders filled; without placeholders, the text for a known item ID."""
    text = label.text()
    if any(name in texts for name in PLACEHOLDER.findall(text)):
        return PLACEHOLDER.sub(lambda found: texts.get(found[1], found[0]), text)
    return texts.get(label.id(), text)


def _fill_legend(item: QgsLayoutItemLegend, canvas: QgsLayoutItemMap, layer: QgsVectorLayer, sheet: Sheet) -> None:
    """Show only the layer, with the theme as title; fonts and position of the template are kept."""
    item.setAutoUpdateModel(False)
    item.setLinkedMap(canvas)
    root = item.model().rootGroup()
    root.removeAllChildren()
    node = root.addLayer(layer)
    node.setCustomProperty("legend/title-label", broken_heading(sheet.legend.title, item.rect().width()))
    item.setWrapString("\n")
    item.model().refreshLayerLegend(node)
