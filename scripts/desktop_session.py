"""Runs inside the QGIS desktop, started by scripts/desktop.py: opens what a user sees, and saves pictures of it."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingFeedback, QgsProject
from qgis.PyQt.QtCore import QRectF, Qt, QTimer
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QTreeView
from qgis.utils import iface, plugins

PICTURES = Path(os.environ["CARBON_BALANCE_PICTURES"])
DIALOGS = os.environ["CARBON_BALANCE_DIALOGS"].split()
SAMPLE = Path(sys.modules["carbon_balance"].__file__).parent / "resources" / "sample"
PROVIDER = "carbonbalance"


def picture(widget, name: str) -> None:
    """Save what a widget shows."""
    QgsApplication.processEvents()
    if not widget.grab().save(str(PICTURES / f"{name}.png")):
        raise OSError(f"cannot write {name}.png into {PICTURES}")


def drawing(scene, name: str) -> None:
    """Save a whole scene, however much of it its window shows."""
    area = scene.itemsBoundingRect()
    image = QImage(area.size().toSize(), QImage.Format_RGB32)
    image.fill(Qt.white)
    painter = QPainter(image)
    scene.render(painter, QRectF(image.rect()), area)
    painter.end()
    if not image.save(str(PICTURES / f"{name}.png")):
        raise OSError(f"cannot write {name}.png into {PICTURES}")


def shown_window(name: str) -> None:
    """Save the window of QGIS after its map has been drawn."""
    QgsApplication.processEvents()
    iface.mapCanvas().refresh()
    iface.mapCanvas().waitWhileRendering()
    picture(iface.mainWindow(), name)


def provider():
    return QgsApplication.processingRegistry().providerById(PROVIDER)


def run(name: str, **parameters) -> dict:
    """Run an algorithm as its dialog does, and add its outputs to the map."""
    import processing

    return processing.runAndLoadResults(f"{PROVIDER}:{name}", parameters, feedback=QgsProcessingFeedback())


def start() -> None:
    """The window with the first message and the toolbox."""
    window = iface.mainWindow()
    window.resize(1500, 940)
    toolbox = window.findChild(QDockWidget, "ProcessingToolbox")
    toolbox.show()
    toolbox.setMinimumWidth(420)
    for tree in toolbox.findChildren(QTreeView):
        model = tree.model()
        for row in range(model.rowCount()):
            at = model.index(row, 0)
            if model.data(at) == provider().name():
                tree.expand(at)
                tree.scrollTo(at, QTreeView.PositionAtTop)
                for child in (0, 1):
                    tree.expand(model.index(child, 0, at))
    shown_window("window")
    toolbox.hide()
    menu = plugins["carbon_balance"].desktop.menu
    menu.popup(window.mapToGlobal(window.rect().center()))
    picture(menu, "menu")
    menu.close()


def new_project() -> None:
    iface.messageBar().clearWidgets()
    QgsProject.instance().clear()
    for dock in iface.mainWindow().findChildren(QDockWidget):
        dock.setVisible(dock.objectName() == "Layers")


def sample() -> None:
    """The sample as the menu loads it."""
    new_project()
    run("loadsample", COUNTIES="TEMPORARY_OUTPUT", UNITS="TEMPORARY_OUTPUT", LAND_COVER="TEMPORARY_OUTPUT")
    iface.mapCanvas().zoomToFullExtent()
    iface.layerTreeView().expandAll()
    shown_window("sample")


def results() -> None:
    """Each result alone, with its style and legend; the report is made by the model."""
    new_project()
    run(
        "regionalcarbonbalance", ZONES=str(SAMPLE / "central_yunnan.geojson"),
        LAND_COVER=str(SAMPLE / "central_yunnan_land_cover_2019.tif"), PRESET="henan", SCHEME="igbp",
        POPULATION="population_2020", PER_PERSON=3.938,
        **dict.fromkeys(("zoning:Zones", "storage:Carbon density"), "TEMPORARY_OUTPUT"),
        **{"report:Report": str(PICTURES / "report.html")},
    )  # fmt: skip
    each_layer("regional")
    new_project()
    run(
        "coefficientbalance", ZONES=str(SAMPLE / "guiyang.geojson"), EMISSION="emission_2015_1e4t",
        EMISSION_UNIT="10^4 t", SINK="sink_2015_1e4t", SINK_UNIT="10^4 t", EEC="published_eec_2015",
        PRESET="guiyang", **{"zoning:Zones": "TEMPORARY_OUTPUT"},
    )  # fmt: skip
    each_layer("coefficients")


def each_layer(prefix: str) -> None:
    tree = QgsProject.instance().layerTreeRoot()
    nodes = tree.findLayers()
    iface.layerTreeView().expandAll()
    for at, node in enumerate(nodes):
        for other in nodes:
            other.setItemVisibilityChecked(other is node)
        canvas = iface.mapCanvas()
        canvas.setDestinationCrs(node.layer().crs())
        canvas.setExtent(node.layer().extent())
        shown_window(f"{prefix}_{at + 1}")


def dialogs() -> None:
    """Dialogs of algorithms and models, unchanged."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    for algorithm in provider().algorithms():
        if "all" in DIALOGS or algorithm.name() in DIALOGS:
            dialog = AlgorithmDialog(algorithm.create(), parent=iface.mainWindow())
            dialog.resize(1100, 860)
            dialog.show()
            picture(dialog, f"dialog_{algorithm.name()}")
            dialog.close()


def modeler() -> None:
    """The models as the modeler opens their copies."""
    from processing.modeler.ModelerDialog import ModelerDialog

    for algorithm in provider().algorithms():
        if algorithm.groupId() != "models":
            continue
        dialog = ModelerDialog.create(algorithm.create())
        dialog.resize(1600, 950)
        dialog.show()
        # The modeler moves its view by itself after it is shown.
        QTest.qWait(500)
        picture(dialog, f"modeler_{algorithm.name()}")
        drawing(dialog.view().scene(), f"model_{algorithm.name()}")
        dialog.setDirty(False)
        dialog.close()


def options() -> None:
    """The page of options."""
    page = plugins["carbon_balance"].desktop.options.createWidget(None)
    page.resize(700, 420)
    page.show()
    picture(page, "options")
    page.close()


def done(step) -> bool:
    """Whether a step could be taken; why not is printed."""
    try:
        step()
    except Exception:
        traceback.print_exc()
        return False
    return True


def session() -> None:
    """All pictures; a step that fails is printed and does not stop the others."""
    failed = False
    for step in (start, sample, results, dialogs, modeler, options):
        failed |= not done(step)
    sys.stdout.flush()
    sys.stderr.flush()
    # Without questions whether to save.
    os._exit(int(failed))


QTimer.singleShot(2000, session)
