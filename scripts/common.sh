# Shared by the scripts: finds or installs QGIS, and runs qgis_process with this checkout as its plugin.

QGIS_PYTHON=/usr/bin/python3

need_qgis() {
    if ! command -v qgis_process >/dev/null || ! $QGIS_PYTHON -c "import qgis.core" 2>/dev/null; then
        echo "QGIS is missing: installing it (about two minutes)"
        local sudo=""
        [ "$(id -u)" = 0 ] || sudo=sudo
        $sudo apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq qgis python3-qgis >/dev/null
    fi
    if ! $QGIS_PYTHON -c "import ensurepip" 2>/dev/null; then
        local sudo=""
        [ "$(id -u)" = 0 ] || sudo=sudo
        $sudo apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq python3-venv >/dev/null
    fi
}

# The Python environment .venv with what the tests and the manual need; made, or brought up to date, if necessary.
need_venv() {
    need_qgis
    [ -x .venv/bin/python ] || "$QGIS_PYTHON" -m venv --system-site-packages .venv
    local stamp=.venv/requirements.sum
    if ! sha256sum --status -c $stamp 2>/dev/null; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
        sha256sum tests/requirements.txt >$stamp
    fi
}

# Chromium for the tests of the report as a page; they are skipped where it cannot be installed.
need_browser() {
    if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
        local sudo=""
        [ "$(id -u)" = 0 ] || sudo=sudo
        { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq \
            --no-install-recommends chromium; } >/dev/null 2>&1 ||
            echo "Chromium cannot be installed: the tests of the report in a browser are skipped" >&2
    fi
}

# Debian 12's wrapper script of that name is broken; the program behind it works.
qgis_process_program() {
    command -v qgis_process.bin || command -v qgis_process
}

# A throw-away QGIS profile in $1 in which this checkout is the plugin carbon_balance.
use_profile() {
    mkdir -p "$1/plugins" "$1/config" "$1/runtime"
    chmod 700 "$1/runtime"
    ln -sfn "$PWD" "$1/plugins/carbon_balance"
    export QGIS_PLUGINPATH="$1/plugins" QGIS_CUSTOM_CONFIG_PATH="$1/config" XDG_RUNTIME_DIR="$1/runtime"
    export QT_QPA_PLATFORM=offscreen
    "$(qgis_process_program)" plugins enable carbon_balance >/dev/null 2>&1 || true
}
