#!/usr/bin/env bash
# One of the four studies from open data: from land cover to zones on the bundled sample, printed beside the published
# figures, with savanna (IGBP class 9) counted as grassland and as forest.
# Installs QGIS if it is missing (Debian, Ubuntu).
# Usage: ./scripts/study.sh henan|beibu_gulf|guiyang|central_yunnan [output folder, default study_output/REGION]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

region=${1:-}
case "$region" in
henan | guiyang | central_yunnan) pools=henan ;;
beibu_gulf) pools=beibu_gulf ;;
*)
    echo "usage: ./scripts/study.sh henan|beibu_gulf|guiyang|central_yunnan [output folder]" >&2
    exit 1
    ;;
esac
need_qgis
out=$(realpath -m "${2:-study_output/$region}")
rm -rf "$out"
mkdir -p "$out"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
use_profile "$profile"
zones=$PWD/resources/sample/$region.geojson
cover=$PWD/resources/sample/${region}_land_cover_2019.tif

# run NAME ALGORITHM PARAMETERS...: keeps the JSON and the log of an algorithm in NAME.json and NAME.log.
run() {
    local name=$1 algorithm=$2
    shift 2
    if ! "$(qgis_process_program)" --json run "carbonbalance:$algorithm" "$@" >"$out/$name.json" 2>"$out/$name.log"; then
        cat "$out/$name.log" "$out/$name.json" >&2
        echo "failed: $algorithm" >&2
        exit 1
    fi
}

# from_land_cover CASE CLASS: the chain with savanna as CLASS of the six classes.
from_land_cover() {
    if [ "$region" = guiyang ]; then
        run "sink_$1" annualcarbonsink --ZONES="$zones" --LAND_COVER="$cover" --PRESET=guiyang --SCHEME=igbp \
            --REASSIGN="9=$2" --CLASSES="$out/classes_$1.csv" --OUTPUT="$out/sink_$1.gpkg"
        run "coefficients_$1" carbonbalancecoefficients --ZONES="$out/sink_$1.gpkg" --EMISSION=emission_2015_1e4t \
            --EMISSION_UNIT="10^4 t" --SINK=sink_t --EEC=published_eec_2015 --OUTPUT="$out/coefficients_$1.gpkg"
        run "zones_$1" coefficientzoning --ZONES="$out/coefficients_$1.gpkg" --EEC=eec --SEC=sec \
            --OUTPUT="$out/zones_$1.gpkg"
        return
    fi
    # One value of emissions per person for all: natural breaks give the same classes with any other.
    run "supply_$1" zonalcarbonsupply --ZONES="$zones" --LAND_COVER="$cover" --PRESET=$pools --SCHEME=igbp \
        --REASSIGN="9=$2" --CLASSES="$out/classes_$1.csv" --OUTPUT="$out/supply_$1.gpkg"
    run "demand_$1" emissiondemand --ZONES="$out/supply_$1.gpkg" --POPULATION=population_2020 --PER_PERSON=3.938 \
        --OUTPUT="$out/demand_$1.gpkg"
    run "ratio_$1" supplydemandratio --ZONES="$out/demand_$1.gpkg" --SUPPLY=carbon_t_km2 --SUPPLY_UNIT="t/km2" \
        --DEMAND=demand_t_km2 --OUTPUT="$out/ratio_$1.gpkg"
    run "zones_$1" naturalbreakszoning --ZONES="$out/ratio_$1.gpkg" --FIELD=ratio --OUTPUT="$out/zones_$1.gpkg"
}

from_land_cover grassland 3
from_land_cover forest 2
"$QGIS_PYTHON" scripts/study_results.py "$region" "$out"
