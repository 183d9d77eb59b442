"""Widget of choice parameters in dialogs: labels in the user's language with the ids used in scripts."""

from __future__ import annotations

from processing.gui.wrappers import WidgetWrapper
from qgis.gui import QgsGui
from qgis.PyQt.QtWidgets import QComboBox

from ...core.runtime.i18n import tr
from ...core.text.choice_labels import choice_label

MODELER = "ModelerParametersDialog"


def widget_of_modeler(param, dialog):
    """The widget of QGIS for a parameter in the graphical modeler, in which it can also be a model input."""
    registry = QgsGui.processingGuiRegistry()
    widget = registry.createModelerParameterWidget(dialog.model, dialog.childId, param, dialog.context)
    widget.setDialog(dialog)
    return widget


class ChoiceWidget(WidgetWrapper):
    """A list of the options of a choice, used in dialogs and batch processing.

    In the graphical modeler the widget of QGIS is used, in which a choice can also be a model input.
    """

    def __new__(cls, param, dialog, row=0, col=0, **_):
        """Return the widget of QGIS in the graphical modeler."""
        return widget_of_modeler(param, dialog) if type(dialog).__name__ == MODELER else super().__new__(cls)

    def __init__(self, param, dialog, row=0, col=0, **kwargs):
        super().__init__(param, dialog, row, col, **kwargs)
        # QGIS's own widgets begin with the preferred value by themselves.
        if param.guiDefaultValueOverride():
            self.setValue(param.guiDefaultValueOverride())

    def createWidget(self, **_):
        """Create the list; an optional choice can be empty."""
        definition = self.parameterDefinition()
        box = QComboBox()
        if definition.flags() & definition.Flag.FlagOptional:
            box.addItem(tr("[not chosen]"), None)
        for option in definition.options():
            box.addItem(choice_label(option), option)
        box.currentIndexChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return box

    def createLabel(self):
        """The title; QGIS would translate "[optional]" in its own classes only."""
        label = super().createLabel()
        if label is not None and self.parameterDefinition().flags() & self.parameterDefinition().Flag.FlagOptional:
            label.setText(tr("{parameter} [optional]").format(parameter=self.parameterDefinition().description()))
        return label

    def setValue(self, value):
        """Select the option with this id, or the first entry."""
        self.setComboValue(value)

    def value(self):
        """The id of the chosen option, ``None`` if empty."""
        return self.widget.currentData()
