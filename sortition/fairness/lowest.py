"""How likely the least likely person can be drawn at best: bounds that take seconds, not the proof."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from sortition.engine.levels import PanelLevels, PolytopeLevels
from sortition.engine.polytope import relaxation
from sortition.engine.search import PanelSearch
from sortition.engine.types import classes_of
from sortition.errors import InfeasibleError
from sortition.messages import phrase
from sortition.model import Problem
from sortition.solver import LinearModel

PANELS = 60
"""Panels sampled at a time: enough for all bounds in small pools within a second."""
ROUNDS = 8
"""How often more panels are sampled at most, each time for what is missing."""
TILT = 4.0
"""How strongly people whom no panel found contains are preferred in the next ones."""
ENOUGH = 0.99
"""At this share of the upper bound the lower one is good enough."""


@dataclass(frozen=True, slots=True)
class LowestChance:
    """Bounds of the lowest chance in the lottery that makes it as high as possible (maximin)."""

    at_least: float
    """Some lottery gives this to everybody but the people not met."""
    at_most: float
    """No lottery gives more to everybody but them (the quotas' linear relaxation, weak duality)."""
    not_met: int
    """People whom no panel found contains: looked for within the time given, not proved to be out of reach."""


def lowest_chance(problem: Problem, seconds: float = 1.0, seed: int = 1) -> LowestChance:
    """Bound the lowest chance from both sides.

    Parameters
    ----------
    problem
        One with a valid panel.
    seconds
        After this time no more panels are sought; what has been found is used. With 0, none are: the bound from below
        is 0 then, and everybody counts as met.
    seed
        Of the panels sampled.

    Raises
    ------
    InfeasibleError
        There is no valid panel.
    """
    end = time.monotonic() + seconds
    search = PanelSearch(relaxation(classes_of(problem)), seed)
    polytope, sizes = search.polytope, search.polytope.sizes
    outer = PolytopeLevels(polytope).solve()
    if seconds <= 0:
        return LowestChance(0.0, max(outer.chance, 0.0), 0)
    without_news = 0
    for turn in range(ROUNDS):
        missing = search.panels.max(axis=0, initial=0) == 0
        tilt = np.where(missing, TILT if turn else 0.0, 0.0)
        near = outer.x if turn % 2 else polytope.even
        new = search.add(search.sampler(polytope).panels(near, PANELS, batch=PANELS, tilt=tilt))
        without_news = 0 if new else without_news + 1
        if not len(search.panels):
            _any_panel(search)
        at_least, at_most = _bounds(search)
        reached = at_least >= ENOUGH * at_most and not missing.any()
        if reached or without_news == 2 or time.monotonic() > end:
            break
    met = search.panels.max(axis=0) > 0
    return LowestChance(at_least, max(at_least, at_most), int(sizes[~met].sum()))


def _any_panel(search: PanelSearch) -> None:
    answer = LinearModel(search.polytope.program(integer=True)).solve_for_any()
    if not answer.feasible:
        raise InfeasibleError(phrase("no panel meets all quotas"))
    search.add(np.rint(answer.x)[None, :].astype(np.int32))


def _bounds(search: PanelSearch) -> tuple[float, float]:
    """Give what a mixture of the panels found reaches, and what no mixture exceeds, for the people in some of them."""
    polytope = search.polytope
    programs = PanelLevels(search.panels, polytope.sizes), PolytopeLevels(polytope)
    for at in np.flatnonzero(search.panels.max(axis=0) == 0).tolist():
        for program in programs:
            program.settle(at, 0.0)
    inner, outer = (program.solve().chance for program in programs)
    return inner, outer
