#!/usr/bin/env bash
# Makes carbon_balance.zip from the last commit: the plugin's files alone, in one folder, as the plugin repository wants.
set -euo pipefail
cd "$(dirname "$0")/.."
zip=${1:-build/carbon_balance.zip}
mkdir -p "$(dirname "$zip")"
git archive --format=zip --prefix=carbon_balance/ -o "$zip" HEAD
echo "$zip: $(du -h "$zip" | cut -f1)"
