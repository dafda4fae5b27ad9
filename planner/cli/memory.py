"""Too little memory is said at once: loading OpenBLAS would wait for more of it without end."""

from __future__ import annotations

import os

try:
    import resource
except ImportError:  # Windows, which has no such limits
    resource = None  # type: ignore[assignment]

LEAST_BYTES = 420_000_000
"""What the libraries alone take of a process's addresses, with one thread for OpenBLAS."""


def check_memory() -> None:
    """Refuse to work where the process is limited to less than the libraries need.

    Each more thread of OpenBLAS would take 40 MB, and nothing here multiplies large dense matrices.

    Raises:
        MemoryError: the limit is too low.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if resource is not None and 0 <= resource.getrlimit(resource.RLIMIT_AS)[0] < LEAST_BYTES:
        raise MemoryError
