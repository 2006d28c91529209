import datetime as dt
import hashlib
import json

import pytest

from sortition.audit.record import START, append, read_entries, utc_text

NOON = dt.datetime(2026, 11, 22, 12, 0, 0, tzinfo=dt.UTC)


def test_each_line_holds_the_digest_of_the_line_before():
    record = append(b"", "frozen", {"people": 3}, NOON)
    record = append(record, "seed", {"seed": "line\nbreak \u2028 é"}, NOON)
    first, second = record.split(b"\n")[:2]
    assert json.loads(first)["previous"] == START
    assert json.loads(second)["previous"] == hashlib.sha256(first).hexdigest()
    assert record.count(b"\n") == 2
    assert record.endswith(b"\n")


def test_a_line_is_canonical_json():
    start = f'"previous":"{START}","seq":0,"time":"2026-11-22T12:00:00Z"'
    expected = '{"content":{"a":[],"é":1},"kind":"k",' + start + "}\n"
    assert append(b"", "k", {"é": 1, "a": []}, NOON) == expected.encode()


def test_what_was_appended_is_read_again():
    record = append(append(b"", "frozen", {"people": 3}, NOON), "seed", {"seed": "09"}, NOON)
    assert [(entry.seq, entry.kind, entry.content) for entry in read_entries(record)] == [
        (0, "frozen", {"people": 3}),
        (1, "seed", {"seed": "09"}),
    ]


def test_times_are_written_in_utc():
    east = dt.datetime(2026, 11, 23, 0, 30, 59, 999, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert utc_text(east) == "2026-11-22T23:30:59Z"
    with pytest.raises(ValueError, match="time zone"):
        utc_text(dt.datetime(2026, 11, 22))  # noqa: DTZ001


def test_a_float_never_enters_the_record():
    with pytest.raises(TypeError):
        append(b"", "frozen", {"chance": 0.1}, NOON)
