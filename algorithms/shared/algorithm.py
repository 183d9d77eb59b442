"""What every algorithm shares: how it runs, reports, refuses, and shows its help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtGui import QIcon

from ...core.runtime.errors import Cancelled, CarbonBalanceError, told_out_of_memory
from ...core.runtime.i18n import tr
from ...core.runtime.log import Log
from .checks.ignored_parameters import WHEN, warn_of_ignored_parameters
from .checks.percentages import check_percentages
from .choices import completed, show_labels, unknown_choice
from .groups import Group
from .manual import manual_page
from .parameters.table_reading import (
    DECIMAL,
    ZONES_ENCODING,
    add_table_reading,
    add_zones_encoding,
    takes_places,
    takes_tables,
)
from .preferences import begin_with_preference, most_threads

if TYPE_CHECKING:
    from .inputs.given import Given

PLUGIN = Path(__file__).parents[2]
ICONS = PLUGIN / "resources" / "icons"
SCHEDULER = "SCHEDULER"


class QgisLog(Log):
    """A core log that shows itself in QGIS."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        super().__init__()
        self.feedback = feedback

    def info(self, sentence: str) -> None:
        super().info(sentence)
        self.feedback.pushInfo(sentence)

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            super().warn(sentence)
            self.feedback.pushWarning(sentence)

    def progress(self, fraction: float) -> None:
        self.feedback.setProgress(100 * fraction)

    def is_cancelled(self) -> bool:
        return self.feedback.isCanceled()


class CarbonAlgorithm(QgsProcessingAlgorithm):
    """Base of all: a subclass says what it is and takes, and computes in :meth:`compute`.

    A subclass defines ``ID`` and ``GROUP``, ``displayName``, ``shortDescription``, ``tags``,
    ``help_text``, ``initAlgorithm`` and ``compute``.
    """

    ID = ""
    GROUP: Group

    def createInstance(self):
        """A fresh one for each run."""
        return type(self)()

    def name(self) -> str:
        """The id."""
        return self.ID

    def group(self) -> str:
        """The group's title in the user's language."""
        return self.GROUP.title()

    def groupId(self) -> str:
        """The group's stable id."""
        return self.GROUP.id

    def icon(self) -> QIcon:
        """The group's icon."""
        return QIcon(str(ICONS / f"{self.GROUP.id}.svg"))

    def helpUrl(self) -> str:
        """The algorithm's page in the manual."""
        return manual_page(self.ID)

    def shortHelpString(self) -> str:
        """The help beside the dialog: what the algorithm answers, needs and gives."""
        return "".join(f"<p>{part.strip()}</p>" for part in self.help_text().strip().split("\n\n"))

    def help_text(self) -> str:
        """Paragraphs of HTML text, a blank line between them."""
        raise NotImplementedError

    def add(self, parameter, help_text: str, advanced: bool = False, when: dict | None = None) -> None:
        """Add ``parameter`` with its help; ``when`` it is used is stated as in :mod:`.checks.ignored_parameters`."""
        parameter.setHelp(help_text)
        show_labels(parameter)
        begin_with_preference(parameter)
        if when:
            parameter.setMetadata({**parameter.metadata(), WHEN: when})
        if advanced:
            parameter.setFlags(parameter.flags() | parameter.Flag.FlagAdvanced)
        self.addParameter(parameter)
        if takes_tables(parameter) and self.parameterDefinition(DECIMAL) is None:
            add_table_reading(self)
        if takes_places(parameter) and self.parameterDefinition(ZONES_ENCODING) is None:
            add_zones_encoding(self)

    def checkParameterValues(self, parameters, context):
        """QGIS's own check, but an unknown choice is answered with those there are, and files that only we can read
        are let through."""
        from .inputs.table_files import openable
        from .inputs.tiles import with_mosaics

        try:
            parameters = with_mosaics(self, completed(self, parameters))
        except CarbonBalanceError as error:
            return False, str(error)
        unknown = unknown_choice(self, parameters)
        if unknown:
            return False, unknown
        return super().checkParameterValues(openable(self, parameters, context), context)

    def processAlgorithm(self, parameters, context, feedback):
        """Run, and turn what stopped the run into QGIS's own exception."""
        from ...core.runtime.gdal_state import close_all
        from .inputs.given import Given

        log = QgisLog(feedback)
        given = Given(self, completed(self, parameters), context, log)
        try:
            return self._run(given, log)
        except (CarbonBalanceError, QgsProcessingException) as error:
            refusal = str(error)
        except MemoryError as error:
            refusal = told_out_of_memory(error)
        except Cancelled:
            refusal = tr("Cancelled: nothing was written.")
        finally:
            given.discard()
            close_all()
        # QGIS keeps the exception forever, and with it the layers in the frames of its traceback.
        del parameters, context, feedback, given, log
        raise QgsProcessingException(refusal)

    def _run(self, given: Given, log: Log) -> dict:
        from ...core.runtime.cluster import scheduled
        from ...core.runtime.gdal_state import errors_raised
        from ...core.runtime.threads import use_threads
        from .checks.columns import check_columns
        from .checks.destinations import check_destinations
        from .checks.rasters import warn_of_same_raster
        from .inputs.tiles import with_mosaics
        from .provenance import log_parameters

        log_parameters(given)
        given.parameters = with_mosaics(self, given.parameters, log)
        check_destinations(given)
        check_columns(given)
        check_percentages(given)
        use_threads(most_threads())
        with errors_raised(), scheduled(self.scheduler_address(given.parameters, given.context)):
            warn_of_same_raster(given)
            warn_of_ignored_parameters(given)
            return self.compute(given, log)

    def scheduler_address(self, parameters, context) -> str:
        """The scheduler that the user gave, "" for none or for an algorithm that has no raster pass."""
        if self.parameterDefinition(SCHEDULER) is None:
            return ""
        return self.parameterAsString(parameters, SCHEDULER, context)

    def columns_by_name(self, given: Given, fields: list[str]) -> list[str]:
        """Which columns of its zones hold numbers that it finds by their names, beside those that are chosen."""
        return []

    def compute(self, given: Given, log: Log) -> dict:
        """Read what was given, call core, write outputs; returns output name -> value."""
        raise NotImplementedError
