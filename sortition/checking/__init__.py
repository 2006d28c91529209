"""The pool doctor, and why quotas cannot be met."""

from typing import TYPE_CHECKING

from sortition.checking.disclosure import disclosure  # at once: the module has the same name
from sortition.late import late

if TYPE_CHECKING:
    from sortition.checking.conflict import Bound, Conflict, Wish, find_conflict, has_panel, only, panel_program
    from sortition.checking.counts import QuotaCount, quota_table, seatable, shortages
    from sortition.checking.matching import Excluded, Match, match
    from sortition.checking.reasons import conflict_sentences, reason, reason_against
    from sortition.checking.relaxation import (
        Change,
        Relaxation,
        change_of,
        flex_of,
        move_alone,
        moved,
        reach_everyone,
        smallest_change,
    )
    from sortition.checking.remedies import propose, suspicions, with_sound_structure
    from sortition.checking.ways_out import WayOut, more_people, other_sizes, without_households
else:
    __getattr__ = late(
        __name__,
        conflict="Bound Conflict Wish find_conflict has_panel only panel_program",
        counts="QuotaCount quota_table seatable shortages",
        matching="Excluded Match match",
        reasons="conflict_sentences reason reason_against",
        relaxation="Change Relaxation change_of flex_of move_alone moved reach_everyone smallest_change",
        remedies="propose suspicions with_sound_structure",
        ways_out="WayOut more_people other_sizes without_households",
    )

__all__ = [
    "Bound",
    "Change",
    "Conflict",
    "Excluded",
    "Match",
    "QuotaCount",
    "Relaxation",
    "WayOut",
    "Wish",
    "change_of",
    "conflict_sentences",
    "disclosure",
    "find_conflict",
    "flex_of",
    "has_panel",
    "match",
    "more_people",
    "move_alone",
    "moved",
    "only",
    "other_sizes",
    "panel_program",
    "propose",
    "quota_table",
    "reach_everyone",
    "reason",
    "reason_against",
    "seatable",
    "shortages",
    "smallest_change",
    "suspicions",
    "with_sound_structure",
    "without_households",
]
