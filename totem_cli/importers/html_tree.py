"""HTML as a small tree: the one way in which importers read HTML.

``nh3`` (html5ever) parses it as browsers do and leaves out what runs; its clean output becomes a tree like a recap's.
Text, Markdown, blocks, tables and structured data are read from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from totem_cli.errors import InvalidError
from totem_cli.importers import BYTE_ORDER_MARKS
from totem_cli.markup import tree
from totem_cli.markup.addresses import SCHEMES
from totem_cli.markup.characters import allowed
from totem_cli.markup.nesting import is_too_deep, without_tags

if TYPE_CHECKING:
    import nh3

LARGEST = 20_000_000
"""Characters of HTML that are read at most."""

BLOCKS = frozenset(
    "address article aside blockquote caption center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead "
    "tr ul".split()
)
"""Elements that begin on a line of their own."""

PLAYERS = frozenset("audio video iframe embed object source track".split())
"""Elements that play something of another address."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_OTHERS = (
    "a abbr b bdi bdo big br button cite code col colgroup del dfn em font i img input ins kbd label link mark meta "
    "picture q s samp select small span strike strong sub sup textarea time title tt u var wbr"
)
_DROPPED = "script style template noscript svg math canvas applet noembed noframes xmp plaintext"
_ATTRIBUTES = (
    "alt aria-hidden aria-label class colspan content data data-lazy-src data-src datetime hidden href id itemid "
    "itemprop itemref itemscope itemtype lang name property rel role src start style title type"
)
_DEEPEST = 100
_NO_SCRIPT = re.compile(r"<(?!/?script\b)[^<>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?\s*+([\w-]{2,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^<>]{0,2000}?\s(?:xml:)?lang\s*+=\s*+["']?\s*+([\w-]{2,40})""", re.IGNORECASE)
_JSON_LD = re.compile(r'<script type="application/ld\+json[^"]*">', re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_RUN = re.compile(r"\s{2,}")


class Element(tree.Element):
    """An element: its tag, its attributes, and the elements and text in it."""

    __slots__ = ()
    children: list[Element | str]  # type: ignore[assignment]

    def __init__(self, tag: str, attributes: dict[str, str], children: Sequence[tree.Node]) -> None:
        super().__init__(tag, attributes, [*children])

    def get(self, name: str) -> str:
        """An attribute's value; empty where it has none."""
        return self.attributes.get(name, "")

    @property
    def elements(self) -> list[Element]:
        """The elements directly in it."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def class_words(self) -> set[str]:
        """Its classes and its id in lower case, with their parts: ``entry-title`` is also ``entry`` and ``title``."""
        names = f"{self.get('class')} {self.get('id')}".lower().split()
        return {word for name in names for word in (name, *re.split(r"[-_]+", name))}

    def walk(self, *tags: str) -> Iterator[Element]:
        """Every element in it, itself first, in the order of the source; only those with one of the tags, if any."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if not tags or element.tag in tags:
                yield element
            waiting += reversed(element.elements)

    @property
    def text(self) -> str:
        """Its text with that of everything in it; line feeds where lines and blocks end."""
        found: list[str] = []
        waiting = self.children[::-1]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                found.append(item)
            elif item.tag == "br":
                found.append("\n")
            elif item.tag in BLOCKS:
                waiting += ["\n", *reversed(item.children), "\n"]
            else:
                waiting += reversed(item.children)
        return "".join(found)

    @property
    def line(self) -> str:
        """Its text in one line, as of :func:`collapsed`."""
        return collapsed(self.text)


def decode(content: bytes) -> tuple[str, str]:
    """A page's text, and the name of its encoding where nothing but the bytes says so.

    UTF-8 or UTF-16 by its mark, else UTF-8 where it is that, else the charset that it names, else Windows-1252.

    The order is HTML's (13.2.3, "encoding sniffing algorithm"). Bytes that mean nothing become U+FFFD.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), ""
    named = _CHARSET.search(content[:4096])
    declared = named[1].decode("ascii", "replace").lower() if named else ""
    for name in ("utf-8", declared, "cp1252"):
        try:
            text = content.decode("cp1252" if name in ("iso-8859-1", "latin1") else name or "utf-8")
            return text, name if name == "cp1252" != declared else ""
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1"), "latin-1"


def language_of(html: str) -> str:
    """The ``lang`` of the root element, which the tree does not hold; empty where it has none."""
    match = _LANGUAGE.search(html[:20_000])
    return match[1] if match else ""


def parse(html: str) -> Element:
    """The tree of a page or of a piece of HTML, under a ``div``: no code runs in it, addresses have harmless schemes.

    Elements nested deeper than 100 lend their text to the one around them; HTML with thousands of unclosed tags is read
    as text. Raises InvalidError where the HTML is longer than 20 million characters.
    """
    if len(html) > LARGEST:
        raise InvalidError(f"the HTML is longer than {LARGEST:,} characters")
    html = allowed(html)
    if is_too_deep(html):
        html = without_tags(html)
    return Element("div", {}, tree.parse(_cleaner().clean(html), _DEEPEST, Element))


def json_ld(html: str) -> list[str]:
    """The code of the scripts in a page that are JSON-LD, which the tree does not hold."""
    import nh3

    if is_too_deep(html):
        html = _NO_SCRIPT.sub(" ", html)
    scripts = nh3.clean(html, tags={"script"}, attributes={"script": {"type"}}, clean_content_tags=set())
    found: list[str] = []
    end = 0
    while opened := _JSON_LD.search(scripts, end):
        end = scripts.index("</script>", opened.end())
        found.append(scripts[opened.end() : end])
    return found


def plain_text(html: str) -> str:
    """The words of a piece of HTML in one line, as of :func:`collapsed`."""
    return parse(html).line if "<" in html or "&" in html else collapsed(allowed(html))


def collapsed(text: str) -> str:
    """A text in one line: each run of white space is one space, a no-break space where it has no other."""
    return _RUN.sub(lambda run: " " if " " in run[0] else run[0][0], _SPACE.sub(" ", text)).strip(" ")


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags={*BLOCKS, *PLAYERS, *_OTHERS.split()},
        clean_content_tags=set(_DROPPED.split()),
        attributes={"*": set(_ATTRIBUTES.split())},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
