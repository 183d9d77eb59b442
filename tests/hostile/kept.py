"""Helpers of the tests that no file of others is changed."""

from __future__ import annotations

from pathlib import Path

from osgeo import gdal
from qgis.core import QgsVectorFileWriter

READ = "is an input of this run and would be overwritten"


def saved(layer, path, name="", add=False):
    """Write a layer to a file, or as a further layer of it."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = QgsVectorFileWriter.driverForExtension(Path(path).suffix)
    options.layerName = name or Path(path).stem
    if add:
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    done = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), layer.transformContext(), options)
    assert done[0] == QgsVectorFileWriter.WriterError.NoError, done
    return str(path)


def names(path):
    """The layer names of a file."""
    there = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    return sorted(there.GetLayer(number).GetName() for number in range(there.GetLayerCount()))


def breaks(run, zones, output, limits):
    return run(
        "naturalbreakszoning", ZONES=zones, FIELD="supply", CLASSES=2, MERGE="", PRESET="numbered", METHOD="exact",
        OUTPUT=output, LIMITS=limits,
    )  # fmt: skip
