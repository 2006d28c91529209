"""A lottery and its draw as plain numbers and text, which every report shows in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sortition.checking import disclosure
from sortition.engine.ties import ties
from sortition.messages import phrase
from sortition.model import BoolArray, Draw, FloatArray, Lottery, Problem, QuotaKind, Status

SMALLEST_CHANCE = 1e-9
"""Fair chances below this are zero up to the rounding of floating-point numbers; real ones are far above."""


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One line of the quota table."""

    of: tuple[tuple[str, tuple[str, ...]], ...]
    """Pairs (category, values), as of the quota."""
    low: int
    """Lowest number of seats."""
    high: int
    """Highest number of seats."""
    pool: int
    """How many people of the pool count towards the quota."""
    panel: int | None
    """How many members of the drawn panel count towards it; None before the draw."""
    kind: QuotaKind
    why: str
    share: float | None = None
    """Per cent of the population that count, where the quota file tells."""
    target: int | None = None
    """Whole seats aimed at, where the quota file tells."""

    @property
    def category(self) -> str:
        """The names of the categories for people: `age and gender`."""
        return phrase(" and ").join(name for name, _ in self.of)

    @property
    def value(self) -> str:
        """The names of the values for people: `18-24 and Female`, `'Asian' or 'Black'`."""
        both, either = phrase(" and "), phrase(" or ")
        return both.join(
            names[0] if len(names) == 1 else either.join(phrase("'{name}'", name=name) for name in names)
            for _, names in self.of
        )

    def to_json(self) -> dict[str, Any]:
        """Give the row as an object for JSON, with its names in English."""
        values = [names[0] if len(names) == 1 else " or ".join(f"'{name}'" for name in names) for _, names in self.of]
        named = {"category": " and ".join(name for name, _ in self.of), "value": " and ".join(values)}
        return named | {name: value for name, value in asdict(self).items() if name != "of"}


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest, median and highest of people's chances, between 0 and 1."""

    lowest: float
    median: float
    highest: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is to tell about a lottery and its draw, without ids, names or addresses."""

    name: str
    objective: str
    status: Status
    """How it is known that no lottery is fairer."""
    panel_size: int
    people: int
    """How many people were in the lottery."""
    households: int
    """How many households have more than one person in the lottery."""
    tickets: int
    distinct_panels: int
    quotas: tuple[QuotaRow, ...]
    chance: Spread
    """Chances, over the people whose fair chance is above 0."""
    fair_chance: Spread
    """Fair chances of the same people."""
    lowest_fair_exact: str | None
    """The lowest positive fair chance as a fraction, where it is known exactly."""
    largest_deviation: float
    """The largest difference between a chance and the fair chance."""
    largest_pair_correlation: float | None
    """How closely the two people are tied together who are so most; None for pools too large to tell."""
    pair_correlation_beyond_forced: float | None
    """The most by which any two are tied beyond what the quotas force."""
    unreachable: int
    """How many people no panel that meets the quotas can contain (fair chance 0)."""
    blocked: tuple[tuple[str, int], ...]
    """Pairs (why they cannot be drawn, how many people)."""
    without_ticket: int
    """How many people have a fair chance above 0, but no ticket (their fair share is below one ticket)."""
    excluded: tuple[tuple[str, int], ...]
    """Pairs (reason, how many people were left out of the lottery for it)."""
    alone: int
    """How many people are the only ones with their combination of answers."""
    among_few: int
    """How many people share theirs with fewer than five, themselves counted."""
    answers_public: bool
    """Whether everybody's answers are published, under pseudonyms."""
    digest: str
    """Digest of the lottery: 64 hexadecimal digits."""
    method: str | None
    """Method of the draw; None before it."""
    seed: str | None
    """None before the draw, and where the ticket was drawn by hand."""
    ticket: int | None
    replaced: tuple[tuple[int, str], ...]
    """Pairs (ticket of a draw that no longer stands, why the lottery was drawn again)."""
    files: tuple[tuple[str, str], ...]
    """Pairs (what is there, path), for the terminal only."""

    def to_json(self) -> dict[str, Any]:
        """Give the summary as an object for JSON, with the names of the fields as keys."""
        return asdict(self) | {
            "quotas": [row.to_json() for row in self.quotas],
            "blocked": [{"reason": reason, "people": people} for reason, people in self.blocked],
            "excluded": [{"reason": reason, "people": people} for reason, people in self.excluded],
            "replaced": [{"ticket": ticket, "reason": reason} for ticket, reason in self.replaced],
            "files": dict(self.files),
        }


def summarise(
    lottery: Lottery,
    digest: str,
    draw: Draw | None,
    name: str,
    excluded: Sequence[tuple[str, int]] = (),
    blocked: Sequence[tuple[str, int]] = (),
    files: Sequence[tuple[str, str]] = (),
    answers_public: bool = True,
    replaced: Sequence[tuple[int, str]] = (),
) -> Summary:
    """Sum up a lottery and, once there is one, its draw.

    Parameters
    ----------
    lottery
        The lottery; its ids are not looked at.
    digest
        The lottery's digest, 64 hexadecimal digits.
    draw
        The draw from it, or None while it has not happened.
    name
        What the assembly is called.
    excluded
        Pairs (reason, number of people left out for it).
    blocked
        Pairs (why no valid panel can contain them, number of people).
    files
        Pairs (what is there, path), shown in the terminal and in `--json`, never on the public page.
    answers_public
        Whether everybody's answers are published, under pseudonyms.
    replaced
        Pairs (ticket of an earlier draw, why the lottery was drawn again), first draw first.

    Returns
    -------
    Summary
        Plain numbers and text only.
    """
    problem = lottery.problem
    # exactly 0 only where no panel can contain somebody: minimax and legacy may leave others without a chance
    shared, tied = disclosure(problem), ties(lottery)
    reachable = np.array([chance != 0 for chance in lottery.fair_exact], dtype=bool)
    return Summary(
        name=name,
        objective=lottery.objective,
        status=lottery.certificate.status,
        panel_size=problem.panel_size,
        people=len(problem.ids),
        households=int(problem.households.max(initial=-1)) + 1,
        tickets=len(lottery.panels),
        distinct_panels=len(np.unique(lottery.panels, axis=0)),
        quotas=_quota_rows(lottery, draw),
        chance=_spread(lottery.chances[reachable]),
        fair_chance=_spread(lottery.fair[reachable]),
        lowest_fair_exact=_lowest_exact(lottery, reachable),
        largest_deviation=lottery.largest_deviation,
        largest_pair_correlation=tied.closest if tied else None,
        pair_correlation_beyond_forced=tied.beyond_forced if tied else None,
        unreachable=int((~reachable).sum()),
        blocked=tuple(blocked),
        without_ticket=int((reachable & (lottery.tickets == 0)).sum()),
        excluded=tuple(excluded),
        alone=shared.alone,
        among_few=shared.among_few,
        answers_public=answers_public,
        digest=digest,
        method=draw.method if draw else None,
        seed=draw.seed if draw else None,
        ticket=draw.ticket if draw else None,
        replaced=tuple(replaced),
        files=tuple(files),
    )


def quota_rows(problem: Problem, panel: Sequence[int] | None = None) -> tuple[QuotaRow, ...]:
    """Give the quota table of a problem, and of a panel (positions in `problem.ids`) where there is one."""
    pool = problem.membership.sum(axis=0).tolist()
    seated = [None] * len(pool) if panel is None else problem.membership[list(panel)].sum(axis=0).tolist()
    return tuple(
        QuotaRow(quota.of, quota.low, quota.high, count, seats, quota.kind, quota.why, quota.share, quota.target)
        for quota, count, seats in zip(problem.quotas, pool, seated, strict=True)
    )


def share_text(row: QuotaRow) -> str:
    """Write a quota's share of the population; nothing where it is not known."""
    return "" if row.share is None else phrase("{percent:.1f}%", percent=row.share)


def target_text(row: QuotaRow) -> str:
    """Write a quota's target in seats; nothing where it is not known."""
    return "" if row.target is None else whole_number(row.target)


def percent(chance: float) -> str:
    """Write a chance between 0 and 1 for people: one decimal, or two digits that count below 1%."""
    if chance in (0, 1):
        return phrase("{percent:.0f}%", percent=100 * chance)
    if chance > 0.999:
        return phrase("over 99.9%")
    if chance >= 0.01:
        return phrase("{percent:.1f}%", percent=100 * chance)
    return phrase("{percent:.2g}%", percent=100 * chance)


def whole_number(number: int) -> str:
    """Write a whole number for people."""
    return phrase("{number:,}", number=number)


def _quota_rows(lottery: Lottery, draw: Draw | None) -> tuple[QuotaRow, ...]:
    """Give the quota table with the drawn panel."""
    return quota_rows(lottery.problem, None if draw is None else lottery.panels[draw.ticket].tolist())


def _spread(chances: FloatArray) -> Spread:
    """Give the spread of some people's chances; of nobody's, zeros."""
    if not len(chances):
        return Spread(0.0, 0.0, 0.0)
    return Spread(float(chances.min()), float(np.median(chances)), float(chances.max()))


def _lowest_exact(lottery: Lottery, reachable: BoolArray) -> str | None:
    """Write the lowest positive fair chance as a fraction, if it is known of every person with that chance."""
    exact = [lottery.fair_exact[person] for person in np.flatnonzero(reachable)]
    known = [chance for chance in exact if chance is not None]
    return str(min(known)) if known and len(known) == len(exact) else None
