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

from planner.case.files import decode, problem, read_bytes, reason, sha256
from planner.errors import Problem
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
            remedy = "export it again from your GIS"
            raise problem(path.name, "unreadable", f"cannot be read ({said})", remedy) from None
    remarks = {show(str(each.message)) for each in heard if issubclass(each.category, RuntimeWarning)}
    notes = [
        Problem(path.name, 0, "", "", f"was read with a remark: {text}", "look at the zones", "remark")
        for text in sorted(remarks)
        if UNCLOSED not in text
    ]
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
        remedy = "give a .geojson, .json, .gpkg or .shp file"
        raise problem(file, "unknown_ending", "has no known ending", remedy)
    main = read_bytes(path, folder, most_bytes)
    parts = {file: main}
    if suffix in GEOJSON:
        return parts, _check_geojson(decode(main, file), file)
    if suffix == PACKAGE:
        if not main.startswith(SQLITE_MAGIC) or main[68:72] not in PACKAGE_IDS:
            rule, remedy = "is not a GeoPackage, whatever its name says", "export it again as GeoPackage"
            raise problem(file, "wrong_format", rule, remedy)
        beside = [path.with_name(file + "-wal")]
    else:
        if not main.startswith(SHAPE_MAGIC):
            rule, remedy = "is not a shapefile, whatever its name says", "export it again as shapefile"
            raise problem(file, "wrong_format", rule, remedy)
        missing = [suffix for suffix in NEEDED if not path.with_suffix(suffix).exists()]
        if missing:
            rule = f"lacks its part {listed([path.with_suffix(suffix).name for suffix in missing])}"
            remedy = "copy every file of the shapefile (.shp, .shx, .dbf, .prj)"
            raise problem(file, "missing_file", rule, remedy)
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
    again = "export it again as GeoJSON"
    try:
        root = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        rule = f"is not well-formed JSON ({error.msg.lower()} at column {error.colno})"
        remedy = "export it again; it may have been cut off"
        raise problem(file, "malformed_json", rule, remedy, row=error.lineno) from None
    except RecursionError:
        raise problem(file, "malformed_json", "is nested too deeply", again) from None
    except MemoryError:
        raise problem(file, "too_large", "does not fit into memory", "simplify the outlines") from None
    except ValueError as error:
        raise problem(file, "malformed_json", f"cannot be read ({reason(error)})", again) from None
    kind = root.get("type") if isinstance(root, dict) else None
    features = root.get("features") if kind == "FeatureCollection" else [root]
    known = isinstance(kind, str) and kind in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon")
    if not known or not isinstance(features, list):
        remedy = "export the zones as GeoJSON from your GIS"
        raise problem(file, "wrong_format", "is not a GeoJSON FeatureCollection", remedy)
    for number, feature in enumerate(features, start=1):
        if kind == "FeatureCollection" and (
            not isinstance(feature, dict) or feature.get("type") != "Feature"
        ):
            raise problem(file, "wrong_format", "is not a GeoJSON feature", again, row=number)
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
            (Path(place) / f"{LAYER}{ending.lower()}").write_bytes(data)
        yield Path(place) / f"{LAYER}{path.suffix.lower()}"


def _read(copy: Path, file: str) -> tuple[dict[str, Any], Any, list[Any]]:
    layers = [str(name) for name, kind in pyogrio.list_layers(copy) if kind is not None]
    if not layers:
        raise problem(file, "no_layer", "has no layer of outlines", "export the zones as polygons")
    layer = layers[0] if len(layers) == 1 else LAYER
    if layer not in layers:
        near = nearest(LAYER, layers)
        now = f" (now {show(near)})" if near else ""
        rule, remedy = (
            f"has several layers ({listed(layers)})",
            f"keep one layer, or call that of the zones {LAYER}",
        )
        raise problem(file, "several_layers", rule, remedy + now)
    count = int(pyogrio.read_info(copy, layer=layer, force_feature_count=True)["features"])
    if count > MOST_FEATURES:
        rule = f"has {count:,} features, more than the {MOST_FEATURES:,} that are read"
        raise problem(file, "too_many_rows", rule, "keep the zones of the plan only")
    meta, _, outlines, columns = pyogrio.raw.read(copy, layer=layer, force_2d=True, datetime_as_string=True)
    return meta, outlines, columns


def _features(crs: str | None, outlines: Any, attributes: dict[str, Any], file: str) -> list[Feature]:
    if outlines is None:
        return []
    if not crs:
        rule = "does not say in which coordinate system it is"
        remedy = "set the coordinate system in your GIS (EPSG:4326 for longitude and latitude)"
        raise problem(file, "no_coordinate_system", rule, remedy)
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
        rule = f"has a coordinate system that is not understood ({reason(error)})"
        raise problem(file, "no_coordinate_system", rule, "export it again in EPSG:4326") from None


def _in_degrees(shape: BaseGeometry | None, turn: pyproj.Transformer | None) -> BaseGeometry | None:
    if shape is None or turn is None:
        return shape

    def degrees(coordinates: Any) -> Any:
        return np.column_stack(turn.transform(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(shape, degrees)
