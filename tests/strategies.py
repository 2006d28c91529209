"""Random small problems, feasible or not."""

import numpy as np
from hypothesis import strategies as st

from sortition.model import NO_VALUE, Problem, Quota


@st.composite
def problems(draw, most_people=10, most_seats=6, most_categories=3, feasible=None):
    """Draw a problem with categories, households, rules and cross quotas.

    Quotas are set around a panel that keeps the household rule (then one exists), or at random.
    """
    people = draw(st.integers(2, most_people))
    values = tuple(tuple("xyz"[: draw(st.integers(2, 3))]) for _ in range(draw(st.integers(1, most_categories))))
    names = tuple("abcdef"[: len(values)])
    code = [st.integers(NO_VALUE if draw(st.booleans()) else 0, len(known) - 1) for known in values]
    codes = np.array(draw(st.lists(st.tuples(*code), min_size=people, max_size=people)), dtype=np.int16)
    households = draw(homes(people))
    one_each = sorted({home if home >= 0 else -1 - at: at for at, home in enumerate(households.tolist())}.values())
    size = draw(st.integers(1, min(most_seats, len(one_each))))
    panel = draw(st.permutations(one_each))[:size] if feasible or (feasible is None and draw(st.booleans())) else None
    of = [((name, (value,)),) for name, known in zip(names, values, strict=True) for value in known]
    kinds = ["quota"] * len(of)
    if draw(st.booleans()):
        of.append(((names[0], values[0][1:]),))
        kinds.append("rule")
    if len(names) > 1 and draw(st.booleans()):
        of.append(((names[0], (values[0][0],)), (names[1], values[1][:2])))
        kinds.append("cross")
    quotas = [Quota(each, 0, size, kind) for each, kind in zip(of, kinds, strict=True)]
    problem = Problem(tuple(f"p{at:02}" for at in range(people)), names, values, codes, households, size, tuple(quotas))
    seats = (problem.membership[panel].sum(axis=0) if panel else np.zeros(len(of), dtype=int)).tolist()
    bounds = [
        (max(0, count - draw(st.integers(0, 2))), min(size, count + draw(st.integers(0, 2))))
        if panel
        else sorted(draw(st.tuples(st.integers(0, min(2, size)), st.integers(0, size))))
        for count in seats
    ]
    quotas = [Quota(each, *bound, kind) for each, kind, bound in zip(of, kinds, bounds, strict=True)]
    return Problem(problem.ids, names, values, codes, households, size, tuple(quotas))


@st.composite
def homes(draw, people):
    """Draw household numbers for so many people, as `Problem.households` has them."""
    if not draw(st.booleans()):
        return np.full(people, -1, dtype=np.int32)
    lived = draw(st.lists(st.integers(0, people), min_size=people, max_size=people))
    shared = {home: at for at, home in enumerate(dict.fromkeys(home for home in lived if lived.count(home) > 1))}
    return np.array([shared.get(home, -1) for home in lived], dtype=np.int32)
