"""Which bytes a range asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.byte_ranges import MOST_RANGE_BYTES, ByteRange, RangeNotSatisfiable, byte_range

SIZE = 100


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=90-", 90, 10),
        ("bytes=-10", 90, 10),
        ("bytes=-1000", 0, 100),
        ("bytes=50-1000", 50, 50),
        ("bytes=99-99", 99, 1),
        ("Bytes = 0-0", 0, 1),
        (f"bytes=50-{'9' * 30}", 50, 50),
        (f"bytes=50-{'9' * 6000}", 50, 50),
        (f"bytes=-{'9' * 30}", 0, 100),
        (f"bytes={'0' * 30}1-{'0' * 6000}2", 1, 2),
    ],
)
def test_a_range_names_bytes(header: str, start: int, length: int) -> None:
    assert byte_range(header, SIZE) == ByteRange(start, length, SIZE)


@pytest.mark.parametrize("header", [None, "", "bytes=-", "bytes=9-1", "bytes=0-1,5-6", "lines=0-1", "bytes=٣-٤", "0-1"])
def test_what_is_no_single_range_is_no_question_for_a_part(header: str | None) -> None:
    assert byte_range(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={'9' * 30}-"])
def test_a_range_outside_the_file_is_refused(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        byte_range(header, SIZE)


def test_a_long_range_is_cut() -> None:
    found = byte_range("bytes=10-", 3 * MOST_RANGE_BYTES)
    assert found is not None
    assert found.content_range == f"bytes 10-{MOST_RANGE_BYTES + 9}/{3 * MOST_RANGE_BYTES}"


@given(st.integers(0, 10**17), st.integers(0, 10**17), st.integers(1, 10**12))
def test_a_range_lies_within_the_file(first: int, last: int, size: int) -> None:
    try:
        found = byte_range(f"bytes={first}-{last}", size)
    except RangeNotSatisfiable:
        assert first >= size
        return
    if found is None:
        assert last < first
        return
    assert found.start == first
    assert 0 < found.length <= MOST_RANGE_BYTES
    assert found.start + found.length <= min(size, last + 1)
