"""A manifest is read back as it was written, however little room its entries take meanwhile."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from totem_cli.publishing.manifest import Entries, Entry, Manifest

DIGEST = st.one_of(st.binary(min_size=16, max_size=16).map(bytes.hex), st.sampled_from(["", "F" * 32, "é", "0" * 31]))
ENTRIES = st.dictionaries(
    st.from_regex("[a-z]{1,3}/[a-z]{1,3}", fullmatch=True),
    st.builds(Entry, key=DIGEST, digest=DIGEST, size=st.integers(0, 2**40)),
)


@strategies.QUICK
@given(ENTRIES)
def test_entries(entries: dict[str, Entry]) -> None:
    """They are a dictionary, and go through a file."""
    packed = Entries(entries)
    assert (dict(packed), len(packed)) == (entries, len(entries))
    manifest = Manifest(format="html", filters={}, maker="m", entries=packed)
    assert Manifest.decode(manifest.encode(), "it") == manifest
    for path in entries:
        del packed[path]
    assert packed == Entries()
    assert manifest != Manifest(format="html", filters={}, maker="m", entries=Entries({"a": Entry("", "", 0)}))


def test_a_large_manifest() -> None:
    """It is written and read in pieces, which nobody sees."""
    entries = {f"{number:06}/index.html": Entry("0" * 32, f"{number:032x}", number) for number in range(12_345)}
    content = Manifest(format="html", filters={}, maker="m", entries=Entries(entries)).encode()
    assert len(content) > 1 << 20
    assert content.count(b"\n") == len(entries) + 1
    assert dict(Manifest.decode(content, "it").entries) == entries
