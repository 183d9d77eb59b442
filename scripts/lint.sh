#!/usr/bin/env bash
# Style, types and security of the code: run by scripts/test.sh and, before each commit, by pre-commit.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
export PATH="$PWD/$venv/bin:$PATH"
ruff check .
ruff format --check .
mypy
bandit --quiet --recursive -c pyproject.toml .
# The shipped files as the plugin repository looks at them. QGS2 asks to check what every addOutput returns.
git ls-files ':!tests' ':!benchmarks' ':!scripts' ':!docs' >"$venv/shipped.txt"
if command -v flake8 >/dev/null; then
    grep '\.py$' "$venv/shipped.txt" | xargs flake8 --isolated --select QGS1
fi
if command -v detect-secrets-hook >/dev/null; then
    xargs detect-secrets-hook <"$venv/shipped.txt"
fi
