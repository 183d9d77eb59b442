"""Algorithm "Copy the models to my models": editable copies of the bundled models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsApplication, QgsProcessingModelAlgorithm, QgsProcessingParameterFile

from ...core.runtime.errors import CarbonBalanceError, listed
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from ..shared.algorithm import CarbonAlgorithm
from ..shared.groups import ASSESSMENT
from ..shared.outputs.results import add_results

if TYPE_CHECKING:
    from ..shared.inputs.given import Given

PROVIDER, MODELS = "carbonbalance", "model"


class CopyModels(CarbonAlgorithm):
    """Copies the bundled models to the models folder of the user."""

    ID = "copymodels"
    GROUP = ASSESSMENT
    FOLDER = "FOLDER"

    def displayName(self):
        return tr("Copy the models to my models")

    def shortDescription(self):
        return tr("Makes the models editable: copies of them appear under Models in the toolbox.")

    def tags(self):
        return ["model", "designer", "edit", "copy", "模型"]

    def help_text(self):
        return tr(
            "How do I change a model? QGIS can open only the user's own models in the model designer, not those of a "
            "plugin. This algorithm copies the models of the plugin, in your language, to your models folder; they "
            "then appear in the toolbox under Models, where a right-click opens them for editing.\n\n"
            "An existing model with the same file name is not changed: rename or remove it to get a new copy. A copy "
            "is yours: it does not change when the plugin is updated."
        )

    def initAlgorithm(self, config=None):
        self.add(
            QgsProcessingParameterFile(
                self.FOLDER, tr("Folder"), QgsProcessingParameterFile.Behavior.Folder, optional=True
            ),
            tr("Folder for the copies. If empty: the models folder of your QGIS profile."),
            advanced=True,
        )
        add_results(self, ("MODELS_COPIED",))

    def compute(self, given: Given, log: Log) -> dict:
        from ..shared.outputs.outputs import Outputs

        folder = given.folder_path(self.FOLDER) or Path(models_folder())
        provider = QgsApplication.processingRegistry().providerById(PROVIDER)
        models = [each for each in provider.algorithms() if isinstance(each, QgsProcessingModelAlgorithm)]
        copied, kept = [], []
        for model in models:
            file = folder / f"carbonbalance_{model.name()}.model3"
            if file.exists():
                kept.append(file.name)
                continue
            try:
                folder.mkdir(parents=True, exist_ok=True)
                written = model.create().toFile(str(file))
            except OSError as error:
                raise CarbonBalanceError(
                    tr("{folder} is not writable: {reason}. Choose another folder.").format(
                        folder=folder, reason=error.strerror
                    )
                ) from None
            if not written:
                raise CarbonBalanceError(tr("{file} cannot be written: choose another folder.").format(file=file))
            copied.append(file.name)
        if kept:
            log.warn(tr("These files already exist and were not changed: {files}.").format(files=listed(kept)))
        log.info(tr("{count} model(s) copied to {folder}.").format(count=len(copied), folder=folder))
        out = Outputs(given)
        out.numbers(MODELS_COPIED=len(copied))
        return out.write()

    def postProcessAlgorithm(self, context, feedback):
        """Show the copies in the toolbox; QGIS calls this in its main thread."""
        provider = QgsApplication.processingRegistry().providerById(MODELS)
        if provider is not None:
            provider.refreshAlgorithms()
        return {}


def models_folder() -> str:
    """The folder in which QGIS keeps the models of the user's profile."""
    from processing.modeler.ModelerUtils import ModelerUtils

    return ModelerUtils.modelsFolders()[0]
