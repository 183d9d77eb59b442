#!/usr/bin/env bash
# Runs the tests on every QGIS that Debian has: 3.22 (12, this machine), 3.40 (13) and the newest (sid).
# Makes a root folder for each of the newer two with debootstrap (about 2.5 GB and ten minutes each, once). Needs root.
# Usage: sudo ./scripts/test-matrix.sh [folder for the roots, default build/roots]
set -euo pipefail
cd "$(dirname "$0")/.."
roots=$(realpath -m "${1:-build/roots}")
mkdir -p "$roots"
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null

make_root() {
    local suite=$1 root=$roots/$1
    [ -e "$root/ready" ] && return
    debootstrap --variant=minbase "$suite" "$root"
    chroot "$root" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
        qgis python3-qgis python3-venv python3-scipy python3-matplotlib git ca-certificates procps >/dev/null
    touch "$root/ready"
}

# Tests of the last commit in a root; prints versions and the last lines.
run_root() {
    local suite=$1 root=$roots/$1
    # Machines behind a proxy or mirror know their certificates and package index; the root must too.
    cp -L /etc/resolv.conf "$root/etc/" 2>/dev/null || true
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
    mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
    rm -rf "$root/carbon_balance"
    git clone -q . "$root/carbon_balance"
    env -u PIP_FIND_LINKS LANG=C.UTF-8 chroot "$root" bash -c '
        cd /carbon_balance
        python3 -m venv --system-site-packages .venv
        .venv/bin/python -m pip install -q -r tests/requirements.txt
        export QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1
        .venv/bin/python -c "
import sys, numpy
from osgeo import gdal
from qgis.core import Qgis
print(\"QGIS\", Qgis.version(), \"Python\", sys.version.split()[0], \"NumPy\", numpy.__version__, \"GDAL\", gdal.__version__)"
        .venv/bin/python -m pytest -p no:cacheprovider 2>&1 | tail -25' >"$roots/$suite.log" 2>&1 || true
    umount "$root/proc" || true
}

for suite in trixie sid; do
    make_root "$suite"
done
for suite in trixie sid; do
    run_root "$suite" &
done
./scripts/test.sh >"$roots/here.log" 2>&1 || true
wait
for log in here trixie sid; do
    echo "== $log"
    tail -25 "$roots/$log.log"
done
grep -L "failed\|error" "$roots"/{here,trixie,sid}.log | wc -l | grep -qx 3
