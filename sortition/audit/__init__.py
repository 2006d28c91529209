"""What auditors check: the draw method, the record, the bundle and its verification."""

from sortition.audit.bundle import Bundle, add_draw, read_bundle, verify_bundle, write_lottery, write_report
from sortition.audit.disk import refuse_taken
from sortition.audit.draw import METHOD, PHYSICAL, clean_seed, physical_draw, seeded_draw, ticket_of
from sortition.audit.frozen import Frozen, freeze
from sortition.audit.pseudonyms import new_key, read_key

__all__ = [
    "METHOD",
    "PHYSICAL",
    "Bundle",
    "Frozen",
    "add_draw",
    "clean_seed",
    "freeze",
    "new_key",
    "physical_draw",
    "read_bundle",
    "read_key",
    "refuse_taken",
    "seeded_draw",
    "ticket_of",
    "verify_bundle",
    "write_lottery",
    "write_report",
]
