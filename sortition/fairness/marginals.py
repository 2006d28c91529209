"""What every objective gives: the seats that each class gets on average, and how that is known to be optimal."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sortition.engine.certificate import Bound
from sortition.engine.polytope import Polytope
from sortition.errors import SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray

WIDEST_GAP = Fraction(1, 10**6)
"""Relative gap of a proof above which the optimum is taken not to have been found."""


@dataclass(frozen=True, eq=False)
class ProvedLevel:
    """A bound that settles the chance of some classes."""

    value: Fraction
    members: tuple[int, ...]
    """Classes."""
    bound: Bound


@dataclass(frozen=True, eq=False)
class Claim:
    """What one bound over all panels says of an objective that does not go level by level."""

    value: Fraction
    """No lottery can be better than this; what it measures is said where the objective is."""
    gap: Fraction
    """How much better, relative to the value of the chances found, a lottery can be at most."""
    bound: Bound
    details: dict[str, Any] = field(default_factory=dict)
    """What else a verifier needs to get from the bound to the value: text, whole numbers, lists and objects only."""


@dataclass(frozen=True, slots=True)
class OpenLevel:
    """How good the chances are that are not settled, and how good they could be."""

    reached: float
    """The least chance of the people not settled."""
    bound: Fraction
    """What the proof says that it could be at most."""


@dataclass(frozen=True, eq=False)
class Marginals:
    """Optimal marginals that are known to be a mixture of panels found."""

    seats: FloatArray
    """Shape (classes,): expected number of people of the class on the panel."""
    chances: tuple[Fraction | None, ...]
    """Exact chance of each person, class by class, where it is known."""
    levels: tuple[ProvedLevel, ...]
    polytope: Polytope
    """The rows, cuts and bounds that the proofs refer to."""
    open_level: OpenLevel | None = None
    """Where a time limit cut the search short: what is known of the first level that is not settled."""
    claim: Claim | None = None
    """Of objectives that do not go level by level: what their one level, which has no members, proves."""
    panels: IntArray | None = None
    """Shape (tickets, classes): the tickets, where they were made to find out whether panels mix to the seats."""


def claimed(seats: FloatArray, polytope: Polytope, claim: Claim, panels: IntArray | None) -> Marginals:
    """Give the marginals of an objective without levels, with what is proved of them.

    Raises
    ------
    SolverError
        The proof leaves more of a gap than floating-point numbers account for.
    """
    if claim.gap > WIDEST_GAP:
        raise SolverError(
            phrase("the fair chances were proved to within {gap:.1g} only; no lottery was made", gap=float(claim.gap))
        )
    known = tuple(Fraction(0) if high == 0 else None for high in polytope.high.tolist())
    return Marginals(seats, known, (ProvedLevel(claim.value, (), claim.bound),), polytope, claim=claim, panels=panels)
