"""The pool doctor, and why quotas cannot be met."""

from sortition.checking.counts import QuotaCount, quota_table, shortages
from sortition.checking.disclosure import disclosure
from sortition.checking.matching import Excluded, Match, match
from sortition.checking.relaxation import Change, Relaxation, flex_of, reach_everyone, smallest_change
from sortition.checking.remedies import propose, propose_for_cells, suspicions

__all__ = [
    "Change",
    "Excluded",
    "Match",
    "QuotaCount",
    "Relaxation",
    "disclosure",
    "flex_of",
    "match",
    "propose",
    "propose_for_cells",
    "quota_table",
    "reach_everyone",
    "shortages",
    "smallest_change",
    "suspicions",
]
