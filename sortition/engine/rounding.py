"""From marginals to a lottery of equally likely panels: everybody's tickets as near their fair chance as can be.

All that is compared is rounded to binary fractions first, so that sums are exact and do not depend on the order in
which a machine adds.
"""

from __future__ import annotations

import numpy as np

from sortition.engine.hull import mixture
from sortition.engine.mending import Mending
from sortition.engine.recount import counted_exactly, spread
from sortition.engine.search import PanelSearch
from sortition.engine.totals import Totals
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray

FEW = 150
"""With so few panels known, how often to list each is left to an integer program wherever tickets are off."""
MOST_COUNTED = 200_000
"""Panels times classes up to which it may be left to an integer program how often to list each panel."""
LEAST_KNOWN = 0.1
"""Panels known, a class, below which they cannot be those that mix to the marginals, and more are sampled."""
SAMPLED = 6
"""Rounds in which they are sampled then, each aiming at what the earlier ones left short."""
DRAFTED, DRAFTED_LEAST = 1.5, 0.5
"""Panels sought, a class, to try tickets before it is known that panels mix to the marginals; and the fewest of use."""
DRAFTING = 3
"""Rounds in which they are sampled."""
FAR = 0.1
"""Seats, a class, that tickets may be off when exchanges end; if they are more, it takes other panels."""
ALONE = 1.5
"""Different panels listed, a class, from which an exact mixture of them is sought before the others known join in."""
BESIDES = 0.1
"""What a panel known but not listed weighs beside a listed one, when an exact mixture of them is sought."""


class Tickets:
    """A list of panels on its way to have a mean as near marginals as whole tickets allow.

    Parameters
    ----------
    search
        Panels known, and the means of finding more.
    seats
        Shape (classes,): marginals.
    tickets
        Length of the list.

    Raises
    ------
    SolverError
        No panel is known on the face of the marginals.
    """

    def __init__(self, search: PanelSearch, seats: FloatArray, tickets: int) -> None:
        self._seats, self._face = seats, search.polytope.face(seats)
        self._known: IntArray = search.panels[self._face.holds(search.panels)]
        if not len(self._known):
            raise SolverError(phrase("no panel was found near the fair chances; no lottery was made"))
        search.progress(phrase("tickets"), phrase("{panels} panels to choose from", panels=len(self._known)), None)
        self._random = search.random()
        self._totals = Totals(seats * tickets, search.polytope.sizes.astype(np.float64))
        self._list(spread(self._known, self._totals, tickets, self._random))

    def _list(self, panels: IntArray) -> None:
        self.panels = panels
        self._mending = Mending(self._face, panels, self._totals, self._random)

    @property
    def misfit(self) -> float:
        """The seats by which the totals miss what whole tickets allow."""
        return self._totals.misfit(self.panels.sum(axis=0))

    @property
    def far(self) -> bool:
        """Whether the totals are too far off for exchanges to mend."""
        return self.misfit > FAR * len(self._seats)

    @property
    def few(self) -> bool:
        """Whether so few panels are known that it is quick to work out how often to list each."""
        return len(self._known) <= FEW

    def near(self) -> IntArray:
        """Exchange people until nothing more helps at once; give the list."""
        self.panels = self._mending.mend()
        return self.panels

    def mix(self) -> bool:
        """Tell whether the panels listed and known are found to mix to the marginals, to the last digit."""
        panels = np.concatenate([self.panels, self._known])
        label = self._random.integers(-(2**62), 2**62, size=panels.shape[1])
        _, first, which = np.unique(panels @ label, return_index=True, return_inverse=True)
        each = np.repeat([1.0, BESIDES], [len(self.panels), len(self._known)])
        weights: FloatArray = np.bincount(which, each).astype(np.float64)
        listed = first < len(self.panels)
        alone = listed.sum() >= ALONE * panels.shape[1] and self._mixed(panels[first[listed]], weights[listed])
        return alone or self._mixed(panels[first], weights)

    def _mixed(self, panels: IntArray, weights: FloatArray) -> bool:
        """Tell whether different panels mix to the marginals, with weights near those given."""
        if (panels.max(axis=0)[self._seats > 0] == 0).any():
            return False
        return mixture(panels, self._seats, weights / weights.sum()) is not None

    def mend(self) -> bool:
        """Mend the list as far as can be; tell whether everybody's tickets are as wanted."""
        self.panels = self._mending.mend(self._known)
        return not self.misfit

    def count(self) -> None:
        """Let an integer program say how often to list each known panel, if that brings the totals nearer.

        Where few panels exist, neighbours are rare and this is easy; where many do, it would take far too long.
        """
        if self._known.size > MOST_COUNTED:
            return
        counted = counted_exactly(self._known, self._totals, len(self.panels))
        if counted is not None and self._cost(counted) < self.cost:
            self._list(counted)

    def vary(self) -> IntArray:
        """Vary copies of panels and part pairs; give the list.

        Raises
        ------
        SolverError
            An exchange broke a quota.
        """
        self.panels = self._mending.vary()
        if not self._face.holds(self.panels).all():
            raise SolverError(
                phrase("a panel that does not meet the quotas came out of an exchange; nothing was drawn")
            )
        return self.panels

    @property
    def cost(self) -> float:
        """How far everybody's tickets are off."""
        return self._cost(self.panels)

    def _cost(self, panels: IntArray) -> float:
        return float(self._totals.cost(panels.sum(axis=0).astype(np.float64)).sum())


def round_to_tickets(search: PanelSearch, seats: FloatArray, tickets: int) -> IntArray:
    """Choose a list of panels whose mean is as near marginals as whole tickets allow.

    Known panels are listed so often that the totals come near. Then people are exchanged, panel by panel, until
    every person can have a number of tickets within 1 of tickets · fair chance, or nothing more helps; where few panels
    exist an integer program says how often to list each. Last, copies of panels are varied.

    Parameters
    ----------
    search
        Panels that mix to the marginals, and the means of finding more.
    seats
        Shape (classes,): marginals.
    tickets
        Length of the list.

    Returns
    -------
    IntArray
        Shape (tickets, classes): compositions, in no meaningful order.

    Raises
    ------
    SolverError
        No panel is known on the face of the marginals, or an exchange broke a quota.
    """
    if search.polytope.face(seats).holds(search.panels).sum() < LEAST_KNOWN * len(seats):
        search.sample_near(seats, tickets, SAMPLED)
    draft = Tickets(search, seats, tickets)
    draft.near()
    if draft.far or (draft.misfit and draft.few):
        draft.count()
    return _finished(search, seats, tickets, draft)


def exact_tickets(search: PanelSearch, seats: FloatArray, tickets: int) -> IntArray | None:
    """Choose a list of panels as `round_to_tickets` does, where that shows that panels mix to the marginals.

    A list whose mean nears the marginals needs little to mix to them exactly, far less than panels sampled at random.

    Parameters
    ----------
    search
        The means of finding panels. What is found stays there.
    seats
        Shape (classes,): marginals of which it is not known yet whether panels mix to them.
    tickets
        Length of the list.

    Returns
    -------
    IntArray or None
        Shape (tickets, classes): compositions; None where no mixture was found this way, which proves nothing.

    Raises
    ------
    SolverError
        An exchange broke a quota.
    """
    found = search.sample_near(seats, int(DRAFTED * len(seats)), DRAFTING)
    if found < DRAFTED_LEAST * len(seats) or search.unseen.any():
        return None
    draft = Tickets(search, seats, tickets)
    search.add(draft.near())
    if not draft.mix():
        return None
    return _finished(search, seats, tickets, draft)


def _finished(search: PanelSearch, seats: FloatArray, tickets: int, draft: Tickets) -> IntArray:
    """Finish a list, or, if it stays off, the better one of it and one chosen from more panels."""
    if draft.far or not draft.mend():
        search.sample_near(seats, tickets, SAMPLED)
        another = Tickets(search, seats, tickets)
        another.near()
        another.mend()
        draft = another if another.cost < draft.cost else draft
    return draft.vary()
