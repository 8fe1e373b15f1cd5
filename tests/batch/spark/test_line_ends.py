"""Files whose lines end in different ways: Spark goes by the first line end and would lose what follows."""

from __future__ import annotations

import pytest

from iop_screen.batch.spark.forms import line_ends_differ

CASES = [
    ("all LF", b"a,b\n1,2\n", False),
    ("all CR LF", b"a,b\r\n1,2\r\n", False),
    ("CR LF behind LF, which each row is looked at for", b"a,b\n1,2\r\n", False),
    ("LF behind CR LF", b"a,b\r\n1,2\n", True),
    ("LF far behind", b"a,b\r\n" + b"1,2\r\n" * 9 + b"3,4\n", True),
    ("LF in quotes", b'a,b\r\n1,"x\ny"\r\n', False),
    ("LF in quotes with doubled quotes", b'a,b\r\n1,"x""\n""y"\r\n', False),
    ("LF behind a closing quote", b'a,b\r\n1,"x"\n', True),
    ("CR LF in a quoted name", b'"a\r\nx",b\n1,2\n', True),
    ("cut in a quoted cell", b'a,b\r\n1,"x\ny', False),
    ("cut between CR and LF", b"a,b\r\n1,2\r", False),
    ("a mark of the order of bytes", b"\xef\xbb\xbfa,b\r\n1,2\r\n", False),
    ("nothing", b"", False),
]


@pytest.mark.parametrize(("start", "differ"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_line_ends_outside_of_quotes_are_the_same_or_not(start: bytes, *, differ: bool) -> None:
    assert line_ends_differ(start) is differ
