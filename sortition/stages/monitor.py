"""Before closing day: which quotas the replies so far leave short, and how likely they are to be met.

The model: a further reply has a value with an unknown probability that is the same for every reply to come, and of
which the replies so far tell. With Jeffreys' prior Beta(1/2, 1/2) and c of n replies with the value, the number among N
further ones is beta-binomial with parameters N, c + 1/2 and n - c + 1/2 (Johnson, Kemp and Kotz, "Univariate Discrete
Distributions", 3rd edition, 2005, chapter 6; the prior: Jeffreys, "Theory of Probability", 3rd edition, 1961, chapter
III). N is taken as declared, and late repliers as being like early ones: reminders sent to one group break both.

That all quotas can be met together is simulated, with the same allowance for what a few replies do not show: in each
category every value counts half a reply more than have it, so that answers which nobody has given yet can come
(Dirichlet prior of 1/2 a value: Krichevsky and Trofimov, "The performance of universal encoding", IEEE Transactions on
Information Theory 27 (1981), 199–207).
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sortition.canonical import sha256_hex
from sortition.checking import has_panel, seatable
from sortition.engine.types import classes_of
from sortition.errors import Fault, InputError, UsageError
from sortition.messages import phrase
from sortition.model import Pool, Problem, Progress, Quota, no_progress
from sortition.reading.faults import Faults

SIMULATIONS = 200
"""Pools at closing day that are simulated to see whether they have a valid panel."""
SECONDS = 10.0
"""Time after which no more of them are simulated."""
PACE_DAYS = 7
"""The pace of replies is that of so many days up to the last reply."""
MOST_EXPECTED = 100_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A quota with a lowest number, against the replies so far."""

    quota: Quota
    people: int
    """How many people who may be drawn count towards it."""
    seatable: int
    """How many of them can be on a panel together (one from each household)."""
    expected: float
    """How many more are to be expected by closing day."""
    chance: float
    """Probability that they, each from a household of their own, make up what is missing of the lowest number."""

    @property
    def missing(self) -> int:
        """How many people are missing for the lowest number alone; a fair lottery wants more than that."""
        return max(0, self.quota.low - self.seatable)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected on closing day."""

    name: str
    panel_size: int
    people: int
    """Who may be drawn so far."""
    further: int
    """Further replies expected."""
    cells: tuple[Cell, ...]
    """Whom to chase first: the least likely quota first, then by what is missing of it."""
    feasible: bool
    """Whether there is a valid panel already."""
    simulated: int
    """How many pools at closing day were simulated."""
    with_panel: int
    """How many of them had a valid panel."""


def outlook(problem: Problem, further: int, name: str = "", progress: Progress = no_progress) -> Outlook:
    """Compare the replies so far with the quotas and look ahead to closing day.

    Quota by quota the probability is exact. That all can be met together is simulated, from a seed that the problem
    gives: a further person is a copy of somebody there by then, but for answers drawn afresh as often as the prior asks
    (Pólya's urn). So answers stay together in people as far as they do in the replies.

    Parameters
    ----------
    problem
        The replies so far, and the quotas.
    further
        How many further replies are expected, at least 0.
    name
        Of the quota spec.
    progress
        Told of each step.

    Raises
    ------
    UsageError
        The number of further replies makes no sense.
    """
    if not 0 <= further <= MOST_EXPECTED:
        raise UsageError(
            phrase(
                "0 to {most:,} further replies can be expected, not {further:,}.", most=MOST_EXPECTED, further=further
            )
        )
    cells = [_cell(problem, at, further) for at, quota in enumerate(problem.quotas) if quota.low > 0]
    now = has_panel(problem, classes_of)
    simulated, with_panel = (0, 0) if now or not further or not problem.ids else _simulated(problem, further, progress)
    return Outlook(
        name,
        problem.panel_size,
        len(problem.ids),
        further,
        tuple(sorted(cells, key=lambda cell: (cell.chance, -cell.missing / cell.quota.low, -cell.missing))),
        now,
        simulated,
        with_panel,
    )


def _cell(problem: Problem, at: int, further: int) -> Cell:
    counted = problem.membership[:, at]
    people, everybody = int(counted.sum()), len(problem.ids)
    most = seatable(problem, counted)
    alpha, beta = people + 0.5, everybody - people + 0.5
    chance = at_least(max(0, problem.quotas[at].low - most), further, alpha, beta)
    return Cell(problem.quotas[at], people, most, further * alpha / (alpha + beta), chance)


def at_least(wanted: int, trials: int, alpha: float, beta: float) -> float:
    """Give the probability that a beta-binomial number is at least as large as wanted, by summing its terms."""
    if wanted <= 0:
        return 1.0
    total = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta) - math.lgamma(trials + alpha + beta)
    terms = (
        math.lgamma(trials + 1)
        - math.lgamma(hits + 1)
        - math.lgamma(trials - hits + 1)
        + math.lgamma(hits + alpha)
        + math.lgamma(trials - hits + beta)
        for hits in range(wanted, trials + 1)
    )
    return min(1.0, math.fsum(math.exp(total + term) for term in terms))


def _simulated(problem: Problem, further: int, progress: Progress) -> tuple[int, int]:
    """Simulate pools at closing day, and give how many there are and how many of them have a panel."""
    seed = sha256_hex(repr((problem.ids, problem.codes.tolist(), further)).encode())
    random = np.random.Generator(np.random.PCG64(int(seed[:15], 16)))
    end, found = time.monotonic() + SECONDS, 0
    for done in range(SIMULATIONS):
        if time.monotonic() > end:
            return done, found
        progress(
            phrase("pools at closing day"),
            phrase("{found} of {done} have a panel", found=found, done=done),
            done / SIMULATIONS,
        )
        found += has_panel(_at_closing(problem, further, random), classes_of)
    return SIMULATIONS, found


def _at_closing(problem: Problem, further: int, random: np.random.Generator) -> Problem:
    """Add further people, each like somebody there by then, some answers drawn afresh, in a household of their own."""
    people = len(problem.ids)
    values = np.array([len(each) for each in problem.values])
    codes = np.concatenate([problem.codes, np.zeros((further, len(values)), dtype=np.int16)])
    for new in range(people, people + further):
        # (count of the value + 1/2) / (people + values/2), as a copy or afresh
        afresh = random.random(len(values)) < values / (values + 2 * new)
        codes[new] = np.where(afresh, random.integers(values), codes[random.integers(new)])
    return replace(
        problem,
        ids=(*problem.ids, *(f"further reply {number}" for number in range(1, further + 1))),
        codes=codes,
        households=np.append(problem.households, np.full(further, -1, dtype=np.int32)),
    )


def further_replies(pool: Pool, rows: Sequence[int], column: str, closing: dt.date) -> int:
    """Give how many further replies come until closing day if they keep the pace of the last week of replies.

    Parameters
    ----------
    pool
        As read.
    rows
        The rows of the people who may be drawn.
    column
        Column with the day of each reply, written YYYY-MM-DD (a time of day may follow).
    closing
        The last day of replies.

    Raises
    ------
    InputError
        There is no such column, or a cell is no date; with every such line.
    UsageError
        Closing day is over already on the day of the last reply.
    """
    if column not in pool.columns:
        text = phrase("there is no column '{column}' with the days of the replies.", column=column)
        raise InputError(Fault(text, pool.source))
    at, faults, days = pool.columns.index(column), Faults(pool.source), []
    for row in rows:
        try:
            days.append(dt.date.fromisoformat(pool.rows[row][at][:10]))
        except ValueError:
            text = phrase("{column}: the day of the reply is not written as YYYY-MM-DD.", column=column)
            faults.add(text, pool.lines[row])
    faults.raise_if_any()
    if not days:
        raise InputError(Fault(phrase("there are no replies to tell a pace from."), pool.source))
    last = max(days)
    if closing < last:
        raise UsageError(
            phrase("closing day {closing} is before the last reply of {last}.", closing=closing, last=last)
        )
    since = max(min(days), last - dt.timedelta(days=PACE_DAYS - 1))
    pace = sum(day >= since for day in days) / ((last - since).days + 1)
    return round(pace * (closing - last).days)
