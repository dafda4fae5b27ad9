"""How many cells each layer of the risk map weighs, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.results.plain_text import count, figure, safe


def risk_in_words(run: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each layer and period of risk.csv, from what ``run.json`` says of them."""
    for row in run.get("risk_layers") or ():
        names = [f"layer {row['layer']}" if row["layer"] else "", row["period"]]
        name = ", ".join(["risk.csv", *filter(None, names)])
        does = "replaces" if row["mode"] == "replace" else "multiplies"
        yield (
            f"{safe(name)} {does} the areas' weights in {count(row['cells_with_places'])} cells with places "
            f"and {count(row['cells_by_nearest'])} with one within {figure(row['reach_nm'])} nm; "
            f"{count(row['cells_without'])} are left as they are"
        )
