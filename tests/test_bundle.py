import csv
import dataclasses
import io
import json
import stat
from fractions import Fraction
from itertools import repeat

import numpy as np
import pytest
from handmade import (
    BY_HAND,
    COLUMNS,
    IDS,
    KEY,
    LATER,
    MARKERS,
    NOW,
    PANELS,
    SEED,
    drawn_bundle,
    frozen,
    lottery,
    pool,
    ticket_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.audit import (
    add_draw,
    freeze,
    new_key,
    physical_draw,
    read_bundle,
    read_key,
    refuse_taken,
    seeded_draw,
    verify_bundle,
    write_lottery,
    write_report,
)
from sortition.audit.cells import csv_pieces, decimal_text
from sortition.audit.pseudonyms import key_document, pseudonyms_of
from sortition.audit.tables import available_column
from sortition.errors import InputError, NothingVerifiedError, UsageError, VerificationError
from sortition.model import NO_VALUE, Certificate, Lottery, Pool, Problem, Quota


def states(folder, announced):
    return {finding.state for finding in verify_bundle(folder, announced)}


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


@pytest.mark.parametrize("exact", [True, False])
def test_a_good_bundle_verifies_before_and_after_the_draw(tmp_path, exact):
    bundle = write_lottery(tmp_path / "out", frozen(exact), NOW)
    digest = bundle.frozen.digest
    assert "failed" not in states(tmp_path / "out", digest)
    add_draw(bundle, seeded_draw(digest, len(PANELS), SEED), LATER, "<html>")
    assert "failed" not in states(tmp_path / "out", digest)


def test_the_bundle_holds_the_files_it_should(tmp_path):
    public = {"manifest.json", "problem.json", "lottery.csv", "certificate.json", "record.jsonl", "verify.py"}
    public |= {"announcement.json", "announcement.txt", "verify.html"}
    bundle = write_lottery(tmp_path / "out", frozen(announcement=BY_HAND), NOW)
    before = {"key.json", "chances.csv", "pool.csv", "receipts.csv"}
    assert set(tree(bundle.out)) == {f"public/{name}" for name in public} | {f"private/{name}" for name in before}
    add_draw(bundle, physical_draw(bundle.frozen.digest, len(PANELS), 3), LATER, "<html>")
    public.add("report.html")
    after = {"key.json", "chances.csv", "panel.csv", "receipts.csv", "remaining.csv"}
    assert set(tree(bundle.out)) == {f"public/{name}" for name in public} | {f"private/{name}" for name in after}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_private_folder_is_closed_to_other_users(tmp_path):
    write_lottery(tmp_path / "out", frozen(), NOW)
    assert stat.S_IMODE((tmp_path / "out" / "private").stat().st_mode) == 0o700


def test_the_panel_and_the_rest_keep_the_rows_of_the_pool(tmp_path):
    drawn = drawn_bundle(tmp_path / "out")
    panel = set(drawn.frozen.lottery.panels[drawn.draw.ticket].tolist())
    header, *seated = rows(tmp_path / "out" / "private" / "panel.csv")
    assert tuple(header) == COLUMNS
    assert seated == [list(pool().rows[person]) for person in sorted(panel)]
    header, *left = rows(tmp_path / "out" / "private" / "remaining.csv")
    assert tuple(header) == (*COLUMNS, "available_2")
    assert [row[:-1] for row in left] == [list(row) for place, row in enumerate(pool().rows) if place not in panel]


@pytest.mark.parametrize(("panel", "mates"), [(PANELS[0], {6}), (PANELS[1], {0, 9}), (PANELS[2], {3})])
def test_people_of_a_members_household_are_not_available(tmp_path, panel, mates):
    bundle = write_lottery(tmp_path / "out", frozen(announcement=BY_HAND), NOW)
    add_draw(bundle, physical_draw(bundle.frozen.digest, len(PANELS), ticket_of(bundle.frozen, panel)), LATER)
    left = rows(tmp_path / "out" / "private" / "remaining.csv")[1:]
    assert {row[1] for row in left if row[-1] == "no"} == {IDS[person] for person in mates}
    assert {row[-1] for row in left} == {"yes", "no"}


def test_chances_are_written_as_decimals_and_fractions(tmp_path):
    write_lottery(tmp_path / "out", frozen(), NOW)
    header, *lines = rows(tmp_path / "out" / "private" / "chances.csv")
    assert header == ["id", "pseudonym", "tickets", "chance", "fair_chance", "fair_chance_exact"]
    assert [line[0] for line in lines] == list(IDS)
    assert lines[0][2:] == ["7", "0.3333333333", "0.3333333333", "1/3"]
    assert lines[-1][2:] == ["0", "0.0000000000", "0.0000000000", "0"]


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("after_draw", [True, False])
def test_a_bundle_read_again_is_the_lottery_that_was_written(tmp_path, exact, after_draw):
    made = frozen(exact)
    written = drawn_bundle(tmp_path / "out", made) if after_draw else write_lottery(tmp_path / "out", made, NOW)
    read = read_bundle(tmp_path / "out")
    assert (read.draw, read.entries) == (written.draw, written.entries)
    assert read.frozen.files == made.files
    assert (read.frozen.digest, read.frozen.pool.rows, read.frozen.key) == (made.digest, pool().rows, KEY)
    problem, original = read.frozen.lottery.problem, made.lottery.problem
    assert (problem.ids, problem.values, problem.panel_size) == (original.ids, original.values, original.panel_size)
    assert np.array_equal(problem.codes, original.codes)
    assert np.array_equal(problem.households, original.households)
    assert [dataclasses.replace(quota, line=None) for quota in original.quotas] == list(problem.quotas)
    assert np.array_equal(read.frozen.lottery.panels, made.lottery.panels)
    assert np.allclose(read.frozen.lottery.fair, made.lottery.fair, rtol=0, atol=1e-10)
    assert read.frozen.lottery.fair_exact == made.lottery.fair_exact
    assert vars(read.frozen.lottery.certificate) == vars(made.lottery.certificate)


@st.composite
def frozen_lotteries(draw):
    """Any valid panels over people with any text in their cells; the quotas are set around the panels."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
    ids = sorted(draw(st.sets(text.filter(str.strip), min_size=2, max_size=8)), key=lambda person: person.encode())
    people = len(ids)
    codes = np.array(draw(st.lists(st.tuples(CODE, CODE), min_size=people, max_size=people)), dtype=np.int16)
    homes = draw(st.lists(st.integers(0, people), min_size=people, max_size=people))
    numbers = {home: place for place, home in enumerate(dict.fromkeys(h for h in homes if homes.count(h) > 1))}
    households = np.array([numbers.get(home, -1) for home in homes], dtype=np.int32)
    size = draw(st.integers(1, len(set(homes))))
    panels = [
        sorted({homes[person]: person for person in draw(st.permutations(range(people)))}.values())
        for _ in range(draw(st.integers(1, 5)))
    ]
    panels = np.array([sorted(draw(st.permutations(panel))[:size]) for panel in panels], dtype=np.int32)
    seats = [(codes[panels, column] == code).sum(axis=1) for column in (0, 1) for code in (0, 1)]
    names = [(name, value) for name in ("a", "b") for value in ("x", "y")]
    quotas = tuple(
        Quota(((name, (value,)),), int(count.min()), int(count.max()))
        for (name, value), count in zip(names, seats, strict=True)
    )
    problem = Problem(tuple(ids), ("a", "b"), (("x", "y"),) * 2, codes, households, size, quotas)
    tickets = np.bincount(panels.ravel(), minlength=people)
    fair = tuple(Fraction(int(count), len(panels)) for count in tickets)
    certificate = Certificate("any", "heuristic", tuple((person,) for person in range(people)))
    made = Lottery(problem, "any", panels, np.array([float(chance) for chance in fair]), fair, certificate)
    cells = draw(st.lists(st.tuples(text, text), min_size=people, max_size=people))
    rows = tuple((one, person, other) for person, (one, other) in zip(ids, cells, strict=True))
    columns = ("available", "id", draw(text.filter(lambda name: name not in {"available", "id"})))
    replies = Pool("pool.csv", columns, rows, tuple(range(2, people + 2)))
    return freeze(
        made,
        replies,
        range(people),
        name=draw(text),
        id_column="id",
        key=draw(st.binary(min_size=32, max_size=32)),
        announcement=BY_HAND,
    )


CODE = st.sampled_from([NO_VALUE, 0, 1])


@settings(deadline=None, max_examples=60)
@given(frozen_lotteries(), st.data())
def test_any_lottery_verifies_and_is_read_again(tmp_path_factory, made, data):
    out = tmp_path_factory.mktemp("any", numbered=True) / "out"
    bundle = write_lottery(out, made, NOW)
    ticket = data.draw(st.integers(0, len(made.lottery.panels) - 1))
    for _ in range(2):
        assert "failed" not in states(out, made.digest)
        again = read_bundle(out)
        assert (again.frozen.files, again.frozen.pool.rows) == (made.files, made.pool.rows)
        if again.draw is None:
            add_draw(bundle, physical_draw(made.digest, len(made.lottery.panels), ticket), LATER)
    seated = rows(out / "private" / "panel.csv")[1:]
    assert [row[1] for row in seated] == [made.lottery.problem.ids[person] for person in made.panel(ticket)]


def test_same_inputs_give_the_same_bytes_whatever_the_order_of_the_rows(tmp_path):
    drawn_bundle(tmp_path / "one")
    order = [5, 12, 0, 3, 1, 11, 2, 9, 4, 10, 8, 6, 7]
    shuffled = Pool("other.csv", COLUMNS, tuple(pool().rows[row] for row in order), tuple(range(2, 15)))
    places = [order.index(person) for person in range(13)]
    made = freeze(
        lottery(), shuffled, places, name="Assembly by hand", id_column="id", key=KEY, excluded=[("elected member", 2)]
    )
    drawn_bundle(tmp_path / "two", made)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_nothing_public_tells_who_people_are(tmp_path):
    drawn_bundle(tmp_path / "out")
    for name, data in tree(tmp_path / "out" / "public").items():
        assert not [marker for marker in MARKERS if marker.encode() in data], name
        assert KEY.hex().encode() not in data, name


def test_another_key_gives_other_pseudonyms_commitments_and_digest():
    one, two = (frozen(key=key) for key in (KEY, new_key()))
    assert not set(one.pseudonyms) & set(two.pseudonyms)
    assert one.digest != two.digest


def test_a_changed_cell_of_the_pool_changes_the_digest():
    rows_changed = (("Somebody else", *pool().rows[0][1:]), *pool().rows[1:])
    replies = dataclasses.replace(pool(), rows=rows_changed)
    changed = freeze(lottery(), replies, range(13), name="Assembly by hand", id_column="id", key=KEY)
    assert changed.digest != frozen().digest


def test_rows_of_other_people_are_refused():
    with pytest.raises(ValueError, match="not those of the people"):
        freeze(lottery(), pool(), (*range(1, 13), 0), name="", id_column="id", key=KEY)


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        freeze(lottery(), pool(), range(13), name="", id_column="id", key=b"secret")


def test_the_golden_digest_holds_for_ever():
    assert frozen().digest == "abdeb8c10e9e052d74f735de0d7992e775ca3cf0713d1967a8223b9c7d74226d"


def test_an_existing_folder_or_file_is_refused_and_left_alone(tmp_path):
    out = tmp_path / "pool.csv"
    out.write_text("id,name\n")
    with pytest.raises(UsageError, match=r"pool.csv: there is a file here already"):
        write_lottery(out, frozen(), NOW)
    assert out.read_text() == "id,name\n"
    folder = tmp_path / "full"
    write_lottery(folder, frozen(), NOW)
    before = tree(folder)
    with pytest.raises(UsageError, match="not empty"):
        write_lottery(folder, frozen(), NOW)
    assert tree(folder) == before
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match="there is a file here"):
        refuse_taken(tmp_path / "nowhere")


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path):
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        write_lottery(out, frozen(), NOW)
        assert "failed" not in states(out, None)


def test_a_disk_that_refuses_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be read or written") as caught:
        write_lottery(tmp_path / "file" / "out", frozen(), NOW)
    assert caught.value.exit_code == 3


def test_a_write_that_fails_midway_leaves_nothing(tmp_path, monkeypatch):
    bundle = write_lottery(tmp_path / "out", frozen(), NOW)
    before = tree(tmp_path)
    monkeypatch.setattr("sortition.audit.disk._write", full_disk(fail_at=3))
    with pytest.raises(InputError, match="No space left"):
        add_draw(bundle, seeded_draw(bundle.frozen.digest, len(PANELS), SEED), LATER)
    monkeypatch.setattr("sortition.audit.disk._write", full_disk(fail_at=4))
    with pytest.raises(InputError, match="No space left"):
        write_lottery(tmp_path / "other", frozen(), NOW)
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_vanished_is_told_in_a_sentence(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(), NOW)
    (tmp_path / "out").rename(tmp_path / "gone")
    with pytest.raises(InputError, match="cannot be read or written: No such file"):
        add_draw(bundle, seeded_draw(bundle.frozen.digest, len(PANELS), SEED), LATER)


def full_disk(fail_at):
    calls = []

    def write(path, content):
        calls.append(path)
        if len(calls) == fail_at:
            path.write_bytes(b"half of it")
            raise OSError(28, "No space left on device")
        path.write_bytes(content if isinstance(content, bytes) else b"".join(content))

    return write


def test_a_second_draw_is_refused(tmp_path):
    drawn = drawn_bundle(tmp_path / "out")
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=f"drawn already: ticket {drawn.draw.ticket}"):
        add_draw(read_bundle(tmp_path / "out"), seeded_draw(drawn.frozen.digest, len(PANELS), "another"), LATER)
    stale = dataclasses.replace(drawn, entries=drawn.entries[:2])
    assert stale.draw is None
    with pytest.raises(UsageError, match="drawn already"):
        add_draw(stale, seeded_draw(drawn.frozen.digest, len(PANELS), "another"), LATER)
    assert tree(tmp_path) == before


def test_a_draw_from_another_lottery_is_refused(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(), NOW)
    with pytest.raises(UsageError, match="another lottery"):
        add_draw(bundle, seeded_draw("0" * 64, len(PANELS), SEED), LATER)


def test_a_draw_leaves_files_of_others_alone(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(), NOW)
    (tmp_path / "out" / "public" / "minutes.txt").write_text("we met")
    add_draw(read_bundle(tmp_path / "out"), seeded_draw(bundle.frozen.digest, len(PANELS), SEED), LATER)
    assert (tmp_path / "out" / "public" / "minutes.txt").read_text() == "we met"
    findings = verify_bundle(tmp_path / "out")
    assert [finding.state for finding in findings if "minutes.txt" in finding.detail] == ["weaker"]


def test_a_report_is_written_again_and_pinned(tmp_path):
    drawn_bundle(tmp_path / "out")
    before = tree(tmp_path / "out")
    path = write_report(read_bundle(tmp_path / "out"), "<p>New\n")
    assert path.read_bytes() == b"<p>New\n"
    assert "failed" not in states(tmp_path / "out", None)
    changed = {name for name, data in tree(tmp_path / "out").items() if before.get(name) != data}
    assert changed == {"public/report.html", "public/manifest.json"}


def test_a_bundle_that_was_changed_cannot_be_drawn(tmp_path):
    write_lottery(tmp_path / "out", frozen(), NOW)
    path = tmp_path / "out" / "public" / "lottery.csv"
    path.write_bytes(path.read_bytes().replace(b"\n3,", b"\n4,"))
    with pytest.raises(VerificationError, match=r"3 digests: lottery.csv was changed") as caught:
        read_bundle(tmp_path / "out")
    assert caught.value.exit_code == 6


def test_without_its_private_folder_a_bundle_cannot_be_drawn(tmp_path):
    write_lottery(tmp_path / "out", frozen(), NOW)
    (tmp_path / "out" / "private").rename(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="private folder"):
        read_bundle(tmp_path / "out")


def test_where_there_is_no_bundle_nothing_is_verified(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NothingVerifiedError) as caught:
            verify_bundle(folder)
        assert caught.value.exit_code == 7


def test_pseudonyms_are_golden_and_typeable():
    names = pseudonyms_of(KEY, IDS)
    assert names[0] == "Z1ZE-J19Y-S4PT"  # HMAC by openssl, digits by hand
    assert all(len(name) == 14 and not set(name) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-") for name in names)
    assert len(set(names)) == 13
    assert len(set(pseudonyms_of(KEY, [str(number) for number in range(20_000)]))) == 20_000


def test_people_who_get_the_same_pseudonym_are_an_error():
    with pytest.raises(InputError, match="same pseudonym"):
        pseudonyms_of(KEY, ["a", "b", "a"])


def test_a_key_file_is_read_or_refused_in_a_sentence(tmp_path):
    path = tmp_path / "key.json"
    with pytest.raises(InputError, match="cannot be read"):
        read_key(path)
    path.write_bytes(key_document(KEY))
    assert read_key(path) == KEY
    for bad in (b"", b"\xff", b"[]", b"{}", b'{"key": 5}', b'{"key": "%s"}' % KEY.hex().upper().encode(), b"[" * 9999):
        path.write_bytes(bad)
        with pytest.raises(InputError, match="not a key file"):
            read_key(path)


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(2, 3), "0.6666666667"),
        (1, "1.0000000000"),
        (-1e-12, "0.0000000000"),
        (Fraction(1, 2 * 10**10), "0.0000000000"),
        (Fraction(3, 2 * 10**10), "0.0000000002"),
    ],
)
def test_decimals_are_rounded_from_the_exact_value(chance, text):
    assert decimal_text(chance) == text


def test_csv_cells_survive_a_reader():
    table = [["a", "b"], ['"', ","], ["\r", "\n"], ["", "=1+1"], [" x ", "\u2028"], ["\r\n", "é"]]
    assert list(csv.reader(io.StringIO(b"".join(csv_pieces(table)).decode(), newline=""), strict=True)) == table


def test_rows_are_written_as_they_come():
    assert next(csv_pieces(repeat(["a", "b,c"]))) == b'a,"b,c"\n' * 1000


def test_the_column_that_tells_who_is_available_never_doubles_one_of_the_pool():
    assert available_column(["id", "name"]) == "available"
    assert available_column(["available", "available_2", "id"]) == "available_3"


def test_problem_json_counts_exclusions_and_names_the_assembly():
    document = json.loads(frozen().files["problem.json"])
    assert document["excluded"] == [{"people": 2, "reason": "elected member"}]
    assert (document["name"], document["panel_size"], document["id_column"]) == ("Assembly by hand", 4, "id")
    names = [person["pseudonym"] for person in document["people"]]
    assert names == sorted(names)


@pytest.mark.parametrize("counts_only", [False, True])
def test_shares_of_the_population_and_targets_are_published_and_read_again(tmp_path, counts_only):
    made = lottery()
    first, second, *others = made.problem.quotas
    known = (
        dataclasses.replace(first, share=33.3333, target=2),
        dataclasses.replace(second, share=None, target=0),
        *others,
    )
    told = dataclasses.replace(made, problem=dataclasses.replace(made.problem, quotas=known))
    frozen_so = freeze(told, pool(), range(len(IDS)), name="A", id_column="id", key=KEY, counts_only=counts_only)
    out = tmp_path / "out"
    write_lottery(out, frozen_so, NOW)
    document = json.loads((out / "public" / "problem.json").read_bytes())
    assert [quota.get("population") for quota in document["quotas"]][:3] == [
        {"share": "33.3333", "target": 2},
        {"share": None, "target": 0},
        None,
    ]
    assert "failed" not in states(out, frozen_so.digest)
    read = read_bundle(out).frozen.lottery.problem.quotas
    assert read == tuple(dataclasses.replace(quota, line=None) for quota in known)
