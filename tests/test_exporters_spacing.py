"""French spacing of HTML: it sees through inline elements, and leaves code, attributes and addresses alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_language_typography import RULES, SPACES, rules, spaced, texts
from totem_cli.exporters.spacing import spaced_html
from totem_cli.markup.html import sanitise_html
from totem_cli.model.settings import Typography

PAGES = {  # ~ stands for U+00A0, _ for U+202F
    "<em>mot</em>!": "<em>mot</em>_!",
    "«<em>mot</em>»": "«~<em>mot</em>~»",
    "« <em>mot</em> »": "«~<em>mot</em>~»",
    "mot <em>! </em>": "mot_<em>! </em>",
    "mot <em> !</em>": "mot_<em>!</em>",
    "<p>Oui</p>!": "<p>Oui</p>!",
    "<code>a ? b;</code> : c": "<code>a ? b;</code>~: c",
    "<pre><code>a ? b</code></pre>\n<p>c ?</p>": "<pre><code>a ? b</code></pre>\n<p>c_?</p>",
    '<a href="/?a ; b" title="x ! z">mot</a> ?': '<a href="/?a ; b" title="x ! z">mot</a>_?',
    "a &amp;; b": "a &amp;; b",  # as in plain text
    "a &amp; b ; c": "a &amp; b_; c",
    'R&amp;D, "oui"?': 'R&amp;D, "oui"_?',
    "XX<sup>e</sup> : oui?<sup>1</sup>": "XX<sup>e</sup>~: oui_?<sup>1</sup>",
    'mot<img src="a" alt="b ?"> ?': 'mot<img src="a" alt="b ?"> ?',
}
tags = st.sampled_from(
    ["<em>", "</em>", "<p>", "</p>", "<code>", "</code>", '<a href="/? ;">', "</a>", "<br>", "&amp;"]
)
pages = st.lists(st.one_of(tags, texts.map(lambda text: re.sub("[<>&]", "", text)))).map("".join).map(sanitise_html)


@pytest.mark.parametrize(("source", "expected"), PAGES.items())
def test_html(source: str, expected: str) -> None:
    """Spacing sees through inline tags, and leaves tags, code, attributes alone."""
    assert spaced_html(source, "fr", RULES) == spaced(expected)


@given(pages, rules)
def test_html_laws(html: str, rules: Typography) -> None:
    """Setting HTML twice is setting it once; only spaces of its text change, never its tags."""
    once = spaced_html(html, "fr", rules)
    assert spaced_html(once, "fr", rules) == once
    assert SPACES.sub("", once) == SPACES.sub("", html)
    assert re.findall("<[^>]*>", once) == re.findall("<[^>]*>", html)


def test_other_languages() -> None:
    """English comes back as it is."""
    assert spaced_html("<p>a ?</p>", "en", RULES) == "<p>a ?</p>"
