"""Digests in one piece are what they were one by one."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from totem_cli.archive.digests import ByPair, Digests
from totem_cli.publishing.page import packed

DIGEST = st.binary(min_size=16, max_size=16)
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "\0", "é"]), st.text(max_size=3), DIGEST), max_size=20)


@strategies.QUICK
@given(st.lists(DIGEST, max_size=5))
def test_a_sequence(digests: list[bytes]) -> None:
    """As a list of them."""
    found = Digests(digests)
    assert (list(found), len(found), found[1:3]) == (digests, len(digests), digests[1:3])
    assert [found[place] for place in range(-len(digests), len(digests))] == digests * 2
    with pytest.raises(IndexError):
        found[len(digests)]


@strategies.QUICK
@given(ROWS)
def test_by_pair(rows: list[tuple[str, str, bytes]]) -> None:
    """As a dictionary, of which the last of several counts; a pair that is no pair of names is not in it."""
    found, meant = ByPair(rows), {(first, second): digest for first, second, digest in rows}
    assert {pair: found[pair] for pair in meant} == meant
    assert all(pair in found for pair in meant)
    assert found.get(("c", "d")) is None
    assert ("c", "d") not in found


@pytest.mark.parametrize("count", [0, 1, 15, 16, 999, 1000, 1001, 65535, 65536])
def test_a_list_is_packed_piece_by_piece(count: int) -> None:
    """The bytes are those of the whole list at once."""
    values = [("é", place) for place in range(count)]
    assert packed(iter(values)) == msgspec.msgpack.encode(values)
