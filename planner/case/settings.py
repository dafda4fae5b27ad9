"""The records of ``case.toml``, under the name that other packages import."""

from planner.schema.settings import CellSettings, FxSettings, Settings, SolverSettings

__all__ = ["CellSettings", "FxSettings", "Settings", "SolverSettings"]
