"""What every objective gives: the seats that each class gets on average, and how that is known to be optimal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sortition.engine.certificate import Bound
from sortition.engine.polytope import Polytope
from sortition.model import FloatArray


@dataclass(frozen=True, eq=False)
class ProvedLevel:
    """A bound that settles the chance of some classes."""

    value: Fraction
    members: tuple[int, ...]
    """Classes."""
    bound: Bound


@dataclass(frozen=True, eq=False)
class Marginals:
    """Optimal marginals that are known to be a mixture of panels found."""

    seats: FloatArray
    """Shape (classes,): expected number of people of the class on the panel."""
    chances: tuple[Fraction | None, ...]
    """Exact chance of each person, class by class, where it is known."""
    levels: tuple[ProvedLevel, ...]
    polytope: Polytope
    """The rows, cuts and bounds that the levels' proofs refer to."""
