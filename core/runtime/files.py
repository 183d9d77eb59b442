"""The files that belong to a data source, and those that are written along with an output.

So that no run destroys what it reads, both are known before anything is computed. Files are compared by what they
are on the disk (:func:`same_as`), not by how they are called.
"""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from pathlib import Path

from osgeo import gdal

from .gdal_state import errors_raised

# The files of one layer, by the ending of the one that names it. GDAL and QGIS delete the others with it.
_SHAPEFILE = ("shp", "shx", "dbf", "prj", "cpg", "qix", "qpj", "sbn", "sbx", "idm", "ind")
_MAPINFO = ("tab", "dat", "map", "id", "ind")
_FAMILIES = {
    **dict.fromkeys(("shp", "shx", "dbf"), _SHAPEFILE),
    **dict.fromkeys(("tab", "dat", "map"), _MAPINFO),
    **dict.fromkeys(("mif", "mid"), ("mif", "mid")),
    "gml": ("gml", "xsd", "gfs"),
    "csv": ("csv", "csvt"),
}
# Read along, but never written by us.
_ALSO_READ = {"csv": ("prj",), "img": ("hdr", "ige"), "bil": ("hdr",)}
# Written under the whole name of a raster, and removed with an older raster of that name.
_BESIDE_RASTERS = (".aux.xml", ".ovr", ".msk")
_ARCHIVE = re.compile(r"/vsi[a-z0-9_]+/")
_LARGEST_HEAD = 4096
# Files that hold several layers, the first of them such that QGIS can add one.
DATABASES = (".gpkg", ".sqlite", ".db")
# Begins the formats of the JSON that we write.
JSON_MARK = "carbon balance "
_BUNDLE_PARTS = {"run.sh", "steps.json", "inputs.sha256"}
_SEVERAL = (*DATABASES, ".xlsx", ".ods")


def same_as(path: str | Path) -> frozenset[object]:
    """What two names of one file have in common: the place that symbolic links lead to, or the file itself.

    Raises:
        OSError: symbolic links that lead in a circle.
    """
    real = os.path.realpath(path)
    found: set[object] = {os.path.normcase(real)}
    try:
        status = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError):
        return frozenset(found)
    if status.st_ino:
        found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def is_foreign(path: Path) -> bool:
    """Whether a JSON or zip file with something in it is none that this plugin wrote; other kinds are never."""
    suffix = path.suffix.lower()
    if suffix not in (".json", ".zip") or not path.is_file() or not path.stat().st_size:
        return False
    if suffix == ".zip":
        try:
            with zipfile.ZipFile(path) as packed:
                return not set(packed.namelist()) >= _BUNDLE_PARTS
        except (OSError, zipfile.BadZipFile):
            return True
    with path.open("rb") as file:
        head = file.read(_LARGEST_HEAD).decode("utf-8-sig", "replace")
    return re.search(rf'"format"\s*:\s*"{JSON_MARK}', head) is None


def on_disk(name: str) -> Path | None:
    """The file that GDAL's ``name`` lies in, such as the archive of a /vsizip path; ``None`` if there is none."""
    while True:
        virtual = _ARCHIVE.match(name)
        if not virtual:
            break
        name = name[virtual.end() :]
        if name.startswith("{"):
            name = name[1:].partition("}")[0]
        if virtual.group() == "/vsisubfile/":
            name = name.partition(",")[2]
        if _ARCHIVE.match(name):
            continue
        path = Path(name)
        name = str(next((each for each in (path, *path.parents) if _exists(each) and each.is_file()), path))
    path = Path(name)
    return path if name and _exists(path) else None


def files_read(source: str, is_raster: bool) -> set[Path]:
    """The files that GDAL reads for ``source``: those that virtual formats refer to, and those of the same stem, too.

    Args:
        source: a path, a /vsi path, a subdataset, or the XML of a VRT.
        is_raster: whether it is opened as a raster.
    """
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        path = None if each.lstrip().startswith("<") else on_disk(each)
        if path is not None:
            found.add(path)
            found.update(companions(path))
        # A plain vector file, and each of the many tiles of a VRT, is not opened: that may take long, and most refer to
        # nothing.
        if (is_raster and each == source) or path is None or _refers(path):
            waiting += _listed_by_gdal(each, is_raster)
    return found


def companions(path: Path) -> list[Path]:
    """The files there that belong to one layer with ``path``; all that a folder holds."""
    if path.is_dir():
        return [each for each in path.iterdir() if each.is_file()]
    kind = path.suffix.lower().lstrip(".")
    family = (*_FAMILIES.get(kind, ()), *_ALSO_READ.get(kind, ()))
    if not family:
        return []
    names = [path.with_suffix(f".{spelt}") for each in family for spelt in (each, each.upper())]
    return [each for each in names if _exists(each)]


def files_written(path: Path, is_raster: bool = False) -> list[Path]:
    """``path`` and the files that are written or removed along with it."""
    family = _FAMILIES.get(path.suffix.lower().lstrip("."), ())
    beside = _BESIDE_RASTERS if is_raster else ()
    return [
        path,
        *(path.with_suffix(f".{each}") for each in family),
        *(path.with_name(path.name + each) for each in beside),
    ]


def layers_in(path: Path) -> list[str]:
    """The layers, tables and rasters in a file of a format that can hold several; none if it is no such file."""
    if path.suffix.lower() not in _SEVERAL:
        return []
    with contextlib.suppress(RuntimeError), errors_raised():
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_RASTER)
        names = [dataset.GetLayer(number).GetName() for number in range(dataset.GetLayerCount())]
        if dataset.GetDriver().ShortName == "GPKG":
            # Rasters and styles are no layers to GDAL.
            found = dataset.ExecuteSQL("SELECT table_name FROM gpkg_contents")
            names += [row.GetField(0) for row in found]
            dataset.ReleaseResultSet(found)
        return list(dict.fromkeys(names))
    return []


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _refers(path: Path) -> bool:
    """Whether a file is one of XML, as all formats are that only refer to other files."""
    try:
        with path.open("rb") as file:
            head = file.read(_LARGEST_HEAD)
    except OSError:
        return False
    return b"VRT" in head or b"DataSource" in head


def _listed_by_gdal(source: str, is_raster: bool) -> list[str]:
    with contextlib.suppress(RuntimeError), errors_raised():
        dataset = gdal.OpenEx(source, gdal.OF_RASTER if is_raster else gdal.OF_VECTOR)
        return list(dataset.GetFileList() or ())
    return []
