"""Whether a text is GeoJSON all through, its attributes, and the coordinate system that it names."""

from __future__ import annotations

import json

from planner.case.files import reason
from planner.case.place import Place
from planner.schema.wording import show

NO_MEMBER = object()
"""Stands for the ``crs`` member of a format that has none."""
LONGITUDE_LATITUDE = "OGC:CRS84"
"""The coordinate system of GeoJSON (RFC 7946, section 4)."""


Attributes = dict[str, object]


def read_geojson(text: str, file: str) -> tuple[list[Attributes], object]:
    """The attributes of each feature as they are written, and the ``crs`` member, of a text that is GeoJSON.

    GDAL gives a column one type: a truth among numbers becomes 1, a number among texts becomes text.

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
    except ValueError as error:
        raise place.error("malformed_json.value", said=reason(error)) from None
    kind = root.get("type") if isinstance(root, dict) else None
    whole = kind == "FeatureCollection"
    features = root.get("features") if whole else [root]
    known = ("Feature", "Polygon", "MultiPolygon", "GeometryCollection")
    if not (isinstance(kind, str) and (whole or kind in known)) or not isinstance(features, list):
        raise place.error("wrong_format.collection")
    for number, feature in enumerate(features if whole else (), start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise Place(file, number).error("wrong_format.feature")
    attributes = [feature.get("properties") for feature in features]
    return [each if isinstance(each, dict) else {} for each in attributes], root.get("crs")


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
        member = (
            f"EPSG:{code}" if code else found.get("name", show(f"a crs of the type {member.get('type')}"))
        )
    return str(member) if member else LONGITUDE_LATITUDE
