"""Widget of merge rules in dialogs: proposes a rule, and names for its zones, when the number of classes changes."""

from __future__ import annotations

from processing.gui.wrappers import WidgetWrapper
from qgis.PyQt.QtWidgets import QLineEdit

from ...core.runtime.i18n import tr
from ...core.zoning.natural_breaks import example_of_rule
from ...core.zoning.zone_names import CLASS_PRESETS, NUMBERED
from .choice_widget import MODELER, widget_of_modeler

CLASSES = "CLASSES"


class MergeRuleWidget(WidgetWrapper):
    """A line of text that follows the number of classes until the user writes a rule of their own."""

    def __new__(cls, param, dialog, row=0, col=0, **_):
        """Return the widget of QGIS in the graphical modeler."""
        return widget_of_modeler(param, dialog) if type(dialog).__name__ == MODELER else super().__new__(cls)

    def createWidget(self, **_):
        """Create the line, which begins with the default."""
        self.proposed = self.parameterDefinition().defaultValue() or ""
        self.classes = self.preset = None
        line = QLineEdit(self.proposed)
        line.textChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return line

    def createLabel(self):
        """The title; QGIS would translate "[optional]" in its own classes only."""
        label = super().createLabel()
        if label is not None:
            label.setText(tr("{parameter} [optional]").format(parameter=self.parameterDefinition().description()))
        return label

    def postInitialize(self, wrappers):
        """Follow the number of classes; QGIS calls this when all widgets of a dialog are there."""
        for each in wrappers:
            definition = each.parameterDefinition()
            if definition.name() == CLASSES:
                self.classes = each
            if definition.type() == "enum" and list(definition.options()) == CLASS_PRESETS:
                self.preset = each
        if self.classes is not None:
            self.classes.widgetValueHasChanged.connect(self.propose)

    def propose(self, *_):
        """Replace a rule that the user has not changed by one for the new number of classes.

        Four zones have names of their own; fewer are numbered.
        """
        count = self.classes.parameterValue()
        if not isinstance(count, int) or count < 1 or self.widget.text() != self.proposed:
            return
        default = self.parameterDefinition().defaultValue()
        self.proposed = (
            default if count == self.classes.parameterDefinition().defaultValue() else example_of_rule(count)
        )
        self.widget.setText(self.proposed)
        if self.preset is not None:
            named = self.preset.parameterDefinition().defaultValue()
            shown, four = self.preset.parameterValue(), self.proposed.count(",") == 3
            if shown == (NUMBERED if four else named):
                self.preset.setValue(named if four else NUMBERED)

    def setValue(self, value):
        """Show a rule."""
        self.widget.setText("" if value is None else str(value))

    def value(self):
        """The rule."""
        return self.widget.text()
