"""Merging: accounts that the same money may fill in the same way are one to the linear program.

Missions of each asset in each area draw from an account of their own, so that it is known who pays for what.
Where several programmes may fill many accounts, that is a payment for each of them and each account. Accounts
whose payments only differ in the account, not in the period, are one here, with one payment of each payer:
a plan of these is a plan of the problem, of the same value, and the other way round. What each then pays into
each account is shared out in order, so that few accounts have more than one payer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from planner.core.prices import Prices
from planner.core.problem import Array, Booleans, Integers, Keys, Problem, keys_of, mixed_keys
from planner.frames import numbers
from planner.solve.solution import Solution, filled

WORTH = 5_000
"""Payments that merging must save to be worth while: of equal plans, small cases keep the one they had."""


@dataclass(frozen=True, eq=False)
class Merged:
    """A problem whose accounts are merged.

    Attributes:
        whole: the problem.
        problem: the problem with fewer accounts and payments.
        resource: the resource of the smaller problem for each of the whole, shape (resources of the whole,).
        activity: the same of activities, shape (activities of the whole,).
        kept: activities that stay, shape (activities of the whole,).
    """

    whole: Problem
    problem: Problem
    resource: Integers
    activity: Integers
    kept: Booleans

    def solution_of_whole(self, found: Solution) -> Solution:
        """The solution of the smaller problem as one of the whole."""
        if self.problem is self.whole:
            return found
        prices = found.prices
        return replace(
            found,
            x=self._shared_out(found.x),
            prices=Prices(prices.resource[self.resource], prices.goal, prices.node),
        )

    def _shared_out(self, x: Array) -> Array:
        """Activities of the whole: each account is filled in order, by one payer after the other."""
        whole = self.whole
        account, amount = whole.exact_of
        own = (self.kept | (account < 0)) & ~self._payments
        result = np.where(own, x[self.activity], 0.0)
        draws = (account >= 0) & (amount > 0.0)
        taken = np.bincount(account[draws], (amount * result)[draws], len(whole.resources))
        pays = np.flatnonzero(self._payments)
        pays = pays[np.lexsort((account[pays], self.activity[pays]))]
        order = np.lexsort((pays, self.resource[account[pays]]))
        pays = pays[order]
        ends = np.flatnonzero(np.diff(self.resource[account[pays]], append=-1)) + 1
        for part in np.split(pays, ends[:-1]) if len(pays) else ():
            accounts, of_account = np.unique(account[part], return_inverse=True)
            payers, of_payer = np.unique(self.activity[part], return_inverse=True)
            table = np.full((len(accounts), len(payers)), -1)
            table[of_account, of_payer] = part
            given = x[payers] * -amount[table[0]]
            high = np.cumsum(taken[accounts])
            paid = np.cumsum(given) * (high[-1] / given.sum() if given.sum() > 0.0 else 1.0)
            cut = np.unique(np.concatenate([[0.0], high, paid]))
            middle = 0.5 * (cut[1:] + cut[:-1])
            row = np.minimum(np.searchsorted(high, middle), len(accounts) - 1)
            column = np.minimum(np.searchsorted(paid, middle), len(payers) - 1)
            at = table[row, column]
            np.add.at(result, at, np.diff(cut) / -amount[at])
        return filled(whole, result)

    @property
    def _payments(self) -> Booleans:
        return _payments(self.whole)


def merged(problem: Problem, worth: int = WORTH) -> Merged:
    """Merge the accounts of a problem.

    Args:
        problem: the problem.
        worth: payments that must be saved; else the problem stays what it is.
    """
    account, amount = problem.exact_of
    pays = _payments(problem)
    kind = _kinds(problem, pays)
    of_account = np.zeros(len(problem.resources), dtype=np.uint64)
    np.add.at(of_account, account[pays], kind[pays])
    plain = problem.exact & (problem.capacity == 0.0)
    others = np.flatnonzero((account >= 0) & (amount < 0.0) & ~pays)
    plain[account[others]] = False
    groups = np.where(plain, of_account, mixed_keys(np.arange(len(plain))))
    groups = mixed_keys(groups ^ plain.astype(np.uint64))
    resource = pd.factorize(groups)[0]  # numbered as they come
    same = np.where(pays, mixed_keys(kind ^ mixed_keys(resource[account])), mixed_keys(np.arange(len(pays))))
    rows = np.flatnonzero(~pd.Series(groups).duplicated())
    activity = pd.factorize(same)[0]
    kept = ~pd.Series(same).duplicated().to_numpy()
    if np.count_nonzero(~kept) < worth:
        return Merged(problem, problem, np.arange(len(plain)), np.arange(len(pays)), kept)
    part = problem.keeping(kept)
    entries = (np.ones(len(resource)), (resource, np.arange(len(resource))))
    onto = sparse.csr_array(entries, shape=(len(rows), len(resource)))
    usage = (onto @ part.usage).tocsc()
    small = part.changed({"resources": rows}, resources=problem.resources.iloc[rows], usage=usage)
    return Merged(problem, small, resource, activity, kept)


def _payments(problem: Problem) -> Booleans:
    """Activities without a bound of their own that do nothing but fill an account."""
    _, amount = problem.exact_of
    free = np.isinf(numbers(problem.activities["upper"]))
    return np.asarray((amount < 0.0) & (problem.n_effects == 0) & free)


def _kinds(problem: Problem, pays: Booleans) -> Keys:
    """A number for each activity: the same for payments of a period that only differ in their account."""
    usage = problem.usage
    column = problem.user
    row = np.where(problem.exact[usage.indices] & pays[column], len(problem.resources), usage.indices)
    kinds = mixed_keys(_bits(problem.cost) ^ mixed_keys(_bits(problem.tie_break)))
    np.add.at(kinds, column, mixed_keys(_bits(usage.data) ^ mixed_keys(row)))
    kinds[pays] ^= keys_of(problem.activities.loc[pays, ["period_id"]], ("period_id",))
    return kinds


def _bits(values: Array) -> Keys:
    return np.ascontiguousarray(values + 0.0).view(np.uint64)
