"""Takes pictures of the plugin in the real QGIS desktop, in English and Chinese, on a screen in memory (Xvfb).

    python3 scripts/desktop.py FOLDER [--language en --language zh-Hans] [--dialog ID ...]

Starts QGIS with this checkout as its plugin in a throw-away profile, and saves in FOLDER/LANGUAGE: the window with
menu and toolbox, the sample, results with their styles and legends, dialogs (--dialog all for every one), the models
in the modeler, the options page; and, where Chromium is installed, the report at 1280 and 390 px, dark and printed.
Needs QGIS and Xvfb (Debian: apt-get install qgis xvfb). Takes about a minute for a language.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SESSION = ROOT / "scripts" / "desktop_session.py"
SCREEN = "1600x1000x24"
LONGEST_S = 900
SETTINGS = """[PythonPlugins]
carbon_balance=true
processing=true
[qgis]
checkVersion=false
showTips=false
newsFeed\\enabled=false
[core]
NewsFeed\\http_disabled=true
"""
DIALOGS = (
    *("regionalcarbonbalance", "gridcarbonbalance", "coefficientbalance", "carbonplan", "loadsample"),
    *("joinstatistics", "emissioninventory", "naturalbreakszoning", "carbonstorage", "carbonbalancereport"),
)
# Name of the picture -> switches of Chromium.
VIEWS = {
    "report_1280": ["--window-size=1280,6000"],
    "report_390": ["--window-size=500,6000"],
    "report_1280_dark": ["--window-size=1280,6000", "--force-dark-mode", "--blink-settings=preferredColorScheme=0"],
}


def profile_with_plugin(folder: Path) -> Path:
    """A profile of QGIS in which this checkout is the plugin."""
    default = folder / "profiles" / "default"
    plugins = default / "python" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "carbon_balance").symlink_to(ROOT)
    (default / "QGIS").mkdir()
    (default / "QGIS" / "QGIS3.ini").write_text(SETTINGS, encoding="utf-8")
    return folder


def run_session(language: str, pictures: Path, dialogs: list[str]) -> int:
    """QGIS in ``language``, from its start to its end; the exit code is 0 if every picture was taken."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_RUNTIME_DIR": made,
            "HOME": made,
            "CARBON_BALANCE_PICTURES": str(pictures),
            "CARBON_BALANCE_DIALOGS": " ".join(dialogs),
        }
        command = [
            *("xvfb-run", "-a", "-s", f"-screen 0 {SCREEN}"),
            *("qgis", "--nologo", "--noversioncheck", "--lang", language),
            *("--profiles-path", str(profile_with_plugin(folder)), "--code", str(SESSION)),
        ]
        return subprocess.run(command, env=environment, timeout=LONGEST_S, check=False).returncode


def draw_report(report: Path, pictures: Path) -> None:
    """Pictures of a report in Chromium, if it is installed."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None or not report.is_file():
        print(f"no pictures of the report: {'no Chromium' if browser is None else 'no report was made'}")
        return
    with tempfile.TemporaryDirectory() as profile:
        common = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        common += [f"--user-data-dir={profile}", "--hide-scrollbars"]
        for name, switches in VIEWS.items():
            target = f"--screenshot={pictures / name}.png"
            subprocess.run([*common, *switches, target, report.as_uri()], check=True, capture_output=True)
        target = f"--print-to-pdf={pictures / 'report'}.pdf"
        subprocess.run([*common, "--no-pdf-header-footer", target, report.as_uri()], check=True, capture_output=True)


def main() -> int:
    """Take all pictures; returns 1 if some could not be taken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", action="append", choices=["en", "zh-Hans"])
    parser.add_argument("--dialog", action="append", help="id of an algorithm, or all")
    given = parser.parse_args()
    missing = [program for program in ("qgis", "xvfb-run") if shutil.which(program) is None]
    if missing:
        print(f"not installed: {', '.join(missing)} (Debian: apt-get install qgis xvfb)", file=sys.stderr)
        return 1
    failed = 0
    for language in given.language or ["en", "zh-Hans"]:
        pictures = (given.folder / language).resolve()
        pictures.mkdir(parents=True, exist_ok=True)
        failed |= run_session(language, pictures, given.dialog or list(DIALOGS))
        draw_report(pictures / "report.html", pictures)
        print(f"{language}: {len(list(pictures.glob('*.png')))} pictures in {pictures}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
