"""Canonical JSON whole and in pieces."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sortition.canonical import canonical_json, canonical_pieces, pieces, sha256_hex, sha256_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def in_order(value):
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [in_order(item) for item in value] if isinstance(value, list) else value


@given(VALUES | st.lists(st.dictionaries(st.sampled_from("ab\ufb33\U0001f600"), VALUES)))
def test_it_is_the_shortest_json_with_keys_in_order(value):
    assert canonical_json(value) == json.dumps(in_order(value), ensure_ascii=False, separators=(",", ":")).encode()


@given(st.dictionaries(st.text(), VALUES), st.text(), st.lists(VALUES), st.integers(1, 3))
def test_in_pieces_it_is_the_same(document, name, items, piece):
    document.pop(name, None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sortition.canonical._PIECE", piece)
        found = list(canonical_pieces(document, name, iter(items)))
    assert b"".join(found) == canonical_json(document | {name: items})
    assert sha256_of(found) == sha256_hex(b"".join(found))
    assert len(found) == 2 + -(-len(items) // piece)


def test_items_are_asked_for_as_they_are_needed():
    asked = []
    made = canonical_pieces({}, "people", (asked.append(at) or at for at in range(2500)))
    next(made)
    assert asked == []
    next(made)
    assert len(asked) == 1000
    assert [len(piece) for piece in pieces(range(2500))] == [1000, 1000, 500]


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        0.5,
        {1: "x"},
        b"x",
        [2**53],
        [[0.5]],
        {"a": {"b": 2**53}},
        [{"a": 1}, {"a": 2**53}],
        [{"a": 0.5}],
        [{1: "x"}],
    ],
)
def test_what_has_no_canonical_bytes_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical_json(value)


def test_keys_are_in_the_order_of_their_utf_16_units():
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2, "a": True, "": None}) == (
        '{"":null,"a":true,"\U0001f600":2,"\ufb33":1}'.encode()
    )
