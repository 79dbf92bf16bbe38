"""Patterns for the text of a page: headings of episodes, labels, lead-ins, page furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from totem_cli.importers.words import any_of, phrases
from totem_cli.language.fold import fold

_EPISODES, _LEAD_INS, _FURNITURE = phrases("episodes"), phrases("lead_ins"), phrases("furniture")

_ROMAN = {"I": 1, "V": 5, "X": 10}
_WORDS = {
    word: number
    for key in ("cardinals", "ordinals")
    for number, words in enumerate(_EPISODES[key], 1)
    for word in words.split("|")
}
_KIND = any_of(_EPISODES["kinds"])
_JOINT = r"\s?(?:[:|–—·•.)/-]++|\s-\s)\s?"
_SERIES = r"(?P<name>[^#]{2,120}?)\s?[,–—|:·-]?"
_EPISODE = re.compile(
    rf"(?:{_SERIES}\s)?{_KIND}\s?(?:n\s?[°ºo]\.?|no\.?|#|№)?\s?"
    rf"(?P<number>\d{{1,4}}|[IVX]{{1,5}}(?![A-Za-zÀ-ÿ])|{any_of(_EPISODES['cardinals'])})"
    rf"(?:{_JOINT}(?P<title>\S.*)|\s?[:|–—·•.)/-]*+|\s(?P<quoted>[«“\"].*))$",
    re.IGNORECASE,
)
_COUNTED_ORDINAL = r"\d{1,3}\s?(?:\.|[eᵉªº°]|è?re|er|e?me|ème|st|nd|rd|th)"
_ORDINAL = re.compile(
    rf"(?:le |la |the )?(?P<number>{any_of(_EPISODES['ordinals'])}|{_COUNTED_ORDINAL}) "
    rf"{_KIND}(?:{_JOINT}(?P<title>\S.*)|\s?:?)$",
    re.IGNORECASE,
)
_HASH = re.compile(rf"(?:{_SERIES}\s?)?#\s?(?P<number>\d{{1,4}})(?:{_JOINT}|\s)(?P<title>\S.*)$")
_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}|[IVX]{1,5})\s?(?:[.)/]|°|[–—-](?=\s)|\s[:|])\s?(?P<title>[^\W\d_«“\"].*|[«“\"].*)$"
)
_COUNTED = re.compile(
    rf"(?P<name>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,2}})\s(?:n\s?[°º]\.?\s?|no\.?\s?|#)?"
    rf"(?P<number>\d{{1,3}}|[IVX]{{1,5}}){_JOINT}(?P<title>\S.*)$"
)
_NUMBER_SIGN = re.compile(
    r"(?<!\w)(?:n\s?[°º]|№|#|no\.|nr\.)\s?(?P<number>\d{1,4})(?=\s?(?:[:|–—·]|-\s|\)|$))", re.IGNORECASE
)
_NTH = re.compile(rf"(?<![\w.])(?P<number>\d{{1,3}})(?:\.|[eᵉªº°]|ème|st|nd|rd|th)\s{_KIND}(?!\w)", re.IGNORECASE)
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Jr|Sr|St|Pr))(?<!\bMrs)(?<!\bMs)(?<!\bM)(?<!\bProf)\.\s(?=[A-ZÀ-Þ«“])"
)
_WRAPPED = re.compile(
    r"[^«“\"]{0,60}\b(?:récap\w*|recap|compte[- ]rendu|résumé|série|series|cycle)\b[^«“\"]{0,40}"
    r"[«“\"]\s?(?P<title>[^«»“”\"]{3,}?)\s?[»”\"]",
    re.IGNORECASE,
)
_GUEST_NOUN = (
    f"(?:nos |notre |les |l['’]|our |the |your |unsere? |i nostri |nuestr[oa]s? )?{any_of(_LEAD_INS['guest_nouns'])}"
)
_GUESTS = (
    rf"(?:(?:en (?:présence|compagnie)|(?:avec )?la participation|intervention|conférence|exposé) d['’](?=[A-ZÀ-Þ])"
    rf"|{any_of(_LEAD_INS['guests'])}"
    rf"(?:\s{_GUEST_NOUN}(?=\s?:)| la participation (?:exceptionnelle )?de| nous)?\s?:?\s"
    rf"|{_GUEST_NOUN}(?: de cet épisode| for this episode)?\s?[:–—]\s?)"
)
_LED_BY = (
    r"(?:une? |a |cette |this |ces |these |les )?(?:[\w’' -]{0,60}?\s)?"
    rf"{any_of(_LEAD_INS['host_verbs'])} (?:et \w+ |and \w+ )?(?:par|by)"
)
LEAD_INS = {
    kind: re.compile(rf"{pattern}(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL)
    for kind, pattern in {
        "guests": _GUESTS,
        "hosts": rf"{any_of([_LED_BY, *_LEAD_INS['hosts']])}\s?:?\s?",
        "partners": rf"{any_of(_LEAD_INS['partners'])}\s?:?\s?",
        "tags": rf"{any_of(_LEAD_INS['tags'])}\s?:\s?",
    }.items()
}
_HOSTS_INSIDE = re.compile(
    r"\b(?:animée?s?|modérée?s?|menée?s?|hosted|moderated|led) (?:par|by) (?P<rest>[^.!?;]+(?:\.[^\s.!?][^.!?;]*)*)",
    re.IGNORECASE,
)
_BEFORE_SENTENCE = re.compile("[.!?…] ")
_GUESTS_INSIDE = re.compile(rf"{_GUEST_NOUN}\s?:\s(?P<rest>\S.*)", re.IGNORECASE)
_WITH_INSIDE = re.compile(
    r"\b(?:débat|discussion|rencontre|échange|entretien|conversation|dialogue) avec (?P<rest>[^.!?]+)"
)
_IN_DIALOGUE = re.compile(
    r"(?:^|[,:.!?]\s)(?P<one>(?:[^\s,:.!?]+\s){1,10}?)(?:dialogu(?:e|ait|a)|discut(?:e|ait|a)|débat|débattait|échange(?:ait|a)?|"
    r"convers(?:e|ait)|s['’]entret(?:ient|enait|int)|s['’]est entretenue?) avec (?P<two>[^,:.!?]{3,100})"
)
_HOSTS_FIRST = re.compile(
    r"(?:^|[.!?]\s)(?P<rest>[A-ZÀ-Þ][^.!?;]{3,120}?),? (?:hosts|hosted|moderates|moderated|chaired|anime|animait|"
    r"animent|a animé|ont animé|modère|modérait|a modéré) "
    r"(?:the|both|each|every|these|this|all|les?|la|ces|cette|chaque|toutes)\b"
)
_PUBLISHED = re.compile(
    r"(?:publié|mis en ligne|posté|paru|published|posted|updated)(?:e)?(?: (?:le|on|par|by|in|dans))?\b.{0,120}$",
    re.IGNORECASE | re.DOTALL,
)

LABELLED = re.compile(r"(?P<label>[^\W\d_][^:\n.!?]{1,39}?)\s?:(?!//)\s*(?P<value>\S.*)", re.DOTALL)
"""``Label: value``."""

_LONGEST_HEADING = 400
"""Characters; longer texts are no headings, and patterns are not tried on them."""

_COMMENT_FORM = re.compile(r"comment|kommentar|coment|e-mail|email|champs obligatoires|required fields|^nom |^name ")
_BYLINE = re.compile(r"(?:par|by)\s(?:\S+\s){0,6}\S*[^\s.!?:;]", re.IGNORECASE)

_DATED_BYLINE = re.compile(r"(?:\w+ )?\d{1,2}(?:er|\.)? \w+ \d{4},? (?:par|by|von|por|di) \S.{0,60}", re.IGNORECASE)
_LABELS = {phrase: kind for kind, listed in phrases("labels").items() for phrase in listed}
_QUESTIONS_LABEL = re.compile(
    r"(?:(?:les|nos|the|our|\d+|[a-z]+) )?(?:questions|fragen|preguntas|domande)(?: [^?!.:;]*)?"
)
_LAST = re.compile(rf"(?:\d+ )?{any_of(_FURNITURE['last_headings'])}")
_FURNITURE_HEADINGS = re.compile(rf"(?:\d+ )?{any_of(_FURNITURE['headings'])}(?=\W|$)")
_FURNITURE_LINES = re.compile(any_of(_FURNITURE["lines"]))
_SHARES = frozenset(_FURNITURE["share"])
FURNITURE_WORDS = frozenset(_FURNITURE["classes"])
"""Classes and ids of what surrounds a text on its page."""

_FORMS = frozenset({"comment form", "search form", "subscription form", "cookie notice"})
_BUTTONS = frozenset({"menu", "share links", "share links or a menu", "a button or a menu"})
_SENTENCE = 8
"""The fewest words of a sentence, as a menu has none."""

_FURNITURE_KINDS = {kind: frozenset(words) for kind, words in phrases("furniture_kinds").items()}


def number_of(text: str) -> int | None:
    """The number that digits, Roman numerals or a word say."""
    if digits := re.match(r"\d+", text):
        return int(digits[0])
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    values = [_ROMAN.get(letter, 0) for letter in text.upper()]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True)) or None


class Heading(NamedTuple):
    """A heading of an episode: its number, its title, and the series or the word before the number."""

    number: int | None
    title: str
    name: str = ""


def episode_heading(text: str) -> Heading | None:
    """A heading such as ``Épisode 1 : …``, maybe after a series' title; its own title may come after it."""
    return _heading(text, _EPISODE.match, _ORDINAL.match, _HASH.match)


def number_in(title: str) -> int | None:
    """The number that a title says beside its name, ``Café du port n° 12 : Les digues``; None where it says none."""
    found = _NUMBER_SIGN.findall(title[:_LONGEST_HEADING]) or _NTH.findall(title[:_LONGEST_HEADING])
    return int(found[0]) if len(found) == 1 and int(found[0]) else None


def numbered_heading(text: str) -> Heading | None:
    """A heading such as ``1. …``."""
    return _heading(text, _NUMBERED.match)


def counted_heading(text: str) -> Heading | None:
    """A heading such as ``Mardi 2 : …``, whatever the word."""
    return _heading(text, _COUNTED.match)


def _heading(text: str, *matchers: Callable[[str], re.Match[str] | None]) -> Heading | None:
    if len(text) > _LONGEST_HEADING:
        return None
    match = next(filter(None, (match(text) for match in matchers)), None)
    if not match:
        return None
    found = match.groupdict(default="")
    if re.fullmatch(r"(?:19|20)\d\d", found["number"]) and not re.search(
        r"(?:n\s?[°º]|no\.?|#|№)\s?$", text[: match.start("number")]
    ):
        return None  # a year
    title = unquoted(found["title"] or found.get("quoted", ""))
    return Heading(number_of(found["number"]), title, found.get("name", "").strip(" -–—|:,·"))


def unquoted(title: str) -> str:
    """A title without quotation marks around the whole of it."""
    match = re.fullmatch(r"«\s?([^«»]*?)\s?»|“([^“”]*)”|\"([^\"]*)\"", title.strip())
    return next(part for part in match.groups() if part is not None).strip() if match else title.strip()


def label_kind(text: str) -> str:
    """What a heading that is only a label announces: ``guests``, ``questions``, ``recap``…; else empty."""
    plain = re.sub(r"^\d{1,2}[.)]\s+", "", fold(text).rstrip(" :."))
    if len(plain) < 50 and _QUESTIONS_LABEL.fullmatch(plain):
        return "questions"
    return _LABELS.get(plain) or _LABELS.get(
        re.sub(r"^(?:les |the )?(?:\d+|deux|trois|quatre|cinq|two|three|four|five) ", "", plain), ""
    )


def is_furniture_heading(text: str) -> bool:
    """Whether a heading announces what is no part of the text: comments, related posts, share links."""
    return len(text) < 90 and bool(_FURNITURE_HEADINGS.match(fold(text).replace("’", "'")))


def furniture_kind(words: Iterable[str]) -> str:
    """What furniture with these classes and this tag is: ``share links``, ``comment form``, ``menu`` and others."""
    there = frozenset(words)
    kind = next((kind for kind, known in _FURNITURE_KINDS.items() if known & there), "furniture of the page")
    return kind.replace("_", " ")


def is_sure_furniture(kind: str, text: str) -> bool:
    """Whether furniture of a kind says nothing of the page: a form, or links and buttons with no sentence in them."""
    if kind in _FORMS:
        return True
    sentences = re.split(r"[.!?…](?:\s|$)", text)[:-1]
    return kind in _BUTTONS and not any(len(one.split()) >= _SENTENCE for one in sentences)


def ends_the_text(line: str) -> bool:
    """Whether a line of plain text begins what comes after all texts: comments, related posts."""
    return bool(_LAST.fullmatch(fold(line).strip(" :.")))


def is_furniture_line(text: str) -> bool:
    """Whether a line is a button, a menu's entry or a form's label."""
    words = fold(text).split()
    if not words or len(text) >= 200:
        return False
    parts = re.split(r"\s[|·•/›»>]\s|\|", fold(text).replace("’", "'"))
    is_button = all(_FURNITURE_LINES.fullmatch(part.strip(" :.")) for part in parts if part.strip())
    return is_button or (len(text) < 80 and all(word in _SHARES for word in words))


def furniture_line(text: str) -> str:
    """What a line of furniture is, by its words."""
    plain = fold(text)
    if plain.startswith(("partag", "share", "tweet", "teilen", "compart", "condivid")) or plain.split()[0] in _SHARES:
        return "share links"
    return "comment form" if _COMMENT_FORM.search(plain) else "a button or a menu"


def hosts_inside(text: str) -> str:
    """The hosts that a longer sentence names in passing; else empty."""
    match = _HOSTS_INSIDE.search(text) or _HOSTS_FIRST.search(text)
    return match["rest"] if match else ""


def is_dateline(text: str) -> bool:
    """Whether a line holds only the date or the author of the page."""
    return len(text) < 150 and bool(_PUBLISHED.match(text) or _BYLINE.fullmatch(text) or _DATED_BYLINE.fullmatch(text))


def guess_language(text: str) -> str:
    """The language whose frequent short words the text has most of; empty where none has more than the others."""
    counted = Counter(re.findall(r"[a-zà-ÿ]+", text.lower()[:20_000]))
    counts = {language: sum(counted[word] for word in frequent) for language, frequent in phrases("languages").items()}
    best = max(counts, key=counts.__getitem__)
    return best if list(counts.values()).count(counts[best]) == 1 else ""


def unwrapped(title: str) -> str:
    """A series' title without the words of its page around it: ``Le récap intégral de « X »`` is ``X``."""
    match = _WRAPPED.fullmatch(title)
    return match["title"] if match else title


def guests_inside(text: str) -> Iterator[tuple[str, ...]]:
    """The phrases that may name the guests of a paragraph after its beginning, in each way to name them."""
    begins = (end.end() for end in _BEFORE_SENTENCE.finditer(text))
    if match := next(filter(None, (_GUESTS_INSIDE.match(text, begin) for begin in begins)), None):
        yield (first_sentence(match["rest"])[0],)
    if match := _IN_DIALOGUE.search(text):
        yield match["one"], match["two"]
    if match := _WITH_INSIDE.search(text):
        yield (match["rest"],)


def lead_in(text: str) -> tuple[str, str] | None:
    """What a sentence such as ``Avec …`` or ``Animé par …`` introduces (``guests``, ``hosts``…), and its rest."""
    matches = ((kind, pattern.match(text)) for kind, pattern in LEAD_INS.items())
    return next(((kind, match["rest"]) for kind, match in matches if match), None)


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence of a text, without its full stop, and what follows; the point of ``Dr.`` ends none."""
    match = _SENTENCE_END.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")
