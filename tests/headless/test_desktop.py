"""The plugin in a desktop without a screen: its menu, its first message, and that both go away again."""

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
menu, bar = QMenu(window), QgsMessageBar(window)
qgis.utils.iface = types.SimpleNamespace(mainWindow=lambda: window, pluginMenu=lambda: menu, messageBar=lambda: bar)

def session():
    plugin = classFactory(qgis.utils.iface)
    plugin.initGui()
    entries = [each.text() for each in menu.actions()[0].menu().actions() if each.text()]
    greeting = bar.currentItem().text() if bar.currentItem() else ""
    bar.clearWidgets()
    plugin.unload()
    return {"entries": entries, "greeting": greeting, "left": len(menu.actions()), "provider": provider() is not None}

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


def test_menu(sessions):
    assert sessions[0]["entries"] == [
        "Start here",
        "Load the sample data",
        "Copy the models to my models",
        "Manual",
        "Report a problem",
    ]


def test_greeting_comes_once(sessions):
    assert "Processing toolbox" in sessions[0]["greeting"]
    assert sessions[1]["greeting"] == ""


def test_unloading_takes_everything_away(sessions):
    assert [(each["left"], each["provider"]) for each in sessions] == [(0, False), (0, False)]
