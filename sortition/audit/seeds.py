"""Where a seed will come from, declared before it exists, and the one form that each source gives it.

What an operator types is put into that form, a *part*; of what does not fit, nothing is guessed. The seed follows from
the parts. docs/audit-format.md has the forms and test vectors, which never change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sortition.audit import beacon
from sortition.audit.draw import clean_seed
from sortition.errors import UsageError
from sortition.messages import phrase, phrases

COMBINING = "sortition-seed-1"
"""Name of the rule that makes one seed of several parts; another rule would get another name."""


@dataclass(frozen=True, slots=True)
class FreeText:
    """Any text, as it is announced at the draw."""

    kind: ClassVar[str] = "text"
    about: str = "text announced at the draw"

    @property
    def form(self) -> str:
        """What the seed will be, for people."""
        return self.about if self != FreeText() else phrase("text announced at the draw")

    def part(self, typed: str) -> str:
        """Put what was typed into its form; raises UsageError if it does not fit."""
        return clean_seed(typed)


@dataclass(frozen=True, slots=True)
class Dice:
    """Ten-sided dice, thrown in public: a digit each."""

    kind: ClassVar[str] = "dice"
    dice: int = 20

    @property
    def form(self) -> str:
        """What the seed will be, for people."""
        return phrase(
            "{dice} ten-sided dice: {dice} digits from 0 to 9, in the order in which they are thrown", dice=self.dice
        )

    def part(self, typed: str) -> str:
        """Take spaces and commas out; what is left must be one digit a die."""
        digits = re.sub(r"[\s,]", "", typed)
        if not re.fullmatch("[0-9]*", digits) or len(digits) != self.dice:
            number = phrases("{n} digit", "{n} digits", len(digits))
            raise _misfit(self.form, number if re.fullmatch("[0-9]*", digits) else _short(typed))
        return digits


@dataclass(frozen=True, slots=True)
class NumberDraw:
    """The numbers of one public lottery."""

    name: str
    """Which lottery, of which day."""
    count: int
    low: int
    high: int
    ordered: bool = False
    """Whether the numbers stand in the order in which they were drawn; else they are sorted, and all differ."""

    @property
    def form(self) -> str:
        """What the numbers will be, for people."""
        terms = {"name": self.name, "count": self.count, "low": self.low, "high": self.high}
        if self.count == 1:
            return phrase("{name} (one number from {low} to {high})", **terms)
        if self.ordered:
            return phrase("{name} ({count} numbers, in the order drawn, from {low} to {high})", **terms)
        return phrase("{name} ({count} numbers, in ascending order, from {low} to {high})", **terms)

    def canonical(self, typed: str) -> str:
        """Write the numbers as RFC 3797 does: `2.5.8.10.12./`."""
        words = re.split(r"[\s.,;-]+", typed.strip(" \t\r\n.,;-"))
        if not all(re.fullmatch("[0-9]{1,15}", word) for word in words) or len(words) != self.count:
            raise _misfit(self.form, phrase("'{text}'", text=typed.strip()))
        numbers = [int(word) for word in words]
        if not self.ordered:
            numbers.sort()
        if not self.ordered and len(set(numbers)) < len(numbers):
            raise _misfit(self.form, phrase("'{text}', with a number twice", text=typed.strip()))
        if not all(self.low <= number <= self.high for number in numbers):
            raise _misfit(self.form, phrase("'{text}'", text=typed.strip()))
        return "".join(f"{number}." for number in numbers) + "/"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one or more public lotteries, in the canonical form of RFC 3797."""

    kind: ClassVar[str] = "numbers"
    draws: tuple[NumberDraw, ...]

    @property
    def form(self) -> str:
        """What the seed will be, for people."""
        return phrase("the numbers of {draws}", draws=phrase(", then of ").join(draw.form for draw in self.draws))

    def part(self, typed: str) -> str:
        """Give the canonical form of the numbers; those of several lotteries are typed with a slash between them."""
        groups = typed.strip().removesuffix("/").split("/")
        if len(groups) != len(self.draws):
            what = phrases("those of one", "numbers of {n} lotteries", len(groups))
            raise _misfit(phrase("{form}, with a slash between lotteries", form=self.form), what)
        return "".join(draw.canonical(group) for draw, group in zip(self.draws, groups, strict=True))


@dataclass(frozen=True, slots=True)
class Drand:
    """A round of the beacon drand: its signature, of which the SHA-256 is the randomness that the beacon publishes."""

    kind: ClassVar[str] = "drand"
    round: int
    chain: str = beacon.QUICKNET
    genesis: int = beacon.GENESIS
    """When the chain's first round came: seconds since 1970."""
    period: int = beacon.PERIOD
    """Seconds from one round to the next."""

    @property
    def form(self) -> str:
        """What the seed will be, for people."""
        when = beacon.time_of(self.round, self.genesis, self.period).strftime("%Y-%m-%d %H:%M:%S UTC")
        chain = "quicknet" if self.chain == beacon.QUICKNET else self.chain
        return phrase(
            "round {round} of the randomness beacon drand, chain {chain}, which comes at {when}",
            round=self.round,
            chain=chain,
            when=when,
        )

    def part(self, typed: str) -> str:
        """Give the signature; typed are the round and its signature of 96 hexadecimal digits."""
        found = re.fullmatch(r"([0-9]{1,15})[\s:/,]+([0-9A-Fa-f]{96})", typed.strip())
        if not found:
            wanted = phrase("{form}: its number, a space and its signature of 96 hexadecimal digits", form=self.form)
            raise _misfit(wanted, _short(typed))
        number, signature = int(found[1]), found[2].lower()
        if number != self.round:
            raise _misfit(self.form, phrase("round {round}", round=number))
        if self.chain == beacon.QUICKNET and beacon.can_check() and not beacon.signed_by_quicknet(number, signature):
            raise _misfit(self.form, phrase("a signature that is not the beacon's for this round"))
        return signature


@dataclass(frozen=True, slots=True)
class Nist:
    """A pulse of the NIST randomness beacon, version 2.0: its output value of 512 bits."""

    kind: ClassVar[str] = "nist"
    chain: int
    pulse: int

    @property
    def form(self) -> str:
        """What the seed will be, for people."""
        return phrase(
            "the output value of pulse {pulse} of chain {chain} of the NIST randomness beacon 2.0",
            pulse=self.pulse,
            chain=self.chain,
        )

    def part(self, typed: str) -> str:
        """Give the output value in capitals, as the beacon publishes it; typed are chain, pulse and the value."""
        found = re.fullmatch(r"([0-9]{1,15})[\s:/,]+([0-9]{1,15})[\s:/,]+([0-9A-Fa-f]{128})", typed.strip())
        if not found:
            wanted = phrase("{form}: chain, pulse and its 128 hexadecimal digits, with spaces between", form=self.form)
            raise _misfit(wanted, _short(typed))
        chain, pulse = int(found[1]), int(found[2])
        if (chain, pulse) != (self.chain, self.pulse):
            raise _misfit(self.form, phrase("pulse {pulse} of chain {chain}", pulse=pulse, chain=chain))
        return found[3].upper()


@dataclass(frozen=True, slots=True)
class ByHand:
    """No seed: the ticket itself is drawn by hand, by numbered balls or the like."""

    kind: ClassVar[str] = "ticket"

    @property
    def form(self) -> str:
        """What will be drawn, for people."""
        return phrase("no seed: the number of the ticket itself is drawn by hand")

    def part(self, typed: str) -> str:
        """Refuse any seed."""
        raise _misfit(phrase("{form} (--ticket)", form=self.form), _short(typed))


Source = FreeText | Dice | Numbers | Drand | Nist | ByHand
_KINDS: dict[str, type[Source]] = {each.kind: each for each in (FreeText, Dice, Numbers, Drand, Nist, ByHand)}


def parts_of(sources: Sequence[Source], typed: Sequence[str]) -> tuple[str, ...]:
    """Put what was typed into the forms that were announced, one part a source.

    Raises
    ------
    UsageError
        Something does not fit; the sentence says what the form is and what was found.
    """
    if len(typed) != len(sources):
        message = phrases(
            "the seed has 1 part, one --seed ({forms}); found: {found}.",
            "the seed has {n} parts, one --seed each ({forms}); found: {found}.",
            len(sources),
            forms="; ".join(source.form for source in sources),
            found=len(typed),
        )
        raise UsageError(message)
    return tuple(source.part(text) for source, text in zip(sources, typed, strict=True))


def seed_of(sources: Sequence[Source], parts: Sequence[str]) -> str:
    """Give the seed that follows from its parts: of one source its value, of several the SHA-256 of all of them."""
    values = [_value(source, part) for source, part in zip(sources, parts, strict=True)]
    if len(values) == 1:
        return values[0]
    return hashlib.sha256("\n".join([COMBINING, *values]).encode("utf-8")).hexdigest()


def to_json(source: Source) -> dict[str, Any]:
    """Give a source as an object for JSON."""
    return {"kind": source.kind, **dataclasses.asdict(source)}


def from_json(value: dict[str, Any]) -> Source:
    """Give the source that an object of an announcement describes."""
    fields = {name: field for name, field in value.items() if name != "kind"}
    if value["kind"] == Numbers.kind:
        return Numbers(tuple(NumberDraw(**draw) for draw in fields["draws"]))
    return _KINDS[value["kind"]](**fields)


def _value(source: Source, part: str) -> str:
    """Give what the seed is made of: of a drand round its randomness, the SHA-256 of the signature's bytes."""
    return hashlib.sha256(bytes.fromhex(part)).hexdigest() if isinstance(source, Drand) else part


def _misfit(form: str, found: str) -> UsageError:
    """Say what the form is and what was found."""
    message = phrase(
        "this seed does not fit the announcement. Announced: {form}. Found: {found}.", form=form, found=found
    )
    return UsageError(message)


def _short(text: str) -> str:
    words = text.strip()
    return phrase("'{text}'", text=f"{words[:24]}…" if len(words) > 24 else words)
