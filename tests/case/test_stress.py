"""[stress.NAME] in case.toml: what is read, every rule broken once, scenarios that remove what is named."""

from __future__ import annotations

from planner.case.scenarios import Stress
from planner.schema.documents import schemas
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
    assert warning.code == "removed_row"


def test_the_schema_has_it() -> None:
    properties = schemas()["case.toml"]["properties"]["stress"]["additionalProperties"]["properties"]
    assert set(properties) == {"title", "programmes", "assets", "bases", "access", "share"}
    assert all(one["description"] for one in properties.values())
