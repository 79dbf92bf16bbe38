"""The feed entry of an episode, with its recap, questions and absolute addresses."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

from totem_cli.exporters.dates import instant
from totem_cli.exporters.feed import Enclosure, FeedEntry, FeedPerson
from totem_cli.exporters.html.credits import credited
from totem_cli.language.dates import seconds_of
from totem_cli.language.labels import label
from totem_cli.markup import addresses
from totem_cli.markup.characters import allowed
from totem_cli.model.parts import Appearance, Media
from totem_cli.model.recording import sound_type

if TYPE_CHECKING:
    from totem_cli.exporters.html.episode_view import EpisodeView
    from totem_cli.exporters.html.site import Site


def feed_entry(site: Site, index: int) -> FeedEntry:
    """Return the feed entry of the episode at ``index``, for a site that has a ``base_url``."""
    from totem_cli.model.media_names import local_path

    view = site.episode_view(index)
    record, language = view.episode, view.language
    image = local_path(record.image, site.publication.media)
    return FeedEntry(
        id=record.id,
        url=site.absolute(record.address) or "",
        title=record.title if _is_visible(record.title) else label("untitled", site.labels(language).language),
        language=language,
        summary=view.description,
        content=_content(site, view),
        published=instant(moment) if (moment := record.published or record.date) else None,
        updated=instant(record.updated) if record.updated else None,
        people=[
            *(_person(site, host, "host") for host in record.hosts if _is_visible(host.name)),
            *(_person(site, guest, "guest") for guest in record.guests if _is_visible(guest.name)),
        ],
        tags=[tag for tag in dict.fromkeys(record.tags) if _is_visible(tag)],
        number=record.number,
        image=site.absolute(f"media/{image}") if image else None,
        enclosures=[sound for media in record.media if (sound := _enclosure(site, media))],
    )


def _content(site: Site, view: EpisodeView) -> str:
    record, language = view.episode, view.language
    labels = site.labels(language)
    root, page = site.absolute("") or "", site.absolute(record.address) or ""
    parts = [f"<p>{credited(view.sentence, root)}</p>"] if view.sentence else []
    if view.hosts:
        parts.append(f"<p>{label('hosts_sentence', labels.language, names=credited(view.hosts, root))}</p>")
    parts.append(view.recap.html(root, page))
    if record.questions:
        items = []
        for question in record.questions:
            asked_by = f" ({escape(labels.text('asked_by', name=question.asked_by))})" if question.asked_by else ""
            answer = f"<p>{site.typo(question.answer, language)}</p>" if question.answer else ""
            items.append(f"<li>{site.typo(question.text, language)}{asked_by}{answer}</li>")
        parts.append(f"<h2>{labels('questions')}</h2><ol>{''.join(items)}</ol>")
    return allowed("\n".join(part for part in parts if part))


def _is_visible(text: str) -> bool:
    """Whether a text is not empty without characters that XML forbids; Atom forbids empty names (RFC 4287, 3.2.1)."""
    return bool(allowed(text).strip())


def _person(site: Site, appearance: Appearance, role: Literal["host", "guest"]) -> FeedPerson:
    slug = site.publication.directory.person_slugs.get(site.publication.names.key(appearance))
    return FeedPerson(appearance.name, role, site.absolute(f"people/{slug}/") if slug else None)


def _enclosure(site: Site, media: Media) -> Enclosure | None:
    """The enclosure of a medium; None where it is not sound or has no address."""
    from totem_cli.model.media_names import local_path

    kind = sound_type(media)
    if kind is None:
        return None
    file = local_path(media.path, site.publication.media)
    url = addresses.link(media.url) if media.url else site.absolute(f"media/{file}") if file else None
    if not url or not url.startswith(("https://", "http://")):
        return None
    length = media.bytes if media.bytes is not None else site.publication.media_size(file) if file else 0
    return Enclosure(url, kind, max(length, 0), seconds_of(media.duration) if media.duration else 0)
