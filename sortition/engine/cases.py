"""Prove by cases what an integer program found: a tree of splits whose ends are linear bounds in whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sortition.engine.certificate import weak_duality
from sortition.engine.polytope import Line, Polytope, Proof, Split, Tree
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import Classes, FloatArray
from sortition.solver import INFINITY, LinearModel, LinearSolution

MOST_PROGRAMS = 20_000
"""Linear programs after which the proof of one line is given up; no pool tried has needed more than 3,000."""
DEEPEST = 90
"""Splits on the way to one case; verifiers allow 100."""
LOOKED_AT = 16
"""How many splits are tried out before one is chosen."""
SCALES = (1, 2, 6, 60, 2520, 10**5, 2**24, 2**30)
"""Denominators with which multipliers are tried as whole numbers, the simplest first."""
WHOLE = 1e-6
"""How far from a whole number the solver's answer may be and still count as one."""
EXACT = 2.0**62
"""Sums of whole numbers of 64 bits below this cannot have overflowed."""


@dataclass(frozen=True, eq=False)
class Quantities:
    """What cases are split by: the seats of a class, or of the people whom two quotas both count."""

    cells: NDArray[np.int64]
    """Shape (pairs of quotas, classes): 0 or 1."""

    @classmethod
    def of(cls, classes: Classes) -> Quantities:
        """Take every class, every quota and every two quotas."""
        rows = np.unique(classes.matrix[: classes.quota_rows], axis=0)
        both = [np.unique(rows[at:] * row, axis=0) for at, row in enumerate(rows)]
        cells = np.unique(np.concatenate([*both, rows]), axis=0)
        return cls(cells[cells.sum(axis=1) > 1].astype(np.int64))

    def weights(self, number: int) -> NDArray[np.int64]:
        """Give a quantity by its weights of classes; the classes come first."""
        classes = self.cells.shape[1]
        weights: NDArray[np.int64] = np.zeros(classes, dtype=np.int64)
        if number < classes:
            weights[number] = 1
        else:
            weights += self.cells[number - classes]
        return weights

    def at(self, x: FloatArray) -> FloatArray:
        """Give all quantities at a point."""
        return np.concatenate([x, self.cells @ x])


@dataclass(frozen=True, slots=True)
class _Case:
    """A quantity has `most` at most; with sign -1 it is its negative that has."""

    quantity: int
    sign: int
    most: int


_Way = tuple[_Case, ...]


def prove_by_cases(polytope: Polytope, line: Line, quantities: Quantities) -> Tree | None:
    """Prove that no panel weighs more than a line says, by branch and bound.

    Where the linear bound does not say so, a quantity that is a whole number for every panel but not for the linear
    optimum is split on: v at most, or v + 1 at least. Of some splits that one is taken which lowers the linear bound
    most on both sides.

    Parameters
    ----------
    polytope
        What is proved already.
    line
        What is to be proved.
    quantities
        What cases may be split by.

    Returns
    -------
    Tree or None
        None where the proof was given up.

    Raises
    ------
    SolverError
        A panel weighs more.
    """
    search = _CaseSearch(polytope, line, quantities)
    tree: list[Proof | Split] = []
    waiting: list[_Way] = [()]
    while waiting:
        way = waiting.pop()
        try:
            answer = search.solve(way)
            end = search.end(way, answer)
            split = None if end else search.best_split(way, answer)
        except SolverError:
            return None  # a linear program that could not be solved proves nothing
        if end:
            tree.append(end)
        elif split and len(way) < DEEPEST and search.programs < MOST_PROGRAMS:
            tree.append(Split(quantities.weights(split.quantity), split.most))
            waiting += [(*way, _other(split)), (*way, split)]
        else:
            _refuse_panel(polytope, line, answer.x)
            return None
    return tuple(tree)


def _refuse_panel(polytope: Polytope, line: Line, x: FloatArray) -> None:
    """Do not go on where a whole-number optimum shows that a line is wrong."""
    panel = np.rint(x).astype(np.int64)
    if len(x) and polytope.holds(panel[None, :])[0] and panel @ line.weights > line.bound:
        raise SolverError(phrase("an integer program overlooked a panel; no lottery was made"))


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

    def best_split(self, way: _Way, answer: LinearSolution) -> _Case | None:
        """Try splits on quantities that are not whole numbers; give the one that lowers both sides' bounds most."""
        best, most = None, -1.0
        for case in self._promising(answer.x):
            lower, upper = (self._lowered(answer, self.solve((*way, side))) for side in (case, _other(case)))
            if lower * upper > most:
                best, most = case, lower * upper
        return best

    def _promising(self, x: FloatArray) -> Iterator[_Case]:
        values = self._quantities.at(x)
        off = np.abs(values - np.rint(values))
        seats = np.concatenate([self._polytope.high, self._quantities.cells @ self._polytope.high])
        score = np.where(off > WHOLE, off * np.log2(2.0 + seats), 0.0)
        for number in np.argsort(-score, kind="stable")[:LOOKED_AT].tolist():
            if score[number] > 0:
                yield _Case(number, 1, int(np.floor(values[number])))

    def _lowered(self, before: LinearSolution, after: LinearSolution) -> float:
        """Tell by how much a bound is lower, as far as that matters."""
        enough = -before.objective - self._line.bound - 1 + WHOLE
        return min(after.objective - before.objective, enough) + WHOLE
