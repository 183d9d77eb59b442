"""The plugin in QGIS Desktop without a screen: menu, first message and options page, and their removal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A process of its own: the tests' QGIS has no windows.
SESSION = """
import json, sys, types
import qgis.utils
sys.path.insert(0, "scripts")
import checkout
from qgis.core import QgsApplication
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QMainWindow, QMenu

application = QgsApplication([], True)
application.initQgis()
from carbon_balance import classFactory

window = QMainWindow()
menu, bar, pages = QMenu(window), QgsMessageBar(window), []
qgis.utils.iface = types.SimpleNamespace(
    mainWindow=lambda: window, pluginMenu=lambda: menu, messageBar=lambda: bar,
    registerOptionsWidgetFactory=pages.append, unregisterOptionsWidgetFactory=pages.remove,
)
sys.path.append(QgsApplication.pkgDataPath() + "/python/plugins")

def session():
    plugin = classFactory(qgis.utils.iface)
    plugin.initGui()
    entries = [each.text() for each in menu.actions()[0].menu().actions() if each.text()]
    greeting = bar.currentItem().text() if bar.currentItem() else ""
    bar.clearWidgets()
    before, after = begins_with(), options()
    plugin.unload()
    return {
        "entries": entries, "greeting": greeting, "left": len(menu.actions()) + len(pages), "before": before,
        "after": after, "provider": provider() is not None,
    }

def options():
    page = pages[0].createWidget()
    shown = [box.currentData() for box in page.choices.values()] + [page.scheduler.text(), page.threads.value()]
    for name, value in (("SCHEME", "igbp"), ("LANGUAGE", "zh"), ("COMPRESSION", "ZSTD")):
        page.choices[name].setCurrentIndex(page.choices[name].findData(value))
    page.scheduler.setText(" tcp://a:1 ")
    page.threads.setValue(1)
    page.apply()
    return {"shown": shown, "begins": begins_with()}

def begins_with():
    # What dialogs begin with, what scripts get, and the threads of a run.
    from carbon_balance.algorithms.shared.choice_widget import ChoiceWidget
    from carbon_balance.algorithms.shared.preferences import most_threads
    found = {}
    for name in ("carbonstorage", "naturalbreakszoning", "landusesimulation"):
        algorithm = provider().algorithm(name).create()
        for each in algorithm.parameterDefinitions():
            if each.name() in ("SCHEME", "LANGUAGE", "COMPRESSION"):
                found[each.name()] = [ChoiceWidget(each, types.SimpleNamespace()).value(), each.defaultValue()]
            if each.name() == "SCHEDULER":
                found[each.name()] = [each.defaultValueForGui(), each.defaultValue()]
    return {**found, "threads": most_threads()}

def provider():
    return QgsApplication.processingRegistry().providerById("carbonbalance")

print(json.dumps([session(), session()]))
"""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    """Two starts of the plugin in one profile."""
    profile = tmp_path_factory.mktemp("desktop")
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_CUSTOM_CONFIG_PATH": str(profile),
        "XDG_RUNTIME_DIR": str(profile),
        "XDG_CONFIG_HOME": str(profile),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run([sys.executable, "-c", SESSION], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_menu_has_the_entries_of_the_plugin(sessions):
    assert sessions[0]["entries"] == [
        "Start here",
        "Load the sample data",
        "Copy the models to my models",
        "Manual",
        "Report a problem",
    ]


def test_the_first_message_is_shown_once(sessions):
    assert "Processing toolbox" in sessions[0]["greeting"]
    assert sessions[1]["greeting"] == ""


def test_unloading_removes_menu_provider_and_options(sessions):
    assert [(each["left"], each["provider"]) for each in sessions] == [(0, False), (0, False)]


def test_options_set_defaults_of_dialogs_but_not_of_scripts(sessions):
    first, second = sessions
    assert first["before"] == {
        "SCHEME": ["six_classes", "six_classes"],
        "LANGUAGE": ["en", "en"],
        "COMPRESSION": ["DEFLATE", "DEFLATE"],
        "SCHEDULER": [None, None],
        "threads": -1,
    }
    assert first["after"]["shown"] == ["", "", "", "", 0]
    chosen = {
        "SCHEME": ["igbp", "six_classes"],
        "LANGUAGE": ["zh", "en"],
        "COMPRESSION": ["ZSTD", "DEFLATE"],
        "SCHEDULER": ["tcp://a:1", None],
        "threads": 1,
    }
    assert first["after"]["begins"] == second["before"] == chosen
    assert second["after"]["shown"] == ["igbp", "zh", "ZSTD", "tcp://a:1", 1]
