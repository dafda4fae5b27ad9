"""Measure the outlines against a published boundary file (never used to make them)."""

import json
from pathlib import Path

import shapely
from shapely.geometry import shape
from sphere import area_km2

# Zone code of the published file -> our area id.
PUBLISHED_CODES = {
    "CK": "cook_islands",
    "FJ": "fiji",
    "FM": "fsm",
    "KI-G": "kiribati_gilbert",
    "KI-L": "kiribati_line",
    "KI-P": "kiribati_phoenix",
    "MH": "marshall_islands",
    "NC": "new_caledonia",
    "NR": "nauru",
    "NU": "niue",
    "PF": "french_polynesia",
    "PG": "png",
    "PW": "palau",
    "SB": "solomon_islands",
    "TK": "tokelau",
    "TO": "tonga",
    "TV": "tuvalu",
    "VU": "vanuatu",
    "WS": "samoa",
}


def comparison(zones: dict[str, shapely.Geometry], published: Path) -> str:
    """Markdown table of area (km2), published area, error in percent, and intersection over union.

    Args:
        zones: area id -> outline in degrees, longitudes 0-360.
        published: GeoJSON file, longitudes 0-360, with properties `zone` (code) and `area_km2_v12` (area).
    """
    features = {
        f["properties"]["zone"]: f for f in json.loads(published.read_text(encoding="utf-8"))["features"]
    }
    lines = ["| zone | area, km2 | published, km2 | error, % | IoU |", "|---|---:|---:|---:|---:|"]
    for code, area_id in sorted(PUBLISHED_CODES.items(), key=lambda item: item[1]):
        own, figure = zones[area_id], float(features[code]["properties"]["area_km2_v12"])
        error = 100.0 * (area_km2(own) / figure - 1.0)
        other = shapely.make_valid(shape(features[code]["geometry"]))
        lines.append(
            f"| {area_id} | {area_km2(own):,.0f} | {figure:,.0f} | {error:+.2f} | {overlap(own, other):.4f} |"
        )
    return "\n".join(lines)


def overlap(first: shapely.Geometry, second: shapely.Geometry) -> float:
    """Intersection over union, by geodesic areas."""
    common = area_km2(shapely.intersection(first, second))
    return common / (area_km2(first) + area_km2(second) - common)
