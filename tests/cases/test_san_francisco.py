"""San Francisco's covering problems (data of pysal/spopt), by the master and cuts of capacity plans.

Maximal covering (Church and ReVelle 1974): p sites, people within 5,000 m are covered. Maximal expected
covering (Daskin 1983): several units at a site allowed, n units within reach are worth 1 - q^n to each
person, which is the core's exponential with a factor of -ln q for each unit.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from planner.core.linear import LinearProgram
from planner.features.assembly import Parts, coded
from planner.solve.decomposition import Block, Decomposition, Master, Template

WITHIN_M = 5000.0
TABLE = pd.read_csv(Path(__file__).with_name("san_francisco.csv"))
IDS = sorted(TABLE["site"].unique())
SITES, PEOPLE = len(IDS), TABLE.groupby("tract")["people"].first()
NEAR = TABLE[TABLE["distance_m"] <= WITHIN_M]
SITE, TRACT = np.searchsorted(IDS, NEAR["site"]), PEOPLE.index.get_indexer(NEAR["tract"])
NAMES = coded(np.arange(SITES), [f"site_{n}" for n in range(SITES)])


def parts_of(weight: np.ndarray, units: int) -> tuple[Parts, np.ndarray, np.ndarray]:
    """Tracts as nodes; a site's units are used by what it does."""
    ids = {"cell_id": [f"tract_{n}" for n in range(len(weight))], "area_id": "sf", "period_id": "year"}
    parts = Parts(pd.DataFrame({**ids, "km2": weight, "weight": weight}))
    capacity = parts.add_resources("hours", np.full(SITES, float(units)), asset_id=NAMES)
    serve = parts.add_activities("serve", SITES, {"asset_id": NAMES})
    parts.use(capacity, serve, 1.0)
    return parts, capacity, serve


def maximal_covering(units: int) -> Template:
    """Each tract is covered by a site within reach, or missed at the cost of its people."""
    parts, _, serve = parts_of(np.zeros(0), units)
    covered = parts.add_resources("covered", np.zeros(len(PEOPLE)))
    wanted = parts.add_resources("wanted", np.full(len(PEOPLE), -1.0))
    parts.use(covered[TRACT], serve[SITE], -1.0)
    cover = parts.add_activities("cover", len(PEOPLE), {}, upper=1.0)
    miss = parts.add_activities("miss", len(PEOPLE), {}, upper=1.0, cost=PEOPLE.to_numpy(dtype=float))
    parts.use(covered, cover, 1.0)
    for activity in (cover, miss):
        parts.use(wanted, activity, -1.0)
    return template_of(parts)


def expected_covering(units: int, busy: float) -> Template:
    parts, _, serve = parts_of(PEOPLE.to_numpy(dtype=float), units)
    parts.affect(TRACT, serve[SITE], np.full(len(SITE), -np.log(busy)))
    return template_of(parts)


def template_of(parts: Parts) -> Template:
    problem = parts.problem()
    lever = np.r_[np.arange(SITES), np.full(len(problem.resources) - SITES, -1)]
    return Template(problem, lever, np.where(lever >= 0, 1.0, 0.0))


def covered(template: Template, p: int, units: int) -> float:
    """People whom the best p units cover."""
    row = sparse.csr_array(np.array([[1.0] * SITES + [0.0]]))
    upper = np.array([float(units)] * SITES + [np.inf])
    limits = np.array([-np.inf]), np.array([float(p)])
    lp = LinearProgram(np.array([0.0] * SITES + [1.0]), 0.0, upper, row, *limits)
    block = Block((0, ""), 0, SITES, 1.0, sparse.csr_array(np.eye(SITES, SITES + 1)), np.zeros(SITES))
    master = Master(lp, np.array([True] * SITES + [False]), 1e3, 1e3)
    search = Decomposition(master, [template], [block], 1e-5, time.monotonic() + 120.0)
    search.run()
    assert search.best is not None
    assert search.bound == pytest.approx(search.best.value, rel=1e-4)
    return float(PEOPLE.sum()) - search.best.value


@pytest.mark.parametrize(("p", "people"), [(2, 671_938), (4, 875_247), (6, 941_462)])
def test_maximal_covering(p: int, people: int) -> None:
    assert covered(maximal_covering(1), p, 1) == pytest.approx(people, abs=0.5)


def test_maximal_expected_covering() -> None:
    assert covered(expected_covering(2, 0.3), 2, 2) == pytest.approx(487_068.82, rel=1e-6)
