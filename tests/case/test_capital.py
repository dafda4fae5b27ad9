"""What may be bought: options as candidates, units and money by year, futures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.case import CapitalCase, read_capital_case, read_case
from planner.case.check import checked_case
from planner.errors import InputError
from tests.capital_case import (
    BUDGETS,
    CREWS,
    FUTURES,
    OPTIONS,
    TINY,
    YEARS,
    capital_case,
    write_capital_case,
)
from tests.case.test_warnings import WARNINGS


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> CapitalCase:
    return capital_case(tmp_path_factory.mktemp("capital") / "case")


def test_an_option_is_a_candidate_for_each_recipient_and_base(tiny: CapitalCase) -> None:
    told = tiny.candidates[["candidate_id", "target_id", "recipient", "base_id"]].to_numpy().tolist()
    assert told == [
        ["new_boat__kir__harbour", "new_boat__kir__harbour", "kir", "harbour"],
        ["second_plane", "plane", "air_company", "airfield"],
        ["berth", "harbour", "kir", "harbour"],
        ["crews__kir", "", "kir", ""],
    ]


def test_a_new_asset_is_like_its_model_but_for_units_base_and_recipient(tiny: CapitalCase) -> None:
    for future in tiny.futures:
        boat, _, new = future.case.assets.to_dict("records")
        own = {"asset_id", "name", "short_name", "units"}
        assert {key: new[key] for key in new if key not in own} == {
            key: boat[key] for key in boat if key not in own
        }
        assert new["units"] == 0.0


def test_money_is_by_year_in_the_currency_of_the_case(tiny: CapitalCase) -> None:
    calm, busy = tiny.futures
    # boat_fund: A$1m in 2027 at 0.5; running is its budget, A$400,000
    assert calm.capital.tolist() == [[1e6, 1e6, 2e6, 1e6], [5e5, 0.0, 0.0, 0.0]]
    assert calm.running.tolist() == [[1e6, 1e6, 8e5, 1e6], [2e5] * 4]
    assert busy.running[0].tolist() == [5e5, 5e5, 4e5, 5e5]


def test_a_future_changes_the_case_and_nothing_else(tiny: CapitalCase) -> None:
    calm, busy = tiny.futures
    assert (calm.probability, busy.probability) == (0.75, 0.25)
    assert busy.case.areas["risk_weight"].tolist() == [1.0, 4.5]
    assert calm.case.areas["risk_weight"].tolist() == tiny.case.areas["risk_weight"].tolist() == [1.0, 1.5]


def test_a_future_has_its_own_rows_of_the_risk_map(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    rows = "lon,lat,weight,future\n175,0,2,\n175,0,3,busy\n"
    (folder / "risk.csv").write_text(rows, encoding="utf-8")
    case = read_capital_case(folder)
    assert [one.case.risk["weight"].tolist() for one in case.futures] == [[2.0], [2.0, 3.0]]
    assert "risk_of_futures" not in {each.code for each in case.case.warnings}


def test_a_year_is_no_part_of_one(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    with pytest.raises(InputError) as caught:
        read_capital_case(folder, {"horizon_days": 120})
    assert [(each.column, each.code) for each in caught.value.problems] == [("horizon_days", "no_years")]


def test_units_come_go_and_are_lost(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    _write(folder, "assets", _columns(folder, "assets", "from_year,to_year,survival", ",2028,", "2028,,0.9"))
    units = read_capital_case(folder).futures[0].units
    np.testing.assert_allclose(units, [[1, 1, 0, 0], [0, 2, 1.8, 1.62], [0, 0, 0, 0]])


def test_a_change_sets_the_probability_of_futures_and_leaves_out_those_of_0(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    changes = {"futures.calm.probability": 1.0, "futures.busy.probability": 0}
    assert [one.name for one in read_capital_case(folder, changes).futures] == ["calm"]
    assert read_case(folder, changes).warnings == ()
    for key, value in {
        "futures.calm.probability": 0.5,
        "futures.clam.probability": 1,
        "futures.calm": 1,
    }.items():
        with pytest.raises(InputError):
            read_capital_case(folder, {key: value})


def test_probabilities_that_miss_1_by_rounding_are_taken_in_proportion(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    changes = {"futures.calm.probability": 0.666, "futures.busy.probability": 0.333}
    assert [one.probability for one in read_capital_case(folder, changes).futures] == pytest.approx(
        [2 / 3, 1 / 3]
    )


def test_years_that_are_there_are_not_called_missing(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    text = (folder / "case.toml").read_text(encoding="utf-8")
    text = text.replace("discount = 0.03", "discount = 0.03\nwanted = { 2026 = 0.1 }")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_capital_case(folder)
    (problem,) = caught.value.problems
    assert (problem.column, problem.rule) == ("years.wanted", "names 2026, outside 2027 to 2030")


def test_models_and_programmes_of_capacity_plans_alone(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case", options=OPTIONS.replace(",boat,*", ",model,*"))
    text = _columns(folder, "assets", "plans", "", "")
    boat = text.splitlines()[1]
    model = boat.replace("boat,Patrol boat", "model,Model").replace("harbour,1,", "harbour,0,") + "capacity"
    _write(folder, "assets", f"{text}\n{model}\n")
    funds = _columns(folder, "programmes", "plans", "", "")
    gift = "gifts,Gifts,Donor C,0,USD,vessel,model;boat,*,*,worked example,capacity"
    _write(folder, "programmes", f"{funds}\n{gift}\n")
    assert read_case(folder).programmes.equals(read_case(TINY).programmes)
    assert read_case(folder).assets.equals(read_case(TINY).assets)
    case = read_capital_case(folder)
    assert case.case.programmes["programme_id"].tolist() == ["open_fund", "boat_fund", "gifts"]
    assert case.futures[0].case.assets["asset_id"].tolist() == ["boat", "plane", "new_boat__kir__harbour"]
    assert case.payers["programme_id"].tolist()[:3] == ["open_fund", "boat_fund", "gifts"]


def test_an_ordinary_plan_sees_nothing_of_it(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    plain, case = read_case(folder), read_case(TINY)
    for name in ("assets", "bases", "programmes", "sources", "areas"):
        assert getattr(plain, name).equals(getattr(case, name)), name
    assert plain.warnings == case.warnings


WHOLE = {"options": OPTIONS, "budgets": BUDGETS, "crews": CREWS, "years": YEARS, "futures": FUTURES}


@pytest.mark.parametrize(("changes", "file", "row", "column", "words"), WARNINGS["capital"])
def test_what_can_have_no_effect_is_said(
    tmp_path: Path, changes: list[list[str]], file: str, row: int, column: str, words: str
) -> None:
    files = dict(WHOLE)
    for part, old, new in changes:
        before = files[part]
        files[part] = new if old == "*" else before.replace(old, new) if old else before + new
        assert files[part] != before
    checked = checked_case(write_capital_case(tmp_path / "case", **files))
    assert checked.problems == ()
    said = {(each.file, each.row, each.column): str(each) for each in checked.warnings}
    assert words in said.get((file, row, column), ""), "\n".join(said.values())


@pytest.mark.parametrize(("years", "column"), [(",2026", "to_year"), ("2031,", "from_year")])
def test_units_of_no_year_that_is_planned_are_said(tmp_path: Path, years: str, column: str) -> None:
    options = OPTIONS.replace("asset,plane", "asset,boat")
    folder = write_capital_case(tmp_path / "case", options=options.replace("open_fund", "*"))
    _write(folder, "assets", _columns(folder, "assets", "from_year,to_year", ",", years))
    said = [(each.code, each.row, each.column) for each in checked_case(folder).warnings]
    assert ("idle_row", 3, column) in said


def test_an_option_does_not_need_two_that_are_never_ordered_together(tmp_path: Path) -> None:
    """The boat needs the berth, which needs the crews, of which one of the boat's group is ordered."""
    names = OPTIONS.replace(",requires,excludes,", ",requires,excludes,group,")
    ends = {"new_boat": "berth,,one", "second_plane": ",,", "berth": "crews,,", "crews": ",,one"}
    lines = names.splitlines()
    lines[1:] = [
        line.replace(",,,USD", f",{ends[line.split(',')[0]]},USD") if ",,,USD" in line else line
        for line in lines[1:]
    ]
    checked = checked_case(write_capital_case(tmp_path / "case", options="\n".join(lines) + "\n"))
    assert [(each.code, each.row, each.value) for each in checked.problems] == [("bad_option", 2, "crews")]


def test_the_case_itself_is_checked_without_a_word(tmp_path: Path) -> None:
    checked = checked_case(write_capital_case(tmp_path / "case"))
    assert (checked.problems, checked.warnings) == ((), ())


def test_a_programme_pays_only_what_it_may(tmp_path: Path) -> None:
    header = BUDGETS.splitlines()[0]
    folder = write_capital_case(tmp_path / "case", futures="")
    _write(folder, "programmes", _columns(folder, "programmes", "pays", "running", "capital"))
    assert {each.code for each in checked_case(folder).problems} == {"does_not_pay"}
    _write(folder, "budgets", f"{header}\nboat_fund,,1000000,,AUD,,\n")
    # the only payer of the aircraft pays no capital now
    assert [(each.code, each.row) for each in checked_case(folder).problems] == [("no_payer", 3)]
    _write(
        folder,
        "options",
        OPTIONS.replace("open_fund", "*").replace("plane,,", "boat,,"),
    )
    case = read_capital_case(folder)
    assert case.futures[0].running.tolist() == [[1e6] * 4, [0.0] * 4]
    assert set(case.payers["programme_id"]) == {"boat_fund"}
    assert set(case.runners["programme_id"]) == {"open_fund"}


def _columns(folder: Path, table: str, names: str, *rows: str) -> str:
    """A table with further columns; what they hold in each row."""
    header, *lines = (folder / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    return "\n".join([f"{header},{names}", *(f"{line},{row}" for line, row in zip(lines, rows, strict=True))])


def _write(folder: Path, table: str, text: str) -> None:
    (folder / f"{table}.csv").write_text(text, encoding="utf-8")
