"""risk.csv from published tables: two areas of 2° by 2° on either side of 180, cells about a degree wide."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.case import read_case
from planner.case.case import Case
from planner.case.import_risk import import_risk
from planner.case.new import write_new_case
from planner.case.read import read_ground
from planner.case.risk import read_risk
from planner.case.risk_tables import NO_DAY, Choices
from planner.errors import InputError
from planner.features.risk import risk_weights
from planner.features.space import make_cells_of
from planner.geometry.area import areas_km2


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("risk") / "case"
    write_new_case(folder)
    return read_case(folder, {"cells.spacing_nm": 60})


def imported(case: Case, folder: Path, text: str, **choices: object) -> tuple[pd.DataFrame, dict[str, tuple]]:
    file = folder / "effort.csv"
    file.write_text(text, encoding="utf-8")
    out, told, _ = import_risk(file, case, Choices(**choices))  # type: ignore[arg-type]
    (folder / "risk.csv").write_text(out, encoding="utf-8")
    return pd.read_csv(folder / "risk.csv"), {row.what: (row.rows, row.amount) for row in told.itertuples()}


GFW = """date,cell_ll_lat,cell_ll_lon,flag,geartype,hours,fishing_hours,mmsi_present
2024-01-05,-18.01,179.99,CHN,drifting_longlines,5,3,1
2024-02-05,-18.01,179.99,FJI,drifting_longlines,5,1,1
2024-02-06,-18.01,-179.99,FJI,tuna_purse_seines,5,4,1
2024-02-06,40.0,10.0,FJI,drifting_longlines,5,7,1
2024-02-06,-18.01,x,FJI,drifting_longlines,5,2,1
"""


def test_effort_of_global_fishing_watch_is_binned_across_180(case: Case, tmp_path: Path) -> None:
    risk, told = imported(case, tmp_path, GFW)
    # lower left corners 179.99 and -179.99 have their middles at 179.995 and 180.015, in one cell or in two
    cells = make_cells_of(case)[0].result
    points = shapely.points([179.995, 180.015], [-18.005, -18.005])
    expected = np.zeros(len(cells))
    for point, hours in zip(points, (4.0, 4.0), strict=True):
        expected[shapely.intersects(cells["geometry"].to_numpy(), point)] += hours
    density = expected / cells["area_km2"].to_numpy()
    mean = 8.0 / cells["area_km2"].sum()
    assert risk["weight"].to_numpy() == pytest.approx(density / mean, rel=1e-5)
    assert told["read"] == (5, 17.0)
    assert told["no position or amount"] == (1, 2.0)
    assert told["far from the areas"] == (1, 7.0)
    assert told["taken"] == (3, pytest.approx(8.0))
    # the case takes each cell's own weight
    areas = case.areas.assign(risk_weight=1.0)
    placed = read_risk((tmp_path / "risk.csv").read_text(encoding="utf-8"))
    weights = risk_weights(areas, placed, make_cells_of(case)[0].result, 60.0, [""])
    assert weights[0] == pytest.approx(risk["weight"].to_numpy())


def test_flags_gears_and_dates_choose_rows(case: Case, tmp_path: Path) -> None:
    _, told = imported(case, tmp_path, GFW, flags=("fji",), gears=("drifting_longlines",))
    assert told["taken"] == (1, pytest.approx(1.0))
    _, told = imported(case, tmp_path, GFW, since="2024-02", until="2024-02-05")
    assert told["taken"] == (1, pytest.approx(1.0))


@pytest.mark.parametrize("written", ["2024-02-06T10:00:00Z", "2024/02/06 10:00", "20240206"])
def test_dates_are_read_with_the_year_first_and_no_others_pass_a_filter(
    case: Case, tmp_path: Path, written: str
) -> None:
    text = f"date,lon,lat,hours\n{written},178.2,-18.5,4\n06/02/2024,178.2,-18.5,2\n,178.2,-18.5,1\n"
    for choices in ({"since": "2024-02-06"}, {"until": "2024-02"}):
        told = imported(case, tmp_path, text, pitch_deg=0.0, **choices)[1]
        assert (told["taken"], told[NO_DAY]) == ((1, pytest.approx(4.0)), (2, 3.0))


@pytest.mark.parametrize(
    ("lon", "lat"), [("inf", "-18.5"), ("178.2", "-inf"), ("1e999", "nan"), ("infE", "9S")]
)
def test_a_position_that_is_not_finite_is_none(case: Case, tmp_path: Path, lon: str, lat: str) -> None:
    _, told = imported(case, tmp_path, f"lon,lat,hours\n178.2,-18.5,4\n{lon},{lat},3\n", pitch_deg=0.0)
    assert (told["taken"], told["no position or amount"]) == ((1, pytest.approx(4.0)), (1, 3.0))


@pytest.mark.parametrize("name", ["t.csv.gz", "t.zip"])
def test_archives_that_are_cut_off(case: Case, tmp_path: Path, name: str) -> None:
    good = tmp_path / ("good" + name)
    pd.DataFrame({"lon": [178.2], "lat": [-18.5], "hours": [2]}).to_csv(good, index=False)
    assert import_risk(good, case)[1].set_index("what").loc["taken", "rows"] == 1
    (tmp_path / name).write_bytes(good.read_bytes()[:-9])
    with pytest.raises(InputError) as error:
        import_risk(tmp_path / name, case)
    assert [problem.code for problem in error.value.problems] == ["wrong_format"]


def test_squares_of_wcpfc_are_spread_over_their_water(case: Case, tmp_path: Path) -> None:
    text = "yy,mm,flag_id,lat_short,lon_short,days\n2020,1,KI,20S,175E,100\n2020,2,KI,20S,180W,300\n"
    risk, told = imported(case, tmp_path, text)
    lon = np.mod(risk["lon"], 360.0)
    inside = (risk["lat"] > -20) & (risk["lat"] < -15)
    west, east = risk["weight"][inside & (lon < 180)], risk["weight"][inside & (lon > 180) & (lon < 185)]
    assert east.max() / west.max() == pytest.approx(3.0, rel=1e-4)
    # a cell that reaches beyond a square has only its part of it: nothing is taken that was not read
    squares = [shapely.box(175, -20, 180, -15), shapely.box(180, -20, 185, -15)]
    water = shapely.union_all(make_cells_of(case)[0].result["geometry"].to_numpy())
    share = areas_km2([water.intersection(each) for each in squares]) / areas_km2(squares)
    assert told["taken"] == (2, pytest.approx(100 * share[0] + 300 * share[1]))
    assert told["outside the areas"][1] == pytest.approx(400 - told["taken"][1])
    whole, _ = imported(case, tmp_path, "lat,lon,days\n-18,179,3\n", pitch_deg=1.0)
    assert (whole["weight"] > 0.0).sum() > 1
    only, _ = imported(case, tmp_path, text, since="2020-02")
    assert (only["weight"][inside & (lon < 180)] == 0.0).all()


def test_points_count_one_each_and_the_floor_is_shared_by_all_water(case: Case, tmp_path: Path) -> None:
    text = "id_Key;Lat_DNB;Lon_DNB;Date_Mscan\na;-18,512;178,2137;2024-01-01\nb;-18,53;178,2;2024-01-02\n"
    risk, told = imported(case, tmp_path, text, floor=0.25)
    assert told["taken"] == (2, pytest.approx(2.0))
    assert risk["weight"].min() == 0.25
    km2 = make_cells_of(case)[0].result["area_km2"].to_numpy()
    assert (risk["weight"] * km2).sum() / km2.sum() == pytest.approx(1.0, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "choices", "code"),
    [
        ("a,b\n1,2\n", {}, "missing_column"),
        ("lon,lat,hours\n178,-18,1\n", {"flags": ("FJI",)}, "missing_column"),
        ("lon,lat,hours\n178,-18,1\n", {"columns": {"value": "kilos"}}, "missing_column"),
        ("lon,lat,hours\n10,50,1\n", {}, "no_rows"),
        ("", {}, "empty_file"),
        ('lon,lat,hours\n"178,-18,1\n', {}, "malformed_csv"),
        ('lon,lat,hours\n178,-18,"1,234"\n', {}, "not_a_number"),
        ("lon,lat,hours\n178,-18,3h\n", {}, "not_a_number"),
        ("lon,lat,hours,hours\n178,-18,3,4\n", {}, "column_twice"),
        ("lon,lat,hours\n178,-18,1e308\n178,-18,1e308\n", {}, "no_rows"),  # sums without end
        (GFW, {"since": "01.02.2024"}, "not_a_date"),
        (GFW, {"until": "2024-13"}, "not_a_date"),
        (GFW, {"columns": {"valu": "hours"}}, "unknown_key"),
        ("PK\x03\x04", {}, "not_text"),
    ],
)
def test_tables_that_cannot_be_used(case: Case, tmp_path: Path, text: str, choices: dict, code: str) -> None:
    with pytest.raises(InputError) as error:
        imported(case, tmp_path, text, **choices)
    assert [problem.code for problem in error.value.problems] == [code]


def test_tables_as_spreadsheets_write_them(case: Case, tmp_path: Path) -> None:
    rows = "lon5,lat5,hours\n178.2,-18.5,1\n178.2,-18.5,-\n178.2,-18.5,confidential\n"
    (tmp_path / "utf16.csv").write_bytes(rows.replace(",", "\t").encode("utf-16"))
    (tmp_path / "sep.csv").write_text("sep=;\n" + rows.replace(",", ";"), encoding="utf-8")
    (tmp_path / "bare.csv").write_bytes(rows.encode("utf-16-le"))
    for name in ("utf16", "sep", "bare"):
        told = import_risk(tmp_path / f"{name}.csv", case, Choices(pitch_deg=0.0))[1].set_index("what")
        assert told["rows"]["read"] == 3
        assert told["rows"]["no position or amount"] == 2
        assert told["amount"]["taken"] == pytest.approx(1.0)


def test_days_and_months_become_the_periods_of_the_case(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    write_new_case(folder)
    (folder / "periods.csv").write_text(
        "period_id,name,start,end\nsummer,Summer,02-01,10-31\nwinter,Winter,11-01,01-31\n", encoding="utf-8"
    )
    case = read_case(folder, {"cells.spacing_nm": 60})
    risk, told = imported(case, tmp_path, GFW.replace("2024-02-06,-18.01,-1", "unknown,-18.01,-1"))
    # 3 h in winter (92 days) and 1 h in summer (273 days) at one place; 4 h without a day are left out
    by_period = risk.groupby("period")["weight"].max()
    assert by_period["winter"] / by_period["summer"] == pytest.approx((3 / 92) / (1 / 273), rel=1e-5)
    km2 = make_cells_of(case)[0].result["area_km2"].to_numpy()
    mean = (
        risk.assign(km2=np.tile(km2, 2))
        .groupby("period")[["weight", "km2"]]
        .apply(lambda rows: (rows["weight"] * rows["km2"]).sum() / km2.sum())
    )
    assert (92 * mean["winter"] + 273 * mean["summer"]) / 365 == pytest.approx(1.0, rel=1e-5)
    assert told[NO_DAY] == (1, 4.0)
    months = "year,month,lon,lat,value\n2023,12,179.995,-18.005,6\n2023,06,179.995,-18.005,6\n"
    risk, _ = imported(case, tmp_path, months)
    by_period = risk.groupby("period")["weight"].max()
    assert by_period["winter"] / by_period["summer"] == pytest.approx(273 / 92, rel=1e-5)


def test_a_month_is_of_its_periods_by_its_days(tmp_path: Path) -> None:
    """Of the 30 days of June 10 are in the season of 51 days that begins on the 21st."""
    folder = tmp_path / "case"
    write_new_case(folder)
    (folder / "periods.csv").write_text(
        "period_id,name,start,end\nseason,Season,06-21,08-10\nrest,Rest,08-11,06-20\n", encoding="utf-8"
    )
    case = read_case(folder, {"cells.spacing_nm": 60})
    risk, _ = imported(case, tmp_path, "year,month,lon,lat,value\n2024,06,179.995,-18.005,6\n")
    by_period = risk.groupby("period")["weight"].max()
    assert by_period["season"] / by_period["rest"] == pytest.approx((2 / 51) / (4 / 314), rel=1e-5)


GRID = """lon,lat,value,date
179.75,-18.25,6,2024-02-01
-179.75,-18.25,2,2024-07-01
179.75,-18.75,1,2024-07-01
"""
"""Half-degree cells by their middles; the same as arrays, from the north, by day."""
HOURS = np.array([[[6.0, np.nan], [0.0, 0.0]], [[0.0, 2.0], [1.0, -9.0]]])


def test_a_geotiff_is_the_table_of_its_cells(case: Case, tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    shape = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "float64", "nodata": -9.0}
    origin = rasterio.Affine(0.5, 0.0, 179.5, 0.0, -0.5, -18.0)
    with rasterio.open(tmp_path / "a.tif", "w", crs="EPSG:4326", transform=origin, **shape) as file:
        file.write(np.where(HOURS[1] > -9.0, np.nansum(HOURS, axis=0), -9.0), 1)
    expected, _ = imported(case, tmp_path, GRID)
    text, told, _ = import_risk(tmp_path / "a.tif", case)
    assert text == expected.to_csv(index=False, float_format="%.6g")
    assert told.set_index("what").loc["read"].tolist() == [3, 9.0]  # cells that have something
    with pytest.raises(InputError, match="--column"):
        import_risk(tmp_path / "a.tif", case, Choices({"value": "2"}))


@pytest.mark.parametrize("engine", ["scipy", "h5netcdf"])
def test_a_netcdf_is_the_table_of_its_cells_and_days(case: Case, tmp_path: Path, engine: str) -> None:
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("h5py")
    days = pd.to_datetime(["2024-02-01", "2024-07-01"])
    axes = {"time": days, "latitude": [-18.25, -18.75], "longitude": [179.75, 180.25]}
    hours = xarray.DataArray(HOURS, axes, ["time", "latitude", "longitude"])
    xarray.Dataset({"hours": hours, "depth": hours}).to_netcdf(tmp_path / "a.nc", engine=engine)
    with pytest.raises(InputError, match="no single variable"):
        import_risk(tmp_path / "a.nc", case)
    expected, _ = imported(case, tmp_path, GRID, since="2024-07")
    text, told, _ = import_risk(tmp_path / "a.nc", case, Choices({"value": "hours"}, since="2024-07"))
    assert text == expected.to_csv(index=False, float_format="%.6g")
    assert told.set_index("what").loc["left out by filters"].tolist() == [1, 6.0]


@pytest.mark.parametrize(("file", "library"), [("a.tif", "rasterio"), ("a.nc", "xarray")])
def test_rasters_that_cannot_be_read(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, library: str
) -> None:
    with pytest.raises(InputError, match="missing"):
        import_risk(tmp_path / file, case)
    (tmp_path / file).write_bytes(b"no raster")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError, match=f"without {library}, which is not installed; pip install"):
        import_risk(tmp_path / file, case)
    monkeypatch.undo()
    pytest.importorskip(library)
    with pytest.raises(InputError, match="cannot be read"):
        import_risk(tmp_path / file, case)


@pytest.fixture(scope="module")
def seasons(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Half a month of November in each: 260 days from March on, 105 days."""
    folder = tmp_path_factory.mktemp("seasons") / "case"
    write_new_case(folder)
    rows = "dry,Dry,03-01,11-15\nwet,Wet,11-16,02-28\n"
    (folder / "periods.csv").write_text(f"period_id,name,start,end\n{rows}", encoding="utf-8")
    return read_case(folder, {"cells.spacing_nm": 60})


def wet_to_dry(risk: pd.DataFrame) -> float:
    """Amounts in the wet period / amounts in the dry one."""
    sums = risk.groupby("period")["weight"].sum()
    return float(sums["wet"] * 105 / (sums["dry"] * 260))


@pytest.mark.parametrize("leap", ["2024-02-29", "2024-02-28", "2023-02-28"])
def test_the_last_day_of_february_is_not_the_first_of_march(seasons: Case, tmp_path: Path, leap: str) -> None:
    text = f"date,lon,lat,hours\n{leap},178.2,-18.5,3\n2024-03-01,178.2,-18.5,1\n"
    risk, _ = imported(seasons, tmp_path, text, pitch_deg=0.0)
    assert wet_to_dry(risk) == pytest.approx(3.0, rel=1e-4)


def test_monthly_effort_whose_date_is_the_first_of_the_month_is_of_all_of_it(
    seasons: Case, tmp_path: Path
) -> None:
    # half of November's 8 h are of each period; a table of days has neither year nor month beside the date
    head = "cell_ll_lat,cell_ll_lon,flag,geartype,hours,fishing_hours,mmsi_present\n"
    row = ",-18.5,178.2,FJI,drifting_longlines,9,{},1\n"
    months = f"2024-11-01,2024,11{row.format(8)}2024-07-01,2024,7{row.format(4)}"
    risk, _ = imported(seasons, tmp_path, f"date,year,month,{head}{months}")
    assert wet_to_dry(risk) == pytest.approx(4 / 8, rel=1e-4)
    days = f"2024-11-01{row.format(8)}2024-12-01{row.format(4)}"
    risk, _ = imported(seasons, tmp_path, f"date,{head}{days}")
    assert wet_to_dry(risk) == pytest.approx(4 / 8, rel=1e-4)
    risk, _ = imported(seasons, tmp_path, f"date,{head}{days}", since="2024-10", until="2024-11")
    assert risk.groupby("period")["weight"].max()["wet"] == 0.0


def test_quarters_are_of_their_periods_by_their_days(seasons: Case, tmp_path: Path) -> None:
    # January to March has 59 days of the wet period and 31 of the dry one
    text = "yy,qtr,flag_id,lat_short,lon_short,days\n2020,1,FJ,19S,178E,90\n"
    risk, told = imported(seasons, tmp_path, text)
    assert wet_to_dry(risk) == pytest.approx(59 / 31, rel=1e-4)
    assert told["read"] == (1, 90.0)
    text += "2020,2,FJ,19S,178E,90\n"
    _, told = imported(seasons, tmp_path, text, since="2020-04", until="2020-06")
    assert told["left out by filters"] == (1, 90.0)


def test_what_falls_into_no_period_is_said(tmp_path: Path) -> None:
    """Of ninety days from the first of June on, September has none and a month that is cut has its part."""
    folder = tmp_path / "case"
    write_new_case(folder)
    rows = "a,A,06-11,07-25\nb,B,07-26,09-08\n"
    (folder / "periods.csv").write_text(f"period_id,name,start,end\n{rows}", encoding="utf-8")
    case = read_case(folder, {"cells.spacing_nm": 60, "horizon_days": 90})
    text = "year,month,lon,lat,value\n2024,6,178.2,-18.5,30\n2024,10,178.2,-18.5,7\n2024,8,178.2,-18.5,1\n"
    risk, told = imported(case, tmp_path, text, pitch_deg=0.0)
    assert told[NO_DAY] == (1, pytest.approx(7 + 10))  # October, and ten days of June
    assert told["taken"] == (2, pytest.approx(20 + 1))
    sums = risk.groupby("period")["weight"].sum()
    assert sums["a"] / sums["b"] == pytest.approx(20.0, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "square"),
    [
        # codes of one degree: 19S 178E is the square from 178 to 179 E, 19 to 18 S; and so in newer files
        ("yy,mm,lat_short,lon_short,days\n2020,1,19S,178E,6\n", (178, -19, 179, -18)),
        ("YY,MM,LAT1,LON1,CWP_GRID,DAYS\n2020,1,19S,178E,5319178,6\n", (178, -19, 179, -18)),
        ("yy,mm,lat5,lon5,hhooks\n2020,1,20S,175W,6\n", (185, -20, 190, -15)),
        # squares by their middles, wherever these lie
        ("Year,Month,LatC5,LonC5,Hooks\n2020,1,-17.5,177.5,6\n", (175, -20, 180, -15)),
        ("lon,lat,value\n178,-18,6\n179,-18,0\n178,-19,0\n", (177.5, -18.5, 178.5, -17.5)),
        # hundredths of degrees, near the equator too, where there are flags; tenths without
        (
            "date,lat_bin,lon_bin,flag,fishing_hours\n2016-01-01,-1850,17820,FJI,6\n",
            (178.2, -18.5, 178.21, -18.49),
        ),
        ("date,lat_bin,lon_bin,mmsi,fishing_hours\n2016-01-01,-185,1782,7,6\n", (178.2, -18.5, 178.3, -18.4)),
    ],
)
def test_where_squares_are(
    case: Case, tmp_path: Path, text: str, square: tuple[float, float, float, float]
) -> None:
    value = {"columns": {"value": "Hooks"}} if "Hooks" in text else {}
    risk, told = imported(case, tmp_path, text, **value)
    cells, box = make_cells_of(case)[0].result, shapely.box(*square)
    km2 = areas_km2(shapely.intersection(cells["geometry"].to_numpy(), box))
    density = km2 / areas_km2([box]) * 6 / cells["area_km2"].to_numpy()
    mean = (density * cells["area_km2"]).sum() / cells["area_km2"].sum()
    assert risk["weight"].to_numpy() == pytest.approx(density / mean, rel=1e-4, abs=1e-6)
    assert told["taken"][1] == pytest.approx(6 * km2.sum() / areas_km2([box])[0])


def equator(folder: Path, west: float) -> Case:
    """Areas of 2° by 2° north of the equator, side by side."""
    write_new_case(folder)
    collection = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))
    for number, feature in enumerate(collection["features"]):
        box = shapely.box(west + 2 * number, 0, west + 2 * number + 2, 2)
        feature["geometry"] = json.loads(shapely.to_geojson(box))
    (folder / "areas.geojson").write_text(json.dumps(collection), encoding="utf-8")
    bases = pd.read_csv(folder / "bases.csv").assign(lon=west + 1, lat=1.0)
    bases.to_csv(folder / "bases.csv", index=False)
    return read_case(folder, {"cells.spacing_nm": 60})


@pytest.mark.parametrize("column", ["flag", "mmsi"])
def test_bins_near_the_equator(tmp_path: Path, column: str) -> None:
    """Hundredths that might be tenths by their latitudes, told by their flags or by their longitudes."""
    case = equator(tmp_path / "case", 170.0)
    file = tmp_path / "e.csv"
    file.write_text(
        f"date,lat_bin,lon_bin,{column},fishing_hours\n2016-01-01,85,17120,7,6\n", encoding="utf-8"
    )
    for choices in (None, Choices(pitch_deg=0.01)):
        told = import_risk(file, case, choices)
        assert told.read_as == "squares of 0.01° by their corners, amounts of fishing_hours"
        assert told.told.set_index("what").loc["taken", "amount"] == pytest.approx(6.0)


@pytest.mark.parametrize("rows", ["178.25,-18.75\n", "178.25,-18.75\n178.25,-18.75\n"])
def test_detections_are_points_however_few_they_are(case: Case, tmp_path: Path, rows: str) -> None:
    risk, _ = imported(case, tmp_path, f"lon,lat\n{rows}")
    assert (risk["weight"] > 0.0).sum() == 1


@pytest.mark.parametrize("pitch", [0.1, 0.25, 0.5])
def test_even_effort_weighs_all_water_alike(case: Case, tmp_path: Path, pitch: float) -> None:
    lon, lat = np.meshgrid(np.arange(170, 195, pitch), np.arange(-25, -10, pitch))
    box = shapely.box(lon, lat, lon + pitch, lat + pitch).ravel()
    table = {"lon": (lon + pitch / 2).ravel(), "lat": (lat + pitch / 2).ravel(), "value": areas_km2(box)}
    risk, told = imported(case, tmp_path, pd.DataFrame(table).to_csv(index=False, float_format="%.9g"))
    assert risk["weight"].to_numpy() == pytest.approx(1.0, rel=1e-4)
    assert told["taken"][1] == pytest.approx(make_cells_of(case)[0].result["area_km2"].sum(), rel=1e-5)


@pytest.mark.parametrize("west", [-0.5, 359.5])
def test_squares_across_greenwich(tmp_path: Path, west: float) -> None:
    case = equator(tmp_path / "case", -2.0)
    risk, told = imported(
        case, tmp_path, f"lon,lat,value\n{west + 0.5},1,8\n{west + 1.5},1,0\n{west + 0.5},2,0\n"
    )
    assert told["taken"][1] == pytest.approx(8.0)
    some = risk[risk["weight"] > 0.0]
    assert sorted(np.sign(some["lon"]).tolist()) == [-1.0, -1.0, 1.0, 1.0]


def test_an_archive_of_several_tables_is_read_whole(case: Case, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        archive.writestr("README.pdf", "no table")
        for month in (1, 2):
            archive.writestr(f"m{month}.CSV", f"date,lon,lat,hours\n2024-0{month}-05,178.2,-18.5,{month}\n")
    told = import_risk(tmp_path / "year.zip", case)[1].set_index("what")
    assert told.loc["taken"].tolist() == [2, pytest.approx(3.0)]
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        archive.writestr("README.pdf", "no table")
        archive.writestr("LICENCE", "no table")
    with pytest.raises(InputError, match=r"no file that ends in \.csv"):
        import_risk(tmp_path / "year.zip", case)


def test_periods_of_a_case_that_plans_the_year_as_one_have_rows_of_their_own(tmp_path: Path) -> None:
    """A scenario may tell them apart; the year's weights are the mean of theirs, as without periods."""
    folder = tmp_path / "case"
    write_new_case(folder)
    periods = "period_id,name,start,end\nsummer,Summer,02-01,10-31\nwinter,Winter,11-01,01-31\n"
    (folder / "periods.csv").write_text(periods, encoding="utf-8")
    head = (folder / "case.toml").read_text(encoding="utf-8")
    (folder / "case.toml").write_text(f"use_periods = false\n{head}", encoding="utf-8")
    risk, _ = imported(read_ground(folder), tmp_path, GFW)
    assert risk["period"].unique().tolist() == ["summer", "winter"]
    whole, _ = imported(read_case(folder), folder, GFW)
    assert "period" not in whole

    def weights(table: pd.DataFrame) -> np.ndarray:
        table.to_csv(folder / "risk.csv", index=False)
        return make_cells_of(read_case(folder))[1].result.cells["risk_weight"].to_numpy()

    assert weights(risk) == pytest.approx(weights(whole), rel=1e-4, abs=1e-6)
    (folder / "periods.csv").write_text(periods.replace("01-31", "01-30"), encoding="utf-8")
    risk, _ = imported(read_ground(folder), tmp_path, GFW)  # 364 days, of which no plan is made
    assert "period" not in risk
