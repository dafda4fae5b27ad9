"""What a study of the assumptions has found, as frames, and the folder that it is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.errors import NoPlanError
from planner.report.study import Study, StudyKind
from planner.solve.lp import Status

SENSITIVITY = StudyKind("sensitivity", ("figures", "draws", "outcomes", "drivers", "ranking", "failures"))


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How a plan varies with the figures that are uncertain.

    Money of a figure is in the currency of its row, that of outcomes in the case's. An outcome is named by
    ``outcome`` and by ``id``, that of an area, programme or asset, or "all".

    Attributes:
        title: title of the case.
        currency: of outcomes, ISO 4217.
        seed: of the draws.
        base: status of the plan of the case as it stands.
        figures: one row for each figure that is drawn: ``figure`` (its key), ``table``, ``id``, ``field``,
            ``base``, ``low``, ``high``, ``currency``, ``distribution``, ``driver`` (figures with the same one
            are high or low together), ``basis`` and ``source`` of the figure, ``range_source``.
        draws: one row for each draw: ``draw``, ``status`` ("failed" where there is no plan), ``gap``
            (relative), ``plan_value`` and ``bound`` [risk-weighted km² missed, or short], every figure by its
            key, every outcome as ``outcome`` or ``outcome.id``.
        outcomes: ``outcome``, ``id``, ``name`` of the record, ``unit``, ``base`` (of the case as it stands)
            and ``mean``, ``sd``, ``p5``, ``p25``, ``median``, ``p75``, ``p95`` over the draws that have a
            plan.
        drivers: ``outcome``, ``id``, ``driver``, ``figures`` (how many), ``rank_correlation`` (Spearman's, -1
            to 1; blank where the outcome does not vary), ``low_mean`` and ``high_mean`` (the outcome's mean
            over the quarter of draws in which the driver is lowest and highest), ``swing`` (high_mean less
            low_mean). The strongest first.
        ranking: ``kind`` (programme, asset), ``id``, ``name``, ``unit`` of its price, ``base_price``,
            ``base_rank``, ``share_first`` (of draws in which its price is the highest of its kind, to a
            thousandth; ties count for each), ``rank_best``, ``rank_p5``, ``rank_median``, ``rank_p95``,
            ``rank_worst``, ``price_p5``, ``price_median``, ``price_p95``.
        failures: ``draw``, ``status``, ``message``, ``trace`` of each draw without a plan.
        fixed: number of figures that are held fixed, by basis (stated, derived, assumed).
        certificate: of the plan of the case as it stands: plan_value, bound, gap, gap_tolerance.
        inputs: SHA-256 of every file of the case.
        scenarios: title of each scenario that was chosen, by name.
    """

    title: str
    currency: str
    seed: int
    base: str
    figures: pd.DataFrame
    draws: pd.DataFrame
    outcomes: pd.DataFrame
    drivers: pd.DataFrame
    ranking: pd.DataFrame
    failures: pd.DataFrame
    fixed: Mapping[str, int]
    certificate: Mapping[str, float]
    inputs: Mapping[str, str]
    scenarios: Mapping[str, str]

    @property
    def unproven(self) -> pd.DataFrame:
        """The draws whose plan is not proven to be optimal."""
        return self.draws[~self.draws["status"].isin(("optimal", FAILED))]


FAILED = "failed"
"""Status of a draw without a plan."""


def require_all(found: Sensitivity) -> None:
    """Refuse to call a study done in which a plan is missing or not proven; what was found is written.

    Raises:
        NoPlanError: a draw failed, or a plan is not proven.
    """
    if found.base != Status.OPTIMAL:
        raise NoPlanError(found.base, "the plan of the case as it stands is not proven")
    if len(found.failures):
        first = found.failures.iloc[0]
        number = f"{len(found.failures)} of {len(found.draws)} draws failed"
        status = str(first["status"] or FAILED)
        raise NoPlanError(status, f"{number}, first {first['draw']}: {first['message']}")
    if len(found.unproven):
        first = found.unproven.iloc[0]
        number = f"{len(found.unproven)} of {len(found.draws)} plans are not proven, first {first['draw']}"
        raise NoPlanError(str(first["status"]), number)


def sensitivity_study(found: Sensitivity, summary: Any) -> Study:
    """A sensitivity as what ``write_study`` writes.

    Args:
        found: what the study has found.
        summary: its text, from ``planner.report.sensitivity_text``.
    """
    plans = found.draws[found.draws["status"] != FAILED]
    document = {
        "title": found.title,
        "currency": found.currency,
        "scenarios": [{"name": name, "title": title} for name, title in found.scenarios.items()],
        "method": "Latin hypercube",
        "seed": found.seed,
        "draws": len(found.draws),
        "failed": len(found.failures),
        "drivers": int(found.figures["driver"].nunique()),
        "figures_drawn": len(found.figures),
        "figures_held_fixed": dict(found.fixed),
        "base": {"status": found.base, "certificate": dict(found.certificate)},
        "statuses": {str(name): int(number) for name, number in found.draws["status"].value_counts().items()},
        "largest_gap": float(plans["gap"].max()) if len(plans) else None,
        "certificates": plans[["draw", "status", "plan_value", "bound", "gap"]].to_dict("records"),
        "inputs": dict(found.inputs),
    }
    return Study(SENSITIVITY, {name: getattr(found, name) for name in SENSITIVITY.tables}, summary, document)
