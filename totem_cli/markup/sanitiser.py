"""The allow-list of elements, attributes and classes for untrusted HTML."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from totem_cli.markup import addresses, characters
from totem_cli.markup.nesting import is_too_deep, without_tags
from totem_cli.markup.shape import PLAYERS, shape
from totem_cli.markup.tree import Element, Node, html_of, parse, texts

if TYPE_CHECKING:
    import nh3

_TAGS = (
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table "
    "tbody td tfoot th thead time tr u ul var wbr"
)
TAGS = frozenset(_TAGS.split())
ATTRIBUTES = {
    "*": frozenset({"lang", "dir"}),
    "a": frozenset({"href", "title", "hreflang"}),
    "abbr": frozenset({"title"}),
    "code": frozenset({"class"}),
    "figure": frozenset({"class"}),
    "img": frozenset({"src", "alt", "title", "width", "height"}),
    "ol": frozenset({"class", "start"}),
    "td": frozenset({"class", "colspan", "rowspan"}),
    "th": frozenset({"class", "colspan", "rowspan"}),
    "time": frozenset({"datetime"}),
}
CLASSES = {
    "figure": frozenset({"quotation"}),
    "ol": frozenset({"footnotes"}),
    "td": frozenset({"align-left", "align-center", "align-right"}),
    "th": frozenset({"align-left", "align-center", "align-right"}),
}

# kept by the cleaner for the next step, shape: players become links, footnotes numbers and a list
_SHAPED = {"a": "footnote-backref", "section": "footnotes", "sup": "footnote-ref"}
# what else the parser knows by name (HTML 13.2.6); content of any other element, of a drawing or a formula, would be
# parsed by other rules or dropped with its words, so those get a name that means nothing
_PARSED = (
    "address applet article aside base big body button center dialog dir div embed fieldset font footer form frame "
    "frameset head header hgroup html image input link listing main marquee menu meta nav nobr noembed noframes "
    "noscript object optgroup option param plaintext script search section select strike style textarea title tt xmp"
)
_KNOWN = TAGS | PLAYERS | frozenset(_PARSED.split())
_TAG_NAME = re.compile(r"(</?)([A-Za-z][A-Za-z0-9:_-]*)")
_LINE_AFTER_PRE = re.compile(r"(<pre[^<>]*>)\n+")
_MOST_PASSES = 20


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    attributes = {tag: set(names) - ({"class"} if tag in CLASSES else set()) for tag, names in ATTRIBUTES.items()}
    for tag in ("td", "th"):
        attributes[tag].add("align")
    for tag in PLAYERS:
        attributes[tag] = {"src", "title"}
    return nh3.Cleaner(
        tags={*TAGS, *PLAYERS, *_SHAPED},
        attributes=attributes,
        allowed_classes={tag: set(names) for tag, names in CLASSES.items()} | {k: {v} for k, v in _SHAPED.items()},
        url_schemes=set(addresses.SCHEMES),
        link_rel=None,
    )


def _cleaned(html: str) -> list[Node]:
    cleaned = _cleaner().clean(_LINE_AFTER_PRE.sub(r"\1", html))
    return parse(characters.allowed(cleaned.replace("&nbsp;", "\u00a0")))


def _known_tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    if name == "iframe":  # its content would be text without tags
        return match[1] + "video"
    return match[0] if name in _KNOWN else f"{match[1]}x-{name}"


def sanitise(html: str, heading_base: int) -> list[Node]:
    """Untrusted HTML as a tree that holds only what the allow-list has; sanitising its HTML again changes nothing.

    The result is written, parsed and cleaned until it no longer changes, so that a browser parses it as it was checked.
    Of HTML with a thousand tags open at once the text is left.
    """
    if is_too_deep(html):
        html = f"<p>{without_tags(html)}</p>"
    tree = _cleaned(_TAG_NAME.sub(_known_tag, characters.allowed(html)))
    for _ in range(_MOST_PASSES):
        shape(tree, heading_base)
        html = html_of(tree)
        tree = _cleaned(html)
        if html_of(tree) == html:
            return tree
    return [Element("p", {}, [" ".join(texts(tree))])]
