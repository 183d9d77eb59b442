#!/usr/bin/env bash
# Installs what the tests need on a bare Debian/Ubuntu machine, then runs lint, type check, security check and tests.
# Arguments are handed to pytest: ./scripts/test.sh tests/core -k area
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
need_qgis

need_venv
venv=.venv
export PATH="$PWD/$venv/bin:$PATH" QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1
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
python -m pytest "$@"
