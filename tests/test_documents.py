"""Documents: bytes in, the same bytes out, and edits that change what they name and nothing else."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.documents import frontmatter
from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, NotFoundError, TotemError

EPISODE = """\
+++
# Kept by the archive
id = "e1"   # for ever
number = 1
title = 'Un titre'
tags = ["a", "b"]   # tags
questions = [
  # to warm up
  "Pourquoi ?",
  "Comment ?", # asked twice

  "Quand ?"
]

# All who came

# the first
[[guests]]
name = "Ada"
  # as she said
role = "poète"
# url = "unknown"

[[guests]]
name = "Bob"
[guests.extra]
seat = 2

[place]
city = "Lyon"
+++

Le texte.
"""

Edit = Callable[[Document], None]


def edited(edit: Edit, text: str = EPISODE) -> str:
    """The text after an edit, which must also read back as the document says."""
    document = Document.parse(text.encode(), "f.md")
    edit(document)
    again = Document.parse(document.to_bytes(), "f.md")
    assert again.data == document.data
    assert again.body == document.body
    return document.to_bytes().decode()


def lines(edit: Edit, text: str = EPISODE) -> list[str]:
    """The lines that an edit takes out and puts in, each with its sign."""
    after = edited(edit, text)
    changes = difflib.ndiff(text.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line[0] + line[2:].rstrip("\n") for line in changes if line[0] in "+-"]


def nested(levels: int) -> list[Any]:
    """Lists in lists."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (lambda d: d.set("title", "Autre"), ["-title = 'Un titre'", "+title = 'Autre'"]),
        (lambda d: d.set("title", "L'autre"), ["-title = 'Un titre'", '+title = "L\'autre"']),
        (lambda d: d.set("title", "Un titre"), []),
        (lambda d: d.set("number", 2), ["-number = 1", "+number = 2"]),
        (lambda d: d.set("id", "e2"), ['-id = "e1"   # for ever', '+id = "e2"   # for ever']),
        (lambda d: d.set("date", dt.date(2020, 5, 4)), ["+date = 2020-05-04"]),
        (lambda d: d.remove("tags"), ['-tags = ["a", "b"]   # tags']),
        (lambda d: d.remove("absent"), []),
        (lambda d: d.append("tags", "c"), ['-tags = ["a", "b"]   # tags', '+tags = ["a", "b", "c"]   # tags']),
        (lambda d: d.delete("tags", 0), ['-tags = ["a", "b"]   # tags', '+tags = ["b"]   # tags']),
        (lambda d: d.append("questions", "Où ?"), ['-  "Quand ?"', '+  "Quand ?",', '+  "Où ?"']),
        (lambda d: d.insert("questions", 1, "Où ?"), ['+  "Où ?",']),
        (lambda d: d.delete("questions", 0), ['-  "Pourquoi ?",']),
        (lambda d: d.delete("questions", 1), ['-  "Comment ?", # asked twice']),
        (
            lambda d: d.set(("questions", 1), {"text": "Comment ?", "asked_by": "Zoé"}),
            ['-  "Comment ?", # asked twice', '+  { text = "Comment ?", asked_by = "Zoé" }, # asked twice'],
        ),
        (lambda d: d.set(("guests", 0, "role"), "poétesse"), ['-role = "poète"', '+role = "poétesse"']),
        (lambda d: d.set(("guests", 1, "role"), "x"), ['+role = "x"']),
        (lambda d: d.append("guests", {"name": "Cy"}), ["+[[guests]]", '+name = "Cy"', "+"]),
        (lambda d: d.set(("place", "country"), "FR"), ['+country = "FR"']),
        (lambda d: d.set(("html", "page_size"), 20), ["+", "+[html]", "+page_size = 20"]),
        (lambda d: d.append("hosts", {"name": "H"}), ["+", "+[[hosts]]", '+name = "H"']),
        (lambda d: d.append("links", "https://example.org/"), ['+links = ["https://example.org/"]']),
        (lambda d: d.remove(("place", "city")), ['-city = "Lyon"']),
        (lambda d: d.remove("place"), ["-", "-[place]", '-city = "Lyon"']),
        (lambda d: d.set("questions", ["Pourquoi ?", "Quand ?"]), ['-  "Comment ?", # asked twice']),
    ],
)  # fmt: skip
def test_only_the_lines_that_are_meant_change(edit: Edit, changed: list[str]) -> None:
    """One edit, and the lines of the file that differ."""
    assert lines(edit) == changed


def test_a_new_key_comes_behind_those_it_should_follow() -> None:
    """The place of a new key is behind the last of the keys in ``after``, else behind all."""
    text = edited(lambda d: d.set("subtitle", "Suite", after=("id", "number", "title")))
    assert "title = 'Un titre'\nsubtitle = \"Suite\"\ntags" in text
    text = edited(lambda d: d.set("subtitle", "Suite", after=("absent",)))
    assert ']\nsubtitle = "Suite"\n\n# All who came' in text


def test_a_block_goes_with_its_comments() -> None:
    """Deleting the first guest takes the comments that touch its table, and leaves those set apart."""
    text = edited(lambda d: d.delete("guests", 0))
    assert "# the first" not in text
    assert "unknown" not in text
    assert '# All who came\n\n[[guests]]\nname = "Bob"\n[guests.extra]\nseat = 2\n\n[place]' in text


def test_a_moved_block_is_whole() -> None:
    """Moving a guest moves its table, the tables in it and its comments, and nothing else."""
    text = edited(lambda d: d.move("guests", 0, 1))
    ada = '# the first\n[[guests]]\nname = "Ada"\n  # as she said\nrole = "poète"\n# url = "unknown"\n'
    bob = '[[guests]]\nname = "Bob"\n[guests.extra]\nseat = 2\n'
    assert f"# All who came\n\n{bob}\n{ada}\n[place]" in text
    assert sorted(text) == sorted(EPISODE)
    assert edited(lambda d: d.move("guests", 0, 1), text) == EPISODE


def test_a_moved_question_keeps_its_comments() -> None:
    """A question moves with the comment behind it and those above it."""
    text = edited(lambda d: d.move("questions", 0, 1))
    assert '[\n  "Comment ?", # asked twice\n  # to warm up\n  "Pourquoi ?",\n\n  "Quand ?"\n]' in text


def test_the_last_guest_leaves_an_empty_list() -> None:
    """An empty list is not the same as none: ``hosts = []`` means that nobody hosts."""
    text = edited(lambda d: d.delete("hosts", 0), '+++\ntitle = "T"\n\n[[hosts]]\nname = "A"\n+++\n')
    assert text == '+++\ntitle = "T"\nhosts = []\n+++\n'
    assert (
        edited(lambda d: d.append("hosts", {"name": "A"}), text) == '+++\ntitle = "T"\n\n[[hosts]]\nname = "A"\n+++\n'
    )


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ('guests = [{name="A"}]', lambda d: d.append("guests", {"name": "B"}), 'guests = [{name="A"}, { name = "B" }]'),
        ('guests = [{name="A"}]', lambda d: d.set(("guests", 0, "role"), "r"), 'guests = [{name="A", role = "r"}]'),
        ("guests = [{}]", lambda d: d.set(("guests", 0, "name"), "A"), 'guests = [{ name = "A" }]'),
        ("g = { a = 1, b = 2 }", lambda d: d.remove(("g", "a")), "g = { b = 2 }"),
        ("g = { a = 1 }", lambda d: d.remove(("g", "a")), "g = {}"),
        ("a.b = 1\na.c = 2", lambda d: d.set(("a", "d"), 3), "a.b = 1\na.c = 2\na.d = 3"),
        ("a.b = 1\na.c = 2", lambda d: d.remove("a"), ""),
        ("'a.b' = 1", lambda d: d.set("a.b", 2), "'a.b' = 2"),
        ('t = """\nx\n"""', lambda d: d.set("t", "y\nz\n"), 't = """\ny\nz\n"""'),
        ("t = '''x'''", lambda d: d.set("t", "y\\z"), "t = '''y\\z'''"),
        ('t = """x"""', lambda d: d.set("t", '"+++"'), 't = """"+++\\""""'),
        ('t = """x"""', lambda d: d.set("t", "a\n+++\nb"), 't = "a\\n+++\\nb"'),
        ("a = [ # why\n  1, # A\n  2 # B\n]", lambda d: d.append("a", 3), "a = [ # why\n  1, # A\n  2, # B\n  3\n]"),
        ("a = [\n\t1\n\t, 2\n]", lambda d: d.delete("a", 0), "a = [ 2\n]"),
        ("a = [1, 2, 3]", lambda d: d.move("a", 2, 0), "a = [3, 1, 2]"),
        ("a = [ 1, 2 ]", lambda d: d.set("a", []), "a = []"),
        ("  a = 1", lambda d: d.set("b", 2), "  a = 1\n  b = 2"),
        ("[a.b]\nx = 1", lambda d: d.set(("a", "y"), 2), "[a]\ny = 2\n\n[a.b]\nx = 1"),
        ("[a]\n[b]", lambda d: d.set("t", 1), "t = 1\n\n[a]\n[b]"),
        ("[[g]]\nn = 1\n[[g]]\nn = 2", lambda d: d.append("g", {"n": 3}), "[[g]]\nn = 1\n[[g]]\nn = 2\n[[g]]\nn = 3"),
        ("[[g]]\nn = 1\n[z]\n[g.y]\nk = 1", lambda d: d.delete("g", 0), "g = []\n\n[z]"),
        ("[[g]]\n[[g.l]]\nu = 1", lambda d: d.append(("g", 0, "l"), {}), "[[g]]\n[[g.l]]\nu = 1\n\n[[g.l]]"),
        ("questions = []", lambda d: d.append("questions", "?"), 'questions = [\n  "?",\n]'),
        ("tags = [] # none", lambda d: d.append("tags", "a"), 'tags = ["a"] # none'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_form_is_kept(before: str, edit: Edit, after: str, newline: str) -> None:
    """An edit writes as the file does: quotes, layout, dotted keys, inline tables, blocks, line ends."""
    start = f"+++\n{before}\n+++\nText.\n".replace("\n", newline)
    end = f"+++\n{after}\n+++\nText.\n".replace("+++\n\n+++", "+++\n+++").replace("\n", newline)
    document = Document.parse(start.encode(), "f.md")
    edit(document)
    assert document.to_bytes().decode() == end


def test_a_text_does_not_fit_among_tables() -> None:
    """A list of ``[[questions]]`` holds tables only: the error says so, and where, and nothing changes."""
    text = '+++\n[[questions]]\ntext = "?"\n+++\n'
    document = Document.parse(text.encode(), "f.md")
    with pytest.raises(InvalidError, match=r"\[\[questions\]\]") as caught:
        document.append("questions", "??")
    assert str(caught.value.location) == "f.md:2:1"
    assert document.to_bytes() == text.encode()


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda d: d.delete("tags", 2), NotFoundError),
        (lambda d: d.move("tags", 0, -1), NotFoundError),
        (lambda d: d.insert("tags", 4, "x"), NotFoundError),
        (lambda d: d.set(("guests", 2, "name"), "x"), NotFoundError),
        (lambda d: d.set(("hosts", 0, "name"), "x"), NotFoundError),
        (lambda d: d.set(("title", "x"), "x"), InvalidError),
        (lambda d: d.append("title", "x"), InvalidError),
        (lambda d: d.set(("title", 0), "x"), InvalidError),
        (lambda d: d.set("title", None), InvalidError),
        (lambda d: d.set("title", b"x"), InvalidError),
        (lambda d: d.set("title", "\ud800"), InvalidError),
        (lambda d: d.set("number", 2**63), InvalidError),
        (lambda d: d.set("at", dt.time(1, tzinfo=dt.UTC)), InvalidError),
        (lambda d: d.set_body("a\0"), InvalidError),
        (lambda d: d.set("deep", nested(101)), InvalidError),
        (lambda d: d.set("deep", nested(5000)), InvalidError),
        (lambda d: d.set(("place", "deep", "deeper"), nested(99)), InvalidError),
        (lambda d: d.append("tags", nested(100)), InvalidError),
        (lambda d: d.set_body("\ud800"), InvalidError),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing(edit: Edit, error: type[TotemError]) -> None:
    """What cannot be done is one of our errors, and the document is as it was."""
    document = Document.parse(EPISODE.encode(), "f.md")
    with pytest.raises(error):
        edit(document)
    assert document.to_bytes() == EPISODE.encode()


def test_the_deepest_value_reads_back() -> None:
    """What may be written may be read."""
    assert "deep = [[" in edited(lambda d: d.set(("place", "deep"), nested(98)))


def test_a_wrong_splice_is_never_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the editor write anything but the change, the edit fails and the document is as it was."""
    from totem_cli.documents import toml_write

    document = Document.parse(EPISODE.encode(), "f.md")
    for wrong in ("'other'", '"unclosed'):
        monkeypatch.setattr(toml_write, "like", lambda *_, wrong=wrong: wrong)
        with pytest.raises(TotemError) as caught:
            document.set("title", "Autre")
        assert caught.value.exit_code == 1
    assert document.to_bytes() == EPISODE.encode()


def test_the_data_given_out_is_not_the_document() -> None:
    """Changing what ``data`` returned neither changes the document nor hides a later edit."""
    document = Document.parse(EPISODE.encode(), "f.md")
    document.data["tags"].append("c")
    document.append("tags", "c")
    assert b'tags = ["a", "b", "c"]' in document.to_bytes()


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("\nOld\n", "New", "\nNew\n"),
        ("\nOld\n", "Old", "\nOld\n"),
        ("\nOld\n", "\n\nOld\n\n", "\nOld\n"),
        ("\n \n\nOld\n\n\n", "A\n\nB\n", "\n \n\nA\n\nB\n\n\n"),
        ("Old", "New", "New"),
        ("", "New", "\nNew\n"),
        ("\n\n", "New", "\nNew\n"),
        ("\nOld\n", "", ""),
        ("\nOld\n", "    code\n", "\n    code\n"),
        ("+++\nOld", "+++\nNew", "+++\nNew"),
        ("\r\nOld\r\nold\r\n", "A\nB", "\r\nA\nB\r\n"),
    ],
)
def test_a_new_body_keeps_the_blank_lines_around_it(before: str, new: str, after: str) -> None:
    """The recap is replaced; what is around it and the front matter are not."""
    assert edited(lambda d: d.set_body(new), f"+++\na = 1\n+++\n{before}") == f"+++\na = 1\n+++\n{after}"


def test_a_body_is_given_to_a_file_that_ends_with_its_front_matter() -> None:
    """Where the last line is ``+++`` with no line end, a line end is added first; the file's own kind."""
    document = Document.parse(b"+++\r\na = 1\r\n+++", "f.md")
    document.set_body("A\nB")
    assert document.to_bytes() == b"+++\r\na = 1\r\n+++\r\n\r\nA\r\nB\r\n"


def test_a_recap_has_plain_line_ends_and_no_blank_lines_around() -> None:
    r"""The model's recap is the body with ``\n``, its first line's indent kept."""
    document = Document.parse(b"+++\n+++\r\n \r\n    code\r\n\r\nend\r \n", "f.md")
    assert document.recap == "    code\n\nend"
    assert document.body == " \r\n    code\r\n\r\nend\r \n"


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_all_of_a_file_survives_an_edit(bom: bytes, newline: str, end: str) -> None:
    """A BOM, line ends and the end of the body stay as they are when a field is set."""
    text = EPISODE.rstrip("\n").replace("\n", newline) + end
    document = Document.parse(bom + text.encode(), "f.md")
    assert document.to_bytes() == bom + text.encode()
    document.append("guests", {"name": "Cy"})
    document.set("number", 2)
    document.set("subtitle", "Suite")
    after = document.to_bytes()
    assert after.startswith(bom + b"+++")
    assert after.decode("utf-8-sig").endswith(f"Le texte.{end}")
    assert after.count(b"\r") == (after.decode().split("Le texte.")[0].count("\n") if newline == "\r\n" else 0)


def test_mixed_line_ends_stay_mixed() -> None:
    """Lines keep their own ends; new lines get that of the first."""
    document = Document.parse(b"+++\r\na = 1\nb = 2\r\n+++\nx\r\ny\n", "f.md")
    document.set("b", 3)
    document.set("c", 4)
    assert document.to_bytes() == b"+++\r\na = 1\nb = 3\r\nc = 4\r\n+++\nx\r\ny\n"


@given(st.text(), st.sampled_from(["", "\n", "\r\n"]))
def test_unedited_documents_are_their_bytes(body: str, end: str) -> None:
    """Any body comes out of a document as it went in."""
    data = f'+++\ntitle = "T"\n+++{end}{body if end else ""}'.encode(errors="surrogatepass")
    if b"\0" in data or b"\xed\xa0" in data:
        return
    try:
        document = Document.parse(data, "f.md")
    except InvalidError:
        return
    assert document.to_bytes() == data
    assert document.body == (body if end else "")


def test_a_settings_file_is_all_toml() -> None:
    """A TOML file has no front matter lines, and is edited in the same way."""
    document = Document.parse("\ufeffversion = 1\r\n\r\n[html]\r\napi = true".encode(), "totem.toml", "toml")
    document.set(("html", "page_size"), 20)
    document.set("title", "T")
    document.set(("share", "services"), ["mastodon"])
    assert document.to_bytes().decode() == (
        '\ufeffversion = 1\r\ntitle = "T"\r\n\r\n[html]\r\napi = true\r\npage_size = 20\r\n\r\n'
        '[share]\r\nservices = ["mastodon"]\r\n'
    )
    assert str(document.location("html", "page_size")) == "totem.toml:6:13"
    with pytest.raises(InvalidError, match="no body"):
        document.set_body("text")


@pytest.mark.parametrize("path", ["tags", ("guests", 0, "name"), ("guests", 1), ("questions", 2), "guests", ("place",)])
def test_what_is_removed_is_gone(path: Any) -> None:
    """Removing a key, an item or a table takes it out of the data."""
    document = Document.parse(EPISODE.encode(), "f.md")
    before = document.data
    document.remove(path)
    expected = {**before}
    if isinstance(path, str) or len(path) == 1:
        del expected[path if isinstance(path, str) else path[0]]
    elif len(path) == 2:
        expected[path[0]] = [item for place, item in enumerate(before[path[0]]) if place != path[1]]
    else:
        expected["guests"] = [{"role": "poète"}, before["guests"][1]]
    assert document.data == expected


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (("id",), "f.md:3:6"),
        (("questions", 1), "f.md:10:3"),
        (("guests", 1, "name"), "f.md:25:8"),
        (("guests", 1, "role"), "f.md:24:1"),
        (("guests", 1, "extra", "seat"), "f.md:27:8"),
        (("guests",), "f.md:18:1"),
        (("place", "city"), "f.md:30:8"),
        (("absent",), "f.md:1:1"),
        ((), "f.md:1:1"),
    ],
)
def test_a_field_has_a_location(path: tuple[str | int, ...], location: str) -> None:
    """The location of a field is that of its value, else of what it should be in."""
    assert str(Document.parse(EPISODE.encode(), "f.md").location(*path)) == location


def test_a_location_is_exact_inside_one_line() -> None:
    """In inline tables and arrays, a location is that of the value or of the key that mentions the table."""
    document = Document.parse(b'a = { b = 1, "c" . d = [1, {e = 2}] }\n', "f.toml", "toml")
    found = [document.location(*path).column for path in (("a",), ("a", "b"), ("a", "c"), ("a", "c", "d", 1, "e"))]
    assert found == [5, 11, 14, 33]


def test_a_location_moves_with_the_text() -> None:
    """Locations are those of the document as it now is."""
    document = Document.parse(EPISODE.encode(), "f.md")
    document.remove("questions")
    assert str(document.location("place", "city")) == "f.md:23:8"


@given(
    st.lists(st.sampled_from(["+++", "+", "\n", " ", "\r\n", "a", "a = 1\n", "+++\n", "\n+++\n"]), max_size=9).map(
        "".join
    )
)
def test_front_matter_is_found_as_its_library_finds_it(text: str) -> None:
    """A shorter way to the usual front matter divides no text in another place than python-frontmatter does."""
    try:
        _, head, body = frontmatter.FENCE.split(text, 2)
        parts = frontmatter.split(text, "f.md")
    except (ValueError, InvalidError):
        with pytest.raises(InvalidError):
            frontmatter.split(text, "f.md")
        return
    assert (parts.head, parts.body) == (head, body)
    assert "".join(parts) == text
