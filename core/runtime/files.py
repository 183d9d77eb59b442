"""The files that belong to a data source, and those that are written together with an output.

Both are determined before anything is computed, so that no run overwrites its own inputs. Files are compared by their
identity on the disk (:func:`same_as`), not by their names.
"""

from __future__ import annotations

import contextlib
import os
import re
import zipfile
from pathlib import Path

from osgeo import gdal

from .gdal_state import errors_raised

# The files of one layer, by the suffix of its main file. GDAL and QGIS delete the others together with it.
_SHAPEFILE = ("shp", "shx", "dbf", "prj", "cpg", "qix", "qpj", "sbn", "sbx", "idm", "ind")
_MAPINFO = ("tab", "dat", "map", "id", "ind")
_FAMILIES = {
    **dict.fromkeys(("shp", "shx", "dbf"), _SHAPEFILE),
    **dict.fromkeys(("tab", "dat", "map"), _MAPINFO),
    **dict.fromkeys(("mif", "mid"), ("mif", "mid")),
    "gml": ("gml", "xsd", "gfs"),
    "csv": ("csv", "csvt"),
}
# Read together with a data source, but never written by the plugin.
_ALSO_READ = {"csv": ("prj",), "img": ("hdr", "ige"), "bil": ("hdr",)}
# Sidecar files named after the full file name of a raster, and removed together with an older raster of that name.
_BESIDE_RASTERS = (".aux.xml", ".ovr", ".msk")
_ARCHIVE = re.compile(r"/vsi[a-z0-9_]+/")
_LARGEST_HEAD = 4096
# Formats that hold several layers; to those in DATABASES, QGIS can add a layer.
DATABASES = (".gpkg", ".sqlite", ".db")
# Begins the formats of the JSON that we write.
JSON_MARK = "carbon balance "
_BUNDLE_PARTS = {"run.sh", "steps.json", "inputs.sha256"}
_SEVERAL = (*DATABASES, ".xlsx", ".ods")


def same_as(path: str | Path) -> frozenset[object]:
    """A value that is equal for all names of one file: its resolved path or, if it exists, its identity on the disk.

    Raises:
        OSError: circular symbolic links.
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


def is_from_qgis(path: Path) -> bool:
    """Whether a PDF or PNG states QGIS as its maker, as every map sheet does."""
    data = path.read_bytes()
    # In the metadata of a PDF the name is in UTF-16, written in hexadecimal digits.
    return any(mark in data for mark in (b"QGIS", "QGIS".encode("utf-16-be").hex().upper().encode()))


def on_disk(name: str) -> Path | None:
    """The file on disk behind GDAL's ``name``, such as the archive of a /vsizip path; ``None`` if there is none."""
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
    """The files that GDAL reads for ``source``, including files that virtual formats refer to and sidecar files.

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
        # Plain vector files and the tiles of a VRT are not opened: that may take long, and most do not refer to other
        # files.
        if (is_raster and each == source) or path is None or _refers(path):
            waiting += _listed_by_gdal(each, is_raster)
    return found


def companions(path: Path) -> list[Path]:
    """The existing files that belong to the same layer as ``path``; for a folder, everything in it."""
    if path.is_dir():
        return [each for each in path.iterdir() if each.is_file()]
    kind = path.suffix.lower().lstrip(".")
    family = (*_FAMILIES.get(kind, ()), *_ALSO_READ.get(kind, ()))
    if not family:
        return []
    names = [path.with_suffix(f".{spelt}") for each in family for spelt in (each, each.upper())]
    return [each for each in names if _exists(each)]


def files_written(path: Path, is_raster: bool = False) -> list[Path]:
    """``path`` and the files that are written or removed together with it."""
    family = _FAMILIES.get(path.suffix.lower().lstrip("."), ())
    beside = _BESIDE_RASTERS if is_raster else ()
    return [
        path,
        *(path.with_suffix(f".{each}") for each in family),
        *(path.with_name(path.name + each) for each in beside),
    ]


def attribute_table_of(path: Path) -> Path | None:
    """The raster whose attribute table a file would be by its name (``x.tif.vat.dbf``); ``None`` if there is none."""
    raster = path.with_name(re.sub(r"\.vat\.dbf$", "", path.name, flags=re.IGNORECASE))
    return raster if raster != path and raster.is_file() else None


def layers_in(path: Path) -> list[str]:
    """The names of the layers, tables and rasters in a multi-layer file; empty for any other file."""
    if path.suffix.lower() not in _SEVERAL:
        return []
    with contextlib.suppress(RuntimeError), errors_raised():
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_RASTER)
        names = [dataset.GetLayer(number).GetName() for number in range(dataset.GetLayerCount())]
        if dataset.GetDriver().ShortName == "GPKG":
            # GDAL does not list rasters and styles as layers.
            found = dataset.ExecuteSQL("SELECT table_name FROM gpkg_contents")
            names += [row.GetField(0) for row in found]
            dataset.ReleaseResultSet(found)
        return list(dict.fromkeys(names))
    return []


def is_new_table(path: Path, table: str) -> bool:
    """Whether ``path`` is a database that can be read and has no table, view or index called ``table``."""
    if path.suffix.lower() not in DATABASES:
        return False
    with contextlib.suppress(RuntimeError), errors_raised():
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_RASTER)
        found = dataset.ExecuteSQL("SELECT name FROM sqlite_master")
        names = {row.GetField(0).casefold() for row in found}
        dataset.ReleaseResultSet(found)
        return table.casefold() not in names
    return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _refers(path: Path) -> bool:
    """Whether a file is XML, as all formats are that only refer to other files."""
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
