"""Integer programs that leave a proof: a tree of splits whose ends are linear bounds in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortition.engine.certificate import weak_duality
from sortition.engine.polytope import Line, Polytope, Proof, Split, Tree
from sortition.engine.quantities import WHOLE, Quantities
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, LinearSolution

MOST_PROGRAMS = 20_000
"""Linear programs after which the proof of one line is given up; no pool tried has needed more than 1,000."""
DEEPEST = 90
"""Splits on the way to one case; verifiers allow 100."""
SCALES = (1, 2, 6, 60, 2520, 10**5, 2**24, 2**30)
"""Denominators with which multipliers are tried as whole numbers, the simplest first."""
EXACT = 2.0**62
"""Sums of whole numbers of 64 bits below this cannot have overflowed."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A quantity has `most` at most; with sign -1 it is its negative that has."""

    quantity: int
    sign: int
    most: int


_Way = tuple[_Case, ...]


def prove_by_cases(polytope: Polytope, line: Line, quantities: Quantities) -> Tree | None:
    """Prove that no panel weighs more than a line says; parameters as of `settle_by_cases`.

    Returns
    -------
    Tree or None
        None where the proof was given up.

    Raises
    ------
    SolverError
        A panel weighs more.
    """
    settled = settle_by_cases(polytope, line, quantities, MOST_PROGRAMS)
    if isinstance(settled, np.ndarray):
        raise SolverError(phrase("an integer program overlooked a panel; no lottery was made"))
    return settled


def settle_by_cases(
    polytope: Polytope, line: Line, quantities: Quantities, most_programs: int
) -> Tree | IntArray | None:
    """Prove that no panel weighs more than a line says, or find one that does, by branch and bound.

    Where the linear bound does not say so, a quantity that is a whole number for every panel but not for the linear
    optimum is split on: v at most, or v + 1 at least. Of some splits that one is taken which lowers the linear bound
    most on both sides; the case that it lowers less comes first, as panels are likelier there.

    Parameters
    ----------
    polytope
        What is proved already.
    line
        What is to be proved.
    quantities
        What cases may be split by; they learn from this.
    most_programs
        Linear programs after which to give up.

    Returns
    -------
    Tree, IntArray or None
        The proof; or a panel that weighs more, shape (classes,); or None where it was given up.
    """
    search = _CaseSearch(polytope, line, quantities)
    tree: list[Proof | Split] = []
    waiting: list[_Way] = [()]
    while waiting:
        way = waiting.pop()
        try:
            answer = search.solve(way)
            end = search.end(way, answer)
            panel = None if end else search.heavier_panel(answer)
            if panel is not None:
                return panel
            split = None if end or not answer.feasible else search.best_split(way, answer)
        except SolverError:
            return None  # a linear program that could not be solved proves nothing
        if end:
            tree.append(end)
        elif split and len(way) < DEEPEST and search.programs < most_programs:
            tree.append(Split(split.sign * quantities.weights(split.quantity), split.most))
            waiting += [(*way, _other(split)), (*way, split)]
        else:
            return None
    return tuple(tree)


def _other(case: _Case) -> _Case:
    """Give the case that holds where another does not."""
    return _Case(case.quantity, -case.sign, -case.most - 1)


class _CaseSearch:
    """The linear program of the case that is looked at."""

    def __init__(self, polytope: Polytope, line: Line, quantities: Quantities) -> None:
        self._polytope, self._line, self._quantities = polytope, line, quantities
        self._model = LinearModel(replace(polytope.program(), cost=-line.weights.astype(np.float64)))
        self._rows: dict[int, int] = {}
        self._set: dict[int, tuple[float, float]] = {}
        self.programs = 0

    def solve(self, way: _Way) -> LinearSolution:
        """Maximise the line's weights where all cases on the way hold."""
        wanted: dict[int, tuple[float, float]] = {}
        for case in way:
            low, high = wanted.get(case.quantity, (-INFINITY, INFINITY))
            wanted[case.quantity] = (low, case.most) if case.sign > 0 else (-case.most, high)
        for quantity in self._set:
            if quantity not in wanted:
                self._model.set_row(self._rows[quantity], -INFINITY, INFINITY)
        for quantity, bounds in wanted.items():
            if quantity not in self._rows:
                self._rows[quantity] = self._model.add_row(self._quantities.weights(quantity))
            if self._set.get(quantity) != bounds:
                self._model.set_row(self._rows[quantity], *bounds)
        self._set = wanted
        self.programs += 1
        return self._model.solve()

    def end(self, way: _Way, answer: LinearSolution) -> Proof | None:
        """Prove the line for one case; None where the linear bound does not, or not when rounded."""
        if not answer.feasible:
            duals = self._model.contradiction()
            return None if duals is None else self._rounded(way, duals / max(np.abs(duals).max(), WHOLE), 0)
        if -answer.objective >= self._line.bound + 1 - WHOLE:
            return None
        return self._rounded(way, -answer.duals, 1)

    def _rounded(self, way: _Way, multipliers: FloatArray, bounded: int) -> Proof | None:
        for scale in SCALES:
            whole = np.rint(multipliers * scale)
            proof = self._weighed(way, whole.astype(np.int64), scale * bounded) if self._small(whole) else None
            if proof is not None:
                return proof
        return None

    def _small(self, multipliers: FloatArray) -> bool:
        own = multipliers[: len(self._polytope.rows)]
        return bool((np.abs(self._polytope.rows).T @ np.abs(own)).max() + np.abs(multipliers).sum() < EXACT)

    def _weighed(self, way: _Way, multipliers: NDArray[np.int64], denominator: int) -> Proof | None:
        """Combine the rows and the cases on the way; None unless the bound follows."""
        weights, value, used = self._line.weights * denominator, 0, []
        last = {(case.quantity, case.sign): at for at, case in enumerate(way)}
        for (quantity, sign), at in sorted(last.items()):
            times = sign * int(multipliers[self._rows[quantity]])
            if times > 0:
                weights = weights - sign * times * self._quantities.weights(quantity)
                value += times * way[at].most
                used.append((at, times))
        rows, proof = weak_duality(self._polytope, weights, multipliers[: len(self._polytope.rows)], denominator)
        if rows + value >= denominator * (self._line.bound + 1):
            return None
        return replace(proof, splits=tuple(sorted(used)))

    def heavier_panel(self, answer: LinearSolution) -> IntArray | None:
        """Give the linear optimum if it is a panel that weighs more than the line says."""
        panel = np.rint(answer.x).astype(np.int32)
        if not answer.feasible or not self._polytope.holds(panel[None, :])[0]:
            return None
        return panel if panel @ self._line.weights > self._line.bound else None

    def best_split(self, way: _Way, answer: LinearSolution) -> _Case | None:
        """Try splits on quantities that are not whole numbers; give the one that lowers both sides' bounds most."""
        best, most = None, -1.0
        for number, below in self._quantities.promising(answer.x, self._polytope.high.astype(np.float64)):
            case = _Case(number, 1, below)
            lower, upper = (self._lowered(answer, self.solve((*way, side))) for side in (case, _other(case)))
            self._quantities.learn(number, lower, upper)
            if (lower + WHOLE) * (upper + WHOLE) > most:
                best, most = case if lower <= upper else _other(case), (lower + WHOLE) * (upper + WHOLE)
            if min(lower, upper) == 1.0:
                break
        return best

    def _lowered(self, before: LinearSolution, after: LinearSolution) -> float:
        """Tell by which part of what is wanting a bound is lower."""
        wanting = max(-before.objective - self._line.bound - 1, 0.0) + WHOLE
        return min(max(after.objective - before.objective, 0.0) / wanting, 1.0)
