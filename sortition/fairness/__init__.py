"""What "fair" can mean: one file an objective."""

from __future__ import annotations

from collections.abc import Callable

from sortition.engine.search import PanelSearch
from sortition.fairness.leximin import leximin
from sortition.fairness.marginals import Marginals
from sortition.fairness.maximin import maximin

OBJECTIVES: dict[str, Callable[[PanelSearch], Marginals]] = {"leximin": leximin, "maximin": maximin}
"""Every objective: a search for panels goes in; optimal marginals, with their proof and panels that mix to them, come
out."""

__all__ = ["OBJECTIVES", "Marginals", "leximin", "maximin"]
