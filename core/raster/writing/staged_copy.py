"""Unchanged copies of rasters, with the interface of rasters that are written."""

from __future__ import annotations

import shutil
from pathlib import Path

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.staging import StagedFile, cannot_write


class CopiedRaster(StagedFile):
    """A copy that appears complete or not at all, with the interface of ``writer.StagedRaster``.

    Raises:
        CarbonBalanceError: a file type other than that of the source, or a folder that cannot be written to.
    """

    def __init__(self, source: Path, path: str) -> None:
        super().__init__(Path(path))
        if self.path.suffix.lower() not in (".tif", ".tiff"):
            raise CarbonBalanceError(
                tr("The output raster {path} must be a GeoTIFF: use a name that ends in .tif.").format(path=path)
            )
        try:
            shutil.copyfile(source, self.beside)
        except OSError as error:
            self.discard()
            raise cannot_write(path, error) from None

    @property
    def hidden_file(self) -> Path:
        """The copy under its hidden name."""
        return self.beside

    def finish(self) -> None:
        """Do nothing: the copy is complete."""
