"""The pool doctor, and why quotas cannot be met."""

from sortition.checking.counts import QuotaCount, quota_table, shortages
from sortition.checking.disclosure import disclosure
from sortition.checking.matching import Excluded, Match, match
from sortition.checking.relaxation import Change, Relaxation, flex_of, reach_everyone, smallest_change

__all__ = [
    "Change",
    "Excluded",
    "Match",
    "QuotaCount",
    "Relaxation",
    "disclosure",
    "flex_of",
    "match",
    "quota_table",
    "reach_everyone",
    "shortages",
    "smallest_change",
]
