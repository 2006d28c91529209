"""This program beside sortition-algorithms, pool by pool: `python -m benchmarks.peers`.

Ours is `sortition lottery --objective leximin` (every level exact; 1000 tickets, the proof and the bundle included).
The peer's is its *maximin* on HiGHS, its open solver: only the lowest chance, as real weights, without tickets or
proof; its leximin needs a commercial solver. Ours runs before the peer and once more after it, and the slower of the
two counts. *Inside* is reading and the lottery, without start-up and without the bundle (`our s writing`), which the
peer does not make.

The peer is under the GPL and nothing of it is imported here: it is installed from PyPI into an environment of its own
on first use, and runs there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import generated_pool
from benchmarks.measure import Run, measured, seconds_text
from benchmarks.pools import PAPER_SIZE, Pool, cache_folder, fixed_pool
from benchmarks.tables import chance_text, deliver, machine, markdown, ratio_text
from benchmarks.timed_lottery import TICKETS, Timed, timed

PEER = "sortition-algorithms"
VERSION = "0.12.15"
POOLS = (*PAPER_SIZE, "gss2014_60", "scale_1000")
HEADER = (
    "pool",
    "n",
    "k",
    "types",
    "our s",
    "our s inside",
    "our s writing",
    "our MB",
    "peer s",
    "peer s inside",
    "peer MB",
    "peer / ours",
    "inside",
    "our minimum",
    "peer's minimum",
    "proven bound",
    "largest deviation",
)
ROUNDING = 1e-6
"""How far above a proven bound a minimum in floating point may lie."""

# Runs in the peer's environment. Its clock, like ours, starts when everything is imported.
DRIVER = """
import json, sys, time
from pathlib import Path
from sortition_algorithms import CSVStringDataSource, SelectionData, Settings
from sortition_algorithms.committee_generation import find_distribution_maximin

start = time.perf_counter()
replies, quotas, seats = Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text(), int(sys.argv[3])
quotas = quotas.replace("category,feature,", "feature,value,", 1)  # the names that this program wants
data = SelectionData(CSVStringDataSource(quotas, replies))
settings = Settings(
    id_column="id", columns_to_keep=[], check_same_address=False,
    selection_algorithm="maximin", solver_backend="highspy",
)
features, _ = data.load_features(seats)
people, _ = data.load_people(settings, features)
panels, weights, _ = find_distribution_maximin(features, people, seats, [], "highspy")
chances = {}
for panel, weight in zip(panels, weights):
    for person in panel:
        chances[person] = chances.get(person, 0.0) + weight
seconds = time.perf_counter() - start
print(json.dumps({"inside": seconds, "minimum": min(chances.values()), "chances": chances}))
"""


@dataclass(frozen=True)
class Row:
    """What both made of one pool."""

    pool: Pool
    ours: Run
    """The slower of two runs of the command."""
    timed: Timed | None
    peer: Run

    @property
    def bound_holds(self) -> bool:
        """Whether the peer's minimum is not above what we proved to be the highest possible."""
        minimum = self.peers_own("minimum")
        bound = None if self.timed is None else self.timed.bound
        return minimum is None or bound is None or minimum <= float(bound) + ROUNDING

    def peers_own(self, name: str) -> float | None:
        """Give one of the figures that the peer printed; None where it did not finish."""
        figures = json.loads(self.peer.output.splitlines()[-1]) if self.peer.ended_well else {}
        return figures.get(name)

    def cells(self) -> list[str]:
        """Give the row of the table."""
        inside, minimum, found = self.peers_own("inside"), self.peers_own("minimum"), self.timed
        known = [self.pool.name, f"{self.pool.people:,}", str(self.pool.seats), f"{found.types}" if found else "–"]
        parts = [seconds_text(found.inside), seconds_text(found.writing)] if found else ["–", "–"]
        ours = [self.ours.time, *parts, f"{self.ours.peak_mb:.0f}"]
        peer = [self.peer.time, "–" if inside is None else seconds_text(inside), f"{self.peer.peak_mb:.0f}"]
        at_least = self.peer.status is None
        compared = self.ours.ended_well and (self.peer.ended_well or at_least)
        ratio = ratio_text(self.peer.seconds / self.ours.seconds, at_least) if compared else "–"
        ratio_inside = ratio_text((inside or self.peer.seconds) / found.inside, at_least) if compared and found else "–"
        minimum_text = chance_text(minimum) + ("" if self.bound_holds else " ABOVE THE BOUND")
        attested = " (attested)" if found and found.bound_status != "proved" else ""
        proof = [chance_text(found.bound) + attested, f"{found.deviation:.3f}"] if found else ["–", "–"]
        return [
            *known,
            *ours,
            *peer,
            ratio,
            ratio_inside,
            chance_text(found.minimum if found else None),
            minimum_text,
            *proof,
        ]


def main(arguments: list[str] | None = None) -> None:
    """Run both on each pool, one after the other, and print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description=f"Compare with {PEER} {VERSION}, which is installed into an environment of its own on first use.",
    )
    parser.add_argument("--pools", metavar="A,B", default=",".join(POOLS), help="which pools (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="for one run (default: 600)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table to a file as well")
    options = parser.parse_args(arguments)
    python = peer_python()
    rows = []
    for name in options.pools.split(","):
        print(name, file=sys.stderr, flush=True)
        rows.append(_compare(_pool(name), python, options.limit))
    deliver(_report(rows, python), options.out)


def peer_python() -> Path:
    """Give the Python of the peer's environment; make the environment if it is not there yet."""
    folder = cache_folder() / f"{PEER}-{VERSION}"
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        print(f"installing {PEER} {VERSION} into {folder}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"{PEER}=={VERSION}"], check=True)
        complete.touch()
    return python


def _pool(name: str) -> Pool:
    size = name.removeprefix("scale_")
    return generated_pool(int(size)) if size != name else fixed_pool(name)


def _compare(pool: Pool, python: Path, limit: float) -> Row:
    before = _ours(pool, limit)
    peer = run_peer(pool, python, limit)
    after = _ours(pool, limit)
    return Row(pool, max(before, after, key=lambda run: run.seconds), timed(pool, limit)[1], peer)


def _ours(pool: Pool, limit: float) -> Run:
    files = [str(pool.replies), str(pool.quotas), "--size", str(pool.seats)]
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", str(Path(folder) / "bundle"), "--objective", "leximin", "--panels", str(TICKETS), "--quiet"]
        return measured([sys.executable, "-m", "sortition", "lottery", *files, *out], limit)


def run_peer(pool: Pool, python: Path, limit: float) -> Run:
    """Run the peer on a pool; its output ends in a line of JSON with `inside`, `minimum` and everybody's `chances`."""
    files = [str(pool.replies), str(pool.quotas), str(pool.seats)]
    return measured([str(python), "-I", "-c", DRIVER, *files], limit)


def _report(rows: list[Row], python: Path) -> str:
    paper = [row.ours for row in rows if row.pool.name in PAPER_SIZE]
    total = sum(run.seconds for run in paper)
    versions = "import importlib.metadata as m; print(*(f'{p} {m.version(p)}' for p in ('numpy', 'highspy')), sep=', ')"
    theirs = subprocess.run([python, "-c", versions], capture_output=True, text=True, check=True).stdout.strip()
    return (
        f"{markdown(HEADER, [row.cells() for row in rows])}\n"
        f"Ours, the {len(paper)} paper-size pools of these together: {seconds_text(total)} s.\n"
        f"{machine()} The peer: {PEER} {VERSION}, {theirs}.\n"
    )


if __name__ == "__main__":
    main()
