"""Proofs by cases, checked by the verifier's own code and against all panels that there are."""

import copy

import numpy as np
import oracle
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pools import KNOWN, files, known, problem_of
from strategies import problems

from sortition import workflow
from sortition.audit.verify import BadFileError, Bundle, Prover, certificate
from sortition.canonical import canonical_json
from sortition.checking import match
from sortition.engine import cases, search
from sortition.engine.cases import prove_by_cases
from sortition.engine.polytope import Line, relaxation
from sortition.engine.quantities import Quantities
from sortition.engine.types import classes_of
from sortition.errors import SolverError
from sortition.fairness import proof as written
from sortition.fairness.lottery import fair_lottery
from sortition.model import NO_VALUE

FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def public(problem):
    """Give what the verifier reads of `problem.json`."""
    names = zip(problem.categories, problem.values, strict=True)
    people = zip(problem.codes.tolist(), problem.households.tolist(), strict=True)
    return {
        "panel_size": problem.panel_size,
        "categories": [{"name": name, "values": list(values)} for name, values in names],
        "quotas": [
            {"low": q.low, "high": q.high, "of": [{"category": c, "values": list(v)} for c, v in q.of]}
            for q in problem.quotas
        ],
        "people": [
            {"codes": [None if code == NO_VALUE else code for code in codes], "household": home if home >= 0 else None}
            for codes, home in people
        ],
    }


def compositions(problem, classes):
    counts = [[sum(p in panel for p in members) for members in classes.members] for panel in oracle.all_panels(problem)]
    return np.array(counts, dtype=np.int64)


def proves(problem, classes, weights, most, tree):
    """Let the verifier judge a tree."""
    whole = {at: int(weight) for at, weight in enumerate(weights) if weight}
    return Prover(public(problem), classes.members, []).proves(whole, most, tree, 0)


@FEW
@given(problems(feasible=True), st.data())
def test_the_most_that_a_panel_weighs_is_proved_to_the_verifier(problem, data):
    classes = classes_of(problem)
    weights = data.draw(arrays(np.int64, len(classes.members), elements=st.integers(-3, 5)))
    most = int((compositions(problem, classes) @ weights).max())
    quantities = Quantities.of(relaxation(classes))
    tree = prove_by_cases(relaxation(classes), Line(weights, most, None), quantities)
    assert proves(problem, classes, weights, most, written._tree(tree, classes, {}))
    assert not proves(problem, classes, weights, most - 1, written._tree(tree, classes, {}))


@FEW
@given(problems(feasible=True), st.data())
def test_a_line_that_a_panel_breaks_is_refused(problem, data):
    classes = classes_of(problem)
    weights = data.draw(arrays(np.int64, len(classes.members), elements=st.integers(-3, 5)))
    most = int((compositions(problem, classes) @ weights).max())
    with pytest.raises(SolverError, match="overlooked a panel"):
        prove_by_cases(relaxation(classes), Line(weights, most - 1, None), Quantities.of(relaxation(classes)))


def test_a_proof_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(cases, "MOST_PROGRAMS", 0)
    line, polytope, quantities = pairwise_at_most_one()
    assert prove_by_cases(polytope, Line(line, 1, None), quantities) is not None  # rounding alone proves it
    assert prove_by_cases(polytope, Line(line, 0, None), quantities) is None


def pairwise_at_most_one():
    classes = classes_of(triangle())
    return np.array([1, 1, 1, 0]), relaxation(classes), Quantities.of(relaxation(classes))


def triangle():
    """Three people of whom any two exclude each other, and one more; two seats."""
    return match(*known(KNOWN["H07_integrality_gap_triangle"])).problem


numbers = st.integers(-4, 4)


@st.composite
def trees(draw, classes, quotas, way=0):
    """Draw any tree, most of which prove nothing."""
    sparse = lambda keys, of: [{"at": at, "times": str(draw(of))} for at in keys]  # noqa: E731
    some = lambda count: sorted(draw(st.sets(st.integers(0, count - 1)))) if count else []  # noqa: E731
    not_0 = numbers.filter(bool)
    if way < 3 and draw(st.booleans()):
        split = {"most": str(draw(st.integers(-2, 4))), "split": sparse(some(classes), not_0)}
        return [split, *draw(trees(classes, quotas, way + 1)), *draw(trees(classes, quotas, way + 1))]
    return [
        {
            "denominator": str(draw(st.integers(0, 2))),
            "lines": [],
            "quotas": sparse(some(quotas), not_0),
            "size": str(draw(numbers)),
            "splits": sparse(some(way), st.integers(1, 4)),
        }
    ]


@settings(FEW, max_examples=400)
@given(problems(most_people=8, feasible=True), st.data())
def test_no_tree_whatsoever_proves_less_than_a_panel_weighs(problem, data):
    classes = classes_of(problem)
    weights = data.draw(arrays(np.int64, len(classes.members), elements=st.integers(-2, 3)))
    tree = data.draw(trees(len(classes.members), len(problem.quotas)))
    panels = compositions(problem, classes) @ weights
    assert not proves(problem, classes, weights, int(panels.max()) - 1, tree)


# a tree made by hand, over classes 0, 1, 2 of which no two fit together (quotas 0, 2, 4), and 3


def leaf(denominator, quotas, splits, size=0):
    pairs = [[{"at": at, "times": str(times)} for at, times in each.items()] for each in (quotas, splits)]
    return {"denominator": str(denominator), "lines": [], "quotas": pairs[0], "size": str(size), "splits": pairs[1]}


SPLIT = {"most": "0", "split": [{"at": 0, "times": "1"}, {"at": 1, "times": "1"}]}
NONE_OF_TWO = leaf(1, {}, {0: 1})  # a + b <= 0 and c <= 1
ONE_OF_TWO = leaf(2, {0: 2, 2: 1, 4: 1}, {0: 1})  # 2a + 2b <= 2 and 2c <= (a + c) + (b + c) - (a + b) <= 1
BY_HAND = [SPLIT, NONE_OF_TWO, ONE_OF_TWO]
TURNED = leaf(2, {0: 2, 2: 1, 4: 1}, {0: -1})
TWICE = {**NONE_OF_TWO, "splits": [{"at": 0, "times": "1"}, {"at": 0, "times": "1"}]}
OTHER_WAY = {**SPLIT, "split": [{"at": 0, "times": "-1"}, {"at": 1, "times": "-1"}]}


def test_a_tree_made_by_hand_proves_what_it_should():
    problem = triangle()
    assert proves(problem, classes_of(problem), (1, 1, 1, 0), 1, BY_HAND)
    assert not proves(problem, classes_of(problem), (1, 1, 1, 0), 0, BY_HAND)


@pytest.mark.parametrize(
    "tree",
    [
        [],
        [SPLIT],
        [SPLIT, NONE_OF_TWO],
        [SPLIT, ONE_OF_TWO],
        [SPLIT, ONE_OF_TWO, NONE_OF_TWO],
        [SPLIT, NONE_OF_TWO, NONE_OF_TWO],
        [SPLIT, NONE_OF_TWO, leaf(2, {0: 2, 2: 1, 4: 1}, {})],
        [*BY_HAND, ONE_OF_TWO],
        [{**SPLIT, "most": "1"}, NONE_OF_TWO, ONE_OF_TWO],
        [{**SPLIT, "most": "-1"}, NONE_OF_TWO, ONE_OF_TWO],
        [OTHER_WAY, NONE_OF_TWO, ONE_OF_TWO],
        [SPLIT, NONE_OF_TWO, {**ONE_OF_TWO, "denominator": "0"}],
        [SPLIT, NONE_OF_TWO, leaf(1, {0: 2, 2: 1, 4: 1}, {0: 1})],
        [SPLIT] * 102,
    ],
)
def test_a_tree_that_leaves_something_open_proves_nothing(tree):
    problem = triangle()
    assert not proves(problem, classes_of(problem), (1, 1, 1, 0), 1, tree)


@pytest.mark.parametrize("end", [TURNED, TWICE, leaf(1, {}, {1: 1}), leaf(1, {99: 1}, {0: 1})])
def test_an_end_that_takes_what_does_not_hold_is_refused(end):
    problem = triangle()
    with pytest.raises((BadFileError, LookupError)):
        proves(problem, classes_of(problem), (1, 1, 1, 0), 1, [SPLIT, end, ONE_OF_TWO])


# ---- the transcript of a bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """Give a bundle whose certificate needs proofs by cases."""
    out = tmp_path_factory.mktemp("cases") / "out"
    workflow.write_bundle(out, workflow.make_lottery(*files("tight/cumbria7_205_40"), "leximin", 50))
    return out


def judged(out, document):
    """Give the states that the certificate's step ends in when its file says something else."""
    judge = Bundle(out / "public", out / "private", None)
    judge.parsed["certificate.json"] = document
    return [state for state, *_ in certificate(judge)]


def document_of(out):
    return copy.deepcopy(Bundle(out / "public", out / "private", None)["certificate.json"])


def split_line(document):
    """Give the line with the longest proof."""
    return max(document["details"]["lines"], key=lambda line: len(line["proof"]))


def test_a_bundle_with_proofs_by_cases_is_proved(bundle):
    document = document_of(bundle)
    assert len(split_line(document)["proof"]) >= 3
    assert judged(bundle, document) == ["passed"]
    assert canonical_json(document) + b"\n" == (bundle / "public" / "certificate.json").read_bytes()


def drop_last(line):
    line["proof"].pop()


def drop_first(line):
    line["proof"].pop(0)


def add_one(line):
    line["proof"].append(line["proof"][-1])


def lower(line):
    line["bound"] = str(int(line["bound"]) - 1)


def swap_cases(line):
    line["proof"][1:] = line["proof"][:0:-1]


def turn_round(line):
    for part in line["proof"]:
        for pair in part.get("splits", ()):
            pair["times"] = str(-int(pair["times"]))


def forget_splits(line):
    for part in line["proof"]:
        if "splits" in part:
            part["splits"] = []


def forget_quotas(line):
    for part in line["proof"]:
        if "quotas" in part:
            part["quotas"] = []


def shift_splits(line):
    for part in line["proof"]:
        if "split" in part:
            part["most"] = str(int(part["most"]) + 3)


def use_itself(line):
    line["proof"][-1]["lines"] = [{"at": 10**6, "times": "1"}]


TAMPERED = [drop_last, drop_first, add_one, lower, swap_cases, turn_round, shift_splits, use_itself]


@pytest.mark.parametrize("change", [*TAMPERED, forget_splits, forget_quotas])
def test_a_transcript_that_was_tampered_with_fails(bundle, change):
    document = document_of(bundle)
    change(split_line(document))
    assert "failed" in judged(bundle, document)


def test_a_proof_that_was_taken_out_is_a_solvers_word(bundle):
    document = document_of(bundle)
    split_line(document)["proof"] = None
    assert "failed" in judged(bundle, document)
    document["status"] = "attested by the solver"
    assert "passed" not in judged(bundle, document)
    assert "weaker" in judged(bundle, document)


def test_splits_that_did_well_are_tried_first():
    quantities = Quantities(np.array([[0, 1, 1, 0, 0], [1, 0, 1, 1, 0]]))
    x, most = np.array([0.5, 0.5, 0.75, 1.0, 0.5]), np.ones(5)
    likely = lambda: [number for number, _ in quantities.promising(x, most)]  # noqa: E731
    assert set(likely()) <= {0, 1, 2, 4, 5, 6}  # not what is whole
    for _ in range(9):
        quantities.learn(5, 1.0, 1.0)
        quantities.learn(0, 1.0, 0.0)
    assert likely()[0] == 5
    assert 0 not in likely()
    assert dict(quantities.promising(x, most))[5] == 1  # 1.25 rounded down


def test_a_word_of_the_solver_is_proved_once_the_lottery_is_there(monkeypatch):
    monkeypatch.setattr(search, "CASES", 0)
    lottery = fair_lottery(problem_of("tight/cumbria7_205_40"), "leximin", 50)
    assert lottery.certificate.status == "proved"
    assert any(len(line["proof"]) > 1 for line in lottery.certificate.details["lines"])


def test_quantities_are_classes_quotas_and_what_two_quotas_count():
    classes = classes_of(triangle())
    quantities = Quantities.of(relaxation(classes))
    everything = [tuple(quantities.weights(number)) for number in range(4 + len(quantities.cells))]
    assert everything == [*map(tuple, np.eye(4, dtype=int)), (0, 1, 1, 0), (1, 0, 1, 0), (1, 1, 0, 0)]
    assert quantities.at(np.array([0.5, 0.5, 0.5, 0.5])).tolist() == [0.5] * 4 + [1.0] * 3
