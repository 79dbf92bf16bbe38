"""The text of a file without what only its generator understands: shortcodes, Liquid, wiki links, JSX.

What Markdown can say (a recording, a picture, a link, code) becomes Markdown, or HTML in HTML; every other tag is left
out, and told whole. What stands in code is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from totem_cli.errors import Location
from totem_cli.importers.folder.arguments import Call, read_call
from totem_cli.importers.folder.code import CODE, COMMENTS, RAW, fenced, replace_pairs, replace_spans
from totem_cli.importers.folder.links import Links, is_file, is_text, tail_of
from totem_cli.importers.folder.matter import Matter
from totem_cli.importers.notes import Kind, Note

_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "instagram": "https://www.instagram.com/p/{}/",
}
_COMMENT = "a comment for the authors"
_LINE_COMMENT = re.compile(r"%%[^%]+%%")
_TAG = re.compile(
    r"\{\{(?P<open>[<%])(?P<hugo>(?:[^{}]|\{[^{}]*\})*?)[>%]\}\}|\{%-?(?P<tag>[^{}%]*(?:%(?!\})[^{}%]*)*?)-?%\}"
    r"|\{\{-?(?P<value>[^{}]*?)-?\}\}|(?P<attributes>[ \t]?\{:[^{}\n]*\})"
    r"|(?P<anchor>[ \t]?\{#[\w:.-][^{}\n]*\})(?=[ \t]*$)|(?<=\))(?P<beside>\{[ \t]*(?:[.#][\w-]|[\w-]+=)[^{}\n]*\})",
    re.MULTILINE,
)
_BLOCK = re.compile(r"(?<=\S)[ \t]\^[a-zA-Z0-9-]{1,40}$", re.MULTILINE)
_WIKI = re.compile(r"(?P<embed>!?)\[\[(?P<name>[^\[\]\n|#]*)(?P<part>#[^\[\]\n|]*)?(?:\\?\|(?P<label>[^\[\]\n]*))?\]\]")
_CALLOUT = re.compile(r"^(?P<mark>[ \t]*(?:>[ \t]?)+)\[!(?P<kind>[\w-]+)\][+-]?(?P<title>.*)$", re.MULTILINE)
_ADMONITION = re.compile(
    r"^(?P<head>"
    r"(?:(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[\w-]+)(?:[ \t]+[\w-]+)*|===[!+]?)(?:[ \t]+\"(?P<title>[^\"\n]*)\")?)"
    r"[ \t]*\n\n?"
    r"(?P<lines>(?: {4}[^\n]*(?:\n|\Z)|[ \t]*\n(?= {4}))+)",
    re.MULTILINE,
)
_SNIPPET = re.compile(
    r"^(?:-{1,2}8<-{1,2}[^\n]*|(?:\[TOC\]|\[\[_?(?:TOC|toc)_?\]\]|\{![^{}\n]+!\})[ \t]*)$", re.MULTILINE
)
_CONTAINER = re.compile(
    r"^(?::{3,}|/{3,})[ \t]*+(?:(?:[\w-]++|\{[.#][^{}\n]*\})(?P<title>\[[^\]\n]*\][ \t]*+|[ \t]++(?:\S[^\n]*)?)?)?$",
    re.MULTILINE,
)
_MODULE = re.compile(
    r"^(?:import\s.+?(?:from\s+)?['\"][^'\"\n]+['\"];?|export\s+(?:const|default|let)\s[^\n]*)[ \t]*$\n?", re.MULTILINE
)
_JSX = re.compile(r"</?[A-Z][\w.]*(?:\s[^<>]*)?/?>")
_TARGET = re.compile(r"(?<=\]\()(?P<space>\s*)(?P<address><[^<>\n]+>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)")
_DEFINED = re.compile(r"^(?P<before> {0,3}\[[^\]\n]+\]:[ \t]*)(?P<address><[^<>\n]+>|\S+)", re.MULTILINE)
_ELEMENT = re.compile(r"<[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r"""(?P<before>\b(?:src|href|poster)\s*=\s*)(?P<quote>["'])(?P<address>.*?)(?P=quote)""")
_FILTERED = re.compile(r"""["'](?P<address>[^"']*)["']\s*\|\s*(?:relative_url|absolute_url|prepend:.*|url)\s*""")
_NIKOLA = re.compile(r"link://(?:slug|filename)/(?P<name>[^#]+)(?P<part>#.*)?")
"""A link to another text by its slug or its file, as Nikola writes it."""

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_EMPTY = ("site.baseurl", "site.url", "base_url", "config.base_url", ".site.baseurl", "site.github.url")
_HASHTAG = re.compile(r"(?<![\w/#&\]\[(])#(?P<tag>[^\W\d_][\w/-]*)")


class Body:
    """The text of one file on its way to be a recap; ``notes`` tell what had no place in it."""

    def __init__(self, matter: Matter, path: str, series: str, links: Links, *, syntax: str) -> None:
        self._matter, self._path, self._series, self._links = matter, path, series, links
        self._is_html = syntax == "html"
        self._is_mdx = syntax == "mdx"
        self._left: Counter[tuple[str, str]] = Counter()
        self._kept_code: list[str] = []
        self._made_addresses: set[str] = set()
        self._found: dict[str, str] = {}
        self._text = ""

    @property
    def notes(self) -> list[Note]:
        """What was left out, each tag whole."""
        return [
            Note(Kind.LEFT_OUT, what, why, self._location(what), count=count)
            for (what, why), count in self._left.items()
        ]

    def read(self) -> str:
        """The text as Markdown or HTML, with addresses of media and of other texts."""
        text = self._matter.text
        text = replace_pairs(text, RAW, lambda _, inner, __: self._keep(inner))
        for pair in CODE:
            text = replace_pairs(text, pair, lambda opening, inner, _: self._code(opening["language"] or "", inner))
        if not self._is_html:
            text = self._without_code(text)
        for pair in COMMENTS:
            text = replace_pairs(text, pair, lambda _, __, whole: self._leave(whole, _COMMENT))
        text = _LINE_COMMENT.sub(lambda match: self._leave(match[0], _COMMENT), text)
        if self._is_mdx:
            text = _MODULE.sub(lambda match: self._leave(match[0].strip(), "code of MDX"), text)
            text = _JSX.sub(self._component, text)
        text = _TAG.sub(self._tag, text)
        if not self._is_html:
            text = _ADMONITION.sub(self._admonition, text)
            text = _SNIPPET.sub(lambda match: self._leave(match[0].strip(), "a part that the generator puts in"), text)
            text = _CALLOUT.sub(self._callout, text)
            text = _CONTAINER.sub(self._container, text)
            text = _BLOCK.sub(lambda match: self._leave(match[0].strip(), "the name of a block in Obsidian"), text)
            text = _WIKI.sub(self._wiki, text)
            text = _TARGET.sub(lambda match: match["space"] + self._address(match["address"]), text)
            text = _DEFINED.sub(lambda match: match["before"] + self._address(match["address"]), text)
        text = _ELEMENT.sub(lambda match: _ATTRIBUTE.sub(self._attribute, match[0]), text)
        if self._left:
            text = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text).strip("\n")
        return self._original(text)

    def hashtags(self) -> list[str]:
        """The words after ``#`` in the text, as Obsidian has its tags."""
        text = _TARGET.sub("", self._without_code(self._matter.text))
        return list(dict.fromkeys(match["tag"] for match in _HASHTAG.finditer(text)))

    def _keep(self, text: str) -> str:
        """A mark for a piece of text that nothing else shall change."""
        self._kept_code.append(text)
        return f"\0{len(self._kept_code) - 1}\0"

    def _without_code(self, text: str) -> str:
        """The text with a mark for each piece of code."""
        lines = []
        for is_code, piece in fenced(text):
            lines.append(self._keep(piece) if is_code else replace_spans(piece, self._keep))
        return "\n".join(lines)

    def _leave(self, what: str, why: str) -> str:
        self._left[self._original(what), why] += 1
        return ""

    def _original(self, text: str) -> str:
        return re.sub(r"\0(\d+)\0", lambda match: self._original(self._kept_code[int(match[1])]), text)

    def _location(self, what: str) -> Location:
        at = self._matter.text.find(what)
        line = self._matter.line + self._matter.text.count("\n", 0, at) if at >= 0 else self._matter.line
        return Location(self._matter.file, line)

    def _code(self, language: str, text: str) -> str:
        code = text.strip("\n")
        if self._is_html:
            return self._keep(f'<pre><code class="language-{escape(language)}">{escape(code)}</code></pre>')
        return self._keep(f"```{language}\n{code}\n```")

    # Tags of templates

    def _tag(self, match: re.Match[str]) -> str:
        if match["attributes"] or match["anchor"] or match["beside"]:
            return self._leave(match[0].strip(), "an attribute for the page of the site")
        if match["value"] is not None:
            return self._value(match[0], match["value"].strip())
        inside = (match["hugo"] or match["tag"] or "").strip()
        if inside.startswith("/*") and inside.endswith("*/"):  # Hugo's way to show a shortcode
            return self._keep(f"{{{{{match['open']}{inside[2:-2]}{'>' if match['open'] == '<' else '%'}}}}}")
        call = read_call(inside)
        made = None if inside.startswith("/") else self._made(call)
        return self._leave(match[0], "a tag of the generator") if made is None else made

    def _value(self, whole: str, inside: str) -> str:
        """A value that a template puts in: an address, a key of the front matter; or a shortcode of Zola."""
        if inside.lower() in _EMPTY:
            return ""
        if filtered := _FILTERED.fullmatch(inside):
            return filtered["address"]
        key = inside.lower().removeprefix("page.").removeprefix(".")
        value = self._matter.data.get(key)
        if isinstance(value, str) and value and re.fullmatch(r"[\w.]+", inside):
            return value
        made = self._made(read_call(inside)) if "(" in inside else None
        return self._leave(whole, "a value of the generator") if made is None else made

    def _made(self, call: Call) -> str | None:
        """What a call says in Markdown; None where Markdown has no such thing, or it is not known."""
        if call.name == "include":
            inner = call.given[0].lower() if call.given else ""
            call = Call(re.sub(r"\.\w+$", "", inner.rpartition("/")[2]), call.given[1:], call.keyed)
        name = next((player for player in (*_PLAYERS, "video") if player in call.name), "")
        if call.name in ("post_link", "asset_link") and call.given:  # Hexo: the file, then words that may be several
            return self._link(self._reference(call.given[0]), " ".join(call.given[1:]))
        if call.name == "asset_img" and len(call.given) > 1:
            call = Call(call.name, (call.given[0], " ".join(call.given[1:])), call.keyed)
        if call.name in ("ref", "relref", "link", "post_url", "internal_link"):
            return self._reference(call.first("path", position=0))
        if call.name in ("figure", "image", "img", "picture", "responsive-image", "asset_img"):
            return self._figure(call)
        if call.name == "gist" and len(call.given) > 1:
            return self._link(f"https://gist.github.com/{call.given[0]}/{call.given[1]}")
        if call.name in ("tweet", "twitter", "x") and call.first("id", position=0):
            return self._link(f"https://x.com/{call.first('user') or 'i'}/status/{call.first('id', position=-1)}")
        source = call.first("src", "url", "file", "mp4", "mp3", position=0)
        if call.name in ("audio", "video") and ("://" in source or is_file(source)):
            return self._link(source, call.first("title", "caption"))
        if name in _PLAYERS and (one := call.first("id", "video_id", "videoid", "video", "url", "src", position=0)):
            self._tell(call.rest("id", "video_id", "videoid", "video", "url", "src", "title"))
            return self._link(one if "://" in one else _PLAYERS[name].format(quote(one)), call.first("title"))
        return None

    def _tell(self, rest: Mapping[str, str]) -> None:
        for key, value in rest.items():
            self._leave(f"{key}={value}", "how the site shows it")

    def _figure(self, call: Call) -> str | None:
        source = call.first("src", "url", "image_path", "image", "path", "file", "name", position=0)
        if not source:
            return None
        alt = call.first("alt", position=1) or call.first("title")
        words = [call.first("title"), call.first("caption"), call.first("attr", "credit")]
        self._tell(
            call.rest("src", "url", "image_path", "image", "path", "file", "name", "alt", "title", "caption", "attr",
                      "credit", "link", "attrlink")
        )  # fmt: skip
        caption = " — ".join(word for word in dict.fromkeys(words) if word and word != alt)
        target = call.first("link")
        if call.first("attrlink"):
            caption += f" {self._link(call.first('attrlink'))}"
        if self._is_html:
            picture = f'<img src="{escape(source)}" alt="{escape(alt)}">'
            picture = f'<a href="{escape(target)}">{picture}</a>' if target else picture
            return f"<figure>{picture}{f'<figcaption>{escape(caption)}</figcaption>' if caption else ''}</figure>"
        picture = f"![{alt}]({_target(source)})"
        picture = f"[{picture}]({_target(target)})" if target else picture
        return f"{picture}\n\n*{caption.strip()}*" if caption.strip() else picture

    def _link(self, address: str, label: str = "") -> str:
        if self._is_html:
            return f'<a href="{escape(address)}">{escape(label or address)}</a>'
        return (
            f"[{label or address.rpartition('/')[2]}]({_target(address)})"
            if label or "://" not in address
            else f"<{address}>"
        )

    def _reference(self, name: str) -> str:
        """The address of another text, by its path or by its name without a suffix."""
        path, mark, part = name.partition("#")
        found = self._links.named(path, self._path) if path else None
        address = self._links.address(found, self._series, f"{mark}{part}") if found else f"{mark}{part}"
        if address is None or not (found or part):
            self._leave(name, "no file here has this name: it stays as the address")
            return _target(name)
        self._made_addresses.add(address)
        return address

    # Wiki links and addresses

    def _callout(self, match: re.Match[str]) -> str:
        title = match["title"].strip()
        self._leave(f"[!{match['kind']}]", "the kind of a callout: its words are a quotation")
        return f"{match['mark']}**{title or match['kind'].capitalize()}**"

    def _component(self, match: re.Match[str]) -> str:
        call = read_call(match[0].strip("</> ")) if match[0].endswith("/>") and "{" not in match[0] else None
        made = self._made(call) if call and call.name in _PLAYERS else None
        return self._leave(match[0], "a component of the site: what it shows is not here") if made is None else made

    def _admonition(self, match: re.Match[str]) -> str:
        """What MkDocs sets apart, as a quotation: its lines are indented, as code is in Markdown."""
        self._leave(
            match["head"].replace(match["title"] or "\0", "").strip(' "'), "the kind of a note: it is a quotation"
        )
        title = (match["title"] or (match["kind"] or "").capitalize()).strip()
        lines = [line[4:] for line in match["lines"].rstrip("\n").split("\n")]
        return "\n".join([f"> **{title}**", ">", *(f"> {line}".rstrip() for line in lines)]) + "\n"

    def _container(self, match: re.Match[str]) -> str:
        title = (match["title"] or "").strip(" \t[]|")
        self._leave(match[0].replace(title, "").strip() if title else match[0].strip(), "a container of the site")
        return f"**{title}**\n" if title else ""

    def _wiki(self, match: re.Match[str]) -> str:
        name, part, label = match["name"].strip(), match["part"] or "", (match["label"] or "").strip()
        found = self._links.named(name, self._path) if name else None
        address = self._links.address(found, self._series, part) if found else None
        self._made_addresses.add(address or "")
        words = label or f"{name}{part}".strip("#").replace("#", " › ")
        if match["embed"] and address and not self._links.title(found or ""):
            size = re.fullmatch(r"\d+(?:x\d+)?", label)
            if size:
                self._leave(match[0], "the size of a picture")
            alt = "" if size or not label else label
            return f"![{alt}]({address})" if is_file(address) and _is_picture(address) else f"[{words}]({address})"
        if address:
            return f"[{words}]({address})"
        if not name and part:
            return words
        self._leave(match[0], "it leads to no episode or file of the source: its words stay")
        return words

    def _address(self, given: str) -> str:
        """An address as it is to stand in the text; of one that leads nowhere it is told."""
        if given not in self._found:
            self._found[given] = self._new_address(given)
        return self._found[given]

    def _new_address(self, given: str) -> str:
        address = given.strip("<>")
        if nikola := _NIKOLA.fullmatch(address):
            return self._reference(f"{nikola['name']}{nikola['part'] or ''}")
        if address in self._made_addresses or not address or "\0" in address or "://" in address:
            return given
        if _ELSEWHERE.match(address):
            return given
        if (found := self._links.find(address, self._path)) is not None:
            made = self._links.address(found, self._series, tail_of(address))
            if made is not None:
                return made
        if any(what == address for what, _ in self._left):  # told already
            return given
        if is_file(address):
            self._leave(address, "there is no such file in the source: the address stays as it is")
        elif is_text(address):
            self._leave(address, "it is no text of the source that was read: the address stays as it is")
        return given

    def _attribute(self, match: re.Match[str]) -> str:
        return f"{match['before']}{match['quote']}{self._address(match['address'])}{match['quote']}"


def _is_picture(address: str) -> bool:
    return address.rpartition(".")[2].lower() in {
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "svg",
        "avif",
        "bmp",
        "tif",
        "tiff",
    }


def _target(address: str) -> str:
    """An address as it may stand in a link in Markdown."""
    return f"<{address}>" if re.search(r"[\s()]", address) else address
