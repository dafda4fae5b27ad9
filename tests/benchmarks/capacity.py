"""Published and brute-forced capacity problems that take too long for every run of the tests.

python -m tests.benchmarks.capacity [number of random cases, 200 if not given]
"""

from __future__ import annotations

import sys
import time

from tests.capacity.test_brute_force import check
from tests.cases.test_san_francisco import covered, expected_covering


def main() -> None:
    """Expected covering with six units, and random cases against all orders."""
    started = time.process_time()
    people = covered(expected_covering(6, 0.3), 6, 6)
    print(f"six units: {people:,.2f} of 777,920.52 people, {time.process_time() - started:.0f} s")
    started = time.process_time()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for seed in range(number):
        check(seed)
    print(f"{number} random cases, every optimum found: {time.process_time() - started:.0f} s")


if __name__ == "__main__":
    main()
