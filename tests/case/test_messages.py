"""The catalogue of messages: whatever the code says is in it, and nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import planner.case
import planner.features
import planner.schema
from planner.schema.codes import data_text

PACKAGES = [Path(package.__path__[0]) for package in (planner.case, planner.features, planner.schema)]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for folder in PACKAGES for path in folder.glob("*.py"))


def test_every_message_is_said_somewhere_and_every_key_is_in_the_catalogue() -> None:
    catalogue = tomllib.loads(data_text("messages.toml"))
    of_pydantic = set(catalogue.pop("pydantic").values())
    assert of_pydantic <= catalogue.keys()
    called = set(re.findall(r'(?:problem|error|said|broken|reading)\((?:[^()"]*, )?"([a-z_.]+)"', SOURCE))
    assert {key for key in called if "." in key} <= catalogue.keys()
    made = {f"outside_range.{one}" for one in ("factor_low", "factor_high", "row_low", "row_high")}
    words = set(re.findall(r'"([a-z_0-9]+(?:\.[a-z0-9_]+)?)"', SOURCE))
    assert catalogue.keys() <= words | of_pydantic | made
