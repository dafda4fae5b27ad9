"""Reading outlines: GeoJSON, GeoPackages and shapefiles are checked first, then GDAL opens a private copy.

GDAL finds a file's format by its content, and some formats (VRT, XML, GDALG) are instructions to read other
files. So the content must be that of the format that the name promises, and only the files that belong to it
are copied to the place where GDAL looks.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import decode, read_bytes, reason, sha256
from planner.case.place import Place
from planner.errors import OutputError, Problem
from planner.schema.wording import listed, nearest, show

MOST_FEATURES = 20_000
"""Features taken from a file of outlines; the world has 285 zones."""
SHAPE_MAGIC = b"\x00\x00\x27\x0a"
SQLITE_MAGIC = b"SQLite format 3\x00"
PACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
"""The application ids of a GeoPackage, at byte 68 (OGC 12-128r19, requirement 2)."""
NEEDED = (".shx", ".dbf", ".prj")
GEOJSON, PACKAGE, SHAPE = (".geojson", ".json"), ".gpkg", ".shp"
LAYER = "areas"
UNCLOSED = "Non closed ring"
"""How GDAL's remark begins on a ring that is closed here, with a remark of its own."""


@dataclass(frozen=True)
class Feature:
    """One feature of a file.

    Attributes:
        number: Its number in the file, from 1.
        properties: Its attributes that are not null.
        outline: Its outline in longitude and latitude, if it has one.
        note: What was repaired in reading it.
    """

    number: int
    properties: dict[str, object]
    outline: BaseGeometry | None
    note: str = ""


@dataclass(frozen=True)
class FeatureFile:
    """The features of a file, its columns, its checksums by file name, and warnings."""

    file: str
    columns: tuple[str, ...]
    features: list[Feature]
    hashes: dict[str, str]
    warnings: list[Problem]


def read_features(path: Path, folder: Path | None = None, most_bytes: int | None = None) -> FeatureFile:
    """The features of a GeoJSON file, a GeoPackage or a shapefile, told apart by the ending of the name.

    Raises:
        InputError: the ending is another one; the file is not what its name promises, broken, without a
            coordinate system, too large, or has several layers none of which is called ``areas``.
    """
    parts, own_id = _parts(path, folder, most_bytes)
    with _copied(path, parts) as copy, warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            meta, outlines, columns = _read(copy, path.name)
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            RuntimeError,
            ValueError,
            NameError,  # pyogrio 0.13 leaves a variable unset where a name is not UTF-8
        ) as error:
            said = reason(error).replace(str(copy.parent), "")
            raise Place(path.name).error("unreadable.outlines", said=said) from None
    remarks = {show(str(each.message)) for each in heard if issubclass(each.category, RuntimeWarning)}
    told = [text for text in sorted(remarks) if UNCLOSED not in text]
    notes = [Place(path.name).problem("remark", said=text) for text in told]
    names = [str(name) for name in meta["fields"]]
    kept = [at for at, name in enumerate(names) if name != "id" or own_id]
    attributes = {names[at]: columns[at] for at in kept}
    features = _features(meta["crs"], outlines, attributes, path.name)
    hashes = {name: sha256(data) for name, data in parts.items()}
    return FeatureFile(path.name, tuple(attributes), features, hashes, notes)


def _parts(path: Path, folder: Path | None, most_bytes: int | None) -> tuple[dict[str, bytes], bool]:
    """The files that make up the dataset, by name, their content checked; whether ``id`` is an attribute."""
    file, suffix = path.name, path.suffix.lower()
    if suffix not in (*GEOJSON, PACKAGE, SHAPE):
        raise Place(file).error("unknown_ending")
    main = read_bytes(path, folder, most_bytes)
    parts = {file: main}
    if suffix in GEOJSON:
        return parts, _check_geojson(decode(main, file), file)
    if suffix == PACKAGE:
        if not main.startswith(SQLITE_MAGIC) or main[68:72] not in PACKAGE_IDS:
            raise Place(file).error("wrong_format.package")
        beside = [path.with_name(file + "-wal")]
    else:
        if not main.startswith(SHAPE_MAGIC):
            raise Place(file).error("wrong_format.shape")
        missing = [part.name for part in map(path.with_suffix, NEEDED) if not part.exists()]
        if missing:
            raise Place(file).error("missing_file.part", parts=listed(missing))
        beside = [path.with_suffix(suffix) for suffix in (*NEEDED, ".cpg")]
    for other in beside:
        if other.exists():
            parts[other.name] = read_bytes(other, folder, most_bytes)
    return parts, True


def _check_geojson(text: str, file: str) -> bool:
    """Whether ``id`` is an attribute of a feature, in a text that is GeoJSON all through.

    Raises:
        InputError: it is not well-formed JSON, or not GeoJSON of polygons.
    """
    place = Place(file)
    try:
        root = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        said = f"{error.msg.lower()} at column {error.colno}"
        raise Place(file, error.lineno).error("malformed_json", said=said) from None
    except RecursionError:
        raise place.error("malformed_json.deep") from None
    except MemoryError:
        raise place.error("too_large") from None
    except ValueError as error:
        raise place.error("malformed_json.value", said=reason(error)) from None
    kind = root.get("type") if isinstance(root, dict) else None
    whole = kind == "FeatureCollection"
    features = root.get("features") if whole else [root]
    known = isinstance(kind, str) and (whole or kind in ("Feature", "Polygon", "MultiPolygon"))
    if not known or not isinstance(features, list):
        raise place.error("wrong_format.collection")
    for number, feature in enumerate(features if whole else (), start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise Place(file, number).error("wrong_format.feature")
    attributes = [feature.get("properties") for feature in features]
    return any(isinstance(each, dict) and "id" in each for each in attributes)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")


@contextmanager
def _copied(path: Path, parts: dict[str, bytes]) -> Iterator[Path]:
    """A private copy under a plain name: to GDAL, signs in a path mean archives and servers."""
    with tempfile.TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True) as place:
        for name, data in parts.items():
            ending = name[len(path.stem) :]
            try:
                (Path(place) / f"{LAYER}{ending.lower()}").write_bytes(data)
            except OSError as error:
                reason = error.strerror or str(error)
                raise OutputError(
                    f"a copy of {name} cannot be written: {reason}; make room in the temporary folder"
                ) from error
        yield Path(place) / f"{LAYER}{path.suffix.lower()}"


def _read(copy: Path, file: str) -> tuple[dict[str, Any], Any, list[Any]]:
    layers = [str(name) for name, kind in pyogrio.list_layers(copy) if kind is not None]
    if not layers:
        raise Place(file).error("no_layer")
    layer = layers[0] if len(layers) == 1 else LAYER
    if layer not in layers:
        near = nearest(LAYER, layers)
        now = f" (now {show(near)})" if near else ""
        raise Place(file).error("several_layers", layers=listed(layers), layer=LAYER, now=now)
    count = int(pyogrio.read_info(copy, layer=layer, force_feature_count=True)["features"])
    if count > MOST_FEATURES:
        raise Place(file).error("too_many_rows.features", count=count, most=MOST_FEATURES)
    meta, _, outlines, columns = pyogrio.raw.read(copy, layer=layer, force_2d=True, datetime_as_string=True)
    return meta, outlines, columns


def _features(crs: str | None, outlines: Any, attributes: dict[str, Any], file: str) -> list[Feature]:
    if outlines is None:
        return []
    if not crs:
        raise Place(file).error("no_coordinate_system")
    shapes = shapely.from_wkb(outlines, on_invalid="ignore")
    broken = [at for at, shape in enumerate(shapes) if shape is None and outlines[at] is not None]
    notes = dict.fromkeys(broken, "unclosed rings closed")
    for at in broken:
        shapes[at] = shapely.from_wkb(outlines[at], on_invalid="fix")
    turn = _transformer(crs, file)
    return [
        Feature(
            at + 1,
            {name: value for name, column in attributes.items() if (value := _plain(column[at])) != ""},
            _in_degrees(shape, turn),
            notes.get(at, "") if shape is not None else "",
        )
        for at, shape in enumerate(shapes)
    ]


def _plain(value: Any) -> object:
    """A value of GDAL as Python's own; null and not-a-number (null in a column of numbers) become ""."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return value


def _transformer(crs: str, file: str) -> pyproj.Transformer | None:
    try:
        known = pyproj.CRS.from_user_input(crs).to_2d()
        if known.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
            return None
        return pyproj.Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise Place(file).error("no_coordinate_system.unknown", said=reason(error)) from None


def _in_degrees(shape: BaseGeometry | None, turn: pyproj.Transformer | None) -> BaseGeometry | None:
    if shape is None or turn is None:
        return shape

    def degrees(coordinates: Any) -> Any:
        return np.column_stack(turn.transform(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(shape, degrees)
