"""Which files make up a file of outlines, in a folder or an archive, and whether they are what they say.

GDAL finds a file's format by its content, and some formats (VRT, XML, GDALG) are instructions to read other
files. So the content must be that of the format that the name promises, and only the files that belong to it
are handed to GDAL.
"""

from __future__ import annotations

import gc
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic_core import from_json

from planner.case.files import decode, is_utf8, read_bytes, reason, sha256
from planner.schema.messages import Place, listed, show

SHAPE_MAGIC, SHAPE_TYPE, POLYGONS = b"\x00\x00\x27\x0a", slice(32, 36), (5, 15, 25)
"""How a shapefile begins, and where it says of what type its shapes are: those that are polygons (ESRI, 1998,
Shapefile Technical Description, table 1)."""
TABLE_MAGIC = (b"\x03", b"\x30", b"\x83", b"\x8b")
"""How a table of dBASE begins."""
SQLITE_MAGIC, PACKAGE_IDS = b"SQLite format 3\x00", (b"GPKG", b"GP10", b"GP11")
"""How a GeoPackage begins, and its application ids at byte 68 (OGC 12-128r19, requirement 2)."""
XML_ENCODING = re.compile(r"""(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["']([\w.-]+)["']""")
"""How XML says in which encoding it is (XML 1.0, section 4.3.3)."""
KML_ROOT = re.compile(r"\s*(<\?xml[^>]*\?>)?(\s|<!--.*?-->)*<(\w+:)?kml\b", re.DOTALL)
KML_ELSEWHERE = re.compile(r"<!DOCTYPE|<!ENTITY|<(\w+:)?(NetworkLink|Model)\b", re.IGNORECASE)
KML_PLACES = re.compile(r"<(?:\w+:)?coordinates\b[^>]*>([^<]*)<")
KML_PLACE = re.compile(r"{0},{0}(,{0})?".format(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"))
"""A place of KML, longitude,latitude[,height]; of what is none, GDAL makes a number of its own."""
GEOJSON, PACKAGE, SHAPE, TABLE = (".geojson", ".json"), ".gpkg", ".shp", ".dbf"
CODE_PAGE = ".cpg"
"""The part of a shapefile that says how its text is encoded."""
CONTENTS = "gpkg_contents"
"""The table of a GeoPackage that lists its layers."""
KML, ARCHIVES, NEEDED = ".kml", (".zip", ".kmz"), (".shx", TABLE, ".prj")
LONGITUDE_LATITUDE = "OGC:CRS84"
"""The coordinate system of GeoJSON (RFC 7946, section 4)."""
DEPTHS = {"multipoint": 1, "linestring": 1, "multilinestring": 2, "polygon": 2, "multipolygon": 3}
"""How deep the points of a geometry of GeoJSON are nested (RFC 7946, section 3.1)."""


@dataclass(frozen=True)
class Options:
    """How a file of outlines is read.

    Attributes:
        most_bytes: the limit of its size; that of a case's files if None.
        layer, encoding: the layer that is wanted, how text is encoded; "" for the only one, and as stated.
        command: whether the reader is a command with the options --layer and --encoding: archives and KML are
            read too, and messages name the options.
        tables: whether tables of dBASE without outlines are read, and nothing else.
    """

    most_bytes: int | None = None
    layer: str = ""
    encoding: str = ""
    command: bool = False
    tables: bool = False

    def key(self, of_case: str, of_command: str) -> str:
        """Which of two messages is said."""
        return of_command if self.command else of_case


@dataclass(frozen=True)
class Dataset:
    """What GDAL is to open.

    Attributes:
        ending: the ending of its main file.
        parts: the content of its files, by ending.
        layer: the layer that is wanted; "" for the only one.
        crs: its coordinate system, where GDAL is not to say it.
        attributes: of each feature, where GDAL is not to say them.
        points: of each feature's geometry as written, where known; GDAL leaves out rings that it cannot read.
        hashes: checksums by file name, as they were found.
    """

    ending: str
    parts: dict[str, bytes]
    layer: str = ""
    crs: str = ""
    attributes: list[dict[str, object]] | None = None
    points: list[int] | None = None
    hashes: dict[str, str] = field(default_factory=dict)


def dataset(path: Path, folder: Path | None, options: Options) -> Dataset:
    """The files that make up a dataset, their content checked.

    Raises:
        InputError: the ending is unknown, a file is missing, too large, or is not what its name promises.
    """
    ending = path.suffix.lower()
    known = (*GEOJSON, PACKAGE, SHAPE, *((KML, *ARCHIVES) if options.command else ()))
    if ending not in ((TABLE,) if options.tables else known):
        raise Place(path.name).error(options.key("unknown_ending", "unknown_ending.command"))
    hashes: dict[str, str] = {}

    def read(name: str) -> bytes:
        data = read_bytes(path.with_name(name), folder, options.most_bytes)
        hashes[name] = sha256(data)
        return data

    if ending in ARCHIVES:
        with _opened(read(path.name), Place(path.name)) as archive:
            found = _unpacked(archive, Place(path.name), options)
    else:
        found = _checked(path.name, [each.name for each in path.parent.iterdir()], read, options)
    return replace(found, hashes=hashes)


def beside(file: str, ending: str, names: Iterable[str]) -> str:
    """The name among others that is a file's with another ending, in whatever letters; "" if none is."""
    wanted = file[: len(file) - len(PurePosixPath(file).suffix)] + ending
    found = sorted(name for name in names if name.casefold() == wanted.casefold())
    return wanted if wanted in found else found[0] if found else ""


def _checked(file: str, names: Iterable[str], read: Callable[[str], bytes], options: Options) -> Dataset:
    """The dataset of a main file, with its parts among the names beside it."""
    path, others, layer, main = PurePosixPath(file), [*names], options.layer, read(file)
    ending, place = path.suffix.lower(), Place(path.name)
    parts = {ending: main}
    if ending in GEOJSON:
        text = decode(main, place.file, options.encoding)
        attributes, points, crs = read_geojson(text, place.file)
        parts = {ending: text.encode() if options.encoding else main}
        return Dataset(ending, parts, layer, crs, attributes, points)
    if ending == KML:
        stated = XML_ENCODING.match(main.decode("latin-1"))
        own = stated[2] if stated and not is_utf8(main) else ""
        text = decode(main, place.file, options.encoding or own)
        parts = {ending: XML_ENCODING.sub(r"\1", text, count=1).encode()}
        if not KML_ROOT.match(text) or KML_ELSEWHERE.search(text):
            raise place.error("wrong_format.kml")
        _check_places(text, place.file)
    elif ending == PACKAGE:
        if not main.startswith(SQLITE_MAGIC) or main[68:72] not in PACKAGE_IDS:
            raise place.error("wrong_format.package")
        parts |= {"-wal": read(f"{file}-wal")} if f"{file}-wal" in others else {}
    elif not (main.startswith(SHAPE_MAGIC) if ending == SHAPE else main[:1] in TABLE_MAGIC):
        raise place.error("wrong_format.shape" if ending == SHAPE else "wrong_format.table")
    elif ending == SHAPE:
        found = {each: beside(file, each, others) for each in (*NEEDED, CODE_PAGE)}
        missing = [path.stem + each for each in NEEDED if not found[each]]
        if missing:
            raise place.error("missing_file.part", parts=listed(missing))
        parts |= {each: read(name) for each, name in found.items() if name}
        layer = "" if layer.casefold() == path.stem.casefold() else layer
    return Dataset(ending, parts, layer)


def _check_places(text: str, file: str) -> None:
    """Refuses a text of KML with a place that is not longitude,latitude[,height] in numbers."""
    for found in KML_PLACES.finditer(text):
        places = re.sub(r"\s*,\s*", ",", found[1]).split()
        wrong = next((place for place in places if not KML_PLACE.fullmatch(place)), None)
        if wrong is not None:
            line = text.count("\n", 0, found.start()) + 1
            raise Place(file, line, "coordinates").error("bad_place.kml", wrong)


def _unpacked(archive: zipfile.ZipFile, place: Place, options: Options) -> Dataset:
    """The dataset in an archive: the only one, the only one of polygons, or that called as the layer."""
    sizes = {each.filename: each.file_size for each in archive.infolist() if not _hidden(each.filename)}

    def read(name: str) -> bytes:
        limit = options.most_bytes or 0
        if limit and sizes[name] > limit:
            raise Place(name).error("too_large.file", size=sizes[name] / 1e6, limit=limit / 1e6)
        return archive.read(name)

    def may_hold_polygons(name: str) -> bool:
        is_shape = name.lower().endswith(SHAPE)
        return not is_shape or int.from_bytes(read(name)[SHAPE_TYPE], "little") in POLYGONS

    paths = {name: PurePosixPath(name) for name in sizes}
    mains = (*GEOJSON, PACKAGE, SHAPE, KML)
    stems = {name: path.stem for name, path in paths.items() if path.suffix.lower() in mains}
    if len({stem.casefold() for stem in stems.values()}) < len(stems):  # alike in several folders
        stems = {name: str(paths[name]) for name in stems}
    wanted = [name for name, stem in stems.items() if stem.casefold() == options.layer.casefold()]
    chosen = wanted or [*stems]
    if len(chosen) > 1:
        chosen = [name for name in chosen if may_hold_polygons(name)]
    if not chosen:
        raise place.error("no_layer")
    if len(chosen) > 1:
        raise place.error("several_layers.command", layers=listed([stems[name] for name in chosen]))
    return _checked(chosen[0], sizes, read, replace(options, layer="" if wanted else options.layer))


def _hidden(name: str) -> bool:
    """Whether a member of an archive is a folder, or a companion that a Mac has added."""
    return name.endswith("/") or any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


@contextmanager
def _opened(data: bytes, place: Place) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield archive
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise place.error("wrong_format.archive", said=reason(error)) from None


def read_geojson(text: str, file: str) -> tuple[list[dict[str, object]], list[int], str]:
    """Of a text of GeoJSON each feature's attributes and number of points as written, the coordinate system.

    GDAL gives a column one type: a truth among numbers becomes 1, a number among texts becomes text.

    Raises:
        InputError: it is not well-formed JSON, or not GeoJSON of polygons.
    """
    place = Place(file)
    try:
        root = _json(text)
    except json.JSONDecodeError as error:
        said = f"{error.msg.lower()} at column {error.colno}"
        raise Place(file, error.lineno).error("malformed_json", said=said) from None
    except RecursionError:
        raise place.error("malformed_json.deep") from None
    except ValueError as error:
        raise place.error("malformed_json.value", said=reason(error)) from None
    kind = root.get("type") if isinstance(root, dict) else None
    if kind not in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon", "GeometryCollection"):
        raise place.error("wrong_format.collection")
    whole = kind == "FeatureCollection"
    features = root.get("features") if whole else [root]
    if not isinstance(features, list):
        raise place.error("wrong_format.collection")
    for number, feature in enumerate(features, start=1):
        if whole and not (isinstance(feature, dict) and feature.get("type") == "Feature"):
            raise Place(file, number).error("wrong_format.feature")
    attributes = [feature.get("properties") for feature in features]
    points = [_points(each.get("geometry") if each.get("type") == "Feature" else each) for each in features]
    return [each if isinstance(each, dict) else {} for each in attributes], points, named_crs(root.get("crs"))


def _points(geometry: object) -> int:
    """The number of points that a geometry of GeoJSON seems to have; 1 of what is none."""
    if geometry is None:
        return 0
    if not isinstance(geometry, dict):
        return 1
    kind, parts = str(geometry.get("type")).lower(), geometry.get("geometries")
    if kind == "geometrycollection" and isinstance(parts, list):
        return sum(map(_points, parts))
    return _length(geometry.get("coordinates"), DEPTHS.get(kind, 0))


def _length(coordinates: object, depth: int) -> int:
    if depth == 0 or not isinstance(coordinates, list):
        return 1
    return len(coordinates) if depth == 1 else sum(_length(each, depth - 1) for each in coordinates)


def _json(text: str) -> Any:
    """The value of a text of JSON: by the quick reader, and what that refuses by the one that says where."""
    collects = gc.isenabled()
    gc.disable()  # a list for each point: they would be looked through again and again while they are made
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        return json.loads(text, parse_constant=_no_constant)
    finally:
        if collects:
            gc.enable()


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")


def named_crs(member: object) -> str:
    """What a ``crs`` member names, for pyproj; longitude and latitude if it names nothing.

    The member is that of the GeoJSON of 2008, section 3, which programs still write: a name, an EPSG code, or
    a link, which is not followed.
    """
    if isinstance(member, dict):
        found = member.get("properties") or {}
        if not isinstance(found, dict) or not found:
            return LONGITUDE_LATITUDE if not found else show(found)
        code = found.get("code")
        named = found.get("name", show(f"a crs of the type {member.get('type')}"))
        member = f"EPSG:{code}" if code else named
    return str(member) if member else LONGITUDE_LATITUDE


def tables_only(package: Path) -> tuple[list[str], list[str]]:
    """Takes the views out of a private copy of a package, so that nothing runs them.

    A view is a query that runs when the layer is looked at, and may have no end.

    Returns:
        The layers of outlines that are tables, and those that are not.

    Raises:
        sqlite3.Error: it is damaged, or what should list its layers is not a table.
    """
    with closing(sqlite3.connect(package)) as database:
        found = database.execute("SELECT name, type, coalesce(sql, '') FROM sqlite_master").fetchall()
        stated = [(name, sql.upper()) for name, kind, sql in found if kind == "table"]
        tables = {name.casefold() for name, sql in stated if not sql.startswith("CREATE VIRTUAL")}
        if CONTENTS not in tables:
            raise sqlite3.DatabaseError(f"{CONTENTS} is not a table")
        for name, kind, _ in found:
            if kind == "view":
                quoted = name.replace('"', '""')
                database.execute(f'DROP VIEW "{quoted}"')
        database.commit()
        rows = database.execute(f"SELECT table_name FROM {CONTENTS} WHERE data_type = 'features'").fetchall()
    names = [str(name) for (name,) in rows]
    plain = [name for name in names if name.casefold() in tables]
    return plain, [name for name in names if name not in plain]
