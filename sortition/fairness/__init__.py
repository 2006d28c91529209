"""What "fair" can mean: one file an objective."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sortition.engine.search import PanelSearch
from sortition.fairness.goldilocks import goldilocks
from sortition.fairness.legacy import legacy
from sortition.fairness.leximin import leximin
from sortition.fairness.marginals import Marginals
from sortition.fairness.maximin import maximin
from sortition.fairness.minimax import minimax
from sortition.fairness.nash import nash
from sortition.model import Classes


@dataclass(frozen=True, eq=False)
class Task:
    """What an objective may need to know."""

    search: PanelSearch
    """The means of finding panels."""
    classes: Classes
    tickets: int = 1000
    gamma: float = 1.0
    """How much the lowest chance counts beside the highest, for goldilocks."""


OBJECTIVES: dict[str, Callable[[Task], Marginals]] = {
    "leximin": lambda task: leximin(task.search, task.tickets),
    "maximin": lambda task: maximin(task.search, task.tickets),
    "nash": lambda task: nash(task.search, task.tickets),
    "goldilocks": lambda task: goldilocks(task.search, task.tickets, task.gamma),
    "minimax": lambda task: minimax(task.search, task.tickets),
    "legacy": lambda task: legacy(task.search, task.classes, task.tickets),
}
"""Every objective: a task goes in; optimal marginals, with their proof and panels that mix to them, come out. Only
`legacy` comes without a proof, and with its own tickets."""

__all__ = ["OBJECTIVES", "Marginals", "Task", "goldilocks", "legacy", "leximin", "maximin", "minimax", "nash"]
