"""Runs a case and classifies the outcome: a correct result, a clear message, or a fault."""

from __future__ import annotations

import io
import re
import sys
import time
import traceback
import warnings
from contextlib import redirect_stderr
from dataclasses import dataclass, field, replace
from pathlib import Path

import identities
import numpy as np
import oracle
from carbon_balance.algorithms.shared.choices import completed
from carbon_balance.compat import is_null
from cases import Case, Catalogue
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
)

RESULT, REFUSED, FAULT = "result", "refused", "fault"
LONGEST = 700
NO_NUMBER = re.compile(r"(?<![\w/.\"'-])[-+]?(nan|inf|-?1\.#IND|None)(?![\w/.\"'])")
# What QGIS itself says when it could not open or fill an output.
QGIS_SINK = re.compile(r"Could not (create|write)|Unable to|does not exist|Invalid")


@dataclass
class Verdict:
    """What came of a case.

    Attributes:
        kind: ``RESULT``, ``REFUSED`` or ``FAULT``.
        message: the refusal or what is wrong.
        compared: whether an independent computation gave the same.
        logged: what the log said.
    """

    kind: str
    message: str = ""
    compared: bool = False
    seconds: float = 0.0
    logged: list[str] = field(default_factory=list)


class Recorder(QgsProcessingFeedback):
    """Keeps what is logged, and says "cancelled" after so many questions."""

    def __init__(self, cancel_after: int | None = None) -> None:
        super().__init__(False)
        self.logged: list[str] = []
        self.errors: list[str] = []
        self.left = cancel_after

    def pushInfo(self, info):  # noqa: N802
        self.logged.append(info)

    def pushWarning(self, warning):  # noqa: N802
        self.logged.append(warning)

    def reportError(self, error, fatalError=False):  # noqa: N802, N803
        self.errors.append(error)

    def isCanceled(self):  # noqa: N802
        if self.left is None:
            return False
        self.left -= 1
        return self.left < 0


def _run(case: Case, logged: Recorder, context: QgsProcessingContext) -> dict:
    """The results; raises what the algorithm raises, unwrapped."""
    algorithm = QgsApplication.processingRegistry().algorithmById(f"carbonbalance:{case.algorithm}").create()
    fine, message = algorithm.checkParameterValues(case.parameters, context)
    if not fine:
        raise QgsProcessingException(message)
    if isinstance(algorithm, QgsProcessingModelAlgorithm):
        results, worked = algorithm.run(case.parameters, context, logged)
        if not worked:
            # A model repeats which step stopped; the step itself said why.
            raise QgsProcessingException(logged.errors[0] if logged.errors else "")
        return results
    return algorithm.processAlgorithm(case.parameters, context, logged)


def _with_ids(case: Case) -> Case:
    """The case with the ids of choices that are given by their numbers."""
    algorithm = QgsApplication.processingRegistry().algorithmById(f"carbonbalance:{case.algorithm}")
    return replace(case, parameters=completed(algorithm, case.parameters))


def judge(case: Case, catalogue: Catalogue) -> Verdict:
    """Run ``case`` and classify the outcome."""
    folder = catalogue.root / "outputs" / str(case.number)
    folder.mkdir(parents=True, exist_ok=True)
    logged, context = Recorder(case.cancel_after), QgsProcessingContext()
    context.setFeedback(logged)
    context.setProject(QgsProject.instance())
    begin = time.perf_counter()
    err = io.StringIO()
    try:
        with warnings.catch_warnings(record=True) as numeric, redirect_stderr(err):
            warnings.simplefilter("always", RuntimeWarning)
            results = _run(case, logged, context)
    except QgsProcessingException as refusal:
        verdict = _judge_refusal(str(refusal), folder, case)
    except BaseException:
        if sys.exc_info()[0] in (KeyboardInterrupt, SystemExit):
            raise
        verdict = Verdict(FAULT, traceback.format_exc()[-1500:])
    else:
        fault = _fault_of(results, logged, folder, context, case)
        noise = [
            f"{w.message} ({Path(w.filename).name}, line {w.lineno})"
            for w in numeric
            if issubclass(w.category, RuntimeWarning)
        ]
        if not fault and noise:
            fault = f"NumPy warned: {noise[0]}"
        verdict = Verdict(FAULT, fault) if fault else Verdict(RESULT)
        if not fault:
            try:
                meant = _with_ids(case)
                verdict.compared = oracle.compare(meant, results, catalogue, context)
                oracle.need_no_data_told(meant, logged.logged, catalogue)
                verdict.compared |= identities.check(meant, results, logged.logged, context)
            except AssertionError as difference:
                verdict = Verdict(FAULT, f"wrong: {difference}")
    changed = catalogue.changed()
    if changed:
        verdict = Verdict(FAULT, f"inputs were changed: {changed}")
        catalogue.stamps = catalogue.stamps_now()
    verdict.seconds = time.perf_counter() - begin
    verdict.logged = logged.logged
    return verdict


def _left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def _judge_refusal(message: str, folder: Path, case: Case) -> Verdict:
    plain = message.strip()
    if "Traceback" in plain or not plain:
        return Verdict(FAULT, f"no clear sentence: {plain!r}")
    if len(plain) > LONGEST + max((len(str(v)) for v in case.parameters.values()), default=0):
        return Verdict(FAULT, f"too long a sentence ({len(plain)}): {plain}")
    if "\n" in plain and not any("\n" in str(value) for value in case.parameters.values()):
        return Verdict(FAULT, f"more than a line: {plain!r}")
    if re.search(r"\bobject at 0x|errno|Error:|Exception", plain):
        return Verdict(FAULT, f"the words of a programmer: {plain}")
    left = _left_over(folder)
    ours = [name for name in left if name.endswith((".tif", ".tiff", ".html", ".part"))]
    if ":" in "".join(case.parameters):
        # A model's finished steps have given their outputs when a later one refuses; whole ones.
        ours = [name for name in ours if ".part" in name]
        left = []
    if ours or (left and not QGIS_SINK.search(plain)):
        return Verdict(FAULT, f"left {left} behind: {plain}")
    return Verdict(REFUSED, plain)


def _fault_of(results: dict, logged: Recorder, folder: Path, context, case: Case) -> str:
    """What is wrong with the result itself, "" if nothing."""
    given = [value for value in case.parameters.values() if isinstance(value, str) and "/inputs/" in value]
    if any(isinstance(value, str) and "/inputs/" in value for value in results.values()) or any(
        given.count(case.parameters.get(name)) > 1 for name in results if case.parameters.get(name) in given
    ):
        return "an input was overwritten"
    left = [name for name in _left_over(folder) if name.endswith(".part") or ".part." in name]
    if left:
        return f"left {left} behind"
    for sentence in logged.logged:
        if NO_NUMBER.search(sentence) and not sentence.startswith("Parameters as interpreted"):
            return f"logged: {sentence}"
    for name, value in results.items():
        if isinstance(value, float) and not np.isfinite(value):
            return f"{name} is {value}"
        if isinstance(value, str) and value.lower() in ("nan", "inf"):
            return f"{name} is {value}"
        fault = _fault_of_file(str(value), context, case) if isinstance(value, str) else ""
        if fault:
            return f"{name}: {fault}"
    return ""


def _fault_of_file(path: str, context, case: Case) -> str:
    if path.endswith(".html") and Path(path).is_file():
        page = Path(path).read_text(encoding="utf-8")
        # The style and the script of the report are ours.
        text = re.sub(r"(?s)<style>.*?</style>|<script>const WORDS=.*?</script>", "", page)
        if "<script" in text or "<i>" in text:
            return "HTML of the user's gets through"
        # Cells of text show what the user's own columns hold.
        text = re.sub(r"<[^>]+>", " ", re.sub(r"<td>[^<]*</td>", " ", text))
        found = NO_NUMBER.search(text)
        return f"report says {text[max(found.start() - 60, 0) : found.end() + 30]}" if found else ""
    if path.lower().endswith((".tif", ".tiff")) and "/inputs/" not in path:
        try:
            dataset = gdal.Open(path)
        except RuntimeError as error:
            return f"not a raster: {error}"
        values, nodata = dataset.ReadAsArray().astype(float), dataset.GetRasterBand(1).GetNoDataValue()
        known = values[values != nodata] if nodata is not None else values
        return "" if np.isfinite(known).all() else "inf or NaN in the raster"
    layer = QgsProcessingUtils.mapLayerFromString(path, context)
    if not isinstance(layer, QgsVectorLayer):
        return ""
    inputs = set()
    for value in case.parameters.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and "/inputs/" in each:
                given = QgsVectorLayer(each, "given", "ogr")
                inputs |= set(given.fields().names()) if given.isValid() else set()
    new = [at for at, field_ in enumerate(layer.fields()) if field_.name() not in inputs]
    for feature in layer.getFeatures():
        for at in new:
            value = feature.attribute(at)
            if is_null(value):
                continue
            if isinstance(value, float) and not np.isfinite(value) or str(value).strip().lower() in ("nan", "inf"):
                return f"{layer.fields()[at].name()} is {value}"
    return ""
