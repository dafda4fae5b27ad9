"""Files of zones to import, as others publish them: small boxes with the attributes that matter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import shapely

Box = Sequence[float]


def zone(
    properties: Mapping[str, object], box: Box | None = None, geometry: object = None
) -> dict[str, object]:
    """A feature with a box for an outline."""
    outline = geometry or json.loads(shapely.to_geojson(shapely.box(*(box or (174, -20, 182, -15)))))
    return {"type": "Feature", "properties": dict(properties), "geometry": outline}


def collection(path: Path, zones: Sequence[object], **members: object) -> Path:
    """A GeoJSON file of them."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": zones, **members}), encoding="utf-8")
    return path


def version_10(
    name: str, territory: str, code: str, kind: str = "200NM", **more: object
) -> dict[str, object]:
    """The attributes of World EEZ version 10."""
    return {"GeoName": name, "Territory1": territory, "ISO_Ter1": code, "Pol_type": kind, **more}
