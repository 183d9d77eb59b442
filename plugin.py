"""The plugin class: registers the provider and sets the language."""

from __future__ import annotations

from qgis.core import QgsApplication

from .compat import interface_language
from .core.runtime.i18n import ENGLISH, use_language
from .provider import CarbonBalanceProvider


class CarbonBalancePlugin:
    """Loaded by the QGIS desktop through ``initGui`` and by qgis_process through ``initProcessing``."""

    def __init__(self) -> None:
        self.provider: CarbonBalanceProvider | None = None
        self.desktop = None

    def initProcessing(self) -> None:
        """Register the provider; models resolve their steps only once it is registered."""
        use_language(interface_language())
        self.provider = CarbonBalanceProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)
        self.provider.load_models()

    def initGui(self) -> None:
        """Called by the desktop only: the provider, then the menu."""
        from .desktop import Desktop

        self.initProcessing()
        self.desktop = Desktop()

    def unload(self) -> None:
        """Remove the menu and the provider."""
        if self.desktop is not None:
            self.desktop.remove()
            self.desktop = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        use_language(ENGLISH)
