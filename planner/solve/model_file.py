"""The linear program as a file that any solver reads."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pulp

from planner.core.program import Program
from planner.errors import OutputError


def write_model(program: Program, file: Path) -> None:
    """Write a linear program as .mps or .lp, whole or not at all.

    PuLP leaves the constant of an objective out of its files, so it is on a column ``constant`` that is
    fixed at 1: the optimum of the file is the optimum of the program, in units of ``Units.objective``.

    Args:
        program: the program, as it was solved.
        file: where to; its ending says the format.

    Raises:
        OutputError: another ending, or the file cannot be written.
    """
    lp = program.as_pulp().lp
    one = lp.add_variable("constant", 1, 1)
    lp.setObjective(pulp.LpAffineExpression([*lp.objective.items(), (one, lp.objective.constant)]))
    writers = {".mps": lp.writeMPS, ".lp": lp.writeLP}
    if file.suffix not in writers:
        raise OutputError(f"{file}: a model file ends in .mps or .lp; choose one of them")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            growing = Path(folder) / file.name
            writers[file.suffix](str(growing))
            growing.replace(file)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}); choose another place") from error
