"""Importing the front matter of other generators."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from totem_cli import Archive
from totem_cli.archive.front import episode_front
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.markdown import read
from totem_cli.model.episode import Episode


def file(text: str, name: str = "x.md", **parameters: str) -> Imported:
    """What one file holds."""
    return read(text.encode(), Options(name=name, parameters=parameters))


def read_folder(files: dict[str, str]) -> Imported:
    """What a folder of these files holds."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return read(Path(folder), Options())


def episode(text: str, name: str = "x.md", **parameters: str) -> Episode:
    """The episode of one file."""
    (only,) = file(text, name, **parameters).episodes
    return only


def test_text_stays_text() -> None:
    """What YAML would make a number, a time or a truth of is the text that was written, where text is meant."""
    one = episode(
        "---\ntitle: 012\ntags: [yes, 12:30, ~, 1e3, 2020-01-01]\na: 012\nb: 12:30\nc: yes\nd: 1e3\ne: 2020-01-01\n"
        'f: 1.50\ng: "42"\nh: 42\ni: true\nj: 1.5\nk: off\nl: 0x10\nm: 1_000\n---\n'
    )
    assert one.title == "012"
    assert one.tags == ("yes", "12:30", "~", "1e3", "2020-01-01")
    assert one.extra == {
        "a": "012", "b": "12:30", "c": "yes", "d": "1e3", "e": "2020-01-01", "f": "1.50", "g": "42", "h": 42, "i": True,
        "j": 1.5, "k": "off", "l": "0x10", "m": "1_000",
    }  # fmt: skip


def test_long_numbers() -> None:
    """A number of any length stays what it was."""
    assert episode(f"---\ntitle: A\nn: {'9' * 5000}\n---\n").extra == {"n": "9" * 5000}


def bomb(levels: int) -> str:
    """Aliases that double ten times over."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, levels)]
    return "---\n" + "\n".join(lines) + "\n---\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('---\ntitle: !!python/object/apply:os.system ["true"]\n---\n', 2, "type !!python/object/apply:os.system"),
        ("---\ntitle: !secret x\n---\n", 2, "type !secret"),
        (bomb(9), 6, "more than 100,000 values"),
        ("---\ntitle: " + "[" * 100_000 + "\n---\n", 2, "nested"),
        ("---\ntitle: A\n" + "\n".join("  " * at + "k:" for at in range(200)) + "\n---\n", 103, "nested"),
        ("---\ntitle: A\ntitle: B\n---\n", 3, "there twice"),
        ("---\ntitle: A\n<<<<<<< ours\nx: 1\n---\n", 3, "merge conflict"),
        ('---\ntitle: "A\nx: 1\n---\n', 4, "cannot be read"),
        ("---\ntitle: A\nx: [1, 2\ny: 3\n---\n", 4, "cannot be read"),
        ("---\ntitle: A\nx: *nobody\n---\n", 3, "no &nobody"),
        ("---\n- A\n---\n", 2, "not a table"),
        ("---\ntitle: A\n", 1, "no end"),
        ("---\ntitle: A\ndate: soon\n---\n", 3, "not a date"),
        ("---\ntitle: A\nx: 1\nnumber: -3\n---\n", 4, "number"),
        ('{"title": "A",\n "b" 1}', 2, "cannot be read"),
        ('{"title": ' + "[" * 100_000, 1, "nested"),
        ('{"title": "A", "x": ' + "[" * 200 + "]" * 200 + "}", 1, "nested"),
    ],
)
def test_what_is_refused(text: str, line: int, words: str) -> None:
    """Types of their own, bombs, depth, mistakes: told with the line, and nothing runs or grows."""
    with pytest.raises(InvalidError, match=re.escape(words)) as raised:
        file(text)
    assert raised.value.location is not None
    assert (raised.value.location.file, raised.value.location.line) == ("x.md", line)


def test_jekyll() -> None:
    """A post's date and slug are in its name; a draft, an old address, an excerpt are what they are here."""
    one = episode(
        "---\ntitle: Le sel\npublished: false\nredirect_from: /old/\npermalink: /sel/\nexcerpt: Court.\n"
        "layout: post\n---\nTexte.\n",
        "2019-02-03-le-sel.md",
    )
    assert (one.slug, one.published, one.status, one.summary) == ("le-sel", "2019-02-03", "draft", "Court.")
    assert set(one.aliases) == {"/old/", "/sel/"}
    assert (one.extra, one.recap, one.number, one.date) == ({"layout": "post"}, "Texte.", None, None)


def test_hugo_and_zola() -> None:
    """Drafts, taxonomies, aliases, lastmod; a zone-less time gives its day, which is said."""
    found = file(
        '+++\ntitle = "A"\ndate = 2020-01-01T10:00:00\nlastmod = 2020-02-01\ndraft = true\n'
        'aliases = ["/a/"]\nweight = 3\n'
        '[taxonomies]\ntags = ["x"]\ncategories = ["y"]\n[extra]\nmood = "calm"\n+++\nB\n'
    )
    (one,) = found.episodes
    assert (one.published, one.updated, one.status, one.tags) == ("2020-01-01", "2020-02-01", "draft", ("x",))
    assert one.extra == {"taxonomies": {"categories": ["y"]}, "weight": 3, "mood": "calm"}
    assert [(note.what, note.why) for note in found.notes] == [("2020-01-01T10:00:00", "has a time without a zone")]
    assert episode('{"title": "A", "tags": ["x"], "k": {"a": 1}}\n\nBody').extra == {"k": {"a": 1}}
    without = episode('+++\ntitle = "A"\n[taxonomies]\ncategories = ["y"]\n+++\n')
    assert (without.tags, without.extra) == ((), {"taxonomies": {"categories": ["y"]}})
    assert episode('+++\ntitle = "A"\ntaxonomies = "x"\n+++\n').extra == {"taxonomies": "x"}


def test_words() -> None:
    """Keys of other languages and generators are fields where their values may be; else they are kept."""
    one = episode(
        "---\ntitle: Le sel\nspeakers:\n  - name: Ada Brun\n    title: géographe\n    company: Houle\n    twitter: ada\n"
        "lieu: Brest\nvideo: https://video.example/1\ncategories: [mer]\ntags: [sel]\nlength: 3 pages\nstate: Bretagne\n"
        "podcast: oui\nmoderator: Luc Mer\nevent: Journée\n---\n"
    )
    (guest,) = one.guests
    assert (guest.name, guest.role, guest.organisations, guest.extra) == (
        "Ada Brun",
        "géographe",
        ("Houle",),
        {"twitter": "ada"},
    )
    assert ([host.name for host in one.hosts], one.place, set(one.tags)) == (["Luc Mer"], "Brest", {"mer", "sel"})
    assert [media.url for media in one.media] == ["https://video.example/1"]
    assert one.extra == {"length": "3 pages", "state": "Bretagne", "podcast": "oui", "event": "Journée"}


def test_two_words_for_one_field() -> None:
    """The key of the field's own name is it; the other is kept by its own."""
    for order in ("lieu: Brest\nplace: Quimper\n", "place: Quimper\nlieu: Brest\n"):
        one = episode(f"---\ntitle: A\n{order}---\n")
        assert (one.place, one.extra) == ("Quimper", {"lieu": "Brest"})


def test_a_section_keeps_what_a_series_has_no_field_for() -> None:
    """What a section's page says, and a series has no field for, is kept."""
    (series,) = read_folder(
        {"talks/_index.md": "---\ntitle: Talks\nlang: en\ndate: 2020-01-01\nsummary: Short.\n---\n"}
    ).series
    assert (series.language, series.extra) == ("en", {"date": "2020-01-01", "summary": "Short."})


def test_own_dates() -> None:
    """In a file that only totem writes, with guests, a date is when the episode took place."""
    one = episode('+++\ntitle = "A"\ndate = 2020-01-01\nguests = ["Ada Brun"]\n+++\n')
    assert (one.date, one.published) == ("2020-01-01", None)


def test_mapping() -> None:
    """--map makes any key a field, leaves it out, or keeps it by another name."""
    text = "---\ntitle: A\nteam: Ada Brun, Luc Mer\nepisode: 12\nrec: 2020-01-02\nsecret: x\nstatus: gone\n---\n"
    told = "team=guests\nepisode=number\nrec=date\nsecret=-\nstatus=extra.state"
    one = episode(text, map=told)
    assert ([guest.name for guest in one.guests], one.number, one.date) == (["Ada Brun", "Luc Mer"], 12, "2020-01-02")
    assert one.extra == {"state": "gone"}
    with pytest.raises(InvalidError, match="no field 'colour'"):
        episode(text, map="team=colour")


def test_folders(tmp_path: Path) -> None:
    """``index.md`` is named for its folder, ``_index.md`` is the series; a name without a title is a person."""
    for name, text in {
        "talks/_index.md": "---\ntitle: Talks\n---\nIntro.\n",
        "talks/salt/index.md": "---\ntitle: Salt\n---\n",
        "talks/A.md": "---\ntitle: One\n---\n",
        "talks/2020-01-01-a.md": "---\ntitle: Two\n---\n",
        "team/ada.md": "---\nname: Ada Brun\ntwitter: ada\n---\nBio.\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    found = read(tmp_path, Options())
    assert sorted(one.slug for one in found.episodes) == ["a", "a", "salt"]
    archive = Archive.create(tmp_path / "archive", title="Essai")
    archive.import_(series=found.series, episodes=found.episodes, locations=found.locations)
    assert sorted(one.title for one in archive.episodes) == ["One", "Salt", "Two"]
    assert [(one.slug, one.title, one.introduction) for one in found.series] == [("talks", "Talks", "Intro.")]
    assert [(one.slug, one.name, one.biography, one.extra) for one in found.persons] == [
        ("ada-brun", "Ada Brun", "Bio.", {"twitter": "ada"})
    ]


def scalars(value: Any) -> list[str]:
    """Every text in a value, as it was written."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in scalars(item)]
    if isinstance(value, list):
        return [text for item in value for text in scalars(item)]
    return [str(value)]


def test_nothing_is_lost_of_real_posts(real_data: Path) -> None:
    """Of the French posts every key, every value and every byte of text is in the episode; tags are told whole."""
    yaml = pytest.importorskip("yaml")
    folder = real_data / "frontmatter" / "lescastcodeurs-fr"
    found = read(folder, Options())
    paths = sorted(folder.glob("*.md"))
    renamed = dict(found.mapping)
    told = {note.location.file for note in found.notes if note.location}
    assert len(told) < 20
    assert len(list(found.episodes)) == len(paths) == 177
    for path, one in zip(paths, found.episodes, strict=True):
        match = re.match(
            r"\ufeff?---[ \t]*\n(.*?)\n---[ \t]*\n?(.*)", path.read_text("utf-8").replace("\r\n", "\n"), re.DOTALL
        )
        assert match, path
        front = episode_front(one)
        data = yaml.load(match[1], Loader=yaml.BaseLoader)
        fields = {key: key if key in front else renamed.get(key, key) for key in data}
        assert {*fields.values()} <= front.keys(), path
        assert [scalars(front[fields[key]]) for key in data] == [scalars(value) for value in data.values()], path
        if str(path) not in told:
            assert one.recap.strip("\n") == match[2].strip("\n"), path
        elsewhere = " ".join(note.what for note in found.notes if note.location and note.location.file == str(path))
        assert {*re.findall(r"\w+", match[2])} <= {*re.findall(r"\w+", f"{one.recap} {elsewhere} post_url link")}, path
