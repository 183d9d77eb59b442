"""README and manual agree with the texts of the algorithms."""

from __future__ import annotations

import re

import make_docs
from checkout import ROOT


def test_pages_and_table_of_algorithms_are_up_to_date(provider):
    assert make_docs.stale(make_docs.contents()) == [], "run scripts/make_docs.py"


def test_links_of_the_documents_have_existing_targets():
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "resources").rglob("*.md")]
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if not target.startswith(("http", "mailto")) and not (document.parent / target).exists()
    ]
    assert broken == []
