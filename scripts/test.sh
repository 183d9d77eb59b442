#!/usr/bin/env bash
# Installs what the tests need on a bare Debian/Ubuntu machine, then runs lint, type check, security check and tests.
# Usage: ./scripts/test.sh [pytest arguments], such as ./scripts/test.sh tests/core -k area
#        ./scripts/test.sh --fast FILE [pytest arguments]: only this file of tests, without lint
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PWD/.venv/bin:$PATH" QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1
if [ "${1:-}" = --fast ]; then
    shift
    [ $# -gt 0 ] || { echo "usage: $0 --fast FILE [pytest arguments]" >&2; exit 2; }
    [ -x .venv/bin/python ] || need_venv
    exec python -m pytest "$@"
fi
need_venv
need_browser
./scripts/lint.sh
# A process for each core, to which whole files go, so that what a file's tests share is made once.
python -m pytest -n "$(nproc)" --dist loadfile --no-loadscope-reorder "$@"
