"""Which quotas hold the lowest chance down, and what a seat less would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sortition.checking import Bound
from sortition.engine.levels import LevelAnswer, PolytopeLevels
from sortition.engine.polytope import Polytope, relaxation
from sortition.engine.types import classes_of
from sortition.model import FloatArray, Problem

MATTERS = 1e-7
"""A dual below this is the solver's rounding."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A quota that holds the lowest chance down."""

    bound: Bound
    per_seat: float
    """By how much the bound on the lowest chance would rise if this number gave way by one seat: at most so much, since
    the bound is concave in it (linear programming duality)."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What the quotas do to people's chances."""

    lowest: float
    """No lottery gives everybody who can be drawn more than this (the quotas' linear relaxation)."""
    holds: tuple[Hold, ...]
    """The strongest first."""


def binding(problem: Problem, never: Sequence[int] = ()) -> Binding:
    """Name the quotas that bind.

    Parameters
    ----------
    problem
        One with a valid panel.
    never
        People whom no valid panel can contain, as positions in `Problem.ids`; they do not count as least likely.
    """
    classes = classes_of(problem)
    out = set(never)
    polytope = _open(problem, out)
    answer = _level(polytope)
    force = -answer.multipliers[1 : 1 + classes.quota_rows]
    holds = [Hold(bound, abs(float(force[bound.quota]))) for bound in _bounds(force)]
    return Binding(answer.chance, tuple(sorted(holds, key=lambda hold: -hold.per_seat)))


def _level(polytope: Polytope) -> LevelAnswer:
    """Solve for the first level among those who can be drawn."""
    program = PolytopeLevels(polytope)
    for at in np.flatnonzero(polytope.high == 0).tolist():
        program.settle(at, 0.0)
    return program.solve()


def _bounds(force: FloatArray) -> Iterator[Bound]:
    """Turn duals into bounds: positive where a lowest number presses, negative where a highest does."""
    for quota in np.flatnonzero(np.abs(force) > MATTERS).tolist():
        yield Bound(quota, "lowest" if force[quota] > 0 else "highest")


def _open(problem: Problem, never: set[int]) -> Polytope:
    """Give the relaxation of a problem with the seats of those who cannot be drawn set to none."""
    classes = classes_of(problem)
    polytope = relaxation(classes)
    closed = [members[0] in never for members in classes.members]
    return replace(polytope, high=np.where(closed, 0, polytope.high).astype(np.int32))
