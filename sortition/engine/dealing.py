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
    seated = []
    for kind in _kinds(classes):
        homes = _homes(problem, [classes.members[at] for at in kind], rank)
        counts = compositions[:, kind]
        seated.append(_seat_class(homes, counts[:, 0], random) if len(kind) == 1 else _seat_kind(homes, counts))
    ticket, person = np.concatenate(seated, axis=1)
    panels: IntArray = person[np.lexsort((person, ticket))].reshape(len(compositions), -1).astype(np.int32)
    return panels


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


def _seat_class(homes: list[list[list[int]]], counts: IntArray, random: np.random.Generator) -> NDArray[np.int64]:
    """Give tickets and people (shape (2, seats)) for the seats of a class that is the only one of its households.

    The households take turns, and at each turn of a household its members do. A ticket has at most as many seats for
    the class as there are households, so that no household is twice on one.
    """
    turn = np.array([home[0] for home in homes])
    ticket = np.repeat(np.arange(len(counts)), counts)
    order = _orders(ticket, len(homes), random).ravel()[: len(ticket)]
    visit = np.arange(len(ticket)) // len(homes)
    return np.stack([ticket, turn[order, visit % turn.shape[1]]])


def _orders(ticket: NDArray[np.intp], homes: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Give an order of the households for each turn, shape (turns, homes), in which no ticket has one twice."""
    turns = -(-len(ticket) // homes)
    if homes == 1:
        return np.zeros((turns, 1), dtype=np.intp)
    orders = random.permuted(np.tile(np.arange(homes), (turns, 1)), axis=1)
    starts = np.arange(homes, len(ticket), homes)
    # the ticket on which one turn ends and the next begins has some from the one, and needs some of the other
    begins, ends = np.searchsorted(ticket, ticket[starts]), np.searchsorted(ticket, ticket[starts], side="right")
    seated, needed = starts - begins, ends - starts
    for before in np.flatnonzero(seated).tolist():
        barred = set(orders[before, homes - seated[before] :].tolist())
        order = orders[before + 1].tolist()
        first = [home for home in order if home not in barred][: needed[before]]
        orders[before + 1] = first + [home for home in order if home not in first]
    return orders


def _seat_kind(homes: list[list[list[int]]], counts: IntArray) -> NDArray[np.int64]:
    """Give tickets and people (shape (2, seats)) for the seats that a kind of household has on each ticket.

    Tickets and classes are the two sides of a bipartite graph, seats its edges, and the households are colours. Each
    class is cut into pieces with as many seats as there are households. No end then has more edges than there are
    colours, so that Kőnig's theorem colours them all with no two alike at an end: no household is twice on a ticket,
    and each serves every full piece once, so that its seats differ from another's by one at most (de Werra 1971).
    """
    colours = _Colouring(len(homes), len(counts))
    served = [[0] * len(counts.T) for _ in homes]
    seated = []
    for place, column in enumerate(counts.T.tolist()):
        tickets = [ticket for ticket, count in enumerate(column) for _ in range(count)]
        for start in range(0, len(tickets), len(homes)):
            colours.add_piece(tickets[start : start + len(homes)], place)
    for ticket, place, home in colours.edges():
        members = homes[home][place]
        seated.append((ticket, members[served[home][place] % len(members)]))
        served[home][place] += 1
    return np.array(seated, dtype=np.int64).reshape(-1, 2).T


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
