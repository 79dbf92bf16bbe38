"""What a site says of itself beside its texts: its settings, its people, the values of whole folders.

Jekyll has ``_config.yml`` and ``_data/``, Hugo ``hugo.toml`` or ``config.toml``, Zola ``config.toml``, MkDocs
``mkdocs.yml``, Pelican ``pelicanconf.py`` and Nikola ``conf.py``, of which only plain values are read, Eleventy data
files beside its texts.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import tomli

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.folder.files import Files
from totem_cli.importers.front_yaml import read_yaml, resolved
from totem_cli.importers.notes import Kind, Note
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag

_SETTINGS = (
    "_config.yml", "_config.yaml", "_config.toml", "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml",
    "config.yaml", "config.yml", "config.json", "config/_default/hugo.toml", "config/_default/hugo.yaml",
    "config/_default/config.toml", "config/_default/config.yaml", "pelicanconf.py", "conf.py", "mkdocs.yml",
    "_quarto.yml",
)  # fmt: skip
_KEYS = {
    "title": ("title", "sitename", "site_name", "blog_title"),
    "subtitle": ("subtitle", "tagline", "sitesubtitle", "description", "site_description", "blog_description"),
    "language": (
        "lang", "locale", "languagecode", "defaultcontentlanguage", "default_language", "default_lang", "language",
    ),
    "timezone": ("timezone",),
}  # fmt: skip
_FIRST = ("prenom", "first_name", "firstname", "vorname")
_LAST = ("name", "nom", "nome", "nombre", "last_name", "lastname", "nachname")
_WHOLE = ("display_name", "displayname", "full_name", "fullname", "nom_complet", "nombre_completo", "nome_completo")
NAMES = frozenset([*_FIRST, *_LAST, *_WHOLE])
"""The keys of a person's name."""

_PYTHON = re.compile(r"!!python/[\w/:.]+|!ENV\b|!relative\b")
"""The types that MkDocs' settings may name: nothing is made of them."""

_DATA = frozenset({".yml", ".yaml", ".json", ".toml"})
_CASCADE = re.compile(r"(?P<name>.+?)(?:\.11tydata)?\.json")


class Site:
    """The settings of the site that a folder is: title, subtitle, language and timezone, empty where it has none."""

    def __init__(self, files: Files) -> None:
        self.title = self.subtitle = self.language = self.timezone = ""
        self._files = files
        for path in _SETTINGS if files.root and not files.is_one else ():
            if path in files:
                self._take(path)

    def _take(self, path: str) -> None:
        """Take what the settings in a file say, of what no file before says."""
        data = read_table(self._files, path)
        if data is None:
            return
        self._files.used.add(path)
        if isinstance(inner := data.get("website") or data.get("book"), dict):  # as Quarto has it
            data = {**{key: value for key, value in data.items() if key not in ("website", "book")}, **inner}
        folded = {str(key).casefold(): value for key, value in data.items()}
        languages = folded.get("languages")
        tag = str(folded.get("defaultcontentlanguage") or "")
        own = languages.get(tag) if isinstance(languages, dict) else None
        given = {
            **({str(key).casefold(): value for key, value in own.items()} if isinstance(own, dict) else {}),
            **folded,
        }
        taken = []
        for field, keys in _KEYS.items():
            for key in keys:
                value = given.get(key)
                if isinstance(value, str) and value.strip() and not getattr(self, field):
                    setattr(self, field, language_tag(value) if field == "language" else str(value).strip())
                    taken.append(key)
        rest = [str(key) for key in data if str(key).casefold() not in taken]
        if rest:
            why = f"settings of the generator in {path}"
            location = Location(self._files.name(path))
            self._files.notes.append(Note(Kind.LEFT_OUT, ", ".join(rest), why, location, count=len(rest)))

    @property
    def settings(self) -> dict[str, Any] | None:
        """What an archive that has nothing yet takes of it."""
        found = {"title": self.title, "subtitle": self.subtitle or None, "language": self.language or None}
        return {**found, "base_url": None} if self.title else None


def data_people(files: Files, is_people: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The tables of the data files that hold people: path, key, table.

    ``is_people`` knows by its name a file of them, and a folder with a file for each.
    """
    for path in list(files.paths) if not files.is_one else []:
        pure = PurePosixPath(path)
        is_table = is_people(pure.stem)
        if pure.suffix not in _DATA or not (is_table or is_people(pure.parent.name)):
            continue
        data = read_table(files, path, lists=True)
        if data is None:
            continue
        if not is_table:  # a file a person
            data = {pure.stem: data}
        if isinstance(data, list):
            rows = [("", one) for one in data]
        else:
            rows = [(str(key), {"name": one} if isinstance(one, str) else one) for key, one in data.items()]
        if all(isinstance(one, dict) and name_of(one) for _, one in rows):
            files.used.add(path)
            yield from ((path, key, one) for key, one in rows)


def name_of(person: Mapping[str, Any]) -> str:
    """The name in a table of a person, in any language; empty where it has none."""
    folded = {fold(str(key)): str(value) for key, value in person.items() if isinstance(value, str)}
    if whole := next((folded[key] for key in _WHOLE if folded.get(key)), ""):
        return whole.strip()
    first = next((folded[key] for key in _FIRST if key in folded), "")
    last = next((folded[key] for key in (*_LAST, "title") if key in folded), "")
    return f"{first} {last}".strip()


def cascade(files: Files) -> dict[str, Mapping[str, Any]]:
    """Eleventy's data files: the values for a folder (``talks/``) or a text without its suffix (``talks/salt``)."""
    found: dict[str, Mapping[str, Any]] = {}
    paths = [path for path in files.paths if path.endswith(".json")] if not files.is_one else []
    stems = {path.rpartition(".")[0] for path in files.paths if not path.endswith(".json")} if paths else set()
    for path in paths:
        match = _CASCADE.fullmatch(path)
        parent, _, name = (match["name"] if match else "").rpartition("/")
        target = f"{parent}/" if parent.rpartition("/")[2] == name and parent else match["name"] if match else ""
        if (target.endswith("/") or target in stems) and isinstance(data := read_table(files, path), dict):
            files.used.add(path)
            found[target] = {**found.get(target, {}), **data}
    return found


def cascaded(found: Mapping[str, Mapping[str, Any]], path: str) -> dict[str, Any]:
    """The values that data files give a text; the nearer to it before the farther."""
    values: dict[str, Any] = {}
    parts = PurePosixPath(path).parts
    for at in range(1, len(parts)):
        values.update(found.get("/".join(parts[:at]) + "/", {}))
    values.update(found.get(path.rpartition(".")[0], {}))
    return values


def read_table(files: Files, path: str, *, lists: bool = False) -> Any:
    """The table in a YAML, JSON, TOML or Python file; None, which is told, where it is none or cannot be read."""
    text = files.text(path)
    if text is None:
        return None
    text = _PYTHON.sub("", text) if path == "mkdocs.yml" else text
    try:
        data = _parsed(text, path, files.name(path))
    except (InvalidError, ValueError, RecursionError, SyntaxError) as error:
        what = error.message if isinstance(error, InvalidError) else str(error)
        location = (error.location if isinstance(error, InvalidError) else None) or Location(files.name(path))
        files.notes.append(Note(Kind.LEFT_OUT, path, f"it cannot be read: {what}", location))
        files.used.add(path)
        return None
    return data if isinstance(data, dict) or (lists and isinstance(data, list)) else None


def _parsed(text: str, path: str, name: str) -> Any:
    if path.endswith(".toml"):
        return tomli.loads(text)
    if path.endswith(".json"):
        return json.loads(text)
    if path.endswith(".py"):
        return _constants(text)
    if re.match(r"(?:#.*\n|---[ \t]*\n|\s)*+-[ \t]", text):  # a list: read as the value of a key, one line lower
        indented = "\n".join(f"  {line}" for line in text.removeprefix("---\n").split("\n"))
        return resolved(read_yaml(f"list:\n{indented}", name, 0)[0])["list"]
    return resolved(read_yaml(text, name, 1)[0])


def _constants(text: str) -> dict[str, Any]:
    """The names that a Python file gives a plain value; nothing is run."""
    found: dict[str, Any] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                found[node.targets[0].id] = ast.unparse(node.value)
    return found
