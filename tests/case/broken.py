"""Inputs that are broken in one way each: what is done to a good case, where the problem is, and its code.

``broken.toml`` lists them, ``messages.txt`` holds the whole wording. After a change of words:
python -m tests.case.broken
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.case import read_capital_case, read_case
from planner.case.new import write_new_case
from planner.case.toml_file import line_near, line_of
from planner.errors import InputError, Problem
from tests.case.conftest import Folder

MESSAGES = Path(__file__).with_name("messages.txt")
BROKEN = tomllib.loads(Path(__file__).with_name("broken.toml").read_text(encoding="utf-8"))
"""What is changed, and where which code must be found, by the part of a case that it is done to."""
UNCERTAINTY = "table,id,field,low,high,low_factor,high_factor,distribution,together,source\n"
LIMITS = {
    "limits.csv": "limit_id,kind,programme,areas,period,least,least_low,least_high,penalty,currency,source\n"
    "west_watch,least_coverage,,west,,0.2,0.1,0.3,,,a promise\n"
    "eyes_east,least_share,eyes,east,,0.4,,,3000,USD,\n"
    "patrols_spend,least_spending,patrols,,,100000,50000,200000,600,AUD,a plan\n"
}
CAPITAL = {
    "options.csv": "option_id,name,adds,id,like,bases,recipients,service,group,most_units,most_per_year,"
    "first_year,last_year,lead_years,life_years,survival,capital_cost,running_cost,crew,length_m,"
    "capacity_hours,payers,requires,excludes,currency,source\n"
    "boats,New boats,asset,,patrol_boat,*,fji,,,3,2,2028,2029,1,20,0.95,900000,20000,12,40,,*,,,AUD,\n"
    "scenes,More scenes,sensor,radar_scenes,,,,,,1,,,,1,10,,0,300000,,,,*,,,USD,\n"
    "berths,Berths,base,east_port,,,,,,1,,,,1,30,,200000,,,,900,*,boats,,USD,\n"
    "crews,Training,crew,,,,fji,,,2,,,,1,30,,100000,,12,,,patrols,,,USD,\n",
    "budgets.csv": "programme_id,year,capital,running,currency,carry_over,source\n"
    "patrols,,1000000,,AUD,yes,\neyes,2028,500000,900000,USD,,\n",
    "crews.csv": "operator,year,people,source\nfji,,12,\nfji,2030,24,\n",
}
YEARS = """
[years]
first = 2027
last = 2030
last_order = 2029
objective = "shortfall"

[futures.calm]
probability = 0.75

[futures.busy]
probability = 0.25
areas.east.risk_weight = 3
"""
NO_FILE: dict[str, str] = {}


@dataclass(frozen=True)
class Broken:
    """One broken input: the texts of files that replace those of the example, and changes made to it."""

    name: str
    place: tuple[str, int, str]
    code: str
    texts: Mapping[str, str]
    changes: Mapping[str, object] = field(default_factory=dict)
    read: Callable[[Path, Mapping[str, object]], object] = read_case

    def problems(self, folder: Folder) -> tuple[Problem, ...]:
        for file, text in self.texts.items():
            folder.write(file, text.encode("utf-8", "surrogatepass"))
        try:
            self.read(folder.path, self.changes)
        except InputError as error:
            return error.problems
        return ()


def all_broken() -> list[Broken]:
    with tempfile.TemporaryDirectory() as place:
        write_new_case(Path(place) / "case")
        good = Folder(Path(place) / "case").without_scenarios()
        makers = (
            _cells,
            _limits,
            _keys,
            _uncertainty,
            _scenarios,
            _stress,
            _changes,
            _attributes,
            _texts,
            _capital,
        )
        return [broken for maker in makers for broken in maker(good)]


def _cells(good: Folder) -> Iterator[Broken]:
    return _of_cells("cells", {path.name: good.text(path.name) for path in good.path.glob("*.csv")})


def _limits(_: Folder) -> Iterator[Broken]:
    return _of_cells("limit_cells", LIMITS)


def _of_cells(table: str, texts: Mapping[str, str]) -> Iterator[Broken]:
    for file, number, column, value, code_ in BROKEN[table]:
        code, _, other = code_.partition("@")
        text, _, times = value.partition("*") if value[-1].isdigit() else (value, "", "")
        cell = "" if value == "-" else text * int(times or 1)
        cell = cell.encode().decode("unicode_escape") if "\\" in cell else cell
        rows = list(csv.reader(io.StringIO(texts[file])))
        rows[number - 1][rows[0].index(column)] = cell
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        place = (file, number, other or column)
        yield Broken(f"{file} {number} {column}={value}", place, code, {file: out.getvalue()})


def _keys(good: Folder) -> Iterator[Broken]:
    text = good.text("case.toml")
    for old, new, row, key, code in BROKEN["keys"]:
        assert old in text
        name = f"case.toml {old.strip()} -> {new.strip()!r}"
        yield Broken(name, ("case.toml", row, key), code, {"case.toml": text.replace(old, new, 1)})


def _uncertainty(_: Folder) -> Iterator[Broken]:
    for row, column, code in BROKEN["ranges"]:
        texts = {"uncertainty.csv": f"{UNCERTAINTY}{row}\n"}
        yield Broken(f"uncertainty.csv {row!r}", ("uncertainty.csv", 2, column), code, texts)


def _scenarios(good: Folder) -> Iterator[Broken]:
    text = good.text("case.toml") + "[scenarios.x]\n"
    row = len(text.splitlines()) + 1
    for line, key, code in BROKEN["scenarios"]:
        texts = {"case.toml": text + line.replace(".*.", '."*".') + "\n"}
        yield Broken(f"[scenarios.x] {line}", ("case.toml", row, f"scenarios.x.{key}"), code, texts)
    for name in ("baseline", '"two words"', "Capital", '"a,b"'):
        place = (
            f"scenarios.{name}"
            if " " not in name and "," not in name
            else json.dumps(f"scenarios.{name[1:-1]}")
        )
        texts = {"case.toml": f"{good.text('case.toml')}[scenarios.{name}]\n"}
        yield Broken(f"[scenarios.{name}]", ("case.toml", row - 1, place), "not_a_name", texts)


def _stress(good: Folder) -> Iterator[Broken]:
    text = good.text("case.toml")
    row = len(text.splitlines()) + 1
    for lines, key, code in BROKEN["stress"]:
        texts = {"case.toml": "\n".join([text + "[stress.x]", *lines, ""])}
        yield Broken(f"[stress.x] {'; '.join(lines)}", ("case.toml", row + 1, f"stress.x.{key}"), code, texts)
    for header, line, place, code in (
        ("x", 'title = "Nothing"', "stress.x", "nothing_lost"),
        ('"Two words"', "bases = 'west_port'", '"stress.Two words"', "not_a_name"),
    ):
        texts = {"case.toml": f"{text}[stress.{header}]\n{line}\n"}
        yield Broken(f"[stress.{header}] {line}", ("case.toml", row, place), code, texts)


def _changes(_: Folder) -> Iterator[Broken]:
    for key, value, code in BROKEN["changes"]:
        yield Broken(f"--set {key}={value}", ("--set", 0, key), code, NO_FILE, {key: value})


def _attributes(good: Folder) -> Iterator[Broken]:
    text = good.text("areas.geojson")
    for old, new, row, column, code in BROKEN["attributes"]:
        assert old in text
        changed = text.replace(old, new, 1)
        changed = changed.replace('"risk_weight": 1.5', '"risk_weight": "1.5"') if '"1.0"' in new else changed
        texts = {"areas.geojson": changed}
        yield Broken(f"areas.geojson {old} -> {new}", ("areas.geojson", row, column), code, texts)


def _texts(_: Folder) -> Iterator[Broken]:
    for file, text, row, column, code in BROKEN["texts"]:
        yield Broken(f"{file} {text!r}"[:90] + f" {code}", (file, row, column), code, {file: text})


def _capital(good: Folder) -> Iterator[Broken]:
    """What only a capacity plan reads, in the example with options, years and futures."""
    text = good.text("case.toml")
    whole = {**CAPITAL, "case.toml": text + YEARS}
    for broken in _of_cells("capital_cells", {**CAPITAL, **_with_years(good)}):
        yield replace(broken, texts={**whole, **broken.texts}, read=read_capital_case)
    for old, new, key, code in BROKEN["capital_keys"]:
        assert old in YEARS
        changed = text + YEARS.replace(old, new, 1)
        near = line_near if key.startswith("futures") else line_of
        place = ("case.toml", near(changed, tuple(key.split("."))), key)
        name = f"case.toml {' '.join(old.split())} -> {new.strip()!r}"
        yield Broken(name, place, code, {**CAPITAL, "case.toml": changed}, read=read_capital_case)


def _with_years(good: Folder) -> Mapping[str, str]:
    """The assets of the example with the years in which they are there."""
    header, *rows = good.text("assets.csv").splitlines()
    return {
        "assets.csv": "\n".join([f"{header},from_year,to_year", *(f"{row},2028,2030" for row in rows), ""])
    }


def messages() -> Iterator[str]:
    """What is said about every broken input, a line each."""
    for broken in all_broken():
        with tempfile.TemporaryDirectory() as place:
            write_new_case(Path(place) / "case")
            folder = Folder(Path(place) / "case").without_scenarios()
            said = next(
                (str(each) for each in broken.problems(folder) if each.code == broken.code), "NOTHING"
            )
        yield f"{broken.name}\n    {said}\n"


if __name__ == "__main__":
    MESSAGES.write_text("".join(messages()), encoding="utf-8")
