"""Zones with the oddities of published files: disputes, codes, names, versions, outlines that are broken."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from planner.case.import_areas import Choices, import_areas
from planner.errors import InputError, Problem
from tests.case.zones import collection, version_10, zone

VENEZUELA = version_10("Venezuelan Exclusive Economic Zone", "Venezuela", "VEN", MRGID=8433)
CLAIMED = version_10(
    *("Disputed area: Venezuela / Aruba / Dominican Republic", "Venezuela", "VEN", "Disputed"),
    **{"Territory2": "Aruba", "Sovereign2": "Netherlands", "ISO_Ter2": "ABW"},
)
FIJI = version_10("Fijian Exclusive Economic Zone", "Fiji", "FJI", MRGID=8325)
NO_AREA = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0], [0, 0]]]}


def _imported(
    path: Path, zones: list[dict[str, object]], choices: Choices | None = None
) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The properties of the areas by id, and the warnings."""
    found, warnings = import_areas(collection(path / "z.geojson", zones), choices)
    return {each["properties"]["area_id"]: each["properties"] for each in found["features"]}, warnings


@pytest.mark.parametrize(
    "properties",
    [
        CLAIMED,
        version_10("x", "Jamaica", "JAM", "Joint regime"),
        version_10("x", "Jamaica", "JAM", "Joint regime (EEZ)"),
        version_10("x", "Fiji", "FJI", "Overlapping claim"),
        version_10("Overlapping claim x", "Fiji", "FJI", ""),
        version_10("x", "Fiji", "FJI", Territory2="Tonga", ISO_Ter2="TON"),
        version_10("x", "Fiji", "FJI", Sovereign1="Fiji", Sovereign2="Tonga"),
        version_10("x", "Fiji", "FJI", Sovereign1="Fiji", Sovereign2="Fiji", Sovereign3="Tonga"),
    ],
)
def test_a_zone_of_several_claimants_is_left_out_unless_it_is_wanted(
    tmp_path: Path, properties: dict[str, object]
) -> None:
    zones = [zone(properties, (-70, 14, -69, 15)), zone(VENEZUELA, (-72, 11, -60, 14))]
    areas, (warning,) = _imported(tmp_path, zones)
    assert list(areas) == ["venezuela"]
    assert (warning.row, warning.code) == (1, "disputed")
    areas, (warning,) = _imported(tmp_path, zones, Choices(keep_disputed=True))
    assert len(areas) == 2
    assert areas["venezuela"]["name"] == "Venezuela", "the real zone has the plain name"
    assert (warning.code, "as " in warning.rule) == ("disputed", True)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("200NM", ""),
        ("200 NM", ""),
        ("12NM", ""),
        ("Union EEZ and country", "odd_kind"),
        ("Exclusive Fishery Zone?", "odd_kind"),
        ("Landlocked country", "no_sea"),
    ],
)
def test_a_kind_of_zone_that_is_not_known_is_said(tmp_path: Path, kind: str, code: str) -> None:
    _, warnings = _imported(tmp_path, [zone(version_10("x", "Tonga", "TON", kind)), zone(FIJI, (0, 0, 1, 1))])
    assert [warning.code for warning in warnings] == ([code] if code else [])


@pytest.mark.parametrize(
    ("properties", "state", "code"),
    [
        (version_10("x", "Ascension", "ASC"), "SHN", "code_taken"),
        (version_10("x", "Clipperton Island", "CPT"), "FRA", "code_taken"),
        (version_10("x", "Tristan da Cunha", "TAA"), "SHN", "code_taken"),
        (version_10("x", "Fiji", "FJ"), "FJI", ""),
        (version_10("x", "Fiji", "fji"), "FJI", ""),
        (version_10("x", "Somewhere", "XX", ISO_Sov1="FR"), "FRA", "sovereign_taken"),
        (version_10("x", "Somewhere", "", ISO_Sov1="FRA"), "FRA", "sovereign_taken"),
        (version_10("x", "Côte d’Ivoire", "FIJ"), "CIV", "name_taken"),
        (version_10("x", "Somewhere", "", Sovereign1="United States"), "USA", "name_taken"),
    ],
)
def test_codes_as_they_are_published(
    tmp_path: Path, properties: dict[str, object], state: str, code: str
) -> None:
    areas, warnings = _imported(tmp_path, [zone(properties)])
    assert [area["coastal_state"] for area in areas.values()] == [state]
    assert [warning.code for warning in warnings] == ([code] if code else [])


def test_what_r_writes_for_nothing_is_nothing_but_namibias_code_of_two_letters(tmp_path: Path) -> None:
    nothing = {"Territory2": "NA", "ISO_Ter2": "NA", "Sovereign2": "NA"}
    zones = [
        zone(version_10("x", "Fiji", "FJI", **nothing)),
        zone(version_10("y", "Tonga", "NA", **nothing), (0, 0, 1, 1)),
    ]
    areas, (warning,) = _imported(tmp_path, zones)
    assert [area["coastal_state"] for area in areas.values()] == ["FJI", "TON"]
    assert (warning.row, warning.code) == (2, "name_taken")
    short = [zone(version_10("x", "Fiji", "FJ")), zone(version_10("y", "Namibia", "NA"), (0, 0, 1, 1))]
    areas, warnings = _imported(tmp_path, short)
    assert ([area["coastal_state"] for area in areas.values()], warnings) == (["FJI", "NAM"], [])


def test_names_have_no_characters_that_no_screen_shows(tmp_path: Path) -> None:
    areas, _ = _imported(tmp_path, [zone(version_10("x", "Fi\x07ji\u202e\n", "FJI"))])
    assert [area["name"] for area in areas.values()] == ["Fi ji"]


def test_a_code_can_be_given(tmp_path: Path) -> None:
    zones = [zone({"territory": "A"}), zone({"territory": "B"}, (0, 0, 1, 1))]
    areas, warnings = _imported(tmp_path, zones, Choices(iso={"": "FJ", "b": "TON"}))
    assert {name: area["coastal_state"] for name, area in areas.items()} == {"a": "FJI", "b": "TON"}
    assert warnings == []
    with pytest.raises(InputError, match="FJX is not an ISO 3166-1"):
        _imported(tmp_path, zones, Choices(iso={"": "FJX"}))
    with pytest.raises(InputError, match="--iso: c matches no zone"):
        _imported(tmp_path, zones, Choices(iso={"": "FJ", "c": "TON"}))


def test_zones_that_cannot_be_used_do_not_stop_the_others(tmp_path: Path) -> None:
    zones = [
        zone(version_10("x", "Nowhere", "X1")),
        zone(version_10("y", "Broken", "TON"), geometry=NO_AREA),
        zone(FIJI),
    ]
    areas, warnings = _imported(tmp_path, zones)
    assert list(areas) == ["fiji"]
    assert {(each.row, each.code) for each in warnings} == {(1, "unknown_country"), (2, "broken_outline")}
    assert all(each.rule.startswith("is left out: ") for each in warnings)
    assert "--column iso_territory=COLUMN" in warnings[0].remedy + warnings[1].remedy
    with pytest.raises(InputError) as caught:
        _imported(tmp_path, zones, Choices(strict=True))
    assert [each.row for each in caught.value.problems] == [2, 1]


def test_what_is_said_of_many_zones_is_said_once(tmp_path: Path) -> None:
    zones = [zone({"territory": f"Zone {at}", "iso": f"X{at}"}, (at, 0, at + 1, 1)) for at in range(60)]
    with pytest.raises(InputError) as caught:
        _imported(tmp_path, zones, Choices({"iso_territory": "iso"}))
    (problem,) = caught.value.problems
    assert problem.value.startswith('each of 60 zones ("Zone 0" (X0), ')
    assert "planner check" not in str(problem)


def test_ids_and_names_do_not_depend_on_the_order_of_the_file(tmp_path: Path) -> None:
    twins = [zone(version_10("", "Twin", "TON", MRGID=at), (at, 0, at + 0.9, at)) for at in (2, 3)]
    groups = [
        zone(version_10(f"Kiribati EEZ ({name})", "Kiribati", "KIR"), (at, 40, at + 1, 41))
        for at, name in enumerate(("Line", "Phoenix"))
    ]
    zones = [zone(CLAIMED, (-70, 14, -69, 15)), zone(VENEZUELA, (-72, 11, -60, 14)), *twins, *groups]
    expected, _ = _imported(tmp_path, zones, Choices(keep_disputed=True))
    assert set(expected) == {
        "venezuela",
        "disputed_area_venezuela_aruba_dominican_republic",
        *("twin", "twin_2"),  # the larger has the plain id, the other its Marine Regions id
        *("kiribati_eez_line", "kiribati_eez_phoenix"),
    }
    for seed in range(5):
        random.Random(seed).shuffle(zones)
        assert _imported(tmp_path, zones, Choices(keep_disputed=True))[0] == expected


def test_a_sovereign_is_pointed_to_and_long_lists_are_cut(tmp_path: Path) -> None:
    zones = [
        zone(
            {"TERRITORY1": f"Island {at:02}", "SOVEREIGN1": "Kiribati", "ISO_TER1": "KIR"}, (at, 0, at + 1, 1)
        )
        for at in range(40)
    ]
    with pytest.raises(InputError, match="use --sovereign Kiribati"):
        _imported(tmp_path, zones, Choices(territory=["Kiribati"]))
    with pytest.raises(InputError) as caught:
        _imported(tmp_path, zones, Choices(territory=["Xyz"]))
    (problem,) = caught.value.problems
    assert "and 28 more" in problem.remedy
    assert "KIR" not in problem.remedy, "names and codes are not mixed"


@pytest.mark.parametrize(
    ("file", "properties", "stated", "has", "lacks"),
    [
        ("World_EEZ_v10_20180221", FIJI, "", "World EEZ version 10 of 2018-02-21, doi 10.14284/312", "CC BY"),
        ("eez_v12", FIJI, "", "World EEZ version 12, doi 10.14284/632", "CC BY"),
        ("eez_v12", {"territory": "Fiji", "iso3_ter": "FJI"}, "", "states no origin", "version"),
        ("world", FIJI, "", "Marine Regions zone 8325 (marineregions.org); its version is not stated", "doi"),
        ("world", FIJI, "Version 11, CC BY 4.0", "; Version 11, CC BY 4.0; risk_weight", "not stated"),
        ("eez_v12", {**FIJI, "source": "Treaty of 1982"}, "", "Treaty of 1982", "632"),
    ],
)
def test_version_and_licence_are_only_what_is_known(
    tmp_path: Path, file: str, properties: dict[str, object], stated: str, has: str, lacks: str
) -> None:
    path = collection(tmp_path / f"{file}.geojson", [zone(properties)])
    found, _ = import_areas(path, Choices(source=stated))
    source = found["features"][0]["properties"]["source"]
    assert has in source
    assert lacks not in source


def test_a_file_of_the_shape_of_the_world_eez(tmp_path: Path) -> None:
    """281 zones: 227 of one state (three reserved codes), 31 disputes, 20 joint regimes, 3 shared."""
    zones = [
        zone(version_10(f"EEZ {at}", f"Land {at}", "FJI", MRGID=at), (at, 0, at + 1, 1)) for at in range(224)
    ]
    for at, code in enumerate(("ASC", "CPT", "TAA")):
        zones.append(zone(version_10(f"EEZ {code}", code, code), (at, 10, at + 1, 11)))
    for at in range(54):
        kind = "Disputed" if at < 31 else "Joint regime" if at < 51 else "200NM"
        second = {"Sovereign1": "Fiji", "Sovereign2": "Tonga"} if at >= 31 else {}
        zones.append(
            zone(version_10(f"{kind} {at}", f"Land {at}", "FJI", kind, **second), (at, 20, at + 1, 21))
        )
    areas, warnings = _imported(tmp_path, zones)
    assert (len(zones), len(areas)) == (281, 227)
    assert {area["coastal_state"] for area in areas.values()} == {"FJI", "SHN", "FRA"}
    assert sorted(warning.code for warning in warnings) == [*["code_taken"] * 3, *["disputed"] * 5]
    assert [each.value.partition(" (")[0] for each in warnings if not each.row] == [
        "each of 31 zones",
        "each of 20 zones",
    ]


def test_a_zone_that_is_listed_twice_is_taken_once(tmp_path: Path) -> None:
    again = version_10("Fiji, once more", "Fiji", "FJI", MRGID=1)
    zones = [
        zone(FIJI, (174, -20, 182, -15)),
        zone(again, (174, -20, 182.01, -15)),
        zone(VENEZUELA, (0, 0, 1, 1)),
    ]
    areas, (warning,) = _imported(tmp_path, zones)
    assert list(areas) == ["fiji", "venezuela"]
    assert (warning.row, warning.code) == (2, "same_zone")
    assert "Fijian Exclusive Economic Zone" in warning.rule
