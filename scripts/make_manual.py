"""Makes the manual as web pages, in both languages, for the zip: the Help button then works without a network.

    .venv/bin/python scripts/make_manual.py [FOLDER, default build/manual]

Every page below docs/ but those for developers becomes a page of HTML at the same place below FOLDER; links between
them keep working, links to other files of the repository lead to its web site.
"""

from __future__ import annotations

import html
import posixpath
import re
import shutil
import sys
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/carbon-balance/carbon_balance/blob/main"
# Pages that only someone with the repository can use.
FOR_DEVELOPERS = {"development.md", "performance.md"}
GUIDES = ("tutorial", "how-to-read", "land-use-futures", "studies", "glossary", "formulas", "reliability", "scale")
WORDS = {
    "en": {"home": "Carbon Balance manual", "guides": "Guides", "tools": "Tools", "other": "中文"},
    "zh": {"home": "Carbon Balance 手册", "guides": "指南", "tools": "工具", "other": "English"},
}
STYLE = """
body{font:16px/1.6 sans-serif;margin:0 auto;max-width:56em;padding:1em 1.2em 4em;color:#222;background:#fff}
nav{border-bottom:1px solid #ccc;padding-bottom:.5em;margin-bottom:1em}img{max-width:100%;height:auto}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #ccc;padding:.3em .6em;
text-align:left;vertical-align:top}pre{background:#f4f4f4;padding:.8em;overflow-x:auto}code{font-size:.92em}
a{color:#0645ad}@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}pre{background:#2a2a2a}
a{color:#8ab4f8}td,th,nav{border-color:#555}}
"""


def language_of(page: Path) -> str:
    """The language of a page below docs/."""
    return "zh" if page.relative_to(DOCS).parts[0] == "zh" else "en"


def pages() -> list[Path]:
    """The pages of the manual, in the order of their paths."""
    return sorted(page for page in DOCS.rglob("*.md") if page.name not in FOR_DEVELOPERS)


def title_of(page: Path) -> str:
    """The first heading of a page."""
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
    return found.group(1).strip() if found else page.stem


def linked(target: str, page: Path, known: set[Path]) -> str:
    """Where a link of ``page`` leads in the manual: to the other page of HTML, an image, or the repository."""
    if re.match(r"[a-z]+:|#", target):
        return target
    name, mark, anchor = target.partition("#")
    file = Path(posixpath.normpath(posixpath.join(page.parent.as_posix(), name)))
    if file in known:
        return re.sub(r"\.md$", ".html", name) + mark + anchor
    if file.is_relative_to(DOCS / "images"):
        return target
    return f"{REPOSITORY}/{file.relative_to(ROOT).as_posix()}{mark}{anchor}"


def anchor_of(heading: str) -> str:
    """The name by which links reach a heading, as the repository's web site makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def as_html(page: Path, known: set[Path]) -> str:
    """A page as a document of HTML."""
    language = language_of(page)
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(page.read_text(encoding="utf-8"))
    for opening, content in zip(tokens, tokens[1:]):
        if opening.type == "heading_open":
            opening.attrs["id"] = anchor_of(content.content)
    for token in [part for block in tokens for part in (block, *(block.children or ()))]:
        for attribute in ("href", "src"):
            if attribute in token.attrs:
                token.attrs[attribute] = linked(str(token.attrs[attribute]), page, known)
    body = parser.renderer.render(tokens, parser.options, {})
    top = DOCS / "zh" if language == "zh" else DOCS
    home = posixpath.relpath((top / "index.html").as_posix(), page.parent.as_posix())
    return document(language, title_of(page), f'<a href="{home}">{WORDS[language]["home"]}</a>', body)


def document(language: str, title: str, navigation: str, body: str) -> str:
    """A whole document of HTML that needs no other file."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><nav>{navigation}</nav>\n{body}</body></html>\n"
    )


def index(language: str) -> str:
    """The first page of a language: guides, then the tools by name."""
    top = DOCS / "zh" if language == "zh" else DOCS
    words = WORDS[language]
    guides = [top / f"{name}.md" for name in GUIDES if (top / f"{name}.md").exists()]
    tools = sorted((top / "algorithms").glob("*.md"))
    other = "../index.html" if language == "zh" else "zh/index.html"
    parts = [f"<h1>{words['home']}</h1>"]
    for heading, found in ((words["guides"], guides), (words["tools"], tools)):
        links = ((page.relative_to(top).with_suffix(".html").as_posix(), html.escape(title_of(page))) for page in found)
        items = (f'<li><a href="{place}">{title}</a></li>' for place, title in links)
        parts.append(f"<h2>{heading}</h2><ul>{''.join(items)}</ul>")
    return document(language, words["home"], f'<a href="{other}">{words["other"]}</a>', "".join(parts))


def make(folder: Path) -> list[Path]:
    """Write the manual into ``folder``; returns the files."""
    known = set(pages())
    texts = {page.relative_to(DOCS).with_suffix(".html"): as_html(page, known) for page in known}
    texts |= {Path("index.html"): index("en"), Path("zh/index.html"): index("zh")}
    shutil.rmtree(folder, ignore_errors=True)
    for place, text in texts.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    shutil.copytree(DOCS / "images", folder / "images")
    return sorted(folder / place for place in texts)


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "manual"
    print(f"{len(make(place))} pages in {place}")
