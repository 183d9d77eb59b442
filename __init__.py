"""Carbon Balance, a QGIS Processing provider: from land cover and statistics to a carbon balance plan."""


def classFactory(iface):
    """The plugin, as QGIS and qgis_process load it."""
    from .plugin import CarbonBalancePlugin

    return CarbonBalancePlugin()
