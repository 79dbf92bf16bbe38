"""The words of the field table: none is of two fields unknowingly, and the headers that people write are known."""

from __future__ import annotations

from collections import defaultdict

import pytest
from msgspec import Struct

from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.vocabulary import Vocabulary, vocabulary, word_key

STRUCTS = (EpisodeFields, SeriesFields, PersonFields, Appearance, Partner, Question, Link, Media)

SHARED = {
    # In a table, `description` is the text; where the text stands by itself, it is the summary.
    (EpisodeFields, "description"): {"summary", "recap"},
}
"""The words that two fields of one struct have on purpose."""


def words_of(struct: type[Struct]) -> dict[str, set[str]]:
    """The fields of a struct by each of their words, as they are looked up."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(struct):
        for word in (row.name, *row.field.also.split(",")):
            if word.strip():
                found[word_key(word)].add(row.name)
    return found


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda one: one.__name__)
def test_no_word_is_of_two_fields(struct: type[Struct]) -> None:
    """A word of two fields of a struct is found by one of them only: it must be known."""
    shared = {(struct, word): fields for word, fields in words_of(struct).items() if len(fields) > 1}

    assert shared == {key: fields for key, fields in SHARED.items() if key[0] is struct}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "Titre de la séance; Event Title; sessionTitle; Título de la ponencia; Titolo della sessione"),
        ("summary", "Chapeau; Session abstract; Kurzbeschreibung; Sinopsis; Breve descrizione"),
        ("recap", "Compte rendu; Contents; Full description; Protokoll; Contenido; Resoconto; post_content"),
        ("date", "Date et heure; dateRecorded; start_date; Termin; Fecha y hora; Data e ora; starts_at; Datum"),
        ("published", "Publié le; publishedAt; pubDate; Veröffentlicht am; Publicado el; Pubblicato il"),
        ("updated", "Mis à jour le; lastmod; Last edited time; Zuletzt geändert; Última modificación"),
        ("duration", "Durée (min); length; Dauer in Minuten; Duración; Durata"),
        ("place", "Lieu; Salle; location; venue; Veranstaltungsort; Ort; Lugar; Luogo; Sede; room; hall"),
        ("language", "Langue; inLanguage; Sprache; Idioma; Lingua"),
        ("tags", "Mots-clés; Thématiques; topics; Kategorien; Schlagworte; Palabras clave; Parole chiave; track"),
        ("series", "Cycle; conference; Event name; Veranstaltungsreihe; Ciclo; Rassegna; colloque"),
        ("number", "N°; Épisode n°; episode_number; Folge; Número; Numero della puntata"),
        ("hosts", "Animatrice; Animé par; moderated by; Gesprächsleitung; Moderador; Modera; Conduce; session chair"),
        ("guests", "Invité·e·s; Intervenant.e.s; Speaker(s); presenters; Referentin"),
        ("guests", "Referent*innen; Ponentes; Relatori; noms des intervenants; Panelists; Orateur·rice·s"),
        ("partners", "En partenariat avec; sponsors; Kooperationspartner; Patrocinadores; Avec le soutien de"),
        ("questions", "Questions posées; Q&A; Fragen; Preguntas del público; Domande"),
        ("links", "Pour aller plus loin; slides; references; Folien; Weiterführende Links; Enlaces; Bibliografia"),
        ("media", "Vidéo; Lien YouTube; recording_url; Link zur Aufzeichnung; Grabación; Registrazione; audio"),
        ("image", "Affiche; cover_image; featuredImage; Titelbild; Imagen destacada; Copertina"),
        ("licence", "Droits; license; Lizenz; Licencia; Licenza; copyright"),
        ("accessibility", "Accès PMR; a11y; Barrierefreiheit; Accesibilidad; Accessibilità"),
    ],
)  # fmt: skip
def test_headers_of_people_are_known(field: str, words: str) -> None:
    """Headers of tables, forms and content systems, in five languages."""
    known = vocabulary(EpisodeFields, Appearance)
    assert {word: known.find(word) for word in words.split("; ")} == dict.fromkeys(words.split("; "), field)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("name", "Nom et prénom; full_name; displayName; Vor- und Nachname; Nombre y apellidos; Nome e cognome"),
        ("role", "Fonction; jobTitle; title; Speaker tagline; Berufsbezeichnung; Tätigkeit; Cargo; Qualifica"),
        ("organisations", "Société; company; affiliation; Université; Arbeitgeber; Verein; Empresa; Azienda; school"),
        ("url", "Site web; website; homepage; Webseite; Sitio web; Sito"),
    ],
)
def test_keys_of_people_are_known(field: str, words: str) -> None:
    """The keys of a speaker's table."""
    known = vocabulary(Appearance)
    assert {word: known.find(word) for word in words.split("; ")} == dict.fromkeys(words.split("; "), field)


def test_words_of_others_stay_unknown() -> None:
    """Words that mean too much are not guessed: the author of a post is no guest, its creation no publication."""
    known = Vocabulary(row for struct in (EpisodeFields, Appearance) for row in rows(struct))
    for word in ("author", "created", "session", "twitter", "track room", "draft", "order", "type"):
        assert known.find(word) is None, word
