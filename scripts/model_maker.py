"""Builder for models of the graphical modeler."""

from __future__ import annotations

import re
import sys
import uuid
from dataclasses import dataclass, field

from checkout import ROOT
from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelGroupBox,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)
from qgis.PyQt.QtCore import QPointF, QRectF, QSizeF
from qgis.PyQt.QtGui import QColor

MODELS = ROOT / "resources" / "models"
PROVIDER = "carbonbalance"
# An empty comment element with its position.
NO_COMMENT = re.compile(
    r"""\s*<Option [^>]*name="comment"[^>]*>"""
    r"""(\s*<Option (?:(?![^>]*component_description)|(?![^>]*\bvalue="[^"]))[^>]*/>)*\s*</Option>"""
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

GIVEN = QgsProcessingModelChildParameterSource.fromModelParameter
RESULT = QgsProcessingModelChildParameterSource.fromChildOutput
FIXED = QgsProcessingModelChildParameterSource.fromStaticValue


# Boxes of the designer in its pixels. Steps have "In" above and "Out" below them.
INPUT, STEP, OUTPUT, LINE = QSizeF(250, 36), QSizeF(260, 36), QSizeF(240, 30), 46
# A block is a step with its inputs to the left and its outputs below; a group is a frame around blocks.
FROM_INPUTS, ABOVE_STEP, BELOW_STEP, OUTPUTS_FROM = 70, 40, 80, 50
BLOCK_WIDTH = INPUT.width() + FROM_INPUTS + STEP.width() / 2 + OUTPUTS_FROM + OUTPUT.width()
BETWEEN, HEADING, MARGIN = 150, 40, 25
COMMENT_LETTERS, COMMENT_LINE = 40, 17
GROUP_COLOUR, COMMENT_COLOUR = "#f2f5f7", "#fff8dc"


@dataclass
class Block:
    """A step of the model with its place: column and row of the whole, counted from 0, and the group it is in."""

    child: QgsProcessingModelChildAlgorithm
    comment: str
    column: int
    row: int
    group: str
    inputs: list[str] = field(default_factory=list)

    @property
    def comment_height(self) -> float:
        """Room for the comment above the step."""
        return COMMENT_LINE * (2 + len(self.comment) // COMMENT_LETTERS)

    @property
    def step_y(self) -> float:
        """Middle of the step's box, from the top of the block."""
        return self.comment_height + ABOVE_STEP + STEP.height()

    @property
    def height(self) -> float:
        """From the comment or first input to the last input or output."""
        below = self.step_y + BELOW_STEP + LINE * len(self.child.modelOutputs())
        return max(below, LINE * len(self.inputs))


class Model:
    """A model in the making, laid out from left to right: the inputs of a step stand left of it, its outputs below."""

    def __init__(self, name: str, title: str, about: str) -> None:
        self.name = name
        self.model = QgsProcessingModelAlgorithm(title, "Assessment")
        self.help = {"ALG_DESC": about, "ALG_HELP_CREATOR": "Carbon Balance"}
        self.blocks: list[Block] = []

    def take(self, parameter, help_text: str, advanced: bool = False) -> None:
        """Add an input; ``advanced`` ones are shown below the others, folded."""
        flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
        parameter.setFlags(parameter.flags() | flag if advanced else parameter.flags() & ~flag)
        # The widget of choices is the plugin's own matter, set when it reads the file.
        parameter.setMetadata({key: value for key, value in parameter.metadata().items() if key != "widget_wrapper"})
        component = QgsProcessingModelParameter(parameter.name())
        component.setSize(INPUT)
        self.model.addModelParameter(parameter, component)
        # Model files store the help of inputs separately.
        self.help[parameter.name()] = help_text

    def step(self, name: str, algorithm: str, sources: dict, outputs: dict, numbers: tuple[str, ...] = ()) -> str:
        """Add an algorithm as step ``name``; ``outputs`` (its output -> title) and ``numbers`` become outputs of the
        model.

        The model's results are called ``name:title``, its numbers ``name:number``. :meth:`place` says where it stands.
        """
        child = QgsProcessingModelChildAlgorithm(algorithm if ":" in algorithm else f"{PROVIDER}:{algorithm}")
        child.setChildId(name)
        child.setDescription(child.algorithm().displayName())
        child.setSize(STEP)
        for parameter, source in sources.items():
            child.addParameterSources(parameter, [source])
        for definition in child.algorithm().parameterDefinitions():
            # The designer requires a source for every input that is not optional.
            optional = definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional
            if not (definition.isDestination() or optional or definition.name() in sources):
                child.addParameterSources(definition.name(), [FIXED(definition.defaultValue())])
        made = {}
        for output, title in {**outputs, **{number: number for number in numbers}}.items():
            out = QgsProcessingModelOutput(title, child.algorithm().outputDefinition(output).description())
            out.setChildId(child.childId())
            out.setChildOutputName(output)
            out.setMandatory(output == "OUTPUT" and title in ("Zones", "Grid"))
            out.setSize(OUTPUT)
            made[title] = out
        child.setModelOutputs(made)
        self.blocks.append(Block(child, "", len(self.blocks), 0, ""))
        return child.childId()

    def place(self, name: str, title: str, comment: str, at: tuple[int, int], group: str) -> None:
        """Name the step ``name``, say what it does, and put it in a column and row of a group."""
        block = next(each for each in self.blocks if each.child.childId() == name)
        block.child.setDescription(title)
        block.comment, (block.column, block.row), block.group = comment, at, group

    def _lay_out(self) -> None:
        """Give every box a place of its own."""
        left = list(self.model.parameterComponents())
        order = [name for name in self.help if name in left]
        for block in sorted(self.blocks, key=lambda each: (each.column, each.row)):
            used = {source.parameterName() for sources in block.child.parameterSources().values() for source in sources}
            block.inputs = [name for name in order if name in used]
            order = [name for name in order if name not in used]
        rows = max(block.row for block in self.blocks) + 1
        heights = [max(each.height for each in self.blocks if each.row == row) for row in range(rows)]
        tops = [sum(heights[:row]) + (HEADING + 3 * MARGIN) * row for row in range(rows)]
        frames: dict[str, QRectF] = {}
        components = self.model.parameterComponents()
        for block in self.blocks:
            x, y = block.column * (BLOCK_WIDTH + BETWEEN), tops[block.row]
            for number, name in enumerate(block.inputs):
                components[name].setPosition(QPointF(x + INPUT.width() / 2, y + INPUT.height() / 2 + LINE * number))
            step = QPointF(x + INPUT.width() + FROM_INPUTS + STEP.width() / 2, y + block.step_y)
            block.child.setPosition(step)
            comment = block.child.comment()
            comment.setDescription(block.comment)
            comment.setSize(QSizeF(STEP.width() + 60, block.comment_height))
            comment.setPosition(QPointF(step.x() + 30, y + block.comment_height / 2))
            comment.setColor(QColor(COMMENT_COLOUR))
            outputs = block.child.modelOutputs()
            for number, out in enumerate(outputs.values()):
                away = QPointF(OUTPUTS_FROM + OUTPUT.width() / 2, BELOW_STEP + LINE * number)
                out.setPosition(step + away)
            block.child.setModelOutputs(outputs)
            frame = QRectF(x, y, BLOCK_WIDTH, heights[block.row])
            frames[block.group] = frames.get(block.group, frame).united(frame)
            self.model.addChildAlgorithm(block.child)
        self.model.setParameterComponents(components)
        # QGIS writes them in the order of their names, which it makes up.
        boxes = sorted((QgsProcessingModelGroupBox() for _ in frames), key=lambda each: each.uuid())
        for box, (group, frame) in zip(boxes, frames.items()):
            box.setDescription(group)
            frame = frame.adjusted(-MARGIN, -MARGIN - HEADING, MARGIN, MARGIN)
            box.setPosition(frame.center())
            box.setSize(frame.size())
            box.setColor(QColor(GROUP_COLOUR))
            self.model.addGroupBox(box)

    def save(self) -> None:
        """Write the model, with its inputs in the order in which they were added."""
        self._lay_out()
        self.model.setHelpContent(self.help)
        self.model.setParameterOrder([name for name in self.help if not name.startswith("ALG_")])
        self.model.updateDestinationParameters()
        path = MODELS / f"{self.name}.model3"
        if not self.model.toFile(str(path)):
            sys.exit(f"cannot write {path}")
        text = path.read_text(encoding="utf-8")
        # Each run would write other names of the group boxes.
        for number, found in enumerate(UUID.findall(text)):
            text = text.replace(found, str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name}/{number}")))
        # Empty comments are one third of the file and would slow down every start of QGIS.
        path.write_text(NO_COMMENT.sub("", text), encoding="utf-8")
        print(path.relative_to(ROOT))


def layer(name: str, title: str, optional: bool = False, polygon: bool = True):
    """A layer of zones or a table."""
    kind = QgsProcessing.SourceType.TypeVectorPolygon if polygon else QgsProcessing.SourceType.TypeVector
    return QgsProcessingParameterFeatureSource(name, title, [kind], optional=optional)


def column_of(name: str, title: str, parent: str = "ZONES", optional: bool = False):
    """A column of a layer."""
    return QgsProcessingParameterField(name, title, parentLayerParameterName=parent, optional=optional)


def copied(algorithm: str, name: str):
    """A copy of the parameter ``name`` of an algorithm."""
    definition = QgsApplication.processingRegistry().algorithmById(f"{PROVIDER}:{algorithm}").parameterDefinition(name)
    return definition.clone(), definition.help()
