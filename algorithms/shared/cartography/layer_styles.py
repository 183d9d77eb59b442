"""Styling of outputs when QGIS loads them, and by style files next to file outputs; errors never stop a run."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from osgeo import gdal
from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingUtils,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ....compat import set_group
from ....core.runtime.i18n import tr, translated
from ....core.runtime.log import Log
from ....core.runtime.staging import staged_file
from ....core.symbology.coefficient_legends import NORMAL_T, coefficient_legend, is_coefficient
from ....core.symbology.legends import Legend, column_legend
from ....core.symbology.raster_legends import raster_legend
from ....core.symbology.themes import Theme, main_column
from ....core.tables import columns
from ....core.text.vocabulary import base_of
from .renderers import style
from .value_maps import show_aliases, show_vocabulary

# Stylers by destination. QGIS holds no reference to them, so that they would be garbage-collected before the layer is
# loaded. The oldest are removed if there are many, because layers are loaded directly after their run.
_LIVE: dict[str, Styler] = {}
_MOST_LIVE = 500
# Zone layers are above rasters.
VECTOR_ORDER, RASTER_ORDER = 1, 0
# Marker at the end of the plugin's style files, which later runs may replace; QGIS drops it when a user saves a style.
MARK = b"<!-- Written by the plugin Carbon Balance, which may replace it. -->\n"


class _Kept(ValueError):
    """A style file of the user exists and is kept."""


class Styler(QgsProcessingLayerPostProcessorInterface):
    """Styles a layer after QGIS has loaded it, and translates stored words in its attribute table.

    ``more`` are legends of other columns, kept as further styles of the layer to choose from; ``names`` the columns
    that are called in words with units.
    """

    def __init__(self, legend: Legend | str | None, more: Sequence[Legend] = (), names: Sequence[str] = ()) -> None:
        super().__init__()
        self.legend, self.more, self.names = legend, more, names

    def postProcessLayer(self, layer, context, feedback) -> None:
        """Called by QGIS in the main thread."""
        try:
            # Before the styles, each of which keeps them.
            show_aliases(layer, self.names)
            for each in self.more:
                style(layer, each)
                layer.styleManager().addStyleFromLayer(each.title)
            if self.legend is not None:
                style(layer, self.legend)
            # A style file would overwrite form settings.
            show_vocabulary(layer)
            # An output of a model is named by its id, which is English.
            name = translated(layer.name())
            if isinstance(self.legend, Legend):
                # The legend title describes the colours, with the unit.
                name = self.legend.layer_name or tr("{layer}: {legend}").format(layer=name, legend=self.legend.title)
            layer.setName(name)
        except Exception as error:  # A missing style must not stop a run.
            feedback.pushInfo(_format_failure(layer.name() if layer is not None else tr("A layer"), error))


def _format_failure(name: str, error: Exception) -> str:
    return tr("{layer} was not styled: {reason}.").format(layer=name, reason=error)


def zones_legend(new: Mapping[str, Sequence[object]], known: Mapping[str, Sequence[object]]) -> Legend | str | None:
    """The legend of zones by the columns added by a run; a style file for clusters and local coefficients.

    Args:
        new: the added columns.
        known: all columns, which determine classes and index.
    """
    if columns.LISA_CLASS in new:
        return "lisa"
    main = main_column(new)
    if main is None:
        return None
    return legend_of(main, known)


def legend_of(
    column: str, known: Mapping[str, Sequence[object]], count: int | None = None, critical_t: float = NORMAL_T
) -> Legend | None:
    """The legend of ``column`` in ``known``; columns with the same suffix determine index and classes."""
    if is_coefficient(column, known):
        return coefficient_legend(column, known, critical_t)
    suffix = column[len(base_of(column) or column) :]
    index = next((each for each in known.get(columns.INDEX_NAME + suffix, ()) if each is not None), "")
    quadrants = columns.EEC_DISTANCE + suffix in known
    classes = known.get(columns.CLASS + suffix, ())
    comparison = next((each for each in known.get(columns.COMPARISON + suffix, ()) if each is not None), "")
    return column_legend(
        column, known[column], str(index), quadrants=quadrants, classes=classes, count=count, comparison=str(comparison)
    )


def style_vector(context: QgsProcessingContext, destination: str, legend, log: Log, names: Sequence[str] = ()) -> None:
    """Style the layer at ``destination`` when it is loaded, and write a style file next to it.

    ``legend`` is a legend, the name of a style file, or a function that returns one of these or a list of legends, of
    which the first is the default. ``names`` are the columns of ours, which get aliases.
    """
    make = legend if callable(legend) else lambda: legend
    _register(context, destination, _Look(make, _open_vector, VECTOR_ORDER, names), log)


def show_table(context: QgsProcessingContext, destination: str, log: Log, names: Sequence[str] = ()) -> None:
    """Have the table at ``destination`` show its columns and words in the user's language when it loads."""
    _register(context, destination, _Look(lambda: None, _open_vector, VECTOR_ORDER, names), log)


def style_raster(
    context: QgsProcessingContext, path: str, legend: Legend | Theme | str | None, log: Log, title: str = ""
) -> None:
    """Like :func:`style_vector`, for a raster file; the default legend follows from the band description."""

    def make() -> Legend | str | None:
        return raster_legend(path, legend, title) if legend is None or isinstance(legend, Theme) else legend

    _register(context, path, _Look(make, _open_raster, RASTER_ORDER), log)


@contextlib.contextmanager
def _open_vector(destination: str) -> Iterator[QgsMapLayer]:
    yield QgsVectorLayer(destination, "", "ogr")


@contextlib.contextmanager
def _open_raster(destination: str) -> Iterator[QgsMapLayer]:
    """A raster of one cell with the same bands, because QGIS would read the whole raster to stretch default colours."""
    given, path = gdal.Open(destination), f"/vsimem/{uuid.uuid4().hex}.vrt"
    cell = gdal.GetDriverByName("VRT").Create(path, 1, 1, given.RasterCount, given.GetRasterBand(1).DataType)
    cell.SetGeoTransform(given.GetGeoTransform())
    cell.SetProjection(given.GetProjection())
    del cell
    options = QgsRasterLayer.LayerOptions()
    options.loadDefaultStyle = False
    try:
        yield QgsRasterLayer(path, "", "gdal", options)
    finally:
        gdal.Unlink(path)


class _Look(NamedTuple):
    """How an output is to look: what makes its legend, what opens it, its order among layers, its columns of ours."""

    make: Callable[[], object]
    open: Callable[[str], AbstractContextManager[QgsMapLayer]]
    order: int
    names: Sequence[str] = ()


def _register(context: QgsProcessingContext, destination: str, look: _Look, log: Log) -> None:
    path = Path(destination.split("|")[0])
    loads, stays = context.willLoadLayerOnCompletion(destination), _stays(path)
    if not (loads or stays):
        return
    try:
        made = look.make()
        legends = [each for each in made if each is not None] if isinstance(made, list) else [made]
        legend, more = (legends[0] if legends else None), legends[1:]
        if legend is None and look.order == RASTER_ORDER:
            return
        if loads:
            styler = Styler(legend, more, look.names)
            _LIVE.pop(destination, None)
            _LIVE[destination] = styler
            while len(_LIVE) > _MOST_LIVE:
                _LIVE.pop(next(iter(_LIVE)))
            details = context.layerToLoadOnCompletionDetails(destination)
            details.setPostProcessor(styler)
            if legend is not None:
                set_group(details, tr("Carbon Balance"), look.order)
        if stays and legend is not None and _names_file(destination, path):
            _write_beside(path, destination, legend, look)
    except Exception as error:  # A missing style must not stop a run.
        (log.warn if isinstance(error, _Kept) else log.info)(_format_failure(path.name, error))


def _stays(path: Path) -> bool:
    """Whether the output is a permanent file with a layer that has geometries."""
    temporary = Path(QgsProcessingUtils.tempFolder()) in path.parents
    return path.is_file() and not temporary and path.suffix.lower() not in (".csv", ".xlsx", ".ods")


def _names_file(destination: str, path: Path) -> bool:
    """Whether the style file of a path applies to the layer, which may be one of several in a database."""
    _, named, layer = destination.partition("|layername=")
    return not named or layer == path.stem


def _write_beside(path: Path, destination: str, legend: Legend | str, look: _Look) -> None:
    """Write the style as a file with the same stem, which QGIS uses as default style."""
    target = path.with_suffix(".qml")
    before = target.read_bytes() if target.exists() else MARK
    if (b"<rasterrenderer" in before) != (look.order == RASTER_ORDER) and before != MARK:
        raise ValueError(
            tr("{file} is the style of another layer with the same name; give the two different names").format(
                file=target.name
            )
        )
    if MARK not in before:
        raise _Kept(
            tr("{file} was not written by this plugin and is kept; use another output name").format(file=target.name)
        )
    with staged_file(target) as beside:
        with look.open(destination) as layer:
            style(layer, legend)
            kept = QgsMapLayer.StyleCategory.Symbology
            if show_aliases(layer, look.names):
                kept |= QgsMapLayer.StyleCategory.Fields
            if show_vocabulary(layer):
                kept |= QgsMapLayer.StyleCategory.Forms
            if isinstance(layer, QgsVectorLayer) and layer.labelsEnabled():
                kept |= QgsMapLayer.StyleCategory.Labeling
            message, saved = layer.saveNamedStyle(str(beside), kept)
            del layer  # GDAL rewrites a VRT when it is closed.
        if not saved:
            raise OSError(message)
        with beside.open("ab") as file:
            file.write(MARK)
