"""Tables of ports and airfields, as they are published, become bases.csv."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.case.import_bases import Selection, import_bases
from planner.errors import InputError, Problem
from tests.case.conftest import Folder

WPI = """World Port Index Number,Main Port Name,UN/LOCODE,Country Code,Harbor Size,Latitude,Longitude
56030.0,Suva,FJ SUV,Fiji,Small,-18.133333,178.416667
56040.0,Lautoka,,Fiji,Very Small,-17.6,177.433333
56041.0,Lautoka Pier,,Fiji,Small,-17.601,177.434
56100.0,Nuku'alofa,TO TBU,,Small,-21.133333,-175.2
1.0,Suva,,Japan,Large,35,140
2.0,Elsewhere,,Atlantis,Large,35,141
3.0,Off the Earth,,Fiji,Large,95,141
1.0,Again,,Japan,Large,36,140
5.0,Over the river,,China,Small,35,140
"""
AIRPORTS = """"id","ident","type","name","latitude_deg","longitude_deg","iso_country"
1,"NFFN","large_airport","Nadi International Airport",-17.7554,177.443,"FJ"
2,"NFXX","small_airport","Koro Airport",-17.3458,179.422,"FJ"
3,"NFCL","closed","Old",-17.3,179.4,"FJ"
4,"FYWH","medium_airport","Windhoek",-22,17,"NA"
5,"NFHE","heliport","Pad",-17.9,177.4,"FJ"
"""
KINDS = "aircraft;uncrewed_aircraft"


def _imported(path: Path, text: str, **wanted: object) -> tuple[list[dict[str, str]], list[Problem]]:
    (path / "t.csv").write_text(text, encoding="utf-8")
    found, count, warnings = import_bases(path / "t.csv", Selection(**wanted))  # type: ignore[arg-type]
    rows = list(csv.DictReader(StringIO(found)))
    assert len(rows) == count
    return rows, warnings


def test_ports(tmp_path: Path) -> None:
    rows, warnings = _imported(tmp_path, WPI)
    assert [(row["base_id"], row["country"], row["kinds"]) for row in rows] == [
        ("over_the_river", "CHN", "vessel"),  # another country's port at the same place
        ("lautoka_pier", "FJI", "vessel"),
        ("suva_fji", "FJI", "vessel"),
        ("suva_jpn", "JPN", "vessel"),
        ("nukualofa", "TON", "vessel"),  # its country is that of its UN/LOCODE
    ]
    assert (rows[2]["lon"], rows[2]["lat"]) == ("178.416667", "-18.133333")
    assert rows[2]["source"] == "t.csv; World Port Index (NGA Pub. 150) 56030, small; kinds by its type"
    assert {(each.row, each.code) for each in warnings} == {
        *((3, "at_same_place"), (7, "unknown_country"), (8, "no_position"), (9, "same_id"))
    }


def test_airfields(tmp_path: Path) -> None:
    rows, warnings = _imported(tmp_path, AIRPORTS)
    assert [(row["base_id"], row["country"], row["kinds"]) for row in rows] == [
        ("nadi_international_airport", "FJI", KINDS),
        ("windhoek", "NAM", KINDS),  # NA is a code, not a value that is missing
    ]
    assert warnings == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"types": ["heliport", "small_airport"]}, ["Koro Airport", "Pad"]),
        ({"countries": ["Namibia"]}, ["Windhoek"]),
        ({"countries": ["na", "FJI"]}, ["Nadi International Airport", "Windhoek"]),
        ({"box": (170, -30, -170, 0)}, ["Nadi International Airport"]),
        ({"box": (-10, -30, 20, 0)}, ["Windhoek"]),
    ],
)
def test_filters(tmp_path: Path, wanted: dict[str, object], names: list[str]) -> None:
    assert [row["name"] for row in _imported(tmp_path, AIRPORTS, **wanted)[0]] == names


def test_sizes_of_ports_are_types(tmp_path: Path) -> None:
    assert [row["name"] for row in _imported(tmp_path, WPI, types=["very small"])[0]] == ["Lautoka"]


@pytest.mark.parametrize("within", [10.0, 5000.0])
def test_near_the_areas_of_a_case(folder: Folder, tmp_path: Path, within: float) -> None:
    names = [row["name"] for row in _imported(tmp_path, AIRPORTS, near=folder.path, within_nm=within)[0]]
    assert names == ["Nadi International Airport"]


def test_the_result_is_read_as_the_bases_of_a_case(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(WPI, encoding="utf-8")
    text, _, _ = import_bases(tmp_path / "t.csv", Selection(countries=["Fiji"]))
    before = folder.read().bases
    _, _, added = text.partition("\n")
    folder.append("bases.csv", added)
    after = folder.read().bases
    assert list(after["base_id"]) == [*before["base_id"], "lautoka_pier", "suva"]
    assert after["lon"].iloc[-1] == pytest.approx(178.416667)


def test_degrees_and_sides_of_the_older_table(tmp_path: Path) -> None:
    columns = ["INDEX_NO", "PORT_NAME", "COUNTRY", "HARBORSIZE", "LAT_DEG", "LAT_MIN", "LAT_HEMI"]
    columns += ["LONG_DEG", "LONG_MIN", "LONG_HEMI"]
    table = gpd.GeoDataFrame(
        [
            (56030.0, "Suva", "FJ", "S", 18, 8, "S", 178, 25, "E"),
            (7.0, "Pago", "AS", "V", 14, 16, "S", 170, 41, "W"),
        ],
        columns=columns,
        geometry=[shapely.Point(0, 0)] * 2,
        crs="EPSG:4326",
    )
    table.to_file(tmp_path / "wpi.shp")
    for name in ("wpi.shp", "wpi.dbf"):
        rows = list(csv.DictReader(StringIO(import_bases(tmp_path / name)[0])))
        places = [(row["country"], float(row["lon"]), float(row["lat"])) for row in rows]
        assert places == [
            ("ASM", pytest.approx(-170.683333), pytest.approx(-14.266667)),
            ("FJI", pytest.approx(178.416667), pytest.approx(-18.133333)),
        ]


@pytest.mark.parametrize(
    ("text", "wanted", "code"),
    [
        ("a,b\n1,2\n", {}, "missing_column"),
        ("", {}, "missing_column"),
        (AIRPORTS, {"types": ["harbour"]}, "unknown_choice"),
        (AIRPORTS, {"countries": ["Atlantis"]}, "unknown_country"),
        (AIRPORTS, {"countries": ["Japan"]}, "no_rows"),
        (AIRPORTS, {"encoding": "nothing"}, "wrong_encoding"),
        (AIRPORTS.replace('"Koro', '"Koro"x'), {}, "malformed_csv"),
        (AIRPORTS.replace('"longitude_deg"', '"latitude_deg"'), {}, "column_twice"),
    ],
)
def test_what_cannot_be_imported(tmp_path: Path, text: str, wanted: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        _imported(tmp_path, text, **wanted)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_no_name_is_run_as_a_formula(tmp_path: Path) -> None:
    rows, _ = _imported(tmp_path, AIRPORTS.replace("Windhoek", "=1+Windhoek"))
    assert any(row["name"].startswith("1+Windhoek") for row in rows)


def test_names_have_no_characters_that_no_screen_shows(tmp_path: Path) -> None:
    odd = AIRPORTS.replace("Windhoek", "Wind\x07ho\u202eek").replace("Nadi Int", "Nadi\nInt")
    rows, _ = _imported(tmp_path, odd)
    assert {row["name"] for row in rows} == {"Wind ho ek", "Nadi International Airport"}


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(AIRPORTS.replace("Windhoek", "Lüderitz").encode("cp1252"))
    text, _, (warning,) = import_bases(tmp_path / "a.csv")
    assert "Lüderitz" in text
    assert warning.code == "assumed_encoding"
    assert import_bases(tmp_path / "a.csv", Selection(encoding="cp1252"))[2] == []
    with pytest.raises(InputError, match="known ending"):
        import_bases(tmp_path / "a.xlsx")


def test_ports_and_airfields_become_one_table_as_spreadsheets_write_them(tmp_path: Path) -> None:
    commas = WPI.replace(",", ";").replace("-18.133333", "-18,133333").replace("-17.601", "-17,601")
    (tmp_path / "ports.csv").write_bytes(commas.encode("utf-16"))
    (tmp_path / "more.csv").write_text(WPI, encoding="utf-8")
    (tmp_path / "fields.csv").write_text("sep=,\n" + AIRPORTS, encoding="utf-8")
    files = [tmp_path / f"{name}.csv" for name in ("ports", "more", "fields")]
    text, count, warnings = import_bases(
        files, Selection(countries=["Fiji"], types=["small_airport", "small"])
    )
    rows = list(csv.DictReader(StringIO(text)))
    assert count == len(rows)
    assert [(row["base_id"], row["lat"], row["kinds"]) for row in rows] == [
        ("koro_airport", "-17.3458", KINDS),
        ("lautoka_pier", "-17.601", "vessel"),
        ("suva", "-18.133333", "vessel"),
    ]
    assert {each.file for each in warnings if each.code == "at_same_place"} == {"more.csv"}
