"""Standard output and error that cannot end the work: closed, full or gone, results and exit code stay."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

STREAMS = {"stdout": (1, "standard output"), "stderr": (2, "standard error")}


class Lasting(io.FileIO):
    """A stream that goes on when it cannot be written to any more.

    Attributes:
        lost: what went wrong first.
    """

    lost: OSError | None = None

    def write(self, data: Any) -> int:
        """Write bytes, or drop them once the stream is lost."""
        if self.lost is None:
            try:
                return super().write(data) or 0
            except OSError as error:
                self.lost = error
        return len(data)


@contextmanager
def lasting_streams() -> Iterator[None]:
    """Within this block both streams can be written to, whatever they lead to; what is lost is said last."""
    for number in range(3):  # else the next file that is opened takes the place of a closed stream
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    before = {name: getattr(sys, name) for name in STREAMS}
    for name, (number, _) in STREAMS.items():
        if before[name] is None or before[name] is getattr(sys, f"__{name}__"):
            encoding = getattr(before[name], "encoding", "utf-8")
            raw = io.BufferedWriter(Lasting(number, "w", closefd=False))
            setattr(sys, name, io.TextIOWrapper(raw, encoding, "replace", line_buffering=True))
    try:
        yield
    finally:
        lost = lost_stream("stdout")
        if lost:
            sys.stderr.write(f"{lost}: what was to be shown there is lost\n")
        for name, stream in before.items():
            getattr(sys, name).flush()
            setattr(sys, name, stream)


def show_product(text: str) -> None:
    """Show what is all that a command makes.

    Raises:
        Exit: it cannot be shown, so that nothing is made.
    """
    typer.echo(text)
    if lost_stream("stdout"):
        raise typer.Exit(2)


def lost_stream(name: str) -> str:
    """Why a stream has lost what was written to it; empty where it has not, or where its reader has gone."""
    stream = getattr(sys, name)
    stream.flush()
    lost = getattr(getattr(getattr(stream, "buffer", None), "raw", None), "lost", None)
    if lost is None or lost.errno == errno.EPIPE:
        return ""
    return f"{STREAMS[name][1]} cannot be written to ({lost.strerror})"
