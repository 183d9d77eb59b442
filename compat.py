"""Compatibility functions for different versions of QGIS."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsField
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtGui import QFontDatabase

# QgsField takes QMetaType types only from 3.38; QVariant's work everywhere.
_KINDS = {"double": QVariant.Double, "integer": QVariant.LongLong, "text": QVariant.String}


def make_field(name: str, kind: str) -> QgsField:
    """A field called ``name`` of ``kind``: "double", "integer" or "text"."""
    return QgsField(name, _KINDS[kind])


def in_desktop() -> bool:
    """Whether QGIS runs as a desktop application, in which the current folder is arbitrary."""
    return QgsApplication.platform() == "desktop"


def interface_language() -> str:
    """The language that the menus of QGIS are in; the option ``--lang`` does not change ``QgsApplication.locale()``."""
    application = QgsApplication.instance()
    of_menus = application.translation() if hasattr(application, "translation") else ""
    return of_menus or QgsApplication.locale()


def is_null(value: object) -> bool:
    """Whether an attribute is NULL: None, or an invalid QVariant in QGIS before 3.40."""
    return value is None or (isinstance(value, QVariant) and value.isNull())


def set_group(details, group: str, order: int) -> None:
    """Set the layer-tree group of a layer to be loaded; needs QGIS 3.32."""
    if hasattr(details, "groupName"):
        details.groupName = group
        details.layerSortKey = order


def set_model_group(model, group: str) -> None:
    """Set the layer-tree group of the outputs of a model, which takes precedence over that of its steps."""
    if hasattr(model, "setOutputGroup"):
        model.setOutputGroup(group)


def show_every_label(settings) -> None:
    """Have labels drawn although they touch others; QGIS 3.26 has moved the switch."""
    if hasattr(settings, "placementSettings"):
        placement = settings.placementSettings()
        placement.setOverlapHandling(type(placement.overlapHandling()).AllowOverlapAtNoCost)
        settings.setPlacementSettings(placement)
    else:
        settings.displayAll = True


def font_families(chinese: bool = False) -> list[str]:
    """The installed fonts, or those with Chinese characters; in Qt 6 the methods are static."""
    system = QFontDatabase.WritingSystem.SimplifiedChinese if chinese else QFontDatabase.WritingSystem.Any
    try:
        return list(QFontDatabase.families(system))
    except TypeError:
        return list(QFontDatabase().families(system))
