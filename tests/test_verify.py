import dataclasses
import json
import shutil
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from handmade import BY_HAND, LATER, NOW, PANELS, drawn_bundle, forge_record, frozen, lottery, repin, ticket_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sortition.audit import add_draw, physical_draw, verify_bundle, write_lottery
from sortition.audit.private import verify_all as verify
from sortition.audit.record import append, read_entries
from sortition.audit.verify import STEPS, canonical, exit_code
from sortition.audit.verify import verify as verify_alone
from sortition.canonical import canonical_json
from sortition.model import Level

FRAGILE = ("certificate.json", "lottery.csv", "manifest.json", "problem.json", "record.jsonl", "report.html")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    out = tmp_path_factory.mktemp("good") / "out"
    drawn_bundle(out)
    return out


@pytest.fixture
def out(good, tmp_path):
    shutil.copytree(good, tmp_path / "out")
    return tmp_path / "out"


def failed(folder, **options):
    """Give the numbers of the steps that failed."""
    return {int(finding.step.split()[0]) for finding in verify(folder, **options) if finding.state == "failed"}


def states(folder, number, **options):
    return [finding.state for finding in verify(folder, **options) if finding.step.startswith(f"{number} ")]


def digest_of(out):
    return read_entries((out / "public" / "record.jsonl").read_bytes())[1].content["digest"]


def forge_lottery(out, **changes):
    """Draw from a lottery that is not what it should be, with everything pinned as for a good one."""
    return drawn_bundle(out, frozen(**changes)).frozen


def replace(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


# ---- the good bundle


def test_a_good_bundle_passes_every_step_that_can_pass(out):
    findings = verify(out, digest_of(out))
    assert {finding.step for finding in findings} == {f"{number} {name}" for number, name in enumerate(STEPS, start=1)}
    weaker = {finding.step: finding.state for finding in findings if finding.state != "passed"}
    assert weaker == {
        "6 certificate": "weaker",
        "9 replacements": "not checked",
        "10 signatures": "not checked",
        "11 receipt": "not checked",
    }
    assert exit_code(findings) == 0


def test_the_public_folder_alone_is_enough(out):
    shutil.rmtree(out / "private")
    assert failed(out / "public") == set()
    assert states(out, 8) == ["not checked"]


def test_the_library_gives_the_same_findings(out):
    found = [(finding.step, finding.state, finding.detail) for finding in verify_bundle(out)]
    assert [tuple(finding) for finding in verify(out)] == found
    alone = [tuple(finding) for finding in verify_alone(out)]
    assert [finding for finding in alone if finding not in found] == [
        (
            "8 private files",
            "not checked",
            "this needs the organisers' private folder and the installed program.",
        )
    ]


def test_before_the_draw_steps_are_not_checked_rather_than_passed(tmp_path):
    write_lottery(tmp_path / "out", frozen(), NOW)
    assert states(tmp_path / "out", 7) == ["not checked"]
    assert states(tmp_path / "out", 8) == ["passed"]


def test_a_draw_by_hand_is_weaker(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(announcement=BY_HAND), NOW)
    add_draw(bundle, physical_draw(bundle.frozen.digest, len(PANELS), 20), LATER)
    assert states(tmp_path / "out", 7) == ["weaker", "passed"]
    assert failed(tmp_path / "out") == set()


@pytest.mark.parametrize("word", ["", "upper", "spaced"])
def test_the_announced_digest_is_compared(out, word):
    digest = digest_of(out)
    shown = {"": digest, "upper": digest.upper(), "spaced": f" {digest}\n"}[word]
    assert failed(out, announced=shown) == set()
    assert failed(out, announced=digest[:-1] + ("0" if digest[-1] != "0" else "1")) == {3}
    assert "not checked" in states(out, 3)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_both_write_the_same_canonical_json(value):
    try:
        expected = canonical_json(value)
    except ValueError:  # text that is not valid Unicode
        with pytest.raises(ValueError):
            canonical(value)
    else:
        assert canonical(value) == expected


# ---- one broken bundle for each step, caught by that step


def test_step_1_a_file_that_is_not_there(out):
    (out / "public" / "certificate.json").unlink()
    assert 1 in failed(out)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"categories":', b'{ "categories":'),
        (b'"panel_size":4', b'"panel_size":4.0'),
        (b'"panel_size":4', b'"panel_size":NaN'),
        (b'"panel_size":4', b'"panel_size":4,"panel_size":4'),
        (b'"panel_size":4', b'"panel_size":' + b"4" * 5000),
        (b'"panel_size":4', b'"panel_size":-4'),
        (b'"panel_size":4', b'"panel_size":true'),
        (b'"panel_size":4', b'"panel_size":' + b"[" * 100_000),
        (b'"format":"sortition-problem-1"', b'"format":"sortition-problem-2"'),
        (b'"name":"Assembly', b'"name":"\\u0041ssembly'),
        (b'"name":"Assembly', b'"name":"\xff'),
        (b'"name":"Assembly', b'"name":"\\ud800'),
        (b"}\n", b"}"),
    ],
)
def test_step_1_json_in_any_but_its_one_right_form(out, old, new):
    replace(out / "public" / "problem.json", old, new)
    repin(out)
    assert 1 in failed(out)


@pytest.mark.parametrize(
    ("old", "new"), [(b"\n1,", b'\n"1",'), (b"\n1,", b"\r\n1,"), (b"\n1,", b"\n\n1,"), (b"\n1,", b'\n"1')]
)
def test_step_1_csv_in_any_but_its_one_right_form(out, old, new):
    replace(out / "public" / "lottery.csv", old, new)
    repin(out)
    assert 1 in failed(out)


def test_step_1_a_certificate_for_other_people(tmp_path):
    forge_lottery(tmp_path / "out")
    document = json.loads((tmp_path / "out" / "public" / "certificate.json").read_bytes())
    document["fair"].pop()
    (tmp_path / "out" / "public" / "certificate.json").write_bytes(canonical_json(document) + b"\n")
    repin(tmp_path / "out")
    assert 1 in failed(tmp_path / "out")


@pytest.mark.parametrize(("depth", "fits"), [(100, True), (101, False)])
def test_step_1_json_nested_too_deeply(tmp_path, depth, fits):
    nested = []
    for _ in range(depth - 3):
        nested = [nested]
    forge_lottery(tmp_path / "out", certificate=certificate_with(details={"deep": nested}))
    assert failed(tmp_path / "out") == (set() if fits else {1})


def test_step_2_a_time_changed_afterwards(out):
    replace(out / "public" / "record.jsonl", b"2026-11-22T13:00:00Z", b"2026-11-22T12:00:00Z")
    repin(out)
    assert failed(out) == {2}


def test_step_2_a_line_taken_out(out):
    record = (out / "public" / "record.jsonl").read_bytes().splitlines(keepends=True)
    (out / "public" / "record.jsonl").write_bytes(b"".join(record[1:]))
    repin(out)
    assert failed(out) == {2}


def test_step_2_events_in_the_wrong_order(out):
    entries = read_entries((out / "public" / "record.jsonl").read_bytes())
    record = b""
    for place in (0, 1, 3, 2):
        record = append(record, entries[place].kind, entries[place].content, NOW)
    (out / "public" / "record.jsonl").write_bytes(record)
    repin(out)
    assert 2 in failed(out)


def test_step_2_a_clock_put_back_is_weaker(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(), LATER)
    add_draw(bundle, physical_draw(bundle.frozen.digest, len(PANELS), 1), NOW)
    assert states(tmp_path / "out", 2) == ["weaker", "passed"]


@pytest.mark.parametrize("name", ["report.html", "verify.py"])
def test_step_3_a_file_changed_afterwards(out, name):
    with (out / "public" / name).open("ab") as file:
        file.write(b" ")
    assert failed(out) == {3}


def test_step_3_a_file_that_the_manifest_lists_is_gone(out):
    (out / "public" / "report.html").unlink()
    assert failed(out) == {3}


def test_step_3_a_problem_changed_after_publication(out):
    replace(out / "public" / "problem.json", b"some\xe2\x80\x9d are there", b"any\xe2\x80\x9d are there")
    repin(out)
    assert failed(out) == {3, 4}  # the numbers of the panels rest on the problem


def test_step_3_another_digest_published(out):
    forge_record(out, lambda kind, content: content | ({"digest": "0" * 64} if "published" in kind else {}))
    assert 3 in failed(out)


@pytest.mark.parametrize(
    ("panel", "word"),
    [
        ((0, 1, 7, 7), "different people"),
        ((0, 6, 7, 8), "where 2 to 2 must be"),
        ((0, 1, 6, 8), "one household"),
        ((0, 1, 7, 12), "where 0 to 0 must be"),
    ],
)
def test_step_4_a_panel_that_is_not_valid(tmp_path, panel, word):
    panels = np.array([panel, *PANELS[1:]], dtype=np.int32)
    ticket = ticket_of(forge_lottery(tmp_path / "out", panels=panels), panel)
    assert 4 in failed(tmp_path / "out")
    found = [finding.detail for finding in verify(tmp_path / "out") if finding.step == "4 panels"]
    assert all(detail.startswith(f"panel {ticket} ") for detail in found)
    assert any(word in detail for detail in found)


def test_step_4_lists_every_bad_panel(tmp_path):
    made = forge_lottery(tmp_path / "out", panels=np.array([(0, 1, 6, 8)] * 5 + [*PANELS[5:]], dtype=np.int32))
    first = ticket_of(made, (0, 1, 6, 8))
    found = [finding.detail for finding in verify(tmp_path / "out") if finding.step == "4 panels"]
    assert found == [f"panel {ticket} has two people of one household." for ticket in range(first, first + 5)]


def test_step_4_two_panels_that_changed_numbers(tmp_path):
    made = frozen()
    panels = made.lottery.panels.copy()
    assert panels[0].tolist() != panels[-1].tolist()
    panels[[0, -1]] = panels[[-1, 0]]
    drawn_bundle(tmp_path / "out", dataclasses.replace(made, lottery=dataclasses.replace(made.lottery, panels=panels)))
    assert failed(tmp_path / "out") == {4}
    assert [finding.detail for finding in verify(tmp_path / "out") if finding.state == "failed"] == [
        "the panels are not numbered in the order of their hashes: somebody may have chosen numbers."
    ]


def test_step_4_more_seats_than_could_be_counted_to(out):
    replace(out / "public" / "problem.json", b'"panel_size":4', b'"panel_size":9007199254740991')
    repin(out)
    assert 4 in failed(out)


def test_step_5_fair_chances_that_do_not_add_up(tmp_path):
    forge_lottery(tmp_path / "out", fair_exact=(*[Fraction(1, 3)] * 11, Fraction(1, 4), Fraction(0)))
    assert 5 in failed(tmp_path / "out")


def test_step_5_tickets_far_from_the_fair_chance_are_weaker(tmp_path):
    forge_lottery(tmp_path / "out", panels=np.array([*PANELS[:-3], *[PANELS[0]] * 3], dtype=np.int32))
    assert failed(tmp_path / "out") == set()
    assert states(tmp_path / "out", 5) == ["weaker", "passed"]


def certificate_with(**changes):
    return dataclasses.replace(lottery().certificate, **changes)


LEVEL = lottery().certificate.levels[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": (dataclasses.replace(LEVEL, bound=Fraction(399, 100)),)},
        {"levels": (dataclasses.replace(LEVEL, value=Fraction(1, 4)),)},
        {"levels": (dataclasses.replace(LEVEL, weights=((0, Fraction(1)),)),)},
        {"levels": (dataclasses.replace(LEVEL, weights=((0, Fraction(0)), (1, Fraction(1)))),)},
        {"levels": (dataclasses.replace(LEVEL, members=(0, 7)),)},
        {"levels": (LEVEL, LEVEL)},
        {"status": "proved"},
        {"unreachable": (1,), "levels": ()},
        {"classes": (tuple(range(6)), tuple(range(6, 11)), (12,))},
    ],
)
def test_step_6_a_certificate_that_cannot_be_true(tmp_path, changes):
    forge_lottery(tmp_path / "out", certificate=certificate_with(**changes))
    assert failed(tmp_path / "out") == {6}


def test_step_6_a_panel_alone_refutes_a_bound(tmp_path):
    level = Level(Fraction(1, 3), (0,), ((0, Fraction(1)),), Fraction(2), "proved")
    panels = np.array([(1, 2, 4, 7), *PANELS[1:]], dtype=np.int32)
    made = forge_lottery(tmp_path / "out", certificate=certificate_with(levels=(level,)), panels=panels)
    details = [finding.detail for finding in verify(tmp_path / "out") if finding.step == "6 certificate"]
    assert details[0] == f"panel {ticket_of(made, panels[0])} weighs more than the bound of level 1 allows."


QUOTA_OF_F, QUOTA_OF_X = 0, 2
PROOF = {"denominator": "1", "lines": [], "quotas": [], "size": "1", "splits": []}
NOBODY_OF_X = {
    "bound": "0",
    "proof": [{**PROOF, "quotas": [{"at": QUOTA_OF_X, "times": "1"}], "size": "0"}],
    "weights": [{"at": 2, "times": "1"}],
}


def proved_with(proofs, **changes):
    trees = [[proof] for proof in proofs]
    return certificate_with(details={"levels": trees, "lines": [NOBODY_OF_X]}, **changes)


def test_step_6_a_level_is_proved_by_its_multipliers(tmp_path):
    level = dataclasses.replace(LEVEL, status="proved")
    forge_lottery(tmp_path / "out", certificate=proved_with([PROOF], levels=(level,), status="proved"))
    assert states(tmp_path / "out", 6) == ["passed"]


@pytest.mark.parametrize(
    ("proofs", "levels"),
    [
        ([{**PROOF, "size": "0"}], (LEVEL,)),
        ([{**PROOF, "size": "0", "quotas": [{"at": QUOTA_OF_F, "times": t} for t in ("-99", "0")]}], (LEVEL,)),
        ([{**PROOF, "quotas": [{"at": 99, "times": "1"}]}], (LEVEL,)),
        ([{**PROOF, "lines": [{"at": 1, "times": "1"}]}], (LEVEL,)),
        ([], (LEVEL,)),
        ([PROOF, PROOF], (LEVEL,)),
        ([PROOF], (dataclasses.replace(LEVEL, weights=((0, Fraction(0)), (1, Fraction(1)))),)),
    ],
)
def test_step_6_a_proof_that_proves_nothing(tmp_path, proofs, levels):
    forge_lottery(tmp_path / "out", certificate=proved_with(proofs, levels=levels))
    assert failed(tmp_path / "out") == {6}


def test_step_6_weights_on_people_settled_later_prove_nothing(tmp_path):
    levels = (dataclasses.replace(LEVEL, members=(0,)), dataclasses.replace(LEVEL, members=(1,)))
    forge_lottery(tmp_path / "out", certificate=proved_with([PROOF, PROOF], levels=levels))
    assert states(tmp_path / "out", 6) == ["weaker"]


def test_step_6_weights_on_people_whom_no_level_settles_prove_nothing(tmp_path):
    level = dataclasses.replace(LEVEL, members=(0,))
    forge_lottery(tmp_path / "out", certificate=proved_with([PROOF], levels=(level,), objective="maximin"))
    assert states(tmp_path / "out", 6) == ["weaker"]


def test_step_6_no_proofs_where_there_should_be(tmp_path):
    level = dataclasses.replace(LEVEL, status="proved")
    forge_lottery(tmp_path / "out", certificate=certificate_with(levels=(level,), status="proved"))
    assert failed(tmp_path / "out") == {6}


def test_step_6_an_objective_that_nobody_knows_is_weaker(tmp_path):
    forge_lottery(tmp_path / "out", certificate=proved_with([PROOF], objective="fairest"))
    assert states(tmp_path / "out", 6) == ["weaker"]


def test_step_7_another_ticket_with_its_panel(out):
    panel = (out / "public" / "lottery.csv").read_text().splitlines()[1 + 8].split(",")[1:]
    forge_record(out, lambda kind, content: content | ({"ticket": 8, "panel": panel} if kind == "drawn" else {}))
    assert 7 in failed(out)
    assert 2 not in failed(out)


def test_step_7_another_seed(out):
    other = {"parts": ["9175059342981586505"], "seed": "9175059342981586505"}
    forge_record(out, lambda kind, content: other if kind == "seed" else content)
    assert failed(out) == {7}


def test_step_7_a_seed_left_out(out):
    forge_record(out, lambda kind, content: None if kind == "seed" else content)
    assert failed(out) == {7}


def test_step_7_a_seed_beside_a_draw_by_hand(out):
    forge_record(out, lambda kind, content: content | ({"method": "physical"} if kind == "drawn" else {}))
    assert failed(out) == {7}


def test_step_7_a_ticket_that_does_not_exist(out):
    forge_record(out, lambda kind, content: content | ({"ticket": 10**9} if kind == "drawn" else {}))
    assert 7 in failed(out)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("panel.csv", "daß".encode(), b"dass"),
        ("panel.csv", b"gender,address", b"address,gender"),
        ("panel.csv", b"gender", b"gander"),
        ("remaining.csv", b",no\n", b",yes\n"),
        ("remaining.csv", b",yes\n", b",no\n"),
        ("remaining.csv", b"Zebedee", b"Zebedia"),
        ("chances.csv", b",7,", b",8,"),
        ("chances.csv", b"1/3", b"1/4"),
        ("chances.csv", b"reply-0", b"reply-00"),
        ("key.json", b"000102", b"010102"),
        ("key.json", b"}", b" }"),
    ],
)
def test_step_8_a_private_file_changed(out, name, old, new):
    replace(out / "private" / name, old, new)
    assert failed(out) == {8}


def test_step_8_two_people_swapped_between_panel_and_rest(out):
    panel, rest = (out / "private" / name for name in ("panel.csv", "remaining.csv"))
    seated, left = panel.read_bytes(), rest.read_bytes()
    panel.write_bytes(left.replace(b",available_2", b"").replace(b",yes\n", b"\n").replace(b",no\n", b"\n"))
    assert failed(out) == {8}
    panel.write_bytes(seated[: seated.rindex(b'"Zebedee')])
    assert failed(out) == {8}
    panel.write_bytes(seated + seated[seated.rindex(b'"Zebedee') :])
    assert failed(out) == {8}


@pytest.mark.parametrize("name", ["panel.csv", "remaining.csv", "chances.csv"])
def test_step_8_a_private_file_missing(out, name):
    (out / "private" / name).unlink()
    assert failed(out) == {8}


def test_step_8_private_files_kept_elsewhere(out, tmp_path):
    (out / "private").rename(tmp_path / "safe")
    assert states(out, 8) == ["not checked"]
    assert states(out, 8, private=tmp_path / "safe") == ["passed"]


def test_step_8_a_file_left_over_is_weaker(out):
    shutil.copy(out / "private" / "panel.csv", out / "private" / "pool.csv")
    assert states(out, 8) == ["weaker", "passed"]


def test_step_9_events_of_later_versions_are_weaker(out):
    record = (out / "public" / "record.jsonl").read_bytes()
    (out / "public" / "record.jsonl").write_bytes(append(record, "vacancy", {"who": [1]}, LATER))
    repin(out)
    assert failed(out) == set()
    assert states(out, 9) == ["weaker"]


# ---- any byte, any garbage


def flips(data, step):
    """Give copies of data with one byte changed: case, sign bit or lowest bit in turn."""
    for place in range(0, len(data), step):
        yield data[:place] + bytes([data[place] ^ (1, 0x20, 0x80)[place % 3]]) + data[place + 1 :]


@pytest.mark.parametrize("name", [*(f"public/{name}" for name in (*FRAGILE, "verify.py")), "private/panel.csv"])
def test_a_changed_byte_is_noticed(out, name):
    path = out / name
    data = path.read_bytes()
    for changed in flips(data, max(1, len(data) // 60)):
        path.write_bytes(changed)
        assert exit_code(verify(out)) == 6


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(f"public/{name}" for name in FRAGILE), "private/panel.csv"])
def test_every_changed_byte_is_noticed(out, name):
    path = out / name
    for changed in flips(path.read_bytes(), 1):
        path.write_bytes(changed)
        assert exit_code(verify(out)) == 6


@pytest.mark.parametrize("name", [*FRAGILE, "verify.py"])
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b""])
def test_a_file_cut_short_or_lengthened_is_noticed(out, name, change):
    path = out / "public" / name
    path.write_bytes(change(path.read_bytes()))
    assert exit_code(verify(out)) == 6


PLACES = st.lists(
    st.tuples(
        st.sampled_from([*(f"public/{name}" for name in FRAGILE), "private/key.json", "private/chances.csv"]),
        st.integers(0, 10_000),
        st.integers(0, 20),
        st.binary(max_size=12) | st.sampled_from([b"[", b'"', b"999999", b"null", b"-1", b"\n", b",", b"{}"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(PLACES, st.booleans())
def test_garbage_never_ends_in_a_traceback(good, tmp_path_factory, changes, pinned):
    folder = tmp_path_factory.mktemp("garbage", numbered=True) / "out"
    shutil.copytree(good, folder)
    for name, place, length, new in changes:
        data = (folder / name).read_bytes()
        at = place % len(data) if data else 0
        (folder / name).write_bytes(data[:at] + new + data[at + length :])
    if pinned:
        repin(folder)
    findings = verify(folder)
    assert {finding.step for finding in findings} == {f"{number} {name}" for number, name in enumerate(STEPS, start=1)}


def mangled(value):
    """Give strategies for values like `value` with one part exchanged for another kind or size."""
    odd = st.sampled_from([None, True, 0, 1, 5, 13, 999, "", "x", "0", "1/3", [], {}, [[]], [0, 0], "0" * 64])
    if isinstance(value, dict) and value:
        return odd | st.sampled_from(sorted(value)).flatmap(
            lambda key: mangled(value[key]).map(lambda new: {**value, key: new})
        )
    if isinstance(value, list) and value:
        return odd | st.integers(0, len(value) - 1).flatmap(
            lambda at: mangled(value[at]).map(lambda new: [*value[:at], new, *value[at + 1 :]])
        )
    return odd


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.data())
def test_odd_content_in_canonical_form_never_ends_in_a_traceback(good, tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("odd", numbered=True) / "out"
    shutil.copytree(good, folder)
    path = folder / "public" / data.draw(st.sampled_from(["certificate.json", "problem.json", "manifest.json"]))
    original = json.loads(path.read_bytes())
    content = data.draw(mangled(original))
    path.write_bytes(canonical_json(content) + b"\n")
    if path.name != "manifest.json":
        repin(folder)
    assert exit_code(verify(folder)) == (0 if canonical_json(content) == canonical_json(original) else 6)


def test_a_bundle_without_anything_in_it_is_not_passed(tmp_path):
    assert verify(tmp_path) == []
    assert exit_code([]) == 7


# ---- the program in the bundle


def run(out, *arguments):
    command = [sys.executable, "-I", "-S", str(out / "public" / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, env={}, capture_output=True)


def test_the_copy_in_the_bundle_needs_python_alone(out):
    done = run(out)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().endswith("Nothing is wrong.\n")
    assert run(out, out, "--announced", "0" * 64).returncode == 6


def test_the_copy_in_the_bundle_writes_json(out, tmp_path):
    done = json.loads(run(out, "--json").stdout)
    assert (done["exit_code"], len(done["findings"])) == (0, len(verify_alone(out)))
    assert run(out, tmp_path / "nothing").returncode == 7
    assert json.loads(run(out, tmp_path / "nothing", "--json").stdout) == {"exit_code": 7, "findings": []}
