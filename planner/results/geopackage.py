"""``results.gpkg``: areas, cells, bases and land to look at on a map, with the tables beside them.

Longitudes run from 0 to 360 in the outlines and points of all layers (EPSG:4326), so that areas are whole
across 180 degrees; the columns ``lon`` and ``lat`` are those of the CSV files, -180 to 180.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from planner.errors import OutputError
from planner.geometry.longitude import canonical_lon
from planner.geometry.polygons import Geometries, as_array, parts_of
from planner.results.contract import TABLES
from planner.results.map_styles import style_table
from planner.results.results import Results

CRS = "EPSG:4326"
MAPPED = ("areas", "cells")
LAND = "land"
STYLES, STYLES_KEY = "layer_styles", "id"
"""Where QGIS looks for styles."""
MOST_OF_REASON = 120
"""Characters of GDAL's message that are shown; the rest is SQL."""
_GDAL_OPTIONS = {
    "OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z",  # not the moment of writing: equal results, equal files
    "OGR_SQLITE_SYNCHRONOUS": "OFF",  # the whole folder is flushed to the disk later, once
    "OGR_SQLITE_JOURNAL": "OFF",  # and takes its name when it is whole: there is nothing to roll back to
}
BROKEN = pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError
"""What reading and writing the file may raise."""


def write_geopackage(results: Results, file: Path) -> None:
    """Write the layers, the other tables, and the styles that QGIS opens them with, to a new file.

    Raises:
        OutputError: the file cannot be written.
    """
    bases = results.bases
    points = shapely.points(canonical_lon(bases["lon"].to_numpy()), bases["lat"].to_numpy(dtype=np.float64))
    parts, _ = parts_of(as_array([] if results.land is None else [results.land]))
    land = pd.DataFrame({"land_id": np.arange(1, len(parts) + 1)})  # piece by piece, which is quicker to draw
    try:
        with _gdal_options():
            _write_layer(file, "areas", results.areas, results.area_geometry, "MultiPolygon")
            _write_layer(file, "cells", results.cells, results.cell_geometry, "MultiPolygon")
            _write_layer(file, "bases", bases, np.asarray(points, dtype=object), "Point")
            _write_layer(file, LAND, land, parts, "Polygon")
            for name in TABLES:
                if name not in MAPPED:
                    _write_layer(file, name, getattr(results, name))
            _write_layer(file, STYLES, style_table())
    except BROKEN as error:
        rule = f"cannot be written: {str(error)[:MOST_OF_REASON]}"
        raise OutputError(f"{file.name} {rule}; make room or name another --out") from error


def _write_layer(
    file: Path,
    layer: str,
    table: pd.DataFrame,
    geometry: Geometries | None = None,
    geometry_type: str | None = None,
) -> None:
    pyogrio.raw.write(
        str(file),
        None if geometry is None else shapely.to_wkb(geometry),
        [(each if each.dtype.kind in "bif" else each.astype(str)).to_numpy() for _, each in table.items()],
        np.array(table.columns, dtype=object),
        layer=layer,
        driver="GPKG",
        geometry_type=geometry_type,
        promote_to_multi=geometry_type == "MultiPolygon",
        crs=None if geometry is None else CRS,
        layer_options={"FID": STYLES_KEY if layer == STYLES else "fid"},
    )


@contextmanager
def _gdal_options() -> Iterator[None]:
    before = {name: pyogrio.get_gdal_config_option(name) for name in _GDAL_OPTIONS}
    pyogrio.set_gdal_config_options(_GDAL_OPTIONS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
