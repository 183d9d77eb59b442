"""Writes the table of algorithms into README.md from the algorithms themselves; --check only compares.

QT_QPA_PLATFORM=offscreen /usr/bin/python3 scripts/list_algorithms.py [--check]
"""

from __future__ import annotations

import re
import sys

from checkout import ROOT


def table() -> str:
    """The algorithms by group, as a table in Markdown."""
    from carbon_balance.algorithms import groups
    from carbon_balance.provider import algorithm_classes

    order = [group.id for group in vars(groups).values() if isinstance(group, groups.Group)]
    made = sorted((cls() for cls in algorithm_classes()), key=lambda item: (order.index(item.groupId()), item.name()))
    lines = ["| algorithm | answers |", "|---|---|"]
    group = ""
    for algorithm in made:
        if algorithm.group() != group:
            group = algorithm.group()
            lines.append(f"| **{group}** | |")
        lines.append(f"| `{algorithm.name()}` | {algorithm.shortDescription()} |")
    return "\n".join(lines)


def main() -> int:
    """Write or check."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    block = f"<!-- algorithms -->\n{table()}\n<!-- /algorithms -->"
    new = re.sub(r"<!-- algorithms -->.*<!-- /algorithms -->", lambda _: block, text, flags=re.S)
    if "--check" in sys.argv:
        if new != text:
            print("README.md: the table of algorithms is not up to date, run scripts/list_algorithms.py")
            return 1
        return 0
    readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
