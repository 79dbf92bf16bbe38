"""Settings of Sphinx for the documentation site; ``tools/docs_site.py`` runs it, once for each language."""

from __future__ import annotations

import os
import posixpath
import tomllib
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer

ROOT = Path(__file__).parent.parent.parent
FIRST = "en"
NAMES = {"en": "English", "fr": "Français"}
TITLES = {"en": "totem", "fr": "totem"}

language = os.environ["TOTEM_DOCS_LANGUAGE"]
twins = {tuple(one.split(":", 1)) for one in os.environ["TOTEM_DOCS_TWINS"].split(",") if one}

project = "totem"
release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
html_title = TITLES[language]
root_doc = "index"
source_suffix = {".md": "markdown"}
exclude_patterns = ["files"]  # what pages show or offer, no pages

extensions = ["myst_parser"]
myst_heading_anchors = 6
myst_url_schemes = {"http": None, "https": None, "mailto": None, "site": "{{path}}#{{fragment}}"}
nitpicky = True
suppress_warnings = ["misc.highlighting_failure"]  # some blocks show files that are broken on purpose
smartquotes = False  # the pages have the typography that they are meant to have
locale_dirs: list[str] = []

html_theme = "furo"
html_static_path = ["static"]
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#8f1d14",
        "color-brand-content": "#8f1d14",
        "color-brand-visited": "#6d3a5c",
    },
    "dark_css_variables": {
        "color-brand-primary": "#f2a08f",
        "color-brand-content": "#f2a08f",
        "color-brand-visited": "#d3a7c6",
    },
}
html_css_files = ["totem.css"]
templates_path = ["templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/languages.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False


def languages(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give each page the addresses of the same page in other languages, or of their first page."""
    top = posixpath.dirname(pagename if language == FIRST else f"{language}/{pagename}")
    found = []
    for code, name in NAMES.items():
        twin = pagename if code == language or (code, pagename) in twins else "index"
        target = f"{twin}.html" if code == FIRST else f"{code}/{twin}.html"
        url = posixpath.relpath(target, top or ".")
        found.append({"code": code, "name": name, "here": code == language, "url": url})
    context["languages"] = found


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx of what is ours."""
    app.add_lexer("csv", TextLexer)  # Pygments knows none
    app.connect("html-page-context", languages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
