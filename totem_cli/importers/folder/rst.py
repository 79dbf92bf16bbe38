"""reStructuredText as HTML by docutils, with its title, its fields and what it could not read.

Directives that read files or put raw HTML in are disabled.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from totem_cli.errors import Location
from totem_cli.importers.folder.matter import Matter, commented
from totem_cli.importers.front_yaml import Plain
from totem_cli.importers.notes import Kind, Note

_SETTINGS: dict[str, Any] = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 2,
    "halt_level": 5,
    "warning_stream": False,
    "doctitle_xform": True,
    "docinfo_xform": True,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "smart_quotes": False,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "initial_header_level": "2",
    "id_prefix": "",
    "section_self_link": False,
    "line_length_limit": 1_000_000,
}
_PLAYER = re.compile(r"^\.\. (?P<player>youtube|vimeo):: *(?P<id>[\w-]+)[ \t]*\n(?:[ \t]+:[^\n]*\n?)*", re.MULTILINE)
_CODE = re.compile(r'<pre class="code (\w+) literal-block"><code>')
_ADDRESSES = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}


class Rst(NamedTuple):
    """A text as HTML, what it says of itself, and what had no place."""

    matter: Matter
    notes: list[Note]


def is_installed() -> bool:
    """Whether docutils, the extra ``rst``, is there."""
    from importlib.util import find_spec

    return find_spec("docutils") is not None


def read_rst(text: str, file: str) -> Rst:
    """Read a text; its title and its field list are its front matter, as docutils' own and Pelican's are."""
    from docutils import core, nodes

    data, text = commented(text)
    text = _PLAYER.sub(lambda match: _ADDRESSES[match["player"]].format(match["id"]) + "\n\n", text)
    document = core.publish_doctree(text, settings_overrides=_SETTINGS)
    lines: dict[str, int] = {}
    if (title := document.next_node(nodes.title)) is not None and title.parent is document:
        data["title"] = title.astext()
        document.remove(title)
    if (subtitle := document.next_node(nodes.subtitle)) is not None and subtitle.parent is document:
        data["subtitle"] = subtitle.astext()
        document.remove(subtitle)
    for info in [*document.findall(nodes.docinfo)]:
        for key, value, line in _fields(info):
            data[key] = Plain(value)
            at = re.search(rf"^:{re.escape(key)}:", text, re.MULTILINE | re.IGNORECASE)
            lines[key] = text.count("\n", 0, at.start()) + 1 if at else line or 1
        info.parent.remove(info)
    messages = [*document.parse_messages, *document.transform_messages, *document.findall(nodes.system_message)]
    notes = [_note(message, file) for message in messages if message.get("level", 0) >= _SETTINGS["report_level"]]
    for message in [*document.findall(nodes.system_message)]:
        message.parent.remove(message)
    document.transform_messages = []  # they are told, and no part of the text
    for problem in [*document.findall(nodes.problematic)]:
        problem.parent.replace(problem, nodes.Text(problem.astext()))
    notes += [
        Note(Kind.LEFT_OUT, comment.astext(), "a comment of the source", Location(file, comment.line))
        for comment in [*document.findall(nodes.comment)]
        if comment.astext().strip()
    ]
    for picture in document.findall(nodes.image):
        picture.setdefault("alt", "")  # the writer would say its address
    document.settings.record_dependencies = None
    parts = core.publish_from_doctree(document, writer="html5", settings_overrides=_SETTINGS)
    html = parts.decode() if isinstance(parts, bytes) else parts
    body = html[html.find("<main") : html.find("</main>")] if "<main" in html else _body(html)
    body = _CODE.sub(r'<pre class="language-\1"><code>', body)
    return Rst(
        Matter(file, data, body, lines=lines, form="front matter" if data else "none"), list(dict.fromkeys(notes))
    )


def _body(html: str) -> str:
    start = html.find(">", html.find("<body")) + 1
    return html[start : html.rfind("</body>")]


def _fields(info: Any) -> list[tuple[str, str, int | None]]:
    """The fields of a document's information: docutils' own (author, date…) and others."""
    from docutils import nodes

    found = []
    for node in info.children:
        if isinstance(node, nodes.field):
            name, given = node.children[0].astext(), node.children[1]
            is_plain = all(isinstance(one, nodes.paragraph) for one in given.children)
            value = given.astext() if is_plain else given.rawsource  # "4. Mai" is no list here
        elif isinstance(node, nodes.authors):
            name, value = "authors", ", ".join(one.astext() for one in node.children)
        else:
            name, value = node.tagname, node.astext()
        found.append((name, " ".join(value.split()), node.line))
    return found


def _note(message: Any, file: str) -> Note:
    """What docutils says that it could not read, with the text that it is about."""
    from docutils import nodes

    said = message.children[0].astext() if message.children else ""
    about = next((child.astext() for child in message.children if isinstance(child, nodes.literal_block)), "") or said
    return Note(Kind.LEFT_OUT, about.strip(), said.split("\n")[0], Location(file, message.get("line")))
