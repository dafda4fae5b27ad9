"""Inputs that are broken in one way each: what is done to a good case, where the problem is, and its code.

``messages.txt`` holds the whole wording. After a change of words: python -m tests.case.broken
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.case.new import write_new_case
from planner.errors import InputError, Problem
from tests.case.conftest import Folder

MESSAGES = Path(__file__).with_name("messages.txt")
UNCERTAINTY = "table,id,field,low,high,low_factor,high_factor,distribution,together,source\n"
LIMITS = {
    "limits.csv": "limit_id,kind,programme,areas,least,least_low,least_high,penalty,currency,source\n"
    "west_watch,least_coverage,,west,0.2,0.1,0.3,,,a promise\n"
    "eyes_east,least_share,eyes,east,0.4,,,3000,USD,\n"
    "patrols_spend,least_spending,patrols,,100000,50000,200000,600,AUD,a plan\n"
}
NO_FILE: dict[str, str] = {}


@dataclass(frozen=True)
class Broken:
    """One broken input: the texts of files that replace those of the example, and changes made to it."""

    name: str
    place: tuple[str, int, str]
    code: str
    texts: Mapping[str, str]
    changes: Mapping[str, object] = field(default_factory=dict)

    def problems(self, folder: Folder) -> tuple[Problem, ...]:
        for file, text in self.texts.items():
            folder.write(file, text.encode("utf-8", "surrogatepass"))
        try:
            folder.read(self.changes)
        except InputError as error:
            return error.problems
        return ()


def all_broken() -> list[Broken]:
    with tempfile.TemporaryDirectory() as place:
        write_new_case(Path(place) / "case")
        good = Folder(Path(place) / "case").without_scenarios()
        makers = (_cells, _limits, _keys, _uncertainty, _scenarios, _stress, _changes, _attributes)
        return [broken for maker in makers for broken in maker(good)]


CELLS = """
programmes.csv 2 budget            -5            too_small
programmes.csv 2 budget            -             blank
programmes.csv 2 budget            lots          not_a_number
programmes.csv 2 budget            1,200         not_a_number
programmes.csv 2 budget            1_200         not_a_number
programmes.csv 2 budget            nan           not_finite
programmes.csv 2 budget            inf           not_finite
programmes.csv 2 budget            1e999         not_finite
programmes.csv 2 budget            1e16          too_large
programmes.csv 2 currency          AUS           unknown_currency
programmes.csv 2 currency          JPY           no_rate
programmes.csv 2 asset_kinds       vesel         not_a_choice
programmes.csv 2 asset_kinds       *;vessel      star_and_names
programmes.csv 2 asset_kinds       ;             empty_list
programmes.csv 2 assets            patrol_boot   unknown_reference
programmes.csv 2 areas             west;est      unknown_reference
programmes.csv 2 services          navy          not_a_choice
programmes.csv 2 programme_id      Patrols       not_an_id
programmes.csv 2 programme_id      total         reserved_id
programmes.csv 2 programme_id      p*65          too_long
programmes.csv 3 programme_id      patrols       duplicate_id
programmes.csv 2 name              a\\x07b       control_character
programmes.csv 2 name              a\\nb         control_character
programmes.csv 2 name              a\\u202eb     control_character
programmes.csv 2 name              é*201         too_long
programmes.csv 2 source            x*2001        too_long
assets.csv     2 kind              boat          not_a_choice
assets.csv     2 kind              aircraft      wrong_kind_of_base@bases
assets.csv     2 operator          FJI           not_an_id
assets.csv     2 bases             west_prt      unknown_reference
assets.csv     2 units             -1            too_small
assets.csv     2 hours_per_unit    9000          too_large
assets.csv     2 hours_per_unit    8780          beyond_horizon
assets.csv     2 transit_speed_kn  0             too_small
assets.csv     2 search_speed_kn   1001          too_large
assets.csv     2 sweep_width_nm    0             too_small
assets.csv     2 sweep_width_nm_low  17          outside_range
assets.csv     2 sweep_width_nm_high 15          outside_range
assets.csv     2 sweep_width_nm_low  0           too_small
assets.csv     2 range_nm          60000         too_large
assets.csv     2 endurance_h       0             too_small
assets.csv     2 reserve           1             too_large
assets.csv     2 reserve           10%           not_a_number
assets.csv     2 min_on_station_h  0             too_small
assets.csv     2 cost_per_hour     -1            too_small
assets.csv     2 cost_per_mission  -1            too_small
assets.csv     2 currency          NZD           no_rate
assets.csv     2 service           -             no_service
assets.csv     3 asset_id          patrol_boat   duplicate_id
sensors.csv    2 sensor_id         survey_plane  duplicate_id
sensors.csv    2 kind              fixd          not_a_choice
sensors.csv    2 kind              -             blank
sensors.csv    2 lon               170           not_of_this_kind
sensors.csv    2 swept_km2_per_scene -           blank
sensors.csv    2 swept_km2_per_scene 0           too_small
sensors.csv    2 hours_per_scene   0             too_small
sensors.csv    2 cost_per_scene    x             not_a_number
bases.csv      2 country           FIJ           unknown_country
bases.csv      2 country           Tonga         unknown_country
bases.csv      2 lon               361           too_large
bases.csv      2 lon               -181          too_small
bases.csv      2 lat               90.1          too_large
bases.csv      2 lat               18°S          not_a_number
bases.csv      2 kinds             -             blank
bases.csv      2 kinds             ship          not_a_choice
bases.csv      2 capacity_hours    -1            too_small
access.csv     3 areas             eest          unknown_reference
access.csv     3 operator          Fiji Navy     not_an_id
sources.csv    3 table             area          not_a_choice
sources.csv    2 id                fx            names_a_row
sources.csv    2 field             dwell         unknown_column
sources.csv    2 field             fx.rats       unknown_column
sources.csv    2 field             Fx rates      not_an_id
sources.csv    3 id                wst           unknown_reference
sources.csv    3 field             risk          unknown_column
sources.csv    3 basis             guessed       not_a_choice
"""
LIMIT_CELLS = """
limits.csv 2 limit_id   West       not_an_id
limits.csv 2 limit_id   total      reserved_id
limits.csv 3 limit_id   west_watch duplicate_id
limits.csv 2 kind       coverage   not_a_choice
limits.csv 2 areas      wst        unknown_reference
limits.csv 2 areas      -          blank
limits.csv 2 areas      *;west     star_and_names
limits.csv 2 least      1.2        too_large
limits.csv 2 least      -0.2       too_small
limits.csv 2 least      -          blank
limits.csv 2 least      20%        not_a_number
limits.csv 2 least_low  0.25       outside_range
limits.csv 2 least_high 0.15       outside_range
limits.csv 2 penalty    -1         too_small
limits.csv 2 programme  eyes       not_of_this_kind
limits.csv 3 programme  eye        unknown_reference
limits.csv 3 programme  -          blank
limits.csv 3 currency   JPY        no_rate
limits.csv 3 currency   US$        unknown_currency
limits.csv 4 currency   -          blank
limits.csv 4 areas      west       not_of_this_kind
limits.csv 4 least      1e16       too_large
"""


def _cells(good: Folder) -> Iterator[Broken]:
    return _of_cells(CELLS, {path.name: good.text(path.name) for path in good.path.glob("*.csv")})


def _limits(_: Folder) -> Iterator[Broken]:
    return _of_cells(LIMIT_CELLS, LIMITS)


def _of_cells(lines: str, texts: Mapping[str, str]) -> Iterator[Broken]:
    for line in lines.strip().splitlines():
        file, number, column, rest = line.split(maxsplit=3)
        value, code = rest.rsplit(maxsplit=1)
        code, _, other = code.partition("@")
        text, _, times = value.partition("*") if value[-1].isdigit() else (value, "", "")
        cell = "" if value == "-" else text * int(times or 1)
        cell = cell.encode().decode("unicode_escape") if "\\" in cell else cell
        rows = list(csv.reader(io.StringIO(texts[file])))
        rows[int(number) - 1][rows[0].index(column)] = cell
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        place = (file, int(number), other or column)
        yield Broken(f"{file} {number} {column}={value}", place, code, {file: out.getvalue()})


KEYS = [  # what is replaced in case.toml, by what, row, key, code
    ('title = "Example: two zones, two donors"', "title = 3", 2, "title", "not_text"),
    ('currency = "USD" ', 'currency = "US" ', 3, "currency", "unknown_currency"),
    ("horizon_days = 365", "horizon_days = 0", 4, "horizon_days", "too_small"),
    ("horizon_days = 365", "horizon_days = 367", 4, "horizon_days", "too_large"),
    ("horizon_days = 365", 'horizon_days = "365"', 4, "horizon_days", "not_a_number"),
    ("horizon_days = 365", "horizon_days = true", 4, "horizon_days", "not_a_number"),
    ("horizon_days = 365", "horizon_days = nan", 4, "horizon_days", "not_finite"),
    ("horizon_days = 365", "horizon_days = 10", 5, "dwell_days", "too_large"),
    ("dwell_days = 14", "dwell_days = -1", 5, "dwell_days", "too_small"),
    ("dwell_days = 14 ", "", 0, "dwell_days", "blank"),
    ("target_coverage = 0.2", "target_coverage = 20", 6, "target_coverage", "too_large"),
    ("target_coverage = 0.2", "target_coverage = 0.2\ntarget = 1", 7, "target", "unknown_key"),
    ('objective = "coverage"', 'objective = "fairest"', 7, "objective", "not_a_choice"),
    ("date = 2025-06-30", 'date = "June"', 10, "fx.date", "not_a_date"),
    ("date = 2025-06-30", "", 9, "fx.date", "blank"),
    ('source = "assumed, for the example"', 'source = ""', 11, "fx.source", "blank"),
    ("AUD = 0.65", "AUD = 0", 14, "fx.rates.AUD", "too_small"),
    ("AUD = 0.65", "AUD = 0.65\nAUS = 1", 15, "fx.rates.AUS", "unknown_currency"),
    ("AUD = 0.65", "AUD = 0.65\nUSD = 2", 0, "fx.rates.USD", "own_rate"),
    ("spacing_nm = 60", "spacing_nm = 4", 17, "cells.spacing_nm", "too_small"),
    ("spacing_nm = 60", "spacing = 60", 17, "cells.spacing", "unknown_key"),
    ('name = "highs" ', 'name = "gurobi" ', 20, "solver.name", "not_a_choice"),
    ("gap_tolerance = 0.0001", "gap_tolerance = 0.2", 21, "solver.gap_tolerance", "too_large"),
    ("time_limit_s = 600", "time_limit_s = 0", 22, "solver.time_limit_s", "too_small"),
    ("time_limit_s = 600", "max_rounds = 2.5", 22, "solver.max_rounds", "not_a_whole_number"),
    ("target_coverage = 0.2", "scenarios = 3\ntarget_coverage = 0.2", 6, "scenarios", "not_a_table"),
    ("target_coverage = 0.2", "stress = 3\ntarget_coverage = 0.2", 6, "stress", "not_a_table"),
    ("target_coverage = 0.2", "stress = {x = 3}\ntarget_coverage = 0.2", 6, "stress", "not_a_table"),
]  # fmt: skip


def _keys(good: Folder) -> Iterator[Broken]:
    text = good.text("case.toml")
    for old, new, row, key, code in KEYS:
        assert old in text
        name = f"case.toml {old.strip()} -> {new.strip()!r}"
        yield Broken(name, ("case.toml", row, key), code, {"case.toml": text.replace(old, new, 1)})


RANGES = [  # a row of uncertainty.csv, column, code
    ("boats,*,reserve,,,0.5,1.5,,,x", "table", "not_a_choice"),
    ("assets,patrol_boot,reserve,,,0.5,1.5,,,x", "id", "unknown_reference"),
    ("assets,*,reserv,,,0.5,1.5,,,x", "field", "unknown_column"),
    ("assets,*,sweep_width_nm_low,,,0.5,1.5,,,x", "field", "unknown_column"),
    ("assets,*,name,,,0.5,1.5,,,x", "field", "unknown_column"),
    ("assets,*,reserve,,,,,,,x", "low", "no_range"),
    ("bases,west_port,capacity_hours,,,0.5,1.5,,,x", "field", "no_figure"),
    ("case,fiji,dwell_days,,,0.5,1.5,,,x", "id", "names_a_row"),
    ("case,*,*,,,0.5,1.5,,,x", "field", "unnamed_figures"),
    ("case,*,title,,,0.5,1.5,,,x", "field", "unknown_column"),
    ("risk,*,weight,,,0.5,1.5,,,x", "field", "unknown_column"),
    ("assets,*,reserve,0.05,,0.5,,,,x", "low_factor", "value_and_factor"),
    ("assets,*,reserve,,,1.5,,,,x", "low_factor", "outside_range"),
    ("assets,*,reserve,,,,0.5,,,x", "high_factor", "outside_range"),
    ("assets,*,reserve,,,-1,,,,x", "low_factor", "too_small"),
    ("bases,*,lat,,,0.5,,,,x", "low_factor", "factor_of_a_place"),
    ("assets,patrol_boat,reserve,0.2,0.3,,,,,x", "low", "outside_range"),
    ("assets,patrol_boat,reserve,0.01,0.05,,,,,x", "high", "outside_range"),
    ("assets,patrol_boat,reserve,0.05,1,,,,,x", "high", "too_large"),
    ("assets,patrol_boat,sweep_width_nm,0,,,,,,x", "low", "too_small"),
    ("assets,survey_plane,range_nm,,,1,99,,,x", "high_factor", "too_large"),
    ("case,*,cells.spacing_nm,1,,,,,,x", "low", "too_small"),
    ("case,*,fx.rates.AUD,0,,,,,,x", "low", "too_small"),
    ("case,*,dwell_days,7,364,,,,,x\ncase,*,horizon_days,360,,,,,,x", "high", "beyond_horizon"),
    ("case,*,horizon_days,10,,,,,,x\nassets,*,hours_per_unit,,,0.1,1,,,x", "low", "beyond_horizon"),
    ("assets,patrol_boat,hours_per_unit,,8784,,,,,x", "high", "beyond_horizon"),
    ("assets,patrol_boat,reserve,0,0.2,,,loguniform,,x", "low", "too_small"),
    ("assets,*,reserve,,,0.5,1.5,normal,,x", "distribution", "not_a_choice"),
    ("assets,*,reserve,,,0.5,1.5,,Same day,x", "together", "not_an_id"),
    ("assets,*,reserve,,,0.5,1.5,,,", "source", "blank"),
    ("assets,*,reserve,few,,,,,,x", "low", "not_a_number"),
]


def _uncertainty(_: Folder) -> Iterator[Broken]:
    for row, column, code in RANGES:
        texts = {"uncertainty.csv": f"{UNCERTAINTY}{row}\n"}
        yield Broken(f"uncertainty.csv {row!r}", ("uncertainty.csv", 2, column), code, texts)


SCENARIOS = [  # a line of [scenarios.x], the key of the problem, code
    ("programmes.eye.budget = 1", "programmes.eye.budget", "unknown_row"),
    ("programmes.eyes.budgte = 1", "programmes.eyes.budgte", "unknown_column"),
    ("program.eyes.budget = 1", "program.eyes.budget", "unknown_key"),
    ("programmes.eyes = {}", "programmes.eyes", "incomplete_key"),
    ("programmes.eyes.budget = {}", "programmes.eyes.budget", "not_a_value"),
    ("programmes.eyes.budget = {factor = true}", "programmes.eyes.budget", "not_a_factor"),
    ("programmes.eyes.budget = {factor = -1}", "programmes.eyes.budget", "too_small"),
    ("programmes.eyes.budget = {factor = nan}", "programmes.eyes.budget", "not_finite"),
    ("programmes.eyes.budget = [1]", "programmes.eyes.budget", "not_a_number"),
    ("programmes.eyes.budget = -5", "programmes.eyes.budget", "too_small"),
    ("programmes.eyes.name = {factor = 2}", "programmes.eyes.name", "nothing_to_multiply"),
    ("assets.*.reserve = 1", "assets.*.reserve", "too_large"),
    ("sensors.radar_scenes.kind = 'fixed'", "sensors.radar_scenes.kind", "blank"),
    ("horizon_days = -5", "horizon_days", "too_small"),
    ("horizon_days = 5", "horizon_days", "too_large"),
    ("title = 3", "title", "not_text"),
    ("remove = 3", "remove", "not_a_table"),
    ("remove.programmes = 3", "remove.programmes", "not_a_list"),
    ("remove.programmes = ['eye']", "remove.programmes", "unknown_row"),
    ("remove.programs = ['eyes']", "remove.programs", "unknown_table"),
    ("add = 3", "add", "not_a_table"),
    ("add.assets = 3", "add.assets", "not_a_table"),
    ("add.areas.z = {name = 'z'}", "add.areas.z", "needs_outline"),
    ("add.asset.z = {name = 'z'}", "add.asset.z", "unknown_table"),
    ("add.assets.patrol_boat = {like = 'patrol_boat'}", "add.assets.patrol_boat", "duplicate_id"),
    ("add.assets.z = {like = 'patrol_boa'}", "add.assets.z.like", "unknown_row"),
    ("add.assets.z = {like = 'patrol_boat', unit = 1}", "add.assets.z.unit", "unknown_column"),
    ("add.assets.z = {like = 'patrol_boat', asset_id = 'y'}", "add.assets.z.asset_id", "unknown_column"),
    ("add.assets.z = {like = 'patrol_boat', units = -1}", "add.assets.z.units", "too_small"),
    ("add.bases.z = {like = 'west_port', country = 'FIJ'}", "add.bases.z.country", "unknown_country"),
    ("add.access.z = {areas = '*'}", "add.access.z.basis", "blank"),
]  # fmt: skip


def _scenarios(good: Folder) -> Iterator[Broken]:
    text = good.text("case.toml") + "[scenarios.x]\n"
    row = len(text.splitlines()) + 1
    for line, key, code in SCENARIOS:
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


STRESS = [  # lines of [stress.x], key, code
    (["bases = ['west_prt']"], "bases", "unknown_reference"),
    (["programmes = ['eye']"], "programmes", "unknown_reference"),
    (["assets = ['boat']"], "assets", "unknown_reference"),
    (["access = ['fiji']"], "access", "unknown_reference"),
    (["access = ['fji:west']"], "access", "unknown_reference"),
    (["access = ['partner_air:est']"], "access", "unknown_reference"),
    (["base = ['west_port']", "bases = ['west_port']"], "base", "unknown_key"),
    (["bases = 3"], "bases", "not_a_list"),
    (["bases = [3]"], "bases", "not_text"),
    (["share = 0", "bases = 'west_port'"], "share", "too_small"),
    (["share = 1.5", "bases = 'west_port'"], "share", "too_large"),
    (["share = true", "bases = 'west_port'"], "share", "not_a_number"),
    (["share = nan", "bases = 'west_port'"], "share", "not_finite"),
    (["title = 3", "bases = 'west_port'"], "title", "not_text"),
    (["access = 'fji'", "share = 0.5"], "access", "share_of_access"),
]


def _stress(good: Folder) -> Iterator[Broken]:
    text = good.text("case.toml")
    row = len(text.splitlines()) + 1
    for lines, key, code in STRESS:
        texts = {"case.toml": "\n".join([text + "[stress.x]", *lines, ""])}
        yield Broken(f"[stress.x] {'; '.join(lines)}", ("case.toml", row + 1, f"stress.x.{key}"), code, texts)
    for header, line, place, code in (
        ("x", 'title = "Nothing"', "stress.x", "nothing_lost"),
        ('"Two words"', "bases = 'west_port'", '"stress.Two words"', "not_a_name"),
    ):
        texts = {"case.toml": f"{text}[stress.{header}]\n{line}\n"}
        yield Broken(f"[stress.{header}] {line}", ("case.toml", row, place), code, texts)


CHANGES: list[tuple[str, object, str]] = [  # key and value of --set, code
    ("programme.eyes.budget", 1, "unknown_key"),
    ("programme.eye.budgte", 1, "unknown_key"),
    ("programmes.eye.budget", 1, "unknown_row"),
    ("programmes.eyes.budgte", 1, "unknown_column"),
    ("programmes.eyes.programme_id", 1, "unknown_column"),
    ("programmes.eyes", 1, "incomplete_key"),
    ("programmes", 1, "incomplete_key"),
    ("programmes.eyes.budget.x", 1, "incomplete_key"),
    ("cells.spacing", 1, "unknown_key"),
    ("cell.spacing", 1, "unknown_key"),
    ("solver.gap.x", 1, "unknown_key"),
    ("solver.zzz", 1, "unknown_key"),
    ("fx.rate.AUD", 1, "unknown_key"),
    ("fx.rates.AUD.x", 1, "unknown_key"),
    ("cells", 1, "incomplete_key"),
    ("fx.rates", 1, "incomplete_key"),
    ("horizon_day", 1, "unknown_key"),
    ("horizon_days.x", 1, "unknown_key"),
    ("risk.a.weight", 1, "unknown_key"),
    ("programmes.eyes.budget", "-5", "too_small"),
    ("programmes.eyes.budget", "", "blank"),
    ("programmes.eyes.budget", float("nan"), "not_finite"),
    ("programmes.eyes.budget", True, "not_a_number"),
    ("areas.west.risk_weight", "-1", "too_small"),
    ("areas.west.risk_weight", True, "not_a_number"),
    ("assets.patrol_boat.bases", "nowhere", "unknown_reference"),
    ("cells.spacing_nm", "wide", "not_a_number"),
    ("cells.spacing_nm", True, "not_a_number"),
    ("solver.max_rounds", "2.5", "not_a_whole_number"),
    ("fx.rates.AUD", "-1", "too_small"),
    ("fx.rates.AUS", "1", "unknown_currency"),
]


def _changes(_: Folder) -> Iterator[Broken]:
    for key, value, code in CHANGES:
        yield Broken(f"--set {key}={value}", ("--set", 0, key), code, NO_FILE, {key: value})


ATTRIBUTES = [  # what is replaced in areas.geojson, by what, row, column, code
    ('"risk_weight": 1.0', '"risk_weight": "1.0"', 1, "risk_weight", "not_a_number"),
    ('"risk_weight": 1.0', '"risk_weight": -1', 1, "risk_weight", "too_small"),
    ('"risk_weight": 1.0', '"risk_weight": null', 1, "risk_weight", "blank"),
    ('"name": "Western zone"', '"name": "a\\nb"', 1, "name", "control_character"),
    ('"coastal_state": "TON"', '"coastal_state": "TO"', 2, "coastal_state", "unknown_country"),
    ('"target_coverage": 0.3', '"target_coverage": 30', 2, "target_coverage", "too_large"),
    ('"target_coverage": 0.3', '"target_cover": 0.3', 1, "target_cover", "unknown_column"),
    ('"area_id": "east"', '"area_id": "west"', 2, "area_id", "duplicate_id"),
    ("[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]", "", 2, "geometry", "broken_outline"),
    (
        "[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]",
        "[[181, -23], [187, -23], [187, -17], [181, -17], [181, -23]]", 2, "geometry", "overlap",
    ),
]  # fmt: skip


def _attributes(good: Folder) -> Iterator[Broken]:
    text = good.text("areas.geojson")
    for old, new, row, column, code in ATTRIBUTES:
        assert old in text
        changed = text.replace(old, new, 1)
        changed = changed.replace('"risk_weight": 1.5', '"risk_weight": "1.5"') if '"1.0"' in new else changed
        texts = {"areas.geojson": changed}
        yield Broken(f"areas.geojson {old} -> {new}", ("areas.geojson", row, column), code, texts)


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
