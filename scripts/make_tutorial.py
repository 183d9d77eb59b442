"""Runs the commands of the tutorials and copies the resulting map sheets to docs/images.

/usr/bin/python3 scripts/make_tutorial.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import document_commands
from checkout import ROOT
from make_docs import provider
from qgis.core import QgsApplication

IMAGES = ROOT / "docs" / "images"
TUTORIALS = {"docs/tutorial.md": "en", "docs/zh/tutorial.md": "zh"}
# Picture of a theme -> column after which its sheet is named.
PICTURES = {"tutorial_supply": "carbon_t_km2", "tutorial_ratio": "ratio", "tutorial_zones": "zone"}


def main() -> int:
    """Run and copy, in each language."""
    application = QgsApplication([], False)
    application.initQgis()
    kept = provider()
    from carbon_balance.core.runtime import i18n

    for document, language in TUTORIALS.items():
        i18n.use_language(language)
        with tempfile.TemporaryDirectory() as folder, document_commands.reader_folder(Path(folder), document) as there:
            for command in document_commands.commands(document):
                document_commands.run(command)
            for picture, column in PICTURES.items():
                suffix = "" if language == i18n.ENGLISH else f"_{language}"
                path = IMAGES / f"{picture}{suffix}.png"
                shutil.copyfile(there / "maps" / f"{column}.png", path)
                print(path.relative_to(ROOT))
    QgsApplication.processingRegistry().removeProvider(kept)
    application.exitQgis()
    return 0


if __name__ == "__main__":
    sys.exit(main())
