"""From a problem to its lottery: classes, panels, optimal marginals, tickets, people."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import numpy as np

from sortition.canonical import canonical_pieces, sha256_of
from sortition.engine.dealing import deal
from sortition.engine.polytope import relaxation
from sortition.engine.rounding import round_to_tickets
from sortition.engine.search import PanelSearch
from sortition.engine.types import classes_of
from sortition.errors import UsageError
from sortition.fairness import OBJECTIVES, Task
from sortition.fairness.marginals import Marginals
from sortition.fairness.proof import certificate
from sortition.messages import phrase
from sortition.model import Certificate, Classes, FloatArray, Lottery, Problem, Progress, no_progress

MOST_TICKETS = 1_000_000


def fair_lottery(
    problem: Problem,
    objective: str = "leximin",
    tickets: int = 1000,
    progress: Progress = no_progress,
    gamma: float = 1.0,
    time_limit: float | None = None,
) -> Lottery:
    """Find the fairest lottery over the valid panels.

    All random choices are derived from the problem itself, so that the same problem always has the same lottery.

    Parameters
    ----------
    problem
        People, households and quotas.
    objective
        A key of `OBJECTIVES`.
    tickets
        How many panels, all equally likely.
    progress
        Told of each step.
    gamma
        How much the lowest chance counts beside the highest, for goldilocks.
    time_limit
        Seconds after which leximin and maximin settle for the best mixture of the panels found; the certificate's
        details then hold, under `open`, what it reaches and what the proof says could be reached. The tickets are made
        after that. Where no valid lottery is known by then, or of other objectives, the search goes on.

    Raises
    ------
    InfeasibleError
        No panel meets the quotas.
    SolverError
        A solver failed, or an answer of its did not stand up to checking.
    UsageError
        There is no such objective, or the number of tickets makes no sense.
    """
    digest = problem_digest(problem)
    task, marginals = _optimum(problem, digest, objective, tickets, progress, gamma, time_limit)
    compositions = marginals.panels
    if compositions is None:
        compositions = round_to_tickets(task.search, marginals.seats, tickets)
    panels = deal(problem, task.classes, compositions, digest)
    fair, exact = _chances(marginals, task.classes)
    proof = certificate(objective, marginals, task.classes, task.search)
    return Lottery(problem, objective, panels, fair, exact, proof)


def fair_chances(
    problem: Problem,
    objective: str = "leximin",
    tickets: int = 1000,
    progress: Progress = no_progress,
    gamma: float = 1.0,
) -> tuple[FloatArray, Certificate]:
    """Find the fair chances only, shape (people,), without rounding them to tickets (see `fair_lottery`)."""
    task, marginals = _optimum(problem, problem_digest(problem), objective, tickets, progress, gamma)
    return _chances(marginals, task.classes)[0], certificate(objective, marginals, task.classes, task.search)


def _optimum(
    problem: Problem,
    digest: str,
    objective: str,
    tickets: int,
    progress: Progress,
    gamma: float,
    time_limit: float | None = None,
) -> tuple[Task, Marginals]:
    """Find an objective's optimal marginals."""
    end = None if time_limit is None else time.monotonic() + time_limit
    if objective not in OBJECTIVES:
        known = ", ".join(OBJECTIVES)
        raise UsageError(
            phrase("there is no objective '{objective}'; choose one of {known}", objective=objective, known=known)
        )
    if not 1 <= tickets <= MOST_TICKETS:
        raise UsageError(
            phrase("a lottery has 1 to {most:,} panels, not {wanted:,}", most=MOST_TICKETS, wanted=tickets)
        )
    classes = classes_of(problem)
    seed = int(digest[:15], 16)
    search = PanelSearch(relaxation(classes), seed, progress, lambda: end is not None and time.monotonic() > end)
    task = Task(search, classes, tickets, gamma)
    return task, OBJECTIVES[objective](task)


def unreachable(problem: Problem, progress: Progress = no_progress) -> tuple[int, ...]:
    """Give the people whom no valid panel can contain, as positions in `Problem.ids`.

    Raises
    ------
    InfeasibleError
        No panel meets the quotas.
    """
    classes = classes_of(problem)
    search = reached(problem, classes, progress)
    never = np.flatnonzero(search.polytope.high == 0)
    return tuple(sorted(person for at in never for person in classes.members[at]))


def reached(problem: Problem, classes: Classes, progress: Progress = no_progress) -> PanelSearch:
    """Give a search that has a panel for each class that any panel can contain, and knows the others.

    Raises
    ------
    InfeasibleError
        No panel meets the quotas.
    """
    search = PanelSearch(relaxation(classes), int(problem_digest(problem)[:15], 16), progress)
    search.reach()
    return search


def problem_digest(problem: Problem) -> str:
    """Give the SHA-256 of everything that a lottery depends on."""
    document = {
        "categories": problem.categories,
        "values": problem.values,
        "panel_size": problem.panel_size,
        "quotas": [[quota.of, quota.low, quota.high] for quota in problem.quotas],
    }
    people = zip(problem.ids, map(np.ndarray.tolist, problem.codes), problem.households.tolist(), strict=True)
    return sha256_of(canonical_pieces(document, "people", people))


def _chances(marginals: Marginals, classes: Classes) -> tuple[np.ndarray[Any, Any], tuple[Fraction | None, ...]]:
    """Spread the chances of classes over their members."""
    fair = np.zeros(sum(len(members) for members in classes.members))
    exact: list[Fraction | None] = [None] * len(fair)
    for members, seats, chance in zip(classes.members, marginals.seats.tolist(), marginals.chances, strict=True):
        for person in members:
            fair[person] = seats / len(members) if chance is None else float(chance)
            exact[person] = chance
    return fair, tuple(exact)
