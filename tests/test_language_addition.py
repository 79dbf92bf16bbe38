"""Adding a language is adding one file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.html_site import ENGLISH, FIRST, SEA, SECOND, SERIES, SETTINGS, read, site
from tests.publications import of
from totem_cli.language import labels
from totem_cli.language.dates import date_label
from totem_cli.language.labels import label, plural_form, plural_forms
from totem_cli.language.sentence import join

LANGUAGE = "br"
MARK = "¤"
PLURALS = (
    'plural_one = "n = 1"\nplural_two = "n % 10 = 2 and n % 100 != 12,72,92"\nplural_few = "n = 3..4,9 or n = 103"\n'
)
WORDS = {"and": "hag", "comma": "; ", "locale": "br_FR", "episode_count_few": f"{MARK}{{count}} rann",
         "first_day": "1añ", "full_date": "{day} a viz {month} {year}",
         "months": " ".join(f"{MARK}{number}" for number in range(1, 13))}  # fmt: skip


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of totem's languages with one file more, in which every word carries a mark."""
    folder = tmp_path / "locales"
    shutil.copytree(labels._LOCALES, folder)
    english = labels.labels_for("en")
    marked = {key: WORDS.get(key, f"{MARK}{text}") for key, text in {**english, **WORDS}.items() if "plural" not in key}
    lines = [f'{key} = "{text}"\n' for key, text in marked.items()]
    (folder / f"{LANGUAGE}.toml").write_text(PLURALS + "".join(lines), "utf-8")
    monkeypatch.setattr(labels, "_LOCALES", folder)
    for cached in (labels.labels_for, labels.plural_form):
        cached.cache_clear()
    yield folder
    for cached in (labels.labels_for, labels.plural_form):
        cached.cache_clear()


@pytest.mark.usefixtures("locales")
def test_one_file_is_a_language() -> None:
    """Labels, lists, dates and each plural follow the file."""
    assert label("questions", LANGUAGE) == f"{MARK}Questions"
    assert label("questions", f"{LANGUAGE}-FR") == f"{MARK}Questions"
    assert join(["A", "B", "C"], LANGUAGE) == "A; B hag C"
    assert date_label("2020-04-01", LANGUAGE) == f"1añ a viz {MARK}4 2020"
    forms = {count: plural_form(count, LANGUAGE) for count in (0, 1, 2, 3, 5, 9, 12, 72, 82, 103)}
    assert forms == {0: "other", 1: "one", 2: "two", 3: "few", 5: "other", 9: "few", 12: "other", 72: "other",
                     82: "two", 103: "few"}  # fmt: skip
    said = [label("episode_count", LANGUAGE, count=count) for count in (1, 2, 3)]
    assert said == [f"{MARK}1 episode", f"{MARK}2 episodes", f"{MARK}3 rann"]
    assert [*plural_forms("episode_count", LANGUAGE)] == ["one", "few", "other"]


@pytest.mark.usefixtures("locales")
def test_a_site_in_it_has_no_word_of_another() -> None:
    """Every word around content on every page is the file's; a series in another language keeps its own."""
    settings = replace(SETTINGS, language=LANGUAGE, title="¤", subtitle=None)
    breton = tuple(replace(one, language=LANGUAGE) for one in (FIRST, SECOND))
    series = replace(SERIES, language=LANGUAGE)
    made = site(of(settings, (series, ENGLISH), (*breton, SEA)))
    assert read(made["index.html"]).meta("og:locale") == "br_FR"
    checked = 0
    for path, page in made.items():
        if not path.endswith(".html"):
            continue
        text = page.decode()
        words = re.search(r'<html lang="([^"]*)"', text)
        assert words
        if words[1] != LANGUAGE:
            assert path.startswith("tides/")
            continue
        outline = read(page)
        own = [unescape(one.text).strip() for one in outline.all("h2") if not one.attributes.get("lang")]
        own += [value for value in outline.values("aria-label") if not value.startswith(("soir", "L’enr"))]
        own += [one.text for one in outline.all("a") if one.attributes.get("class") == "skip"]
        own += [one.text for one in outline.all("label")] + [one.text for one in outline.all("button")]
        content = {series.title, ENGLISH.title, *(one.title for one in breton), "Le port"}
        for said in own:
            plain = re.sub(r"[\u00a0\u202f]", " ", said)
            if plain and len(plain) > 3 and plain not in content:
                checked += 1
                assert plain.startswith(MARK), (path, said)
    assert checked > 50
    assert 'lang="en"' in made["index.html"].decode()


@pytest.mark.parametrize("rule", ["i = 1", "n > 1", "n = x", ""])
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    """What is not a plural rule is a mistake of whoever wrote the file, and told."""
    with pytest.raises(ValueError, match="not a plural rule"):
        labels._relates(1, rule)
