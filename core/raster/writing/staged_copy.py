"""A raster that is copied as it is, in the manner of the rasters that are written."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from ...runtime.errors import CarbonBalanceError
from ...runtime.i18n import tr


class CopiedRaster:
    """A copy that appears whole or not at all; use it as :class:`core.raster.writing.writer.StagedRaster`.

    Raises:
        CarbonBalanceError: another file type than the source's, or a folder that cannot be written to.
    """

    def __init__(self, source: Path, path: str) -> None:
        self.path = Path(path)
        if self.path.suffix.lower() not in (".tif", ".tiff"):
            raise CarbonBalanceError(
                tr("The output raster {path} must be a GeoTIFF: give a name that ends in .tif.").format(path=path)
            )
        self._beside = self.path.with_name(f".{self.path.stem}.{uuid.uuid4().hex[:8]}.part.tif")
        try:
            shutil.copyfile(source, self._beside)
        except OSError as error:
            self.discard()
            raise CarbonBalanceError(
                tr("Cannot write {path}: {reason}; choose a folder that can be written to.").format(
                    path=path, reason=error.strerror or error
                )
            ) from None

    def finish(self) -> None:
        """Nothing is left to do."""

    def publish(self) -> str:
        """Give the copy its name; returns it."""
        self._beside.replace(self.path)
        return str(self.path)

    def discard(self) -> None:
        """Remove the copy if it was not published."""
        self._beside.unlink(missing_ok=True)
