"""What the plugin adds to the QGIS desktop: a menu, a page of options, and a first message that says where to begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu, QPushButton

from .algorithms.shared.manual import manual_url
from .core.runtime.i18n import tr
from .desktop_options import OptionsFactory

TRACKER = "https://github.com/carbon-balance/carbon_balance/issues"
GREETED = "carbon_balance/greeted"
ICON = Path(__file__).parent / "resources" / "icons" / "provider.svg"


def open_page(address: str) -> None:
    """Show a page of the manual or of the web in the user's browser."""
    QDesktopServices.openUrl(QUrl(address))


def open_dialog(algorithm: str) -> None:
    """Open the dialog of one of the plugin's algorithms."""
    from qgis import processing

    processing.execAlgorithmDialog(f"carbonbalance:{algorithm}")


class Desktop:
    """The menu *Carbon Balance*; :meth:`remove` takes it away again."""

    def __init__(self) -> None:
        # The interface of the desktop, which is None in qgis_process.
        from qgis.utils import iface

        self.iface = iface
        self.menu = QMenu(tr("Carbon Balance"), iface.mainWindow())
        self.menu.setObjectName("carbonBalanceMenu")
        self.menu.setIcon(QIcon(str(ICON)))
        self.entries: list[QAction] = []
        self._add(tr("Start here"), lambda: open_page(manual_url("tutorial")))
        self._add(tr("Load the sample data"), lambda: open_dialog("loadsample"))
        self._add(tr("Copy the models to my models"), lambda: open_dialog("copymodels"))
        self.menu.addSeparator()
        self._add(tr("Manual"), lambda: open_page(manual_url("index")))
        self._add(tr("Report a problem"), lambda: open_page(TRACKER))
        iface.pluginMenu().addMenu(self.menu)
        self.options = OptionsFactory(QIcon(str(ICON)))
        iface.registerOptionsWidgetFactory(self.options)
        self._greet()

    def _add(self, title: str, act: Callable[[], None]) -> None:
        entry = self.menu.addAction(title)
        entry.triggered.connect(act)
        self.entries.append(entry)

    def _greet(self) -> None:
        """Show a message once per profile, with a button that opens the tutorial."""
        settings = QgsSettings()
        if settings.value(GREETED, False, type=bool):
            return
        settings.setValue(GREETED, True)
        bar = self.iface.messageBar()
        where = tr("The tools are in the Processing toolbox, the first steps in Plugins > Carbon Balance.")
        message = bar.createMessage(tr("Carbon Balance"), where)
        button = QPushButton(tr("Start here"), message)
        button.clicked.connect(lambda: open_page(manual_url("tutorial")))
        message.layout().addWidget(button)
        bar.pushWidget(message, Qgis.MessageLevel.Info)

    def remove(self) -> None:
        """Take the menu and the page of options out of QGIS."""
        self.iface.unregisterOptionsWidgetFactory(self.options)
        self.iface.pluginMenu().removeAction(self.menu.menuAction())
        self.menu.deleteLater()
