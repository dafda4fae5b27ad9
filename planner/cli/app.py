"""The command line itself: its errors and exit codes, and the options that several commands have."""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import planner
from planner.errors import OUT_OF_MEMORY, InputError, Interrupted, NoPlanError, PlannerError, is_text

try:
    import resource
except ImportError:  # Windows, which has no such limits
    resource = None  # type: ignore[assignment]

INTERRUPTED = 130
OF_NO_CASE = ("report", "figures", "new", "schema", "import-areas", "import-bases", "import-risk")
"""The commands that read no case."""
ORDER = (
    *("run", "check", "invest", "compare", "sweep", "next", "stress", "ladder", "explain", "sensitivity"),
    *OF_NO_CASE,
)
"""The commands in the order in which help shows them."""
LEAST_BYTES = 420_000_000
"""What the libraries alone take of a process's addresses, with one thread for OpenBLAS."""


class Commands(TyperGroup):
    """The commands; errors that are meant for the user become messages and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands' names, in the order of use."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse names that no file of results could hold, before anything is done."""
        for one in args:
            if not is_text(one):
                raise typer.BadParameter(f"{one!r} is not UTF-8; rename the file or folder")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a fault of the program still ends in a traceback."""
        with _noted_interrupts() as interrupts:
            try:
                _check_memory()
                return super().invoke(ctx)
            except PlannerError as error:
                _say(error, ctx.invoked_subcommand)
                raise typer.Exit(error.exit_code) from error
            except BaseException as error:
                if _of_memory(error):
                    typer.secho(OUT_OF_MEMORY, err=True, fg="red")
                    raise typer.Exit(NoPlanError.exit_code) from error
                # an interrupt in the middle of an import may come back as another error
                if not interrupts and not isinstance(error, KeyboardInterrupt):
                    raise
                known = isinstance(error, Interrupted)
                said = str(error) if known else "Interrupted. Files are written whole or not at all."
                typer.echo(said, err=True)
                raise typer.Exit(INTERRUPTED) from error


def _check_memory() -> None:
    """Refuse to work where the process is limited to less than the libraries need.

    Loading OpenBLAS would wait for more memory without end. Each more thread of it would take 40 MB, and
    nothing here multiplies large dense matrices.

    Raises:
        MemoryError: the limit is too low.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if resource is not None and 0 <= resource.getrlimit(resource.RLIMIT_AS)[0] < LEAST_BYTES:
        raise MemoryError


def _of_memory(error: BaseException) -> bool:
    """Whether memory has run out; libraries that cannot be loaded for it are no ``MemoryError``."""
    unloaded = isinstance(error, ImportError) and "failed to map segment" in str(error)
    return unloaded or isinstance(error, MemoryError) or getattr(error, "errno", 0) == errno.ENOMEM


@contextmanager
def _noted_interrupts() -> Iterator[list[int]]:
    """Note every interrupt (Ctrl-C), besides what it does anyway; only the main thread can.

    What a script starts in its background ignores them, and goes on doing so.
    """
    interrupts: list[int] = []
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored or threading.current_thread() is not threading.main_thread():
        yield interrupts
        return

    def note(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


app = typer.Typer(
    name="planner",
    cls=Commands,
    help="Plan maritime surveillance under donor budgets, and report what stays uncovered and why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"planner {planner.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Plan maritime surveillance under donor budgets, and report what stays uncovered and why."""


def _say(error: PlannerError, command: str | None) -> None:
    """Tell the user on standard error what is wrong and what to do."""
    from planner.results import terminal

    if isinstance(error, InputError):
        hint = "" if command in OF_NO_CASE else terminal.ALL
        terminal.show_warnings(error.warnings, hint)
        terminal.show_problems(error.problems, hint)
    elif isinstance(error, NoPlanError):
        terminal.say(f"No proven plan ({error.status}): {error}")
    else:
        terminal.say(str(error))
