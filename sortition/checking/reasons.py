"""Why quotas contradict each other, in words, with the people counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sortition.checking.conflict import Conflict, Grouping, Side, Wish, only, panel_program
from sortition.checking.counts import seatable
from sortition.checking.findings import number_of_people
from sortition.messages import phrase, phrases
from sortition.model import BoolArray, Problem
from sortition.solver import LinearModel


def conflict_sentences(problem: Problem, conflict: Conflict) -> tuple[str, ...]:
    """List the members of a conflict, the household rule last: `age '16-24': at least 4 (2 people may be drawn)`."""
    sides: dict[int, list[Side]] = {}
    for bound in conflict.bounds:
        sides.setdefault(bound.quota, []).append(bound.side)
    bounds = tuple(_bounds_sentence(problem, quota, both) for quota, both in sides.items())
    return (*bounds, _household_sentence(problem)) if conflict.households else bounds


def _bounds_sentence(problem: Problem, number: int, sides: Sequence[Side]) -> str:
    quota = problem.quotas[number]
    if len(sides) == 2 and quota.low == quota.high:
        wanted = phrase("exactly {seats}", seats=quota.low)
    else:
        ends = {"lowest": phrase("at least {low}", low=quota.low), "highest": phrase("at most {high}", high=quota.high)}
        wanted = phrase(" and ").join(ends[side] for side in sorted(sides, reverse=True))
    people = number_of_people(int(problem.membership[:, number].sum()))
    return phrase("{quota}: {wanted} ({people} may be drawn)", quota=quota.label, wanted=wanted, people=people)


def _household_sentence(problem: Problem) -> str:
    shared = problem.households[problem.households >= 0]
    homes = len(np.unique(shared))
    return phrases(
        "at most one person from each household ({people} share {n} household)",
        "at most one person from each household ({people} share {n} households)",
        homes,
        people=number_of_people(len(shared)),
    )


def reason(problem: Problem, conflict: Conflict, grouping: Grouping) -> str:
    """Say why the members of a conflict cannot be met together.

    Where counting alone shows it: how many seats must go to which people, and how few of them there are. Each lowest
    number gives its people a point and each highest takes one off, and everybody may be given the same number of points
    besides. If nobody then has more than one point, those with a point fill at least as many seats as the lowest
    numbers, less the highest, add up to, with what everybody was given.
    """
    text = _by_counting(problem, conflict) or _by_whole_numbers(problem, conflict, grouping)
    return text or phrase(
        "they contradict each other only all together; without any one of them the others could be met."
    )


def reason_against(problem: Problem, conflict: Conflict, grouping: Grouping, wish: Wish) -> str:
    """Say why the members of a conflict cannot be met together with a person on the panel, or with them off it.

    The argument is that of `reason` for the rest: the other seats and the other people, or the panel without them. It
    is empty where there is none shorter than the conflict itself.
    """
    rest = _rest(problem, conflict, wish)
    if any(quota.high < 0 for quota in rest.quotas):
        return phrase("there is no seat for such people.")
    why = _by_counting(rest, conflict) or _by_whole_numbers(rest, conflict, grouping)
    if why is None:
        return ""
    if wish.seated:
        return phrase("with one of them seated, of the rest of the panel and the other people: {reason}", reason=why)
    return phrase("with one of them left out: {reason}", reason=why)


def _by_counting(problem: Problem, conflict: Conflict) -> str | None:
    """Say how many seats must go to which people, and how few of them there are, where that is the reason."""
    lows, highs = _side(conflict, "lowest"), _side(conflict, "highest")
    points = problem.membership[:, lows].sum(axis=1) - problem.membership[:, highs].sum(axis=1)
    seats = sum(problem.quotas[at].low for at in lows) - sum(problem.quotas[at].high for at in highs)
    for besides in range(1, -len(lows) - 1, -1):
        needed, score = seats + besides * problem.panel_size, points + besides
        if score.max(initial=0) <= 1 and needed > _most(problem, score == 1, conflict.households):
            who = _kind(problem, lows, highs, besides)
            if who is not None or not (score == 1).any():
                return _counted(problem, needed, who, score == 1, lows, highs)
    return None


def _by_whole_numbers(problem: Problem, conflict: Conflict, grouping: Grouping) -> str | None:
    """Say that panels could meet a conflict on average, where they could."""
    program = panel_program(grouping(only(problem, conflict)))
    if not LinearModel(replace(program, integer=np.zeros_like(program.integer))).solve().feasible:
        return None
    return phrase("several panels could meet these on average, but no single one can: people come in whole numbers.")


def _rest(problem: Problem, conflict: Conflict, wish: Wish) -> Problem:
    """Give the problem that is left once a person is seated, or left out."""
    others = np.arange(len(problem.ids)) != wish.person
    quotas, size = problem.quotas, problem.panel_size
    if wish.seated:
        home = problem.households[wish.person]
        if conflict.households and home >= 0:
            others &= problem.households != home
        size -= 1
        named = {bound.quota for bound in conflict.bounds}
        counted = problem.membership[wish.person]
        quotas = tuple(
            replace(quota, low=max(quota.low - 1, 0), high=quota.high - 1) if counted[at] and at in named else quota
            for at, quota in enumerate(quotas)
        )
    ids = tuple(name for name, stays in zip(problem.ids, others.tolist(), strict=True) if stays)
    codes, households = problem.codes[others], problem.households[others]
    return replace(problem, ids=ids, codes=codes, households=households, panel_size=size, quotas=quotas)


def _side(conflict: Conflict, side: Side) -> list[int]:
    return [bound.quota for bound in conflict.bounds if bound.side == side]


def _most(problem: Problem, people: BoolArray, households: bool) -> int:
    return seatable(problem, people) if households else int(people.sum())


def _counted(
    problem: Problem, needed: int, who: str | None, people: BoolArray, lows: Sequence[int], highs: Sequence[int]
) -> str:
    """Put an argument by counting into a sentence."""
    count, homes = int(people.sum()), seatable(problem, people)
    if not count and (highs or not who):
        return _sum_sentence(problem, lows, highs)
    if not who:
        drawn = number_of_people(count)
        if count < needed:
            return phrase("the panel has {seats} seats, and only {people} may be drawn.", seats=needed, people=drawn)
        return phrase(
            "the panel has {seats} seats, and only {people} may be drawn, who live in {homes} households, and a panel "
            "takes one person from each.",
            seats=needed,
            people=drawn,
            homes=homes,
        )
    seats = phrases(
        "at least {n} seat must go to people {who}", "at least {n} seats must go to people {who}", needed, who=who
    )
    if count < needed:
        only = phrases("only {n} such person may be drawn", "only {n} such people may be drawn", count)
        nobody = phrase("there is no such person who may be drawn")
        return phrase("{seats}, but {only}.", seats=seats, only=only if count else nobody)
    if homes == 1:
        return phrase(
            "{seats}, but the {people} such people who may be drawn share an address, and a panel takes one person "
            "from each.",
            seats=seats,
            people=count,
        )
    return phrase(
        "{seats}, but the {people} such people who may be drawn live in only {homes} households, and a panel takes one "
        "person from each.",
        seats=seats,
        people=count,
        homes=homes,
    )


def _sum_sentence(problem: Problem, lows: Sequence[int], highs: Sequence[int]) -> str:
    """Say that numbers alone do not fit, whoever replied."""
    low, high = (sum(getattr(problem.quotas[at], side) for at in ats) for ats, side in ((lows, "low"), (highs, "high")))
    size = problem.panel_size
    if not highs:
        text = phrase("the lowest numbers add up to {sum}, and the panel has {seats} seats.", sum=low, seats=size)
    elif not lows:
        text = phrase("the highest numbers add up to {sum}, and the panel has {seats} seats.", sum=high, seats=size)
    else:
        text = phrase("these lowest numbers ask for {seats} seats, and these highest numbers leave fewer.", seats=low)
    return text


def _kind(problem: Problem, lows: Sequence[int], highs: Sequence[int], besides: int) -> str | None:
    """Describe the people with a point; None where no short description is right."""
    groups, either = list(_by_categories(problem, lows)), phrase(" or ")
    if besides == 0 and lows:
        has = phrase("with {quotas}", quotas=either.join(problem.quotas[at].label for at in lows))
    elif besides < 0 and len(groups) == 1 - besides:
        joined = [either.join(problem.quotas[at].label for at in group) for group in groups]
        both = phrase(" and ").join(f"({text})" if len(groups[n]) > 1 else text for n, text in enumerate(joined))
        has = phrase("with {quotas}", quotas=both)
    elif besides == 1 and not lows:
        has = ""
    else:
        return None
    but = either.join(problem.quotas[at].label for at in highs)
    if not but:
        return has
    return (
        phrase("{having} but without {quotas}", having=has, quotas=but)
        if has
        else phrase("without {quotas}", quotas=but)
    )


def _by_categories(problem: Problem, quotas: Sequence[int]) -> Iterator[list[int]]:
    """Put quotas on the same categories together."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for at in quotas:
        groups.setdefault(tuple(category for category, _ in problem.quotas[at].of), []).append(at)
    yield from groups.values()
