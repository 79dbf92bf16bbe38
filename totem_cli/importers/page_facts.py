"""What a page says of an episode under a label: ``Lieu : Salle Nord``, ``Speaker: …``, a field of a content system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers import Options, natural
from totem_cli.importers.dates import ParsedDate, decide_order, parse_date
from totem_cli.importers.page_words import LABELLED, label_kind
from totem_cli.importers.words import any_of, phrases, value_of
from totem_cli.language.dates import iso_duration
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.labels import language_tag
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import vocabulary

_LONGEST_DATE = 160
_NUMBERS = re.compile(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-]\d{4}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_ARTICLE = re.compile(
    r"(?:les?|la|l['’]|nos|notre|the|our|der|die|das|den|unsere?|el|los?|las?|nuestr[oa]s?|il|i|gli|le|nostr[ie]) ?\b",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\s(?:du|de|des|d['’]|of|for|de la|der|des|vom|zum|del|della|dei|delle|para|per)\b.*", re.IGNORECASE | re.DOTALL
)
_AND = re.compile(r"\s(?:[&+/]|et|and|und|y|e)\s")
_JOINTS = " ,;:.|–—-·•()\u00a0"
_BEFORE = re.compile(r"(?:\S+ ){0,2}(?:du|le|on|of|vom|am|del|il)", re.IGNORECASE)
"""What leads to a date: ``Rencontre du``."""

_HELD = re.compile(
    r"(?P<lead>(?:held|recorded|filmed|it took place) (?:at|in)(?: the)?|(?:tenue?s?|enregistrée?s?|a eu lieu)"
    r" (?:à|au|aux|dans)(?: la| le| l['’])?)\s?(?P<place>\S.*?),?(?: (?P<tail>on|le|ce))?",
    re.IGNORECASE,
)
"""Where and on which day something was held."""

_EVENTS = frozenset(map(fold, phrases("columns")["events"]))
_OF_AN_EVENT = re.compile(rf"(?:\S+ ){{0,4}}{any_of(sorted(_EVENTS))}(?:-\S+| \S+)?(?: (?:du|de|of|vom|del|de la))?")
EVENT_ON = re.compile(
    rf"(?:^|\s){any_of(sorted(_EVENTS))}\s"
    r"(?:du|of|vom|del|on)\s(?P<rest>[^,.;:(]{6,40})"
)
"""An event and its date in a longer sentence, folded."""

_ASKED = re.compile(r"(?P<label>[^\W\d_]{2,8})\s?\?\s+(?P<value>\S.*)", re.DOTALL)
"""A label that asks: ``Quand ? Mardi 5 mars``."""

_TIMES = frozenset(map(fold, phrases("columns")["time"]))

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
    """The date that a part of a text states, that part, and what else the text says."""

    date: ParsedDate
    words: str
    rest: str
    is_place: bool = False
    """Whether the rest is said to be where: ``im Museum``, ``at the Swan``."""
    lead: str = ""
    """The words that lead to the date: ``Rencontre du``."""


class DateOptions(NamedTuple):
    """How the dates of a page are read: its language, which of two numbers is the day, the zone of bare hours.

    ``published`` is when the page was published, as its structured data says.
    """

    language: str = ""
    day_first: bool | None = None
    timezone: str | None = None
    published: str = ""
    shown: str = ""
    """When the page says that it was published, in its structured data or beside its text."""

    @classmethod
    def of(cls, options: Options, language: str, text: str, published: str = "", shown: str = "") -> DateOptions:
        """What the options say, else what the dates in the text decide."""
        order = decide_order(_NUMBERS.findall(text)) if options.day_first is None else options.day_first
        return cls(language, order, options.timezone, published, (published or shown)[:10])

    def parse(self, text: str) -> ParsedDate | None:
        """The date that a text is; None where it is none."""
        try:
            return parse_date(text, language=self.language, day_first=self.day_first, timezone=self.timezone)
        except InvalidError:
            return None


def field_of(label: str, mapped: Mapping[str, str] | None = None) -> str:
    """The field of an episode that a label means, without its article and what follows ``of``; empty where none.

    ``mapped`` are the fields that the user says, by folded labels.
    """
    words = vocabulary(EpisodeFields)
    label = label.strip(" :*")
    if mapped and fold(label) in mapped:
        return mapped[fold(label)]
    bare = _ARTICLE.sub("", label, count=1) if _ARTICLE.match(label) else label
    for text in (label, bare, _OF.sub("", bare, count=1), _AND.split(bare)[0]):
        if text and (found := words.find(text)):
            return found
    return "date" if fold(bare) in _TIMES else ""


def labelled(line: str, mapped: Mapping[str, str] | None = None) -> Labelled | None:
    """What a line ``Label: value`` says; None where it is none, or the label means no field and is not ``mapped``."""
    asked = _ASKED.fullmatch(line)
    match = asked or LABELLED.fullmatch(line)
    found = field_of(match["label"], mapped) if match else ""
    found = found or (label_kind(asked["label"]) if asked and label_kind(asked["label"]) == "guests" else "")
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


def moment_in(text: str, dates: DateOptions, times: Iterable[tuple[str, str]] = (), *, most: int = 8) -> Moment | None:
    """The date that a short text is, beside at most so many words of its own; None where it states none.

    ``times`` are the texts of ``time`` elements with the moments that they state: these go before what they say.
    """
    if len(text) > _LONGEST_DATE:
        return None
    for words, stated in times:
        before, is_in, after = text.partition(words)
        rest = _around(before, after) if is_in else ("", False, "") if text in words else None
        if rest is not None and len(rest[0].split()) <= most and (found := _stated(stated, words, dates)):
            return Moment(found, words, *rest)
    written = text.split()
    return _written(written, dates, most) if len(written) <= _MOST_WORDS and _YEAR.search(text) else None


def _written(words: Sequence[str], dates: DateOptions, most: int) -> Moment | None:
    """The first and longest run of words that is a date with its year."""
    year = next(index for index, word in enumerate(words) if _YEAR.search(word))
    for start in range(year + 1):
        for end in range(len(words), year, -1):
            if start + len(words) - end > most:
                break
            text = _stripped(" ".join(words[start:end]))
            if text and (found := dates.parse(text)):
                return Moment(found, text, *_around(" ".join(words[:start]), " ".join(words[end:])))
    return None


def _stated(stated: str, words: str, dates: DateOptions) -> ParsedDate | None:
    """The moment of a ``time`` element; where it has no hour, its words may."""
    found = dates.parse(stated) or dates.parse(stated[:10])
    written = dates.parse(words) if len(stated) <= 10 else None
    return written if found and written and written.date.startswith(found.date) else found or written


def _around(before: str, after: str) -> tuple[str, bool, str]:
    """What stands around a date; whether it is said to be a place; the words that lead to the date, apart."""
    before = before.strip(_JOINTS)
    if (held := _HELD.fullmatch(before)) and not after.strip(_JOINTS):
        return held["place"], True, f"{held['lead']} {held['tail'] or ''}".strip()
    is_lead = _BEFORE.fullmatch(before) or fold(before) in _EVENTS or _OF_AN_EVENT.fullmatch(fold(before))
    rest = _stripped(" ".join(f"{'' if is_lead else before} {after}".split()))
    is_place = _AT.match(rest) is not None
    return (_AT.sub("", rest, count=1) if is_place else rest), is_place, before if is_lead else ""


def _stripped(text: str) -> str:
    """A text without the signs at its ends that join it to others; brackets stay in pairs."""
    bare = text.strip(_JOINTS)
    return f"{bare})" if bare.count("(") > bare.count(")") and f"{bare})" in text else bare


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
    try:
        return parse_duration(text)
    except InvalidError:
        return None


def duration_between(start: str, end: str) -> str:
    """How long it is from one moment to a later one, in ISO 8601; empty where that is not known."""
    if len(start) == len(end) == len("2020-01-01"):
        days = (date.fromisoformat(end) - date.fromisoformat(start)).days
        return f"P{days + 1}D" if days > 0 else ""
    if "T" not in start or "T" not in end:
        return ""
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return iso_duration(round(seconds)) if seconds > 0 else ""


def is_moment(field: str) -> bool:
    """Whether the values of a field are moments."""
    return field in _MOMENTS
