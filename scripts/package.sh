#!/usr/bin/env bash
# Makes carbon_balance.zip from the last commit: only the files of the plugin, in one folder, as the plugin repository
# requires, and the manual as web pages. A release needs a translation of every text: texts without one are named, and
# no package is made unless --untranslated is given, which is for trying things out.
# Usage: ./scripts/package.sh [--untranslated] [zip, default build/carbon_balance.zip]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
need_venv
allowed=no
if [ "${1:-}" = --untranslated ]; then
    allowed=yes
    shift
fi
.venv/bin/python scripts/translate.py --release || [ $allowed = yes ]
zip=$(realpath -m "${1:-build/carbon_balance.zip}")
mkdir -p "$(dirname "$zip")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive --format=zip --prefix=carbon_balance/ -o "$zip" HEAD
.venv/bin/python scripts/make_manual.py "$work/carbon_balance/manual"
(cd "$work" && "$QGIS_PYTHON" -m zipfile -e "$zip" . && rm "$zip" && "$QGIS_PYTHON" -m zipfile -c "$zip" carbon_balance)
echo "$zip: $(du -h "$zip" | cut -f1)"
