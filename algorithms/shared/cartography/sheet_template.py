"""Map sheets after a template of the user's own: its map, legend and texts are filled, the rest stays as it is."""

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
from .sheet_locator import land_layer, show_where
from .sheets import Sheet, broken_heading, fit_text, set_bar, sheet_texts, show_layer

# In the text of a label: {title}, {date} and so on; what is none of ours stays.
PLACEHOLDER = re.compile(r"\{(\w+)\}")
MAP, LOCATOR, LOGO = "map", "locator", "logo"


def load_template(project: QgsProject, file: str) -> QgsPrintLayout:
    """A layout of ``project`` as the template says.

    Raises:
        CarbonBalanceError: the file cannot be read, is no template, or has no map.
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
    """As :func:`.sheets.make_layout`, after the template of ``sheet``.

    Raises:
        CarbonBalanceError: as :func:`load_template`.
    """
    style(layer, sheet.legend)
    layout = load_template(project, sheet.template)
    layout.setName(sheet.name)
    canvas = main_map(layout)
    projection, key = show_layer(canvas, layer, sheet)
    texts = sheet_texts(sheet, projection, key, canvas.scale())
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
    """The text of a label with its placeholders filled; without any, that of its item ID, if it is one of ours."""
    text = label.text()
    if any(name in texts for name in PLACEHOLDER.findall(text)):
        return PLACEHOLDER.sub(lambda found: texts.get(found[1], found[0]), text)
    return texts.get(label.id(), text)


def _fill_legend(item: QgsLayoutItemLegend, canvas: QgsLayoutItemMap, layer: QgsVectorLayer, sheet: Sheet) -> None:
    """The layer alone, under the theme; fonts and place stay those of the template."""
    item.setAutoUpdateModel(False)
    item.setLinkedMap(canvas)
    root = item.model().rootGroup()
    root.removeAllChildren()
    node = root.addLayer(layer)
    node.setCustomProperty("legend/title-label", broken_heading(sheet.legend.title, item.rect().width()))
    item.setWrapString("\n")
    item.model().refreshLayerLegend(node)
