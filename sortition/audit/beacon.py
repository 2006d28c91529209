"""Rounds of the randomness beacon drand: which comes when, and whether a signature is the beacon's.

drand (the League of Entropy) signs the number of each round, and nobody can know the signature before enough of its
members have given their share of it. Chain `quicknet`, scheme `bls-unchained-g1-rfc9380`: signatures on BLS12-381 G1.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from importlib.util import find_spec
from sys import getrecursionlimit, setrecursionlimit

from sortition.errors import UsageError
from sortition.messages import phrase

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
"""The hash that names the chain."""
GENESIS = 1692803367
"""When the chain's first round came: seconds since 1970-01-01T00:00:00Z."""
PERIOD = 3
"""Seconds from one round to the next."""

_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def round_at(time: dt.datetime, genesis: int = GENESIS, period: int = PERIOD) -> int:
    """Give the first round that comes at a time or after it.

    Raises
    ------
    UsageError
        The chain began later.
    """
    seconds = int(time.timestamp()) + (time.microsecond > 0) - genesis
    if seconds < 0:
        raise UsageError(phrase("the beacon had not begun yet at {time}.", time=time.isoformat()))
    return -(-seconds // period) + 1


def time_of(number: int, genesis: int = GENESIS, period: int = PERIOD) -> dt.datetime:
    """Give the time at which a round comes."""
    return dt.datetime.fromtimestamp(genesis, dt.UTC) + dt.timedelta(seconds=(number - 1) * period)


def can_check() -> bool:
    """Tell whether the library that checks signatures is installed (the extra `sortition[drand]`)."""
    return find_spec("py_ecc") is not None


def signed_by_quicknet(number: int, signature: str) -> bool:
    """Tell whether a signature is that of the chain `quicknet` for a round.

    Needs the extra `sortition[drand]`. The check: e(H(m), public key) = e(signature, generator of G2), where m is the
    SHA-256 of the round's number in eight bytes, first byte highest, and H hashes to the curve as RFC 9380 says.

    Parameters
    ----------
    number
        The round.
    signature
        96 hexadecimal digits: a compressed point of G1.
    """
    limit = getrecursionlimit()
    from py_ecc.bls.g2_primitives import subgroup_check
    from py_ecc.bls.hash_to_curve import hash_to_G1
    from py_ecc.bls.point_compression import decompress_G1, decompress_G2
    from py_ecc.optimized_bls12_381 import FQ12, G2, final_exponentiate, neg, pairing

    setrecursionlimit(limit)  # the library raises it so far that deeply nested JSON would end the program
    try:
        signed = decompress_G1(int(signature, 16))
    except ValueError:  # no point of the curve has this form
        return False
    if not subgroup_check(signed):
        return False
    key = decompress_G2((int(_KEY[:96], 16), int(_KEY[96:], 16)))
    message = hash_to_G1(hashlib.sha256(number.to_bytes(8, "big")).digest(), _DOMAIN, hashlib.sha256)
    product = pairing(key, message, final_exponentiate=False) * pairing(neg(G2), signed, final_exponentiate=False)
    return bool(final_exponentiate(product) == FQ12.one())
