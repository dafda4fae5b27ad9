"""Tables with declared columns: name, type, and what it means with its unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

Contract = Mapping[str, tuple[str, str]]


def stacked(contract: Contract, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table under another, with exactly the columns and types of a contract.

    Raises:
        KeyError: a column of the contract is missing.
    """
    types = {column: kind for column, (kind, _) in contract.items()}
    rows = [table for table in tables if len(table)]
    if not rows:
        return pd.DataFrame(columns=list(contract)).astype(types)
    return pd.concat(rows, ignore_index=True)[list(contract)].astype(types)


def table_of(contract: Contract, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a table with exactly the columns and types of a contract; what a row lacks is blank."""
    return stacked(contract, [pd.DataFrame(list(rows)).reindex(columns=list(contract))] if rows else [])


def meanings(contracts: Mapping[str, Contract]) -> dict[str, dict[str, str]]:
    """What every column of every table means, for a manifest."""
    return {name: {key: text for key, (_, text) in one.items()} for name, one in contracts.items()}
