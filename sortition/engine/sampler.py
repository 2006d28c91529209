"""Hundreds of panels at once: systematic sampling, then exchanges of people until every quota holds."""

from __future__ import annotations

import numpy as np

from sortition.engine.chains import Chains, Floats, grained, started
from sortition.engine.polytope import Polytope
from sortition.model import FloatArray, IntArray

AHEAD = 1.2
"""How many panels are begun for each that is wanted: some take far longer than most."""
ENOUGH = 0.9
"""Part of the panels wanted at which those that take longest are given up."""


class Sampler:
    """A source of random panels near a target composition."""

    def __init__(self, polytope: Polytope, seed: int) -> None:
        self._polytope = polytope
        self._rows = polytope.rows[1:].astype(np.float32)
        self._random = np.random.Generator(np.random.PCG64(seed))

    def panels(
        self, target: FloatArray, count: int, *, batch: int = 512, steps: int = 200, tilt: FloatArray | None = None
    ) -> IntArray:
        """Look for valid compositions whose mean is near a target.

        Parameters
        ----------
        target
            Shape (classes,): the composition wanted on average; it need not be valid or whole.
        count
            How many to look for; fewer come back where they are hard to find.
        batch
            How many are sought at a time.
        steps
            How many exchanges to try at most.
        tilt
            Shape (classes,): classes to prefer where the quotas leave a choice, in units of the noise.

        Returns
        -------
        IntArray
            Shape (any, classes): valid compositions, in the order in which they were found, checked in whole numbers.
        """
        prior = grained(np.log(np.maximum(target, 1e-6)) / 2 + (0.0 if tilt is None else tilt))
        sought = int(AHEAD * count)
        begun = min(batch, sought)
        chains, found, total = self._chains(target, begun, prior), [], 0
        for _ in range(steps):
            done = chains.step(self._rows, self._random)
            if not done.any():
                continue
            found.append(chains.seats[done])
            total += int(done.sum())
            fresh = min(int(done.sum()), max(0, sought - begun))
            begun += fresh
            chains.keep(~done)
            self._extend(chains, target, fresh)
            if total >= ENOUGH * count or not len(chains.seats):
                break
        return self._checked(found)

    def _chains(self, target: FloatArray, count: int, prior: Floats) -> Chains:
        """Start chains near the target, all with the polytope's bounds."""
        p = self._polytope
        low, high, row_low, row_high = (
            bound.astype(np.float32) for bound in (p.low, p.high, p.row_low[1:], p.row_high[1:])
        )
        seats = started(np.broadcast_to(target, (count, len(target))), low, high, self._random)
        insist = np.ones((count, len(row_low)), dtype=np.float32)
        return Chains(seats, low, high, row_low, row_high, p.panel_size, prior, insist)

    def _extend(self, chains: Chains, target: FloatArray, count: int) -> None:
        """Start fresh chains beside those that go on."""
        if count:
            wanted = np.broadcast_to(target, (count, len(target)))
            chains.extend(started(wanted, chains.low, chains.high, self._random))

    def _checked(self, found: list[Floats]) -> IntArray:
        if not found:
            return np.empty((0, len(self._polytope.low)), dtype=np.int32)
        panels = np.concatenate(found).astype(np.int32)
        valid: IntArray = panels[self._polytope.holds(panels)]
        return valid
