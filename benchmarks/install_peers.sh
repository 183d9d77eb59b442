#!/usr/bin/env bash
# Installs the programs that the benchmarks compare with into a folder of their own: InVEST, exactextract, mgwr and
# pymannkendall.
# Usage: benchmarks/install_peers.sh FOLDER          (Debian or Ubuntu; about 10 minutes, for InVEST is compiled)
# InVEST has no wheel for Linux: its extensions and GDAL's bindings are built against the system's GDAL.
set -euo pipefail

folder=${1:?usage: install_peers.sh FOLDER}
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
command -v gdal-config > /dev/null || {
    $as_root apt-get update -q
    $as_root apt-get install -q -y --no-install-recommends libgdal-dev g++ python3-dev python3-venv
}

/usr/bin/python3 -m venv "$folder"
pip() { "$folder/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
# NumPy below 2 because GDAL's bindings before 3.9 do not know NumPy 2; setuptools 77-80 because older ones refuse
# InVEST's licence field and newer ones lack pkg_resources, which it imports.
pip install "numpy<2" cython==3.0.12 "setuptools>=77,<81" wheel setuptools-scm babel
pip install --no-build-isolation --no-binary gdal "gdal[numpy]==$(gdal-config --version)"
# InVEST's own setup imports pygeoprocessing, so that comes first.
pip install --no-build-isolation pygeoprocessing "numpy<2" "setuptools>=77,<81"
pip install --no-build-isolation "natcap.invest==3.20.2" "numpy<2" "setuptools>=77,<81"
pip install exactextract==0.3.0 mgwr==2.2.1 pymannkendall==1.4.3 "numpy<2"
"$folder/bin/python" -c "import natcap.invest, exactextract, mgwr, pymannkendall; print('InVEST', natcap.invest.__version__)"
