"""Chromium for tests of pages, driven by Playwright; tests that ask for it are skipped where there is none."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# No background traffic: the machine may have no network.
SWITCHES = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu"]
# The rules of WCAG 2.0 to 2.2, levels A and AA, and what axe-core calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextlib.contextmanager
def chromium():
    """A running Chromium without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=SWITCHES, chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


def violations(page) -> list[str]:
    """Accessibility rules that a page violates by axe-core, one line each, with the first elements concerned."""
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    settings = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = page.evaluate("settings => axe.run(document, settings)", settings)
    assert len(found["passes"]) > 10, "axe-core has checked next to nothing"
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:120] for node in each['nodes'][:3]]}"
        for each in found["violations"]
    ]


def printed_mm(page) -> list[tuple[float, float]]:
    """Width and height in mm of each printed page, by the style sheet of the page."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    return [(float(width) / 72 * 25.4, float(height) / 72 * 25.4) for width, height in boxes]
