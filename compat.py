"""Every difference between QGIS versions, and nothing else."""

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
    """Whether QGIS runs with its windows, where the current folder is not one that the user chose."""
    return QgsApplication.platform() == "desktop"


def is_null(value: object) -> bool:
    """Whether an attribute is NULL: None, or an invalid QVariant as QGIS before 3.40 hands it over."""
    return value is None or (isinstance(value, QVariant) and value.isNull())


def set_group(details, group: str, order: int) -> None:
    """Put a layer that will be loaded into a group of the layer tree; only QGIS 3.32 and newer can."""
    if hasattr(details, "groupName"):
        details.groupName = group
        details.layerSortKey = order


def set_model_group(model, group: str) -> None:
    """Put what a model loads into a group of the layer tree: a model's own group goes before those of its steps."""
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
    """The fonts installed here, or those with Chinese letters; Qt 6 asks without an instance."""
    system = QFontDatabase.WritingSystem.SimplifiedChinese if chinese else QFontDatabase.WritingSystem.Any
    try:
        return list(QFontDatabase.families(system))
    except TypeError:
        return list(QFontDatabase().families(system))
