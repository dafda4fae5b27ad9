"""[stress.NAME] in case.toml: what is read, every rule broken once, scenarios that remove what is named."""

from __future__ import annotations

import pytest

from planner.schema.json_schema import schemas
from planner.case.stress import Stress
from tests.case.conftest import Folder


def with_stress(folder: Folder, *lines: str) -> Folder:
    return folder.append("case.toml", "\n" + "\n".join(lines) + "\n")


def test_everything_that_can_be_lost(folder: Folder) -> None:
    with_stress(
        folder,
        "[stress.storm]",
        'title = "A storm"',
        'bases = ["west_port", "east_port"]',
        'assets = "patrol_boat; radar_scenes"',
        "share = 0.25",
        "[stress.quarrel]",
        'programmes = ["eyes"]',
        'access = ["partner_air:east", "fji"]',
    )
    case = folder.read()
    assert case.stress == {
        "storm": Stress(
            "storm",
            "A storm",
            assets=("patrol_boat", "radar_scenes"),
            bases=("west_port", "east_port"),
            share=0.25,
        ),
        "quarrel": Stress(
            "quarrel",
            "quarrel",
            programmes=("eyes",),
            access=(("partner_air", ("east",)), ("fji", ())),
        ),
    }
    assert not case.warnings


def test_a_case_need_not_name_any(folder: Folder) -> None:
    assert folder.read().stress == {}


def test_an_operator_without_area_means_all_of_its_areas(folder: Folder) -> None:
    with_stress(folder, "[stress.x]", 'access = ["partner_air", "partner_air:east"]')
    assert folder.read().stress["x"].access == (("partner_air", ()),)


@pytest.mark.parametrize(
    ("lines", "key", "value", "rule", "remedy"),
    [
        (['bases = ["west_prt"]'], "bases", "west_prt", "is no base of the case", "write west_port"),
        (['programmes = ["eye"]'], "programmes", "eye", "is no programme of the case", "write eyes"),
        (['assets = ["boat"]'], "assets", "boat", "is no asset or sensor of the case", "patrol_boat"),
        (['access = ["fiji"]'], "access", "fiji", "has no row in access.csv", "write fji"),
        (['access = ["fji:west"]'], "access", "fji:west", "is no consent of access.csv", "east"),
        (['access = ["partner_air:est"]'], "access", "partner_air:est", "names no area", "east"),
        (['base = ["west_port"]', 'bases = ["west_port"]'], "base", "", "is not a key of", "write bases"),
        (["bases = 3"], "bases", "3", "is not a list of ids", 'bases = ["id", "id"]'),
        (["bases = [3]"], "bases", "a list of 1", "is not a list of ids", 'bases = ["id", "id"]'),
        (['bases = ["west_port", "west_port"]'], "bases", "west_port", "is named twice", "once"),
        (["bases = 'west_port'", "share = 0"], "share", "0", "is no share of the horizon", "above 0"),
        (["bases = 'west_port'", "share = 1.5"], "share", "1.5", "is no share of the horizon", "at most 1"),
        (["bases = 'west_port'", "share = true"], "share", "true", "is no share", "a number"),
        (["bases = 'west_port'", "share = nan"], "share", "nan", "is no share", "a number"),
        (["bases = 'west_port'", "title = 3"], "title", "3", "is not a title", "in quotes"),
        (
            ["access = 'fji'", "share = 0.5"],
            "access",
            "",
            "is lost for the whole horizon or not at all",
            "leave share out",
        ),
    ],
)
def test_a_loss_that_is_wrong(
    folder: Folder, lines: list[str], key: str, value: str, rule: str, remedy: str
) -> None:
    with_stress(folder, "[stress.x]", *lines)
    problem = folder.only_problem()
    place = [line.partition(" ")[0] for line in lines].index(key)
    row = folder.text("case.toml").splitlines().index("[stress.x]") + 2 + place
    assert (problem.file, problem.row, problem.column) == ("case.toml", row, f"stress.x.{key}")
    assert problem.value == value
    assert rule in problem.rule
    assert remedy in problem.remedy


def test_nothing_to_lose(folder: Folder) -> None:
    with_stress(folder, "[stress.x]", 'title = "Nothing"')
    problem = folder.only_problem()
    assert problem.column == "stress.x"
    assert problem.rule == "takes nothing away"


def test_a_name_that_is_none(folder: Folder) -> None:
    with_stress(folder, '[stress."Two words"]', 'bases = "west_port"')
    assert folder.only_problem().rule == "is no name for a loss"


@pytest.mark.parametrize("line", ["stress = 3", "stress = {x = 3}"])
def test_no_table(folder: Folder, line: str) -> None:
    folder.write("case.toml", line + "\n" + folder.text("case.toml"))
    problem = folder.only_problem()
    assert (problem.row, problem.column, problem.rule) == (1, "stress", "is not a table of losses")


def test_what_a_scenario_removes_is_lost_already(folder: Folder) -> None:
    with_stress(
        folder,
        "[scenarios.x]",
        'remove.programmes = ["eyes"]',
        "[stress.y]",
        'programmes = ["eyes", "patrols"]',
    )
    assert folder.read().stress["y"].programmes == ("eyes", "patrols")
    case = folder.read(scenario="x")
    assert case.stress["y"].programmes == ("patrols",)
    (warning,) = [one for one in case.warnings if one.column.startswith("stress")]
    assert (warning.column, warning.value) == ("stress.y.programmes", "eyes")
    assert warning.row > 0
    assert "is removed by a scenario already" in warning.rule


def test_the_schema_has_it() -> None:
    properties = schemas()["case.toml"]["properties"]["stress"]["additionalProperties"]["properties"]
    assert set(properties) == {"title", "programmes", "assets", "bases", "access", "share"}
    assert all(one["description"] for one in properties.values())
