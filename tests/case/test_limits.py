"""limits.csv: what it says in frames, every rule that a row can break, and what scenarios do to it."""

from __future__ import annotations

import numpy as np
import pytest

from planner.errors import InputError
from planner.schema.documents import schemas
from tests.case.conftest import Folder

HEADER = "limit_id,kind,programme,areas,least,least_low,least_high,penalty,currency,source\n"
WEST = "west_watch,least_coverage,,west,0.2,0.1,0.3,,,a promise\n"
EVERYWHERE = "everywhere,least_coverage,,*,0.05,,,2.5,,\n"
EYES = "eyes_east,least_share,eyes,east,0.4,,,3000,USD,\n"
PATROLS = "patrols_spend,least_spending,patrols,,100000,50000,200000,600,AUD,a plan\n"


def with_limits(folder: Folder, *rows: str) -> Folder:
    return folder.write("limits.csv", HEADER + "".join(rows))


def test_a_case_without_the_file_has_no_limits(folder: Folder) -> None:
    case = folder.read()
    assert case.limits.empty
    assert list(case.limits)[:4] == ["limit_id", "kind", "programme", "areas"]
    assert "limits.csv" not in case.hashes


def test_the_frame(folder: Folder) -> None:
    case = with_limits(folder, WEST, EVERYWHERE, EYES, PATROLS).read()
    limits = case.limits.set_index("limit_id")
    assert list(limits.index) == ["west_watch", "everywhere", "eyes_east", "patrols_spend"]
    assert limits["areas"].tolist() == [("west",), ("west", "east"), ("east",), ()]
    assert limits["programme"].tolist() == ["", "", "eyes", "patrols"]
    # 0.65 US dollars for an Australian dollar: 100,000 of them, and 600 for each million of them
    assert limits["least"].tolist() == pytest.approx([0.2, 0.05, 0.4, 65_000])
    assert limits["penalty"].tolist() == pytest.approx([np.inf, 2.5, 3000, 600 / 0.65])
    assert limits["least_low"].tolist() == pytest.approx([0.1, np.nan, np.nan, 32_500], nan_ok=True)
    assert limits["file"].tolist() == ["limits.csv"] * 4
    assert limits["row"].tolist() == [2, 3, 4, 5]
    assert "limits.csv" in case.hashes


def test_figures_have_sources(folder: Folder) -> None:
    folder.append("sources.csv", "limits,patrols_spend,least,stated,the agreement of 2025,\n")
    sources = with_limits(folder, WEST, PATROLS).read().sources
    figures = sources[sources["table"] == "limits"].set_index(["id", "field"])
    assert figures.loc[("patrols_spend", "least"), ["basis", "source", "currency"]].tolist() == [
        "stated", "the agreement of 2025", "AUD",
    ]  # fmt: skip
    assert figures.loc[("west_watch", "least"), ["basis", "source", "currency"]].tolist() == [
        "assumed", "a promise", "",
    ]  # fmt: skip
    assert ("patrols_spend", "penalty") in figures.index
    assert ("west_watch", "penalty") not in figures.index


def test_what_cannot_hold_is_warned_of(folder: Folder) -> None:
    rich = PATROLS.replace("100000", "1300000").replace("200000", "1400000")
    west_only = "patrols_far,least_share,patrols,west;east,0.5,,,,,\n"
    folder.replace("programmes.csv", "AUD,vessel,*,*,", "AUD,vessel,*,west,")
    warnings = {warning.column: warning for warning in with_limits(folder, rich, west_only).read().warnings}
    assert warnings["least"].rule == "is more than the budget of patrols (1,200,000 AUD)"
    assert warnings["areas"].value == "east"
    assert warnings["areas"].row == 3


def test_fair_needs_a_target(folder: Folder) -> None:
    folder.replace("case.toml", 'objective = "shortfall"', 'objective = "fair"')
    assert folder.read().settings.objective == "fair"
    folder.replace("case.toml", "target_coverage = 0.2", "target_coverage = 0")
    folder.replace("areas.geojson", '"target_coverage": 0.3', '"target_coverage": 0')
    problem = folder.only_problem()
    assert (problem.column, problem.value, problem.code) == ("objective", "fair", "no_target")


def scenario(folder: Folder, *lines: str) -> Folder:
    text = folder.without_scenarios().text("case.toml")
    return folder.write("case.toml", text + "\n[scenarios.other]\n" + "\n".join(lines) + "\n")


def test_a_scenario_changes_adds_and_removes(folder: Folder) -> None:
    scenario(
        with_limits(folder, WEST, EYES, PATROLS),
        "limits.west_watch.least = {factor = 0.5}",
        'remove.limits = ["eyes_east"]',
        '[scenarios.other.add.limits.new]\nkind = "least_coverage"\nareas = ["east", "west"]\nleast = 0.1',
    )
    limits = folder.read(scenario="other").limits.set_index("limit_id")
    assert list(limits.index) == ["west_watch", "patrols_spend", "new"]
    assert limits.loc["west_watch", ["least", "least_low", "least_high"]].tolist() == pytest.approx(
        [0.1, 0.05, 0.15]
    )
    assert limits.loc["new", "areas"] == ("east", "west")
    assert limits.loc["new", "file"] == "case.toml"
    line = folder.text("case.toml").splitlines()[limits.loc["new", "row"] - 1]
    assert line == "[scenarios.other.add.limits.new]"
    assert folder.read().limits["limit_id"].tolist() == ["west_watch", "eyes_east", "patrols_spend"]


def test_set_changes_a_limit(folder: Folder) -> None:
    case = with_limits(folder, WEST).read({"limits.west_watch.least": "0.25"})
    assert case.limits["least"].tolist() == [0.25]
    with pytest.raises(InputError, match=r"limits\.west_watch\.least"):
        folder.read({"limits.west_wacht.least": 0.1})


def test_what_goes_takes_its_limits_along(folder: Folder) -> None:
    both = "both,least_coverage,,west;east,0.1,,,,,\n"
    with_limits(folder, WEST, both, EYES, PATROLS)
    scenario(folder, 'remove.programmes = ["patrols"]')
    assert folder.read(scenario="other").limits["limit_id"].tolist() == ["west_watch", "both", "eyes_east"]
    folder.replace("case.toml", 'remove.programmes = ["patrols"]', 'remove.areas = ["west"]')
    limits = folder.read(scenario="other").limits
    assert limits["limit_id"].tolist() == ["both", "eyes_east", "patrols_spend"]
    assert limits["areas"].tolist()[0] == ("east",)


def test_the_schema_has_the_three_kinds() -> None:
    schema = schemas()["limits.csv"]
    assert schema["properties"]["kind"]["enum"] == ["least_coverage", "least_share", "least_spending"]
    assert schema["required"] == ["limit_id", "kind", "least"]
    assert "A row of kind least_share must fill programme, areas" in schema["description"]
    kinds = [schema["$defs"][option["$ref"].rpartition("/")[2]] for option in schema["oneOf"]]
    units = [kind["properties"]["penalty"]["description"] for kind in kinds]
    assert "km2 of shortfall" in units[0]
    assert "million of shortfall" in units[1]
    assert units[1] == units[2]
    assert "fair" in schemas()["case.toml"]["properties"]["objective"]["enum"]
