"""Who is taken to live together, and who is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.checking.findings import Findings
from sortition.checking.households import address_key, find_households

BOTH = ("address", "postcode")


def households(*addresses, columns=BOTH):
    findings = Findings("pool.csv")
    return find_households(columns, addresses, findings), [str(note) for note in findings.notes]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 High St", "14  HIGH ST."),
        ("14 High St", "14, high street"),
        ("14 High St", "14HighSt"),
        ("2 Mill Road", "2 Mill Rd"),
        ("3 The Avenue", "3 the ave"),
        ("St Mary's Court", "St. Mary’s Court"),
        ("St Mary's Court", "st marys court"),
        ("CB4 1AA", "cb41aa"),
        ("CB4 1AA", "CB4\u00a01AA"),
        ("12 Straße", "12 STRASSE"),
        ("Flat 1/2", "flat 1 - 2"),
        ("１４ High St", "14 High St"),
        ("8 Caf\u00e9 Row", "8 Cafe\u0301 Row"),
    ],
)
def test_spellings_of_one_address_match(one, other):
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat 1, 1 High St", "Flat 11 High St"),
        ("1 12 High St", "11 2 High St"),
        ("14 High St", "14a High St"),
        ("14 High St", "41 High St"),
        ("Flat 2, 14 High St", "14 High Street Flat 2"),
        ("1 Saint Road", "1 Street Road"),
        ("गली", "गल"),
    ],
)
def test_different_addresses_do_not_match(one, other):
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize("nothing", ["", "  ", "-", ",.;", "\u200b"])
def test_what_has_neither_letters_nor_digits_is_blank(nothing):
    assert address_key(nothing) == ""


ADDRESSES = st.text(alphabet=st.sampled_from("abstreod 0129éßŉ'’.,-"), max_size=12)


@given(ADDRESSES)
def test_case_and_punctuation_make_no_difference(text):
    key = address_key(text)
    assert address_key(text.casefold()) == key
    assert address_key(f" ,{text}. ") == key
    assert address_key(re.sub(r"[.,-]", " ; ", text)) == key


@given(st.lists(st.sampled_from(["12", "flat", "mill", "high", "oak", "7"]), max_size=5))
def test_gaps_matter_between_numbers_only(words):
    text = " ".join(words)
    joined = re.sub(r"(?<=[a-z]) | (?=[a-z])", "", text)
    assert address_key(joined) == address_key(text)


def test_people_share_a_household_if_all_columns_agree():
    found, notes = households(
        ("1 High St", "CB4 1AA"),
        ("2 High St", "CB4 1AA"),
        ("1 high street", "cb41aa"),
        ("1 High St", "CB4 1AB"),
        ("2 High St.", "CB4 1AA"),
        ("1 High St", "CB4 1AA"),
    )
    assert found == ((0, 2, 5), (1, 4))
    assert notes == []


def test_blank_addresses_never_match_each_other():
    found, notes = households(("", ""), ("", ""), (" - ", "."))
    assert found == ()
    assert notes == ["pool.csv: 3 people left the household columns blank; each counts as a household of one."]


def test_a_postcode_alone_does_not_make_a_household():
    found, notes = households(("", "CB4 1AA"), ("", "CB4 1AA"))
    assert found == ()
    assert notes == ["pool.csv: 2 people gave a postcode but no address; each counts as a household of one."]
    assert households(("", "10115"), ("", "10115"), columns=("Anschrift", "PLZ"))[0] == ()
    assert households(("CB4 1AA", ""), ("CB4 1AA", ""), columns=("where", "address"))[0] == ()


def test_an_address_without_its_postcode_does():
    assert households(("1 High St", ""), ("1 High St", ""), ("1 High St", "CB4 1AA"))[0] == ((0, 1),)


def test_a_postcode_does_where_nothing_else_is_asked():
    assert households(("CB4 1AA",), ("cb41aa",), columns=("postcode",))[0] == ((0, 1),)


def test_the_uprn_decides_where_there_is_one():
    homes = [
        ["1 High St"],
        ["Flat 1, The Mill"],
        ["1 High St"],
        ["1 High St"],
        ["2 High St"],
        ["2 High St"],
        ["2 High St"],
    ]
    numbers = ["100023336956", "0100023336956", "", "n/a", "17", "18", ""]
    found = find_households(["address"], homes, Findings("pool.csv"), numbers)
    assert found == ((0, 1, 2, 3),)  # at 2 High St live people of two numbers: who has none may be of either
    assert find_households(["address"], homes, Findings("pool.csv"), [""] * 7) == ((0, 2, 3), (4, 5, 6))


@pytest.mark.parametrize("nothing", ["No fixed abode", "NFA", "n/a", "homeless"])
def test_people_without_an_address_share_with_nobody(nothing):
    assert households((nothing, ""), (nothing, ""))[0] == ()
    assert households((nothing, "CB4 1AA"), (nothing, "CB4 1AA"))[0] == ()


def test_without_columns_nobody_shares():
    assert households((), (), columns=()) == ((), [])
