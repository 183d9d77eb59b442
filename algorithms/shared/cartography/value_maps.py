"""Translation of stored words in attribute tables and forms; the stored values are not changed."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsEditorWidgetSetup, QgsMapLayer, QgsVectorLayer

from ....core.runtime.i18n import ENGLISH, language
from ....core.symbology.column_aliases import column_aliases
from ....core.text.vocabulary import base_of, shown

# A column with more distinct texts contains names, not classes.
MOST_VALUES = 300


def show_aliases(layer: QgsMapLayer, names: Iterable[str]) -> bool:
    """Have ``layer`` call the columns ``names`` in words with units; returns whether it has any of them.

    Expressions, models and exports see the names as they are stored.
    """
    if not isinstance(layer, QgsVectorLayer):
        return False
    found = False
    for name, alias in column_aliases(names).items():
        at = layer.fields().indexOf(name)
        if at >= 0:
            layer.setFieldAlias(at, alias)
            found = True
    return found


def show_vocabulary(layer: QgsMapLayer) -> bool:
    """Let ``layer`` display stored words in the user's language; returns whether it has any.

    Expressions, models and exports use the stored values. In English nothing changes.
    """
    if language() == ENGLISH or not isinstance(layer, QgsVectorLayer):
        return False
    found = False
    for at, field in enumerate(layer.fields()):
        if field.isNumeric() or base_of(field.name()) is None:
            continue
        stored = [value for value in layer.uniqueValues(at, MOST_VALUES) if isinstance(value, str) and value]
        if len(stored) >= MOST_VALUES:
            continue
        shown_as = {value: shown(field.name(), value) for value in sorted(stored)}
        # Two values with the same label, or unlisted values, would not be distinguishable.
        if all(value == words for value, words in shown_as.items()) or len(set(shown_as.values())) < len(shown_as):
            continue
        pairs = [{words: value} for value, words in shown_as.items()]
        layer.setEditorWidgetSetup(at, QgsEditorWidgetSetup("ValueMap", {"map": pairs}))
        found = True
    return found
