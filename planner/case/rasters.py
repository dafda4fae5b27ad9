"""Grids of fishing effort or detections as GeoTIFF or NetCDF, cell by cell as a table has them.

The libraries that read them (rasterio; xarray with h5netcdf) are an extra of the package: ``[rasters]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from planner.case.files import reading
from planner.case.published import PUBLISHED, columns_of
from planner.frames import numbers
from planner.schema.messages import Place, listed

GEOTIFF, NETCDF = (".tif", ".tiff"), (".nc", ".nc4")
ENDINGS = (*GEOTIFF, *NETCDF)
AXES = {key: (*PUBLISHED["effort"][key], short) for key, short in (("lon", "x"), ("lat", "y"))}
AT_ONCE = 500_000
"""Cells that are read at a time."""
SQUARE = 1e-4
"""Relative difference up to which the sides of cells are equal, as files have them in single precision."""


@dataclass(frozen=True)
class Raster:
    """A grid as a table.

    Attributes:
        columns: lon and lat of the middles of its cells [degrees], value, and date where it has times.
        pitch_deg: size of its cells [degrees]; 0 where they are no squares of degrees.
        pieces: its cells that have more than nothing, some at a time.
    """

    columns: tuple[str, ...]
    pitch_deg: float
    pieces: Iterator[pd.DataFrame]


def open_raster(path: Path, value: str) -> Raster:
    """A grid of a GeoTIFF or NetCDF file, to be read once.

    ``value`` is the number of its band, or the name of its variable; "" for the first, or the only one.

    Raises:
        InputError: it cannot be read, the library for it is not installed, or it has no such band or
            variable.
    """
    with reading(path.name, "missing_file"):
        path.stat()
    return (_geotiff if path.suffix.lower() in GEOTIFF else _netcdf)(path, value)


def _library(name: str, path: Path) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise Place(path.name).error("missing_library", library=name) from None


def _geotiff(path: Path, band: str) -> Raster:
    rasterio = _library("rasterio", path)
    with reading(path.name, "missing_file"):
        data = rasterio.open(path, driver="GTiff")
    bands = [str(each) for each in data.indexes]
    if band and band not in bands:
        raise Place(path.name).error("missing_column.named", band, right=bands)
    east, north = data.res
    turn = None  # without a coordinate system, degrees are meant
    if data.crs is not None and not data.crs.is_geographic:
        turn = pyproj.Transformer.from_crs(data.crs.to_wkt(), "EPSG:4326", always_xy=True)
    square = turn is None and np.isclose(east, north, rtol=SQUARE)

    a, b, c, d, e, f = data.transform[:6]

    def pieces() -> Iterator[pd.DataFrame]:
        step = max(1, AT_ONCE // data.width)
        with data, reading(path.name, "missing_file"):
            for first in range(0, data.height, step):
                window = ((first, min(first + step, data.height)), (0, data.width))
                cells = data.read(int(band or 1), window=window, masked=True)
                amount = np.ma.filled(cells.astype(np.float64), np.nan)
                row, column = np.nonzero(amount > 0.0)
                at, down = column + 0.5, first + row + 0.5
                x, y = a * at + b * down + c, d * at + e * down + f
                lon, lat = (x, y) if turn is None else turn.transform(x, y)
                yield pd.DataFrame({"lon": lon, "lat": lat, "value": amount[row, column]})

    return Raster(("lon", "lat", "value"), float(east) if square else 0.0, pieces())


def _netcdf(path: Path, variable: str) -> Raster:
    xarray = _library("xarray", path)
    _library("h5netcdf", path)
    with reading(path.name, "missing_file"):
        data = xarray.open_dataset(path)
    axes = columns_of(map(str, data.coords), AXES)
    found = [str(name) for name, each in data.data_vars.items() if {*axes.values()} <= {*each.dims}]
    if variable and variable not in found:
        raise Place(path.name).error("missing_column.named", variable, right=found)
    if len(axes) < len(AXES) or not (variable or len(found) == 1):
        raise Place(path.name).error("missing_column.raster", variables=listed(found))
    grid = data[variable or found[0]]
    lon, lat = (numbers(data[axes[key]]) for key in ("lon", "lat"))
    time = next((str(name) for name in grid.dims if data[name].dtype.kind == "M"), "")
    others = [name for name in grid.dims if name not in (*axes.values(), time)]
    steps = np.abs(np.concatenate([np.diff(lon), np.diff(lat)]))
    square = len(steps) and np.allclose(steps, steps[0], rtol=SQUARE)

    def pieces() -> Iterator[pd.DataFrame]:
        step = max(1, AT_ONCE // len(lon))
        with data, reading(path.name, "missing_file"):
            for at, first in product(range(data.sizes.get(time, 1)), range(0, len(lat), step)):
                some = {axes["lat"]: slice(first, first + step), **({time: at} if time else {})}
                layer = grid.isel(some)
                layer = layer.sum(others) if others else layer
                amount = numbers(layer.transpose(axes["lat"], axes["lon"]))
                row, column = np.nonzero(amount > 0.0)
                cells = {"lon": lon[column], "lat": lat[first + row], "value": amount[row, column]}
                dated = {"date": str(data[time].to_numpy()[at])[:10]} if time else {}
                yield pd.DataFrame({**cells, **dated})

    names = ("lon", "lat", "value", *(("date",) if time else ()))
    return Raster(names, float(steps[0]) if square else 0.0, pieces())
