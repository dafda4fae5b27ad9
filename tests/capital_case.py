"""A small case with things to buy: the worked example with options, budgets, crews and two futures."""

from __future__ import annotations

import shutil
from pathlib import Path

from planner.case import CapitalCase, read_capital_case

TINY = Path(__file__).parents[1] / "inputs" / "tiny"
YEARS = """
[years]
first = 2027
last = 2030
last_order = 2029
discount = 0.03
"""
FUTURES = """
[futures.calm]
title = "As today"
probability = 0.75

[futures.busy]
title = "Risk in the east, less money"
probability = 0.25
areas.eastern.risk_weight = { factor = 3 }
budgets.open_fund.running = { factor = 0.5 }
"""
OPTION_COLUMNS = (
    "option_id,name,adds,id,like,bases,recipients,most_units,most_each,most_per_year,lead_years,life_years,survival,"
    "capital_cost,running_cost,crew,length_m,capacity_hours,payers,requires,excludes,currency,source\n"
)
OPTIONS = OPTION_COLUMNS + (
    "new_boat,Patrol boat,asset,,boat,*,*,3,2,2,1,20,0.95,900000,20000,12,40,,*,,,USD,worked example\n"
    "second_plane,Another aircraft,asset,plane,,,,1,,,1,10,,3000000,,,,,open_fund,,,USD,worked example\n"
    "berth,Longer berth,base,harbour,,,,1,,,1,30,,200000,0,,40,,*,,,USD,worked example\n"
    "crews,Crew training,crew,,,,kir,2,,,1,30,,100000,0,12,,,*,,,USD,worked example\n"
)
BUDGETS = (
    "programme_id,year,capital,running,currency,carry_over,source\n"
    "open_fund,,1000000,1000000,USD,yes,worked example\n"
    "open_fund,2029,2000000,800000,USD,no,worked example\n"
    "boat_fund,2027,1000000,,AUD,,worked example\n"
)
CREWS = "operator,year,people,source\nkir,,12,worked example\nkir,2030,24,worked example\n"


def write_capital_case(folder: Path, **files: str) -> Path:
    """Writes the case to a new folder.

    Args:
        folder: where.
        files: texts instead of the usual: options, budgets, crews (tables), years, futures (of case.toml).

    Returns:
        The folder.
    """
    shutil.copytree(TINY, folder)
    tables = {"options": OPTIONS, "budgets": BUDGETS, "crews": CREWS}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(files.get(name, text), encoding="utf-8")
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(files.get("years", YEARS) + files.get("futures", FUTURES))
    bases = (folder / "bases.csv").read_text(encoding="utf-8").splitlines()
    lengths = ("berths_m", "40", "")
    (folder / "bases.csv").write_text(
        "".join(f"{line},{metres}\n" for line, metres in zip(bases, lengths, strict=True)), encoding="utf-8"
    )
    return folder


def capital_case(folder: Path, **files: str) -> CapitalCase:
    """The case, read; as ``write_capital_case``."""
    return read_capital_case(write_capital_case(folder, **files))
