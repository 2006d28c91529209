"""From a frozen lottery and what the announced source gave to a draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from sortition.audit import (
    ByHand,
    FreeText,
    Frozen,
    add_draw,
    parts_of,
    physical_draw,
    read_bundle,
    refuse_second,
    seed_of,
    seeded_draw,
)
from sortition.errors import Fault, UsageError
from sortition.messages import phrase
from sortition.model import Draw
from sortition.workflow.outcome import Outcome, clock, outcome_of, page_of, told_of


def draw_from(
    lottery: Frozen, seed: str | Sequence[str] | None = None, ticket: int | None = None, *, fallback: str | None = None
) -> Draw:
    """Draw a ticket from a frozen lottery: by a public seed, or as drawn by hand.

    Parameters
    ----------
    lottery
        The lottery.
    seed
        What the announced seed source gave; of several sources, what each gave, in their order.
    ticket
        The ticket, where it was announced that it would be drawn by hand.
    fallback
        Why the seed, any text, or the ticket came by the announced fallback instead, where it did.

    Raises
    ------
    UsageError
        Seed and ticket are both given, or neither; they do not fit what was announced; there is no such ticket.
    """
    tickets, said = len(lottery.lottery.panels), lottery.announcement
    if (seed is None) == (ticket is None):
        raise UsageError(phrase("a draw needs either a seed or a ticket, not both"))
    if fallback is not None and said.fallback is None:
        raise UsageError(phrase("no fallback was announced with this lottery, so there is none to draw by."))
    if ticket is not None:
        if fallback is None and said.sources != (ByHand(),):
            forms = "; ".join(source.form for source in said.sources)
            raise UsageError(
                phrase("a ticket drawn by hand does not fit the announcement. Announced: {forms}.", forms=forms)
            )
        return physical_draw(lottery.digest, tickets, ticket, fallback)
    sources = said.sources if fallback is None else (FreeText(),)
    parts = parts_of(sources, [seed] if isinstance(seed, str) else seed or [])
    return seeded_draw(lottery.digest, tickets, seed_of(sources, parts), parts, fallback)


def draw(
    out: Path,
    *,
    seed: str | Sequence[str] | None = None,
    ticket: int | None = None,
    fallback: str | None = None,
    again: str | None = None,
    now: dt.datetime | None = None,
) -> Outcome:
    """Draw from the bundle of a lottery and record it there.

    Parameters
    ----------
    out
        The folder of the bundle.
    seed, ticket, fallback
        As `draw_from` takes them.
    again
        Why the lottery is drawn from once more, where it is; the record shows all draws, and the last one stands.
    now
        The time to record; None: the clock's.

    Raises
    ------
    UsageError
        Seed or ticket do not fit what was announced; or the lottery has been drawn and no reason is given.
    VerificationError
        The bundle is not what it claims to be.
    """
    bundle = read_bundle(out)
    earlier = bundle.draw
    refuse_second(earlier, again)
    drawn = draw_from(bundle.frozen, seed, ticket, fallback=fallback)
    replaced = bundle.replaced if earlier is None or again is None else (*bundle.replaced, (earlier.ticket, again))
    summary = told_of(bundle.frozen, drawn, replaced)
    bundle = add_draw(bundle, drawn, now or clock(), page_of(bundle.frozen, summary), again)
    return outcome_of(bundle.frozen, summary, bundle.out, tuple(_notes_on(bundle.frozen, drawn, earlier)))


def _notes_on(lottery: Frozen, drawn: Draw, earlier: Draw | None) -> Iterator[Fault]:
    """Say whose rows panel.csv lacks, and which draw no longer stands."""
    gone = sum(not lottery.pool.rows[person] for person in lottery.panel(drawn.ticket))
    if gone:
        lacks = phrase("of the people drawn, {people} had been redacted; panel.csv lacks their rows.", people=gone)
        yield Fault(lacks)
    if earlier is not None:
        again = phrase(
            "drawn again: ticket {ticket} no longer stands; the record keeps it and the reason.", ticket=earlier.ticket
        )
        yield Fault(again)
