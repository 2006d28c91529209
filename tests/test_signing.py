"""Signatures on the record, checked by whole numbers alone; time stamps that are listed and not trusted."""

import json
import stat
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from handmade import LATER, NOW, PANELS, SEED, drawn_bundle, frozen, repin
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.audit import add_draw, attach, new_signing_key, read_bundle, seeded_draw, sign, write_lottery
from sortition.audit.verify import FIELD, GROUP, exit_code, signed, verify
from sortition.canonical import canonical_json
from sortition.errors import InputError, UsageError, VerificationError

# RFC 8032, section 7.1: public key, message, signature
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
            "c027beceea1ec40a"
        ),
    ),
)


@pytest.fixture
def key(tmp_path):
    new_signing_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def out(tmp_path):
    drawn_bundle(tmp_path / "out")
    return tmp_path / "out"


def found(out):
    return [(finding.state, finding.detail) for finding in verify(out) if finding.step == "10 signatures"]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_hold(public, message, signature):
    assert signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not signed(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(deadline=None, max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50), st.integers(0, 511))
def test_signatures_of_the_library_are_accepted_and_changed_ones_are_not(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert signed(public, message, signature)
    flipped = int.from_bytes(signature, "little") ^ (1 << bit)
    assert not signed(public, message, flipped.to_bytes(64, "little"))


def test_numbers_beyond_their_range_are_refused():
    public, _, signature = (bytes.fromhex(part) for part in VECTORS[0])
    start, s = signature[:32], int.from_bytes(signature[32:], "little")
    assert not signed(public, b"", start + (s + GROUP).to_bytes(32, "little"))
    assert not signed((FIELD + 1).to_bytes(32, "little"), b"", signature)
    assert not signed((2).to_bytes(32, "little"), b"", signature)  # no point of the curve has this y


def test_a_signed_record_passes_and_later_lines_leave_the_signature_valid(tmp_path, key):
    made = write_lottery(tmp_path / "out", frozen(), NOW)
    assert [state for state, _ in found(tmp_path / "out")] == ["not checked"]
    assert sign(tmp_path / "out", key).name == "signature-1.json"
    add_draw(read_bundle(tmp_path / "out"), seeded_draw(made.frozen.digest, len(PANELS), SEED), LATER)
    assert sign(tmp_path / "out", key).name == "signature-2.json"
    first, second = found(tmp_path / "out")
    lines = len((tmp_path / "out" / "public" / "record.jsonl").read_bytes().splitlines())
    assert first[0] == second[0] == "passed"
    assert f"had 2 of its {lines} lines" in first[1]
    assert f"had {lines} of its {lines} lines" in second[1]
    assert exit_code(verify(tmp_path / "out")) == 0


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("signature", "0" * 128, "not a signature by the key"),
        ("key", VECTORS[0][0], "not a signature by the key"),
        ("head", "0" * 64, "another line"),
        ("lines", 1, "another line"),
        ("lines", 0, "another line"),
        ("lines", 99, "another line"),
    ],
)
def test_a_forged_signature_fails(out, key, part, value, words):
    path = sign(out, key)
    path.write_bytes(canonical_json(json.loads(path.read_bytes()) | {part: value}) + b"\n")
    repin(out)
    ((state, detail),) = found(out)
    assert (state, words in detail) == ("failed", True)


def test_a_signature_that_is_not_of_its_form_is_not_passed(out):
    (out / "public" / "signature-1.json").write_bytes(b"{}\n")
    repin(out)
    ((state, detail),) = found(out)
    assert (state, "signature-1.json" in detail) == ("failed", True)


def test_what_does_not_hold_is_not_signed(out, key):
    (out / "public" / "report.html").write_bytes(b"changed")
    with pytest.raises(VerificationError, match=r"report\.html was changed"):
        sign(out, key)


def test_a_key_is_made_once_and_for_its_owner_alone(key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    with pytest.raises(UsageError, match="left as it is"):
        new_signing_key(key)
    assert key.read_bytes() == before
    with pytest.raises(InputError, match="cannot be written"):
        new_signing_key(key / "within")


def test_keys_that_cannot_be_used_are_told_in_a_sentence(out, tmp_path):
    path = tmp_path / "other.pem"
    with pytest.raises(InputError, match="No such file"):
        sign(out, path)
    path.write_bytes(b"no key")
    with pytest.raises(InputError, match="not a private key"):
        sign(out, path)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    path.write_bytes(ec.generate_private_key(ec.SECP256R1()).private_bytes(*form, serialization.NoEncryption()))
    with pytest.raises(InputError, match="another kind"):
        sign(out, path)
    locked = Ed25519PrivateKey.generate().private_bytes(*form, serialization.BestAvailableEncryption(b"word"))
    path.write_bytes(locked)
    with pytest.raises(InputError, match="without a password"):
        sign(out, path)


def test_without_the_library_it_is_said_what_to_install(out, key, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    with pytest.raises(UsageError, match=r"pip install 'sortition\[signatures\]'"):
        sign(out, key)


def test_a_time_stamp_is_listed_and_not_trusted(out, tmp_path):
    (tmp_path / "record.tsr").write_bytes(b"\x30\x82")
    assert attach(out, tmp_path / "record.tsr").read_bytes() == b"\x30\x82"
    assert ("weaker", "record.tsr is attached as a time stamp; it was not checked.") in found(out)
    assert exit_code(verify(out)) == 0
    with pytest.raises(UsageError, match="already"):
        attach(out, tmp_path / "record.tsr")


@pytest.mark.parametrize("name", ["verify.py", "notes.txt", "two words.ots", ".tsr", "é.tsr"])
def test_other_files_are_not_attached(out, tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UsageError, match="cannot be attached"):
        attach(out, tmp_path / name)


def test_a_stamp_that_is_too_large_or_not_there_is_refused(out, tmp_path):
    with pytest.raises(InputError, match="No such file"):
        attach(out, tmp_path / "gone.ots")
    (tmp_path / "huge.ots").write_bytes(bytes(1_000_001))
    with pytest.raises(UsageError, match="too large"):
        attach(out, tmp_path / "huge.ots")
