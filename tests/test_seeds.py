"""Seed sources: the documented vectors, what fits and what does not, and two programs that agree."""

import datetime as dt
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.audit import beacon, verify
from sortition.audit.announcement import declared
from sortition.audit.draw import clean_seed
from sortition.audit.seeds import (
    ByHand,
    Dice,
    Drand,
    FreeText,
    Nist,
    NumberDraw,
    Numbers,
    from_json,
    parts_of,
    seed_of,
    to_json,
)
from sortition.errors import UsageError

FORMAT = (Path(__file__).parent.parent / "docs" / "audit-format.md").read_text(encoding="utf-8")
NOW = dt.datetime(2026, 11, 22, 14, 0, tzinfo=dt.UTC)
LOTTO = NumberDraw("Lotto", 6, 1, 49)
RFC_3797 = Numbers((NumberDraw("Daily", 1, 0, 9999), NumberDraw("Five", 5, 1, 39), LOTTO))
ROUND, SIGNATURE = (
    657413,
    ("b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"),
)
PULSE = "0A" * 64


def table(header):
    """Give the cells of the documented table with a header, without their backquotes."""
    lines = FORMAT.split(f"| {header} |\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def one(source, typed):
    return parts_of([source], [typed])[0]


# ---- the documented vectors, which hold for ever


@pytest.mark.parametrize(("typed", "ordered", "part"), table("numbers drawn | kept in order | part"))
def test_lottery_numbers_take_the_canonical_form_of_rfc_3797(typed, ordered, part):
    draws = [NumberDraw("L", len(group.split()), 0, 9999, ordered == "yes") for group in typed.split("/")]
    assert one(Numbers(tuple(draws)), typed) == part
    assert one(Numbers(tuple(draws)), part) == part


def test_the_example_of_rfc_3797_is_among_the_vectors():
    assert one(RFC_3797, "9319 / 2, 5, 12, 8, 10 / 9 18 26 34 41 45") == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    assert "9319./2.5.8.10.12./9.18.26.34.41.45./" in {row[2] for row in table("numbers drawn | kept in order | part")}


def test_dice_take_the_documented_form():
    thrown, part = re.search("`dice`: thrown `([0-9 ]+)`, the part is `([0-9]+)`", FORMAT).groups()
    assert one(Dice(), thrown) == part == one(Dice(), part)


@pytest.mark.parametrize(("time", "number", "comes"), table("time | round | comes at"))
def test_rounds_of_drand_come_by_the_documented_clock(time, number, comes):
    assert beacon.round_at(dt.datetime.fromisoformat(time)) == int(number)
    assert beacon.time_of(int(number)) == dt.datetime.fromisoformat(comes)


@pytest.mark.parametrize(("number", "signature", "value"), table("round | signature | value"))
def test_the_documented_rounds_of_drand_are_the_beacons(number, signature, value):
    source = Drand(int(number))
    assert seed_of([source], parts_of([source], [f"{number} {signature}"])) == value
    assert beacon.can_check()
    assert beacon.signed_by_quicknet(int(number), signature)
    assert not beacon.signed_by_quicknet(int(number) + 1, signature)
    assert not beacon.signed_by_quicknet(int(number), signature[:-1] + ("a" if signature[-1] != "a" else "b"))


@pytest.mark.parametrize(("values", "seed"), table("values | seed"))
def test_several_parts_are_hashed_as_documented(values, seed):
    parts = re.split("`, `", values)
    assert seed_of([FreeText()] * len(parts), parts) == seed


def test_the_documented_chain_is_the_one_that_is_known():
    assert beacon.QUICKNET in FORMAT
    assert (verify.QUICKNET, verify.GENESIS, verify.PERIOD) == (beacon.QUICKNET, beacon.GENESIS, beacon.PERIOD)


# ---- the clock of drand


@given(st.integers(0, 10**10))
def test_a_round_at_a_time_is_the_first_that_comes_then_or_later(microseconds):
    time = beacon.time_of(1) + dt.timedelta(microseconds=microseconds)
    number = beacon.round_at(time)
    assert beacon.time_of(number) >= time
    assert number == 1 or beacon.time_of(number - 1) < time


def test_before_the_beacon_began_there_is_no_round():
    with pytest.raises(UsageError, match="had not begun"):
        beacon.round_at(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def test_the_library_for_signatures_leaves_the_limit_of_recursion_alone():
    before = sys.getrecursionlimit()
    beacon.signed_by_quicknet(ROUND, SIGNATURE)
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("point", ["c0" + "0" * 94, "0" * 96, "f" * 96, "a" + "0" * 95])
def test_what_is_no_signature_is_not_the_beacons(point):
    assert not beacon.signed_by_quicknet(1, point)


# ---- what does not fit is refused in a sentence that says what the form is and what was found


@pytest.mark.parametrize(
    ("source", "typed", "found"),
    [
        (Dice(), "0917505934298158650", "19"),
        (Dice(), "091750593429815865051", "21"),
        (Dice(3), "12x", "'12x'"),
        (Dice(3), "١٢٣", "١٢٣"),
        (Dice(1), "", "0 digits"),
        (Numbers((LOTTO,)), "1 2 3 4 5", "'1 2 3 4 5'"),
        (Numbers((LOTTO,)), "1 2 3 4 5 50", "50"),
        (Numbers((LOTTO,)), "1 2 3 4 5 0", "0"),
        (Numbers((LOTTO,)), "1 2 3 4 5 5", "twice"),
        (Numbers((LOTTO,)), "1 2 3 4 5 6 / 7", "2 lotteries"),
        (Numbers((LOTTO,)), "", "''"),
        (RFC_3797, "9319", "those of one"),
        (Drand(ROUND), f"{ROUND + 1} {SIGNATURE}", f"round {ROUND + 1}"),
        (Drand(ROUND), SIGNATURE, "b713718a38ae728dfd477991…"),
        (Drand(ROUND), f"{ROUND} {SIGNATURE[:-2]}00", "not the beacon's"),
        (Drand(ROUND), "", "''"),
        (Nist(2, 1000), f"2 1001 {PULSE}", "pulse 1001 of chain 2"),
        (Nist(2, 1000), PULSE, "0A0A"),
        (ByHand(), "7", "'7'"),
    ],
)
def test_a_seed_that_does_not_fit_is_refused(source, typed, found):
    with pytest.raises(UsageError, match="does not fit the announcement") as caught:
        one(source, typed)
    assert (source.draws[0].name if isinstance(source, Numbers) else source.form[:20]) in str(caught.value)
    assert found in str(caught.value).partition("Found: ")[2]


def test_as_many_parts_as_sources_are_needed():
    with pytest.raises(UsageError, match=r"2 parts, one --seed each \(3 ten-sided dice.*; text.*found: 1"):
        parts_of([Dice(3), FreeText()], ["123"])


def test_white_space_and_commas_between_digits_are_the_operators_own():
    assert one(Dice(4), " 0 9,1 7\n") == "0917"
    assert one(Nist(2, 7), f"2/7 {PULSE.lower()}") == PULSE
    assert one(Drand(ROUND), f" {ROUND}:{SIGNATURE.upper()} ") == SIGNATURE


# ---- declarations


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("text", FreeText()),
        ("text: what the mayor reads out", FreeText("what the mayor reads out")),
        ("dice", Dice(20)),
        ("dice:30", Dice(30)),
        ("numbers:6 of 1-49, Lotto", Numbers((LOTTO,))),
        ("numbers: 3 of 0-9 in order, Pick 3, evening", Numbers((NumberDraw("Pick 3, evening", 3, 0, 9, True),))),
        ("drand:99999999", Drand(99999999)),
        ("nist:2/1234567", Nist(2, 1234567)),
        ("ticket", ByHand()),
    ],
)
def test_a_declaration_is_read_and_written_again(text, source):
    assert declared([text], None, None, NOW).sources == (source,)
    assert from_json(to_json(source)) == source
    assert verify.misfit(as_read_again(source), verify.SOURCES, "$") is None


def as_read_again(source):
    value = to_json(source)
    return value | {"draws": list(value["draws"])} if "draws" in value else value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cards",
        "dice:0",
        "dice:x",
        "numbers:6 of 1-49",
        "numbers:6 of 9-1, L",
        "drand:0",
        "drand:x",
        "nist:5",
        "ticket:7",
    ],
)
def test_what_is_no_declaration_is_refused_with_the_forms_there_are(text):
    with pytest.raises(UsageError, match="is not a seed source"):
        declared([text], None, None, NOW)


def test_drand_takes_the_round_of_the_time_announced():
    said = declared(["drand"], NOW + dt.timedelta(hours=1), "the next round", NOW)
    assert beacon.time_of(said.sources[0].round) == NOW + dt.timedelta(hours=1)
    assert (said.draw_at, said.fallback, said.announced) == ("2026-11-22T15:00:00Z", "the next round", True)
    with pytest.raises(UsageError, match="Give --draw-at TIME"):
        declared(["drand"], None, None, NOW)


@pytest.mark.parametrize(
    ("sources", "draw_at", "found"),
    [
        (["dice"], NOW, "has passed"),
        (["drand:1000"], None, "has come out already"),
        (["dice", "ticket"], None, "cannot be combined"),
    ],
)
def test_what_is_over_or_cannot_be_is_not_announced(sources, draw_at, found):
    with pytest.raises(UsageError, match=found):
        declared(sources, draw_at, None, NOW)


def test_lotteries_that_follow_each_other_make_one_part():
    said = declared(
        ["numbers:1 of 0-9999, Daily", "numbers:5 of 1-39, Five", "numbers:6 of 1-49, Lotto"], None, None, NOW
    )
    assert said.sources == (RFC_3797,)
    assert len(declared(["numbers:6 of 1-49, A", "dice", "numbers:6 of 1-49, B"], None, None, NOW).sources) == 3


# ---- the writer and the verifier agree without sharing code


@given(
    st.one_of(
        st.integers(1, 6).map(Dice),
        st.builds(
            NumberDraw, st.just("L"), st.integers(1, 3), st.integers(0, 2), st.integers(3, 12), st.booleans()
        ).map(lambda draw: Numbers((draw, draw))),
    ),
    st.text("0123456789 ,./٣x", max_size=14),
)
def test_whatever_is_accepted_fits_for_the_verifier(source, typed):
    try:
        part = one(source, typed)
    except UsageError:
        return
    assert verify.fits(to_json(source), part)
    assert one(source, part) == part


@given(
    st.sampled_from([Dice(4), Numbers((NumberDraw("L", 2, 0, 20),)), Numbers((NumberDraw("L", 2, 0, 20, True),))]),
    st.text("0123456789./ ", max_size=8),
)
def test_whatever_fits_for_the_verifier_is_its_own_canonical_form(source, part):
    if verify.fits(to_json(source), part):
        assert one(source, part) == part


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
def test_free_text_fits_as_it_is_cleaned(text):
    try:
        seed = clean_seed(text)
    except UsageError:
        return
    assert verify.fits({"kind": "text"}, seed)
