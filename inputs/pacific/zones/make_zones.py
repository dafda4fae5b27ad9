"""Make areas.geojson and land.geojson of the Pacific case from public coastlines.

    python make_zones.py                          regenerate both files
    python make_zones.py --check BOUNDARIES       regenerate, then measure against a published boundary file
    python make_zones.py --check BOUNDARIES --keep   only measure the files as they are

Needs GMT 6 with GSHHG full resolution and DCW (Debian: gmt, gmt-gshhg-full, gmt-dcw). See README.md.
"""

import argparse
import json
import sys
from pathlib import Path

import shapely
from coastline import (
    Floats,
    LabelledPoints,
    join,
    land_polygons,
    name_states,
    read_dcw_outlines,
    read_islands,
    read_shorelines,
    relabel,
)
from compare import comparison
from outlines import (
    LAND_TOLERANCE_DEG,
    SMALLEST_ISLAND_KM2,
    SURROUNDINGS,
    SURROUNDINGS_SMALLEST_KM2,
    SURROUNDINGS_TOLERANCE_DEG,
    clip_land,
    cut_land,
    land_around,
    simplify_land,
    simplify_zones,
    write_land,
    write_zones,
)
from partition import partition
from shapely.geometry import shape
from treaties import apply_treaty, read_treaty_lines

HERE = Path(__file__).resolve().parent
CASE = HERE.parent


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the zone outlines of the Pacific case.")
    parser.add_argument("--check", type=Path, metavar="FILE", help="published boundaries to measure against")
    parser.add_argument("--keep", action="store_true", help="do not regenerate; only check")
    options = parser.parse_args(arguments)
    areas = CASE / "areas.geojson"
    if not options.keep:
        make(areas, CASE / "land.geojson")
    if options.check:
        sys.stdout.write(comparison(read_zones(areas), options.check) + "\n")
    return 0


def make(areas: Path, land_path: Path) -> None:
    """Write both files."""
    shorelines = read_shorelines()
    shares = partition(label_coast(shorelines))
    for treaty in read_treaty_lines(HERE / "treaty_lines.csv"):
        shares = apply_treaty(shares, treaty)
    land = land_polygons(shorelines)
    zones = cut_land(simplify_zones(shares, area_ids()), land)
    write_zones(areas, zones, HERE / "zones.csv", HERE / "risk.csv")
    near = clip_land(simplify_land(land, SMALLEST_ISLAND_KM2, LAND_TOLERANCE_DEG))
    wide = land_polygons(read_shorelines(SURROUNDINGS), SURROUNDINGS)
    around = simplify_land(wide, SURROUNDINGS_SMALLEST_KM2, SURROUNDINGS_TOLERANCE_DEG)
    write_land(land_path, near + land_around(around))


def label_coast(shorelines: list[Floats]) -> LabelledPoints:
    """Coast points with their states: GSHHG vertices, named by DCW and islands.csv, and points it lacks."""
    islands = HERE / "islands.csv"
    corrections = read_islands(islands, "relabel")
    names = [relabel(read_dcw_outlines(), corrections), corrections, read_islands(islands, "label")]
    return join([name_states(shorelines, names), read_islands(islands, "point")])


def area_ids() -> list[str]:
    """The ids of zones.csv, in its order."""
    lines = (HERE / "zones.csv").read_text(encoding="utf-8").splitlines()
    return [line.split(",")[0] for line in lines[1:] if line]


def read_zones(path: Path) -> dict[str, shapely.Geometry]:
    """Outlines of areas.geojson by area id."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["area_id"]: shape(feature["geometry"]) for feature in features}


if __name__ == "__main__":
    sys.exit(main())
