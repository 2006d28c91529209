"""The same pools by another program: nobody's chance contradicts what was proved of either."""

import json
import sys
from pathlib import Path

import pytest
from pools import problem_of

sys.path.append(str(Path(__file__).parent.parent))  # benchmarks are run from a checkout, never installed

from benchmarks.peers import peer_python, run_peer
from benchmarks.pools import fixed_pool
from sortition.fairness.lottery import fair_lottery

CLOSE = 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mass_24", "sf_a_35", "nexus_170"])
def test_maximin_agrees_with_the_peer_person_by_person(name):
    run = run_peer(fixed_pool(name), peer_python(), 600)
    assert run.ended_well, run.output
    theirs = json.loads(run.output.splitlines()[-1])["chances"]
    problem = problem_of(f"paper-size/{name}")
    maximin, leximin = fair_lottery(problem, "maximin"), fair_lottery(problem)
    drawable = [person for person, exact in zip(problem.ids, leximin.fair_exact, strict=True) if exact != 0]
    for made in (maximin, leximin):
        ours = dict(zip(problem.ids, made.fair.tolist(), strict=True))
        least = min(ours[person] for person in drawable)
        assert least == pytest.approx(min(theirs.values()), abs=CLOSE)
        for person in problem.ids:
            seated_by_us, seated_by_them = person in drawable, theirs.get(person, 0.0) > 0
            assert seated_by_us == seated_by_them
            if seated_by_us:
                assert ours[person] >= min(theirs.values()) - CLOSE
                assert theirs[person] >= least - CLOSE
