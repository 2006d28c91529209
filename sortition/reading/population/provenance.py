"""Where a target comes from, of when it is and whom it counts; and what is worth knowing of how it was counted."""

from __future__ import annotations

from collections.abc import Iterator

from sortition.reading.names import listed
from sortition.reading.population.ages import ages_of
from sortition.reading.population.bases import base_cautions, date_caution, read_date, stale_caution
from sortition.reading.population.wishes import PROVENANCE, Counted, Wish

_MOST_NAMED = 6


def check_provenance(wish: Wish) -> None:
    """Note what a target fails to say of its source, date and base."""
    missing = [key for key in PROVENANCE if not wish.said(key)]
    line = wish.spec.node.line
    if missing and wish.setting.strict:
        what = (
            f"{wish.name.text}: {listed(missing)} of the table '{wish.spec.name}' {'is' if len(missing) < 2 else 'are'}"
        )
        wish.faults.add(f"{what} missing. Every target has to say what it rests on.", line)
    elif missing:
        wish.note(f"no {listed(missing)} given; a target should say where it comes from.")
    if date := wish.said("reference_date"):
        try:
            read_date(date)
        except ValueError as error:
            wish.faults.add(f"table '{wish.spec.name}': `reference_date`: {error}", line)


def provenance(wish: Wish, counted: Counted) -> dict[str, str]:
    """Give what the spec says of a target, and note what a reader should be careful of."""
    found = list(_cautions(wish, counted))
    for caution in found:
        wish.note(caution[0].lower() + caution[1:])
    texts = {key: wish.said(key) for key in PROVENANCE}
    if texts["base"]:
        texts["base"] += _whom(wish, counted)
    return texts | {"caution": " ".join(text for text in (wish.said("caution"), *found) if text)}


def _whom(wish: Wish, counted: Counted) -> str:
    """Say how many the base counts, and which of them where not all are."""
    some = f"; of them those aged {counted.lowest_age} and over" if counted.mapped.uncovered else ""
    some += "".join(f"; {dimension}: {', '.join(texts)}" for dimension, texts in wish.where.items())
    if wish.spec.population.per_cent or counted.total.denominator != 1:
        return some
    return f"{some} ({int(counted.total):,})"


def _cautions(wish: Wish, counted: Counted) -> Iterator[str]:
    """Say where base or date are not those of the panel."""
    lowest = counted.lowest_age
    taken = ages_of(text for texts in wish.where.values() for text in texts)
    if lowest is None and taken:
        lowest = min(low for low, _ in taken.values())
    setting = wish.setting
    if base := wish.said("base"):
        yield from base_cautions(base, lowest, setting.youngest)
    if date := wish.said("reference_date"):
        reference = read_date(date)
        yield from date_caution(reference, counted.margin.dates)
        if setting.on:
            yield from stale_caution(reference, setting.on)


def note_what_was_set_aside(wish: Wish, counted: Counted) -> None:
    """Note categories that are not counted, and totals that the others do not add up to."""
    mapped, per_cent = counted.mapped, wish.spec.population.per_cent
    by_reason: dict[str, list[str]] = {}
    for label, reason in mapped.ignored.items():
        by_reason.setdefault(reason, []).append(label)
    for reason, labels in by_reason.items():
        more = ", …" if len(labels) > _MOST_NAMED else ""
        count = "" if per_cent else f" ({int(counted.number(labels)):,} in all)"
        wish.note(f"{listed(labels[:_MOST_NAMED])}{more} not counted: {reason}{count}.")
    if mapped.uncovered:
        wish.note(f"{int(counted.number(mapped.uncovered)):,} people of ages that no value covers are not counted.")
    added = counted.number([*mapped.value_of, *mapped.uncovered])
    for label in by_reason.get("a total", ()):
        total = counted.number([label])
        if total != added and set(by_reason) <= {"a total", "the sum of its parts"} and not per_cent:
            what = f"the categories add up to {int(added):,}, but '{label}' says {int(total):,}"
            wish.note(f"{what}; shares are taken of their own sum.")
