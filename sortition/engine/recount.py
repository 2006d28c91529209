"""How often to list each known panel, so that the totals come near those wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortition.engine.totals import Totals
from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program

GRAIN = 2.0**12
"""Everything added up here is a multiple of 1 / GRAIN², so that sums are exact on every machine."""
DROPPED, TAKEN = 48, 96
"""Panels that may be listed once less, and once more, among which the best exchanges are sought at a time."""
MOST_COPIES = 3
"""Copies of a panel, at most, where each known one could be listed once."""
AT_ONCE = 32
"""Exchanges made of them, at most."""
SWEEPS = 500
"""How often that is done at most."""
NODES = 1
"""Nodes of the search tree after which that program is given up: where it is of use, the first is enough."""


def spread(known: IntArray, totals: Totals, tickets: int, random: np.random.Generator) -> IntArray:
    """List known panels so often that the sum of squared differences from the totals wanted is small.

    All are listed about equally often at first. Then panels are exchanged, those first whose exchange helps most.

    Parameters
    ----------
    known
        Shape (panels, classes): different compositions.
    totals
        What is wanted.
    tickets
        Length of the list.
    random
        Source of the choice who is listed once more at first.

    Returns
    -------
    IntArray
        Shape (tickets, classes).
    """
    most = -(-MOST_COPIES * tickets // len(known))
    count = np.full(len(known), tickets // len(known))
    count[random.permutation(len(known))[: tickets % len(known)]] += 1
    scale = np.round(GRAIN / totals.sizes) / GRAIN
    panels, wanted = known * scale, np.round(totals.wanted * scale * GRAIN) / GRAIN
    length = (panels**2).sum(axis=1)
    for _ in range(SWEEPS):
        off = count @ panels - wanted
        ahead = 2 * (panels @ off)
        listed, free = np.flatnonzero(count), np.flatnonzero(count < most)
        drop = listed[np.argsort((length - ahead)[listed], kind="stable")[:DROPPED]]
        take = free[np.argsort((length + ahead)[free], kind="stable")[:TAKEN]]
        exchanges = _best_exchanges(panels[drop], panels[take], off, count[drop], most - count[take])
        if not exchanges:
            break
        for dropped, taken in exchanges:
            count[drop[dropped]] -= 1
            count[take[taken]] += 1
    listed_panels: IntArray = np.repeat(known, count, axis=0)
    return listed_panels


def _best_exchanges(
    drop: FloatArray, take: FloatArray, off: FloatArray, listed: NDArray[np.intp], room: NDArray[np.intp]
) -> list[tuple[int, int]]:
    """Exchange panels one after the other, always the two that lower the sum of squares most; give their places.

    `listed` says how often each panel can be dropped, and `room` how often each can be taken; both are used up.
    """
    of_both, of_dropped, of_taken = drop @ take.T, drop @ drop.T, take @ take.T
    worse = (np.diag(of_dropped) - 2 * (drop @ off))[:, None] + np.diag(of_taken) + 2 * (take @ off) - 2 * of_both
    exchanges: list[tuple[int, int]] = []
    while len(exchanges) < AT_ONCE:
        dropped, taken = divmod(int(worse.argmin()), len(take))
        if worse[dropped, taken] >= 0:
            break
        exchanges.append((dropped, taken))
        worse += 2 * (of_dropped[dropped] - of_both[:, taken])[:, None] + 2 * (of_taken[taken] - of_both[dropped])
        listed[dropped] -= 1
        room[taken] -= 1
        if not listed[dropped]:
            worse[dropped] = np.inf
        if not room[taken]:
            worse[:, taken] = np.inf
    return exchanges


def counted_exactly(known: IntArray, totals: Totals, tickets: int) -> IntArray | None:
    """Choose how often each known panel is listed by an integer program; None where that is too hard.

    Where only few panels exist, neighbours are rare and this is easy; elsewhere it is not tried for long.
    """
    moving = np.flatnonzero(known.min(axis=0) < known.max(axis=0))
    panels, rows = len(known), len(moving)
    slack = np.eye(rows)
    matrix = np.block([[known[:, moving].T, slack, -slack], [np.ones((1, panels)), np.zeros((1, 2 * rows))]])
    variables = matrix.shape[1]
    least, most = totals.allowed
    program = Program(
        cost=np.concatenate([np.zeros(panels), np.tile(1 / totals.sizes[moving], 2)]),
        matrix=matrix,
        row_low=np.append(least[moving], float(tickets)),
        row_high=np.append(most[moving], float(tickets)),
        low=np.zeros(variables),
        high=np.full(variables, INFINITY),
        integer=np.arange(variables) < panels,
    )
    answer = LinearModel(program).solve(nodes=NODES)
    if not answer.feasible:
        return None
    listed: IntArray = np.repeat(known, np.rint(answer.x[:panels]).astype(np.int64), axis=0)
    return listed
