"""Where a target comes from, of when it is and whom it counts; and what is worth knowing of how it was counted."""

from __future__ import annotations

from collections.abc import Iterator

from sortition.messages import phrase, phrases
from sortition.reading.names import listed
from sortition.reading.population.ages import ages_of
from sortition.reading.population.bases import Caution, base_cautions, date_caution, read_date, stale_caution
from sortition.reading.population.wishes import PROVENANCE, Counted, Wish

_MOST_NAMED = 6


def check_provenance(wish: Wish) -> None:
    """Note what a target fails to say of its source, date and base."""
    missing = [key for key in PROVENANCE if not wish.said(key)]
    line = wish.spec.node.line
    if missing and wish.setting.strict:
        what = phrases(
            "{category}: {keys} of the table '{table}' is missing. Every target has to say what it rests on.",
            "{category}: {keys} of the table '{table}' are missing. Every target has to say what it rests on.",
            len(missing),
            category=wish.name.text,
            keys=listed(missing),
            table=wish.spec.name,
        )
        wish.faults.add(what, line)
    elif missing:
        wish.note(phrase("no {keys} given; a target should say where it comes from.", keys=listed(missing)))
    if date := wish.said("reference_date"):
        try:
            read_date(date)
        except ValueError as error:
            wish.faults.add(f"{wish.spec.label}: `reference_date`: {error}", line)


def provenance(wish: Wish, counted: Counted) -> dict[str, str]:
    """Give what the spec says of a target, and note what a reader should be careful of."""
    found = list(_cautions(wish, counted))
    for caution in found:
        wish.note(caution.shown)
    texts = {key: wish.said(key) for key in PROVENANCE}
    if texts["base"]:
        texts["base"] += _whom(wish, counted)
    cautions = (wish.said("caution"), *(caution.written for caution in found))
    return texts | {"caution": " ".join(text for text in cautions if text)}


def _whom(wish: Wish, counted: Counted) -> str:
    """Say how many the base counts, and which of them where not all are; in English, as it goes into the spec."""
    some = f"; of them those aged {counted.lowest_age} and over" if counted.mapped.uncovered else ""
    some += "".join(f"; {dimension}: {', '.join(texts)}" for dimension, texts in wish.where.items())
    if wish.spec.population.per_cent or counted.total.denominator != 1:
        return some
    return f"{some} ({int(counted.total):,})"


def _cautions(wish: Wish, counted: Counted) -> Iterator[Caution]:
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
        names = listed(labels[:_MOST_NAMED]) + (", …" if len(labels) > _MOST_NAMED else "")
        if per_cent:
            wish.note(phrase("{names} not counted: {reason}.", names=names, reason=reason))
        else:
            people = int(counted.number(labels))
            wish.note(
                phrase("{names} not counted: {reason} ({people:,} in all).", names=names, reason=reason, people=people)
            )
    if mapped.uncovered:
        note = phrases(
            "1 person of an age that no value covers is not counted.",
            "{n:,} people of ages that no value covers are not counted.",
            int(counted.number(mapped.uncovered)),
        )
        wish.note(note)
    if not per_cent and mapped.ignored.keys() <= {*mapped.totals, *mapped.parents}:
        _note_other_totals(wish, counted)


def _note_other_totals(wish: Wish, counted: Counted) -> None:
    """Note a total that the categories do not add up to."""
    added = counted.number([*counted.mapped.value_of, *counted.mapped.uncovered])
    for label in counted.mapped.totals:
        total = counted.number([label])
        if total != added:
            note = phrase(
                "the categories add up to {sum:,}, but '{label}' says {total:,}; shares are taken of their own sum.",
                sum=int(added),
                label=label,
                total=int(total),
            )
            wish.note(note)
