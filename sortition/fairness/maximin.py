"""Maximin: the least chance of anybody who can be drawn at all is as large as it can be.

The first level of leximin (see there); what lies above it is left as the linear program has it.
"""

from __future__ import annotations

from sortition.engine.search import PanelSearch
from sortition.fairness.leximin import leximin
from sortition.fairness.marginals import Marginals


def maximin(search: PanelSearch, tickets: int) -> Marginals:
    """Find marginals with the largest least chance, and enough panels to mix them."""
    return leximin(search, tickets, only_first=True)
