"""The encoding of a table: found by its letters in five languages, stated, or refused; never mojibake in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.table import read
from totem_cli.importers.table.encoding import decoded

TEXTS = """
Titre;Invité L’été à l’œuvre;Zoé Brûlé|Titre;Récit A;été|Titre Le cœur|Titre l’eau|Titre ÉCOLE|Titre École|Titre François
Titre Garçon|Titre Prix : 12 €|Titre « La mer »|N°;Titre 1;A|Titre n° 5|Titre Maître Noël Œdipe|Titre ZOÉ BRÛLÉ
Titre une sœur|Titre Mai 68…|Titre Le Guen’s|Titre;Lieu La mer;Orléans|Titre À Noël|Titre L’heure – d’été
Título;Ponente El niño;José Muñoz|Título Raúl|Título María|Título ¿Qué?|Título ¡Adiós!
Titel;Referent Über Öl;Jürgen Groß|Titel München|Titel Straße|Titel Äpfel
Titolo Perché la città è così|Titolo Lunedì|Titolo Virtù
title,guest A,Zoë|title don’t|title A – B|title “Hi” he said|title Café
"""
SAMPLES = [sample for sample in TEXTS.replace("\n", "|").split("|") if sample]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
@pytest.mark.parametrize("text", SAMPLES)
def test_found_by_its_letters(text: str, encoding: str) -> None:
    """A few accented letters are enough to tell Windows-1252, Mac Roman and UTF-16 apart."""
    assert decoded(text.encode(encoding), "t.csv").text == text


def test_latin_9_and_dos() -> None:
    """The encodings of older programs, where their letters are not those of Windows-1252."""
    assert (
        decoded("Titre;Prix Le cœur à l’été;12 €".replace("’", "'").encode("iso8859-15"), "t.csv").guessed
        == "ISO 8859-15"
    )
    assert decoded("Titre;Invité L'été à Orléans;Zoé".encode("cp850"), "t.csv").guessed == "DOS (cp850)"


PHRASES = st.lists(
    st.sampled_from("l’été à Noël où œuvre Zoé garçon déjà niño señor über Straße città perché école".split()),
    min_size=2,
)


@settings(max_examples=60)
@given(PHRASES, st.sampled_from(["cp1252", "mac_roman"]))
def test_windows_and_mac_are_not_confused(words: list[str], encoding: str) -> None:
    """Any words of the five languages come back from both."""
    text = "Titre\n" + " ".join(words)
    assert decoded(text.encode(encoding), "t.csv").text == text


def test_what_is_guessed_is_told() -> None:
    """A guess is an assumption in the report, with the option that says otherwise; UTF-8 and a mark are none."""
    text = "Titre;Récit\nA;été\n"
    (note,) = read(text.encode("mac_roman"), Options(name="t.csv")).notes
    assert (str(note.kind), note.what) == ("assumed", "t.csv")
    assert "Mac Roman" in note.why
    assert "--encoding" in note.hint
    assert read(text.encode("utf-8"), Options()).notes == ()
    assert read(text.encode("utf-16"), Options()).notes == ()


def test_stated() -> None:
    """A stated encoding goes before any guess, and a byte order mark of it is taken away."""
    text = "Titre;Lieu\nПривет;Москва\n"
    (one,) = read(text.encode("cp1251"), Options(encoding="cp1251")).episodes
    assert one.title == "Привет"
    (one,) = read(text.encode("utf-8-sig"), Options(encoding="utf-8")).episodes
    assert one.title == "Привет"
    assert decoded(text.encode("utf-16"), "t.csv", "utf-16").text == text


@pytest.mark.parametrize(
    ("content", "encoding", "words"),
    [
        ("Titre\nПривет мир\n".encode("cp1251"), None, "not known"),
        ("Titre\nПривет мир\n".encode("koi8-r"), None, "not known"),
        ("Titre;Lieu\nÉté;Orléans\nHiver;".encode() + b"Besan\xe7on\n", None, "UTF-8, but not the byte 0xE7"),
        ("Titre\nété\n".encode("cp1252"), "utf-8", "not utf-8"),
        (b"Titre\nA\n", "utf8000", "no encoding 'utf8000'"),
        (b"Titre\nA\n", "base64", "no encoding of text"),
    ],
)
def test_refused(content: bytes, encoding: str | None, words: str) -> None:
    """What gives no words in any encoding, is not in the stated one, or mixes two, is refused with the next step."""
    with pytest.raises(InvalidError, match=words) as raised:
        decoded(content, "t.csv", encoding)
    assert raised.value.hint
    if "0xE7" in words:
        assert raised.value.location == ("t.csv", 3, None, "")
