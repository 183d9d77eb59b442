"""The plugin's page in QGIS's options: what dialogs begin with, and how many threads a run may use."""

from __future__ import annotations

from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout

from .algorithms.shared.preferences import (
    COMPRESSION,
    LANGUAGE,
    SCHEDULER,
    SCHEME,
    prefer,
    prefer_threads,
    preferred,
    preferred_threads,
)
from .core.options.land_cover import schemes
from .core.options.raster import COMPRESSIONS
from .core.runtime.i18n import tr
from .core.runtime.threads import MOST_THREADS
from .core.text.choice_labels import choice_label
from .core.zoning.zone_names import LANGUAGES


class OptionsPage(QgsOptionsPageWidget):
    """Choices and numbers; :meth:`apply` keeps them when the user confirms QGIS's options."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        form = QFormLayout()
        self.choices = {
            name: self._choice(form, name, title, options)
            for name, title, options in (
                (SCHEME, tr("Land-cover scheme"), schemes()),
                (LANGUAGE, tr("Language of zone names"), LANGUAGES),
                (COMPRESSION, tr("Compression of rasters"), COMPRESSIONS),
            )
        }
        self.scheduler = QLineEdit(preferred(SCHEDULER))
        self.scheduler.setPlaceholderText("tcp://host:8786")
        form.addRow(tr("Dask scheduler"), self.scheduler)
        self.threads = QSpinBox()
        self.threads.setRange(0, MOST_THREADS)
        self.threads.setSpecialValueText(tr("as many as QGIS may use"))
        self.threads.setValue(preferred_threads())
        form.addRow(tr("Most threads of a run"), self.threads)
        note = QLabel(
            tr(
                "Dialogs begin with these values. Scripts, models and qgis_process keep the documented defaults; the "
                "number of threads applies to all runs and changes no result."
            )
        )
        note.setWordWrap(True)
        page = QVBoxLayout(self)
        page.addLayout(form)
        page.addWidget(note)
        page.addStretch()

    def _choice(self, form: QFormLayout, name: str, title: str, options) -> QComboBox:
        box = QComboBox()
        box.addItem(tr("[the default of each tool]"), "")
        for option in options:
            box.addItem(choice_label(option), option)
        box.setCurrentIndex(max(0, box.findData(preferred(name))))
        form.addRow(title, box)
        return box

    def apply(self) -> None:
        """Keep what the page shows."""
        for name, box in self.choices.items():
            prefer(name, box.currentData())
        prefer(SCHEDULER, self.scheduler.text())
        prefer_threads(self.threads.value())


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page each time QGIS's options are opened."""

    def __init__(self, icon: QIcon) -> None:
        super().__init__(tr("Carbon Balance"), icon)
        self._icon = icon

    def icon(self) -> QIcon:
        """Beside the page's title."""
        return self._icon

    def createWidget(self, parent=None) -> OptionsPage:
        """A page that shows what is stored now."""
        return OptionsPage(parent)
