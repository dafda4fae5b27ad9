"""The linear program as a file that any solver reads."""

from __future__ import annotations

from pathlib import Path

from planner.errors import OutputError
from planner.model.build import LinearProgram


def write_model(program: LinearProgram, file: Path) -> None:
    """Write a linear program as .mps or .lp.

    Args:
        program: the program, as it was solved.
        file: where to; its ending says the format.

    Raises:
        OutputError: another ending, or the file cannot be written.
    """
    try:
        if file.suffix == ".mps":
            program.lp.writeMPS(str(file))
        elif file.suffix == ".lp":
            program.lp.writeLP(str(file))
        else:
            raise OutputError(f"{file}: a model file ends in .mps or .lp; choose one of them")
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}); choose another place") from error
