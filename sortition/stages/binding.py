"""Which quotas hold the lowest chance down, and which put people on every panel; and what a seat less would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sortition.checking import Bound
from sortition.engine.levels import LevelAnswer, PolytopeLevels
from sortition.engine.polytope import Polytope, relaxation
from sortition.engine.types import classes_of
from sortition.model import FloatArray, Problem
from sortition.solver import LinearModel

MATTERS = 1e-7
"""A dual below this is the solver's rounding."""
NEAR = 1e-6
"""How near to its size a class's seats must be to count as all of it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A quota that holds the lowest chance down."""

    bound: Bound
    per_seat: float
    """By how much the bound on the lowest chance would rise if this number gave way by one seat: at most so much, since
    the bound is concave in it (linear programming duality)."""


@dataclass(frozen=True, slots=True)
class Certain:
    """People who are on every valid panel, whatever the lottery: their chance is 100 %."""

    people: tuple[int, ...]
    """Positions in `Problem.ids`."""
    bounds: tuple[Bound, ...]
    """The quotas that put them there."""
    lowest_after: float
    """Bound on the lowest chance if the first of these quotas gave way by one seat."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What the quotas do to people's chances."""

    lowest: float
    """No lottery gives everybody who can be drawn more than this (the quotas' linear relaxation)."""
    holds: tuple[Hold, ...]
    """The strongest first."""
    certain: tuple[Certain, ...]
    """Those whom the linear relaxation, rounded to whole people, shows to be on every panel."""


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
    model = LinearModel(polytope.program())
    groups: dict[tuple[Bound, ...], list[int]] = {}
    for at in np.flatnonzero((answer.x >= polytope.sizes - NEAR) & (polytope.high > 0)).tolist():
        bounds = _bounds_that_fill(polytope, model, at, classes.quota_rows)
        if bounds:
            groups.setdefault(bounds, []).extend(classes.members[at])
    return Binding(
        answer.chance,
        tuple(sorted(holds, key=lambda hold: -hold.per_seat)),
        tuple(
            Certain(tuple(sorted(people)), bounds, _lowest_without(problem, bounds[0], out))
            for bounds, people in groups.items()
        ),
    )


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


def _bounds_that_fill(polytope: Polytope, model: LinearModel, at: int, quotas: int) -> tuple[Bound, ...]:
    """Name the quotas that make the fewest seats of a class all of it, by the duals of that linear program."""
    model.set_costs((np.arange(len(polytope.sizes)) == at).astype(np.float64))
    answer = model.solve()
    if answer.objective <= polytope.sizes[at] - 1 + NEAR:
        return ()
    return tuple(_bounds(answer.duals[1 : 1 + quotas]))


def _lowest_without(problem: Problem, bound: Bound, never: set[int]) -> float:
    """Bound the lowest chance after one number gave way by one seat."""
    quotas = list(problem.quotas)
    quota = quotas[bound.quota]
    lower = bound.side == "lowest"
    quotas[bound.quota] = replace(quota, low=quota.low - 1) if lower else replace(quota, high=quota.high + 1)
    return _level(_open(replace(problem, quotas=tuple(quotas)), never)).chance


def _open(problem: Problem, never: set[int]) -> Polytope:
    """Give the relaxation of a problem with the seats of those who cannot be drawn set to none."""
    classes = classes_of(problem)
    polytope = relaxation(classes)
    closed = [members[0] in never for members in classes.members]
    return replace(polytope, high=np.where(closed, 0, polytope.high).astype(np.int32))
