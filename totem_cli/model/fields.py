"""The field table: what each field of an episode, a series and a person is; :mod:`~totem_cli.model.parts` has the rest.

Everything that lists fields is made from it: validation, files, ``totem set``, ``list --fields``, JSON and its schema,
CSV, SQLite, the front matter of other generators, the words that importers understand, the reference in
``docs/format.md``. A new plain field is a row here, its label in each language, and a place in the templates.

The order of the rows is that of the public record; ``order`` is that of a new file.
"""

from typing import Annotated

from msgspec import Struct

from totem_cli.model.field import Field
from totem_cli.model.parts import Appearance, Extra, Link, Media, Partner, Question, Source, Status

_ID = "it is permanent"
_SLUG = "totem rename moves it"

# The rows are a table, set by hand.
# fmt: off


class EpisodeFields(Struct, frozen=True, kw_only=True):
    """The fields of an episode; the public record adds to them, and so does :class:`~totem_cli.model.episode.Episode`.

    Dates are ISO 8601 text: ``2020``, ``2020-04``, ``2020-04-09`` or a date-time with its zone; so is ``duration``.
    """

    id: Annotated[str, Field(
        order=10, kind="text, a UUID", form="uuid", fixed=_ID,
        about="permanent: it survives a new title, number, slug or series. See [Ids and numbers](#ids-and-numbers)",
        also="uuid, guid, identifiant, identifier, Kennung, identificador, identificativo, "
        "session id, proposal id",
    )]
    series: Annotated[str, Field(
        order=12, label="series", stored="path", fixed="totem move episode moves it",
        also="série, séries, cycle, saison, collection, nom de la série, titre de la série, conférence, événement, "
        "festival, season, conference, event, event name, series title, Reihe, Serie, Veranstaltungsreihe, "
        "Konferenz, Veranstaltung, Staffel, ciclo, colección, conferencia, evento, temporada, rassegna, "
        "conferenza, collana, stagione, "
        "nom du cycle, cycle de conférences, cycle de rencontres, playlist, émission, colloque, congrès, séminaire, "
        "series name, show, podcast title, congress, seminar, meetup, Sendereihe, Sendung, Vortragsreihe, Kongress, "
        "Tagung, ciclo de charlas, emisión, programa, congreso, seminario, ciclo di incontri, trasmissione, "
        "congresso, part of series",
    )]
    slug: Annotated[str, Field(
        order=25, stored="path", fixed=_SLUG, also="permalien, Kurzname, url slug, file name, nom de fichier, "
        "post name, url name, nombre corto, nome breve",
    )]
    number: Annotated[int | None, Field(
        order=20, label="column_number", about="unique in the series",
        also="numéro, no, n°, nº, #, num, numéro d'épisode, numéro de l'épisode, n° épisode, n° d'épisode, nr, "
        "nr., episode no, episode nr, episode number, episode_number, Nummer, Folge, Folgennummer, Episodennummer, "
        "número, núm, número de episodio, numero, numero episodio, numero della puntata, "
        "épisode numéro, épisode n°, numéro de séance, séance n°, ep no, ep number, session number, Ausgabe, "
        "edición, numero puntata",
    )] = None
    title: Annotated[str, Field(
        order=30, about="the only key that must be there",
        also="titre, intitulé, sujet, name, titre de l'épisode, épisode titre, nom de l'épisode, "
        "titre de la discussion, titre de la conférence, titre de l'intervention, heading, headline, talk, "
        "talk title, talk name, name of talk, title of talk, session title, session name, episode title, "
        "episode name, Titel, Vortragstitel, Titel des Vortrags, Thema, Überschrift, título, título de la charla, "
        "título del episodio, nombre de la charla, titolo, titolo dell'episodio, titolo dell'intervento, "
        "titolo del talk, "
        "objet, nom de la séance, post title, intitulé de la séance, titre de la séance, titre de la rencontre, "
        "nom de l'événement, titre de l'événement, event title, title of the talk, presentation title, lecture, "
        "lecture title, video title, Bezeichnung, Vortrag, Titel der Veranstaltung, Veranstaltungstitel, título de "
        "la ponencia, título de la sesión, nombre de la sesión, denominación, titolo della conferenza, titolo "
        "della sessione, nome dell'evento, oggetto, "
        "proposal title, submission title",
    )]
    subtitle: Annotated[str | None, Field(
        order=40, about="a line under the title",
        also="sous-titre, soustitre, tagline, sub title, Untertitel, subtítulo, sottotitolo, "
        "surtitre, kicker, strapline, tag line, Unterzeile, occhiello",
    )] = None
    summary: Annotated[str | None, Field(
        order=50, about="a few sentences, for lists, feeds and search engines",
        also="résumé, chapô, chapo, chapeau, accroche, présentation, description courte, abstract, description, "
        "excerpt, short description, teaser, intro, blurb, synopsis, Zusammenfassung, Kurzbeschreibung, "
        "Kurzfassung, Beschreibung, Inhaltsangabe, Vorspann, resumen, descripción, descripción breve, sinopsis, "
        "extracto, riassunto, sommario, sunto, descrizione, descrizione breve, sinossi, estratto, "
        "en bref, précis, argumentaire, résumé de la séance, standfirst, lede, short summary, session abstract, "
        "talk abstract, post excerpt, meta description, Kurztext, Anreißer, Ankündigungstext, entradilla, "
        "presentación, descripción corta, presentazione, breve descrizione",
    )] = None
    language: Annotated[str | None, Field(
        order=60, label="language", kind="text, BCP 47", form="language", inherited=True,
        about="the language of the episode; the series', else the archive's, when absent",
        also="langue, lang, locale, langue de l'épisode, spoken language, talk language, Sprache, Vortragssprache, "
        "idioma, lengua, lingua, "
        "langue de la séance, langue de la conférence, in language, session language, content locale, "
        "idioma de la charla, lingua dell'intervento",
    )] = None
    date: Annotated[str | None, Field(
        order=70, form="moment", about="when it took place",
        also="jour, quand, date de l'épisode, date de la discussion, date de l'événement, date de la rencontre, "
        "date de la conférence, enregistré le, date d'enregistrement, début, a eu lieu le, day, when, event date, "
        "talk date, session date, recorded, recorded on, recorded at, recording date, held on, took_place, start, "
        "start date, startdate, start time, starts at, "
        "Datum, Termin, Veranstaltungsdatum, Aufnahmedatum, aufgezeichnet am, "
        "Beginn, fecha, día, fecha del evento, fecha de grabación, inicio, data, giorno, data dell'evento, "
        "data di registrazione, inizio, "
        "date et heure, date de début, date de la séance, date du débat, date de la table ronde, date de tenue, "
        "date and time, datetime, begin, begins, starts, dtstart, held, held at, date held, date recorded, "
        "recorded date, scheduled, scheduled at, start at, timings, "
        "Wunschtermin, Wunschdatum, Datum und Uhrzeit, Wann, Anfang, Veranstaltungstag, Sendedatum, "
        "Vortragsdatum, fecha y hora, cuándo, fecha de inicio, fecha de la charla, data e ora, quando, data di "
        "inizio, data della conferenza",
    )] = None
    published: Annotated[str | None, Field(
        order=80, label="published", form="moment", about="when it was published",
        also="publication, date de publication, publié le, publiée le, mise en ligne, mis en ligne le, "
        "date de mise en ligne, publication date, publish date, published at, published on, release date, "
        "released, air date, aired, pubDate, publishDate, date published, upload date, veröffentlicht, "
        "veröffentlicht am, Veröffentlichung, Veröffentlichungsdatum, Erscheinungsdatum, publicado, publicado el, "
        "fecha de publicación, pubblicato, pubblicato il, data di pubblicazione, "
        "publié, publiée, en ligne le, parution, date de parution, posted, posted on, post date, online since, "
        "issued, Erscheinungstag, Publikationsdatum, fecha publicación, data pubblicazione",
    )] = None
    updated: Annotated[str | None, Field(
        order=90, label="updated", form="moment", about="when it was last changed",
        also="mis à jour, mise à jour, mis à jour le, modifié, modifié le, date de modification, updated at, "
        "updated on, updated date, updatedDate, last modified, last_modified_at, lastmod, modified, modified at, "
        "date modified, aktualisiert, aktualisiert am, geändert am, Änderungsdatum, actualizado, actualizado el, "
        "modificado, fecha de modificación, aggiornato, aggiornato il, modificato, data di modifica, "
        "dernière modification, révisé le, last updated, last edited, last edited time, revised, post modified, "
        "letzte Änderung, zuletzt geändert, última modificación, última actualización, ultima modifica, ultimo "
        "aggiornamento",
    )] = None
    status: Annotated[Status, Field(
        order=100, about="`draft`, `published` or `withdrawn`; `published` when absent",
        also="statut, état, state, Zustand, estado, stato, "
        "statut de publication, post status, publication status",
    )] = "published"
    hosts: Annotated[tuple[Appearance, ...], Field(
        order=200, label="hosts", inherited=True, about="who led the discussion; the series' when absent",
        also="animateur, animatrice, animateurs, animatrices, animateur·rice·s, animation, animé par, modérateur, "
        "modératrice, modération, présentateur, présentatrice, présenté par, host, hosted by, moderator, "
        "moderators, moderated by, chair, presenter, interviewer, Moderation, moderiert von, Moderator, "
        "Moderatorin, Gastgeber, Gastgeberin, anfitrión, anfitriona, moderador, moderadora, presentador, "
        "presentadora, conduttore, conduttrice, conduce, moderatore, moderatrice, "
        "présentation par, entretien mené par, propos recueillis par, facilitateur, facilitatrice, président de "
        "séance, présidente de séance, chaired by, session chair, facilitator, facilitated by, interviewed by, "
        "emcee, Gesprächsleitung, Leitung, geleitet von, Gastgeber:in, modera, moderado por, presentado por, "
        "presenta, conducido por, moderato da, condotto da, a cura di",
    )] = ()
    partners: Annotated[tuple[Partner, ...], Field(
        order=220, label="partners", inherited=True, about="organisations that take part; the series' when absent",
        also="partenaire, partenaires, en partenariat avec, partner, sponsor, sponsors, in partnership with, "
        "Partner, Kooperationspartner, Sponsoren, socio, socios, colaborador, colaboradores, patrocinador, "
        "patrocinadores, partner, collaborazioni, "
        "avec le soutien de, soutien, coorganisateur, co-organisateur, coorganisateurs, co-organisateurs, mécène, "
        "mécènes, sponsored by, supported by, co-organizer, co-organizers, co-organiser, co-organisers, in "
        "Kooperation mit, in Zusammenarbeit mit, Förderer, Mitveranstalter, con el apoyo de, en colaboración con, "
        "in collaborazione con, con il sostegno di, sostenitori",
    )] = ()
    guests: Annotated[tuple[Appearance, ...], Field(
        order=210, label="guests", about="who was invited, in the order of the bill",
        also="invité, invitée, invités, invitées, invité·e·s, invité·e, intervenant, intervenante, intervenants, "
        "intervenantes, intervenant·e·s, participant, participants, orateur, oratrice, orateurs, conférencier, "
        "conférencière, conférenciers, guest, speaker, speakers, speaker(s), panelist, panelists, panellists, "
        "guest speaker, guest speakers, talk by, performer, performers, actor, "
        "nom de l'invité, noms des invités, guest name, "
        "nom de l'intervenant, speaker name, Referent, Referentin, Referenten, Referent:innen, Redner, Rednerin, "
        "Vortragende, Vortragender, Sprecher, Sprecherin, Sprecher:innen, Gast, Gäste, Teilnehmer, ponente, "
        "ponentes, invitado, invitada, invitados, invitadas, orador, oradora, oradores, conferenciante, "
        "conferenciantes, participantes, relatore, relatrice, relatori, relatrici, ospite, ospiti, partecipanti, "
        "orateur·rice, orateur·rice·s, noms des intervenants, nom des intervenants, nom de l'intervenante, "
        "intervenants invités, discutant, discutante, discutants, expert, experts, presenters, presenter(s), "
        "presented by, given by, featuring, lecturer, lecturers, speaker names, presenter names, name of speaker, "
        "names of speakers, Referent:in, ReferentInnen, Referierende, Rednerinnen, Diskutanten, Podiumsgäste, "
        "Expertin, Experten, ponentes invitados, ponencia de, oratore, oratori, interventi di, esperti",
    )] = ()
    questions: Annotated[tuple[Question, ...], Field(
        order=190, label="questions", about="what was asked, in order",
        also="question, questions posées, question posée, questions asked, Frage, Fragen, pregunta, preguntas, "
        "domanda, domande, "
        "questions du public, question du public, questions abordées, Q&A, QA, audience questions, "
        "Publikumsfragen, preguntas del público, domande dal pubblico, domande del pubblico",
    )] = ()
    tags: Annotated[tuple[str, ...], Field(
        order=170, label="tags", about="what it is about",
        also="tag, mot-clé, mots-clés, mot-clef, mots-clefs, motscles, étiquette, étiquettes, thème, thèmes, "
        "thématique, thématiques, catégorie, catégories, keyword, keywords, theme, themes, category, categories, "
        "topic, topics, subjects, hashtags, Schlagwort, Schlagwörter, Schlagwoerter, Stichwort, Stichwörter, "
        "Stichworte, Schlüsselwörter, Themen, Kategorie, Kategorien, etiqueta, etiquetas, palabra clave, "
        "palabras clave, tema, temas, categoría, categorías, etichetta, etichette, parole chiave, temi, categorie, "
        "argomenti, "
        "sujets, rubrique, rubriques, domaine, domaines, track, tracks, labels, subject, Schlagworte, Rubrik, "
        "Rubriken, sección, secciones, rubrica, rubriche, sezione, tematica",
    )] = ()
    links: Annotated[tuple[Link, ...], Field(
        order=230, label="links", about="addresses that belong to the episode",
        also="link, lien, liens, lien utile, liens utiles, pour aller plus loin, references, références, "
        "ressources, resources, related links, website, site web, Links, Verweise, weiterführende Links, enlace, "
        "enlaces, recursos, collegamento, collegamenti, risorse, "
        "bibliographie, voir aussi, sources, supports, support de présentation, diapositives, diaporama, "
        "bibliography, further reading, see also, slides, slides url, slide deck, slide deck url, slides link, "
        "link to slides, link to the slides, presentation url, "
        "Quellen, Literatur, Folien, Vortragsfolien, referencias, bibliografía, diapositivas, link utili, "
        "riferimenti, diapositive, sito web, "
        "live link, event url, event link, lien de l'événement, support, support url",
    )] = ()
    media: Annotated[tuple[Media, ...], Field(
        order=240, label="media", about="recordings, pictures, documents",
        also="média, médias, audio, vidéo, vidéos, enregistrement, enregistrements, captation, lien vidéo, "
        "lien audio, fichier audio, fichier vidéo, video, videos, video url, video link, audio url, audio file, "
        "recording, recordings, recording url, youtube, youtube url, vimeo, podcast, replay, enclosure, Medien, "
        "Video, Videos, Aufzeichnung, Aufzeichnungen, Aufnahme, Mitschnitt, Tonaufnahme, vídeo, vídeos, grabación, "
        "grabaciones, registrazione, registrazioni, "
        "lien youtube, lien replay, lien de l'enregistrement, fichiers, pièces jointes, youtube link, attachments, "
        "mp3, mp3 url, stream, stream url, Videoaufzeichnung, Videolink, Link zur Aufzeichnung, Anhang, Anhänge, "
        "enlace al vídeo, archivo de audio, adjuntos, link video, link al video, file audio, allegati, "
        "recording link, webpage url, associated media",
    )] = ()
    image: Annotated[str | None, Field(
        order=160, sqlite_order=135, label="image",
        about="the name of a picture under `media/`; an address elsewhere is kept, and no page shows it",
        also="illustration, visuel, photo, vignette, affiche, couverture, picture, thumbnail, cover, cover image, "
        "featured image, hero image, heroImage, cover url, "
        "poster, banner, artwork, Bild, Titelbild, Foto, Vorschaubild, "
        "imagen, portada, foto, miniatura, immagine, copertina, "
        "image à la une, bannière, thumb, header image, teaser image, feature image, og:image, Beitragsbild, "
        "imagen destacada, immagine in evidenza",
    )] = None
    place: Annotated[str | None, Field(
        order=110, label="place", about="where it took place",
        also="lieu, lieux, salle, ville, endroit, lieu de la rencontre, lieu de l'événement, où, location, venue, "
        "room, city, where, event location, Ort, Veranstaltungsort, Raum, Saal, Stadt, lugar, sala, sitio, ciudad, "
        "ubicación, luogo, sede, aula, città, dove, "
        "lieu de la séance, salle de la rencontre, adresse du lieu, nom du lieu, "
        "emplacement, localisation, venue name, event "
        "venue, hall, auditorium, stage, Wo, Tagungsort, Hörsaal, dónde, local, localidad, espacio, spazio, "
        "indirizzo del luogo",
    )] = None
    accessibility: Annotated[str | None, Field(
        order=115, label="accessibility", detail=True,
        about="what the venue offers those who need it: a hearing loop, step-free access, sign language",
        also="accessibilité, accès PMR, accessibilité du lieu, accessibility information, access information, "
        "a11y, Barrierefreiheit, Zugänglichkeit, barrierefrei, accesibilidad, accessibilità, "
        "langue des signes, accessibility info, accesibilidad del lugar",
    )] = None
    duration: Annotated[str | None, Field(
        order=120, label="duration", form="duration", about="how long it lasted",
        also="durée, durée (min), durée en minutes, length, duration (min), duration (minutes), "
        "duration in minutes, running time, runtime, Dauer, Länge, Laufzeit, Dauer (min), duración, "
        "duración (min), durata, durata (min), "
        "durée totale, length (min), minutes, Spieldauer, Dauer in Minuten, duración en minutos, durata in minuti, "
        "scheduled duration, time required",
    )] = None
    licence: Annotated[str | None, Field(
        order=130, label="licence", detail=True, inherited=True,
        about="the licence of the text; the series' when absent",
        also="license, droits, rights, Lizenz, Nutzungsrechte, licencia, derechos, licenza, diritti, "
        "copyright, licence de diffusion, Urheberrecht, content license",
    )] = None
    comments_open: Annotated[bool | None, Field(
        order=140, column=False, inherited=True,
        about="whether new [comments](comments.md) are taken; as in the series, else as `[comments] open` says, "
        "when absent",
    )] = None
    aliases: Annotated[tuple[str, ...], Field(
        order=180,
        about="old addresses, each a page that leads to the new one: `SLUG` in the same series, or `SERIES/SLUG`",
        also="alias, redirect, redirects, redirection, redirections, redirect_from, ancienne adresse, "
        "anciennes adresses, old address, old addresses, "
        "old url, url aliases, alte Adresse, direcciones antiguas, vecchi indirizzi",
    )] = ()
    translation_of: Annotated[str | None, Field(
        order=150, kind="text, an `id`", about="the episode that this one translates",
        also="traduction de, translation of, Übersetzung von, traducción de, traduzione di, "
        "version originale, translates",
    )] = None
    source: Annotated[Source, Field(
        order=250, kind="text or a table", column=False,
        about="where an import found it: an address, an id, what the source says and no key holds",
    )] = None
    recap: Annotated[str, Field(
        stored="body", label="recap",
        also="récit, texte, contenu, corps, compte-rendu, compte rendu, récit de l'épisode, description, notes, "
        "text, content, body, full text, show notes, shownotes, write-up, description longue, long description, "
        "Inhalt, Bericht, Mitschrift, Notizen, texto, contenido, relato, notas, testo, contenuto, resoconto, "
        "contenu de la séance, récit de la discussion, procès-verbal, synthèse, restitution, détails, contents, "
        "report, full description, long text, post content, Protokoll, Langtext, acta, cuerpo, texto completo, "
        "detalles, verbale, corpo, testo completo, dettagli",
    )] = ""
    extra: Extra = {}


class SeriesFields(Struct, frozen=True, kw_only=True):
    """The fields of a series."""

    id: Annotated[str, Field(order=10, kind="text, a UUID", form="uuid", fixed=_ID, about="permanent")]
    slug: Annotated[str, Field(order=25, stored="path", fixed=_SLUG)]
    title: Annotated[str, Field(order=30, about="must be there")]
    subtitle: Annotated[str | None, Field(order=40, about="a line under the title")] = None
    language: Annotated[str | None, Field(
        order=60, kind="text, BCP 47", form="language", about="the archive's when absent",
    )] = None
    hosts: Annotated[tuple[Appearance, ...], Field(order=200, about="for episodes that name none")] = ()
    partners: Annotated[tuple[Partner, ...], Field(order=220, about="for episodes that name none")] = ()
    tags: Annotated[tuple[str, ...], Field(
        order=170, about="what the series is about; its episodes do not inherit them",
    )] = ()
    links: Annotated[tuple[Link, ...], Field(order=230, about="addresses that belong to the series")] = ()
    licence: Annotated[str | None, Field(order=130, about="for episodes that name none")] = None
    comments_open: Annotated[bool | None, Field(
        order=140, column=False, about="whether new comments are taken here and on episodes that do not say",
    )] = None
    aliases: Annotated[tuple[str, ...], Field(order=180, about="old slugs")] = ()
    status: Annotated[Status, Field(
        order=100,
        about="`draft`, `published` or `withdrawn`. It covers the episodes: each counts as the more hidden of the "
        "two",
    )] = "published"
    source: Annotated[Source, Field(
        order=250, kind="text or a table", column=False, about="where an import found it",
    )] = None
    introduction: Annotated[str, Field(stored="body")] = ""
    extra: Extra = {}


class PersonFields(Struct, frozen=True, kw_only=True):
    """The fields of a person."""

    slug: Annotated[str, Field(stored="path", fixed=_SLUG)]
    name: Annotated[str, Field(
        order=10, about="must be there",
        also="nom, nom complet, full name, Name, vollständiger Name, nombre, nombre completo, nome, nome completo, "
        "prénom et nom, nom et prénom, nom prénom, display name, Vor- und Nachname, nombre y apellidos, nome e "
        "cognome",
    )]
    sort_name: Annotated[str | None, Field(
        order=20, about="what to sort by: `Prigent, Odile`",
        also="sort name, nom de tri",
    )] = None
    aliases: Annotated[tuple[str, ...], Field(
        order=30, about="other names of the same person",
        also="alias, aka, also known as, pseudonyme, autres noms",
    )] = ()
    links: Annotated[tuple[Link, ...], Field(
        order=60, label="links", about="their pages",
        also="link, lien, liens, website, site, site web, homepage, Webseite, enlaces, sito",
    )] = ()
    image: Annotated[str | None, Field(
        order=40, sqlite_order=55, about="the name of a picture under `media/`",
        also="photo, portrait, picture, avatar, headshot, thumbnail, cover, Bild, Foto, imagen, foto, immagine",
    )] = None
    orcid: Annotated[str | None, Field(order=50, about="their ORCID identifier", also="orcid id")] = None
    biography: Annotated[str, Field(
        stored="body", label="biography", also="biographie, bio, à propos, about, Biografie, biografía, biografia, "
        "présentation, notice biographique, short bio, speaker bio, Kurzbiografie, Lebenslauf, semblanza, profilo",
    )] = ""
    extra: Extra = {}
