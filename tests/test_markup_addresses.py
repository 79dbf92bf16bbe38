"""Addresses in recaps, as a browser reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.markup.addresses import SCHEMES, file_name, is_remote, link


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://a.fr/b?c=d#e", "https://a.fr/b?c=d#e"),
        ("media/é.jpg", "media/é.jpg"),
        (" \t a b\n", "a%20b"),
        ("//a.fr", "https://a.fr"),
        ("\\\\a.fr\\b", "https://a.fr/b"),
        ("/\t/a.fr", "https://a.fr"),
        ("HTTPS:a.fr", "https://a.fr"),
        ("?a\\b", "?a%5Cb"),
        ("a#b#c", "a#b%23c"),
        ("http://[::1]/[x]", "http://[::1]/%5Bx%5D"),
        ("http://a.fr:80/", "http://a.fr:80/"),
        ("http://é.fr/ @b", "http://é.fr/%20@b"),
        ("http://a%20b.fr/", None),
        ("http://a\u00a0b.fr/", None),
        ("http://a.fr:99999/", None),
        ("http://a:b:c/", None),
        ("http://[x]/", None),
        ("https://", None),
        ("//", None),
        ("100%", "100%25"),
        ("mailto:a@b.fr", "mailto:a@b.fr"),
        ("javascript:1", None),
        ("java\nscript:1", None),
        ("DATA:x", None),
        ("file:///etc/passwd", None),
        ("c:\\x", None),
    ],
)
def test_address_is_read_as_browsers_do(written: str, read: str | None) -> None:
    """Spaces, line breaks, backslashes and schemes follow the URL Standard, 4.4."""
    assert link(written) == read


@given(st.text(alphabet=st.one_of(st.sampled_from("aH/\\:?#%.@[] \t\njavscriptdhe"), st.characters(codec="utf-8"))))
def test_address_read_again_is_the_same(address: str) -> None:
    """What comes out has no character to encode, and an allowed scheme or none."""
    once = link(address)
    if once is not None:
        assert link(once) == once
        assert not re.search(r'[\s"<>\\`]', once)
        scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", once)
        assert scheme is None or scheme[1].lower() in SCHEMES
        assert is_remote(once) is (scheme is not None)
        assert not once.startswith("//")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://a.fr/b/la%20carte.png?x#y", "la carte.png"),
        ("https://a.fr/b/", "b"),
        ("https://a.fr/", "https://a.fr/"),
        ("https://a.fr/%00%0A", "https://a.fr/%00%0A"),
        ("http://[x/y", "http://[x/y"),
    ],
)
def test_file_name_is_the_last_part(address: str, name: str) -> None:
    """The address itself where there is none, or none that can be shown."""
    assert file_name(address) == name
