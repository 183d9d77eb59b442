"""Commands in the documents run, and give the printed values."""

from __future__ import annotations

import csv
import re

import document_commands
import pytest
from checkout import ROOT
from osgeo import ogr


@pytest.fixture(scope="module", params=document_commands.DOCUMENTS)
def document(request, provider, tmp_path_factory):
    """A document with all its commands run: its name, its text, the folder, and the results of each command."""
    name = request.param
    with document_commands.reader_folder(tmp_path_factory.mktemp("reader"), name) as folder:
        for file, text in document_commands.tables(name).items():
            (folder / file).write_text(text, encoding="utf-8")
        results = [document_commands.run(command) for command in document_commands.commands(name)]
    return name, (ROOT / name).read_text(encoding="utf-8"), folder, results


@pytest.mark.parametrize(
    "name", [*document_commands.DOCUMENTS, "docs/land-use-futures.md", "docs/zh/land-use-futures.md"]
)
def test_commands_name_algorithms_and_parameters_that_exist(provider, name):
    found = document_commands.commands(name)
    assert found
    assert [names for command in found for names in document_commands.unknown_names(command)] == []


def test_an_unknown_parameter_in_a_command_is_detected(provider):
    command = document_commands.parsed("qgis_process run carbonbalance:carbonstorage --LANDCOVER=a.tif  # no such")
    assert document_commands.unknown_names(command) == ["LANDCOVER"]


def test_every_command_writes_the_files_that_it_names(document):
    name, _, folder, results = document
    assert results
    for command in document_commands.commands(name):
        for value in command.parameters.values():
            if isinstance(value, str) and re.fullmatch(r"[\w.]+\.(gpkg|csv|tif|html)", value):
                assert (folder / value).exists(), value


@pytest.mark.parametrize("name", ["docs/tutorial.md", "docs/zh/tutorial.md"])
def test_tutorials_have_a_folder_for_their_files_that_git_ignores(name):
    folder = document_commands.results_folder(name)
    assert f"/{folder}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_tutorial_writes_only_into_its_folder(document):
    name, _, folder, _ = document
    if not name.endswith("tutorial.md"):
        pytest.skip("works in the checkout itself")
    assert folder.name == document_commands.results_folder(name)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["resources", folder.name]


def in_text(figure, text):
    """Whether a document contains a number."""
    return re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d])", text) is not None


def rows(path):
    """The attributes of a layer."""
    source = ogr.Open(str(path))
    return [feature.items() for feature in source.GetLayer(0)]


def test_numbers_in_tutorials_equal_the_results(document):
    name, text, _, results = document
    if not name.endswith("tutorial.md"):
        pytest.skip("prints no figures of its own")
    merged = {key: value for result in results for key, value in result.items()}
    zones = next(result for result in results if "ZONE_SIZES" in result)
    assert in_text(f"{merged['TOTAL_CARBON_T']:,.0f}", text)
    assert in_text(f"{merged['MAPPED_KM2']:,.2f}", text)
    assert in_text(f"{merged['POPULATION_SUM']:,.0f}", text)
    assert in_text(f"{merged['EMISSION_T']:,.0f}", text)
    assert in_text(f"{1 + merged['balance:EEC_GAP']:.4f}", text)
    factors = next(result for result in results if "STRONGEST_R" in result)
    assert in_text(f"{factors['STRONGEST_R']:.3f}", text)
    assert in_text(f"{100 * factors['LARGEST_Q']:.1f}", text)
    assert zones["ZONE_SIZES"] == "28/7/6/8"
    assert zones["ZONES_CHANGED"] == 15
    assert all(in_text(number, text) for number in ("28", "7", "6", "8", "15"))


def test_numbers_in_studies_equal_the_results(document):
    name, text, folder, results = document
    if not name.endswith("studies.md"):
        pytest.skip("another document")
    zoning = [result for result in results if "CLASS_SIZES" in result]
    assert zoning[0]["CLASS_SIZES"].replace("/", " / ") in text
    assert zoning[0]["ZONE_SIZES"].replace("/", " / ") in text
    assert zoning[1]["CLASS_SIZES"].replace("/", " / ") in text
    zones = rows(folder / "yunnan_zones.gpkg")
    assert sum(row["zone"] == row["published_zone_zh"] for row in zones) == 49
    with (folder / "yunnan_limits.csv").open(encoding="utf-8", newline="") as file:
        limits = [float(row["upper"]) for row in csv.DictReader(file)][:6]
    assert all(in_text(f"{limit:.6f}", text) for limit in limits)
    for year, column in ((2015, 1), (2020, 3)):
        for row in rows(folder / f"guiyang_{year}.gpkg"):
            unit = row["name_zh"] if "/zh/" in name else row["name"].replace("_", " ")
            cells = re.search(rf"^\| {unit} \| (.*) \|$", text, flags=re.M)[1].split(" | ")
            assert cells[column - 1] == f"{row[f'published_sec_{year}']:.2f}"
            assert cells[column] == f"{row['sec']:.2f}"
    compensation, advantage = (rows(folder / f"guiyang_{kind}.gpkg") for kind in ("compensation", "advantage"))
    for paid, strong in zip(compensation, advantage):
        unit = paid["name_zh"] if "/zh/" in name else paid["name"].replace("_", " ")
        budget, excess = paid["budget_t"] / 1e4, paid["excess_t"] / 1e4
        share, nrca = 100 * paid["offset_rate"], 1e4 * strong["nrca_emission_2015_1e4t"]
        assert f"| {unit} | {budget:,.2f} | {share:.3f} % | {excess:+,.2f} | {nrca:+.3f} |" in text
    flow = next(result for result in results if "FLOW_T" in result)
    assert in_text(f"{flow['FLOW_T'] / 1e4:,.2f}", text)
    gaps = [100 * result["EEC_GAP"] for result in results if "EEC_GAP" in result]
    assert gaps
    assert all(f"{gap:+.1f} %" in text for gap in gaps)
    sinks = next(result for result in results if "SINK_LEAST_T" in result)
    assert all(in_text(f"{sinks[f'SINK_{end}_T'] / 1e4:.1f}", text) for end in ("LEAST", "MOST", "LOW", "HIGH"))
    assert sinks["ZONES_KEPT"] == 1 and f"{sinks['VARIANCE_JUDGEMENT']:.0%}" == "94%"
    storage = next(result for result in results if "TOTAL_CARBON_T" in result)
    assert storage["TOTAL_CARBON_T"] / 1e5 == pytest.approx(13212.87, abs=0.005)
    with (folder / "beibu_gulf_pools.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pools = " / ".join(f"{float(row[f'c_{pool}']):.1f}" for pool in ("above", "below", "soil", "dead"))
            pools = pools.replace("0.0", "0") if float(row["c_above"]) == 0 else re.sub(r"/ 0\.0$", "/ 0", pools)
            title = row["name_zh"] if "/zh/" in name else row["name"]
            assert f"| {title} | {pools} | {pools} |" in text
