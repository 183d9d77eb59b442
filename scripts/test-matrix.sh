#!/usr/bin/env bash
# Runs the tests of the last commit on every QGIS that Debian has: 3.22 (12, this machine), that of 13 and the newest
# (sid). Makes a root folder for each of the newer two with debootstrap (about 2.5 GB and five minutes each, once).
# Usage: sudo ./scripts/test-matrix.sh [folder for the roots, default build/roots] [here|trixie|sid ...]
# Leaves a log for each in that folder, prints a row for each, and fails if a test failed anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
roots=$(realpath -m "${1:-build/roots}")
shift || true
places=("$@")
[ $# -gt 0 ] || places=(here trixie sid)
mkdir -p "$roots"

make_root() {
    local suite=$1 root=$roots/$1
    [ -e "$root/ready" ] && return
    command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null
    debootstrap --variant=minbase "$suite" "$root"
    # A mirror may lag behind: what it has is still signed.
    echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99lagging-mirror"
    chroot "$root" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
        qgis python3-qgis python3-venv python3-scipy python3-matplotlib git ca-certificates procps >/dev/null
    touch "$root/ready"
}

# What runs in each place, in the checkout: the versions, then the tests.
tests='
    export QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1
    .venv/bin/python -c "
import platform, sys, numpy
from osgeo import gdal
from qgis.core import Qgis
from qgis.PyQt.QtCore import qVersion
system = platform.freedesktop_os_release()
print(\"VERSIONS\", Qgis.version().split(\"-\")[0], sys.version.split()[0], numpy.__version__, gdal.__version__, qVersion(), system[\"PRETTY_NAME\"], sep=\" | \")"
    .venv/bin/python -m pytest -p no:cacheprovider -rs
'

run_root() {
    local root=$roots/$1
    # Machines behind a proxy or mirror know their certificates and package index; the root must too.
    cp -L /etc/resolv.conf "$root/etc/" 2>/dev/null || true
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
    mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
    rm -rf "$root/carbon_balance"
    git clone -q . "$root/carbon_balance"
    env -u PIP_FIND_LINKS LANG=C.UTF-8 chroot "$root" bash -c "
        cd /carbon_balance
        python3 -m venv --system-site-packages .venv
        .venv/bin/python -m pip install -q -r tests/requirements.txt
        $tests" >"$roots/$1.log" 2>&1 || true
    umount "$root/proc" || true
}

# Here with PyQt6 beside, in a Python of its own: QGIS has PyQt5 loaded.
run_here() {
    [ -x "$roots/pyqt6/bin/python" ] || { python3 -m venv "$roots/pyqt6" && "$roots/pyqt6/bin/pip" install -q PyQt6; }
    export CARBONBALANCE_PYQT6=$roots/pyqt6/bin/python
    { ./scripts/test.sh --co -q >/dev/null && bash -c "$tests"; } >"$roots/here.log" 2>&1 || true
}

for place in "${places[@]}"; do
    [ "$place" = here ] || make_root "$place"
done
for place in "${places[@]}"; do
    if [ "$place" = here ]; then run_here & else run_root "$place" & fi
done
wait

failed=0
echo "| QGIS | Python | NumPy | GDAL | Qt | system | tests |"
echo "|---|---|---|---|---|---|---|"
for place in "${places[@]}"; do
    # The last line of pytest: "1200 passed, 30 skipped in 400.00s (0:06:40)".
    told=$(grep -E '^(=+ )?[0-9]+ (passed|failed|error)' "$roots/$place.log" | tail -1 | sed -E 's/=//g; s/ in [0-9.]+s.*//; s/^ //')
    versions=$(grep '^VERSIONS' "$roots/$place.log" | sed 's/^VERSIONS | //' || true)
    echo "| ${versions:-$place} | ${told:-did not run} |"
    [[ $told == *passed* && $told != *failed* && $told != *error* ]] || failed=1
done
exit $failed
