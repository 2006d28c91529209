"""Pools whose quotas leave hardly any room: `python -m benchmarks.tight`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.measure import seconds_text
from benchmarks.pools import TIGHT, fixed_pool
from benchmarks.tables import chance_text, deliver, machine, markdown
from benchmarks.timed_lottery import timed

HEADER = ("pool", "n", "k", "types", "s", "inside s", "peak MB", "levels", "cuts", "panels found", "integer programs")
RESULT = ("status", "minimum", "largest deviation")


def main(arguments: list[str] | None = None) -> None:
    """Make the leximin lottery of every tight pool and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tight", description=__doc__)
    parser.add_argument("--pools", metavar="A,B", default=",".join(TIGHT), help="which pools (default: all eight)")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="for one pool (default: 600)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table to a file as well")
    options = parser.parse_args(arguments)
    rows = []
    for name in options.pools.split(","):
        print(name, file=sys.stderr, flush=True)
        rows.append(_row(name, options.limit))
    deliver(f"{markdown(HEADER + RESULT, rows)}\n{machine()}\n", options.out)


def _row(name: str, limit: float) -> list[str]:
    pool = fixed_pool(name)
    run, found = timed(pool, limit)
    known = [name, str(pool.people), str(pool.seats)]
    if found is None:
        blank = ["–"] * (len(HEADER + RESULT) - 7)
        return [*known, "–", run.time, "–", f"{run.peak_mb:.0f}", *blank]
    counts = [str(count) for count in (found.levels, found.cuts, found.panels, found.programs)]
    times = [run.time, seconds_text(found.inside), f"{run.peak_mb:.0f}"]
    result = [found.status, chance_text(found.minimum), f"{found.deviation:.3f}"]
    return [*known, str(found.types), *times, *counts, *result]


if __name__ == "__main__":
    main()
