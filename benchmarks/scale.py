"""Pools from a thousand people to a million: `python -m benchmarks.scale`.

The people and quotas are made up (benchmarks/generate.py) and kept in a cache; seven questions have 8,640 combinations
of answers, so that from some 100,000 people on there are hardly any new types.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.generate import generated_pool
from benchmarks.measure import seconds_text
from benchmarks.tables import chance_text, deliver, machine, markdown
from benchmarks.timed_lottery import timed

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HEADER = (
    "n",
    "k",
    "types",
    "reading s",
    "lottery s",
    "writing s",
    "lottery ms per type",
    "peak MB",
    "status",
    "minimum",
    "largest deviation",
)


def main(arguments: list[str] | None = None) -> None:
    """Make the leximin lottery of generated pools and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.split("\n")[0])
    sizes = ",".join(map(str, SIZES))
    parser.add_argument("--sizes", metavar="N,N", default=sizes, help="people (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=3600, metavar="SECONDS", help="for one size (default: 3600)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table to a file as well")
    options = parser.parse_args(arguments)
    rows = []
    for size in options.sizes.split(","):
        print(f"{int(size):,} people", file=sys.stderr, flush=True)
        rows.append(_row(int(size), options.limit))
    deliver(f"{markdown(HEADER, rows)}\n{machine()}\n", options.out)


def _row(people: int, limit: float) -> list[str]:
    pool = generated_pool(people)
    run, found = timed(pool, limit)
    known = [f"{people:,}", f"{pool.seats:,}"]
    if found is None:
        stopped = ["–", "–", run.time, "–", "–", f"{run.peak_mb:,.0f}", "–", "–", "–"]
        return [*known, *stopped]
    times = [seconds_text(seconds) for seconds in (found.reading, found.lottery, found.writing)]
    each = f"{1000 * found.lottery / found.types:.1f}"
    result = [found.status, chance_text(found.minimum), f"{found.deviation:.3f}"]
    return [*known, f"{found.types:,}", *times, each, f"{run.peak_mb:,.0f}", *result]


if __name__ == "__main__":
    main()
