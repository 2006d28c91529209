"""Who sits with whom: the pairs of classes that are on the same panels most out of proportion to chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sortition.engine.circuits import Places
from sortition.model import IntArray

FREE = 5.0
"""Correlation, times √tickets, below which pairs are left: chance alone gives the closest of a large pool as much."""


class Pairs:
    """On how many panels any two of some classes are seated together, kept up to date as panels change.

    Parameters
    ----------
    panels
        Shape (panels, classes).
    classes
        Shape (some,): those looked at.
    """

    def __init__(self, panels: IntArray, classes: Places) -> None:
        self._classes = classes
        self._seated = _seated(panels[:, classes])
        self._together = self._seated.T @ self._seated
        self.number = 0
        """How many pairs were last found to be tied."""
        self._once = np.triu(np.ones_like(self._together, dtype=bool), 1)

    def renew(self, panels: IntArray, changed: Places) -> None:
        """Look at panels again that were changed."""
        old, new = self._seated[changed], _seated(panels[changed][:, self._classes])
        self._together += new.T @ new - old.T @ old
        self._seated[changed] = new

    def tied(self, most: int) -> tuple[Places, Places]:
        """Give the pairs of classes most closely tied beyond what is left to chance, each both ways round."""
        panels = len(self._seated)
        chance = np.diag(self._together).astype(np.float64) / panels
        spread = np.sqrt(chance * (1 - chance))
        tied = self._together / panels - np.outer(chance, chance)
        free = np.outer(spread, spread * (FREE / np.sqrt(panels)))
        one, other = np.divmod(np.flatnonzero((tied > free) & (free > 0) & self._once), len(spread))
        self.number = len(one)
        closest = np.argsort(-tied[one, other] / (spread[one] * spread[other]), kind="stable")[:most]
        one, other = self._classes[one[closest]], self._classes[other[closest]]
        return np.concatenate([one, other]), np.concatenate([other, one])


def _seated(panels: IntArray) -> NDArray[np.float32]:
    """Tell who has a seat, shape (panels, classes); single precision counts panels exactly."""
    return (panels > 0).astype(np.float32)
