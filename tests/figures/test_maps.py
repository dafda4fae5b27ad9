"""Maps show land and zones on both sides of 180 degrees, whole and in their colours, wherever they lie."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely

from planner.figures import maps
from planner.figures.catalogue import MAPS, draw
from planner.figures.graticule import latitude_text, longitude_text
from planner.figures.look import Figure
from planner.figures.map_data import by_class, classed, map_data
from planner.figures.render import rendered
from planner.geometry.area import areas_km2
from planner.geometry.polygons import as_array
from planner.report.palette import CAUSE_COLOURS, KINDS, LAND, VIRIDIS, even_edges
from planner.report.results import Results
from tests.figures.conftest import moved
from tests.figures.drawn import near, overlapping, paper, pixels, texts
from tests.report.conftest import as_objects, make_results


def figure(results: Results, name: str) -> Figure:
    return dict(draw(results, [name]))[name]


def meridian(results: Results) -> float:
    """Where 180 degrees lies on the map, 17.5 degrees south [points from its left edge]."""
    sheet = map_data(results, maps.MAP_WIDTH).sheet
    return float(sheet.paper(sheet.plane.points([180.0], [-17.5]))[0, 0])


def body(drawn: Figure, results: Results) -> npt.NDArray[np.uint8]:
    """The picture of a map, a pixel a point, without what stands round its frame."""
    image = pixels(drawn)
    sheet = map_data(results, maps.MAP_WIDTH).sheet
    ink = (image < 110).all(axis=2)
    left, top = int(ink.sum(axis=0)[:40].argmax()), int(ink.sum(axis=1).argmax())
    top = int(np.flatnonzero(ink.sum(axis=1) > 0.9 * ink.sum(axis=1).max())[0]) if top else top
    return image[top + 1 : top + int(sheet.height) - 1, left + 1 : left + int(sheet.width) - 1]


def test_land_and_zones_on_both_sides_of_180(plan: Results) -> None:
    image = body(figure(plan, "map_cause"), plan)
    at = round(meridian(plan))
    for colour in (LAND, CAUSE_COLOURS["budget"][0], CAUSE_COLOURS["asset_hours"][0]):
        assert near(image, colour).sum() > 50, colour
    assert near(image, LAND)[:, :at].sum() > 50
    assert near(image, LAND)[:, at:].sum() > 50
    # the zone across 180: its western cell lacks money, its eastern one hours
    assert near(image, CAUSE_COLOURS["budget"][0])[:, : at - 2].sum() > 100
    assert near(image, CAUSE_COLOURS["asset_hours"][0])[:, at + 2 :].sum() > 100
    assert near(image, CAUSE_COLOURS["budget"][0])[:, at + 4 :].sum() == 0


def test_no_zone_fills_the_globe(plan: Results) -> None:
    image = pixels(figure(plan, "map_pod"))
    share = near(image, VIRIDIS[3], 10).mean()  # all cells have a POD of 0.28
    assert 0.02 < share < 0.5


def test_classes_have_the_areas_of_their_cells(plan: Results) -> None:
    data = map_data(plan, maps.MAP_WIDTH)
    km2 = areas_km2(as_array(plan.cell_geometry))
    for shape, expected in zip(data.cells, km2, strict=True):
        assert shape.area / data.sheet.scale**2 == pytest.approx(expected, rel=5e-3)
    classes = ["a", "b", "a"]
    merged = by_class(data.cells, classes, ["a", "b", "c"])
    assert [each["class"] for each in merged] == ["a", "b"]
    area = shapely.geometry.shape(merged[0]["geometry"]).area
    assert area == pytest.approx(data.cells[0].area + data.cells[2].area, rel=1e-3)


@pytest.mark.parametrize("name", list(MAPS))
@pytest.mark.parametrize(
    ("lon", "lat"), [(175.0, -20.0), (320.0, 30.0), (0.5, 50.0), (200.0, 74.0), (40.0, -89.0)]
)
def test_maps_of_anywhere(name: str, lon: float, lat: float) -> None:
    everywhere = shapely.box(0, -90, 360, 90).difference(shapely.box(lon - 3, lat - 1, lon + 12, lat + 16))
    results = moved(lon, lat, land=everywhere)
    drawn = figure(results, name)
    wide, high = paper(drawn)
    assert 490 < wide < 530
    assert high < 700
    image = pixels(drawn)
    assert near(image, LAND).mean() > 0.02
    coloured = (np.ptp(image.astype(int), axis=2) > 60).mean()
    assert coloured > 0.005


@pytest.mark.parametrize("name", list(MAPS))
def test_nothing_overlaps_or_is_cut(plan: Results, name: str) -> None:
    drawn = figure(plan, name)
    found = texts(drawn)
    assert overlapping(found) == []
    wide, high = paper(drawn)
    assert all(box[0] > -30 and box[2] < wide and box[3] < high for _, box in found)


def test_meridians_have_their_names(plan: Results) -> None:
    shown = [text for text, _ in texts(figure(plan, "map_pod"))]
    assert "180°" in shown
    assert [longitude_text(lon) for lon in (0.0, 160.0, 180.0, 190.0)] == ["0°", "160°E", "180°", "170°W"]
    assert [latitude_text(lat) for lat in (0.0, 20.0, -20.0)] == ["0°", "20°N", "20°S"]


def test_zones_have_their_names_inside(plan: Results) -> None:
    data = map_data(plan, maps.MAP_WIDTH)
    assert sorted(data.names["text"]) == ["Fiji", "Tuvalu"]
    for row in data.names.itertuples():
        number = plan.areas["name"].tolist().index(row.text)
        assert data.zone_shapes[number].contains(shapely.Point(row.x, row.y))


def test_who_watches_most(plan: Results) -> None:
    # p8 adds 1/3 in fiji_1 and eye 1/3 in fiji_2, both of fji, the state of fiji; nobody is in tuvalu_1
    assert maps.leading_operator(plan).tolist() == [maps.HOME, maps.HOME, maps.NOBODY]
    fleet = plan.fleet.assign(operator=["usa", "fji"])
    both = pd.concat([plan.missions, plan.missions.assign(cell_id="fiji_1", coverage_factor=[0.4, 0.5])])
    results = make_results(fleet=fleet, missions=both)
    # fiji_1: usa 1/3 + 0.4, fji 0.5
    assert maps.leading_operator(results).tolist() == ["usa", maps.HOME, maps.NOBODY]
    shown = [text for text, _ in texts(figure(results, "map_who"))]
    assert {"United States", maps.HOME, maps.NOBODY} <= set(shown)


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
    assert maps.OTHER in shown
    assert f"op {count - 1}" not in shown, "the least water"


@pytest.mark.parametrize(
    ("coverage", "target", "met", "label"),
    [
        (0.0, 0.5, False, "0 to 10%"),
        (0.3, 0.5, False, "50 to 75%"),
        (0.499999, 0.5, False, "75 to below 100%"),
        (0.5, 0.5, True, "target met"),
        (0.9, 0.5, True, "target met"),
        (0.0, 0.0, True, "target met"),
    ],
)
def test_classes_of_coverage_against_target(coverage: float, target: float, met: bool, label: str) -> None:
    areas = make_results().areas.assign(coverage=coverage, target_coverage=target, met=met)
    classes = figure(make_results(areas=areas), "map_target").datasets["classes"]
    assert [each["class"] for each in classes] == [label]


def test_classes_have_their_lower_edge() -> None:
    assert classed([0.0, 0.05, 0.0499, 1.0], (0.0, 0.05, 1.0), ["low", "high"]) == [
        "low",
        "high",
        "low",
        "high",
    ]


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
    assert maps.outline_note(plan) == "Outlines: made up."
    assert maps.outline_note(make_results(areas=plan.areas.assign(source=""))) == ""
    said = make_results(areas=plan.areas.assign(source=["Indicative outline: by hand", "a survey"]))
    assert maps.outline_note(said) == f"{maps.INDICATIVE} Outlines: by hand; a survey."


def test_bases_beyond_the_map_are_counted(plan: Results) -> None:
    # Suva lies in the first zone; Apia 3 degrees off it; the third one on the other side of the Earth
    bases = pd.concat([plan.bases, plan.bases.iloc[:1].assign(base_id="far", lon=10.0, lat=50.0)])
    for count, said in ((1, ""), (2, "1 base lies beyond"), (3, "2 bases lie beyond")):
        drawn = figure(make_results(bases=bases.iloc[:count]), "map_pod")
        caption = next(text for text, _ in texts(drawn) if "projection" in text)
        assert said in caption
        assert ("beyond" in caption) == bool(said)


def test_map_without_land_bases_or_missions() -> None:
    base = make_results()
    nothing = {name: getattr(base, name).iloc[:0] for name in ("bases", "missions", "allocation", "funding")}
    for name in MAPS:
        assert rendered(figure(make_results(**nothing), name), "svg").startswith(b"<svg")
