"""From a problem to its lottery: classes, panels, optimal marginals, tickets, people."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from sortition.canonical import digest_of
from sortition.engine.dealing import deal
from sortition.engine.polytope import Polytope, relaxation
from sortition.engine.rounding import round_to_tickets
from sortition.engine.search import PanelSearch
from sortition.engine.types import classes_of
from sortition.errors import UsageError
from sortition.fairness import OBJECTIVES
from sortition.fairness.marginals import Marginals, ProvedLevel
from sortition.model import Certificate, Classes, Level, Lottery, Problem, Progress, Status, no_progress

MOST_TICKETS = 1_000_000


def fair_lottery(
    problem: Problem, objective: str = "leximin", tickets: int = 1000, progress: Progress = no_progress
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

    Raises
    ------
    InfeasibleError
        No panel meets the quotas.
    SolverError
        A solver failed, or an answer of its did not stand up to checking.
    UsageError
        There is no such objective, or the number of tickets makes no sense.
    """
    if objective not in OBJECTIVES:
        raise UsageError(f"there is no objective '{objective}'; choose one of {', '.join(OBJECTIVES)}")
    if not 1 <= tickets <= MOST_TICKETS:
        raise UsageError(f"a lottery has 1 to {MOST_TICKETS:,} panels, not {tickets:,}")
    seed = problem_digest(problem)
    classes = classes_of(problem)
    search = PanelSearch(relaxation(classes), int(seed[:15], 16), progress)
    search.reach()
    marginals = OBJECTIVES[objective](search)
    compositions = round_to_tickets(search, marginals.seats, tickets)
    panels = deal(problem, classes, compositions, seed)
    fair, exact = _chances(marginals, classes)
    return Lottery(problem, objective, panels, fair, exact, _certificate(objective, marginals, classes))


def unreachable(problem: Problem, progress: Progress = no_progress) -> tuple[int, ...]:
    """Give the people whom no valid panel can contain, as positions in `Problem.ids`.

    Raises
    ------
    InfeasibleError
        No panel meets the quotas.
    """
    classes = classes_of(problem)
    search = PanelSearch(relaxation(classes), int(problem_digest(problem)[:15], 16), progress)
    search.reach()
    never = np.flatnonzero(search.polytope.high == 0)
    return tuple(sorted(person for at in never for person in classes.members[at]))


def problem_digest(problem: Problem) -> str:
    """Give the SHA-256 of everything that a lottery depends on."""
    return digest_of(
        {
            "categories": problem.categories,
            "values": problem.values,
            "people": [
                [person, codes, household]
                for person, codes, household in zip(
                    problem.ids, problem.codes.tolist(), problem.households.tolist(), strict=True
                )
            ],
            "panel_size": problem.panel_size,
            "quotas": [[quota.of, quota.low, quota.high] for quota in problem.quotas],
        }
    )


def _chances(marginals: Marginals, classes: Classes) -> tuple[np.ndarray[Any, Any], tuple[Fraction | None, ...]]:
    """Spread the chances of classes over their members."""
    fair = np.zeros(sum(len(members) for members in classes.members))
    exact: list[Fraction | None] = [None] * len(fair)
    for members, seats, chance in zip(classes.members, marginals.seats.tolist(), marginals.chances, strict=True):
        for person in members:
            fair[person] = seats / len(members) if chance is None else float(chance)
            exact[person] = chance
    return fair, tuple(exact)


def _certificate(objective: str, marginals: Marginals, classes: Classes) -> Certificate:
    """Write the proof down in classes."""
    polytope = marginals.polytope
    own_rows = 1 + len(classes.matrix)
    levels = tuple(_level(level, polytope, classes) for level in marginals.levels)
    never = tuple(np.flatnonzero(polytope.high == 0).tolist())
    weak = bool(never) or any(level.status != "proved" for level in levels)
    details = {
        "cuts": [
            {"weights": _sparse(row), "bound": int(high)}
            for row, high in zip(polytope.rows[own_rows:], polytope.row_high[own_rows:], strict=True)
        ],
        "lowest seats": polytope.low.tolist(),
        "highest seats": polytope.high.tolist(),
        "multipliers": [
            {"denominator": str(level.bound.denominator), "rows": _sparse(level.bound.multipliers)}
            for level in marginals.levels
        ],
    }
    return Certificate(
        objective=objective,
        status="attested by the solver" if weak else "proved",
        classes=classes.members,
        levels=levels,
        unreachable=never,
        details=details,
    )


def _level(level: ProvedLevel, polytope: Polytope, classes: Classes) -> Level:
    bound = level.bound
    weights = tuple(
        (at, Fraction(int(bound.weights[at]), bound.denominator)) for at in np.flatnonzero(bound.weights).tolist()
    )
    return Level(
        level.value, level.members, weights, Fraction(bound.value, bound.denominator), _status(level, polytope, classes)
    )


def _status(level: ProvedLevel, polytope: Polytope, classes: Classes) -> Status:
    """Call a level proved only if its bound rests on nothing but the quotas, caps and the panel size."""
    uses_cut = level.bound.multipliers[1 + len(classes.matrix) :].any()
    learnt = (polytope.low > 0) | (polytope.high < classes.caps)
    known = len(level.bound.multipliers)  # later levels may have found more cuts
    gains = polytope.rows[:known].T @ level.bound.multipliers
    uses_learnt = (learnt & ((gains < 0) | (gains != level.bound.weights))).any()
    return "attested by the solver" if uses_cut or uses_learnt else "proved"


def _sparse(row: np.ndarray[Any, Any]) -> list[list[Any]]:
    """Write a vector of whole numbers as pairs (place, number as text)."""
    return [[at, str(int(row[at]))] for at in np.flatnonzero(row).tolist()]
