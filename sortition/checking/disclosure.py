"""How many people a published table of answers would single out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sortition.errors import Fault
from sortition.messages import phrase
from sortition.model import Problem

FEW = 5
"""Fewer people than this in a combination of answers are easily told apart by somebody who knows them."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How many people share their whole combination of answers with how many others (k-anonymity)."""

    people: int
    combinations: int
    """How many different combinations there are."""
    alone: int
    """How many people are the only ones with their combination."""
    among_few: int
    """How many people share theirs with fewer than `FEW` people, themselves counted; those alone are among them."""

    @property
    def note(self) -> Fault | None:
        """What to think of before the answers are published; None where there is nothing to warn of."""
        if not self.among_few:
            return None
        text = phrase(
            "{alone} of the {people} people are the only ones with their combination of answers, and {among_few} share "
            "theirs with fewer than {few} people, themselves counted. public/problem.json shows everybody's answers "
            "under a pseudonym, so whoever knows somebody's answers may find their line. '--public counts' keeps "
            "answers private; then only who has the private folder can check that the panels meet the quotas and that "
            "the lottery is the fairest.",
            alone=self.alone,
            people=self.people,
            among_few=self.among_few,
            few=FEW,
        )
        return Fault(text)


def disclosure(problem: Problem) -> Disclosure:
    """Count how many people each combination of answers has.

    Parameters
    ----------
    problem
        The people with the codes of their answers; households do not count.
    """
    _, sizes = np.unique(problem.codes, axis=0, return_counts=True)
    return Disclosure(len(problem.ids), len(sizes), int(sizes[sizes == 1].sum()), int(sizes[sizes < FEW].sum()))
