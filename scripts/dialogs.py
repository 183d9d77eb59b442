"""Opens the dialog of every algorithm and model without a screen, and prints its content.

    /usr/bin/python3 scripts/dialogs.py [--language zh_CN] [--pictures FOLDER] [ID ...]

Prints one line of JSON for each algorithm: the entries of its lists, and the parameters of a run with an unchanged
dialog. With --pictures every dialog is saved as FOLDER/ID.png.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import types
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import checkout  # noqa: E402, F401
import qgis.utils  # noqa: E402
from qgis.core import QgsApplication, QgsProject  # noqa: E402
from qgis.gui import QgsBrowserGuiModel, QgsMapCanvas, QgsMessageBar  # noqa: E402
from qgis.PyQt.QtWidgets import QComboBox, QMainWindow  # noqa: E402


def desktop() -> types.SimpleNamespace:
    """A minimal desktop interface for dialogs."""
    window, canvas, browser = QMainWindow(), QgsMapCanvas(), QgsBrowserGuiModel()
    return types.SimpleNamespace(
        mainWindow=lambda: window,
        mapCanvas=lambda: canvas,
        messageBar=lambda: QgsMessageBar(window),
        browserModel=lambda: browser,
        activeLayer=lambda: None,
    )


def titles(dialog, definitions) -> dict[str, str]:
    """The title of the list of each choice."""
    wrappers = dialog.mainWidget().wrappers
    labels = {each.name(): getattr(wrappers.get(each.name()), "label", None) for each in definitions}
    return {name: label.text() for name, label in labels.items() if label is not None}


def choices(dialog, definitions) -> dict[str, list[str]]:
    """The entries of the list of each choice."""
    found = {}
    for definition in definitions:
        wrapper = dialog.mainWidget().wrappers.get(definition.name())
        widget = getattr(wrapper, "widget", None)
        if definition.type() == "enum" and isinstance(widget, QComboBox):
            found[definition.name()] = [widget.itemText(at) for at in range(widget.count())]
    return found


def main() -> None:
    """Open the dialogs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--language", default="en")
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    application = QgsApplication([], True, tempfile.mkdtemp())
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    qgis.utils.iface = desktop()
    from carbon_balance.core.runtime.i18n import use_language
    from carbon_balance.provider import CarbonBalanceProvider
    from processing.core.Processing import Processing
    from processing.gui.AlgorithmDialog import AlgorithmDialog
    from processing.tools import dataobjects

    use_language(given.language)
    Processing.initialize()
    provider = CarbonBalanceProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    provider.refreshAlgorithms()
    context = dataobjects.createContext()
    context.setProject(QgsProject.instance())
    for algorithm in provider.algorithms():
        if given.ids and algorithm.name() not in given.ids:
            continue
        dialog = AlgorithmDialog(algorithm.create())
        definitions = algorithm.parameterDefinitions()
        shown = {"id": algorithm.name(), "title": dialog.windowTitle(), "choices": choices(dialog, definitions)}
        shown["titles"] = titles(dialog, definitions)
        values = {name: wrapper.parameterValue() for name, wrapper in dialog.mainWidget().wrappers.items()}
        shown["values"] = {each.name(): values.get(each.name()) for each in definitions if each.type() == "enum"}
        print(json.dumps(shown, ensure_ascii=False), flush=True)
        if given.pictures:
            given.pictures.mkdir(parents=True, exist_ok=True)
            dialog.resize(1100, 800)
            dialog.show()
            application.processEvents()
            dialog.grab().save(str(given.pictures / f"{algorithm.name()}.png"))
        dialog.close()
    # Delete dialogs and layers before QGIS exits, because their order of destruction matters.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
