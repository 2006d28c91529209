"""One way to any objective's optimum over all lotteries: the optimum over the linear relaxation, and cuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sortition.engine.certificate import whole_weights
from sortition.engine.polytope import Polytope
from sortition.engine.rounding import exact_tickets
from sortition.engine.search import PanelSearch
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program

MIXED = 1e-9
"""Excess of the covering program over 1 below which marginals count as a mixture of the panels."""


class HasMarginals(Protocol):
    """What an objective's program over a polytope gives."""

    @property
    def x(self) -> FloatArray:
        """Shape (classes,)."""
        ...


Found = TypeVar("Found", bound=HasMarginals)


def optimum(
    search: PanelSearch, best: Callable[[Polytope], Found], tickets: int
) -> tuple[Found, NDArray[np.int32] | None]:
    """Optimise over the polytope until the optimum is a mixture of panels.

    Parameters
    ----------
    search
        The means of finding panels. Its polytope keeps the cuts.
    best
        Finds the optimum over a polytope.
    tickets
        Number of tickets that the optimum is to be rounded to, which is done here where it helps to show that panels
        mix to it.

    Returns
    -------
    tuple
        The optimum over the search's polytope, which panels found mix to; and the tickets, shape (tickets, classes),
        where they were made.

    Raises
    ------
    SolverError
        A price vector neither found a panel nor cut off the optimum.
    """
    search.reach()
    found = best(search.polytope)
    search.progress(phrase("panels that give these chances"), "", None)
    panels = exact_tickets(search, found.x, tickets)
    if panels is not None or search.mix(found.x).exact:
        return found, panels
    search.tighten_all()
    search.reach()
    return cut_to_size(search, best), None


def cut_to_size(search: PanelSearch, best: Callable[[Polytope], Found]) -> Found:
    """Find panels and cuts until the optimum is a mixture of the panels; parameters as of `optimum`.

    Where no mixture is found, prices y of the classes are: y·c <= 1 for every panel c found and y·x > 1 for the optimum
    x. Either a panel is worth more than 1, and is added, or an exact integer program proves that none is, and y·c <= 1
    is a cut that x does not meet. Each turn adds a panel or a cut, so that this ends. Once the optimum was cut off,
    prices are asked for between it and a mixture: cuts there are deeper, and what cuts that point off cuts off x too.

    Raises
    ------
    SolverError
        A price vector neither found a panel nor cut off the optimum.
    """
    covering = _Covering(search.panels, len(search.polytope.sizes))
    inside, cuts = search.panels.mean(axis=0), 0
    found = best(search.polytope)
    while True:
        total, prices = covering.prices(found.x)
        found_so_far = phrase(
            "{cuts} cuts, {panels} panels, {percent:.3f} % mixed",
            cuts=cuts,
            panels=len(search.panels),
            percent=100 / total,
        )
        search.progress(phrase("panels that give these chances"), found_so_far, None)
        if total <= 1 + MIXED:
            return found
        if cuts:
            between = (found.x + inside) / 2
            total, deeper = covering.prices(between)
            if total > 1 + MIXED:
                prices = deeper
            else:
                inside = between
        weights = whole_weights(prices)
        known = len(search.panels)
        line = search.beat(weights)
        if line is None:
            covering.add(search.panels[known:])
            continue
        if weights @ found.x <= line.bound:
            raise SolverError(phrase("prices that no panel beats did not cut off the optimum; no lottery was made"))
        search.polytope = search.polytope.learn(line)
        cuts += 1
        found = best(search.polytope)


class _Covering:
    """Minimise Σ w with Σ w·panel >= x: the simplex method gives prices that are a corner, so simple fractions."""

    def __init__(self, panels: IntArray, classes: int) -> None:
        empty = np.zeros(classes)
        self._model = LinearModel(
            Program(
                cost=np.ones(len(panels)),
                matrix=panels.T.astype(np.float64),
                row_low=empty,
                row_high=np.full(classes, INFINITY),
                low=np.zeros(len(panels)),
                high=np.full(len(panels), INFINITY),
                integer=np.zeros(len(panels), dtype=bool),
            )
        )

    def add(self, panels: NDArray[np.int32]) -> None:
        """Let more panels cover."""
        self._model.add_columns(panels.T.astype(np.float64), np.ones(len(panels)))

    def prices(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Give the least Σ w, and y >= 0 with y·panel <= 1 for every panel and y·x equal to it."""
        for row, seats in enumerate(x.tolist()):
            self._model.set_row(row, seats, INFINITY)
        answer = self._model.solve()
        if not answer.feasible:
            raise SolverError(phrase("a class that can be reached is in no panel found"))
        return answer.objective, np.maximum(answer.duals, 0.0)
