"""Reading outlines from GeoJSON, GeoPackages, shapefiles and KML: GDAL opens a copy that was checked."""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.degrees import Turn, turn_of
from planner.case.files import reason
from planner.case.geojson import NO_MEMBER, Attributes, named_crs
from planner.case.package import tables_only
from planner.case.place import Place
from planner.case.vector_parts import PACKAGE, Dataset, Options, dataset
from planner.errors import OutputError, Problem
from planner.geometry.polygons import GeometryError
from planner.schema.wording import listed, nearest, show

MOST_FEATURES = 20_000
"""Features taken from a file of outlines; the world has 285 zones."""
LAYER = "areas"
NOT_SAID = ("Non closed ring", "crs")
"""What GDAL's remarks are about that are made here with words of their own."""


@dataclass(frozen=True)
class Feature:
    """One feature of a file.

    Attributes:
        number: Its number in the file, from 1.
        properties: Its attributes that are not null.
        outline: Its outline in longitude and latitude, if it has one.
        note: What was repaired in reading it.
        fault: Why its outline cannot be brought to longitude and latitude; "" if it can.
    """

    number: int
    properties: dict[str, object]
    outline: BaseGeometry | None
    note: str = ""
    fault: str = ""


@dataclass(frozen=True)
class FeatureFile:
    """The features of a file, its columns, its checksums by file name, and warnings."""

    file: str
    columns: tuple[str, ...]
    features: list[Feature]
    hashes: dict[str, str]
    warnings: list[Problem]


def read_features(path: Path, folder: Path | None = None, options: Options | None = None) -> FeatureFile:
    """The features of a file of outlines, told apart by the ending of its name.

    Args:
        path: The file.
        folder: The case's folder, which links must not lead out of.
        options: How it is read.

    Raises:
        InputError: the ending is unknown; the file is not what its name promises, broken, without a
            coordinate system, too large, or has several layers none of which is wanted.
    """
    options = options or Options()
    given = dataset(path, folder, options)
    with _copied(given) as copy, warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            meta, outlines, columns = _read(copy, given, path.name, options)
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            sqlite3.Error,
            LookupError,  # an encoding that nobody knows
            RuntimeError,
            ValueError,
            NameError,  # pyogrio 0.13 leaves a variable unset where a name is not UTF-8
        ) as error:
            said = reason(error).replace(str(copy.parent), "")
            raise Place(path.name).error("unreadable.outlines", said=said) from None
    remarks = {str(each.message) for each in heard if issubclass(each.category, RuntimeWarning)}
    told = [text for text in sorted(remarks) if not any(word in text for word in (*NOT_SAID, *meta["views"]))]
    notes = [*given.warnings, *(Place(path.name).problem("remark", said=show(text)) for text in told)]
    if meta["views"]:
        notes.append(Place(path.name).problem("ignored_views", tuple(meta["views"])))
    names = [str(name) for name in meta["fields"]]
    attributes = given.attributes
    if attributes is None:
        rows = zip(*columns, strict=True) if columns else [()] * (0 if outlines is None else len(outlines))
        attributes = [dict(zip(names, values, strict=True)) for values in rows]
    elif attributes:
        names = list(dict.fromkeys(name for each in attributes for name in each))
    crs = meta["crs"] if given.member is NO_MEMBER else named_crs(given.member)
    features = _features(crs, outlines, attributes, path.name)
    return FeatureFile(path.name, tuple(names), features, given.hashes, notes)


@contextmanager
def _copied(given: Dataset) -> Iterator[Path]:
    """A private copy under a plain name: to GDAL, signs in a path mean archives and servers."""
    with tempfile.TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True) as place:
        main = Path(place) / f"{LAYER}{given.ending}"
        for ending, data in given.parts.items():
            try:
                (Path(place) / f"{LAYER}{ending if '.' in ending else given.ending + ending}").write_bytes(
                    data
                )
            except OSError as error:
                raise OutputError(
                    f"a copy of {LAYER}{ending} cannot be written: {reason(error)}; "
                    "make room in the temporary folder"
                ) from error
        yield main


def _read(copy: Path, given: Dataset, file: str, options: Options) -> tuple[dict[str, Any], Any, list[Any]]:
    views: list[str] = []
    tables: list[str] | None = None
    if given.ending == PACKAGE:
        tables, views = tables_only(copy)
    listed_layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(copy) if kind is not None]
    layers = [each for each in listed_layers if tables is None or each[0] in tables]
    layer = _chosen(layers, views, given.layer, Place(file), options)
    count = int(pyogrio.read_info(copy, layer=layer, force_feature_count=True)["features"])
    if count > MOST_FEATURES:
        raise Place(file).error("too_many_rows.features", count=count, most=MOST_FEATURES)
    encoding = given.encoding or None
    meta, _, outlines, columns = pyogrio.raw.read(
        copy, layer=layer, force_2d=True, datetime_as_string=True, encoding=encoding
    )
    return {**meta, "views": views}, outlines, columns


def _chosen(
    layers: list[tuple[str, str]], views: list[str], wanted: str, place: Place, options: Options
) -> str:
    """The layer that is wanted; the only one; the only one of polygons; or that called ``areas``."""
    names = [name for name, _ in layers]
    if wanted:
        found = [name for name in names if name.casefold() == wanted.casefold()]
        if not found:
            key = "no_layer.view" if wanted in views else "unknown_layer"
            raise Place(place.file, 0, "--layer").error(key, wanted, layers=listed(names), right=names)
        return found[0]
    if not names:
        raise place.error("no_layer.view" if views else "no_layer", listed(views) or None)
    polygons = [name for name, kind in layers if "Polygon" in kind]
    if LAYER not in names and len(polygons) == 1:
        names = polygons
    layer = names[0] if len(names) == 1 else LAYER
    if layer not in names:
        near = nearest(LAYER, names)
        now = f" (now {show(near)})" if near else ""
        raise place.error(
            options.key("several_layers", "several_layers.command"),
            layers=listed(names),
            layer=LAYER,
            now=now,
        )
    return layer


def _features(crs: str | None, outlines: Any, attributes: list[Attributes], file: str) -> list[Feature]:
    if outlines is None:
        return []
    if not crs:
        raise Place(file).error("no_coordinate_system")
    shapes = shapely.from_wkb(outlines, on_invalid="ignore")
    broken = [at for at, shape in enumerate(shapes) if shape is None and outlines[at] is not None]
    notes = dict.fromkeys(broken, "unclosed rings closed")
    for at in broken:
        shapes[at] = shapely.from_wkb(outlines[at], on_invalid="fix")
    turn = turn_of(crs, file)
    return [
        Feature(
            at + 1,
            {name: value for name, one in attributes[at].items() if (value := _plain(one)) != ""},
            *_in_degrees(shape, turn, notes.get(at, "")),
        )
        for at, shape in enumerate(shapes)
    ]


def _in_degrees(
    shape: BaseGeometry | None, turn: Turn | None, note: str
) -> tuple[BaseGeometry | None, str, str]:
    """An outline in degrees, the note on it, and why there is none."""
    if shape is None or turn is None or shape.is_empty:
        return shape, note if shape is not None else "", ""
    try:
        return turn(shape), note, ""
    except GeometryError as error:
        return None, "", str(error)


def _plain(value: Any) -> object:
    """A value of GDAL as Python's own; null and not-a-number (null in a column of numbers) become ""."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return value
