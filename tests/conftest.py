"""Loads the repository root as the package ``carbon_balance``, as QGIS does with the plugin folder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if "carbon_balance" not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        "carbon_balance", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["carbon_balance"] = module
    spec.loader.exec_module(module)
