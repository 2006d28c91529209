"""From marginals to a lottery of equally likely panels: everybody's tickets as near their fair chance as can be.

All that is compared is rounded to binary fractions first, so that sums are exact and do not depend on the order in
which a machine adds.
"""

from __future__ import annotations

import numpy as np

from sortition.engine.mending import Mending
from sortition.engine.recount import counted_exactly, spread
from sortition.engine.search import PanelSearch
from sortition.engine.totals import Totals
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray

FEW = 150
"""With so few panels known, how often to list each is left to an integer program before anything else is tried."""
LEAST_KNOWN = 0.1
"""Panels known, a class, below which they cannot be those that mix to the marginals, and more are sampled."""
SAMPLED = 6
"""Rounds in which they are sampled then, each aiming at what the earlier ones left short."""


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
    face = search.polytope.face(seats)
    if face.holds(search.panels).sum() < LEAST_KNOWN * len(seats):
        search.sample_near(seats, tickets, SAMPLED)
    known: IntArray = search.panels[face.holds(search.panels)]
    if not len(known):
        raise SolverError(phrase("no panel was found near the fair chances; no lottery was made"))
    search.progress(phrase("tickets"), phrase("{panels} panels to choose from", panels=len(known)), None)
    random, totals = search.random(), Totals(seats * tickets, search.polytope.sizes.astype(np.float64))
    panels = spread(known, totals, tickets, random)
    if totals.misfit(panels.sum(axis=0)) and len(known) <= FEW:
        panels = _better(panels, counted_exactly(known, totals, tickets), totals)
    mending = Mending(face, panels, totals, random)
    panels = mending.mend(known)
    if totals.misfit(panels.sum(axis=0)) and len(known) > FEW:
        panels = _better(panels, counted_exactly(known, totals, tickets), totals)
        mending = Mending(face, panels, totals, random)
    panels = mending.vary()
    if not face.holds(panels).all():
        raise SolverError(phrase("a panel that does not meet the quotas came out of an exchange; nothing was drawn"))
    return panels


def _better(panels: IntArray, others: IntArray | None, totals: Totals) -> IntArray:
    """Give the list whose totals are nearer."""
    if others is None:
        return panels
    first, second = (totals.cost(each.sum(axis=0).astype(np.float64)).sum() for each in (panels, others))
    return others if second < first else panels
