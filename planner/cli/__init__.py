"""The command line: a module for each family of commands; no logic.

Exit codes: 0 done; 2 the input, the command or the place for the output is wrong; 3 no plan, or a plan that
is not proven to be optimal; 130 interrupted. What a command needs is imported by the command, so that help
comes at once.
"""

from planner.cli import commands, imports, invest, studies
from planner.cli.app import app
from planner.cli.streams import lasting_streams

__all__ = ["app", "commands", "imports", "invest", "main", "studies"]


def main() -> None:
    """Run the command line."""
    with lasting_streams():
        app(prog_name="planner")
