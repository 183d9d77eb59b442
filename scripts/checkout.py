"""Makes this checkout importable as the package ``carbon_balance``, as QGIS does with the plugin folder."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "carbon_balance"

# The scripts draw and compute without a screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Makes model files reproducible: Qt would otherwise randomise the order of attributes.
os.environ.setdefault("QT_HASH_SEED", "0")

if NAME not in sys.modules:
    spec = importlib.util.spec_from_file_location(NAME, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[NAME])
