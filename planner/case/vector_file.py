"""Reading GeoPackages and shapefiles: the bytes are checked first, then GDAL opens a private copy.

GDAL finds a file's format by its content, and some formats (VRT, XML) are instructions to read other files.
So the first bytes must be those of the format that the name promises, and only the files that belong to it
are copied to the place where GDAL looks.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.features import MOST_FEATURES, Feature, FeatureFile, too_many
from planner.case.files import problem, read_bytes, reason, sha256
from planner.case.wording import listed, nearest, show
from planner.errors import Problem

SHAPE_MAGIC = b"\x00\x00\x27\x0a"
SQLITE_MAGIC = b"SQLite format 3\x00"
PACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
"""The application ids of a GeoPackage, at byte 68 (OGC 12-128r19, requirement 2)."""
NEEDED = (".shx", ".dbf", ".prj")
LAYER = "areas"


def read_vector(path: Path, folder: Path | None = None, most_bytes: int | None = None) -> FeatureFile:
    """The features of a GeoPackage (.gpkg) or a shapefile (.shp), in longitude and latitude.

    Raises:
        InputError: it is not what its name promises, broken, without a coordinate system, or has several
            layers none of which is called ``areas``.
    """
    parts = _parts(path, folder, most_bytes)
    hashes = {name: sha256(data) for name, data in parts.items()}
    with _copied(path, parts) as copy:
        try:
            with warnings.catch_warnings(record=True) as heard:
                warnings.simplefilter("always")
                meta, outlines, columns = _read(copy, path.name)
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            RuntimeError,
            ValueError,
            NameError,  # pyogrio 0.13 leaves a variable unset where a name is not UTF-8
        ) as error:
            said = reason(error).replace(str(copy.parent), "")
            raise problem(path.name, f"cannot be read ({said})", "export it again from your GIS") from None
    features = _features(meta, outlines, columns, path.name)
    remarks = sorted(
        {show(str(warning.message)) for warning in heard if issubclass(warning.category, RuntimeWarning)}
    )
    notes = [
        Problem(path.name, 0, "", "", f"was read with a remark: {text}", "look at the zones")
        for text in remarks
    ]
    return FeatureFile(path.name, features, hashes, notes)


def _parts(path: Path, folder: Path | None, most_bytes: int | None) -> dict[str, bytes]:
    """The files that make up the dataset, by name, their first bytes checked."""
    main = read_bytes(path, folder, most_bytes)
    parts = {path.name: main}
    if path.suffix.lower() == ".gpkg":
        if not main.startswith(SQLITE_MAGIC) or main[68:72] not in PACKAGE_IDS:
            raise problem(
                path.name, "is not a GeoPackage, whatever its name says", "export it again as GeoPackage"
            )
        beside = [path.with_name(path.name + "-wal")]
    else:
        if not main.startswith(SHAPE_MAGIC):
            raise problem(
                path.name, "is not a shapefile, whatever its name says", "export it again as shapefile"
            )
        missing = [suffix for suffix in NEEDED if not path.with_suffix(suffix).exists()]
        if missing:
            rule = f"lacks its part {listed([path.with_suffix(suffix).name for suffix in missing])}"
            raise problem(path.name, rule, "copy every file of the shapefile (.shp, .shx, .dbf, .prj)")
        beside = [path.with_suffix(suffix) for suffix in (*NEEDED, ".cpg")]
    for file in beside:
        if file.exists():
            parts[file.name] = read_bytes(file, folder, most_bytes)
    return parts


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
        raise problem(file, "has no layer of outlines", "export the zones as polygons")
    layer = layers[0] if len(layers) == 1 else LAYER
    if layer not in layers:
        near = nearest(LAYER, layers)
        remedy = f"keep one layer, or call the one of the zones {LAYER}" + (
            f" (now {show(near)})" if near else ""
        )
        raise problem(file, f"has several layers ({listed(layers)})", remedy)
    count = int(pyogrio.read_info(copy, layer=layer, force_feature_count=True)["features"])
    if count > MOST_FEATURES:
        raise too_many(file, count)
    meta, _, outlines, columns = pyogrio.raw.read(copy, layer=layer, force_2d=True, datetime_as_string=True)
    return meta, outlines, columns


def _features(meta: dict[str, Any], outlines: Any, columns: list[Any], file: str) -> list[Feature]:
    if not meta["crs"]:
        rule = "does not say in which coordinate system it is"
        raise problem(
            file, rule, "set the coordinate system in your GIS (EPSG:4326 for longitude and latitude)"
        )
    names = [str(name) for name in meta["fields"]]
    shapes = shapely.from_wkb(outlines, on_invalid="ignore")
    turn = _transformer(meta["crs"], file)
    return [
        Feature(
            at + 1,
            {
                name: value
                for name, column in zip(names, columns, strict=True)
                if (value := _plain(column[at])) != ""
            },
            _in_degrees(shape, turn),
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
        known = pyproj.CRS.from_user_input(crs)
        if known.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
            return None
        return pyproj.Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        rule = f"has a coordinate system that is not understood ({reason(error)})"
        raise problem(file, rule, "export it again in EPSG:4326") from None


def _in_degrees(shape: BaseGeometry | None, turn: pyproj.Transformer | None) -> BaseGeometry | None:
    if shape is None or turn is None:
        return shape

    def degrees(coordinates: Any) -> Any:
        return np.column_stack(turn.transform(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(shape, degrees)
