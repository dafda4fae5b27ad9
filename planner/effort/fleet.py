"""The fleet: assets and sensors in one table, with the hours that they have."""

from __future__ import annotations

import pandas as pd

from planner.case import Case

FLEET_COLUMNS = ["asset_id", "name", "kind", "operator", "service", "units", "capacity_hours"]


def fleet_table(case: Case) -> pd.DataFrame:
    """List assets, then sensors, with capacity_hours = units x hours_per_unit [h in the horizon].

    Returns:
        Frame with ``FLEET_COLUMNS``; its row numbers are the ``asset`` of the effort table.
    """
    sensors = case.sensors.rename(columns={"sensor_id": "asset_id"})
    parts = [
        frame.assign(capacity_hours=frame["units"] * frame["hours_per_unit"])[FLEET_COLUMNS]
        for frame in (case.assets, sensors)
        if len(frame)
    ]
    if not parts:
        return pd.DataFrame(columns=FLEET_COLUMNS)
    return pd.concat(parts, ignore_index=True)


def access_table(case: Case) -> dict[str, frozenset[str]]:
    """Areas in which each operator may work: by its rows of access.csv, and at home.

    Returns:
        Area ids by operator, for every operator of an asset or sensor.
    """
    operators = {*case.assets["operator"], *case.sensors["operator"]}
    home = case.areas.groupby("coastal_state")["area_id"].agg(set).to_dict()
    allowed = {operator: set(home.get(operator.upper(), ())) for operator in operators}
    for operator, areas in zip(case.access["operator"], case.access["areas"], strict=True):
        allowed.setdefault(operator, set()).update(areas)
    return {operator: frozenset(areas) for operator, areas in allowed.items()}
