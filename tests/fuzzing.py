"""Real files, and ways to damage them."""

import io
import zipfile
from pathlib import Path

from hypothesis import strategies as st

HOME = Path(__file__).parent.parent
TOKENS = (
    *(
        b"",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"\t",
        b",",
        b";",
        b'"',
        b'""',
        b"'",
        b" ",
        b": ",
        b"- ",
        b"{",
        b"}",
        b"[",
        b"]",
    ),
    *(b"&a ", b"*a", b"<<: ", b"!!python/object ", b"!!binary ", b"? ", b"| ", b"> ", b"#", b"---\n", b"%TAG"),
    *(b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", "\u2028\u202e\u200b\u0661\uff11\u00bd".encode()),
    *(b"0", b"-1", b"1e999", b"nan", b".inf", b"0x1f", b"1_000", b"9" * 400, b"1/0", b"1-", b"99999-99999", b"18-24"),
    *(b"true", b"null", b"~", b"2019-02-30", b"0000-00-00", b"12:30:61", b"id", b"=1+1", b"\xa0", b"A" * 5000),
)
EDITS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 30), st.sampled_from(TOKENS) | st.binary(max_size=6)),
    min_size=1,
    max_size=5,
)


def edited(data, edits):
    """Put other bytes in the place of some."""
    for place, length, new in edits:
        at = place % (len(data) + 1)
        data = data[:at] + new + data[at + length :]
    return data


def edited_member(archive, member, edits):
    """Do so within a file of a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, edited(data, edits) if name.endswith(member) else data)
    return made.getvalue()


def lines(name, count=None):
    """Give the first lines of a file of the project."""
    return b"".join((HOME / name).read_bytes().splitlines(keepends=True)[:count])
