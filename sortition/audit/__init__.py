"""What auditors check: the draw method, the record, the bundle and its verification."""

from sortition.audit.announcement import Announcement, announcement_text, declared
from sortition.audit.bundle import (
    Bundle,
    add_draw,
    read_bundle,
    refuse_second,
    verify_bundle,
    write_lottery,
    write_report,
)
from sortition.audit.disk import refuse_taken, write_new
from sortition.audit.draw import METHOD, PHYSICAL, clean_seed, physical_draw, seeded_draw, ticket_of
from sortition.audit.frozen import Frozen, freeze
from sortition.audit.pseudonyms import new_key, read_key
from sortition.audit.redaction import redact
from sortition.audit.seeds import ByHand, FreeText, parts_of, seed_of
from sortition.audit.signing import attach, new_signing_key, sign

__all__ = [
    "METHOD",
    "PHYSICAL",
    "Announcement",
    "Bundle",
    "ByHand",
    "FreeText",
    "Frozen",
    "add_draw",
    "announcement_text",
    "attach",
    "clean_seed",
    "declared",
    "freeze",
    "new_key",
    "new_signing_key",
    "parts_of",
    "physical_draw",
    "read_bundle",
    "read_key",
    "redact",
    "refuse_second",
    "refuse_taken",
    "seed_of",
    "seeded_draw",
    "sign",
    "ticket_of",
    "verify_bundle",
    "write_lottery",
    "write_new",
    "write_report",
]
