"""Who may pay for what, where: programmes by kind, asset, service and area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import SERVICES, Case
from planner.frames import records


def eligibility_table(case: Case, fleet: pd.DataFrame) -> pd.DataFrame:
    """List every (asset, area, programme) in which the programme may pay for the asset's work in the area.

    Args:
        case: the case; its programmes carry resolved lists.
        fleet: assets and sensors, see ``fleet_table``.

    Returns:
        Frame with positions ``asset``, ``area``, ``programme``, by programme, asset and area.
    """
    parts = [np.empty((0, 3), dtype=np.int64)]
    for number, programme in enumerate(records(case.programmes)):
        fundable = fleet["kind"].isin(programme.asset_kinds) & fleet["asset_id"].isin(programme.assets)
        if set(programme.services) != set(SERVICES):
            fundable &= fleet["service"].isin(programme.services)
        assets = np.flatnonzero(fundable)
        areas = np.flatnonzero(case.areas["area_id"].isin(programme.areas))
        pairs = np.stack(np.meshgrid(assets, areas, indexing="ij"), axis=-1).reshape(-1, 2)
        parts.append(np.column_stack([pairs, np.full(len(pairs), number)]))
    return pd.DataFrame(np.concatenate(parts), columns=["asset", "area", "programme"])
