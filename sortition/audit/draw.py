"""From a public seed to a ticket: the method `sortition-draw-1`, which never changes.

Anyone can repeat it by hand; docs/audit-format.md has the formula, test vectors and a shell twin.
"""

from __future__ import annotations

import hashlib
import unicodedata

from sortition.errors import UsageError
from sortition.messages import phrase
from sortition.model import Draw

METHOD = "sortition-draw-1"
PHYSICAL = "physical"
"""Method of a draw whose ticket was drawn by hand, by balls or dice: nothing is computed from a seed."""

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean_seed(text: str) -> str:
    """Give the seed as it is hashed and recorded: without white space at its ends, in Unicode form NFC.

    A seed is text and is never read as a number: "0917" and "917" are different seeds. White space at the ends is
    taken off because it comes from copying, and nobody can hear it in an announcement.

    Raises
    ------
    UsageError
        The seed is blank, or holds characters that nobody can see or announce (line breaks, tabs, zero-width marks).
    """
    seed = unicodedata.normalize("NFC", text.strip())
    if not seed:
        raise UsageError(phrase("the seed is blank. Give the text that was announced in public."))
    for place, character in enumerate(seed, start=1):
        kind = unicodedata.category(character)
        if kind in _HIDDEN or (kind == "Zs" and character != " "):
            message = phrase(
                "character {place} of the seed is invisible ({code}). "
                "Type the seed again by hand, exactly as it was announced.",
                place=place,
                code=f"U+{ord(character):04X}",
            )
            raise UsageError(message)
    return seed


def ticket_of(digest: str, seed: str, tickets: int) -> int:
    """Give the ticket that a seed draws.

    Parameters
    ----------
    digest
        The lottery digest, 64 lower-case hexadecimal digits.
    seed
        The seed as announced; it is cleaned first.
    tickets
        How many tickets the lottery has; they are numbered from 0.

    Raises
    ------
    UsageError
        The seed cannot be used.
    """
    text = f"{METHOD}\n{digest}\n{clean_seed(seed)}"
    return int(hashlib.sha256(text.encode("utf-8")).hexdigest(), 16) % tickets


def seeded_draw(digest: str, tickets: int, seed: str, parts: tuple[str, ...] = (), fallback: str | None = None) -> Draw:
    """Draw a ticket from a public seed.

    Parameters
    ----------
    digest
        The lottery digest.
    tickets
        How many tickets the lottery has.
    seed
        The seed; it is cleaned first.
    parts
        What the announced sources gave; none: the seed itself is the only part.
    fallback
        Why the seed came by the announced fallback, where it did.

    Raises
    ------
    UsageError
        The seed cannot be used.
    """
    seed = clean_seed(seed)
    return Draw(METHOD, digest, seed, ticket_of(digest, seed, tickets), tickets, parts or (seed,), fallback)


def physical_draw(digest: str, tickets: int, ticket: int, fallback: str | None = None) -> Draw:
    """Enter a ticket that was drawn by hand.

    Raises
    ------
    UsageError
        The lottery has no such ticket.
    """
    if not 0 <= ticket < tickets:
        numbers = {"ticket": ticket, "last": tickets - 1}
        raise UsageError(phrase("there is no ticket {ticket}. The tickets are numbered from 0 to {last}.", **numbers))
    return Draw(PHYSICAL, digest, None, ticket, tickets, (), fallback)
