"""Which files make up a file of outlines, in a folder or an archive, and whether they are what they say.

GDAL finds a file's format by its content, and some formats (VRT, XML, GDALG) are instructions to read other
files. So the content must be that of the format that the name promises, and only the files that belong to it
are handed to GDAL.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath

from planner.case.dbf import text_encoding, whole_letters
from planner.case.files import decode, read_bytes, reason, sha256
from planner.case.geojson import NO_MEMBER, Attributes, read_geojson
from planner.case.place import Place
from planner.errors import Problem
from planner.schema.wording import listed

SHAPE_MAGIC = b"\x00\x00\x27\x0a"
SHAPE_TYPE = slice(32, 36)
POLYGONS = (5, 15, 25)
"""The types of shape that are polygons (ESRI, 1998, Shapefile Technical Description, table 1)."""
SQLITE_MAGIC = b"SQLite format 3\x00"
PACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
"""The application ids of a GeoPackage, at byte 68 (OGC 12-128r19, requirement 2)."""
KML_ROOT = re.compile(r"\s*(<\?xml[^>]*\?>)?(\s|<!--.*?-->)*<(\w+:)?kml\b", re.DOTALL)
KML_ELSEWHERE = re.compile(r"<!DOCTYPE|<!ENTITY|<(\w+:)?(NetworkLink|Model)\b", re.IGNORECASE)
NEEDED = (".shx", ".dbf", ".prj")
GEOJSON, PACKAGE, SHAPE = (".geojson", ".json"), ".gpkg", ".shp"
KML, ARCHIVES = ".kml", (".zip", ".kmz")


@dataclass(frozen=True)
class Options:
    """How a file of outlines is read.

    Attributes:
        most_bytes: the limit of its size; that of a case's files if None.
        layer: the layer that is wanted; "" for the only one.
        encoding: how its text is encoded; "" if the file is to say so.
        command: whether the reader is a command with the options --layer and --encoding: archives and KML are
            read too, and messages name the options.
    """

    most_bytes: int | None = None
    layer: str = ""
    encoding: str = ""
    command: bool = False

    def key(self, of_case: str, of_command: str) -> str:
        """Which of two messages is said."""
        return of_command if self.command else of_case


@dataclass(frozen=True)
class Dataset:
    """What GDAL is to open.

    Attributes:
        ending: the ending of its main file.
        parts: the content of its files, by ending.
        hashes: checksums by file name, as they were found.
        layer: the layer that is wanted; "" for the only one.
        encoding: how its text is encoded; "" if GDAL knows.
        member: the ``crs`` member of GeoJSON; ``NO_MEMBER`` where the format has another way to say it.
        attributes: of each feature, where GDAL is not to say them.
        warnings: what was assumed.
    """

    ending: str
    parts: dict[str, bytes]
    hashes: dict[str, str] = field(default_factory=dict)
    layer: str = ""
    encoding: str = ""
    member: object = NO_MEMBER
    attributes: list[Attributes] | None = None
    warnings: tuple[Problem, ...] = ()


def dataset(path: Path, folder: Path | None, options: Options) -> Dataset:
    """The files that make up a dataset, their content checked.

    Raises:
        InputError: the ending is unknown, a file is missing, too large, or is not what its name promises.
    """
    ending = path.suffix.lower()
    known = (*GEOJSON, PACKAGE, SHAPE, *((KML, *ARCHIVES) if options.command else ()))
    if ending not in known:
        raise Place(path.name).error(options.key("unknown_ending", "unknown_ending.command"))
    hashes: dict[str, str] = {}

    def read(name: str) -> bytes:
        data = read_bytes(path.with_name(name), folder, options.most_bytes)
        hashes[name] = sha256(data)
        return data

    main = read(path.name)
    if ending in ARCHIVES:
        return _unpacked(main, path.name, options, hashes)
    return _checked(path.name, main, (each.name for each in path.parent.iterdir()), read, options, hashes)


def beside(file: str, ending: str, names: Iterable[str]) -> str:
    """The name among others that is a file's with another ending, in whatever letters; "" if none is."""
    wanted = file[: len(file) - len(PurePosixPath(file).suffix)] + ending
    found = sorted(name for name in names if name.casefold() == wanted.casefold())
    return wanted if wanted in found else found[0] if found else ""


def _checked(
    file: str,
    main: bytes,
    names: Iterable[str],
    read: Callable[[str], bytes],
    options: Options,
    hashes: dict[str, str],
) -> Dataset:
    """The dataset of a main file, with its parts among the names beside it."""
    ending, place = PurePosixPath(file).suffix.lower(), Place(PurePosixPath(file).name)
    parts, others = {ending: main}, list(names)
    if ending in GEOJSON:
        text = _text(main, place.file, options.encoding)
        attributes, member = read_geojson(text, place.file)
        if options.encoding:
            parts[ending] = text.encode()
        return Dataset(ending, parts, hashes, options.layer, "", member, attributes)
    if ending == KML:
        text = _text(main, place.file, options.encoding)
        if not KML_ROOT.match(text) or KML_ELSEWHERE.search(text):
            raise place.error("wrong_format.kml")
        return Dataset(ending, parts, hashes, options.layer)
    if ending == PACKAGE:
        if not main.startswith(SQLITE_MAGIC) or main[68:72] not in PACKAGE_IDS:
            raise place.error("wrong_format.package")
        log = f"{file}-wal"
        return Dataset(ending, parts | ({"-wal": read(log)} if log in others else {}), hashes, options.layer)
    if not main.startswith(SHAPE_MAGIC):
        raise place.error("wrong_format.shape")
    found = {each: beside(file, each, others) for each in (*NEEDED, ".cpg")}
    missing = [PurePosixPath(file).stem + each for each in NEEDED if not found[each]]
    if missing:
        raise place.error("missing_file.part", parts=listed(missing))
    parts |= {each: read(name) for each, name in found.items() if name}
    layer = "" if options.layer.casefold() == PurePosixPath(file).stem.casefold() else options.layer
    encoding, assumed = text_encoding(parts[".dbf"], parts.get(".cpg"), options.encoding)
    said = encoding or parts.get(".cpg", b"").decode("ascii", "replace")
    if "UTF8" in said.upper().replace("-", ""):
        parts[".dbf"] = whole_letters(parts[".dbf"])
    warnings = (
        [place.problem(options.key("assumed_encoding", "assumed_encoding.command"), **assumed)]
        if assumed
        else []
    )
    return Dataset(ending, parts, hashes, layer, encoding, warnings=tuple(warnings))


def _text(data: bytes, file: str, encoding: str) -> str:
    if not encoding:
        return decode(data, file)
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise Place(file, 0, "--encoding").error("wrong_encoding", encoding, said=reason(error)) from None


def _unpacked(data: bytes, file: str, options: Options, hashes: dict[str, str]) -> Dataset:
    """The dataset in an archive: the only one, the only one of polygons, or that called as the layer wanted.

    Raises:
        InputError: it is no archive, is damaged or locked, or has several datasets or none.
    """
    place = Place(file)
    with _opened(data, place) as archive:
        sizes = {each.filename: each.file_size for each in archive.infolist() if not _hidden(each.filename)}

        def read(name: str) -> bytes:
            limit = options.most_bytes or 0
            if limit and sizes[name] > limit:
                raise Place(name).error("too_large.file", size=sizes[name] / 1e6, limit=limit / 1e6)
            return archive.read(name)

        mains = [
            name for name in sizes if PurePosixPath(name).suffix.lower() in (*GEOJSON, PACKAGE, SHAPE, KML)
        ]
        stems = {name: PurePosixPath(name).stem for name in mains}
        wanted = [name for name in mains if stems[name].casefold() == options.layer.casefold()]
        chosen = wanted or mains
        if len(chosen) > 1:
            chosen = [name for name in chosen if _may_hold_polygons(name, read)]
        if not chosen:
            raise place.error("no_layer")
        if len(chosen) > 1:
            layers = listed([stems[name] for name in chosen])
            raise place.error("several_layers.command", layers=layers)
        inner = Options(options.most_bytes, "" if wanted else options.layer, options.encoding, True)
        return _checked(chosen[0], read(chosen[0]), sizes, read, inner, hashes)


def _hidden(name: str) -> bool:
    """Whether a member of an archive is a folder, or a companion that a Mac has added."""
    return name.endswith("/") or any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _may_hold_polygons(name: str, read: Callable[[str], bytes]) -> bool:
    if not name.lower().endswith(SHAPE):
        return True
    return int.from_bytes(read(name)[SHAPE_TYPE], "little") in POLYGONS


@contextmanager
def _opened(data: bytes, place: Place) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield archive
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise place.error("wrong_format.archive", said=reason(error)) from None
