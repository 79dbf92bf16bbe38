"""Edits of TOML in every layout people write it in: the data changes as asked, and the rest of the text does not."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.documents import toml_write
from totem_cli.documents.document import Document
from totem_cli.documents.toml_lists import align, longest_increasing
from totem_cli.documents.toml_source import Source
from totem_cli.errors import TotemError

if TYPE_CHECKING:
    from random import Random

WORDS = (
    *("", "a", "été", 'say "so"', "l'an", "c:\\x", "two\nlines", "\nfirst", "# no", "], }", "+++", "a\n+++\nb"),
    *("\t", "\x1b", "a\rb", "\r\n", "'''", '"""', '""', "\x85\u2028", "\U0001f600", "\\"),
)
KEYS = ("a", "b", "c", "d-e", "questions", "é", "x.y", "", "a b", '"')


class Writer:
    """Writes TOML of random content in random layout."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, odds: float = 0.5) -> bool:
        return self.random.random() < odds

    def scalar(self) -> str:
        word = self.random.choice(WORDS)
        choices = [
            toml_write.inline(word),
            toml_write.like('"""', word, "\n"),
            toml_write.like('"""\n', word, "\n"),
            toml_write.like("'''\n", word, "\n"),
            toml_write.like("''", word, "\n"),
            *("1", "0x2", "1_000", "true", "1.5", "nan", "-inf", "1e3"),
            *("2020-05-04", "2020-05-04 10:00:00", "2020-05-04T10:00:00+02:00", "10:00:00"),
        ]
        return self.random.choice(choices)

    def comment(self, odds: float = 0.2) -> str:
        return self.random.choice(["# note", " # [x]", "#", "# a = 1 ]", "\t# é"]) if self.chance(odds) else ""

    def filler(self, *, inline: bool) -> str:
        """Blank text that may stand between the parts of an array."""
        if inline or self.chance(0.4):
            return self.random.choice(["", " ", "  ", "\t"])
        return "".join(
            self.random.choice(["", " "]) + self.comment() + "\n" + self.random.choice(["", "  ", "\t"])
            for _ in range(self.random.randint(1, 2))
        )

    def value(self, depth: int = 0, *, inline: bool = False) -> str:
        kind = self.random.random()
        if depth > 2 or kind < 0.5:
            return self.scalar()
        if kind < 0.8:
            items = [self.value(depth + 1, inline=inline) for _ in range(self.random.randint(0, 3))]
            out = "["
            for place, item in enumerate(items):
                out += self.filler(inline=inline) + item + self.filler(inline=inline)
                out += "," if place < len(items) - 1 or self.chance() else ""
            return out + self.filler(inline=inline) + "]"
        pairs = [f"{key}{self.random.choice(['=', ' = '])}{self.value(depth + 1, inline=True)}" for key in self.keys()]
        return "{" + self.random.choice(["", " "]) + f"{self.random.choice([',', ', ', ' , '])}".join(pairs) + " }"

    def key(self, name: str) -> str:
        return self.random.choice([toml_write.key(name), toml_write.inline(name)])

    def keys(self) -> list[str]:
        names = self.random.sample(KEYS, self.random.randint(0, 3))
        return [self.key(name) if self.chance(0.8) else f"{self.key(name)} . {self.key('in')}" for name in names]

    def statements(self) -> str:
        out = ""
        for key in self.keys():
            if self.chance(0.3):
                out += self.random.choice(["\n", "  \n", "# above\n", "\n# apart\n\n"])
            indent, space = self.random.choice(["", "", "  "]), self.random.choice(["", " "])
            out += f"{indent}{key} = {self.value()}{space}{self.comment()}\n"
        return out

    def text(self) -> str:
        out = self.statements()
        for name in self.random.sample(("t", "g", "h", "é"), self.random.randint(0, 3)):
            key = self.key(name)
            for _ in range(self.random.randint(1, 3)):
                array = name != "t"
                out += self.random.choice(["", "\n", "\n\n", "\n# apart\n\n", "# above\n"])
                out += f"[[{key}]]" if array else f"[{key}]"
                out += f"{self.comment()}\n" + self.statements()
                if self.chance(0.3):
                    out += f"[{key}.sub]\n" + self.statements()
                if self.chance(0.2):
                    out += f"[[{key}.more]]\n" + self.statements()
                if not array:
                    break
        if self.chance(0.2):
            out = out.replace("\n", "\r\n")
        return out[:-1] if self.chance(0.1) and out.endswith("\n") and not out.endswith("\r\n") else out


def paths(data: Any, base: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path in the data, from the outside in."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found: list[tuple[str | int, ...]] = []
    for key, value in items:
        found += [(*base, key), *paths(value, (*base, key))]
    return found


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    """What the path leads to."""
    for part in path:
        data = data[part]
    return data


def a_value(random: Random, depth: int = 0) -> Any:
    """Some value to set."""
    kind = random.random()
    if depth > 2 or kind < 0.6:
        return random.choice([*WORDS, 1, True, 2.5, dt.date(2020, 5, 4), "x" * 50, 10**12])
    if kind < 0.8:
        return [a_value(random, depth + 1) for _ in range(random.randint(0, 3))]
    return {name: a_value(random, depth + 1) for name in random.sample(KEYS, random.randint(0, 3))}


def edit(document: Document, random: Random) -> Any:
    """Make one random edit; return the data that must come out of it."""
    expected = copy.deepcopy(document.data)
    known = paths(expected)
    lists = [path for path in known if isinstance(at(expected, path), list) and at(expected, path)]
    choice = random.random()
    if choice < 0.45 or not known:
        tables = [(), *(path for path in known if isinstance(at(expected, path), dict))]
        if choice < 0.2 or not known:
            path = (*random.choice(tables), random.choice([*KEYS, "new"]))
        else:
            path = random.choice(known)
        value = a_value(random)
        if isinstance(at(expected, path[:-1]), list) and random.random() < 0.5:
            value = {"name": "A"}
        document.set(path, value, after=random.sample(KEYS, 2))
        at(expected, path[:-1])[path[-1]] = value
        return expected
    if choice < 0.6:
        path = random.choice(known)
        document.remove(path)
        del at(expected, path[:-1])[path[-1]]
        return expected
    if not lists:
        return expected
    path = random.choice(lists)
    items = at(expected, path)
    if choice < 0.75:
        index = random.randint(0, len(items))
        value = {"name": "B", "organisations": ["C"]} if isinstance(items[-1], dict) else a_value(random)
        document.insert(path, index, value)
        items.insert(index, value)
    elif choice < 0.85:
        index = random.randrange(len(items))
        document.delete(path, index)
        del items[index]
    else:
        start, end = random.randrange(len(items)), random.randrange(len(items))
        document.move(path, start, end)
        items.insert(end, items.pop(start))
    return expected


def pruned(data: Any) -> Any:
    """The data without empty tables: a table that only its keys made goes with the last of them."""
    if isinstance(data, dict):
        inner = {key: pruned(value) for key, value in data.items()}
        return {key: value for key, value in inner.items() if value != {}}
    return [pruned(item) for item in data] if isinstance(data, list) else data


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_edits_change_the_data_as_asked(random: Random) -> None:
    """A run of random edits on a random text gives, at each step, the data that the same edits make of plain data."""
    text = Writer(random).text()
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    if text and not text.endswith("\n"):
        text += "\n"
    document = Document.parse(f"+++\n{text}+++\nbody".encode(), "f.md")
    for _ in range(4):
        before = document.to_bytes()
        try:
            expected = edit(document, random)
        except TotemError as error:
            refused = error
        else:
            refused = None
        if refused is not None:
            assert refused.exit_code != 1, f"{refused}\n{before.decode()}"
            assert document.to_bytes() == before
            continue
        assert toml_write.same(pruned(document.data), pruned(expected))
        again = Document.parse(document.to_bytes(), "f.md")
        assert toml_write.same(again.data, document.data)
        assert again.body == "body"


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_all_values_are_found_where_they_are(random: Random) -> None:
    """In a text of any layout, the scanner finds each value, and its span reads as that value."""
    text = Writer(random).text()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    source = Source(text)
    for path, value in source.values.items():
        assert toml_write.same(tomllib.loads(f"v = {text[value.start : value.end]}")["v"], at(data, path))
    for path in paths(data):
        if not isinstance(at(data, path), dict | list):
            assert path in source.values


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_an_edit_does_not_name_stays(random: Random) -> None:
    """Appending to any list leaves every line of other keys, and every comment of the whole text."""
    text = Writer(random).text()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lists = [path for path in paths(data) if isinstance(at(data, path), list)]
    if not lists:
        return
    path = random.choice(lists)
    document = Document.parse(text.encode(), "totem.toml", "toml")
    document.append(path, {"name": "A"})
    after = document.to_bytes().decode()
    for section, statement in Source(text).statements():
        key = section.path + statement.keys
        if path[: len(key)] != key:
            assert text[statement.start : statement.end] in after
    assert after.count("#") == text.count("#")


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_deleted_block_takes_no_comment_from_outside(random: Random) -> None:
    """Deleting a table of a list takes the comments that touch it, and none that stand apart or in other tables."""
    text = Writer(random).text()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    source = Source(text)
    items = [path for path in paths(data) if isinstance(path[-1], int) and source.section(path)]
    if not items:
        return
    path = random.choice(items)
    inside = sum(text[section.start : section.end].count("#") for section in source.within(path))
    document = Document.parse(text.encode(), "totem.toml", "toml")
    document.remove(path)
    assert document.to_bytes().count(b"#") == text.count("#") - inside


@given(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 6), max_size=12))
def test_a_plan_makes_the_new_list(old: list[int], new: list[int]) -> None:
    """Following the plan gives the new list, uses no old item twice, and leaves no equal item unused."""
    steps = align(old, new)
    assert [step.new if step.new is not None else old[step.old or 0] for step in steps] == new
    used = [step.old for step in steps if step.old is not None]
    assert len(set(used)) == len(used)
    kept = [step for step in steps if step.new is None]
    assert len(kept) == sum(min(old.count(item), new.count(item)) for item in set(old))


@given(st.permutations(range(8)))
def test_what_stays_is_in_order_and_longest(order: list[int]) -> None:
    """The items that stay are in rising order, and one more could not."""
    stay = longest_increasing(order)
    kept = [item for item in order if item in stay]
    assert kept == sorted(kept)
    longest = [1] * len(order)
    for place, item in enumerate(order):
        longest[place] += max((longest[p] for p in range(place) if order[p] < item), default=0)
    assert len(kept) == max(longest)
