"""The last shaping of clean HTML: headings, quotations, images, links, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from totem_cli.markup import addresses
from totem_cli.markup.characters import is_blank
from totem_cli.markup.tree import Element, Node, elements, split_last_line, text_of

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PLAYERS = frozenset(("video", "audio", "source"))
_SHAPED = HEADINGS | PLAYERS | {"a", "img", "blockquote", "section"}

# most links by far: nothing in them needs another look
_PLAIN_LINK = re.compile(
    "(?:https?://[A-Za-z0-9]|[A-Za-z0-9.])(?:[A-Za-z0-9._~/?=;&+,!*()@$-]|%[0-9A-Fa-f]{2})*(?:#[A-Za-z0-9._-]*)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SIZE = re.compile(r"[0-9]{1,5}")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")
_RULES = {
    "lang": _LANGUAGE,
    "hreflang": _LANGUAGE,
    "dir": re.compile(r"ltr|rtl|auto"),
    "width": _SIZE,
    "height": _SIZE,
    "colspan": _SPAN,
    "rowspan": _SPAN,
    "start": re.compile(r"-?[0-9]{1,9}"),
    "datetime": re.compile(
        r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
    ),
    "align": re.compile(r"left|center|right"),
    "class": re.compile(r"language-[\w+#.-]+|quotation|footnotes|align-(?:left|center|right)"),
    "id": re.compile(r"(?!)"),  # cmark gives one to each footnote, and recaps may share a page
}
_FOOTNOTE = ("#fn-", "#fnref-")
_ATTRIBUTION = re.compile("—[ \u00a0\u202f]")
_DASH = "— \u00a0\u202f"


# what the sanitiser would not change: relative, of a plain host, of mail or a telephone
_PLAIN_ADDRESS = re.compile(
    r"https?://(?:(?!xn--)[A-Za-z0-9_-]+\.)+(?!xn--)[A-Za-z][A-Za-z-]*(?:[/?#]|\Z)|mailto:(?!/)|tel:(?!/)"
    r"|(?!//)[^:/?#\"&]*(?:[/?#\"]|\Z)"
)


def shape(nodes: list[Node], heading_base: int) -> bool:
    """Change clean HTML so; each change leaves alone what it made before.

    - Headings begin at ``heading_base`` and skip no level; empty ones go.
    - A quotation whose last line begins with an em dash is a figure, and that line its caption.
    - An image of another site and any player is a link; an image without ``alt`` has an empty one.
    - A link without text shows its address; one without address, or within another, is only its text.
    - Footnotes are numbers and a list, without the ids and links that would clash where recaps share a page.
    - Attributes hold what HTML allows: ``align`` of a cell is a class.

    Returns whether each address was one that the sanitiser would leave as it is.
    """
    shaper = _Shaper(heading_base)
    shaper.shape(nodes)
    return shaper.are_plain


class _Shaper:
    def __init__(self, heading_base: int) -> None:
        self.are_plain = True
        self._base = heading_base
        self._levels: list[int] = []  # of the headings that the next one may stand under

    def shape(self, nodes: list[Node], *, in_link: bool = False, quoted: bool = False) -> None:
        """Shape these nodes in place; ``quoted`` says that they are a quotation's figure."""
        shaped: list[Node] = []
        for node in nodes:
            if isinstance(node, str):
                shaped.append(node)
            elif not node.attributes and node.tag not in _SHAPED:
                if node.children:
                    self.shape(node.children, in_link=in_link)
                shaped.append(node)
            elif node.tag == "blockquote" and quoted and not any(map(_has_content, shaped)):
                node.attributes = _kept(node.attributes)
                self.shape(node.children, in_link=in_link)
                shaped.append(node)
            elif _is_way_back(node):
                if shaped and isinstance(shaped[-1], str):
                    shaped[-1] = shaped[-1].removesuffix(" ")
            else:
                shaped += self._element(node, in_link=in_link)
        nodes[:] = shaped

    def _element(self, element: Element, *, in_link: bool) -> Iterable[Node]:
        tag = element.tag
        if tag in HEADINGS:
            return self._heading(element, in_link=in_link)
        if tag == "a":
            return self._link(element, in_link=in_link)
        if tag == "blockquote":
            return (self._quotation(element, in_link=in_link),)
        if tag == "img" or tag in PLAYERS:
            self.shape(element.children, in_link=in_link)
            return (self._embedded(element, in_link=in_link), *element.children)
        if tag == "section" or element.attributes.get("class") == "footnote-ref":
            footnote = _footnote(element)
            self.shape(footnote, in_link=in_link)
            return footnote
        element.attributes = _kept(element.attributes)
        self.shape(element.children, in_link=in_link, quoted=element.attributes.get("class") == "quotation")
        return (element,)

    def _heading(self, heading: Element, *, in_link: bool) -> Iterable[Node]:
        before, level = self._levels, int(heading.tag[1])
        self._levels = [above for above in before if above < level] + [level]
        heading.tag = f"h{min(self._base + len(self._levels) - 1, 6)}"
        heading.attributes = _kept(heading.attributes)
        self.shape(heading.children, in_link=in_link)
        if not _is_empty(heading):
            return (heading,)
        self._levels = before
        return ()

    def _link(self, link: Element, *, in_link: bool) -> Iterable[Node]:
        href = link.attributes.get("href", "")
        self.are_plain &= _PLAIN_ADDRESS.match(href) is not None
        if len(link.attributes) != 1 or not _PLAIN_LINK.fullmatch(href):
            address = addresses.link(href)
            if address and address.startswith(_FOOTNOTE):
                address = None
            link.attributes = {**_kept(link.attributes), "href": address} if address else {}
        is_link = bool(link.attributes) and not in_link
        self.shape(link.children, in_link=in_link or is_link)
        if not is_link:
            return link.children
        if _is_empty(link):
            link.children.append(link.attributes["href"])
        return (link,)

    def _embedded(self, element: Element, *, in_link: bool) -> Node:
        """A local image; of any other picture and of a player a link, or its words."""
        tag, attributes = element.tag, _kept(element.attributes)
        source = attributes.get("src", "")
        self.are_plain &= _PLAIN_ADDRESS.match(source) is not None
        address = addresses.link(source)
        alt = attributes.get("alt", "")
        local = address and not addresses.is_remote(address)
        if tag == "img" and address and local:
            if in_link and is_blank(alt):  # the link needs a name
                alt = addresses.file_name(address)
            return Element(tag, {**attributes, "src": address, "alt": alt}, [])
        alt = alt.strip()
        if not address or (not local and not address.startswith("http")):
            return alt
        words = alt or attributes.get("title", "").strip() or addresses.file_name(address)
        return words if in_link else Element("a", {"href": address}, [words])

    def _quotation(self, quotation: Element, *, in_link: bool) -> Element:
        quotation.attributes = _kept(quotation.attributes)
        self.shape(quotation.children, in_link=in_link)
        caption = _take_attribution(quotation.children)
        if caption is None:
            return quotation
        return Element("figure", {"class": "quotation"}, [quotation, Element("figcaption", {}, caption)])


def _take_attribution(nodes: list[Node]) -> list[Node] | None:
    """Take the last line from what a quotation holds, if it is an attribution and not all there is."""
    last = next((index for index in range(len(nodes) - 1, -1, -1) if _has_content(nodes[index])), None)
    paragraph = None if last is None else nodes[last]
    if last is None or not isinstance(paragraph, Element) or paragraph.tag != "p":
        return None
    body, line = split_last_line(paragraph.children) or ([], paragraph.children)
    words = text_of(line).lstrip(" \t\n")
    if not _ATTRIBUTION.match(words) or not words.strip(_DASH):
        return None
    rest: list[Node] = nodes[:last]
    if any(map(_has_content, body)):
        rest += [Element("p", paragraph.attributes, body), "\n"]
    if not any(map(_has_content, rest)):
        return None
    nodes[:] = rest
    return line


def _is_way_back(element: Element) -> bool:
    """Whether an element is the link that cmark puts at the end of a footnote."""
    attributes = element.attributes
    return attributes.get("class") == "footnote-backref" and attributes.get("href", "").startswith("#fnref-")


def _footnote(element: Element) -> list[Node]:
    """What becomes of cmark's footnotes: a number in the text, and the list of them."""
    if element.tag != "section":
        return [Element("sup", {}, [text_of(element.children)])]
    if element.attributes.get("class") != "footnotes":
        return element.children
    found = [*filter(_has_content, element.children)]
    for one in found:
        if isinstance(one, Element) and one.tag == "ol":
            one.attributes = {"class": "footnotes"}
    return found


def _kept(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes whose value HTML allows."""
    if not attributes:
        return attributes
    kept = {name: value for name, value in attributes.items() if name not in _RULES or _RULES[name].fullmatch(value)}
    if "align" in kept:
        kept["class"] = f"align-{kept.pop('align')}"
    return kept


def _has_content(node: Node) -> bool:
    """Whether a node is more than spaces between blocks."""
    return not isinstance(node, str) or bool(node.strip())


def _is_empty(element: Element) -> bool:
    """Whether an element shows nothing."""
    if not is_blank(text_of(element.children)):
        return False
    return not any(one.tag == "img" for one in elements(element.children))
