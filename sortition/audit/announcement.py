"""What is announced of a lottery before its seed exists: for machines, pinned by the digest, and for the press."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sortition.audit import beacon
from sortition.audit.draw import METHOD
from sortition.audit.record import utc_text
from sortition.audit.seeds import (
    ByHand,
    Dice,
    Drand,
    FreeText,
    Nist,
    NumberDraw,
    Numbers,
    Source,
    from_json,
    to_json,
)
from sortition.errors import UsageError
from sortition.messages import phrase, phrases
from sortition.model import Problem

if TYPE_CHECKING:
    from sortition.audit.frozen import Frozen

WIDTH = 80
"""Columns of the text for a press release."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """How the seed will come, as declared before it exists."""

    sources: tuple[Source, ...] = (FreeText(),)
    """One part of the seed each, in this order."""
    draw_at: str | None = None
    """When: UTC, to the second, as 2026-12-01T18:00:00Z."""
    fallback: str | None = None
    """What is done if a source fails."""
    announced: bool = True
    """False where the seed was given together with the lottery."""

    @property
    def to_type(self) -> str:
        """What has to be typed at the draw, as options of the command line."""
        return " ".join(
            "--ticket N" if source == ByHand() else f"--seed {source.kind.upper()}" for source in self.sources
        )


PLAIN = Announcement()
"""Free text, at no time that was named."""


def declared(
    sources: Sequence[str], draw_at: dt.datetime | None, fallback: str | None, now: dt.datetime
) -> Announcement:
    """Read a declaration of seed sources.

    Parameters
    ----------
    sources
        Each `text`, `text:WHAT`, `dice`, `dice:COUNT`, `numbers:COUNT of LOW-HIGH, NAME`, `numbers:COUNT of LOW-HIGH in
        order, NAME`, `drand`, `drand:ROUND`, `nist:CHAIN/PULSE` or `ticket`; none: free text. Lotteries that follow
        each other make one part of the seed.
    draw_at
        When the seed will come; decides the round of `drand`.
    fallback
        What is done if a source fails.
    now
        The time; what is declared must lie after it.

    Raises
    ------
    UsageError
        A declaration is not of these forms, or lies in the past.
    """
    if draw_at is not None and draw_at <= now:
        when = utc_text(draw_at)
        raise UsageError(phrase("the draw is announced for {when}, which has passed. Give a later time.", when=when))
    read: list[Source] = []
    for text in sources or ["text"]:
        source = _source(text, draw_at)
        if isinstance(source, Numbers) and read and isinstance(read[-1], Numbers):
            source = Numbers((*read.pop().draws, *source.draws))  # type: ignore[union-attr]
        read.append(source)
    if ByHand() in read and len(read) > 1:
        raise UsageError(phrase("a ticket drawn by hand cannot be combined with other seed sources."))
    for source in read:
        if isinstance(source, Drand) and beacon.time_of(source.round) <= now:
            late = phrase(
                "drand round {round} has come out already: its seed is known. Name a later one.", round=source.round
            )
            raise UsageError(late)
    return Announcement(tuple(read), None if draw_at is None else utc_text(draw_at), fallback)


def _source(text: str, draw_at: dt.datetime | None) -> Source:
    """Read one declaration."""
    kind, _, detail = (part.strip() for part in text.partition(":"))
    if kind == "text":
        return FreeText(detail) if detail else FreeText()
    if kind == "ticket" and not detail:
        return ByHand()
    if kind == "dice" and (not detail or _whole(detail)):
        return Dice(int(detail or 20))
    if kind == "drand" and not detail and draw_at is not None:
        return Drand(beacon.round_at(draw_at))
    if kind == "drand" and _whole(detail):
        return Drand(int(detail))
    if kind == "nist" and (found := re.fullmatch("([0-9]{1,9})/([0-9]{1,15})", detail)):
        return Nist(int(found[1]), int(found[2]))
    lottery = re.fullmatch("([1-9][0-9]?) of ([0-9]{1,15})-([0-9]{1,15})( in order)?, *(.+)", detail)
    if kind == "numbers" and lottery and int(lottery[2]) < int(lottery[3]):
        count, low, high = (int(lottery[at]) for at in (1, 2, 3))
        return Numbers((NumberDraw(lottery[5], count, low, high, lottery[4] is not None),))
    if kind == "drand" and not detail:
        raise UsageError(phrase("which round of drand? Give --draw-at TIME, or name it: drand:27946612."))
    unknown = phrase(
        "'{text}' is not a seed source. Write text, text:WHAT, dice, dice:30, drand, drand:ROUND, nist:CHAIN/PULSE, "
        "ticket, or numbers:6 of 1-49, NAME OF THE LOTTERY (with 'in order' after 1-49 if they are not sorted).",
        text=text,
    )
    raise UsageError(unknown)


def _whole(text: str) -> bool:
    return re.fullmatch("[1-9][0-9]{0,14}", text) is not None


def quota_terms(problem: Problem) -> list[dict[str, Any]]:
    """Give the quotas as the public files tell them: of whom, from how many to how many."""
    return [
        {
            "high": quota.high,
            "low": quota.low,
            "of": [{"category": category, "values": values} for category, values in quota.of],
        }
        for quota in problem.quotas
    ]


def document(frozen: Frozen) -> dict[str, Any]:
    """Give `announcement.json`: all that is announced but the digest, which pins it."""
    lottery, said = frozen.lottery, frozen.announcement
    return {
        "announced": said.announced,
        "draw_at": said.draw_at,
        "excluded": [{"people": people, "reason": reason} for reason, people in frozen.excluded],
        "fallback": said.fallback,
        "format": "sortition-announcement-1",
        "name": frozen.name,
        "objective": lottery.objective,
        "panel_size": lottery.problem.panel_size,
        "people": len(lottery.problem.ids),
        "people_root": frozen.tree.root,
        "quotas": quota_terms(lottery.problem),
        "sources": [to_json(source) for source in said.sources],
        "tickets": len(lottery.panels),
    }


def read_announcement(value: dict[str, Any]) -> Announcement:
    """Give what a checked `announcement.json` declares of the seed."""
    sources = tuple(from_json(source) for source in value["sources"])
    return Announcement(sources, value["draw_at"], value["fallback"], value["announced"])


def announcement_text(frozen: Frozen) -> str:
    """Write the text for a press release, with the digest, in lines of at most 80 columns where words allow."""
    return "\n\n".join(_paragraphs(frozen)) + "\n"


def _paragraphs(frozen: Frozen) -> Iterator[str]:
    lottery, said = frozen.lottery, frozen.announcement
    size, people, tickets = lottery.problem.panel_size, len(lottery.problem.ids), len(lottery.panels)
    yield _filled(phrase("{name}: announcement of the lottery", name=frozen.name or phrase("A lottery")))
    drawn = phrases(
        "{size} people will be drawn by lot from 1 person who may be drawn.",
        "{size} people will be drawn by lot from {n:,} people who may be drawn.",
        people,
        size=size,
    )
    yield _filled(drawn + _left_out(frozen))
    yield _filled(
        phrase(
            "The lottery has {tickets:,} tickets, numbered from 0 to {last}. Each stands for one panel of {size}, and "
            "each is equally likely. Every panel meets all of these quotas (seats, lowest to highest):",
            tickets=tickets,
            last=tickets - 1,
            size=size,
        )
    )
    yield "\n".join(_quota_lines(lottery.problem))
    yield _filled(phrase("What a fair lottery means here: {meaning}.", meaning=_fair(lottery.objective)))
    yield _filled(
        phrase(
            "The lottery was fixed before this was published. It is pinned by its digest: nobody can change the pool, "
            "the quotas, a panel, the number of a panel or the terms below without changing these 64 digits:"
        )
    )
    yield f"  {frozen.digest}"
    yield from map(_filled, _how(said))
    yield _filled(
        phrase(
            "Anyone can check this: the folder published with this announcement holds every panel under pseudonyms, "
            "and a program, verify.py, that checks all of it. The method of the draw is called {method}.",
            method=METHOD,
        )
    )


def _how(said: Announcement) -> Iterator[str]:
    """Say how the seed will come, when, and what is done if it does not."""
    if not said.announced:
        yield phrase(
            "The seed was not announced beforehand: it was given together with the lottery. Who doubts the draw has "
            "the organisers' word alone that the lottery was not made to suit the seed."
        )
        return
    if len(said.sources) == 1:
        yield phrase("How the seed will come: {source}.", source=said.sources[0].form)
    else:
        parts = "; ".join(f"({number}) {source.form}" for number, source in enumerate(said.sources, start=1))
        yield phrase("How the seed will come, in parts that are hashed together: {parts}.", parts=parts)
    if said.draw_at is not None:
        yield phrase("When: {day} {time} UTC.", day=said.draw_at[:10], time=said.draw_at[11:16])
    another = phrase("nothing is drawn from this lottery, and another is announced")
    yield phrase("If that fails: {fallback}.", fallback=said.fallback or another)


def _fair(objective: str) -> str:
    """Say what an objective means by fair."""
    meanings = {
        "leximin": phrase(
            "the lowest chance of anybody is as high as the quotas allow, then the next lowest, and so on (leximin)"
        ),
        "maximin": phrase("the lowest chance of anybody is as high as the quotas allow (maximin)"),
        "nash": phrase("the product of everybody's chances is as large as the quotas allow (nash)"),
        "minimax": phrase("the highest chance of anybody is as low as the quotas allow (minimax)"),
        "goldilocks": phrase(
            "the highest chance and the lowest are as close to the average as the quotas allow (goldilocks)"
        ),
        "legacy": phrase(
            "panels were found by the greedy method of older tools (legacy), which promises nothing about chances"
        ),
    }
    return meanings.get(objective, objective)


def _left_out(frozen: Frozen) -> str:
    """Say how many replies may not be drawn, and why."""
    if not frozen.excluded:
        return ""
    reasons = "; ".join(phrase("{reason}: {n:,}", reason=reason, n=number) for reason, number in frozen.excluded)
    return phrase(" Left out: {reasons}.", reasons=reasons)


def _quota_lines(problem: Problem) -> Iterator[str]:
    for quota in problem.quotas:
        label = phrase(" and ").join(f"{category} {phrase(' or ').join(values)}" for category, values in quota.of)
        yield textwrap.fill(
            f"{label}: {_seats(quota.low, quota.high, problem.panel_size)}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
        )


def _seats(low: int, high: int, most: int) -> str:
    if low == high:
        return str(low)
    if high >= most:
        return phrase("at least {low}", low=low)
    return phrase("{low} to {high}", low=low, high=high) if low else phrase("at most {high}", high=high)


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
