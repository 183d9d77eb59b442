"""Base class of all algorithms: execution, logging, error handling and help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtGui import QIcon

from ...core.runtime.errors import Cancelled, CarbonBalanceError, format_out_of_memory, lack_of_memory
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
    """A core log that forwards to the feedback of QGIS."""

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
    """Base class: a subclass describes the algorithm and its parameters, and implements :meth:`compute`.

    A subclass defines ``ID`` and ``GROUP``, ``displayName``, ``shortDescription``, ``tags``,
    ``help_text``, ``initAlgorithm`` and ``compute``.
    """

    ID = ""
    GROUP: Group

    def createInstance(self):
        """A new instance for each run."""
        return type(self)()

    def name(self) -> str:
        """The id."""
        return self.ID

    def group(self) -> str:
        """The title of the group in the user's language."""
        return self.GROUP.title()

    def groupId(self) -> str:
        """The stable id of the group."""
        return self.GROUP.id

    def icon(self) -> QIcon:
        """The icon of the group."""
        return QIcon(str(ICONS / f"{self.GROUP.id}.svg"))

    def helpUrl(self) -> str:
        """The page of the algorithm in the manual."""
        return manual_page(self.ID)

    def shortHelpString(self) -> str:
        """The help text shown next to the dialog."""
        return "".join(f"<p>{part.strip()}</p>" for part in self.help_text().strip().split("\n\n"))

    def help_text(self) -> str:
        """Help text as paragraphs of HTML, separated by blank lines."""
        raise NotImplementedError

    def add(self, parameter, help_text: str, advanced: bool = False, when: dict | None = None) -> None:
        """Add ``parameter`` with its help; ``when`` are the conditions of :mod:`.checks.ignored_parameters`."""
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
        """The check of QGIS, but listing valid choices, and accepting files that only the plugin can read."""
        from .inputs.table_files import openable
        from .inputs.tiles import with_mosaics
        from .inputs.unreadable import why_not_loaded

        try:
            parameters = with_mosaics(self, completed(self, parameters))
        except CarbonBalanceError as error:
            return False, str(error)
        unknown = unknown_choice(self, parameters)
        if unknown:
            return False, unknown
        valid, message = super().checkParameterValues(openable(self, parameters, context), context)
        return valid, message if valid else why_not_loaded(self, parameters, message)

    def processAlgorithm(self, parameters, context, feedback):
        """Run, and convert exceptions to QgsProcessingException."""
        from ...core.runtime.gdal_state import close_all
        from .inputs.given import Given

        log = QgisLog(feedback)
        given = Given(self, completed(self, parameters), context, log)
        try:
            return self._run(given, log)
        except (CarbonBalanceError, QgsProcessingException) as error:
            refusal = str(error)
        except MemoryError as error:
            refusal = format_out_of_memory(error)
        except RuntimeError as error:
            lack = lack_of_memory(str(error))
            if lack is None:
                raise
            refusal = str(lack)
        except Cancelled:
            refusal = tr("Cancelled: nothing was written.")
        finally:
            given.discard()
            close_all()
        # QGIS keeps the exception, and its traceback would keep layers alive.
        del parameters, context, feedback, given, log
        raise QgsProcessingException(refusal)

    def _run(self, given: Given, log: Log) -> dict:
        from ...core.runtime.cluster import scheduled
        from ...core.runtime.gdal_state import errors_raised
        from ...core.runtime.matrix_buffers import take_matrix_buffers
        from ...core.runtime.threads import threads, use_threads
        from .checks.columns import check_columns
        from .checks.destinations import check_destinations
        from .checks.rasters import warn_of_raster_units, warn_of_same_raster
        from .inputs.tiles import with_mosaics
        from .provenance import log_parameters

        log_parameters(given)
        given.parameters = with_mosaics(self, given.parameters, log)
        check_destinations(given)
        check_columns(given)
        check_percentages(given)
        use_threads(most_threads())
        take_matrix_buffers(threads())
        with errors_raised(), scheduled(self.scheduler_address(given.parameters, given.context)):
            warn_of_same_raster(given)
            warn_of_raster_units(given)
            warn_of_ignored_parameters(given)
            return self.compute(given, log)

    def scheduler_address(self, parameters, context) -> str:
        """The scheduler given by the user, "" for none or for an algorithm without raster passes."""
        if self.parameterDefinition(SCHEDULER) is None:
            return ""
        return self.parameterAsString(parameters, SCHEDULER, context)

    def columns_by_name(self, given: Given, fields: list[str]) -> list[str]:
        """Numeric columns of the zones that the algorithm finds by name, in addition to chosen ones."""
        return []

    def compute(self, given: Given, log: Log) -> dict:
        """Read the parameters, call core, write outputs; returns output name -> value."""
        raise NotImplementedError
