"""Who of each class sits on each panel: people of one class take turns, so that their tickets differ by one at most.

The order changes from turn to turn, so that nobody always sits with the same neighbours.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sortition.model import Classes, IntArray, Problem


def deal(problem: Problem, classes: Classes, compositions: IntArray, seed: str) -> IntArray:
    """Turn compositions into panels of people.

    Whom a turn begins with is decided by SHA-256 over the seed and the person's id. No panel gets two people of one
    household.

    Parameters
    ----------
    problem
        The people.
    classes
        Their classes.
    compositions
        Shape (tickets, classes).
    seed
        Text from which the order of the people is derived.

    Returns
    -------
    IntArray
        Shape (tickets, panel size): positions in `problem.ids`, ascending in each row.
    """
    rank = _turns(problem, seed)
    random = np.random.Generator(
        np.random.PCG64(int(hashlib.sha256(f"sortition-order-1\n{seed}".encode()).hexdigest(), 16))
    )
    # a seat is a number, that of its ticket plus the person's position, so that one sort puts all in order
    tickets = np.arange(len(compositions)) * len(problem.ids)
    columns = np.ascontiguousarray(compositions.T)
    seats = []
    for kind in _kinds(classes):
        groups = [classes.members[at] for at in kind]
        if len(groups) == len(groups[0]) == 1:  # most classes are one person alone: no turns
            seats.append(tickets[columns[kind[0]] > 0] + groups[0][0])
        elif len(groups) == 1:
            seats.append(_seat_class(_homes(problem, groups, rank), columns[kind[0]], tickets, random))
        else:
            seats.append(_seat_kind(_homes(problem, groups, rank), columns[kind], tickets))
    in_order = np.concatenate(seats)
    in_order.sort()
    panels = in_order.reshape(len(compositions), -1)
    panels -= tickets[:, None]
    return panels.astype(np.int32)


def _turns(problem: Problem, seed: str) -> list[int]:
    """Rank everybody by a hash of the seed and their id."""
    keys = [hashlib.sha256(f"sortition-turn-1\n{seed}\n{person}".encode()).digest() for person in problem.ids]
    rank = [0] * len(keys)
    for place, person in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
        rank[person] = place
    return rank


def _kinds(classes: Classes) -> list[list[int]]:
    """Group the classes by the kind of household that they live in; most classes are alone."""
    together = [np.flatnonzero(row).tolist() for row in classes.matrix[classes.quota_rows :]]
    grouped = {at for group in together for at in group}
    return together + [[at] for at in range(len(classes.members)) if at not in grouped]


def _homes(problem: Problem, groups: Sequence[Sequence[int]], rank: Sequence[int]) -> list[list[list[int]]]:
    """Give the households of a kind in the order of their turns, each as its members class by class.

    Somebody whose household plays no part is a household of one.
    """
    if len(groups) == 1 and (problem.households[list(groups[0])] < 0).all():
        return [[[person]] for person in sorted(groups[0], key=rank.__getitem__)]
    homes: defaultdict[tuple[bool, int], list[list[int]]] = defaultdict(lambda: [[] for _ in groups])
    for place, group in enumerate(groups):
        for person in sorted(group, key=rank.__getitem__):
            household = int(problem.households[person])
            home = (True, household) if household >= 0 else (False, person)
            homes[home][place].append(person)
    return sorted(homes.values(), key=lambda home: min(rank[person] for group in home for person in group))


def _seat_class(
    homes: list[list[list[int]]], counts: IntArray, tickets: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.int64]:
    """Give a number for each seat of a class that is the only one of its households.

    The households take turns, and at each turn of a household its members do. A ticket has at most as many seats for
    the class as there are households, so that no household is twice on one.
    """
    turn = np.array([home[0] for home in homes])
    seats = np.repeat(tickets, counts)
    orders = _orders(counts, len(homes), random)
    member = np.arange(len(orders)) % turn.shape[1]
    people: NDArray[np.int64] = turn[orders, member[:, None]].ravel()
    return seats + people[: len(seats)]


def _orders(counts: IntArray, homes: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Give an order of the households for each turn, shape (turns, homes), in which no ticket has one twice.

    A ticket takes as many in a row as it has seats (`counts`).
    """
    total = np.cumsum(counts)
    turns = -(-int(total[-1]) // homes)
    if homes == 1:
        return np.zeros((turns, 1), dtype=np.intp)
    orders = random.permuted(np.broadcast_to(np.arange(homes), (turns, homes)), axis=1)
    starts = np.arange(homes, total[-1], homes)
    # the ticket on which one turn ends and the next begins has some from the one, and needs some of the other
    ticket = np.searchsorted(total, starts, side="right")
    needed = total[ticket] - starts
    seated = counts[ticket] - needed
    split = np.flatnonzero(seated)
    for turn, some, rest in zip(split.tolist(), seated[split].tolist(), needed[split].tolist(), strict=True):
        barred = set(orders[turn, homes - some :].tolist())
        order = orders[turn + 1].tolist()
        if not barred.isdisjoint(order[:rest]):
            first = [home for home in order if home not in barred][:rest]
            orders[turn + 1] = first + [home for home in order if home not in first]
    return orders


def _seat_kind(homes: list[list[list[int]]], counts: IntArray, tickets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give a number for each seat that a kind of household has on a ticket.

    Tickets and classes are the two sides of a bipartite graph, seats its edges, and the households are colours. Each
    class is cut into pieces with as many seats as there are households. No end then has more edges than there are
    colours, so that Kőnig's theorem colours them all with no two alike at an end: no household is twice on a ticket,
    and each serves every full piece once, so that its seats differ from another's by one at most (de Werra 1971).
    """
    colours = _Colouring(len(homes), len(counts[0]))
    served = [[0] * len(counts) for _ in homes]
    seats = []
    for place, column in enumerate(counts):
        ends = np.repeat(np.arange(len(column)), column).tolist()
        for start in range(0, len(ends), len(homes)):
            colours.add_piece(ends[start : start + len(homes)], place)
    for ticket, place, home in colours.edges():
        members = homes[home][place]
        seats.append(int(tickets[ticket]) + members[served[home][place] % len(members)])
        served[home][place] += 1
    return np.array(seats, dtype=np.int64)


class _Colouring:
    """Edges between tickets and pieces, coloured so that no two of one colour meet."""

    def __init__(self, colours: int, tickets: int) -> None:
        self._colours = colours
        self._at_ticket: NDArray[np.int64] = np.full((tickets, colours), -1)
        self._at_piece: list[NDArray[np.int64]] = []
        self._ends: list[tuple[int, int, int]] = []
        self._colour: list[int] = []

    def add_piece(self, tickets: Sequence[int], place: int) -> None:
        """Add a piece of a class with one edge to each ticket named."""
        self._at_piece.append(np.full(self._colours, -1))
        for ticket in tickets:
            self._add(ticket, len(self._at_piece) - 1, place)

    def edges(self) -> list[tuple[int, int, int]]:
        """Give ticket, place of the class, and colour of each edge."""
        return [(ticket, place, colour) for (ticket, _, place), colour in zip(self._ends, self._colour, strict=True)]

    def _add(self, ticket: int, piece: int, place: int) -> None:
        here, there = self._at_ticket[ticket], self._at_piece[piece]
        both = np.flatnonzero((here < 0) & (there < 0))
        if len(both):
            colour = int(both[0])
        else:
            colour = int(np.flatnonzero(here < 0)[0])
            self._swap(piece, colour, int(np.flatnonzero(there < 0)[0]))
        self._ends.append((ticket, piece, place))
        self._colour.append(colour)
        here[colour] = there[colour] = len(self._ends) - 1

    def _swap(self, piece: int, one: int, other: int) -> None:
        """Exchange two colours along the path that leaves a piece by the first, which frees it there."""
        path, table, end, colour = [], self._at_piece[piece], 1, one
        while table[colour] >= 0:
            edge = int(table[colour])
            path.append(edge)
            end = 1 - end
            colour = other if colour == one else one
            table = self._at_piece[self._ends[edge][1]] if end else self._at_ticket[self._ends[edge][0]]
        for edge in path:
            ticket, at, _ = self._ends[edge]
            old = self._colour[edge]
            for table in (self._at_ticket[ticket], self._at_piece[at]):
                if table[old] == edge:
                    table[old] = -1
        for edge in path:
            ticket, at, _ = self._ends[edge]
            new = other if self._colour[edge] == one else one
            self._colour[edge] = new
            self._at_ticket[ticket][new] = self._at_piece[at][new] = edge
