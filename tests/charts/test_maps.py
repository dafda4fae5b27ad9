"""Maps show land and zones on both sides of 180 degrees, whole and in their colours, wherever they lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely

from planner.charts.data import Plan
from planner.charts.ground import Ground, ground_of, rings
from planner.charts.lettering import latitude_text, longitude_text
from planner.charts.map_values import HOME, NOBODY, OTHER
from planner.charts.map_values import shown as shown_on
from planner.charts.maps import INDICATIVE, PRINTED, THEMES, difference, map_chart, outline_note
from planner.charts.spec import PAD, PAGE, printed
from planner.charts.write import rendered
from planner.geometry import coast as coast_file
from planner.geometry.area import areas_km2
from planner.geometry.distance import distances_nm
from planner.geometry.polygons import as_array
from planner.geometry.zones import world_coast
from planner.results.palette import CAUSE_COLOURS, KINDS, LAND, SHARES, VIRIDIS, WATER, even_edges
from planner.results.results import Results
from tests.charts.conftest import figure, moved
from tests.charts.drawn import Spec, near, pixels, said, table, texts
from tests.results.conftest import as_objects, make_results


def ground(results: Results) -> Ground:
    return ground_of(Plan(results))


def body(spec: Spec, results: Results) -> npt.NDArray[np.uint8]:
    """The picture of a map, a pixel a point, without what stands round its frame."""
    image = pixels(spec)
    sheet = ground(results).sheet
    sea = near(image, WATER)
    top = int(np.flatnonzero(sea.mean(axis=1) > 0.2)[0])
    return image[top : top + int(PAGE * sheet.height / sheet.width) - 1, int(PAD) : int(PAD + PAGE)]


def test_land_and_zones_on_both_sides_of_180(plan: Results) -> None:
    image = body(figure(plan, "map_cause"), plan)
    sheet = ground(plan).sheet
    at = round(sheet.points([180.0], [-17.5])[0, 0] * PAGE / sheet.width)
    assert near(image, LAND)[:, :at].sum() > 50
    assert near(image, LAND)[:, at:].sum() > 50
    # the zone across 180 lacks money in both of its cells, the one west of it access
    assert near(image, CAUSE_COLOURS["money"][0])[:, : at - 2].sum() > 100
    assert near(image, CAUSE_COLOURS["money"][0])[:, at + 2 :].sum() > 100
    assert near(image, CAUSE_COLOURS["access"][0])[:, : at - 2].sum() > 100
    assert near(image, CAUSE_COLOURS["access"][0])[:, at + 4 :].sum() == 0


def test_no_zone_fills_the_globe(plan: Results) -> None:
    image = pixels(figure(plan, "map_pod"))
    share = near(image, VIRIDIS[3], 10).mean()  # all cells have a POD of 0.28
    assert 0.02 < share < 0.5


def test_cells_have_the_areas_that_they_have_on_the_ellipsoid(plan: Results) -> None:
    found = ground(plan)
    km2 = areas_km2(as_array(plan.cell_geometry))
    for shape, expected in zip(found.cells, km2, strict=True):
        assert shapely.geometry.shape(shape).area / found.sheet.scale**2 == pytest.approx(expected, rel=5e-3)


PLACES = (175.0, -20.0), (320.0, 30.0), (0.5, 50.0), (200.0, 74.0), (40.0, -89.0)


@pytest.mark.parametrize(("name", "place"), list(zip(PRINTED, PLACES, strict=True)))
def test_maps_of_anywhere(name: str, place: tuple[float, float]) -> None:
    lon, lat = place  # the ground of a map is the same whatever is shown on it
    everywhere = shapely.box(0, -90, 360, 90).difference(shapely.box(lon - 3, lat - 1, lon + 12, lat + 16))
    results = moved(lon, lat, land=everywhere)
    drawn = figure(results, name)
    image = pixels(drawn)
    high, wide = image.shape[:2]
    assert 490 < wide < 530
    assert high < 700
    assert near(image, LAND).mean() > 0.02
    coloured = (np.ptp(image.astype(int), axis=2) > 60).mean()
    assert coloured > 0.005


def test_meridians_have_their_names(plan: Results) -> None:
    assert "180°" in [text for text, _ in texts(figure(plan, "map_pod"))]
    assert [longitude_text(lon) for lon in (0.0, 160.0, 180.0, 190.0)] == ["0°", "160°E", "180°", "170°W"]
    assert [latitude_text(lat) for lat in (0.0, 20.0, -20.0)] == ["0°", "20°N", "20°S"]


def test_areas_have_their_names_inside(plan: Results) -> None:
    found = ground(plan)
    assert sorted(found.names["text"]) == ["Fiji", "Tuvalu"]
    for row in found.names.itertuples():
        number = plan.areas["name"].tolist().index(row.text)
        assert shapely.geometry.shape(found.areas[number]).contains(shapely.Point(row.x, row.y))


def test_who_watches_most(plan: Results) -> None:
    # p8 adds 1/3 in fiji_1 and eye 1/3 in fiji_2, both of fji, the state of fiji; nobody is in tuvalu_1
    assert shown_on(Plan(plan)).tables["cells"]["operator"].tolist() == [HOME, HOME, NOBODY]
    fleet = plan.fleet.assign(operator=["usa", "fji"])
    both = pd.concat([plan.missions, plan.missions.assign(cell_id="fiji_1", coverage_factor=[0.4, 0.5])])
    results = make_results(fleet=fleet, missions=both)
    # fiji_1: usa 1/3 + 0.4, fji 0.5
    assert shown_on(Plan(results)).tables["cells"]["operator"].tolist() == ["United States", HOME, NOBODY]
    shown = [text for text, _ in texts(figure(results, "map_who"))]
    assert {"United States", HOME, NOBODY} <= set(shown)


def test_more_operators_than_colours() -> None:
    count = len(KINDS) + 3
    boxes = [shapely.box(150 + n, -10, 151 + n, -5) for n in range(count)]
    base = make_results()
    cells = pd.concat([base.cells.iloc[[0]]] * count, ignore_index=True).assign(
        cell_id=[f"c{n}" for n in range(count)], area_km2=[float(count - n) for n in range(count)]
    )
    fleet = pd.concat([base.fleet.iloc[[0]]] * count, ignore_index=True).assign(
        asset_id=[f"a{n}" for n in range(count)], operator=[f"op_{n}" for n in range(count)]
    )
    missions = pd.concat([base.missions.iloc[[0]]] * count, ignore_index=True).assign(
        asset_id=fleet["asset_id"], cell_id=cells["cell_id"]
    )
    results = make_results(
        cells=cells,
        fleet=fleet,
        missions=missions,
        cell_geometry=as_objects(*boxes),
        areas=base.areas.iloc[:1],
        area_geometry=as_objects(shapely.union_all(boxes)),
    )
    shown = [text for text, _ in texts(figure(results, "map_who"))]
    assert "op 0" in shown
    assert OTHER in shown
    assert f"op {count - 1}" not in shown, "the least water"


@pytest.mark.parametrize(
    ("coverage", "target", "met", "low", "high"),
    [
        (0.0, 0.5, False, 0.0, 0.1),
        (0.3, 0.5, False, 0.5, 0.75),
        (0.4999999999, 0.5, False, 0.75, np.nextafter(1.0, 0.0)),
        (0.5, 0.5, True, 1.0, 1.0),
        (0.9, 0.5, True, 1.0, 2.0),
        (0.0, 0.0, True, 1.0, 1.0),
    ],
)
def test_coverage_against_target(coverage: float, target: float, met: bool, low: float, high: float) -> None:
    areas = make_results().areas.assign(coverage=coverage, target_coverage=target, met=met)
    shown = table(figure(make_results(areas=areas), "map_target"), "reached")
    assert all(low <= row["reached"] <= high for row in shown)


def test_what_needs_an_answer_is_no_chance_of_detection(plan: Results) -> None:
    # half of the 28% that is seen in each cell counts; the target is 50%
    half = make_results(land=plan.land, cells=plan.cells.assign(coverage=0.5 * plan.cells["pod"]))
    found = shown_on(Plan(half))
    assert found.tables["cells"]["pod"].tolist() == pytest.approx([0.28] * 3)
    assert found.tables["cells"]["reached"].tolist() == pytest.approx([0.28] * 3)
    of_cells, of_areas = (map_chart(THEMES["map_pod"], found, unit) for unit in ("cells", "areas"))
    assert of_cells.title == "How likely a vessel is seen"
    assert of_areas.title == "Coverage of areas"
    legends = [
        next(one for one in chart.spec["layer"] if "fill" in one["encoding"])["encoding"]["fill"]["title"]
        for chart in (of_cells, of_areas)
    ]
    assert legends == ["Probability of detection", "Coverage"]
    assert "where detections need an answer, those without one count in part" in of_areas.notes[0]


def test_the_difference_of_two_plans(plan: Results) -> None:
    better = make_results(land=plan.land, cells=plan.cells.assign(pod=plan.cells["pod"] + [0.1, 0.0, -0.2]))
    first = shown_on(Plan(plan))
    theme, found = difference(shown_on(Plan(better), first.ground), first)
    rows = table(printed(map_chart(theme, found)), "difference")
    assert [row["difference"] for row in rows] == pytest.approx([0.1, 0.0, -0.2])


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([0.5, 2.62], [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]),
        ([1.0, 1.0], []),
        ([], []),
        ([0.0, 10.0], [0, 2, 4, 6, 8, 10]),
    ],
)
def test_edges_of_risk_are_round(values: list[float], edges: list[float]) -> None:
    assert even_edges(np.array(values), 6) == pytest.approx(edges)


def test_where_outlines_are_from(plan: Results) -> None:
    assert outline_note(Plan(plan)) == "Outlines: made up."
    assert outline_note(Plan(make_results(areas=plan.areas.assign(source="")))) == ""
    found = make_results(areas=plan.areas.assign(source=["Indicative outline: by hand", "a survey"]))
    assert outline_note(Plan(found)) == f"{INDICATIVE} Outlines: by hand; a survey."


def test_bases_beyond_the_map_are_counted(plan: Results) -> None:
    # Suva lies in the first area; Apia 3 degrees off it; the third one on the other side of the Earth
    bases = pd.concat([plan.bases, plan.bases.iloc[:1].assign(base_id="far", lon=10.0, lat=50.0)])
    for count, words in ((1, ""), (2, "1 base lies beyond"), (3, "2 bases lie beyond")):
        shown = said(figure(make_results(bases=bases.iloc[:count]), "map_pod"))
        assert words in shown
        assert ("beyond" in shown) == bool(words)


def test_map_without_land_bases_or_missions() -> None:
    base = make_results()
    nothing = {name: getattr(base, name).iloc[:0] for name in ("bases", "missions", "allocation", "funding")}
    bare = make_results(**nothing)
    for name in PRINTED:
        assert rendered(figure(bare, name), "svg").startswith(b"<svg")


def test_captions_fit_the_map_that_is_drawn(plan: Results) -> None:
    found = shown_on(Plan(plan))
    for name, theme in THEMES.items():
        of_cells, of_areas = (map_chart(theme, found, by).notes[0] for by in ("cells", "areas"))
        assert "cell" in of_cells, name
        assert "area" in of_areas, name
        assert " in a cell" not in of_areas
    with_coast = shown_on(Plan(make_results()))
    assert "coarse coast" in map_chart(THEMES["map_pod"], with_coast).notes[1]
    assert "coarse coast" not in map_chart(THEMES["map_pod"], found).notes[1]
    assert len(with_coast.ground.land), "Fiji"


def test_the_coast_is_that_of_the_world() -> None:
    coast = as_array([shapely.union_all(world_coast())])
    # land of the Earth with Antarctica: about 149 million km²
    assert areas_km2(coast)[0] == pytest.approx(1.49e8, rel=0.02)
    places = {
        (178.0, -17.8): True,
        (10.0, 20.0): True,
        (0.0, -85.0): True,
        (177.2, -16.55): False,
        (210.0, 0.0): False,
    }
    for place, dry in places.items():
        assert coast[0].intersects(shapely.Point(place)) == dry, place
    assert Path(coast_file.__file__).with_name("coast.geojson.gz").stat().st_size <= 300_000


def test_rings_of_vessels_follow_the_sea_and_those_of_aircraft_are_circles(plan: Results) -> None:
    boat, plane = "eye", "p8"
    fleet = plan.fleet.replace({"kind": {"satellite": "vessel"}})
    place = {"base_id": "", "lon": 175.0, "lat": -17.0, "radius_nm": 400.0}
    reach = pd.DataFrame([{"asset_id": boat, **place}, {"asset_id": plane, **place}])

    land = shapely.box(175.5, -17.5, 176.5, -16.0)  # half a degree east of the place

    def nearest(routing: str) -> list[float]:
        """How near each ring comes to its base [nm]."""
        results = replace(plan, fleet=fleet, reach=reach, land=land, run={**plan.run, "routing": routing})
        ids, lines = rings(Plan(results))
        assert ids.tolist() == [boat, plane]
        away = [distances_nm(175.0, -17.0, *shapely.get_coordinates(line).T) for line in lines]
        return [float(each.min()) for each in away]

    assert nearest("geodesic") == pytest.approx([400.0, 400.0], rel=1e-6)
    by_sea, straight = nearest("sea")
    assert straight == pytest.approx(400.0, rel=1e-6)
    assert 200.0 < by_sea < 398.0


def test_a_map_for_each_period_in_the_same_colours(plan: Results) -> None:
    spec = figure(plan, "map_by_period")
    assert [panel["title"]["text"] for panel in spec["concat"]] == plan.periods["name"].tolist()
    fills = [panel["layer"][0]["encoding"]["fill"] for panel in spec["concat"]]
    assert [fill["scale"] for fill in fills] == [fills[0]["scale"]] * 2
    rows = spec["datasets"]["shapes"]  # half of all is seen in the dry half, 6% in the wet one
    assert [{row[fill["field"]] for row in rows} for fill in fills] == [{0.5}, {0.06}]
    widths = [panel["width"] for panel in spec["concat"]]
    assert sum(widths) + 8 == pytest.approx(PAGE, abs=0.02)
    image = pixels(spec)
    middle = image.shape[1] // 2
    for half, share in ((image[:-60, :middle], 0.5), (image[:-60, middle:], 0.06)):
        colour = VIRIDIS[int(np.searchsorted(SHARES, share, side="right")) - 1]
        assert near(half, colour).mean() > 0.05
