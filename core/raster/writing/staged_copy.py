"""A raster that is copied as it is, in the manner of the rasters that are written."""

from __future__ import annotations

import shutil
from pathlib import Path

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr
from ...runtime.staging import StagedFile, cannot_write


class CopiedRaster(StagedFile):
    """A copy that appears whole or not at all; use it as :class:`core.raster.writing.writer.StagedRaster`.

    Raises:
        CarbonBalanceError: another file type than the source's, or a folder that cannot be written to.
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
        """Do nothing: there is nothing left to do."""
