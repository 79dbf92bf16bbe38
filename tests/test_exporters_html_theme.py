"""Themes: templates and files of the archive's own, custom properties."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.html_site import SETTINGS, publication, read, site
from totem_cli.errors import InvalidError

EPISODE = "marees/01-episode/index.html"


def test_theme() -> None:
    """A theme's template shadows ours and may extend it; its files are carried, its properties set."""
    theme = {
        "templates/episode.html": b'{% extends "totem/episode.html" %}{% block footer %}<p>Au revoir</p>{% endblock %}',
        "static/theme.css": b"body { margin: 0 }",
        "static/fonts/a.woff2": b"font",
    }
    made = site(publication(replace(SETTINGS, theme={"accent": "#123456", "dark-accent": "#abcdef"}), theme=theme))
    assert b"<p>Au revoir</p>" in made[EPISODE]
    assert b"Au revoir" not in made["index.html"]
    assert made["assets/theme/fonts/a.woff2"] == b"font"
    assert "../../assets/theme/theme.css" in read(made[EPISODE]).values("href")
    (style,) = [page for path, page in made.items() if path.startswith("assets/site.") and path.endswith(".css")]
    assert b":root{--accent:#123456}" in style
    assert b"--accent:#abcdef" in style


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"<p>\n{% if %}", 2),
        (b"<p>\n\n{{ missing.name }}", 3),
        (b"{{ episode.guests[9].name }}", 1),
        (b"a\nb\xff", 2),
        (b'{% extends "nowhere.html" %}', None),
    ],
)
def test_broken_theme_is_named(source: bytes, line: int | None) -> None:
    """A theme's broken template is an error at its file and line."""
    with pytest.raises(InvalidError) as caught:
        site(publication(theme={"templates/episode.html": source}))
    assert caught.value.place is not None
    assert caught.value.place.file.startswith("theme/templates")
    if line:
        assert (caught.value.place.file, caught.value.place.line) == ("theme/templates/episode.html", line)


@pytest.mark.parametrize("value", ["red;}body{display:none", "url(https://a.example/)", "</style>", "a\nb", "@import"])
def test_theme_property_is_only_a_property(value: str) -> None:
    """A setting of the theme cannot smuggle in another rule, a script or an address."""
    with pytest.raises(InvalidError, match="theme cannot set"):
        site(publication(replace(SETTINGS, theme={"accent": value})))
