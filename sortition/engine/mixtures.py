"""The linear program over mixtures of listed panels: a number z that all chances are held against, and the weights."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sortition.model import FloatArray, IntArray
from sortition.solver import INFINITY, LinearModel, Program


class Mixtures:
    """Maximise z with x_t >= n_t z for the mixtures x of listed panels, or minimise z with x_t <= n_t z.

    Parameters
    ----------
    panels
        Shape (panels, classes).
    sizes
        Shape (classes,): number of people.
    """

    side: ClassVar[int]
    """1 to raise the least chance, -1 to lower the highest."""

    def __init__(self, panels: IntArray, sizes: IntArray) -> None:
        count, classes = panels.shape
        cost = np.zeros(1 + count)
        cost[0] = -self.side
        self._model = LinearModel(
            Program(
                cost=cost,
                matrix=np.column_stack([np.append(0, -self.side * sizes), self._columns(panels)]),
                row_low=np.append(1.0, np.zeros(classes)),
                row_high=np.append(1.0, np.full(classes, INFINITY)),
                low=np.zeros(1 + count),
                high=np.full(1 + count, INFINITY),
                integer=np.zeros(1 + count, dtype=bool),
            )
        )

    def add_panels(self, panels: IntArray) -> None:
        """Let more panels into the mixtures."""
        self._model.add_columns(self._columns(panels), np.zeros(len(panels)))

    def _columns(self, panels: IntArray) -> FloatArray:
        """Shape (1 + classes, panels): that the weights sum to 1, and what each panel gives the classes."""
        columns: FloatArray = np.vstack([np.ones(len(panels)), self.side * panels.T]).astype(np.float64)
        return columns
