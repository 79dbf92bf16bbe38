"""The parts that an episode is made of; their fields are rows of the field table."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Struct, UnsetType

from totem_cli.model.field import Field

Extra = dict[str, Any]
"""Keys totem does not know, kept as they are; dates among them as ISO 8601 text."""

Source = Any
"""What an import keeps of where a thing came from: an address, an id, or a table of them; dates in it as text."""

Status = Literal["draft", "published", "withdrawn"]

# The rows are a table, set by hand.
# fmt: off


class Part(Struct, frozen=True, kw_only=True):
    """A table inside front matter. ``extra`` is there only when the file holds keys that totem does not know."""

    extra: Extra | UnsetType = UNSET


class Appearance(Part, frozen=True, kw_only=True):
    """A guest or host: a person with the role and organisations *as they were then*."""

    name: Annotated[str, Field(
        about="must be there",
        also="nom, nom complet, prénom et nom, full name, vollständiger Name, nombre, nombre completo, nome, "
        "nome completo, "
        "nom et prénom, nom prénom, nom d'usage, display name, person name, name of the speaker, Vor- und "
        "Nachname, Nachname und Vorname, nombre y apellidos, nome e cognome",
    )]
    role: Annotated[str | None, Field(
        about="the role of then",
        also="rôle, rôles, roles, fonction, fonctions, poste, métier, profession, titre professionnel, qualité, "
        "rôle de l'invité, fonction de l'invité, job, job title, position, occupation, guest role, guest title, "
        "speaker role, speaker title, speaker job, title, titre, Titel, Rolle, Funktion, Beruf, Berufsbezeichnung, "
        "Stellung, rol, cargo, puesto, profesión, ocupación, función, ruolo, carica, qualifica, professione, funzione, "
        "headline, tagline, tag line, speaker tagline, tagline of speaker, Tätigkeit, Amt, título, titolo",
    )] = None
    organisations: Annotated[tuple[str, ...], Field(
        about="the organisations of then",
        also="organisation, entreprise, entreprises, société, structure, employeur, organisme, établissement, maison, "
        "organisation de l'invité, organization, organizations, company, companies, affiliation, affiliations, "
        "employer, institution, guest organisation, guest organization, guest company, speaker organisation, "
        "speaker organization, speaker company, Organisation, Organisationen, Firma, Unternehmen, Arbeitgeber, "
        "Einrichtung, entidad, organización, organizaciones, empresa, empresas, institución, afiliación, "
        "organizzazione, organizzazioni, azienda, ente, istituzione, affiliazione, "
        "université, laboratoire, association, école, agence, org, firm, university, school, works for, works at, "
        "Universität, Hochschule, Verein, universidad, asociación, università, associazione",
    )] = ()
    billed_as: Annotated[str | None, Field(
        about="the whole phrase that names them, instead of `name (role, organisation et organisation)`",
        also="billed as, présenté comme, credited as, credit name",
    )] = None
    url: Annotated[str | None, Field(
        about="an address of theirs",
        also="guest url, speaker url, site de l'invité, page de l'invité, guest website, speaker website, "
        "site web, lien, website, web site, homepage, link, profile, Webseite, sitio web, página web, sito, sito "
        "web",
    )] = None
    person: Annotated[str | None, Field(
        kind="text, a slug", about="a file in `people/`; only to tell two people of one name apart",
        also="person slug, speaker slug",
    )] = None


class Partner(Part, frozen=True, kw_only=True):
    """An organisation that takes part in every episode of a series (a newsroom, a sponsor)."""

    name: Annotated[str, Field(about="must be there")]
    billed_as: Annotated[str | None, Field(
        about='the whole phrase that names it, as in "la rédaction de La Revue"',
    )] = None
    url: Annotated[str | None, Field(about="its address")] = None


class Question(Part, frozen=True, kw_only=True):
    """A question that was asked. ``number`` is its place in the episode, from 1: derived, never stored."""

    number: Annotated[int, Field(stored="nowhere", fixed="totem move question moves it")]
    text: Annotated[str, Field(about="must be there")]
    asked_by: Annotated[str | None, Field(about="who asked", also="posée par, asked by")] = None
    answer: Annotated[str | None, Field(about="what was answered", also="réponse, Antwort, respuesta, risposta")] = None


class Link(Part, frozen=True, kw_only=True):
    """An address that belongs to an episode, a series or a person."""

    url: Annotated[str, Field(
        about="must be there. Only `http`, `https`, `mailto` and `tel` become links; anything else is shown as text",
    )]
    label: Annotated[str | None, Field(about="what the link says")] = None
    kind: Annotated[str | None, Field(about="what is there: `article`, `slides`, `video`, `source`…")] = None


class Media(Part, frozen=True, kw_only=True):
    """A recording, picture or document: at a ``url``, or at a ``path`` under the archive's ``media/``."""

    kind: Annotated[str | None, Field(about="`audio`, `video`, `image`, `transcript`, `slides`…")] = None
    url: Annotated[str | None, Field(about="where it is")] = None
    path: Annotated[str | None, Field(about="its name under `media/`")] = None
    type: Annotated[str | None, Field(about="its media type, `audio/mpeg`")] = None
    bytes: Annotated[int | None, Field(about="its size")] = None
    duration: Annotated[str | None, Field(form="duration", about="how long it lasts")] = None
    alt: Annotated[str | None, Field(
        about='what a picture shows, for those who do not see it; `""` where it only decorates',
    )] = None
    credit: Annotated[str | None, Field(about="who made it")] = None
