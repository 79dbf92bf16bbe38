"""An archive to edit, and everything that can happen to one between two exports."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.html_site import png
from totem_cli.archive.archive import Archive
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Exporter, Options, exporter_names, find_exporter
from totem_cli.model.query import Query
from totem_cli.publishing.page import Page, Published

UNTIMED = [name for name in exporter_names() if name != "schedule"]
"""Every format but the one that needs the hour of each episode."""

SETTINGS = f"""version = 1
title = "Le port"
language = "fr"
base_url = "https://port.example/"

[export]
formats = {UNTIMED}

[html]
api = true
page_size = 2

[feeds]
size = 2
people = true
tags = true
"""

REFS = st.sampled_from([f"{series}/{number}" for series in ("marees", "digues") for number in (1, 2, 3)])
WORDS = st.sampled_from(["Autre", "Vent", "Qui a peur : nous ?", "![x](media/a.png)", "mer", "Œ", "Zoé Œuvrard"])

Edit = Callable[[Archive, str, str], object]


def founded(root: Path, settings: str = SETTINGS) -> None:
    """Two series of three episodes, with something of everything that exports tell."""
    with Archive.create(root) as archive:
        (root / "totem.toml").write_text(settings, "utf-8")
        archive.refresh()
        with archive.transaction():
            for title, language in (("Marées", None), ("Digues", "en")):
                series = archive.series.add(title, language=language, introduction="Une saison.").slug
                for number in (1, 2, 3):
                    ref = f"{series}/{number}"
                    told = {
                        "tags": ["mer"],
                        "recap": f"« Récit » {number} !",
                        "date": f"2020-04-0{number}T18:30:00+02:00",
                    }
                    archive.episodes.add(f"Soirée {number}", series=series, **told)
                    archive.guests.add(ref, "Zoé Œuvrard", role="océanographe", organisations=["Ifrea"])
                    archive.questions.add(ref, "Et demain ?", "Qui décide ?")
            archive.hosts.add("marees", "Anouk Le Goff")
            archive.partners.add("marees", "La Revue", billed_as="la rédaction de La Revue")
            archive.episodes.set("marees/1", duration="PT1H", place="Le phare")
            archive.episodes.set("marees/2", language="en", translation_of="marees/1", image="a.png")
            archive.set_status("marees/3", "withdrawn")
            archive.set_status("digues/3", "draft")
            archive.guests.add("marees/1", "Blaise Kermadec")
            archive.guests.add("digues/2", "Blaise Kermadec", url="https://blaise.example/")
            archive.links.add("digues/1", "https://enregistrement.example/", label="À voir", kind="video")
            archive.questions.set("digues/1", 1, answer="Oui.", asked_by="Ali")
            archive.episodes.rename("digues/2", "vieux")
            archive.people.add("Zoé Œuvrard", biography="Elle compte les vagues.", urls=["https://zoe.example/"])
            for ref in ("marees/2", "digues", "digues/1"):
                told = archive.comments.add(ref, f"Merci, {ref}.", author="Ali", date="2024-01-02T03:04:05Z")
                archive.comments.set_status(told.id, "approved")
            archive.comments.add("marees/1", "Plus tard.", author="Ben", date="2024-01-02T03:04:05Z")
    (root / "media").mkdir()
    (root / "media" / "a.png").write_bytes(png(8, 8))
    (root / "theme" / "static").mkdir(parents=True)
    (root / "theme" / "static" / "theme.css").write_text("p{}")


def _set(**values: str) -> Edit:
    """Set fields of an episode, ``{}`` standing for the words."""
    return lambda archive, ref, words: archive.episodes.set(
        ref, **{key: value.format(words) for key, value in values.items()}
    )


def _setting(*values: Any, at: str) -> Edit:
    """Set one key of ``totem.toml``, ``{}`` standing for the words; to None is to remove it."""

    def edit(archive: Archive, ref: str, words: str) -> None:
        file = archive.root / "totem.toml"
        known = tomllib.loads(file.read_text("utf-8"))
        *tables, key = at.split(".")
        table = known
        for name in tables:
            table = table.setdefault(name, {})
        value = values[len(words) % len(values)]
        table.pop(key, None)
        if value is not None:
            table[key] = value.format(words) if isinstance(value, str) else value
        file.write_text(tomli_w.dumps(known), "utf-8")

    return edit


def _file(path: str, *contents: bytes | None) -> Edit:
    """Write one of these into a file of the archive; None removes it, and what stands beside it."""

    def edit(archive: Archive, ref: str, words: str) -> None:
        file = archive.root / path
        content = contents[len(words) % len(contents)]
        if content is None:
            shutil.rmtree(file.parent, ignore_errors=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    return edit


def _source(archive: Archive, ref: str) -> Path:
    episode = archive.episodes[ref]
    return archive.root / "series" / episode.series / f"{episode.slug}.md"


def _recap(archive: Archive, ref: str, words: str) -> None:
    file = _source(archive, ref)
    file.write_text(file.read_text("utf-8") + f"\n{words}\n", "utf-8")


def _introduction(archive: Archive, ref: str, words: str) -> None:
    """Edited by hand, its time then set back."""
    file = archive.root / "series" / ref.partition("/")[0] / "series.md"
    if file.exists():
        found = file.stat()
        file.write_text(file.read_text("utf-8") + f"\n{words}\n", "utf-8")
        os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns - 10**12))


def _same_size(archive: Archive, ref: str, words: str) -> None:
    """A recap edited by hand to the same size, its time then set back to what it was."""
    file = _source(archive, ref)
    found = file.stat()
    file.write_text(file.read_text("utf-8").replace("Récit", "Tirec"), "utf-8")
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


def _copied(archive: Archive, ref: str, words: str) -> None:
    """An episode that a hand wrote, without id or number."""
    home = _source(archive, ref).parent
    (home / f"copie-{len(words)}.md").write_text(f"+++\ntitle = '{words}'\n+++\nCopie\n", "utf-8")


def _touched(shift: int) -> Edit:
    """All sources get another time."""

    def edit(archive: Archive, ref: str, words: str) -> None:
        for file in archive.root.glob("[!.]*/**/*.*"):
            os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + shift))

    return edit


def _status(status: Any) -> Edit:
    return lambda archive, ref, words: archive.set_status(ref, status)


def _home(edit: Callable[[Archive, str, str], object]) -> Edit:
    """The same to a series."""
    return lambda archive, ref, words: edit(archive, ref.split("/")[0], words)


def _comment(archive: Archive, words: str) -> str:
    """The id of some comment: of the same whatever the ids are."""
    found = sorted(archive.comments.find(Query(status=("all",))), key=lambda comment: comment.text)
    return found[len(words) % len(found)].id if found else ""


EDITS: dict[str, Edit] = {
    "title": _set(title="{}"),
    "subtitle": _set(subtitle="{}"),
    "summary": _set(summary="{}"),
    "recap": _recap,
    "recap, same size": _same_size,
    "written by hand": _copied,
    "removed by hand": lambda archive, ref, words: _source(archive, ref).unlink(),
    "number": lambda archive, ref, words: archive.episodes.set(ref, number=str(4 + len(words))),
    "language": _set(language="de"),
    "date": lambda archive, ref, words: archive.episodes.set(ref, date=f"2020-01-{10 + len(words)}T20:00:00Z"),
    "day": _set(date="2020-04-10"),
    "no date": lambda archive, ref, words: archive.episodes.set(ref, "date="),
    "published": lambda archive, ref, words: archive.episodes.set(ref, published=f"2021-01-{10 + len(words)}"),
    "updated": _set(updated="2022-02-02"),
    "place": _set(place="{}"),
    "duration": _set(duration="PT45M"),
    "licence": _set(licence="CC0-1.0"),
    "image": _set(image="a.png"),
    "no image": lambda archive, ref, words: archive.episodes.set(ref, "image="),
    "translation": _set(translation_of="digues/1"),
    "extra": lambda archive, ref, words: archive.episodes.set(ref, f"extra.mood={words}"),
    "add episode": lambda archive, ref, words: archive.episodes.add(words, series=ref.split("/")[0]),
    "rename episode": lambda archive, ref, words: archive.episodes.rename(ref, f"nouveau-{len(words)}"),
    "move episode": lambda archive, ref, words: archive.episodes.move(
        ref, "digues" if ref.startswith("marees") else "marees"
    ),
    "remove episode": lambda archive, ref, words: archive.episodes.remove(ref),
    "withdraw": _status("withdrawn"),
    "publish": _status("published"),
    "draft": _status("draft"),
    "withdraw series": _home(_status("withdrawn")),
    "publish series": _home(_status("published")),
    "draft series": _home(_status("draft")),
    "add series": lambda archive, ref, words: archive.series.add(f"Série {words}"),
    "series' title": _home(lambda archive, ref, words: archive.series.set(ref, title=words)),
    "series' subtitle": _home(lambda archive, ref, words: archive.series.set(ref, subtitle=words)),
    "series' language": _home(lambda archive, ref, words: archive.series.set(ref, language="de")),
    "series' licence": _home(lambda archive, ref, words: archive.series.set(ref, licence="CC0-1.0")),
    "series' introduction": _introduction,
    "series' tag": _home(lambda archive, ref, words: archive.tags.add(ref, words)),
    "series' host": _home(lambda archive, ref, words: archive.hosts.add(ref, words)),
    "rename series": _home(lambda archive, ref, words: archive.series.rename(ref, f"serie-{len(words)}")),
    "remove series": _home(lambda archive, ref, words: archive.series.remove(ref, episodes=True)),
    "tag": lambda archive, ref, words: archive.tags.add(ref, words),
    "no tag": lambda archive, ref, words: archive.tags.remove(ref, "mer"),
    "guest": lambda archive, ref, words: archive.guests.add(ref, words, organisations=[words]),
    "guest's role": lambda archive, ref, words: archive.guests.set(ref, "Zoé Œuvrard", role=words),
    "guest's place": lambda archive, ref, words: archive.guests.move(ref, 2, 1),
    "no guest": lambda archive, ref, words: archive.guests.remove(ref, "Zoé Œuvrard"),
    "host": lambda archive, ref, words: archive.hosts.add(ref, words),
    "partner": lambda archive, ref, words: archive.partners.add(ref, words, billed_as=f"avec {words}"),
    "link": lambda archive, ref, words: archive.links.add(ref, "https://ailleurs.example/", label=words),
    "media": lambda archive, ref, words: archive.episodes.set(ref, 'media+=[{path = "a.png", alt = "Vue"}]'),
    "document": lambda archive, ref, words: archive.episodes.set(ref, 'media+=[{path = "b.txt"}]'),
    "question": lambda archive, ref, words: archive.questions.add(ref, words),
    "question's answer": lambda archive, ref, words: archive.questions.set(ref, 1, answer=words),
    "question's place": lambda archive, ref, words: archive.questions.move(ref, 1, 2),
    "no question": lambda archive, ref, words: archive.questions.remove(ref, 1),
    "comment": lambda archive, ref, words: archive.comments.add(ref, words, author="Ali", status="approved"),
    "comment on series": _home(
        lambda archive, ref, words: archive.comments.add(ref, words, author="Ali", status="approved")
    ),
    "approve": lambda archive, ref, words: archive.comments.set_status(_comment(archive, words), "approved"),
    "reject": lambda archive, ref, words: archive.comments.set_status(_comment(archive, words), "rejected"),
    "remove comment": lambda archive, ref, words: archive.comments.remove(_comment(archive, words), replies=True),
    "person": lambda archive, ref, words: archive.people.add(words, biography=words, sort_name="Aa"),
    "biography": lambda archive, ref, words: archive.people.set("Zoé Œuvrard", biography=words),
    "portrait": lambda archive, ref, words: archive.people.set("Zoé Œuvrard", image="a.png"),
    "rename person": lambda archive, ref, words: archive.people.rename("Zoé Œuvrard", f"Zoé {words.strip('!()')}"),
    "merge person": lambda archive, ref, words: archive.people.merge("Blaise Kermadec", "Zoé Œuvrard"),
    "forget": lambda archive, ref, words: archive.people.forget("Zoé Œuvrard"),
    "undo": lambda archive, ref, words: archive.undo(),
    "redo": lambda archive, ref, words: archive.redo(),
    "archive's title": _setting("Le port, {}", at="title"),
    "archive's subtitle": _setting("{}", None, at="subtitle"),
    "archive's language": _setting("en", "de", "fr", at="language"),
    "base address": _setting(None, "https://autre.example/a/", at="base_url"),
    "typography": _setting(False, True, at="typography.apply"),
    "space": _setting("\u202f", "", at="typography.before_colon"),
    "feeds' size": _setting(1, 3, 50, at="feeds.size"),
    "feeds of people": _setting(False, True, at="feeds.people"),
    "feeds of tags": _setting(False, True, at="feeds.tags"),
    "api": _setting(False, True, at="html.api"),
    "search": _setting(False, True, at="html.search"),
    "page size": _setting(1, 3, 50, at="html.page_size"),
    "order of people": _setting("given", "family", at="html.people_order"),
    "share": _setting([], ["copy"], ["mastodon", "x"], at="share.services"),
    "open comments": _setting(True, False, at="comments.open"),
    "receiver": _setting("https://recevoir.example/", None, at="comments.receiver"),
    "property": _setting("#123", None, "#abc", at="theme.accent"),
    "formats": _setting(["schedule", "json", "markdown"], UNTIMED[::-1], at="export.formats"),
    "unknown key": _setting("{}", None, at="mood"),
    "style": _file("theme/static/theme.css", b"a{}", b"p{color:red}", None),
    "font": _file("theme/static/f.woff2", b"font", b"other"),
    "template": _file("theme/templates/tag.html", b"<p>{{ page.title }}</p>", b"<i>{{ page.title }}</i>", None),
    "picture": _file("media/a.png", png(500, 9), png(8, 9), None, b"none"),
    "another file": _file("media/b.txt", b"b", b"bb"),
    "touched, later": _touched(10**15),
    "touched, sooner": _touched(-(10**15)),
}
"""What changes an archive, or its files' times, by name; what is not possible any more raises."""


def _files(output: Path) -> list[Path]:
    """What an export wrote, without its manifest."""
    found = sorted(output.rglob("[!.]*")) if output.is_dir() else [output]
    return [file for file in found if file.is_file()]


def _altered(archive: Archive, output: Path, words: str) -> None:
    """To the same size, with their old times."""
    for file in _files(output)[len(words) :: 3]:
        found = file.stat()
        file.write_bytes(file.read_bytes()[::-1])
        os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


def _truncated(archive: Archive, output: Path, words: str) -> None:
    for file in _files(output)[len(words) :: 3]:
        os.truncate(file, file.stat().st_size // 2)


def _deleted(archive: Archive, output: Path, words: str) -> None:
    for file in _files(output)[len(words) :: 3]:
        file.unlink()


def _gone(archive: Archive, output: Path, words: str) -> None:
    shutil.rmtree(output, ignore_errors=True)


def _foreign(archive: Archive, output: Path, words: str) -> None:
    """Something that is not totem's."""
    if output.is_dir():
        (output / FOREIGN).write_text(words, "utf-8")


def _no_memory(pattern: str) -> Callable[[Archive, Path, str], None]:
    def harm(archive: Archive, output: Path, words: str) -> None:
        for file in (archive.root / ".totem").glob(pattern):
            if file.is_dir():
                shutil.rmtree(file)
            elif words == "Vent":
                file.write_bytes(file.read_bytes()[:-9] + b"\xc1" * 9)
            else:
                file.unlink()

    return harm


def _older(archive: Archive, output: Path, words: str) -> None:
    """The manifest is one of version 0.1.0, which knew no groups, and whose keys were others."""
    file = output / ".totem-manifest"
    if file.exists():
        head, *rows = map(json.loads, file.read_text("utf-8").splitlines())
        head = {key: value for key, value in head.items() if key != "groups"} | {"totem_manifest": 1}
        lines = [head, *([path, f"0{key}", digest, size] for path, key, digest, size, *_ in rows)]
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


FOREIGN = "à quelqu’un.txt"
HARMS: dict[str, Callable[[Archive, Path, str], None]] = {
    "altered": _altered,
    "truncated": _truncated,
    "deleted": _deleted,
    "gone": _gone,
    "foreign": _foreign,
    "no index": _no_memory("index.sqlite"),
    "no stats": _no_memory("exports/*.stats"),
    "nothing kept": _no_memory("*"),
    "older": _older,
}
"""What happens to an output, or to what totem keeps of it."""


def another_totem(patch: pytest.MonkeyPatch) -> None:
    """Totem is of another version, which makes other bytes of every source."""
    for name, module in list(sys.modules.items()):
        if name.startswith("totem_cli") and hasattr(module, "__version__"):
            patch.setattr(module, "__version__", "0.0.9")

    def altered(item: Any) -> Any:
        if isinstance(item, Page):
            return replace(item, render=lambda: b"0.0.9 " + item.render(), stream=None)
        return replace(item, pages=lambda *paths: map(altered, item.pages(*paths)))

    def found(name: str) -> Exporter:
        exporter = find_exporter(name)

        @wraps(exporter)
        def export(publication: Publication, options: Options) -> Iterator[Published]:
            yield from map(altered, exporter(publication, options))

        return export

    for module in ("publishing.formats", "archive.exporting"):
        patch.setattr(f"totem_cli.{module}.find_exporter", found)


def clock(patch: pytest.MonkeyPatch, seconds: int) -> None:
    """The clock that totem asks goes wrong."""
    real = time.time_ns
    patch.setattr(time, "time_ns", lambda: real() + seconds * 10**9)


def done(archive: Archive, name: str, ref: str, words: str) -> None:
    """Edit an archive, if it is possible."""
    from totem_cli.errors import TotemError

    with suppress(TotemError, FileNotFoundError):
        EDITS[name](archive, ref, words)
