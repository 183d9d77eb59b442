"""The widget of a choice in dialogs: labels in the user's language, beside the ids that scripts take."""

from __future__ import annotations

from processing.gui.wrappers import WidgetWrapper
from qgis.gui import QgsGui
from qgis.PyQt.QtWidgets import QComboBox

from ...core.runtime.i18n import tr
from ...core.text.choice_labels import choice_label

MODELER = "ModelerParametersDialog"


class ChoiceWidget(WidgetWrapper):
    """A list of the options of a choice, used in dialogs and in batch.

    In the graphical modeler QGIS's own widget takes its place, in which a choice can also be an input of the model.
    """

    def __new__(cls, param, dialog, row=0, col=0, **_):
        """Another widget in the graphical modeler."""
        if type(dialog).__name__ != MODELER:
            return super().__new__(cls)
        registry = QgsGui.processingGuiRegistry()
        widget = registry.createModelerParameterWidget(dialog.model, dialog.childId, param, dialog.context)
        widget.setDialog(dialog)
        return widget

    def __init__(self, param, dialog, row=0, col=0, **kwargs):
        super().__init__(param, dialog, row, col, **kwargs)
        # QGIS's own widgets begin with the preferred value by themselves.
        if param.guiDefaultValueOverride():
            self.setValue(param.guiDefaultValueOverride())

    def createWidget(self, **_):
        """The list; an optional choice can be left open."""
        definition = self.parameterDefinition()
        box = QComboBox()
        if definition.flags() & definition.Flag.FlagOptional:
            box.addItem(tr("[not chosen]"), None)
        for option in definition.options():
            box.addItem(choice_label(option), option)
        box.currentIndexChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return box

    def setValue(self, value):
        """Show the option with this id; the first entry if there is none."""
        self.setComboValue(value)

    def value(self):
        """The id of the chosen option, ``None`` if it was left open."""
        return self.widget.currentData()
