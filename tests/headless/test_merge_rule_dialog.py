"""The dialog of natural breaks proposes a merge rule and names when the number of classes changes, and they run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from layers import column, squares

ROOT = Path(__file__).parents[2]
SESSION = """
import json, sys
sys.path.insert(0, "scripts")
import dialogs
import qgis.utils
from qgis.core import QgsApplication, QgsProcessingContext
application = QgsApplication([], True)
application.initQgis()
sys.path.append(QgsApplication.pkgDataPath() + "/python/plugins")
qgis.utils.iface = dialogs.desktop()
from carbon_balance.provider import CarbonBalanceProvider
from processing.core.Processing import Processing
from processing.gui.AlgorithmDialog import AlgorithmDialog
Processing.initialize()
provider = CarbonBalanceProvider()
QgsApplication.processingRegistry().addProvider(provider)
provider.load_models()
found, context = {}, QgsProcessingContext()
for name, preset in (("naturalbreakszoning", "PRESET"), ("carbonuncertainty", "ZONE_PRESET"),
                     ("regionalcarbonbalance", None)):
    dialog = AlgorithmDialog(provider.algorithm(name).create())
    wrappers = dialog.mainWidget().wrappers
    def shown():
        return [wrappers["MERGE"].parameterValue(), wrappers[preset].parameterValue() if preset else None]
    found[name] = [shown()]
    for count in (5, 3, 1, 9, 7):
        wrappers["CLASSES"].setParameterValue(count, context)
        found[name].append(shown())
    wrappers["MERGE"].setParameterValue("1,2-7", context)
    wrappers["CLASSES"].setParameterValue(5, context)
    found[name].append(shown())
print(json.dumps(found), flush=True)
import os
os._exit(0)
"""


@pytest.fixture(scope="module")
def proposed(tmp_path_factory):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("d"))}
    done = subprocess.run([sys.executable, "-c", SESSION], cwd=ROOT, env=environment, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, done.stderr
    return json.loads(lines[-1])


FOLLOWED = ["1-2,3,4,5-7", "1-2,3,4,5", "1,2,3", "1", "1-2,3,4,5-9", "1-2,3,4,5-7"]


@pytest.mark.parametrize("name", ["naturalbreakszoning", "carbonuncertainty", "regionalcarbonbalance"])
def test_the_rule_follows_the_number_of_classes_until_one_is_written(proposed, name):
    assert [rule for rule, _ in proposed[name]] == [*FOLLOWED, "1,2-7"]


@pytest.mark.parametrize("name", ["naturalbreakszoning", "carbonuncertainty"])
def test_names_fit_the_number_of_zones(proposed, name):
    named = ["surplus_first" if rule.count(",") == 3 else "numbered" for rule in FOLLOWED]
    assert [preset for _, preset in proposed[name]] == [*named, "surplus_first"]


@pytest.mark.parametrize("at", range(len(FOLLOWED)))
def test_the_proposed_merge_rule_is_accepted(run, proposed, at):
    rule, preset = proposed["naturalbreakszoning"][at]
    count = (7, 5, 3, 1, 9, 7)[at]
    zones = squares({"ratio": [float(each) for each in range(1, 13)]})
    found = run("naturalbreakszoning", ZONES=zones, CLASSES=count, MERGE=rule, PRESET=preset, OUTPUT="memory:")
    assert set(column(found["OUTPUT"], "class")) == set(range(1, count + 1))
    assert len(set(column(found["OUTPUT"], "zone"))) == min(count, 4)


@pytest.mark.parametrize("distinct", [1, 2, 3, 4, 6])
def test_the_refusal_of_too_few_values_proposes_what_runs(run, distinct):
    import re

    from qgis.core import QgsProcessingException

    zones = squares({"ratio": [float(1 + each % distinct) for each in range(8)]})
    with pytest.raises(QgsProcessingException, match="too few for 7 classes") as refused:
        run("naturalbreakszoning", ZONES=zones, OUTPUT="memory:")
    said = str(refused.value)
    settings = {"CLASSES": distinct, "MERGE": re.search(r"([\d,-]+) \(MERGE\)", said)[1]}
    if "numbered" in said:
        settings["PRESET"] = "numbered"
    found = run("naturalbreakszoning", ZONES=zones, OUTPUT="memory:", **settings)
    assert len(set(column(found["OUTPUT"], "zone"))) == min(distinct, 4)
