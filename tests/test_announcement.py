"""What is announced before the draw, and draws that have to keep to it; interrupted and repeated draws."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from handmade import LATER, NOW, PANELS, drawn_bundle, forge_record, frozen

from sortition import workflow
from sortition.audit import (
    Announcement,
    ByHand,
    FreeText,
    add_draw,
    announcement_text,
    declared,
    read_bundle,
    seeded_draw,
    verify_bundle,
    write_lottery,
)
from sortition.audit.disk import change_pending
from sortition.audit.seeds import Dice, Drand, Nist
from sortition.audit.verify import verify
from sortition.errors import UsageError, VerificationError

DICE = "09175059342981586505"
ROUND = 657413
SIGNATURE = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
BEFORE_ROUND = dt.datetime(2023, 9, 1, tzinfo=dt.UTC)  # round 657413 came on 15 September 2023
HERE = Path(__file__).parent


def published(out, *sources, now=NOW, fallback=None):
    return write_lottery(out, frozen(announcement=Announcement(sources, None, fallback)), now, "<html></html>").out


def findings(out, step=7, **options):
    return [(f.state, f.detail) for f in verify_bundle(out, **options) if f.step.startswith(f"{step} ")]


def states(out, step=7):
    return [state for state, _ in findings(out, step)]


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ---- the announcement


def test_the_announcement_tells_of_the_lottery_and_the_digest_pins_it(tmp_path):
    said = declared(["dice", "drand:99999999"], LATER, "the next round", NOW)
    made = frozen(announcement=said)
    public = write_lottery(tmp_path / "out", made, NOW).out / "public"
    document = json.loads((public / "announcement.json").read_bytes())
    assert (document["people"], document["panel_size"], document["tickets"]) == (13, 4, 21)
    assert document["excluded"] == [{"people": 2, "reason": "elected member"}]
    assert [source["kind"] for source in document["sources"]] == ["dice", "drand"]
    assert (document["draw_at"], document["fallback"]) == ("2026-11-23T13:00:00Z", "the next round")
    assert made.digest not in (public / "announcement.json").read_text()
    others = [declared(["dice"], LATER, "the next round", NOW), declared(["dice", "drand:99999999"], None, None, NOW)]
    assert len({made.digest, *(frozen(announcement=other).digest for other in others)}) == 3


def test_the_text_for_the_press_fits_80_columns_and_tells_all(tmp_path):
    sources = ["dice", "numbers:6 of 1-49, National Lottery of 23 November 2026", "text:" + "long words " * 20]
    made = frozen(announcement=declared(sources, LATER, "the draw is put off by a week", NOW))
    text = announcement_text(made)
    assert max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    for part in (
        made.digest,
        "4 people will be drawn by lot from 13 people",
        "elected member: 2",
        "21 tickets, numbered from 0 to 20",
        "gender F: 2",
        "gender F or X: 1 to 3",
        "(1) 20 ten-sided dice",
        "National Lottery of 23 November 2026 (6 numbers, in ascending order, from 1 to 49)",
        "When: 2026-11-23 13:00 UTC",
        "If that fails: the draw is put off by a week.",
    ):
        assert part in flat
    assert "another is announced" in announcement_text(frozen())


@pytest.mark.parametrize("name", ["announcement.json", "announcement.txt"])
def test_a_changed_announcement_fails_though_the_manifest_agrees(tmp_path, name):
    out = published(tmp_path / "out", Dice())
    path = out / "public" / name
    old, new = (b'"dice":20', b'"dice":19') if name.endswith("json") else (read_bundle(out).frozen.digest.encode(), b"")
    path.write_bytes(path.read_bytes().replace(old, new))
    forge_record(out, lambda kind, content: content)
    assert "failed" in states(out, 3)


def test_an_announcement_of_another_lottery_fails(tmp_path):
    out = published(tmp_path / "out", Dice())
    path = out / "public" / "announcement.json"
    path.write_bytes(path.read_bytes().replace(b'"people":13', b'"people":14'))
    forge_record(out, lambda kind, content: content)
    assert any("another people" in detail for state, detail in findings(out, 3) if state == "failed")


# ---- draws keep to it


@pytest.mark.parametrize(
    ("sources", "typed", "seed"),
    [
        ([FreeText("the winner's name")], ["Ada"], "Ada"),
        ([Dice()], [" ".join(DICE)], DICE),
        ([Nist(2, 7)], ["2 7 " + "ab" * 64], "AB" * 64),
        ([Dice(3), FreeText()], ["1 2 3", " x"], hashlib.sha256(b"sortition-seed-1\n123\nx").hexdigest()),
    ],
)
def test_a_draw_by_the_announced_source_passes(tmp_path, sources, typed, seed):
    out = published(tmp_path / "out", *sources)
    assert workflow.draw(out, seed=typed, now=LATER).summary.seed == seed
    assert "passed" in states(out)
    assert not {"failed", "weaker"} & set(states(out))
    assert len(read_bundle(out).draw.parts) == len(sources)


def lines(out):
    return (out / "public" / "record.jsonl").read_bytes().splitlines()


def test_a_round_of_drand_is_checked_with_the_library_and_said_not_to_be_without(tmp_path):
    out = published(tmp_path / "out", Drand(ROUND), now=BEFORE_ROUND)
    drawn = workflow.draw(out, seed=f"{ROUND} {SIGNATURE}", now=NOW)
    assert drawn.summary.seed == "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    assert ("passed", f"drand signed round {ROUND} so.") in findings(out)
    alone = [(f.state, f.detail) for f in verify(out) if f.step == "7 draw"]
    assert any(state == "not checked" and "sortition[drand]" in detail for state, detail in alone)
    assert not {"failed", "weaker"} & {state for state, _ in alone}


def test_a_signature_that_is_not_the_beacons_fails(tmp_path):
    out = published(tmp_path / "out", Drand(ROUND + 1), now=BEFORE_ROUND)
    with pytest.raises(UsageError, match="not the beacon's"):
        workflow.draw(out, seed=f"{ROUND + 1} {SIGNATURE}", now=NOW)
    bundle = read_bundle(out)
    value = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    add_draw(bundle, seeded_draw(bundle.frozen.digest, len(PANELS), value, (SIGNATURE,)), NOW)
    assert ("failed", f"the signature is not drand's for round {ROUND + 1}.") in findings(out)


def test_a_round_that_came_before_the_lottery_fails(tmp_path):
    out = published(tmp_path / "out", Drand(ROUND))
    workflow.draw(out, seed=f"{ROUND} {SIGNATURE}", now=LATER)
    assert any(state == "failed" and "its seed was known" in detail for state, detail in findings(out))


def test_a_seed_or_ticket_of_another_form_is_refused_and_nothing_is_written(tmp_path):
    out = published(tmp_path / "out", Dice())
    before = tree(out)
    for how in ({"seed": "heads"}, {"ticket": 3}, {"seed": [DICE, DICE]}, {"seed": DICE, "fallback": "no dice"}):
        with pytest.raises(UsageError):
            workflow.draw(out, **how, now=LATER)
    assert tree(out) == before
    by_hand = published(tmp_path / "hand", ByHand())
    with pytest.raises(UsageError, match="the ticket itself is drawn by hand"):
        workflow.draw(by_hand, seed=DICE, now=LATER)
    assert workflow.draw(by_hand, ticket=3, now=LATER).summary.ticket == 3


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"parts": [DICE[:-1]]}, "not of the form announced"),
        ({"parts": [DICE, DICE]}, "1 parts of the seed were announced"),
        ({"parts": []}, "1 parts of the seed were announced"),
        ({"parts": [DICE[::-1]]}, "does not follow from the parts"),
        ({"seed": DICE[1:]}, "does not follow from the parts"),
    ],
)
def test_a_forged_part_of_the_seed_fails(tmp_path, content, found):
    out = published(tmp_path / "out", Dice())
    workflow.draw(out, seed=DICE, now=LATER)
    forge_record(out, lambda kind, old: old | (content if kind == "seed" else {}))
    assert any(state == "failed" and found in detail for state, detail in findings(out))


def test_a_draw_by_the_fallback_is_weaker_and_needs_one(tmp_path):
    out = published(tmp_path / "out", Dice(), fallback="the mayor names a number")
    drawn = workflow.draw(out, seed="12", fallback="the dice fell off the table", now=LATER)
    assert drawn.summary.seed == "12"
    said = [detail for state, detail in findings(out) if state == "weaker"]
    assert any("fell off the table" in each for each in said)
    assert any("the mayor names a number" in each for each in said)
    assert "failed" not in states(out)
    forge_record(out, lambda kind, content: content | ({"fallback": None} if kind == "drawn" else {}))
    assert "failed" in states(out)


def test_a_draw_in_the_second_of_the_lottery_is_weaker(tmp_path):
    out = published(tmp_path / "out", Dice())
    workflow.draw(out, seed=DICE, now=NOW)
    assert any("moment in which the lottery was published" in detail for _, detail in findings(out))


def test_a_draw_before_its_time_is_weaker(tmp_path):
    said = declared(["dice"], LATER, None, NOW)
    for name, time, early in (("early", NOW + dt.timedelta(hours=1), True), ("due", LATER, False)):
        out = write_lottery(tmp_path / name, frozen(announcement=said), NOW, "<html></html>").out
        workflow.draw(out, seed=DICE, now=time)
        assert any("before the time that was announced" in detail for _, detail in findings(out)) is early


def test_a_seed_that_was_not_announced_is_weaker(tmp_path):
    drawn_bundle(tmp_path / "out", frozen(announcement=Announcement(announced=False)))
    assert ("weaker", "the seed was not announced before the lottery existed.") in findings(tmp_path / "out")
    assert "given together with the lottery" in " ".join((tmp_path / "out/public/announcement.txt").read_text().split())


# ---- drawing again


def test_a_second_draw_needs_a_reason_and_the_record_shows_both(tmp_path):
    out = published(tmp_path / "out", Dice())
    first = workflow.draw(out, seed=DICE, now=LATER).summary.ticket
    with pytest.raises(UsageError, match=r"drawn already.*--again"):
        workflow.draw(out, seed=DICE[::-1], now=LATER)
    before = lines(out)
    second = workflow.draw(out, seed=DICE[::-1], again="a die was cocked", now=LATER).summary.ticket
    assert lines(out)[: len(before)] == before
    assert [json.loads(line)["kind"] for line in lines(out)[2:]] == ["seed", "drawn", "seed", "drawn again"]
    said = findings(out)
    assert ("passed", f"ticket {first} of 21 has the panel that the record says was drawn.") in said
    assert ("passed", f"ticket {second} of 21 has the panel that the record says was drawn.") in said
    assert any(state == "weaker" and "a die was cocked" in detail for state, detail in said)
    assert any(f"draw 2, of ticket {second}, stands" in detail for _, detail in said)
    assert not [finding for finding in verify_bundle(out) if finding.state == "failed"]
    third = workflow.draw(out, seed="1" * 20, again="once more", now=LATER).summary.ticket
    assert read_bundle(out).draw.ticket == third
    page = (out / "public" / "report.html").read_text(encoding="utf-8")
    for told in (
        f"The first draw gave ticket {first}, which no longer stands. Drawn again, because: “a die was cocked”. ",
        f"Draw number 2 gave ticket {second}, which no longer stands. Drawn again, because: “once more”. The",
        f"Panel number {third} got the seats.",
    ):
        assert told in page
    workflow.report(out)
    assert (out / "public" / "report.html").read_text(encoding="utf-8") == page
    assert any(f"draw 2, of ticket {second}, does not stand" in detail for _, detail in findings(out))
    assert not [finding for finding in verify_bundle(out) if finding.state == "failed"]


def test_a_first_draw_is_not_made_again(tmp_path):
    with pytest.raises(UsageError, match="not been drawn yet"):
        workflow.draw(published(tmp_path / "out", Dice()), seed=DICE, again="why not", now=LATER)


@pytest.mark.parametrize("place", [1, 2])
def test_a_forged_draw_fails_whether_it_stands_or_not(tmp_path, place):
    out = published(tmp_path / "out", Dice())
    workflow.draw(out, seed=DICE, now=LATER)
    workflow.draw(out, seed="1" * 20, again="a die was cocked", now=LATER)
    kind = {1: "drawn", 2: "drawn again"}[place]
    forge_record(out, lambda each, old: old | ({"ticket": (old["ticket"] + 1) % 21} if each == kind else {}))
    assert "failed" in states(out)


def test_a_first_draw_struck_from_the_record_fails(tmp_path):
    out = published(tmp_path / "out", Dice())
    workflow.draw(out, seed=DICE, now=LATER)
    workflow.draw(out, seed="1" * 20, again="a die was cocked", now=LATER)
    forge_record(out, lambda kind, content: None if kind == "drawn" else content)
    assert "failed" in states(out, 2)


# ---- interrupted draws

KILLED = """
import os, pathlib, shutil, sys
from handmade import LATER, NOW, PANELS, SEED
from sortition.audit import add_draw, read_bundle, seeded_draw
out, left = pathlib.Path(sys.argv[1]), int(sys.argv[2])
def counted(real):
    def act(*given, **named):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*given, **named)
    return act
bundle = read_bundle(out)
draw = seeded_draw(bundle.frozen.digest, len(PANELS), SEED)
for name in ("open", "rename", "replace", "unlink"):
    setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
add_draw(bundle, draw, LATER, "<p>drawn")
"""


def test_a_draw_that_is_killed_between_any_two_writes_happened_or_did_not(tmp_path):
    ended, happened = 9, set()
    step = 0
    while ended == 9:
        out = published(tmp_path / f"out-{step}", FreeText())
        ended = subprocess.run([sys.executable, "-c", KILLED, str(out), str(step)], cwd=HERE).returncode
        if change_pending(out):
            with pytest.raises(UsageError, match="interrupted"):
                verify_bundle(out)
        drawn = read_bundle(out).draw
        happened.add((drawn is not None, (out / "private" / "panel.csv").exists()))
        assert not [finding for finding in verify_bundle(out) if finding.state in {"failed"}]
        assert [f.detail for f in verify_bundle(out) if f.step.startswith("8 ") and f.state == "weaker"] == []
        if drawn is None:
            workflow.draw(out, seed="another", now=LATER)
        assert not (out / ".changes").exists()
        step += 1
    assert (ended, happened) == (0, {(False, False), (True, True)})
    assert step > 8


def test_a_bundle_that_was_changed_cannot_be_drawn_from(tmp_path):
    out = published(tmp_path / "out", Dice())
    path = out / "public" / "announcement.json"
    path.write_bytes(path.read_bytes().replace(b'"dice":20', b'"dice":19'))
    with pytest.raises(VerificationError):
        workflow.draw(out, seed=DICE[1:], now=LATER)


# ---- nobody can shop for a lottery


def test_neither_key_nor_time_nor_announcement_changes_the_panels(tmp_path):
    (tmp_path / "quotas.yaml").write_text(
        "sortition: 1\nname: A street party\npanel_size: 3\npool: {id: id}\n"
        "quotas:\n  kind: {seats: {a: 1-2, b: 1-2}}\n"
    )
    (tmp_path / "pool.csv").write_text("id,kind\n" + "".join(f"{number},{'ab'[number % 2]}\n" for number in range(11)))
    pool, quotas = workflow.read_pool(tmp_path / "pool.csv"), workflow.read_quotas(tmp_path / "quotas.yaml")
    made = [
        workflow.make_lottery(pool, quotas, panels=20, key=bytes([number]) * 32, seed_sources=[source], now=now)
        for number, (source, now) in enumerate([("dice", NOW), ("ticket", LATER), ("text", NOW)])
    ]
    panels = [sorted(map(tuple, each.lottery.panels.tolist())) for each in made]
    assert panels[0] == panels[1] == panels[2]
    assert all(np.array_equal(each.lottery.fair, made[0].lottery.fair) for each in made)
    assert len({each.digest for each in made}) == 3
