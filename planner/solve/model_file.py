"""The linear program as a file that any solver reads."""

from __future__ import annotations

import tempfile
from pathlib import Path

from planner.errors import OutputError
from planner.model.build import LinearProgram


def write_model(program: LinearProgram, file: Path) -> None:
    """Write a linear program as .mps or .lp, whole or not at all.

    Args:
        program: the program, as it was solved.
        file: where to; its ending says the format.

    Raises:
        OutputError: another ending, or the file cannot be written.
    """
    writers = {".mps": program.lp.writeMPS, ".lp": program.lp.writeLP}
    if file.suffix not in writers:
        raise OutputError(f"{file}: a model file ends in .mps or .lp; choose one of them")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            growing = Path(folder) / file.name
            writers[file.suffix](str(growing))
            growing.replace(file)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written ({error.strerror}); choose another place") from error
