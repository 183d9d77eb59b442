"""qgis_process with the plugin enabled from a link to this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from checkout import ROOT


@pytest.fixture(scope="session")
def qgis_process_call(tmp_path_factory):
    """Calls the program with arguments, ``locale`` (such as ``zh_CN.UTF-8``) being that of the user."""
    # Debian 12's wrapper around the program fails, the program itself works everywhere.
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        pytest.skip("no qgis_process")
    home = tmp_path_factory.mktemp("qgis")
    for name in ("plugins", "config", "runtime"):
        (home / name).mkdir()
    (home / "runtime").chmod(0o700)
    (home / "plugins" / "carbon_balance").symlink_to(ROOT, target_is_directory=True)
    environment = {
        **os.environ,
        "QGIS_PLUGINPATH": str(home / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(home / "config"),
        "XDG_RUNTIME_DIR": str(home / "runtime"),
        "QT_QPA_PLATFORM": "offscreen",
    }

    def call(*arguments, locale="C.UTF-8"):
        return subprocess.run(
            [program, *arguments],
            env={**environment, "LANG": locale, "LC_ALL": locale, "LANGUAGE": ""},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    call.environment = environment
    call("plugins", "enable", "carbon_balance")
    return call
