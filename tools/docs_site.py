"""The documentation as a site: ``python tools/docs_site.py [FOLDER]`` builds it into ``docs-site/`` or FOLDER.

``make docs-site`` runs it in ``docs/.venv``. It builds once for each language of ``docs/site/pages.toml``. The Markdown
stays as a forge shows it; a copy gets the addresses of the site, and Sphinx builds that copy. A warning is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from urllib.parse import quote, unquote

ROOT = Path(__file__).parent.parent
SITE = ROOT / "docs" / "site"
FIRST = "en"  # the language whose pages stand at the top of the site

FENCE = re.compile(r"^(?P<mark>```+)(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=mark)[ ]*$", re.MULTILINE | re.DOTALL)
# What the theme leaves for keyboards and screen readers: an element as it writes it, and as it is to be.
MENDED = {
    "<pre>": '<pre tabindex="0">',  # a block that scrolls must be reachable without a mouse
    '<div class="table-wrapper ': '<div tabindex="0" class="table-wrapper ',  # so must a table
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="{navigation}">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="{contents}">',
    '<p class="caption" role="heading">': '<p class="caption">',  # a heading without a level
    '<div id="search-results"></div>': '<h1>{search}</h1>\n<div id="search-results"></div>',
}
LABELS = {
    "en": {"navigation": "All pages", "contents": "On this page", "search": "Search"},
    "fr": {"navigation": "Toutes les pages", "contents": "Sur cette page", "search": "Recherche"},
}
# What the theme says in English only.
WORDS = {
    "en": {},
    "fr": {
        "Toggle site navigation sidebar": "Afficher toutes les pages",
        "Toggle table of contents sidebar": "Afficher le sommaire de la page",
        "Toggle Light / Dark / Auto color theme": "Clair, sombre ou selon le système",
        "Skip to content": "Aller au contenu",
        "Back to top": "Haut de page",
        "On this page": "Sur cette page",
        "Previous": "Précédent",
        "Next": "Suivant",
        "Made with": "Fait avec",
    },
}
LINK = re.compile(r"`[^`\n]*\]\([^`\n]*`|(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]+)\)")


def main(arguments: list[str]) -> int:
    """Build every language; the exit code of the first build that fails."""
    output = Path(arguments[0] if arguments else ROOT / "docs-site").resolve()
    settings = tomllib.loads((SITE / "pages.toml").read_text("utf-8"))
    addresses = {source: address(source) for language in settings for source in sources(settings[language])}
    with tempfile.TemporaryDirectory(prefix="totem-docs-") as folder:
        built = Path(folder) / "site"
        for language, pages in settings.items():
            staged = Path(folder) / language
            stage(staged, language, pages, addresses)
            target = built if language == FIRST else built / language
            code = build(staged, target, language, {name for name in addresses.values() if name[0] != language})
            if code:
                return code
        for page in built.rglob("*.html"):
            top = page.relative_to(built).parts[0]
            language = top if top in settings else FIRST
            page.write_text(mended(page.read_text("utf-8"), language), "utf-8")
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(
            built, output, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo", "objects.inv", "_sources")
        )
    return 0


def sources(pages: dict) -> list[str]:
    """The pages of a language, its first one first."""
    return [pages["index"], *(source for section in pages["sections"] for source in section["pages"])]


def address(source: str) -> tuple[str, str]:
    """The language and the name of a page on the site, from its path in the project."""
    language, name = FIRST, source.removesuffix(".md")
    if found := re.fullmatch(r"docs/([a-z]{2})/(.+)|README\.([a-z]{2})", name):
        language, name = found[1] or found[3], found[2] or "README"
    name = name.removeprefix("docs/").lower()
    return language, "index" if name == "readme" else name.replace("/readme", "/notes")


def stage(folder: Path, language: str, pages: dict, addresses: dict[str, tuple[str, str]]) -> None:
    """Write the pages of a language as Sphinx is to read them, with the files that they show."""
    for source in sources(pages):
        name = addresses[source][1]
        text = Page(ROOT / source, folder, language, name, addresses).text()
        if source == pages["index"]:
            text += "".join(contents(section, addresses) for section in pages["sections"])
        file = folder / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def contents(section: dict, addresses: dict[str, tuple[str, str]]) -> str:
    """A section of the navigation."""
    names = "\n".join(addresses[source][1] for source in section["pages"])
    return f"\n```{{toctree}}\n:hidden:\n:caption: {section['title']}\n\n{names}\n```\n"


class Page:
    """A page whose links are to become those of the site."""

    def __init__(
        self, file: Path, folder: Path, language: str, name: str, addresses: dict[str, tuple[str, str]]
    ) -> None:
        self.file = file
        self.folder = folder
        self.language = language
        self.name = name
        self.addresses = addresses

    def text(self) -> str:
        """Its Markdown for the site."""
        text, parts, end = self.file.read_text("utf-8"), [], 0
        for fence in FENCE.finditer(text):
            parts += [LINK.sub(self._link, text[end : fence.start()]), self._fence(fence)]
            end = fence.end()
        return "".join([*parts, LINK.sub(self._link, text[end:])])

    def _fence(self, fence: re.Match[str]) -> str:
        kind, _, name = fence["info"].strip().partition(" ")
        if not name:
            return fence[0]
        return f"{fence['mark']}{{code-block}} {kind}\n:caption: {name}\n\n{fence['body']}{fence['mark']}"

    def _link(self, link: re.Match[str]) -> str:
        if not link["target"]:  # code that shows a link
            return link[0]
        path, _, fragment = unquote(link["target"]).partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return link[0]
        file = Path(os.path.normpath(self.file.parent / path))
        source = file.relative_to(ROOT).as_posix()
        if source in self.addresses:
            return f"[{link['text']}]({self._page(*self.addresses[source], fragment)})"
        if not file.exists():  # Sphinx will say so
            return link[0]
        if file.is_dir() or file.suffix == ".md":  # not on the site
            return link["text"]
        copied = self.folder / "files" / source
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copied)
        return f"{link['image']}[{link['text']}]({quote(f'/files/{source}')})"

    def _page(self, language: str, name: str, fragment: str) -> str:
        """A link within the language by Sphinx, which checks it; else ``site:`` and the address (see ``conf.py``)."""
        here = Path(self.name).parent
        if language == self.language:
            return os.path.relpath(f"{name}.md", here) + (f"#{fragment}" if fragment else "")
        top = here if self.language == FIRST else self.language / here
        target = f"{name}.html" if language == FIRST else f"{language}/{name}.html"
        return f"site:{os.path.relpath(target, top)}" + (f"#{fragment}" if fragment else "")


def mended(html: str, language: str) -> str:
    """A page of the site with what the theme leaves: for keyboards, for screen readers, for other languages."""
    for words, better in WORDS[language].items():
        html = re.sub(rf'(?<=[">])(\s*){re.escape(words)}(?=\s*[<"])', rf"\g<1>{better}", html)
    for element, better in MENDED.items():
        html = html.replace(element, better.format(**LABELS[language]))
    return html


def build(staged: Path, target: Path, language: str, others: set[tuple[str, str]]) -> int:
    """Run Sphinx; its exit code."""
    twins = ",".join(f"{other}:{name}" for other, name in sorted(others))
    environment = {**os.environ, "TOTEM_DOCS_LANGUAGE": language, "TOTEM_DOCS_TWINS": twins}
    sphinx = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--fresh-env"]
    places = ["--conf-dir", str(SITE), "--doctree-dir", str(staged.parent / "trees" / language)]
    command = [*sphinx, *places, str(staged), str(target)]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
