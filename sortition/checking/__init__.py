"""The pool doctor, and why quotas cannot be met."""

from sortition.checking.matching import Excluded, Match, match

__all__ = ["Excluded", "Match", "match"]
