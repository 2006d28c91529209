"""One person is erased; everything else about the bundle holds as before."""

import csv
import io
import shutil

import pytest
from handmade import IDS, KEY, LATER, NOW, PANELS, drawn_bundle, frozen, pool, repin

from sortition.audit import add_draw, read_bundle, redact, seeded_draw, verify_bundle, write_lottery
from sortition.audit.record import append
from sortition.audit.verify import exit_code, verify
from sortition.errors import UsageError

WHY = "asked for it"


@pytest.fixture(params=["answers", "counts"])
def undrawn(tmp_path, request):
    write_lottery(tmp_path / "out", frozen(counts_only=request.param == "counts"), NOW)
    return tmp_path / "out"


@pytest.fixture(params=["answers", "counts"])
def drawn(tmp_path, request):
    drawn_bundle(tmp_path / "out", frozen(counts_only=request.param == "counts"))
    return tmp_path / "out"


def people(bundle, seated):
    panel = bundle.frozen.panel(bundle.draw.ticket)
    return [person for person in range(13) if (person in panel) == seated]


def states(findings, number):
    return [finding.state for finding in findings if finding.step.startswith(f"{number} ")]


def failed(findings):
    return [finding for finding in findings if finding.state == "failed"]


def rows(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def everything(out):
    return b"".join(path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file())


def erase(out, person, **options):
    return redact(read_bundle(out), IDS[person], WHY, LATER, **options)


def test_nothing_of_the_person_is_left_in_the_folder(drawn):
    bundle = read_bundle(drawn)
    gone = people(bundle, seated=False)[2]
    salt, name = bundle.frozen.salts[gone], pool().rows[gone][0]
    for secret in (IDS[gone], salt, KEY.hex()):
        assert secret.encode() in everything(drawn)
    erase(drawn, gone)
    for secret in (IDS[gone], salt, KEY.hex(), name.replace('"', '""')):
        assert secret.encode() not in everything(drawn)


def test_the_bundle_still_verifies_in_public_and_for_everybody_else(drawn):
    before = verify(drawn)
    gone = people(read_bundle(drawn), seated=False)[0]
    erase(drawn, gone)
    after = verify(drawn)
    assert [(each.step, each.state) for each in after if "erased" not in each.detail] == [
        (each.step, each.state) for each in before
    ]
    assert any(f"1 of the people were erased from the private files: {WHY}" in each.detail for each in after)
    findings = verify_bundle(drawn)
    assert failed(findings) == []
    assert states(findings, 8) == ["passed"]
    ids = [row[0] for row in rows(drawn / "private" / "receipts.csv")[1:]]
    assert ids == [person for person in IDS if person != IDS[gone]]


def test_the_receipts_of_the_others_hold(drawn, tmp_path):
    codes = {row[0]: row[4] for row in rows(drawn / "private" / "receipts.csv")[1:]}
    gone = people(read_bundle(drawn), seated=False)[0]
    erase(drawn, gone)
    for row in rows(drawn / "private" / "receipts.csv")[1:]:
        assert row[4] == codes[row[0]]
        (tmp_path / "code").write_text(row[4])
        assert set(states(verify(drawn, receipt=tmp_path / "code"), 11)) == {"passed"}


def test_before_the_draw_too_and_the_draw_goes_on(undrawn):
    panel = PANELS[1]
    bundle = read_bundle(undrawn)
    draws = (seeded_draw(bundle.frozen.digest, len(PANELS), str(seed)) for seed in range(99))
    draw = next(draw for draw in draws if bundle.frozen.panel(draw.ticket) == panel)
    erase(undrawn, panel[0])
    erase(undrawn, 12)
    again = read_bundle(undrawn)
    assert again.frozen.key is None
    assert again.frozen.files == frozen(counts_only=again.frozen.document_salt is not None).files
    made = add_draw(again, draw, LATER)
    assert [row[1] for row in rows(undrawn / "private" / "panel.csv")[1:]] == [IDS[person] for person in panel[1:]]
    assert len(rows(undrawn / "private" / "remaining.csv")) == 1 + 13 - 4 - 1
    assert failed(verify_bundle(undrawn)) == []
    assert made.draw == draw


def test_a_member_of_the_panel_is_erased_only_when_it_is_meant(drawn):
    member = people(read_bundle(drawn), seated=True)[0]
    before = everything(drawn)
    with pytest.raises(UsageError, match="--yes"):
        erase(drawn, member)
    assert everything(drawn) == before
    erase(drawn, member, member=True)
    assert len(rows(drawn / "private" / "panel.csv")) == 4
    assert failed(verify_bundle(drawn)) == []


@pytest.mark.parametrize(
    "reason", ["", "  ", "moved away from 3 Quince Alley\nFlat =1+1", f"{IDS[3]} asked", "said DASS or daß"]
)
def test_a_reason_that_is_blank_or_personal_is_refused(undrawn, reason):
    before = everything(undrawn)
    with pytest.raises(UsageError, match="reason") as caught:
        redact(read_bundle(undrawn), IDS[3], reason, LATER)
    assert IDS[3] not in str(caught.value)
    assert everything(undrawn) == before


def test_somebody_who_is_not_there_or_gone_already_is_refused(undrawn):
    for unknown in ("reply-77", "", read_bundle(undrawn).frozen.pseudonyms[2]):
        with pytest.raises(UsageError, match="nobody") as caught:
            redact(read_bundle(undrawn), unknown, WHY, LATER)
        assert not unknown or unknown not in str(caught.value)
    erase(undrawn, 2)
    with pytest.raises(UsageError, match="nobody"):
        erase(undrawn, 2)


def test_rows_that_vanish_without_a_line_in_the_record_fail(drawn):
    shutil.copytree(drawn, drawn.parent / "copy")
    erase(drawn, people(read_bundle(drawn), seated=False)[0])
    for name in ("panel.csv", "remaining.csv", "chances.csv", "receipts.csv"):
        shutil.copy(drawn / "private" / name, drawn.parent / "copy" / "private")
    (drawn.parent / "copy" / "private" / "key.json").unlink()
    assert {finding.step for finding in failed(verify_bundle(drawn.parent / "copy"))} == {"8 private files"}


def test_a_line_in_the_record_without_an_erased_row_fails(undrawn):
    record = undrawn / "public" / "record.jsonl"
    record.write_bytes(append(record.read_bytes(), "redacted", {"people": 1, "reason": WHY}, LATER))
    repin(undrawn)
    assert {finding.step for finding in failed(verify_bundle(undrawn))} == {"8 private files"}


def test_a_key_that_outlives_the_person_is_noticed(undrawn):
    key = (undrawn / "private" / "key.json").read_bytes()
    erase(undrawn, 5)
    (undrawn / "private" / "key.json").write_bytes(key)
    assert states(verify_bundle(undrawn), 8) == ["weaker", "passed"]


def test_a_redaction_before_the_lottery_is_published_makes_no_sense(undrawn):
    record = (undrawn / "public" / "record.jsonl").read_bytes()
    wrong = append(b"", "redacted", {"people": 1, "reason": WHY}, NOW) + record
    (undrawn / "public" / "record.jsonl").write_bytes(wrong)
    repin(undrawn)
    assert exit_code(verify(undrawn)) == 6


def test_everybody_can_be_erased(undrawn):
    for person in range(13):
        erase(undrawn, person)
    assert failed(verify_bundle(undrawn)) == []
    assert len(rows(undrawn / "private" / "receipts.csv")) == 1
