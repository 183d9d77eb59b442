"""Reading of numbers, texts, choices, columns and paths."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qgis.core import QgsProcessingParameterDefinition

from ....compat import in_desktop, is_null
from ....core.options.tables import COMMA, POINT
from ....core.runtime.errors import CarbonBalanceError
from ....core.runtime.i18n import tr
from ....core.runtime.log import Log
from ....core.tables.spelling.numerals import AmbiguousNumber, parse_number
from ....core.tables.table import LARGEST


def titled(definition: QgsProcessingParameterDefinition) -> str:
    """The name of a parameter in messages: its title as in dialogs, and its name as in commands."""
    return f"{definition.description()} ({definition.name()})"


class GivenValues:
    """The parameters of a run, except layers."""

    def __init__(self, algorithm, parameters: dict, context, log: Log) -> None:
        self.algorithm = algorithm
        self.parameters = parameters
        self.context = context
        self.log = log
        self.staged: list = []
        self._warned_crs: set[str] = set()
        self._better: dict[str, object] = {}  # Layers that are read with another encoding than QGIS uses.
        self.filtered: set[str] = set()
        # Class densities or coefficients used by the run, for its record.
        self.class_values: dict[str, float] = {}
        self.class_unit = ""

    def discard(self) -> None:
        """Remove unpublished rasters and pages."""
        for each in self.staged:
            each.discard()

    def note_class_values(self, unit: str, codes: Iterable[int], names: Iterable[str], values: Iterable[float]) -> None:
        """Store class densities or coefficients for the record of the run."""
        self.class_unit = unit
        self.class_values = {f"{code} {name}".strip(): float(value) for code, name, value in zip(codes, names, values)}

    def has(self, name: str) -> bool:
        """Whether the optional input ``name`` was given."""
        return self.parameters.get(name) not in (None, "", [], [None])

    def text(self, name: str) -> str:
        """A text, "" if not given."""
        return self.algorithm.parameterAsString(self.parameters, name, self.context).strip()

    def choice(self, name: str) -> str:
        """The chosen option of an enumeration with static strings."""
        return self.algorithm.parameterAsEnumString(self.parameters, name, self.context)

    def number(self, name: str) -> float | None:
        """A number, ``None`` if not given and without default.

        Raises:
            CarbonBalanceError: it is NaN, infinite, or too large.
        """
        value = self.parameters.get(name)
        if is_null(value) or value == "":
            # Models pass None for inputs that are left at their default.
            value = self.algorithm.parameterDefinition(name).defaultValue()
        if is_null(value) or value == "":
            return None
        number = self._typed(value, name)
        if not abs(number) <= LARGEST:
            raise CarbonBalanceError(
                tr("{parameter} is {value}: a finite number within the usual range is needed.").format(
                    parameter=self.title(name), value=value
                )
            )
        return number

    def _typed(self, value: object, name: str) -> float:
        """A number as entered: QGIS would silently read 3,938 as 0."""
        if isinstance(value, str):
            try:
                number = parse_number(value)
            except AmbiguousNumber:
                raise CarbonBalanceError(
                    tr(
                        '{parameter}: "{value}" may contain a decimal comma or a thousands separator: write {point} '
                        "or {whole}."
                    ).format(
                        parameter=self.title(name),
                        value=value,
                        point=f"{parse_number(value, COMMA):g}",
                        whole=f"{parse_number(value, POINT):.0f}",
                    )
                ) from None
            except ValueError:
                number = None
            if number is None:
                raise CarbonBalanceError(
                    tr('{parameter}: "{value}" is not a number.').format(parameter=self.title(name), value=value)
                )
            return number
        if isinstance(value, (list, tuple, dict)):
            raise CarbonBalanceError(
                tr('{parameter}: "{value}" is not a number.').format(parameter=self.title(name), value=value)
            )
        return self.algorithm.parameterAsDouble(self.parameters, name, self.context)

    def integer(self, name: str) -> int | None:
        """A whole number, ``None`` if not given and without default.

        Raises:
            CarbonBalanceError: a number with a fraction.
        """
        value = self.number(name)
        if value is not None and value != int(value):
            raise CarbonBalanceError(
                tr("{parameter} = {value:g}: a whole number is needed.").format(parameter=self.title(name), value=value)
            )
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        """A boolean."""
        return self.algorithm.parameterAsBool(self.parameters, name, self.context)

    def fields(self, name: str) -> list[str]:
        """The chosen fields, in the spelling of the layer.

        Raises:
            CarbonBalanceError: no field is chosen although one is required.
        """
        chosen = [field for field in self.algorithm.parameterAsFields(self.parameters, name, self.context) if field]
        definition = self.algorithm.parameterDefinition(name)
        if not chosen and not definition.flags() & definition.Flag.FlagOptional:
            raise CarbonBalanceError(tr("{input}: choose a column.").format(input=self.title(name)))
        return chosen

    def field(self, name: str) -> str | None:
        """The chosen field, or ``None``."""
        fields = self.fields(name)
        return fields[0] if fields else None

    def matrix(self, name: str) -> list:
        """The cells of a matrix parameter, row by row."""
        return list(self.algorithm.parameterAsMatrix(self.parameters, name, self.context))

    def output_path(self, name: str) -> str | None:
        """The path of a raster or file output, ``None`` if not requested."""
        path = self.algorithm.parameterAsOutputLayer(self.parameters, name, self.context)
        return path or None

    def file_path(self, name: str) -> str | None:
        """The path of a file output (a report), ``None`` if not requested."""
        path = self.algorithm.parameterAsFileOutput(self.parameters, name, self.context)
        return path or None

    def folder_path(self, name: str) -> Path | None:
        """The folder of outputs, ``None`` if not given.

        Raises:
            CarbonBalanceError: a file, or a relative path in the desktop, where the current folder is arbitrary.
        """
        if not self.has(name):
            return None
        is_output = self.algorithm.parameterDefinition(name).isDestination()
        text = (self.file_path(name) or "") if is_output else self.text(name)
        folder = Path(text).expanduser()
        if not folder.is_absolute() and in_desktop():
            raise CarbonBalanceError(
                tr("{parameter}: {folder} is a relative path: give the full path, such as {full}.").format(
                    parameter=self.title(name), folder=text, full=folder.absolute()
                )
            )
        if folder.is_file():
            raise CarbonBalanceError(
                tr("{parameter}: {folder} is a file, but a folder is needed.").format(
                    parameter=self.title(name), folder=text
                )
            )
        return folder.absolute()

    def title(self, name: str) -> str:
        """The name of the parameter ``name`` in messages."""
        return titled(self.algorithm.parameterDefinition(name))

    def file_input(self, name: str) -> str | None:
        """The path of an input file, ``None`` if not given."""
        return self.algorithm.parameterAsFile(self.parameters, name, self.context) if self.has(name) else None
