"""One lottery from files to bundle in a process of its own, with the seconds of each step and what came out.

Run as `python -m benchmarks.timed_lottery POOL QUOTAS SEATS`; prints one JSON object. The clock starts when everything
is imported, which is what a program that makes many lotteries would see.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import highspy  # noqa: F401 - so that loading these counts as start-up, not as work
import numpy.random  # noqa: F401

from benchmarks.measure import Run, measured
from benchmarks.pools import Pool
from sortition.audit import freeze, write_lottery
from sortition.checking import match, shortages
from sortition.engine.search import PanelSearch
from sortition.errors import InfeasibleError
from sortition.fairness import lottery as made_by
from sortition.model import Certificate, Lottery
from sortition.reading import read_pool, read_quotas

TICKETS = 1000
_KEY = bytes(32)


@dataclass(frozen=True)
class Timed:
    """What `python -m benchmarks.timed_lottery` printed."""

    reading: float
    """Seconds for reading the files and matching them."""
    lottery: float
    """Seconds for the fair chances, their proof and the tickets."""
    writing: float
    """Seconds for the bundle, without the page for people (report.html)."""
    people: int
    types: int
    levels: int
    cuts: int
    panels: int
    """How many different panels (as to types) were looked at."""
    programs: int
    """How many integer programs were solved exactly."""
    status: str
    minimum: Fraction | None
    """The lowest fair chance of anybody who can be drawn at all; None where it is not known exactly."""
    bound: Fraction | None
    """What nobody can do better than, worked out again from the first level's proof."""
    bound_status: str
    """How the bound is known: `proved`, or by the solver's word."""
    deviation: float
    """The largest |tickets - TICKETS * fair chance| of any person."""

    @property
    def inside(self) -> float:
        """Seconds for all but the bundle: what another program's reading and lottery can be held against."""
        return self.reading + self.lottery


def timed(pool: Pool, limit: float) -> tuple[Run, Timed | None]:
    """Make a pool's lottery in a process of its own; None where it failed or the time limit stopped it."""
    files = str(pool.replies), str(pool.quotas), str(pool.seats)
    run = measured([sys.executable, "-m", "benchmarks.timed_lottery", *files], limit)
    if not run.ended_well:
        return run, None
    found = json.loads(run.output)
    exact = {name: None if found[name] is None else Fraction(found[name]) for name in ("minimum", "bound")}
    return run, Timed(**{**found, **exact})


def proven_bound(certificate: Certificate) -> Fraction | None:
    """Give the chance that the least likely person cannot exceed in any lottery, from the first level's proof.

    Weights of people add up to `bound` at most over any panel, so the least of their chances is at most that divided
    by the sum of the weights.
    """
    if not certificate.levels:
        return None
    level = certificate.levels[0]
    never = set(certificate.unreachable)
    weights = [weight * len(certificate.classes[at]) for at, weight in level.weights if at not in never]
    return level.bound / sum(weights) if min(weights, default=Fraction(0)) > 0 else None


def largest_deviation(lottery: Lottery) -> float:
    """Give the largest difference between a person's tickets and their fair number, in exact arithmetic if known."""
    tickets = len(lottery.panels)
    pairs = {
        (count, float(fair) if exact is None else exact)
        for count, fair, exact in zip(lottery.tickets.tolist(), lottery.fair.tolist(), lottery.fair_exact, strict=True)
    }
    return float(max(abs(count - tickets * fair) for count, fair in pairs))


def _main(replies: str, quotas_file: str, seats: int) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    with _watched() as searches, tempfile.TemporaryDirectory() as folder:
        with _clock(seconds, "reading"):
            pool, quotas = read_pool(replies), read_quotas(quotas_file, seats)
            matched = match(pool, quotas)
        with _clock(seconds, "lottery"):
            if short := shortages(matched.problem):
                raise InfeasibleError(short)
            lottery = made_by.fair_lottery(matched.problem, "leximin", TICKETS)
        with _clock(seconds, "writing"):
            frozen = freeze(lottery, pool, matched.rows, name="benchmark", id_column=matched.id_column, key=_KEY)
            write_lottery(Path(folder) / "bundle", frozen, dt.datetime.now(dt.UTC))
    certificate = lottery.certificate
    minimum = min((level.value for level in certificate.levels), default=None)
    bound = proven_bound(certificate)
    return {
        **seconds,
        "people": len(matched.problem.ids),
        "types": len(certificate.classes),
        "levels": len(certificate.levels),
        "cuts": len(certificate.details.get("lines", ())),
        "panels": sum(len(search.panels) for search in searches),
        "programs": sum(search.exact_programs for search in searches),
        "status": certificate.status,
        "minimum": None if minimum is None else str(minimum),
        "bound": None if bound is None else str(bound),
        "bound_status": certificate.levels[0].status if certificate.levels else "",
        "deviation": largest_deviation(lottery),
    }


@contextmanager
def _clock(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start


@contextmanager
def _watched() -> Iterator[list[PanelSearch]]:
    """Keep hold of the searches for panels, to count afterwards what they did."""
    searches: list[PanelSearch] = []

    class Watched(PanelSearch):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            searches.append(self)

    usual = made_by.PanelSearch
    made_by.PanelSearch = Watched  # type: ignore[misc]
    try:
        yield searches
    finally:
        made_by.PanelSearch = usual  # type: ignore[misc]


if __name__ == "__main__":
    print(json.dumps(_main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
