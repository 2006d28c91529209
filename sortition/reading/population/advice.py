"""What is worth knowing of all targets together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sortition.messages import phrase
from sortition.model import Quotas
from sortition.reading.population.wishes import Setting, Target

_SMALL = 2
"""Groups worth fewer seats than this may be left out by their own quotas, or hang on one person."""


def by_note(notes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Say what is true of several categories once."""
    categories: dict[str, list[str]] = {}
    for category, note in dict.fromkeys(notes):
        categories.setdefault(note, []).append(category)
    for note, names in categories.items():
        yield f"{', '.join(names)}: {note}"


def compare_bases(targets: Iterable[Target], setting: Setting) -> None:
    """Note two tables that claim to count the same people and differ by more than a twentieth."""
    first: dict[tuple[str, ...], Target] = {}
    for target in targets:
        other = first.setdefault(target.base_key, target) if target.base_key[0] else target
        if target.counted and other.counted and abs(target.counted - other.counted) * 20 > other.counted:
            note = phrase(
                "it counts {people:,} people, and {other} {others:,} of the same base. "
                "One of them may be stale or leave some out.",
                people=int(target.counted),
                other=other.name,
                others=int(other.counted),
            )
            setting.notes.append((target.name, note))


def advise_on_small_groups(targets: Iterable[Target], quotas: Quotas, setting: Setting) -> None:
    """Say when groups so small that each may be left out are together worth more seats than are promised to them."""
    for target in targets:
        exact, low = target.allotment.exact, target.allotment.low
        small = [at for at in range(len(target.values)) if 0 < exact[at] < _SMALL]
        together, promised = sum(exact[at] for at in small), sum(low[at] for at in small)
        names = [target.values[at] for at in small]
        if len(small) > 1 and int(together) > promised and not _held(target.name, set(names), quotas):
            note = phrase(
                "{names} are together {exact:.1f} of {seats} seats, but a panel may have {promised}. "
                "A rule would keep more: {rule}",
                names=", ".join(names),
                exact=float(together),
                seats=quotas.panel_size,
                promised=promised,
                rule=f"{{at_least: {int(together)}, of: {{{target.name}: [{', '.join(names)}]}}, why: …}}",
            )
            setting.notes.append((target.name, note))


def _held(category: str, names: set[str], quotas: Quotas) -> bool:
    """Tell whether a rule speaks of several of these values already."""
    groups = [set(values) for rule in quotas.rules if rule.low for name, values in rule.of if name == category]
    return any(len(group & names) > 1 for group in groups)
