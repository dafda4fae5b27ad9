"""Random years of seasons whose detections need an answer, against dense chords and tangents by scipy.

``python -m tests.benchmarks.answers 300`` solves so many; one that is apart by more than its gap ends it.
"""

from __future__ import annotations

import sys

from tests.core.answering import between_chords_and_tangents, year_with_answers

if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    gaps = [between_chords_and_tangents(year_with_answers(seed)) for seed in range(number)]
    print(f"{number} years, none apart by more than its gap; largest gap {max(gaps):.1e}")
