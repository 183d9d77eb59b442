"""A model of the graphical modeler in the making."""

from __future__ import annotations

import re
import sys

from checkout import ROOT
from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)
from qgis.PyQt.QtCore import QPointF, QSizeF

MODELS = ROOT / "resources" / "models"
PROVIDER = "carbonbalance"
# A comment without text: where it would stand, and nothing else.
NO_COMMENT = re.compile(
    r"""\s*<Option type="Map" name="comment">"""
    r"""(\s*<Option (?![^>]*component_description" value="[^"])[^>]*/>)*\s*</Option>"""
)

GIVEN = QgsProcessingModelChildParameterSource.fromModelParameter
RESULT = QgsProcessingModelChildParameterSource.fromChildOutput
FIXED = QgsProcessingModelChildParameterSource.fromStaticValue


class Model:
    """A model in the making: inputs in a row above, steps in a column below."""

    def __init__(self, name: str, title: str, about: str) -> None:
        self.name = name
        self.model = QgsProcessingModelAlgorithm(title, "Assessment")
        self.help = {"ALG_DESC": about, "ALG_HELP_CREATOR": "Carbon Balance"}
        self.steps = 0

    def take(self, parameter, help_text: str) -> None:
        """Add an input."""
        component = QgsProcessingModelParameter(parameter.name())
        number = len(self.model.parameterDefinitions())
        component.setPosition(QPointF(120 + 220 * (number % 5), 60 + 60 * (number // 5)))
        self.model.addModelParameter(parameter, component)
        # A model's file keeps the help of its inputs apart from them.
        self.help[parameter.name()] = help_text

    def step(self, name: str, algorithm: str, sources: dict, outputs: dict, numbers: tuple[str, ...] = ()) -> str:
        """Add an algorithm as step ``name``; ``outputs`` (its output -> title) and ``numbers`` come out of the model.

        The model's results are called ``name:title``, its numbers ``name:number``.
        """
        child = QgsProcessingModelChildAlgorithm(algorithm if ":" in algorithm else f"{PROVIDER}:{algorithm}")
        child.setChildId(name)
        child.setDescription(child.algorithm().displayName())
        child.setPosition(QPointF(200 + 330 * (self.steps % 3), 400 + 160 * (self.steps // 3)))
        for parameter, source in sources.items():
            child.addParameterSources(parameter, [source])
        for definition in child.algorithm().parameterDefinitions():
            # The designer wants a source for every input that is not optional.
            optional = definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional
            if not (definition.isDestination() or optional or definition.name() in sources):
                child.addParameterSources(definition.name(), [FIXED(definition.defaultValue())])
        made = {}
        for output, title in {**outputs, **{number: number for number in numbers}}.items():
            out = QgsProcessingModelOutput(title, child.algorithm().outputDefinition(output).description())
            out.setChildId(child.childId())
            out.setChildOutputName(output)
            out.setMandatory(output == "OUTPUT" and title in ("Zones", "Grid"))
            out.setPosition(child.position() + QPointF(160, 70))
            out.setSize(QSizeF(150, 30))
            made[title] = out
        child.setModelOutputs(made)
        self.model.addChildAlgorithm(child)
        self.steps += 1
        return child.childId()

    def save(self) -> None:
        """Write the model, its inputs in the order in which they were taken."""
        self.model.setHelpContent(self.help)
        self.model.setParameterOrder([name for name in self.help if not name.startswith("ALG_")])
        self.model.updateDestinationParameters()
        path = MODELS / f"{self.name}.model3"
        if not self.model.toFile(str(path)):
            sys.exit(f"cannot write {path}")
        # A third of the file says that nothing has a comment; reading it would cost every start of QGIS.
        path.write_text(NO_COMMENT.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
        print(path.relative_to(ROOT))


def layer(name: str, title: str, optional: bool = False, polygon: bool = True):
    """A layer of zones or a table."""
    kind = QgsProcessing.SourceType.TypeVectorPolygon if polygon else QgsProcessing.SourceType.TypeVector
    return QgsProcessingParameterFeatureSource(name, title, [kind], optional=optional)


def field(name: str, title: str, parent: str = "ZONES", optional: bool = False):
    """A column of a layer."""
    return QgsProcessingParameterField(name, title, parentLayerParameterName=parent, optional=optional)


def copied(algorithm: str, name: str):
    """The parameter ``name`` of an algorithm, as it is there."""
    definition = QgsApplication.processingRegistry().algorithmById(f"{PROVIDER}:{algorithm}").parameterDefinition(name)
    return definition.clone(), definition.help()
