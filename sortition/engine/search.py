"""Finding panels: the sampler first, the exact integer program where the sampler finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sortition.engine.cases import settle_by_cases
from sortition.engine.diving import dive
from sortition.engine.hull import Cover, cover
from sortition.engine.polytope import Line, Polytope
from sortition.engine.quantities import Quantities
from sortition.engine.sampler import Sampler
from sortition.engine.tighten import tighten
from sortition.errors import InfeasibleError, SolverError
from sortition.messages import phrase
from sortition.model import FloatArray, IntArray, Progress, no_progress
from sortition.solver import LinearModel

FIRST_PANELS = 200
"""Panels sampled to see who can be seated at all."""
REACHING = 3
"""How often panels with the classes not met yet are sampled."""
SOUGHT_SINGLY = 100
"""Classes not met yet up to which each is ruled out or sought on its own: where panels are hard to find, most of them
are out of reach, and sampling for those would be long and in vain."""
UNSEEN_TILT = 4.0
"""How strongly those classes are preferred then."""
PANELS_PER_CLASS = 3.0
"""Panels sampled near marginals, a class, before their mixture is tried."""
ROUNDS = 6
"""In how many rounds they are sampled, each aiming at what the earlier ones left short."""
STEPS = 50
"""Exchanges after which a panel sought at random is given up: most of those not found by then are stuck."""
CORRECTION = 0.7
"""How far a round's target moves against the error of the mean so far."""
MIXTURE_TRIES = 20
"""How often more panels are sampled at the prices of a failed mixture."""
GAP = 1e-9
"""Relative gap to which the covering program is solved."""
CASES = 300_000
"""Linear programs, times classes, after which proof by cases is left for later and the solver asked instead."""
PRICED_TILT = 6.0
"""How strongly the sampler prefers the dearest class when it looks for a panel that beats prices."""


class PanelSearch:
    """The panels found so far, what is proved of all panels, and the means of finding more.

    Everything found is checked in whole numbers before it is kept.
    """

    def __init__(
        self,
        polytope: Polytope,
        seed: int,
        progress: Progress = no_progress,
        out_of_time: Callable[[], bool] = lambda: False,
    ) -> None:
        self.polytope = polytope
        self.panels: IntArray = np.empty((0, len(polytope.sizes)), dtype=np.int32)
        self.exact_programs = 0
        """How many integer programs were solved."""
        self.progress = progress
        self.out_of_time = out_of_time
        """Whether a search that can be cut short should be."""
        self._seed = seed
        self._known: set[bytes] = set()
        self._by_cases = True
        """Whether what no panel exceeds is proved, which takes longer than an integer program's word for it."""

    def add(self, panels: NDArray[np.integer]) -> int:
        """Keep the panels that are new; give their number.

        Raises
        ------
        SolverError
            One of them is not valid.
        """
        panels = np.ascontiguousarray(panels, dtype=np.int32)
        if not self.polytope.holds(panels).all():
            raise SolverError(phrase("a panel that does not meet the quotas came out of a search; nothing was drawn"))
        new = []
        for panel in panels:
            key = panel.tobytes()
            if key not in self._known:
                self._known.add(key)
                new.append(panel)
        if new:
            self.panels = np.concatenate([self.panels, np.array(new)])
        return len(new)

    def reach(self) -> None:
        """Find a panel for every class that any panel can contain, and set the other classes' seats to none.

        Raises
        ------
        InfeasibleError
            There is no valid panel.
        """
        self.progress(phrase("who can be seated"), "", None)
        self.sample(REACHING, SOUGHT_SINGLY)
        if (unseen := self.unseen).any():
            self._learn(tighten(self.polytope, unseen, np.zeros_like(unseen)))
        while (unseen := self.unseen).any():
            self._reach_class(int(unseen.argmax()))

    def sample(self, turns: int, enough: int = 0) -> None:
        """Find the first panels, at least one, and in more turns panels with the classes not met yet.

        Parameters
        ----------
        turns
            How many more turns, at most.
        enough
            How many classes may stay unmet.

        Raises
        ------
        InfeasibleError
            There is no valid panel.
        """
        if not len(self.panels):
            self.add(self._sampled_evenly())
        if not len(self.panels):
            self._any_panel()
        for _ in range(turns):
            # those not met by chance are sought on purpose: an integer program for each would take far longer
            if self.unseen.sum() <= enough:
                return
            found = self._sampled_evenly(np.where(self.unseen, UNSEEN_TILT, 0.0))
            if not self.add(found):
                break

    def _sampled_evenly(self, tilt: FloatArray | None = None) -> IntArray:
        """Sample panels near the composition in which everybody has the same chance."""
        even = self.polytope.even
        return self.sampler(self.polytope).panels(even, FIRST_PANELS, batch=FIRST_PANELS, steps=STEPS, tilt=tilt)

    def tighten_all(self) -> None:
        """Round the bounds of all classes to whole numbers, where no panel found attains them."""
        low, high = self.polytope.low, self.polytope.high
        self._learn(tighten(self.polytope, self.panels.max(axis=0) < high, self.panels.min(axis=0) > low))

    def sample_near(self, x: FloatArray, count: int, rounds: int = 1) -> int:
        """Sample panels on the face of marginals, so that their mean nears them; give how many were new."""
        sampler = self.sampler(self.polytope.face(x))
        before, target, total, drawn = len(self.panels), x, np.zeros_like(x), 0
        for _ in range(rounds):
            found = sampler.panels(target, -(-count // rounds), steps=STEPS)
            if not len(found):
                break
            self.add(found)
            total, drawn = total + found.sum(axis=0), drawn + len(found)
            target = np.clip(target + CORRECTION * (x - total / drawn), 0.02 * x, self.polytope.high)
            target = target * (self.polytope.panel_size / target.sum())
        return len(self.panels) - before

    def mix(self, x: FloatArray) -> Cover:
        """Try to write marginals as a mixture of panels, sampling as many as that takes within reason.

        The panels found stay. `exact` is False where none was found; that proves nothing.
        """
        wanted = int(PANELS_PER_CLASS * np.count_nonzero(x)) + 20
        self.sample_near(x, wanted, ROUNDS)
        face = self.polytope.face(x)
        for _ in range(MIXTURE_TRIES):
            # only panels on the face can have weight: the others would only spoil the interior point
            usable = self.panels[face.holds(self.panels)]
            missing = (usable.max(axis=0, initial=0) == 0) & (x > 0)
            if missing.any():
                return Cover(np.inf, np.empty(0), missing.astype(np.float64), exact=False)
            answer = cover(usable, x, GAP)
            if answer.exact or not self._sample_priced(answer.prices, x, wanted // 4):
                break
        return answer

    def on_face(self, face: Polytope) -> PanelSearch:
        """Give a search among the panels of a face alone, beginning with those known; it learns without proofs."""
        there = PanelSearch(face, self._seed, self.progress, self.out_of_time)
        there.add(self.panels[face.holds(self.panels)])
        there._by_cases = False
        return there

    def beat(self, weights: NDArray[np.int64]) -> Line | None:
        """Look for panels worth more than any found so far.

        Parameters
        ----------
        weights
            Shape (classes,): what a person of each class is worth.

        Returns
        -------
        Line or None
            None if there were such panels (they are among `panels` now); else that no panel is worth more than the best
            one found, with its proof, or without if that took too long and only a solver says so.
        """
        best = int((self.panels @ weights).max())
        self.exact_programs += 1
        found = dive(self.polytope, weights, best + 1)
        if not len(found):
            line = Line(weights, best, None)
            programs = CASES // len(weights)
            settled = settle_by_cases(self.polytope, line, self.quantities, programs) if self._by_cases else None
            if isinstance(settled, tuple):
                return Line(weights, best, settled)
            found = self._by_program(self.polytope, weights, best + 1) if settled is None else settled[None, :]
        if not len(found):
            return Line(weights, best, None)
        if (found @ weights <= best).any():
            raise SolverError(phrase("an integer program called a panel better that is not; no lottery was made"))
        self.add(found)
        return None

    @staticmethod
    def _by_program(polytope: Polytope, weights: NDArray[np.int64], least: int) -> IntArray:
        """Ask the solver for a panel that is worth at least so much; none if it says that there is none."""
        answer = LinearModel(polytope.program(integer=True).with_row(weights, least)).solve_for_any()
        return np.rint(answer.x).astype(np.int32).reshape(-1, len(weights))

    @cached_property
    def quantities(self) -> Quantities:
        """What proofs by cases split by, and have learnt of that."""
        return Quantities.of(self.polytope)

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Tell which classes may be seated but are in no panel found."""
        most: NDArray[np.bool_] = (self.panels.max(axis=0, initial=0) == 0) & (self.polytope.high > 0)
        return most

    def _learn(self, polytope: Polytope | None) -> None:
        if polytope is None:
            raise InfeasibleError(phrase("no panel meets all quotas"))
        self.polytope = polytope

    def _any_panel(self) -> None:
        answer = LinearModel(self.polytope.program(integer=True)).solve_for_any()
        self.exact_programs += 1
        if not answer.feasible:
            raise InfeasibleError(phrase("no panel meets all quotas"))
        self.add(np.rint(answer.x)[None, :].astype(np.int32))

    def _reach_class(self, at: int) -> None:
        """Find panels with a class in them, with many other unseen classes besides, or learn that there is none."""
        low = self.polytope.low.copy()
        low[at] = max(1, low[at])
        there, wanted = replace(self.polytope, low=low), self.unseen.astype(np.int64)
        found = dive(there, wanted, 1)
        if not len(found):
            found = self._by_program(there, wanted, 1)
            self.exact_programs += 1
        if len(found):
            self.add(found)
        else:
            alone = np.zeros(len(low), dtype=np.int64)
            alone[at] = 1
            self.polytope = self.polytope.learn(Line(alone, 0, None))

    def _sample_priced(self, prices: FloatArray, x: FloatArray, count: int) -> int:
        """Sample panels near marginals that are dear at given prices; give how many of them beat the prices."""
        tilt = PRICED_TILT * prices / max(float(prices.max()), 1e-12)
        found = self.sampler(self.polytope.face(x)).panels(x, count, steps=STEPS, tilt=tilt)
        worth = found @ prices > 1 + GAP
        return self.add(found[worth])

    def sampler(self, polytope: Polytope) -> Sampler:
        """Give a source of random panels of a polytope, with a seed of its own."""
        self._seed += 1
        return Sampler(polytope, self._seed)

    def random(self) -> np.random.Generator:
        """Give a source of random numbers with a seed of its own."""
        self._seed += 1
        return np.random.Generator(np.random.PCG64(self._seed))
