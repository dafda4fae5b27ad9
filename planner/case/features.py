"""Reading a file of outlines into raw features, whatever its format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from planner.case.files import decode, problem, read_bytes, reason, sha256
from planner.case.wording import show
from planner.errors import Problem

MOST_FEATURES = 20_000
"""Features taken from a file of outlines; the world has 285 zones."""
LONLAT = ("EPSG:4326", "OGC:CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:EPSG::4326")


@dataclass
class Feature:
    """One feature: its number in the file from 1, its attributes that are not null, its outline as found.

    ``outline`` is a GeoJSON geometry object or a shapely geometry in longitude and latitude.
    """

    number: int
    properties: dict[str, object]
    outline: object


@dataclass
class FeatureFile:
    """The features of a file, its checksums by file name, and what was remarkable."""

    file: str
    features: list[Feature]
    hashes: dict[str, str]
    warnings: list[Problem]


def read_geojson(path: Path, folder: Path | None = None, most_bytes: int | None = None) -> FeatureFile:
    """The features of a GeoJSON file (RFC 7946); a bare geometry or feature counts as a collection of one.

    Raises:
        InputError: it is not JSON, nested too deeply, not GeoJSON, in another projection, or has too many
            features.
    """
    file = path.name
    data = read_bytes(path, folder, most_bytes)
    root = _parse(decode(data, file), file)
    if not isinstance(root, dict):
        raise _not_geojson(file)
    _check_projection(root.get("crs"), file)
    kind = root.get("type")
    if kind == "FeatureCollection":
        members = root.get("features")
    else:
        members = [root] if kind == "Feature" else [{"type": "Feature", "properties": {}, "geometry": root}]
        if kind not in ("Feature", "Polygon", "MultiPolygon"):
            raise _not_geojson(file)
    if not isinstance(members, list):
        raise _not_geojson(file)
    if len(members) > MOST_FEATURES:
        raise too_many(file, len(members))
    features = [_feature(number, member, file) for number, member in enumerate(members, start=1)]
    return FeatureFile(file, features, {file: sha256(data)}, [])


def _parse(text: str, file: str) -> object:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as error:
        rule = f"is not well-formed JSON ({error.msg.lower()} at column {error.colno})"
        raise problem(file, rule, "export it again; it may have been cut off", row=error.lineno) from None
    except RecursionError:
        raise problem(file, "is nested too deeply", "export it again as GeoJSON") from None
    except MemoryError:
        raise problem(file, "does not fit into memory", "simplify the outlines") from None
    except ValueError as error:
        raise problem(file, f"cannot be read ({reason(error)})", "export it again as GeoJSON") from None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for at, (key, _) in enumerate(pairs) if key in {name for name, _ in pairs[:at]})
        raise ValueError(f"the key {show(twice)} stands twice in one object")
    return found


def _check_projection(crs: object, file: str) -> None:
    """GeoJSON is in longitude and latitude; the member "crs" of its first version may only say so."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or name.upper() not in LONLAT:
        rule = "is a projection; GeoJSON is in longitude and latitude"
        raise problem(file, rule, "export it again in EPSG:4326", column="crs", value=show(name))


def _feature(number: int, member: object, file: str) -> Feature:
    if not isinstance(member, dict) or member.get("type") != "Feature":
        raise problem(file, "is not a GeoJSON feature", "export the file again as GeoJSON", row=number)
    properties = member.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    return Feature(
        number,
        {name: value for name, value in properties.items() if value not in (None, "")},
        member.get("geometry"),
    )


def _not_geojson(file: str) -> Exception:
    return problem(file, "is not a GeoJSON FeatureCollection", "export the zones as GeoJSON from your GIS")


def too_many(file: str, count: int) -> Exception:
    """The error for a file with more features than are taken."""
    rule = f"has {count:,} features, more than the {MOST_FEATURES:,} that are read"
    return problem(file, rule, "keep the zones of the plan only")
