"""The certificate: every bound that the result rests on, each proved where that can be done without a solver's word."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from sortition.engine.cases import prove_by_cases
from sortition.engine.polytope import Line, Proof, Split, Tree, relaxation
from sortition.engine.search import PanelSearch
from sortition.fairness.marginals import Marginals, OpenLevel, ProvedLevel
from sortition.messages import phrase
from sortition.model import Certificate, Classes, Level, Status


def certificate(objective: str, marginals: Marginals, classes: Classes, search: PanelSearch) -> Certificate:
    """Prove the lines that only integer programs vouch for, and write down all that the result rests on.

    Parameters
    ----------
    objective
        A key of `OBJECTIVES`.
    marginals
        What was found, with the polytope that the proofs refer to.
    classes
        Interchangeable people.
    search
        Told of progress; once it is out of time no more lines are proved.

    Raises
    ------
    SolverError
        A line turned out to be wrong.
    """
    lines = _proved_lines(marginals, classes, search)
    sound = _sound(lines)
    kept = _needed(marginals, lines)
    number = {line: place for place, line in enumerate(kept)}
    levels = tuple(_level(level, all(sound[line] for line in _used(level))) for level in marginals.levels)
    never = tuple(np.flatnonzero(marginals.polytope.high == 0).tolist())
    proved = all(level.status == "proved" for level in levels) and all(sound[line] for line in _out_of_reach(marginals))
    status: Status = "proved" if proved else "attested by the solver"
    return Certificate(
        objective=objective,
        status="heuristic" if not levels or marginals.open_level else status,
        classes=classes.members,
        levels=levels,
        unreachable=never,
        details={
            "levels": [_level_tree(level, classes, number) for level in marginals.levels],
            "lines": [_line(lines[line], classes, number) for line in kept],
            **({"claim": marginals.claim.details} if marginals.claim and marginals.claim.details else {}),
            **_open(marginals.open_level),
        },
    )


def _proved_lines(marginals: Marginals, classes: Classes, search: PanelSearch) -> list[Line]:
    """Give the lines learnt, with proofs by cases for those that are needed and rest on a solver's word."""
    lines = list(marginals.polytope.lines)
    needed = _needed(marginals, lines)
    sound = _sound(lines)
    if all(sound[place] for place in needed):
        return lines
    known, sound = relaxation(classes), []
    for place, line in enumerate(lines):
        if place in needed and not _is_sound(line, sound) and not search.out_of_time():
            detail = phrase("line {line} of {lines}", line=needed.index(place) + 1, lines=len(needed))
            search.progress(phrase("proof"), detail, None)
            lines[place] = replace(line, proof=prove_by_cases(known, line, search.quantities))
        sound.append(_is_sound(lines[place], sound))
        known = known.learn(lines[place]) if sound[-1] else known.keep(lines[place])
    return lines


def _sound(lines: Iterable[Line]) -> list[bool]:
    """Tell of each line whether its proof, and those of the lines that it uses, need no solver's word."""
    sound: list[bool] = []
    for line in lines:
        sound.append(_is_sound(line, sound))
    return sound


def _is_sound(line: Line, sound: list[bool]) -> bool:
    return line.proof is not None and all(sound[used] for used in _used_by(line.proof))


def _used_by(tree: Tree) -> set[int]:
    return {line for part in tree if isinstance(part, Proof) for line, _ in part.lines}


def _used(level: ProvedLevel) -> set[int]:
    return _used_by((level.bound.proof,))


def _out_of_reach(marginals: Marginals) -> list[int]:
    """Give the lines by which classes are in no panel."""
    known, high = marginals.polytope.high_line, marginals.polytope.high
    return [known[at] for at in np.flatnonzero(high == 0).tolist() if known and known[at] >= 0]


def _needed(marginals: Marginals, lines: list[Line]) -> list[int]:
    """Give the lines that the levels, and who is out of reach, rest on, directly or through other lines; ascending."""
    needed = set(_out_of_reach(marginals)).union(*map(_used, marginals.levels))
    for place in reversed(range(len(lines))):
        proof = lines[place].proof
        if place in needed and proof is not None:
            needed |= _used_by(proof)
    return sorted(needed)


def _level(level: ProvedLevel, sound: bool) -> Level:
    bound = level.bound
    whole = bound.weights.tolist()
    exact = {weight: Fraction(weight, bound.denominator) for weight in set(whole)}  # many classes have the same
    weights = tuple((at, exact[weight]) for at, weight in enumerate(whole) if weight)
    status: Status = "proved" if sound else "attested by the solver"
    return Level(level.value, level.members, weights, Fraction(bound.value, bound.denominator), status)


def _level_tree(level: ProvedLevel, classes: Classes, number: dict[int, int]) -> list[dict[str, Any]]:
    """Write the proof of a level, whose weights and bound a verifier multiplies so that they are just whole."""
    bound = level.bound
    common = math.gcd(bound.denominator, bound.value, *map(int, bound.weights[bound.weights > 0]))
    return _tree((replace(bound.proof, denominator=common),), classes, number)


def _line(line: Line, classes: Classes, number: dict[int, int]) -> dict[str, Any]:
    return {
        "bound": str(line.bound),
        "proof": None if line.proof is None else _tree(line.proof, classes, number),
        "weights": _sparse(line.weights),
    }


def _tree(tree: Tree, classes: Classes, number: dict[int, int]) -> list[dict[str, Any]]:
    return [
        {"most": str(part.most), "split": _sparse(part.weights)}
        if isinstance(part, Split)
        else _proof(part, classes.quota_rows, number)
        for part in tree
    ]


def _proof(proof: Proof, quotas: int, number: dict[int, int]) -> dict[str, Any]:
    """Write a proof down; what households add follows from the rest, and a verifier finds it by itself."""
    return {
        "denominator": str(proof.denominator),
        "lines": _pairs((number[line], times) for line, times in sorted(proof.lines)),
        "quotas": _sparse(proof.multipliers[1 : 1 + quotas]),
        "size": str(int(proof.multipliers[0])),
        "splits": _pairs(proof.splits),
    }


def _sparse(row: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Write a vector of whole numbers by the places where it is not 0."""
    return _pairs((at, int(row[at])) for at in np.flatnonzero(row).tolist())


def _pairs(pairs: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    return [{"at": at, "times": str(times)} for at, times in pairs]


def _open(level: OpenLevel | None) -> dict[str, Any]:
    """Write down how good the chances are that a time limit left unsettled, and how good they could be."""
    return {} if level is None else {"open": {"bound": str(level.bound), "reached": f"{level.reached:.10f}"}}
