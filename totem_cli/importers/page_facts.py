"""What a page says of an episode under a label: ``Lieu : Salle Nord``, ``Speaker: …``, a field of a content system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers import Options, natural
from totem_cli.importers.dates import ParsedDate, parse_date
from totem_cli.importers.page_words import LABELLED
from totem_cli.importers.words import value_of
from totem_cli.language.dates import check_duration, check_moment
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import vocabulary

_LONGEST_DATE = 160
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_ARTICLE = re.compile(
    r"(?:les?|la|l['’]|nos|notre|the|our|der|die|das|den|unsere?|el|los?|las?|nuestr[oa]s?|il|i|gli|le|nostr[ie]) ?\b",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\s(?:du|de|des|d['’]|of|for|de la|der|des|vom|zum|del|della|dei|delle|para|per)\b.*", re.IGNORECASE | re.DOTALL
)
_JOINTS = " ,;:.|–—-·•()\u00a0"
_AT = re.compile(r"(?:à|au|aux|at|in|im|en|a|in der|bei|chez|@)\s+(?=\S)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_TEXTS = frozenset(["subtitle", "summary", "place", "accessibility", "licence"])
_MOMENTS = frozenset(["date", "published", "updated"])
_LONGEST_TEXT = 1000
_MOST_WORDS = 30


_SERIES = re.compile(
    r"(?:la |the |die |il |el )?(?:serie|cycle|collection|saison|season|reihe|veranstaltungsreihe|ciclo|rassegna)"
)
_VIDEO = re.compile(r"//[^/]*(?:youtu|vimeo|dailymotion|peertube|arte\.tv|twitch|/videos/embed)|\.(?:mp4|webm)\b")
_AUDIO = re.compile(
    r"//[^/]*(?:soundcloud|spotify|ausha|acast|deezer|podcast|radiofrance|simplecast)|\.(?:mp3|ogg|m4a)\b"
)


class Labelled(NamedTuple):
    """A value under a label that means a field."""

    field: str
    label: str
    value: str


class Moment(NamedTuple):
    """A moment that a text states, what else the text says, and whether its hour was dropped for want of a zone."""

    moment: str
    rest: str
    hour_dropped: bool = False
    words: str = ""


def field_of(label: str) -> str:
    """The field of an episode that a label means, without its article and what follows ``of``; empty where none."""
    words = vocabulary(EpisodeFields)
    label = label.strip(" :*")
    bare = _ARTICLE.sub("", label, count=1) if _ARTICLE.match(label) else label
    for text in (label, bare, _OF.sub("", bare, count=1)):
        if text and (found := words.find(text)):
            return found
    return ""


def labelled(line: str) -> Labelled | None:
    """What a line ``Label: value`` says; None where it is none, or the label means no field."""
    match = LABELLED.fullmatch(line)
    found = field_of(match["label"]) if match else ""
    return Labelled(found, match["label"], match["value"].strip()) if match and found else None


def names_a_series(label: str) -> bool:
    """Whether a label for the series means a series, rather than one event."""
    return bool(_SERIES.match(fold(label)))


def medium_of(url: str, tag: str) -> str:
    """The kind of media that an element plays, ``audio`` or ``video``; empty for maps, forms and unknown addresses."""
    if not url.startswith(("http://", "https://")):
        return ""
    if tag in ("audio", "video"):
        return tag
    if tag == "source":
        return "audio" if re.search(r"\.(?:mp3|ogg|m4a|wav|opus)\b", url) else "video"
    kinds = {"video": _VIDEO, "audio": _AUDIO}
    return next((kind for kind, pattern in kinds.items() if pattern.search(url)), "")


def moment_in(
    text: str, options: Options, times: Iterable[tuple[str, str]] = (), *, most_rest: int = 8
) -> Moment | None:
    """The moment that a short text is, beside at most so many words of its own; None where it states none.

    ``times`` are the texts of ``time`` elements with the moments that they state: these go before what they say.
    """
    if len(text) > _LONGEST_DATE:
        return None
    for words, stated in times:
        if words in text:
            rest = _rest(text.replace(words, " ", 1))
            moment = _stated(stated, words, options) if len(rest.split()) <= most_rest else None
            if moment:
                return Moment(moment.date, rest, moment.time_dropped, words)
    words_of_text = text.split()
    if len(words_of_text) > _MOST_WORDS or not _YEAR.search(text):
        return None
    return _written(words_of_text, options, most_rest)


def _written(words: Sequence[str], options: Options, most_rest: int) -> Moment | None:
    """The first and longest run of words that is a date with its year."""
    years = [index for index, word in enumerate(words) if _YEAR.search(word)]
    for start in range(years[0] + 1):
        for end in range(len(words), years[0], -1):
            if start + len(words) - end > most_rest:
                break
            text = " ".join(words[start:end]).strip(_JOINTS)
            if text and (found := _parsed(text, options)):
                rest = _rest(" ".join([*words[:start], *words[end:]]))
                return Moment(found.date, rest, found.time_dropped, text)
    return None


def _parsed(text: str, options: Options) -> ParsedDate | None:
    try:
        return parse_date(text, day_first=options.day_first)
    except InvalidError:
        return None


def _stated(stated: str, words: str, options: Options) -> ParsedDate | None:
    """The moment of a ``time`` element; its words may state an hour that its attribute lacks."""
    for text in (stated, stated[:10]):
        try:
            return ParsedDate(check_moment(text), time_dropped=text != stated)
        except InvalidError:
            continue
    return _parsed(words, options)


def _rest(text: str) -> str:
    rest = " ".join(text.split()).strip(_JOINTS)
    return _AT.sub("", rest, count=1) if _AT.match(rest) else rest


def simple_value(field: str, text: str) -> Any:
    """The value of a field that is no date and no list of people; None where the text is no value of it."""
    if field in _TEXTS:
        return text if len(text) <= _LONGEST_TEXT else None
    if field == "number":
        return natural(text.lstrip("#n°Nº o."))
    if field == "duration":
        return _duration(text)
    if field == "status":
        return value_of("status", text)
    if field == "language":
        return value_of("language", text) or (language_tag(text) if len(text) < 12 else "") or None
    if field in ("links", "media"):
        address = _ADDRESS.search(text)
        return [{"url": address[0].rstrip(".,;)")}] if address and len(text) - len(address[0]) < 40 else None
    if field == "tags":
        found = [tag for part in re.split(r"[,;]", text) if (tag := part.strip(" #."))]
        return found if len(text) <= 300 else None
    return None


def _duration(text: str) -> str | None:
    match = re.fullmatch(
        r"(?:(\d{1,2})\s?h(?:eures?|ours?)?\s?)?(?:(\d{1,3})\s?(?:min(?:utes?|uten|utos|uti)?\.?)?)?", text
    )
    if match and (match[1] or match[2]):
        return f"PT{f'{match[1]}H' if match[1] else ''}{f'{int(match[2])}M' if match[2] else ''}"
    try:
        return check_duration(text)
    except InvalidError:
        return None


def is_moment(field: str) -> bool:
    """Whether the values of a field are moments."""
    return field in _MOMENTS
