"""The words by which a page of recaps is known, in French and English: labels, lead-ins, page furniture."""

from __future__ import annotations

import re
from collections import Counter

from totem_cli.importers.words import phrases
from totem_cli.language.fold import fold

_NUMBER = r"(?P<number>\d{1,4}|[IVX]{1,5}(?![A-Za-zÀ-ÿ])|un|deux|trois|quatre|cinq|six|one|two|three|four|five)"
_ROMAN = {"I": 1, "V": 5, "X": 10}
_WORDED = {
    word: number
    for number, words in enumerate(
        [
            "un one premier première first",
            "deux two deuxième second seconde",
            "trois three troisième third",
            "quatre four quatrième fourth",
            "cinq five cinquième fifth",
            "six sixième sixth",
        ],
        1,
    )
    for word in words.split()
}
_KIND = (
    r"(?:épisode|episode|épis\.|ép\.?|ep\.?|discussion|table[ -]ronde|rencontre|volet|acte|débat|"
    r"numéro|session|talk|partie|part|chapitre|chapter|conversation|panel)"
)
_JOINT = r"\s?(?:[:|–—·•.)/-]+|\s-\s)\s?"
_EPISODE = re.compile(
    rf"(?:(?P<series>[^#]{{2,120}}?)\s?[,–—|"
    rf":·-]?\s)?{_KIND}\s?(?:n\s?[°ºo]\.?|no\.?|#|"
    rf"№)?\s?{_NUMBER}"
    rf"(?:{_JOINT}(?P<title>\S.*)|(?P<bare>\s?[:|–—.-]?)|\s(?P<quoted>[«“\"].*))$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"(?:le |la |the )?(?P<number>premier|première|deuxième|seconde?|troisième|quatrième|cinquième|"
    rf"sixième|first|second|third|fourth|fifth|sixth) "
    rf"{_KIND}(?:{_JOINT}(?P<title>\S.*)|(?P<bare>\s?:?))$",
    re.IGNORECASE,
)
_HASH = re.compile(
    rf"(?:(?P<series>[^#]{{2,120}}?)\s?[,–—|"
    rf":·-]?\s?)?#[\s\u00a0\u202f]?(?P<number>\d{{1,4}})(?:{_JOINT}|"
    rf"\s)(?P<title>\S.*)$"
)
_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}|[IVX]{1,5})\s?(?:[.)/]|°|[–—-](?=\s)|\s[:|"
    r"])\s?(?P<title>[^\W\d_«“\"].*|[«“\"].*)$"
)

_COUNTED = re.compile(
    rf"(?P<word>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,2}})\s(?:n\s?[°º]\.?\s?|no\.?\s?|#)?"
    rf"(?P<number>\d{{1,3}}|[IVX]{{1,5}}){_JOINT}(?P<title>\S.*)$"
)

_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Jr|Sr|St|Pr))(?<!\bMrs)(?<!\bMs)(?<!\bM)(?<!\bProf)\.\s(?=[A-ZÀ-Þ«“])"
)
_WRAPPED = re.compile(
    r"[^«“\"]{0,60}\b(?:récap\w*|recap|compte[- ]rendu|résumé|série|series|cycle)\b[^«“\"]{0,40}"
    r"[«“\"]\s?(?P<title>[^«»“”\"]{3,}?)\s?[»”\"]",
    re.IGNORECASE,
)

_GUEST_NOUN = (
    r"(?:nos |les |our |the |your )?(?:invitée?s?|invité[·.(-]?e?[·.)-]?s?\)?|intervenante?s?|"
    r"participante?s?|guests?|speakers?|panel(?:l?ists?)?|experts?|les voix)"
)
_GUESTS = re.compile(
    rf"(?:(?:avec|with|w/|featuring|feat\.|en présence de|en compagnie de|autour de la table|on the panel|"
    rf"joined by|ont participé(?: à cette discussion)?|"
    rf"une? (?:discussion|rencontre|conversation|échange|entretien|table[ -]ronde) (?:entre|avec)|"
    rf"(?:an? )?(?:conversation|discussion|panel|talk) (?:with|between))"
    rf"(?:\s+{_GUEST_NOUN}(?=\s?:)| la participation (?:exceptionnelle )?de|"
    rf" nous)?\s?:?\s"
    rf"|{_GUEST_NOUN}(?: de cet épisode| for this episode)?\s?[:–—]\s?)(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_HOSTS = re.compile(
    r"(?:(?:une? |a |cette |this |ces |these |les )?(?:[\w’' -]{0,60}?\s)?(?:animée?s?|présentée?s?|"
    r"modérée?s?|conduite?s?|menée?s?|hosted|moderated|presented|led|chaired) (?:et \w+ |"
    r"and \w+ )?(?:par|by)"
    r"|propos recueillis par|host(?:s|ed by)?\s?:|moderators?\s?:|"
    r"animat(?:ion|eur|rice|eurs|rices)\s?:|modérat(?:ion|eur|rice)\s?:|"
    r"hôtes?\s?:|présentation\s?:)"
    r"\s?:?\s?(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_HOSTS_INSIDE = re.compile(
    r"\b(?:animée?s?|modérée?s?|menée?s?|hosted|moderated|led) (?:par|by) (?P<rest>[^.!?;]+(?:\.[^\s.!?][^.!?;]*)*)",
    re.IGNORECASE,
)
_HOSTS_FIRST = re.compile(
    r"(?:^|[.!?]\s)(?P<rest>[A-ZÀ-Þ][^.!?;]{3,120}?),? (?:hosts|hosted|moderates|moderated|chaired|anime|animait|"
    r"animent|a animé|ont animé|modère|modérait|a modéré) "
    r"(?:the|both|each|every|these|this|all|les?|la|ces|cette|chaque|toutes)\b"
)
_PARTNERS = re.compile(
    r"(?:en (?:partenariat|association|collaboration) avec|(?:avec|grâce au) (?:le )?(?:soutien|"
    r"concours) d(?:e |u |es |['’])|in (?:partnership|association|collaboration) with|supported by|"
    r"sponsored by|with the support of|presented with|"
    r"partenaires?(?: éditorial| médias?)?\s?:|(?:media )?partners?\s?:|"
    r"sponsors?\s?:)\s?:?\s?(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = re.compile(
    r"(?:mots[ -]clés|étiquettes|tags?|tagged(?: with| as)?|keywords|thèmes?|"
    r"sujets)\s?:\s?(?P<rest>\S.*)",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:publié|mis en ligne|posté|paru|published|posted|updated)(?:e)?(?: (?:le|on|par|by|in|dans))?\b.{0,120}$",
    re.IGNORECASE | re.DOTALL,
)

_BYLINE = re.compile(r"(?:par|by)\s(?:\S+\s){0,6}\S*[^\s.!?:;]", re.IGNORECASE)

LEAD_INS = {"guests": _GUESTS, "hosts": _HOSTS, "partners": _PARTNERS, "tags": _TAGS}

_LABELS = {phrase: kind for kind, listed in phrases("labels").items() for phrase in listed}
_QUESTIONS_LABEL = re.compile(r"(?:(?:les|nos|the|our|\d+|[a-z]+) )?questions(?: [^?!.:;]*)?")
_FURNITURE = phrases("furniture")
_LAST = re.compile(rf"(?:\d+ )?(?:{'|'.join(_FURNITURE['last_headings'])})")
_FURNITURE_HEADINGS = re.compile(rf"(?:\d+ )?(?:{'|'.join(_FURNITURE['headings'])})(?=\W|$)")
_FURNITURE_LINES = re.compile("|".join(_FURNITURE["lines"]))
_SHARES = frozenset(_FURNITURE["share"])
FURNITURE_WORDS = frozenset(_FURNITURE["classes"])
"""Classes and ids of what surrounds a text on its page."""


def number_of(text: str) -> int | None:
    """The number that digits, Roman numerals or a word say."""
    if text.isdecimal():
        return int(text)
    if text.lower() in _WORDED:
        return _WORDED[text.lower()]
    values = [_ROMAN.get(letter, 0) for letter in text.upper()]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True)) or None


def episode_heading(text: str) -> tuple[int | None, str, str] | None:
    """Number, title and series of a heading such as ``Épisode 1 : …``; the title is empty where it comes after."""
    for pattern in (_EPISODE, _ORDINAL, _HASH):
        match = pattern.match(text)
        if match:
            told = match.groupdict()
            title = told.get("title") or told.get("quoted") or ""
            return number_of(match["number"]), unquoted(title), (told.get("series") or "").strip(" -–—|:,·")
    return None


def numbered_heading(text: str) -> tuple[int | None, str] | None:
    """Number and title of a heading such as ``1. …``."""
    match = _NUMBERED.match(text)
    return (number_of(match["number"]), unquoted(match["title"])) if match else None


def counted_heading(text: str) -> tuple[str, int | None, str] | None:
    """Word, number and title of a heading such as ``Mardi 2 : …``, whatever the word."""
    match = _COUNTED.match(text)
    return (fold(match["word"]), number_of(match["number"]), unquoted(match["title"])) if match else None


def unquoted(title: str) -> str:
    """A title without quotation marks around the whole of it."""
    match = re.fullmatch(r"«\s?([^«»]*?)\s?»|“([^“”]*)”|\"([^\"]*)\"", title.strip())
    return next(part for part in match.groups() if part is not None).strip() if match else title.strip()


def label_kind(text: str) -> str:
    """What a heading that is only a label announces: ``guests``, ``questions``, ``recap``…; else empty."""
    plain = fold(text).rstrip(" :.")
    if len(plain) < 50 and _QUESTIONS_LABEL.fullmatch(plain):
        return "questions"
    return _LABELS.get(plain) or _LABELS.get(
        re.sub(r"^(?:les |the )?(?:\d+|deux|trois|quatre|cinq|two|three|four|five) ", "", plain), ""
    )


def is_furniture_heading(text: str) -> bool:
    """Whether a heading announces what is no part of the text: comments, related posts, share links."""
    return len(text) < 90 and bool(_FURNITURE_HEADINGS.match(fold(text).replace("’", "'")))


def ends_the_text(line: str) -> bool:
    """Whether a line of plain text begins what comes after all texts: comments, related posts."""
    return bool(_LAST.fullmatch(fold(line).strip(" :.")))


def is_furniture_line(text: str) -> bool:
    """Whether a line is a button, a menu's entry or a form's label."""
    parts = re.split(r"\s+[|·•/›»>]\s+|\s*\|\s*", fold(text).replace("’", "'"))
    if len(text) < 80 and all(word in _SHARES for word in fold(text).split()):
        return True
    return len(text) < 200 and all(_FURNITURE_LINES.fullmatch(part.strip(" :.")) for part in parts if part.strip())


def hosts_inside(text: str) -> str:
    """Who leads, where a longer sentence says it by the way; else empty."""
    match = _HOSTS_INSIDE.search(text) or _HOSTS_FIRST.search(text)
    return match["rest"] if match else ""


def is_dateline(text: str) -> bool:
    """Whether a line says when and by whom the page was published, and nothing else."""
    return len(text) < 150 and bool(_PUBLISHED.match(text) or _BYLINE.fullmatch(text))


def guess_language(text: str) -> str:
    """The language whose frequent short words the text has most of; empty where none has more than the others."""
    counted = Counter(re.findall(r"[a-zà-ÿ]+", text.lower()[:20_000]))
    counts = {language: sum(counted[word] for word in frequent) for language, frequent in phrases("languages").items()}
    best = max(counts, key=counts.__getitem__)
    return best if list(counts.values()).count(counts[best]) == 1 else ""


def unwrapped(title: str) -> str:
    """A series' title without the words of its page around it: ``Le récap intégral de « X »`` is ``X``."""
    told = _WRAPPED.fullmatch(title)
    return told["title"] if told else title


def lead_in(text: str) -> tuple[str, str] | None:
    """What a sentence such as ``Avec …`` or ``Animé par …`` introduces (``guests``, ``hosts``…), and its rest."""
    matches = ((kind, pattern.match(text)) for kind, pattern in LEAD_INS.items())
    return next(((kind, match["rest"]) for kind, match in matches if match), None)


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence of a text, without its full stop, and what follows; the point of ``Dr.`` ends none."""
    match = _SENTENCE_END.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")
