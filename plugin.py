"""The plugin's shell: hands the provider to QGIS, and Qt's translator to the plugin."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from .core.i18n import set_translator
from .provider import CarbonBalanceProvider

CONTEXT = "CarbonBalance"
TRANSLATIONS = Path(__file__).parent / "resources" / "i18n"


class CarbonBalancePlugin:
    """Loaded by the QGIS desktop through ``initGui`` and by qgis_process through ``initProcessing``."""

    def __init__(self, iface=None) -> None:
        self.iface = iface
        self.provider: CarbonBalanceProvider | None = None
        self.translator: QTranslator | None = None

    def initProcessing(self) -> None:  # noqa: N802
        """Register the provider; models resolve their steps only once it is registered."""
        self._install_translation()
        self.provider = CarbonBalanceProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)
        self.provider.load_models()

    def initGui(self) -> None:  # noqa: N802
        """Called by the desktop only."""
        self.initProcessing()

    def unload(self) -> None:
        """Take the provider back."""
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
        set_translator(None)

    def _install_translation(self) -> None:
        language = QgsApplication.locale()[:2]
        translator = QTranslator()
        if translator.load(str(TRANSLATIONS / f"carbon_balance_{language}.qm")):
            QCoreApplication.installTranslator(translator)
            self.translator = translator
            set_translator(lambda text: QCoreApplication.translate(CONTEXT, text))
