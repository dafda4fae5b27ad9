"""The audit: everything that is reported, recomputed from the missions, against every limit.

Nothing of the solver, the effort table or the linear program is used here or in the modules ``audit_*``:
distances and footprints are measured again, missions are worked out again from the assets' figures through
the definitions of search theory, and sums are taken again. What differs by more than ``TOLERANCE`` is an
error, never a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from planner.case import Case
from planner.errors import AuditError
from planner.report import (
    audit_causes,
    audit_fixed,
    audit_gaps,
    audit_limits,
    audit_money,
    audit_tables,
    audit_work,
)
from planner.report.audit_compare import TOLERANCE, Finding
from planner.report.results import Results

__all__ = ["TOLERANCE", "audit"]

Check = Callable[[Case, Results], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    audit_tables.finite,
    audit_tables.copied,
    audit_tables.cells,
    audit_work.patrols,
    audit_work.satellites,
    audit_fixed.fixed_sensors,
    audit_work.access,
    audit_work.hours,
    audit_work.allocation,
    audit_money.money,
    audit_money.eligibility,
    audit_money.limits,
    audit_money.prices,
    audit_gaps.coverage,
    audit_gaps.gaps,
    audit_gaps.parts,
    audit_causes.causes,
    audit_limits.limits,
    audit_limits.fairness,
    audit_gaps.certificate,
)


def audit(case: Case, results: Results) -> None:
    """Recompute the plan from its missions and compare it with the reports and with every limit.

    Args:
        case: the case that was planned.
        results: what is about to be reported.

    Raises:
        AuditError: a figure differs or a limit is broken; lists all findings. Where rows are missing or do
            not belong, it lists these alone, as all else stands on them.
    """
    findings = list(audit_tables.rows(case, results))
    if not findings:
        with np.errstate(all="ignore"):  # what is not a number is a finding
            findings = [finding for check in CHECKS for finding in check(case, results)]
    if findings:
        raise AuditError("the plan does not stand up to its audit:\n" + "\n".join(findings))
