"""Structured data of pages for search engines: schema.org as JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from totem_cli.archive.record import ArchiveRecord, CommentRecord, EpisodeRecord, PersonRecord, SeriesRecord
from totem_cli.exporters.html.links import is_remote, orcid_page, outward
from totem_cli.language.dates import days_of, last_day
from totem_cli.model.parts import Appearance, Partner

Address = Callable[[str], str | None]
"""A function from an address on the site to the absolute address, or None."""

MOST_COMMENTS = 100

_ESCAPES = {b"<": b"\\u003c", b">": b"\\u003e", b"&": b"\\u0026"}
_LINE_END = re.compile(b"\xe2\x80[\xa8\xa9]")  # U+2028, U+2029


def script(value: dict[str, Any]) -> str:
    """Return JSON-LD for a ``script`` element: nothing in it can end the element or begin a comment."""
    return safe_json({"@context": "https://schema.org", **value})


def safe_json(value: object) -> str:
    """Return a value as JSON that is safe in a ``script`` element, and as a script."""
    data = msgspec.json.encode(value)
    for character, escape in _ESCAPES.items():
        data = data.replace(character, escape)
    return _LINE_END.sub(lambda end: b"\\u2028" if end[0][2] == 0xA8 else b"\\u2029", data).decode()


def episode(
    record: EpisodeRecord,
    series: SeriesRecord,
    address: Address,
    description: str,
    comments: Sequence[CommentRecord] = (),
    image: str | None = None,
) -> dict[str, Any]:
    """Return an ``Episode`` in its ``CreativeWorkSeries``; a ``PodcastEpisode`` where it has a recording."""
    url = address(record.address)
    audio = [media for media in record.media if (media.kind or media.type or "").partition("/")[0] == "audio"]
    return _filled(
        {
            "@type": "PodcastEpisode" if audio else "Episode",
            "@id": f"urn:uuid:{record.id}",
            "url": url,
            "name": record.title,
            "alternativeHeadline": record.subtitle,
            "episodeNumber": record.number,
            "description": description,
            "inLanguage": record.language,
            "datePublished": record.published,
            "dateModified": record.updated,
            "keywords": list(record.tags),
            "license": record.licence,
            "duration": record.duration,
            "image": address(image) if image else None,
            "about": _event(record) if record.date else None,
            "partOfSeries": work_series(series, address),
            "actor": [_role("guest", guest, record.date) for guest in record.guests],
            "contributor": [
                *(_role("host", host, record.date) for host in record.hosts),
                *(_organisation(partner) for partner in record.partners),
            ],
            "hasPart": [
                _filled(
                    {
                        "@type": "Question",
                        "position": question.number,
                        "name": question.text,
                        "url": f"{url}#question-{question.number}" if url else None,
                        "author": {"@type": "Person", "name": question.asked_by} if question.asked_by else None,
                    }
                )
                for question in record.questions
            ],
            **_comments(comments, url),
            "associatedMedia": [
                {"@type": "AudioObject", "contentUrl": media.url}
                for media in audio
                if media.url and outward(media.url) and is_remote(media.url)
            ],
        }
    )


def _event(record: EpisodeRecord) -> dict[str, Any]:
    """The ``Event`` of an episode: its date and place."""
    place = {"@type": "Place", "name": record.place} if record.place else None
    event: dict[str, Any] = {"@type": "Event", "name": record.title, "startDate": record.date, "location": place}
    if record.date and days_of(record.date, record.duration) > 1:
        event["endDate"] = last_day(record.date, record.duration)
    return _filled(event)


def work_series(record: SeriesRecord, address: Address) -> dict[str, Any]:
    """Return a ``CreativeWorkSeries``."""
    return _filled(
        {
            "@type": "CreativeWorkSeries",
            "@id": f"urn:uuid:{record.id}",
            "name": record.title,
            "url": address(record.address),
            "inLanguage": record.language,
        }
    )


def series(
    record: SeriesRecord,
    episodes: Sequence[tuple[str, int | None, str]],
    address: Address,
    comments: Sequence[CommentRecord] = (),
) -> dict[str, Any]:
    """Return a series with the episodes on its page, each as (title, number, address)."""
    return work_series(record, address) | _filled(
        {
            "alternativeHeadline": record.subtitle,
            **_comments(comments, address(record.address)),
            "contributor": [
                *(_role("host", host) for host in record.hosts),
                *(_organisation(partner) for partner in record.partners),
            ],
            "hasPart": [
                _filled({"@type": "Episode", "name": title, "episodeNumber": number, "url": address(path)})
                for title, number, path in episodes
            ],
        }
    )


def person(record: PersonRecord, address: Address) -> dict[str, Any]:
    """Return a ``Person`` without roles, since each role belongs to an episode."""
    links = [link.url for link in record.links if outward(link.url) and is_remote(link.url)]
    return _filled(
        {
            "@type": "Person",
            "name": record.name,
            "alternateName": list(record.aliases),
            "url": address(record.address),
            "sameAs": [*links, *filter(None, [orcid_page(record.orcid)])],
        }
    )


def website(record: ArchiveRecord, address: Address) -> dict[str, Any]:
    """Return the ``WebSite`` of the archive."""
    return _filled(
        {
            "@type": "WebSite",
            "name": record.title,
            "alternateName": record.subtitle,
            "url": address(""),
            "inLanguage": record.language,
        }
    )


def _comments(comments: Sequence[CommentRecord], url: str | None) -> dict[str, Any]:
    """The number of comments, and the first ``MOST_COMMENTS``: all would double the size of the page."""
    listed = [
        _filled(
            {
                "@type": "Comment",
                "@id": f"urn:uuid:{one.id}",
                "url": f"{url}#comment-{one.id}" if url else None,
                "text": one.text,
                "dateCreated": one.date,
                "author": {"@type": "Person", "name": one.author} if one.author else None,
                "parentItem": {"@type": "Comment", "@id": f"urn:uuid:{one.parent}"} if one.parent else None,
            }
        )
        for one in comments[:MOST_COMMENTS]
    ]
    return {"commentCount": len(comments) or None, "comment": listed}


def _role(role: str, appearance: Appearance, date: str | None = None) -> dict[str, Any]:
    """An appearance: a ``Person`` that is also a ``Role``, with the job and the date of the episode.

    schema.org's own pattern, a ``Role`` that repeats the property inside, is outside the range of ``actor`` and
    ``contributor`` in its vocabulary, and hides the name from programs that do not know the pattern.
    """
    return _filled(
        {
            "@type": ["Person", "Role"],
            "name": appearance.name,
            "roleName": role,
            "startDate": date,
            "endDate": date,
            "jobTitle": appearance.role,
            "affiliation": [{"@type": "Organization", "name": name} for name in appearance.organisations],
        }
    )


def _organisation(partner: Partner) -> dict[str, Any]:
    url = outward(partner.url)
    return _filled({"@type": "Organization", "name": partner.name, "url": url if url and is_remote(url) else None})


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item or item == 0}
