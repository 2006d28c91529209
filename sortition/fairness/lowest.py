"""How likely the least likely person can be drawn at best: by the lottery where that takes seconds, else by a bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sortition.engine.polytope import Polytope, relaxation
from sortition.engine.search import PanelSearch
from sortition.engine.types import classes_of
from sortition.fairness.leximin import first_bound
from sortition.fairness.maximin import maximin
from sortition.model import Problem, Status

MOST_CLASSES = 650
"""Classes of people, in all problems asked about together, up to which lotteries are made. It is a size and not a time,
so that the same problems have the same answers on every machine."""
MOST_PROGRAMS = 20
"""Integer programs that a lottery may take beside those that tell who can be drawn."""
TICKETS = 300
"""Tickets to which these lotteries would be rounded."""
SEED = 1
"""Of the panels sampled."""


@dataclass(frozen=True, slots=True)
class LowestChance:
    """The lowest chance of anybody who can be drawn, in the lottery that makes it as high as possible (maximin)."""

    at_least: float
    """Some lottery gives this to all of them; 0 where none was made."""
    at_most: float
    """No lottery gives more to all of them."""
    never: int | None
    """People whom no valid panel can contain; None where that was not found out."""
    status: Status
    """How `at_most` is known: proved, or attested by the solver."""

    @property
    def exact(self) -> bool:
        """Whether the best lottery is known."""
        return self.at_least == self.at_most


class LowestChances:
    """Finds lowest chances: by lotteries for the first problems asked about, then, past `MOST_CLASSES`, by bounds."""

    def __init__(self) -> None:
        self._spent = 0

    def of(self, problem: Problem) -> LowestChance:
        """Find the lowest chance in a problem with a valid panel.

        Raises
        ------
        InfeasibleError
            There is no valid panel.
        SolverError
            A solver failed.
        """
        search = PanelSearch(relaxation(classes_of(problem)), SEED)
        if self._still_for(search):
            search.reach()
            return _by_lottery(search)
        search.sample(turns=1)
        return _bound(search, None)

    def after_reaching(self, search: PanelSearch) -> LowestChance:
        """Find the lowest chance where each class that can be reached has been; the search keeps what is found."""
        if self._still_for(search):
            return _by_lottery(search)
        return _bound(search, _never(search.polytope))

    def _still_for(self, search: PanelSearch) -> bool:
        self._spent += len(search.polytope.sizes)
        return self._spent <= MOST_CLASSES


def _by_lottery(search: PanelSearch) -> LowestChance:
    """Make the lottery, as far as so many integer programs go."""
    most = search.exact_programs + MOST_PROGRAMS
    search.out_of_time = lambda: search.exact_programs >= most
    found = maximin(search, TICKETS)
    never, status = _never(found.polytope), _status(found.polytope)
    if found.open_level is not None:
        return LowestChance(found.open_level.reached, float(found.open_level.bound), never, status)
    value = float(found.levels[0].value)
    return LowestChance(value, value, never, status)


def _bound(search: PanelSearch, never: int | None) -> LowestChance:
    """Bound the lowest chance by weak duality, in exact arithmetic.

    Whoever is in none of the panels found may be out of reach, so that nothing is asked for them; of the others it is
    known that they can be drawn, and a bound on their lowest chance is one on that of everybody who can be.
    """
    unseen = np.flatnonzero(search.panels.max(axis=0) == 0).tolist()
    return LowestChance(0.0, float(first_bound(search.polytope, unseen)), never, _status(search.polytope))


def _never(polytope: Polytope) -> int:
    return int(polytope.sizes[polytope.high == 0].sum())


def _status(polytope: Polytope) -> Status:
    """Tell whether all that was learnt of the panels has a proof."""
    return "proved" if all(line.proof is not None for line in polytope.lines) else "attested by the solver"
