#!/usr/bin/env bash
# Makes carbon_balance.zip from the last commit: the plugin's files alone, in one folder, as the plugin repository wants,
# and the manual as web pages. Usage: ./scripts/package.sh [zip, default build/carbon_balance.zip]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
need_venv
zip=$(realpath -m "${1:-build/carbon_balance.zip}")
mkdir -p "$(dirname "$zip")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive --format=zip --prefix=carbon_balance/ -o "$zip" HEAD
.venv/bin/python scripts/make_manual.py "$work/carbon_balance/manual"
(cd "$work" && "$QGIS_PYTHON" -m zipfile -e "$zip" . && rm "$zip" && "$QGIS_PYTHON" -m zipfile -c "$zip" carbon_balance)
echo "$zip: $(du -h "$zip" | cut -f1)"
