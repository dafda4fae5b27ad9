"""Reading outlines from GeoJSON, GeoPackages, shapefiles and KML: GDAL opens a copy that was checked."""

from __future__ import annotations

import codecs
import re
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reason
from planner.case.vector_parts import CODE_PAGE, PACKAGE, SHAPE, TABLE, Dataset, Options, dataset, tables_only
from planner.errors import OutputError, Problem
from planner.geometry.longitude import TURN
from planner.geometry.polygons import GeometryError
from planner.schema.messages import Place, listed, nearest, show

MOST_FEATURES = 20_000
"""Features taken from a file of outlines; the world has 285 zones."""
LAYER = "areas"
NOT_SAID = ("Non closed ring", "crs")
"""What GDAL's warnings are about that are made here with words of their own."""
LANGUAGE_BYTE = 29
RAW, ASSUMED = "ISO-8859-1", "cp1252"
"""An encoding that keeps bytes as they are; what is assumed of text that is not UTF-8."""
SAYS_NOTHING = "does not say how its text is encoded"
SHOWN_NAMES = 3
TAIL = re.compile(r"[\w.]+$")
NOT_READ = (
    "its geometry is not what GeoJSON calls a Polygon or MultiPolygon, rings of [longitude, latitude] in "
    "numbers; export it again as GeoJSON"
)
UNREADABLE = (
    *(pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, sqlite3.Error, RuntimeError, ValueError),
    *(LookupError, NameError),  # an encoding that nobody knows; pyogrio 0.13, where a name is not UTF-8
)
MERIDIANS = ("Longitude of natural origin", "Longitude of false origin", "Longitude of projection centre")


@dataclass(frozen=True)
class Feature:
    """One feature of a file.

    Attributes:
        number: Its number in the file, from 1.
        properties: Its attributes that are not null.
        outline: Its outline in longitude and latitude, if it has one.
        note: What was repaired.
        fault: Why its outline cannot be brought to longitude and latitude; "" if it can.
        edge: An edge that might be read in two ways, as ``wide_edge`` returns it.
        name: What messages call it; "" if its number is enough.
    """

    number: int
    properties: dict[str, object]
    outline: BaseGeometry | None
    note: str = ""
    fault: str = ""
    edge: tuple[float, float, float] | None = None
    name: str = ""


@dataclass(frozen=True)
class FeatureFile:
    """The features of a file, its columns, its checksums by file name, and warnings."""

    file: str
    columns: tuple[str, ...]
    features: list[Feature]
    hashes: dict[str, str]
    warnings: list[Problem]


def read_features(path: Path, folder: Path | None = None, options: Options | None = None) -> FeatureFile:
    """The features of a file of outlines, told apart by its ending; no link may lead out of ``folder``.

    Raises:
        InputError: the ending is unknown; the file is not what its name promises, broken, without a
            coordinate system, too large, or has several layers none of which is wanted.
    """
    options, place = options or Options(), Place(path.name)
    given = dataset(path, folder, options)
    with _copied(given) as copy, warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            meta, outlines, columns, notes = _read(copy, given, place, options)
        except UNREADABLE as error:
            said = reason(error).replace(str(copy.parent), "")
            raise place.error("unreadable.outlines", said=said) from None
    warned = {str(each.message) for each in heard if issubclass(each.category, RuntimeWarning)}
    told = [text for text in sorted(warned) if not any(word in text for word in (*NOT_SAID, *meta["views"]))]
    notes += [place.problem("gdal_warning", said=show(text)) for text in told]
    notes += [place.problem("ignored_views", tuple(meta["views"]))] if meta["views"] else []
    names = [str(name) for name in meta["fields"]]
    attributes = given.attributes
    if attributes:
        names = list(dict.fromkeys(name for each in attributes for name in each))
    elif attributes is None:
        rows = zip(*columns, strict=True) if columns else [()] * len(outlines)
        attributes = [dict(zip(names, values, strict=True)) for values in rows]
    features = _features(given.crs or meta["crs"], outlines, attributes, place)
    if given.points and len(given.points) == len(features):
        features = [_whole(*pair) for pair in zip(features, given.points, strict=True)]
    return FeatureFile(path.name, tuple(names), features, given.hashes, notes)


@contextmanager
def _copied(given: Dataset) -> Iterator[Path]:
    """A private copy under a plain name: to GDAL, signs in a path mean archives and servers."""
    with tempfile.TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True) as folder:
        for ending, data in given.parts.items():
            name = f"{LAYER}{ending if '.' in ending else given.ending + ending}"
            try:
                (Path(folder) / name).write_bytes(data)
            except OSError as error:
                said = f"a copy of {name} cannot be written: {reason(error)}"
                raise OutputError(f"{said}; make room in the temporary folder") from error
        yield Path(folder) / f"{LAYER}{given.ending}"


def _read(
    copy: Path, given: Dataset, place: Place, options: Options
) -> tuple[dict[str, Any], Any, list[Any], list[Problem]]:
    """What GDAL finds in a layer: what it says of it, outlines, and columns; and what was assumed."""
    notes, codec = list[Problem](), ""
    layer, count, views = _layer(copy, given, place, options)
    if count > MOST_FEATURES and given.ending != TABLE:
        raise place.error("too_many_rows.features", count=count, most=MOST_FEATURES)
    if given.ending in (SHAPE, TABLE):  # all other text is UTF-8 by now
        codec, said = _codec_of(copy, given, place, options)
        key = options.key("assumed_encoding", "assumed_encoding.command")
        notes += [place.problem(key, **said)] if said else []
    meta, _, outlines, columns = pyogrio.raw.read(
        copy, layer=layer, force_2d=True, datetime_as_string=True, encoding=RAW if codec else None
    )
    if codec:
        columns = [
            [_decoded(one, codec) if isinstance(one, str) else one for one in column] for column in columns
        ]
        meta["fields"] = [_decoded(str(name), codec, "ignore") for name in meta["fields"]]
    outlines = np.full(count, None) if outlines is None and given.ending == TABLE else outlines
    return {**meta, "views": views}, [] if outlines is None else outlines, columns, notes


def _decoded(raw: str, codec: str, errors: str = "strict") -> str:
    """The text of a cell that was read as it is; what is left of a letter at its end goes."""
    return codecs.getincrementaldecoder(codec)(errors).decode(raw.encode(RAW))


def _layer(copy: Path, given: Dataset, place: Place, options: Options) -> tuple[str | None, int, list[str]]:
    """The layer to read (None for the only one), how many features it has, and the views beside it."""
    # of GeoJSON all is known; GDAL would read it as a whole each time
    if given.attributes and not given.layer:
        return None, len(given.attributes), []
    tables, views = tables_only(copy) if given.ending == PACKAGE else (None, [])  # before GDAL lists them
    layers = [
        (str(name), str(kind))
        for name, kind in pyogrio.list_layers(copy)
        if (kind is not None or given.ending == TABLE) and (tables is None or str(name) in tables)
    ]
    layer = _chosen(layers, views, given.layer, place, options)
    return layer, int(pyogrio.read_info(copy, layer=layer, force_feature_count=True)["features"]), views


def _codec_of(copy: Path, given: Dataset, place: Place, options: Options) -> tuple[str, dict[str, str]]:
    """How a shapefile's text is encoded, "" where GDAL knows; and what to say where it had to be assumed.

    Text beyond ASCII that is valid UTF-8 is UTF-8: in no encoding of single bytes would it be words, whatever
    the .cpg file, or the language byte of the table, says.
    """
    columns = pyogrio.raw.read(copy, read_geometry=False, encoding=RAW)[3]
    texts = [one for column in columns for one in column if isinstance(one, str) and not one.isascii()]
    stated = given.parts.get(CODE_PAGE, b"").decode("ascii", "replace").strip()
    if options.encoding:
        said = _misfit(texts, options.encoding)
        if said:
            raise Place(place.file, 0, "--encoding").error("wrong_encoding", options.encoding, said=said)
        return options.encoding, {}
    codec = _codec_called(stated)
    if not texts:
        return "", {}
    # of an encoding with letters of several bytes, bytes alone are not all letters
    multibyte = codec and len(bytes(range(256)).decode(codec, "replace")) != 256  # noqa: PLR2004
    if not _misfit(texts, "utf-8") and not multibyte:
        return "utf-8", {}
    if codec and not _misfit(texts, codec):
        return codec, {}
    if not stated and given.parts[TABLE][LANGUAGE_BYTE]:
        return "", {}
    words = {"lacks": f"says that its text is {show(stated)}, which it is not" if stated else SAYS_NOTHING}
    if _misfit(texts, ASSUMED):
        raise place.error(options.key("unknown_encoding", "unknown_encoding.command"), **words)
    names = list(dict.fromkeys(_decoded(text, ASSUMED).strip() for text in texts))
    return ASSUMED, {**words, "encoding": ASSUMED, "names": ", ".join(names[:SHOWN_NAMES])}


def _codec_called(name: str) -> str:
    """Python's name of an encoding that a .cpg file names; "" of what is none: 65001, ANSI 1252, 88591."""
    plain = re.sub(r"^(ANSI|OEM|CP|WINDOWS)?[ _-]*(?=\d{3,5}$)", "cp", name, flags=re.IGNORECASE)
    plain = re.sub(r"^(ISO|cp)?[ _-]*8859[ _-]*", "iso8859-", plain, flags=re.IGNORECASE)
    try:
        b"a".decode(plain)
    except (LookupError, UnicodeError):
        return ""
    return codecs.lookup(plain).name


def _misfit(texts: list[str], codec: str) -> str:
    """Why texts that were read as they are cannot be read in an encoding; "" if they can."""
    try:
        b"a".decode(codec)
        for text in texts:
            _decoded(text, codec)
    except (LookupError, UnicodeError) as error:
        return reason(error)
    return ""


def _chosen(
    layers: list[tuple[str, str]], views: list[str], wanted: str, place: Place, options: Options
) -> str:
    """The layer that is wanted; the only one; the only one of polygons; or that called ``areas``."""
    names = [name for name, _ in layers]
    if wanted:
        for name in names:
            if name.casefold() == wanted.casefold():
                return name
        key = "no_layer.view" if wanted in views else "unknown_layer"
        raise Place(place.file, 0, "--layer").error(key, wanted, layers=listed(names), right=names)
    if not names:
        raise place.error("no_layer.view" if views else "no_layer", listed(views) or None)
    polygons = [name for name, kind in layers if "Polygon" in kind]
    for found in (names, polygons):
        if len(found) == 1 and (found is names or LAYER not in names):
            return found[0]
    if LAYER in names:
        return LAYER
    near = nearest(LAYER, names)
    now = f" (now {show(near)})" if near else ""
    key = options.key("several_layers", "several_layers.command")
    raise place.error(key, layers=listed(names), layer=LAYER, now=now)


def _features(
    crs: str | None, outlines: Any, attributes: list[dict[str, object]], place: Place
) -> list[Feature]:
    if not len(outlines):
        return []
    with np.errstate(invalid="ignore"):  # not-a-number is found, and said, as what it is
        shapes = shapely.from_wkb(outlines, on_invalid="ignore")
    if not crs and not all(shape is None for shape in shapes):
        raise place.error("no_coordinate_system")
    turn = turn_of(crs, place.file) if crs else None
    features = []
    for number, (shape, wkb, row) in enumerate(zip(shapes, outlines, attributes, strict=False), start=1):
        note, fault, outline = "", "", shape
        if shape is None and wkb is not None:
            note, outline = "unclosed rings closed", shapely.from_wkb(wkb, on_invalid="fix")
        if outline is not None and turn is not None and not outline.is_empty:
            try:
                outline = turn(outline)
            except GeometryError as error:
                note, fault, outline = "", str(error), None
        values = {name: value for name, one in row.items() if (value := _plain(one)) != ""}
        features.append(Feature(number, values, outline, note if outline is not None else "", fault))
    return features


def _whole(feature: Feature, points: int) -> Feature:
    """A feature, without an outline of which a part was not read."""
    if feature.fault or points <= (shapely.get_num_coordinates(feature.outline) if feature.outline else 0):
        return feature
    return replace(feature, outline=None, note="", fault=NOT_READ)


def _plain(value: Any) -> object:
    """A value of GDAL as Python's own; null and not-a-number (null in a column of numbers) become ""."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return value


def turn_of(crs: str, file: str) -> Callable[[BaseGeometry], BaseGeometry] | None:
    """The way from a coordinate system to degrees; None for longitude and latitude on WGS 84.

    Returns:
        What brings an outline to degrees, as whole as it was, or raises a ``GeometryError`` where points of
        it lie outside of the projection.

    Raises:
        InputError: the coordinate system is not understood.
    """
    try:
        known = _understood(crs).to_2d()
        if known.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
            return None
        transformer = pyproj.Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise Place(file).error("no_coordinate_system.unknown", said=reason(error)) from None
    parameters = known.coordinate_operation.params if known.coordinate_operation else []
    centre = next((float(each.value) for each in parameters if each.name in MERIDIANS), 0.0)

    def turn(outline: BaseGeometry) -> BaseGeometry:
        before = shapely.get_coordinates(outline)
        lon, lat = transformer.transform(before[:, 0], before[:, 1])
        lost = np.isfinite(before).all(axis=1) & ~(np.isfinite(lon) & np.isfinite(lat))
        if lost.any():
            x, y = before[lost.argmax()]
            raise GeometryError(
                f"{lost.sum():,} of its {len(lost):,} points lie outside of the projection {known.name} "
                f"(the first at {x:.10g}, {y:.10g}); export it in EPSG:4326"
            )
        # PROJ returns -180 to 180, where an outline that was whole would jump
        near = before[:, 0] if known.is_geographic else centre
        lon = lon + TURN * np.round((near - lon) / TURN)
        return shapely.transform(outline, lambda _: np.column_stack([lon, lat]))

    return turn


def _understood(crs: str) -> pyproj.CRS:
    """A coordinate system by any of its names, such as http://www.opengis.net/gml/srs/epsg.xml#4326."""
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.ProjError:
        tail = TAIL.search(crs.strip())
        if tail is None:
            raise
        return pyproj.CRS.from_user_input(f"{'EPSG' if 'epsg' in crs.lower() else 'OGC'}:{tail[0]}")
