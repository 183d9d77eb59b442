"""The provider: every algorithm file under ``algorithms/`` and every model in ``resources/models``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingProvider,
)
from qgis.PyQt.QtGui import QIcon

from . import algorithms
from .algorithms.shared import groups
from .algorithms.shared.algorithm import CarbonAlgorithm
from .algorithms.shared.choices import completed, show_labels, unknown_choice
from .algorithms.shared.manual import manual_page
from .algorithms.shared.preferences import begin_with_preference
from .compat import is_null, set_model_group
from .core.runtime.errors import CarbonBalanceError
from .core.runtime.i18n import ENGLISH, language, tr, translated
from .core.runtime.log import Log

ROOT = Path(__file__).parent
ICONS = ROOT / "resources" / "icons"
MODELS = ROOT / "resources" / "models"


def algorithm_classes() -> list[type[CarbonAlgorithm]]:
    """The algorithm of each file in ``algorithms/<group>/``, in the order of their paths."""
    groups = [path for path in sorted(Path(algorithms.__file__).parent.iterdir()) if path.is_dir()]
    # Modules in algorithms/shared are skipped; many of them are needed only when an algorithm runs.
    names = [
        f"{algorithms.__name__}.{group.name}.{module.name}"
        for group in groups
        if group.name != "shared"
        for module in pkgutil.iter_modules([str(group)])
    ]
    found = []
    for name in names:
        namespace = vars(importlib.import_module(name))
        found += [
            item
            for item in namespace.values()
            if isinstance(item, type) and issubclass(item, CarbonAlgorithm) and item.__module__ == name and item.ID
        ]
    return found


class BundledModel(QgsProcessingModelAlgorithm):
    """A bundled model, which belongs to the provider of the plugin."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.fromFile(str(path))
        self._each_text(translated)
        for definition in self.parameterDefinitions():
            show_labels(definition)
            begin_with_preference(definition)
        set_model_group(self, tr("Carbon Balance"))

    def createInstance(self):
        """A new instance, read from the same file."""
        return BundledModel(self.path)

    def texts(self) -> list[str]:
        """All user-visible texts of the model."""
        found: list[str] = []

        def keep(text: str) -> str:
            found.append(text)
            return text

        self._each_text(keep)
        # QGIS calls the layer of an output by the second part of its id.
        return found + [each.name().split(":")[-1] for each in self.destinationParameterDefinitions()]

    def _each_text(self, change: Callable[[str], str]) -> None:
        """Replace every user-visible text by ``change`` of it."""
        self.setName(change(self.displayName()))
        content = {key: str(change(text)) for key, text in self.helpContent().items() if isinstance(text, str) and text}
        self.setHelpContent(content)
        for definition in self.parameterDefinitions():
            definition.setDescription(change(definition.description()))
            definition.setHelp(content.get(definition.name()) or change(definition.help()))
        for output in self.outputDefinitions():
            output.setDescription(change(output.description()))
        if change is translated and language() == ENGLISH:
            return  # Every call creates new copies of the steps.
        for child_id in self.childAlgorithms():
            child = self.childAlgorithm(child_id)
            child.setDescription(change(child.description()))
            child.comment().setDescription(change(child.comment().description()))
        for box in self.groupBoxes():
            # The list holds copies: what is added replaces the box of the same id.
            box.setDescription(change(box.description()))
            self.removeGroupBox(box.uuid())
            self.addGroupBox(box)

    def name(self) -> str:
        """The id: the file's stem."""
        return self.path.stem

    def checkParameterValues(self, parameters, context):
        """The check of QGIS, then that of destinations, because a step does not know the inputs of the model."""
        from .algorithms.shared.checks.destinations import check_destinations
        from .algorithms.shared.inputs.given import Given
        from .algorithms.shared.inputs.table_files import openable

        parameters = completed(self, parameters)
        unknown = unknown_choice(self, parameters)
        if unknown:
            return False, unknown
        try:
            check_destinations(Given(self, parameters, context, Log()))
        except CarbonBalanceError as error:
            return False, str(error)
        return super().checkParameterValues(openable(self, parameters, context), context)

    def with_defaults(self, parameters: dict) -> dict:
        """The parameters, with defaults for missing inputs.

        Without this, QGIS would pass nothing on, and steps would use their own defaults instead of those of the model.
        """
        missing = {
            definition.name(): definition.defaultValue()
            for definition in self.parameterDefinitions()
            if not definition.isDestination()
            and is_null(parameters.get(definition.name()))
            and not is_null(definition.defaultValue())
        }
        return {**parameters, **missing}

    def idle_steps(self, parameters: dict) -> list[str]:
        """The steps that would only make what is not asked for: no other step needs them, and no output is given."""
        asked = {
            definition.name(): self._is_asked(definition.name(), parameters)
            or not definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional
            for definition in self.parameterDefinitions()
            if definition.isDestination()
        }
        return [
            step
            for step, child in self.childAlgorithms().items()
            # A number is no destination; it is always asked for.
            if not any(asked.get(f"{step}:{title}", True) for title in child.modelOutputs())
            and not self.dependentChildAlgorithms(step)
        ]

    def needed_outputs(self, parameters: dict) -> dict[str, str]:
        """Temporary places for outputs that nobody asked for, but an active step reads: QGIS would not make them."""
        places = {}
        for child in self.childAlgorithms().values():
            sources = (source for each in child.parameterSources().values() for source in each)
            for source in sources if child.isActive() else ():
                for title, output in self._outputs_of(source.outputChildId()).items():
                    name = f"{source.outputChildId()}:{title}"
                    if output.childOutputName() == source.outputName() and not self._is_asked(name, parameters):
                        places[name] = QgsProcessing.TEMPORARY_OUTPUT
        return places

    def _outputs_of(self, step: str) -> dict:
        """The outputs of the model that come from a step, by title."""
        return self.childAlgorithm(step).modelOutputs() if step in self.childAlgorithms() else {}

    def _is_asked(self, name: str, parameters: dict) -> bool:
        """Whether a place was given for an output of the model."""
        return not (is_null(parameters.get(name)) or parameters[name] == "")

    def processAlgorithm(self, parameters, context, feedback):
        """QGIS's own run, with the model's own defaults and without idle steps."""
        from .algorithms.shared.provenance import unknown_parameters

        ignored = unknown_parameters(self, parameters)
        if ignored:
            feedback.pushWarning(ignored)
        for step in self.idle_steps(parameters):
            self.childAlgorithm(step).setActive(False)
        parameters = {**parameters, **self.needed_outputs(parameters)}
        return super().processAlgorithm(self.with_defaults(completed(self, parameters)), context, feedback)

    def group(self) -> str:
        """Shown above the model in the toolbox."""
        return groups.MODELS.title()

    def groupId(self) -> str:
        """Stable id of the group."""
        return groups.MODELS.id

    def helpUrl(self) -> str:
        """The model's page in the manual."""
        return manual_page(self.name())

    def icon(self) -> QIcon:
        """The icon of models, apart from that of algorithms."""
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        """The file of the icon."""
        return str(ICONS / "model.svg")


class CarbonBalanceProvider(QgsProcessingProvider):
    """Provider ``carbonbalance``."""

    def id(self) -> str:
        """Stable id: algorithms are called ``carbonbalance:...``."""
        return "carbonbalance"

    def name(self) -> str:
        """Short name in the toolbox."""
        return tr("Carbon Balance")

    def longName(self) -> str:
        """A short description."""
        return tr("Carbon Balance: from land cover and statistics to a carbon balance plan")

    def icon(self) -> QIcon:
        """The provider's icon."""
        return QIcon(str(ICONS / "provider.svg"))

    def supportedOutputRasterLayerExtensions(self) -> list[str]:
        """Only GeoTIFF, which can be written by blocks and compressed."""
        return ["tif", "tiff"]

    def loadAlgorithms(self) -> None:
        """Add all algorithms, and the models if the provider is registered."""
        for algorithm in algorithm_classes():
            self.addAlgorithm(algorithm())
        if QgsApplication.processingRegistry().providerById(self.id()) is not None:
            self.load_models()

    def load_models(self) -> None:
        """Add the bundled models, whose steps can be resolved only after the provider is registered."""
        for path in sorted(MODELS.glob("*.model3")):
            self.addAlgorithm(BundledModel(path))
