"""The commands ``compare``, ``sweep``, ``next``, ``stress``, ``ladder`` and ``sensitivity``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import planner
from planner.cli.app import CaseFolder, Gap
from planner.cli.studies import study_command


@study_command("compare", "comparison", "compared")
def compare(
    case: CaseFolder,
    *,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[,NAME]",
            help="A scenario, or several together. May be repeated; all of the case if not given.",
        ),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option("--baseline", help="Put the case as it stands first, as it is beside one scenario."),
    ] = False,
    causes: Annotated[
        bool, typer.Option("--causes", help="Find why each plan's coverage gaps are there, by more plans.")
    ] = False,
    **how: Any,
) -> Any:
    """Plan several scenarios and put them side by side, as differences from the first."""
    return planner.compare(case, scenario or (), baseline=baseline, causes=causes, **how)


@study_command("sweep", "sweep", "sweep")
def sweep(
    case: CaseFolder,
    *,
    programme: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Sweep its budget. May be repeated: they move together."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Sweep the budgets of all programmes.")] = False,
    asset: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Sweep the hours of an asset or sensor. May be repeated."),
    ] = None,
    spacing: Annotated[bool, typer.Option("--spacing", help="Sweep cells.spacing_nm.")] = False,
    from_: Annotated[
        float, typer.Option("--from", help="The first point: a factor on what stands in the case.")
    ] = 0.0,
    to: Annotated[float, typer.Option("--to", help="The last point.")] = 3.0,
    steps: Annotated[int, typer.Option(help="Number of points.")] = 25,
    amount: Annotated[
        bool,
        typer.Option(
            "--amount",
            help="Points are amounts of all that is swept together: money in the case's currency, or hours.",
        ),
    ] = False,
    gap: Gap = None,
    **how: Any,
) -> Any:
    """Plan with less and more money, hours or spacing: the frontier, its shadow price, and what is scarce."""
    return planner.sweep(
        case,
        programmes=programme or (),
        assets=asset or (),
        all_programmes=all_,
        spacing=spacing,
        start=from_,
        stop=to,
        steps=steps,
        amount=amount,
        gap=gap,
        **how,
    )


@study_command("next", "next", "next")
def next_(
    case: CaseFolder,
    *,
    amount: Annotated[
        float, typer.Option(metavar="MONEY", help="What every programme is given, in the case's currency.")
    ] = 1e6,
    gap: Gap = None,
    **how: Any,
) -> Any:
    """Rank what one more million, unit or access agreement would add, each by a plan of its own."""
    return planner.next_steps(case, amount=amount, **_gap(gap), **how)


@study_command("stress", "stress", "stress")
def stress(case: CaseFolder, *, gap: Gap = None, **how: Any) -> Any:
    """Lose each programme, asset, base and agreement in turn: the loss as planned, and re-optimised."""
    return planner.stress(case, **_gap(gap), **how)


@study_command("ladder", "ladder", "ladder")
def ladder(case: CaseFolder, **how: Any) -> Any:
    """Say why the coverage gap is there: what earmarking, money, access and hours each account for."""
    changes, scenario = how.pop("changes"), how.pop("scenario")
    return planner.ladder(planner.read_case(case, changes, scenario), **how)


@study_command("sensitivity", "sensitivity", "sensitivity")
def sensitivity(
    case: CaseFolder,
    *,
    draws: Annotated[int, typer.Option(metavar="N", min=2, help="Number of draws.")] = 200,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Seed of the draws: the same seed, the same draws.")
    ] = 1,
    **how: Any,
) -> Any:
    """Draw every figure that has a range, plan every draw, and say what varies and what drives it."""
    return planner.sensitivity(case, draws, seed, **how)


def _gap(gap: float | None) -> dict[str, Any]:
    return {} if gap is None else {"gap": gap}
