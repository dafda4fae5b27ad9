"""The frames behind the charts of one plan, as the tables have them; nothing of colours or sizes."""

from __future__ import annotations

import pandas as pd

from planner.figures.lettering import safe_line
from planner.frames import numbers
from planner.report.contract import CAUSES
from planner.report.palette import CAUSE_COLOURS
from planner.report.plain_text import words
from planner.report.results import Results
from planner.schema.codes import COUNTRIES
from planner.solve.lp import Status

TOTAL = "total"
EVERYONE = "All areas, each counted once"
REST = "others"
KIND_WORDS = {"fixed": "fixed sensor"}
CAUSE_WORDS = {cause: CAUSE_COLOURS[cause][1] for cause in CAUSES}


def case_line(results: Results) -> str:
    """Which plan a figure shows: case, scenarios, and how good the plan is."""
    titles = [str(each.get("title") or each.get("name")) for each in results.run.get("scenarios") or []]
    named = "; ".join(safe_line(title) for title in (results.title, *titles))
    if results.status is Status.OPTIMAL:
        return f"{named}. Plan optimal, proven gap {results.certificate.gap:.1e}."
    return f"{named}. NOT PROVEN to be optimal ({words(results.status)})."


def operator_names(results: Results) -> dict[str, str]:
    """Each operator in words: a state by its name, another by its id."""
    return {
        str(one): COUNTRIES.get(str(one).upper(), words(one)) for one in results.fleet["operator"].unique()
    }


def gaps_by_programme(results: Results) -> pd.DataFrame:
    """Shortfall of every programme's mandate by cause, and of all areas, each counted once.

    Returns:
        Columns id, name, cause, km2, total_km2; programmes by falling shortfall, causes in their order.
    """
    columns = [f"{cause}_km2" for cause in CAUSES]
    sums = results.gaps.groupby("programme_id", sort=False)[[*columns, "shortfall_km2"]].sum()
    named = dict(zip(results.programmes["programme_id"], results.programmes["name"], strict=True))
    sums = sums.reindex([TOTAL, *named]).fillna(0.0)
    ranked = sums.drop(index=TOTAL).sort_values("shortfall_km2", ascending=False, kind="stable")
    rows = [
        (
            one,
            EVERYONE if one == TOTAL else named[one],
            CAUSE_WORDS[cause],
            values[f"{cause}_km2"],
            values["shortfall_km2"],
        )
        for one, values in pd.concat([sums.loc[[TOTAL]], ranked]).iterrows()
        for cause in CAUSES
    ]
    return pd.DataFrame(rows, columns=["id", "name", "cause", "km2", "total_km2"])


def coverage_by_area(results: Results) -> pd.DataFrame:
    """Coverage and target of every area, the largest shortfall first, then the least coverage over target.

    Returns:
        Columns id, name, coverage, target, shortfall_km2, met.
    """
    table = results.areas.assign(spare=results.areas["coverage"] - results.areas["target_coverage"])
    ranked = table.sort_values(["shortfall_km2", "spare"], ascending=[False, True], kind="stable")
    return pd.DataFrame(
        {
            "id": ranked["area_id"],
            "name": ranked["name"],
            "coverage": ranked["coverage"],
            "target": ranked["target_coverage"],
            "shortfall_km2": ranked["shortfall_km2"],
            "met": ranked["met"],
        }
    ).reset_index(drop=True)


def spending(results: Results, most: int) -> pd.DataFrame:
    """What every programme pays to every operator; the smallest operators as one.

    Args:
        results: the plan.
        most: largest number of operators that are told apart.

    Returns:
        Columns id (programme), operator (in words), amount; operators by falling amount, ``others`` last.
    """
    operator = results.fleet.set_index("asset_id")["operator"].map(operator_names(results))
    paid = results.funding.assign(operator=results.funding["asset_id"].map(operator))
    paid = paid[paid["amount"] > 0.0]
    ranked = (
        paid.groupby("operator")["amount"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    )
    kept = ranked if len(ranked) <= most else ranked[: most - 1]
    paid = paid.assign(operator=paid["operator"].where(paid["operator"].isin(kept), REST))
    sums = paid.groupby(["programme_id", "operator"], as_index=False)["amount"].sum()
    order = {name: number for number, name in enumerate([*kept, REST])}
    sums = sums.assign(place=sums["operator"].map(order)).sort_values(
        ["place", "programme_id"], kind="stable"
    )
    sums.columns = pd.Index(["id", "operator", "amount", "place"])
    return pd.DataFrame(sums[["id", "operator", "amount"]]).reset_index(drop=True)


def budgets(results: Results) -> pd.DataFrame:
    """Budget and spending of every programme, the largest budget first.

    Returns:
        Columns id, name, budget, spent.
    """
    ranked = results.programmes.sort_values("budget", ascending=False, kind="stable")
    return ranked.rename(columns={"programme_id": "id"})[["id", "name", "budget", "spent"]].reset_index(
        drop=True
    )


def hours(results: Results) -> pd.DataFrame:
    """Hours used and hours there are of every asset and sensor, by kind, the most hours first.

    Returns:
        Columns id, name, kind, used, limit, share (0 where there are none).
    """
    limits = results.prices[results.prices["limit_kind"] == "asset_hours"]
    fleet = results.fleet.set_index("asset_id").reindex(limits["id"])
    used, limit = numbers(limits["used"]), numbers(limits["limit"])
    table = pd.DataFrame(
        {
            "id": limits["id"].to_numpy(),
            "name": fleet["name"].to_numpy(),
            "kind": [KIND_WORDS.get(str(kind), words(kind)) for kind in fleet["kind"]],
            "used": used,
            "limit": limit,
            "share": [u / there if there > 0.0 else 0.0 for u, there in zip(used, limit, strict=True)],
        }
    )
    by_kind = table.groupby("kind")["limit"].transform("sum")
    table = table.assign(of_kind=by_kind).sort_values(
        ["of_kind", "kind", "limit", "id"], ascending=[False, True, False, True], kind="stable"
    )
    return table.drop(columns="of_kind").reset_index(drop=True)


def prices(results: Results) -> pd.DataFrame:
    """What one more hour, or one more million, would add; only what is scarce, the scarcest first.

    Returns:
        Columns id, kind ("hour" or "million"), name, km2: risk-weighted km² for one more hour or million.
    """
    named = {
        "asset_hours": dict(zip(results.fleet["asset_id"], results.fleet["name"], strict=True)),
        "budget": dict(zip(results.programmes["programme_id"], results.programmes["name"], strict=True)),
        "base_capacity": {
            base: f"places at {name}"
            for base, name in zip(results.bases["base_id"], results.bases["name"], strict=True)
        },
    }
    scarce = results.prices[results.prices["price"] > 0.0]
    money = scarce["limit_kind"].eq("budget")
    table = pd.DataFrame(
        {
            "id": scarce["limit_kind"] + " " + scarce["id"],
            "kind": money.map({True: "million", False: "hour"}),
            "name": [
                named[kind].get(one, one)
                for kind, one in zip(scarce["limit_kind"], scarce["id"], strict=True)
            ],
            "km2": scarce["price"].where(~money, scarce["price"] * 1e6),
        }
    )
    return table.sort_values(["kind", "km2"], ascending=[True, False], kind="stable").reset_index(drop=True)
