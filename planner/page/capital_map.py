"""The map of a capacity plan: coverage of every area, year by year and future by future."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.capacity import sums
from planner.capacity.folder import CapacityPlan
from planner.charts.data import plan_of
from planner.charts.map_values import Shown, ratio, shown
from planner.charts.maps import map_chart
from planner.charts.spec import told
from planner.charts.themes import THEMES
from planner.frames import numbers, records
from planner.page.parts import Content, Section, section
from planner.page.plan import rings_of

SHOWN = ("map_pod", "map_target")
"""The maps that are drawn of areas."""
MEAN = "Mean"
TIPS = told(
    area="area", pod=("coverage", ".1%"), target=("target", ".1%"), shortfall_km2=("shortfall [km²]", ",.0f")
)


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of a capacity plan.

    Attributes:
        plan: the capacity plan.
        seen: what the maps of the kept plan of the last year show; its ground is that of all years.
        rings: the assets whose range can be shown.
    """

    plan: CapacityPlan
    seen: Shown
    rings: Sequence[Mapping[str, str]]

    def section(self, year: int) -> Section:
        """The maps of a year, by what is shown and by future."""
        futures = self.plan["futures"]
        scopes = {str(one.title): str(one.future) for one in records(futures)}
        if len(scopes) > 1:
            scopes = {MEAN: "", **scopes}
        themes = [THEMES[name] for name in SHOWN]
        return section(
            "map",
            choices={"Show": [one.label for one in themes], "Future": list(scopes)},
            variants={
                (theme.label, label): Content(
                    [map_chart(theme, self._of(year, future), "areas", TIPS, rings=True)]
                )
                for theme in themes
                for label, future in scopes.items()
            },
        )

    def _of(self, year: int, future: str) -> Shown:
        """What the maps of a year show in a future; the mean of all futures if blank."""
        rows = self.plan["area_by_year"]
        rows = rows[rows["year"] == year]
        if future:
            rows = rows[rows["future"] == future].set_index("area_id")
        else:
            figures = ["coverage", "shortfall_km2"]
            rows = sums.mean(self.plan, rows, ["area_id"], figures).set_index("area_id")
        areas = self.seen.tables["areas"]
        pod, short = (numbers(areas["area_id"].map(rows[name])) for name in ("coverage", "shortfall_km2"))
        reached = ratio(pod, numbers(areas["target"]))
        reached = np.where(short > 0.0, np.minimum(reached, np.nextafter(1.0, 0.0)), np.maximum(reached, 1.0))
        kept = areas[["area_id", "area", "target", "geometry"]]
        of = kept.assign(pod=pod.round(4), shortfall_km2=short.round(0), reached=reached.round(4))
        return replace(self.seen, tables={**self.seen.tables, "areas": of})


def maps_of(plan: CapacityPlan) -> Maps | None:
    """The maps of a capacity plan; None where no plan of a year was kept to draw them on.

    Raises:
        InputError: its run folder cannot be read.
    """
    block = plan.block()
    if block is None or set(block.areas["area_id"]) != set(plan["area_by_year"]["area_id"]):
        return None
    drawn = plan_of(block)
    seen = shown(drawn)
    bases: pd.DataFrame = seen.ground.bases.assign(kind="base")  # whose missions differ from year to year
    seen = replace(seen, ground=replace(seen.ground, bases=bases))
    return Maps(plan, seen, rings_of(drawn, seen))
