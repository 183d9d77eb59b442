"""Runs hostile cases through every algorithm and writes the table of docs/reliability.md.

Usage: python scripts/fuzz.py --cases 2000 --seed 1 [--only 137] [--write]

Cases are made from the algorithms' own parameter definitions (tests/hostile). They run in a separate process, so that a
crash of QGIS is also counted and the next case continues.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests"), str(ROOT / "tests" / "hostile")]
MARKS = ("<!-- fuzz begins -->", "<!-- fuzz ends -->")


def work(arguments: argparse.Namespace) -> None:
    """Run the cases from ``first`` on, with one line of JSON each."""
    import checkout  # noqa: F401
    from session import provider_in_qgis

    with provider_in_qgis() as provider, Path(arguments.records).open("a", encoding="utf-8") as records:
        import cases
        import judge

        catalogue = cases.Catalogue.made_in(Path(arguments.folder))
        algorithms = sorted(provider.algorithms(), key=lambda each: each.name())
        for number in range(arguments.first, arguments.cases):
            case = cases.make_case(algorithms, catalogue, arguments.seed, number)
            records.write(json.dumps({"begin": number, "algorithm": case.algorithm}) + "\n")
            records.flush()
            verdict = judge.judge(case, catalogue)
            record = {**vars(case), **vars(verdict)}
            records.write(json.dumps(record, default=str, ensure_ascii=False) + "\n")
            records.flush()
            if arguments.only is not None:
                print(json.dumps(record, default=str, ensure_ascii=False, indent=1))
                print(verdict.message)
                return


def run(arguments: argparse.Namespace) -> list[dict]:
    """Run all cases, restarting after each crash; returns their records."""
    with tempfile.TemporaryDirectory(prefix="fuzz_") as folder:
        records = Path(folder) / "records.jsonl"
        first, found = 0, []
        while first < arguments.cases:
            command = [sys.executable, __file__, "--first", str(first), "--folder", folder, "--records", str(records)]
            command += ["--cases", str(arguments.cases), "--seed", str(arguments.seed)]
            records.write_text("", encoding="utf-8")
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            lines = [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
            ended = [line for line in lines if "kind" in line]
            found += ended
            started = [line for line in lines if "begin" in line]
            if not started:
                raise SystemExit("the worker does not start")
            first = started[-1]["begin"] + 1
            if len(ended) < len(started):
                found.append(
                    {**started[-1], "number": first - 1, "kind": "crash", "message": f"exit {done.returncode}"}
                )
    return found


def table(found: list[dict], arguments: argparse.Namespace) -> str:
    """The records as a Markdown table."""
    rows = defaultdict(Counter)
    for record in found:
        for name in (record["algorithm"], "**all**"):
            rows[name]["cases"] += 1
            rows[name][record["kind"]] += 1
            rows[name]["compared"] += bool(record.get("compared"))
            if record.get("hostile") == 0 and record.get("cancel_after") is None:
                rows[name]["friendly"] += 1
                rows[name]["friendly_computed"] += record["kind"] == "result"
    names = sorted(name for name in rows if name != "**all**") + ["**all**"]
    lines = [
        f"`python scripts/fuzz.py --cases {arguments.cases} --seed {arguments.seed} --write`",
        "",
        "Algorithm | cases | results | of them compared with plain NumPy | clear refusals | faults | crashes | "
        "cases without a hostile value that computed",
        "---|---|---|---|---|---|---|---",
    ]
    for name in names:
        row = rows[name]
        lines.append(
            f"{name} | {row['cases']} | {row['result']} | {row['compared']} | {row['refused']} | {row['fault']} | "
            f"{row['crash']} | {row['friendly_computed']} of {row['friendly']}"
        )
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run this case alone and print it")
    parser.add_argument("--write", action="store_true", help="put the table into docs/reliability.md")
    parser.add_argument("--keep", help="write what came of each case to this file, a line of JSON each")
    for hidden in ("--folder", "--records"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only is not None:
        with tempfile.TemporaryDirectory(prefix="fuzz_") as folder:
            arguments.first, arguments.cases = arguments.only, arguments.only + 1
            arguments.folder, arguments.records = folder, str(Path(folder) / "records.jsonl")
            work(arguments)
        return
    if arguments.records:
        work(arguments)
        return
    found = run(arguments)
    if arguments.keep:
        lines = [json.dumps(record, ensure_ascii=False) for record in found]
        Path(arguments.keep).write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = table(found, arguments)
    print(made)
    bad = [record for record in found if record["kind"] in ("fault", "crash")]
    for record in bad[:20]:
        print(f"\ncase {record['number']} {record['algorithm']}: {record['message'][-600:]}", file=sys.stderr)
    if arguments.write:
        page = ROOT / "docs" / "reliability.md"
        text = page.read_text(encoding="utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        page.write_text(f"{before}{MARKS[0]}\n{made}\n{MARKS[1]}{after}", encoding="utf-8")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
