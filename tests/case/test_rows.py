"""One broken row per rule: where the problem is, which rule it breaks, and what to do."""

from __future__ import annotations

import pytest

from tests.case.conftest import Folder

PATROLS = "patrols,Patrol support,Donor A,1200000,AUD,vessel,*,*,police;civil,assumed"
BOAT = (
    "patrol_boat,Patrol boat,vessel,fji,west_port,1,1900,12,12,16,8,20,3000,240,0.1,24,800,0,"
    "AUD,police,assumed"
)
SCENES = (
    "radar_scenes,Radar satellite scenes,satellite,partner_air,1,500,0,USD,civil,,,,,10000,0.25,2000,assumed"
)
PORT = "west_port,Western port,FJI,178.42,-18.13,vessel,,assumed"


def _with(row: str, column: int, value: str) -> str:
    cells = row.split(",")
    cells[column] = value
    return ",".join(cells)


CASES = [
    # file, row as it stands, column, value, row number, column name, value shown, rule, remedy
    (
        "programmes.csv",
        PATROLS,
        3,
        "-5",
        2,
        "budget",
        "-5",
        "is below 0",
        "give the yearly budget in the currency column's",
    ),
    ("programmes.csv", PATROLS, 3, "", 2, "budget", "", "is blank", "give the yearly budget"),
    ("programmes.csv", PATROLS, 3, "lots", 2, "budget", "lots", "is not a number", "give the yearly budget"),
    (
        "programmes.csv",
        PATROLS,
        3,
        '"1,200"',
        2,
        "budget",
        '"1,200"',
        "is not a number",
        "without thousands separators",
    ),
    (
        "programmes.csv",
        PATROLS,
        3,
        "nan",
        2,
        "budget",
        "nan",
        "is not a finite number",
        "give the yearly budget",
    ),
    (
        "programmes.csv",
        PATROLS,
        3,
        "inf",
        2,
        "budget",
        "inf",
        "is not a finite number",
        "give the yearly budget",
    ),
    (
        "programmes.csv",
        PATROLS,
        3,
        "1e999",
        2,
        "budget",
        "1e999",
        "is not a finite number",
        "give the yearly budget",
    ),
    ("programmes.csv", PATROLS, 3, "1e16", 2, "budget", "1e16", "is above 1e+15", "give the yearly budget"),
    (
        "programmes.csv",
        PATROLS,
        4,
        "AUS",
        2,
        "currency",
        "AUS",
        "is not an ISO 4217 currency code",
        "write AUD",
    ),
    ("programmes.csv", PATROLS, 4, "JPY", 2, "currency", "JPY", "has no rate to USD", "add JPY = "),
    (
        "programmes.csv",
        PATROLS,
        5,
        "vesel",
        2,
        "asset_kinds",
        "vesel",
        "is not one of vessel, aircraft",
        "write vessel",
    ),
    (
        "programmes.csv",
        PATROLS,
        5,
        "*;vessel",
        2,
        "asset_kinds",
        "*;vessel",
        "mixes * (all)",
        "write either *",
    ),
    ("programmes.csv", PATROLS, 5, ";", 2, "asset_kinds", ";", "lists nothing", "list at least one"),
    (
        "programmes.csv",
        PATROLS,
        6,
        "patrol_boot",
        2,
        "assets",
        "patrol_boot",
        "is not an asset or sensor",
        "write patrol_boat",
    ),
    ("programmes.csv", PATROLS, 7, "west;est", 2, "areas", "est", "is not an area", "write"),
    (
        "programmes.csv",
        PATROLS,
        8,
        "navy",
        2,
        "services",
        "navy",
        "is not one of civil, police, military",
        "write one",
    ),
    ("programmes.csv", PATROLS, 0, "Patrols", 2, "programme_id", "Patrols", "is not an id", "(patrols)"),
    ("programmes.csv", PATROLS, 0, "total", 2, "programme_id", "total", "is a reserved id", "choose another"),
    (
        "programmes.csv",
        PATROLS,
        0,
        "p" * 65,
        2,
        "programme_id",
        "p" * 59 + "…",
        "is longer than 64",
        "shorten it",
    ),
    (
        "programmes.csv",
        PATROLS,
        0,
        "eyes",
        3,
        "programme_id",
        "eyes",
        "is already the id of row 2",
        "an id of its own",
    ),
    (
        "programmes.csv",
        PATROLS,
        1,
        "a\x07b",
        2,
        "name",
        '"a\\x07b"',
        "holds a control character",
        "remove line breaks",
    ),
    (
        "programmes.csv",
        PATROLS,
        1,
        '"a\nb"',
        2,
        "name",
        '"a\\nb"',
        "holds a control character",
        "remove line breaks",
    ),
    (
        "programmes.csv",
        PATROLS,
        1,
        "a\u202eb",
        2,
        "name",
        '"a\\u202eb"',
        "holds a control character",
        "remove",
    ),
    ("programmes.csv", PATROLS, 1, "é" * 201, 2, "name", "é" * 59 + "…", "is longer than 200", "shorten it"),
    (
        "programmes.csv",
        PATROLS,
        9,
        "x" * 2001,
        2,
        "source",
        "x" * 59 + "…",
        "is longer than 2000",
        "shorten it",
    ),
    ("assets.csv", BOAT, 2, "boat", 2, "kind", "boat", "is not one of vessel", "write one of them"),
    ("assets.csv", BOAT, 3, "FJI", 2, "operator", "FJI", "is not an id", "(fji)"),
    (
        "assets.csv",
        BOAT,
        4,
        "west_prt",
        2,
        "bases",
        "west_prt",
        "is not a base of bases.csv",
        "write west_port",
    ),
    ("assets.csv", BOAT, 5, "-1", 2, "units", "-1", "is below 0", "give the number of units"),
    ("assets.csv", BOAT, 6, "9000", 2, "hours_per_unit", "9000", "is above 8784", "give the hours"),
    ("assets.csv", BOAT, 7, "0", 2, "transit_speed_kn", "0", "is not above 0", "in knots"),
    ("assets.csv", BOAT, 8, "1001", 2, "search_speed_kn", "1001", "is above 1000", "in knots"),
    ("assets.csv", BOAT, 9, "0", 2, "sweep_width_nm", "0", "is not above 0", "in nautical miles"),
    (
        "assets.csv",
        BOAT,
        10,
        "17",
        2,
        "sweep_width_nm_low",
        "17",
        "is above sweep_width_nm (16)",
        "a lower end",
    ),
    (
        "assets.csv",
        BOAT,
        11,
        "15",
        2,
        "sweep_width_nm_high",
        "15",
        "is below sweep_width_nm (16)",
        "a higher end",
    ),
    (
        "assets.csv",
        BOAT,
        10,
        "0",
        2,
        "sweep_width_nm_low",
        "0",
        "is not above 0",
        "give the lowest likely value",
    ),
    ("assets.csv", BOAT, 12, "60000", 2, "range_nm", "60000", "is above 50000", "in nautical miles"),
    ("assets.csv", BOAT, 13, "0", 2, "endurance_h", "0", "is not above 0", "in hours"),
    ("assets.csv", BOAT, 14, "1", 2, "reserve", "1", "is not below 1", "share of the range"),
    ("assets.csv", BOAT, 14, "10%", 2, "reserve", '"10%"', "is not a number", "signs such as %"),
    ("assets.csv", BOAT, 15, "0", 2, "min_on_station_h", "0", "is not above 0", "in hours"),
    ("assets.csv", BOAT, 16, "-1", 2, "cost_per_hour", "-1", "is below 0", "currency column's currency"),
    ("assets.csv", BOAT, 17, "-1", 2, "cost_per_mission", "-1", "is below 0", "currency column's currency"),
    ("assets.csv", BOAT, 18, "NZD", 2, "currency", "NZD", "has no rate to USD", "under [fx.rates]"),
    (
        "assets.csv",
        BOAT,
        19,
        "",
        2,
        "service",
        "",
        "is blank, but the programme patrols funds only",
        "say which service",
    ),
    (
        "assets.csv",
        BOAT,
        2,
        "aircraft",
        2,
        "bases",
        "west_port",
        "takes vessel, not the asset's kind aircraft",
        "add aircraft",
    ),
    ("sensors.csv", SCENES, 2, "fixd", 2, "kind", "fixd", "is not one of fixed, satellite", "write fixed"),
    ("sensors.csv", SCENES, 2, "", 2, "kind", "", "is missing", "give the kind of sensor"),
    (
        "sensors.csv",
        SCENES,
        9,
        "170",
        2,
        "lon",
        "",
        "is filled, but a satellite sensor has none",
        "leave it blank",
    ),
    (
        "sensors.csv",
        SCENES,
        13,
        "",
        2,
        "swept_km2_per_scene",
        "",
        "is missing for a satellite sensor",
        "in km2",
    ),
    ("sensors.csv", SCENES, 13, "0", 2, "swept_km2_per_scene", "0", "is not above 0", "in km2"),
    ("sensors.csv", SCENES, 14, "0", 2, "hours_per_scene", "0", "is not above 0", "give the hours"),
    ("sensors.csv", SCENES, 15, "x", 2, "cost_per_scene", "x", "is not a number", "cost of one scene"),
    (
        "bases.csv",
        PORT,
        2,
        "FIJ",
        2,
        "country",
        "FIJ",
        "is not an ISO 3166-1 alpha-3 code",
        "write FJI (Fiji)",
    ),
    (
        "bases.csv",
        PORT,
        2,
        "Tonga",
        2,
        "country",
        "Tonga",
        "is not an ISO 3166-1 alpha-3 code",
        "write TON (Tonga)",
    ),
    ("bases.csv", PORT, 3, "361", 2, "lon", "361", "is above 360", "in degrees"),
    ("bases.csv", PORT, 3, "-181", 2, "lon", "-181", "is below -180", "in degrees"),
    ("bases.csv", PORT, 4, "90.1", 2, "lat", "90.1", "is above 90", "in degrees"),
    ("bases.csv", PORT, 4, "18°S", 2, "lat", '"18°S"', "is not a number", "in degrees"),
    ("bases.csv", PORT, 5, "", 2, "kinds", "", "is blank", "give the kinds of asset that the base takes"),
    (
        "bases.csv",
        PORT,
        5,
        "ship",
        2,
        "kinds",
        "ship",
        "is not one of vessel, aircraft, uncrewed_aircraft",
        "write one",
    ),
    ("bases.csv", PORT, 6, "-1", 2, "capacity_hours", "-1", "is below 0", "mission hours a year"),
    ("access.csv", "fji,east,", 1, "eest", 3, "areas", "eest", "is not an area", "write"),
    ("access.csv", "fji,east,", 0, "Fiji Navy", 3, "operator", '"Fiji Navy"', "is not an id", "(fiji_navy)"),
    ("sources.csv", "areas,*,*,", 0, "area", 3, "table", "area", "is not one of bases", "write areas"),
    ("sources.csv", "areas,*,*,", 1, "wst", 3, "id", "wst", "is no id of areas", "write west"),
    (
        "sources.csv",
        "areas,*,*,",
        2,
        "risk",
        3,
        "field",
        "risk",
        "is no column of areas",
        "write risk_weight",
    ),
    (
        "sources.csv",
        "areas,*,*,assumed",
        3,
        "guessed",
        3,
        "basis",
        "guessed",
        "is not one of stated, derived",
        "write",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[5]}-{case[7][:30]}")
def test_a_broken_row_is_one_problem_with_its_place_rule_and_remedy(
    folder: Folder, case: tuple[str, str, int, str, int, str, str, str, str]
) -> None:
    file, row, at, value, number, column, shown, rule, remedy = case
    folder.without_scenarios().replace(file, row, _with(row, at, value))
    problem = folder.only_problem()
    assert (problem.file, problem.row, problem.column) == (file, number, column)
    assert problem.value == shown
    assert rule in problem.rule
    assert remedy in problem.remedy


def test_assets_and_sensors_share_their_ids(folder: Folder) -> None:
    folder.replace("sensors.csv", "radar_scenes", "survey_plane")
    problem = folder.only_problem()
    assert (problem.file, problem.row, problem.column) == ("sensors.csv", 2, "sensor_id")
    assert "is already the id of row 3 of assets.csv" in problem.rule


def test_a_message_reads_as_one_sentence(folder: Folder) -> None:
    folder.replace("programmes.csv", PATROLS, _with(PATROLS, 3, "-5"))
    assert str(folder.only_problem()) == (
        "programmes.csv row 2, budget: -5 is below 0; give the yearly budget in the "
        "currency column's currency"
    )


def test_a_fixed_sensor_needs_its_place_and_footprint(folder: Folder) -> None:
    folder.append("sensors.csv", "radar,Radar,fixed,fji,1,8000,10,USD,police,,,,,,,,\n")
    problems = folder.problems()
    assert {problem.column for problem in problems} == {"lon", "lat", "radius_nm", "coverage_factor"}
    assert all(problem.row == 3 and "is missing for a fixed sensor" in problem.rule for problem in problems)


def test_a_service_may_be_blank_where_no_programme_asks_for_one(folder: Folder) -> None:
    folder.replace("programmes.csv", "police;civil", "*").replace("programmes.csv", ",civil,", ",*,")
    folder.replace("assets.csv", "AUD,police", "AUD,")
    case = folder.read()
    assert list(case.assets["service"]) == ["", "civil"]
    assert case.programmes["services"][0] == ("civil", "police", "military")


@pytest.mark.parametrize(
    "name",
    [
        '"a, b; c"',
        '"say ""so"""',
        "太平洋 Ōkura – Ñandú",
        "=cmd|' /C calc'!A0",
        "<b>x</b>",
        "a\u200db",
        "; drop",
    ],
)
def test_any_printable_name_is_kept_as_text(folder: Folder, name: str) -> None:
    folder.replace("programmes.csv", "Patrol support", name)
    plain = name[1:-1].replace('""', '"') if name.startswith('"') else name
    assert folder.read().programmes["name"][0] == plain


def test_every_problem_of_every_file_is_said_at_once(folder: Folder) -> None:
    folder.replace("case.toml", "horizon_days = 365", "horizon_days = 400")
    folder.replace("bases.csv", "FJI,178.42", "FIJ,478.42")
    folder.replace("assets.csv", ",west_port,", ",no_port,")
    folder.replace("programmes.csv", "1200000", "-1")
    folder.replace("areas.geojson", '"coastal_state": "TON"', '"coastal_state": "TNG"')
    folder.replace("access.csv", "fji,east", "fji,nowhere")
    folder.write("risk.csv", "lon,lat,weight\n1,2,-3\n")
    folder.remove("sensors.csv")
    places = {(problem.file, problem.row, problem.column) for problem in folder.problems()}
    assert places == {
        ("access.csv", 3, "areas"),
        ("areas.geojson", 2, "coastal_state"),
        ("assets.csv", 2, "bases"),
        ("bases.csv", 2, "country"),
        ("bases.csv", 2, "lon"),
        ("case.toml", 4, "horizon_days"),
        ("programmes.csv", 2, "budget"),
        ("risk.csv", 2, "weight"),
    }


def test_a_row_that_is_broken_elsewhere_still_has_its_id(folder: Folder) -> None:
    folder.replace("bases.csv", "FJI,178.42", "FJI,478.42")
    assert folder.only_problem().column == "lon"


def test_thousands_of_problems_are_cut_and_counted(folder: Folder) -> None:
    folder.append("bases.csv", "".join(f"b{at},B,FJI,999,0,vessel,,\n" for at in range(3000)))
    problems = folder.problems()
    assert len(problems) == 1001
    assert any("has more problems than the 1,000 that are listed" in problem.rule for problem in problems)
