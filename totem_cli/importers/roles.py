"""Words about people: whether they are a role, an organisation, a newsroom or a first name; roles taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from unicodedata import combining, normalize

from totem_cli.importers.words import any_of, phrases

FIRST_PERSON, FIRST_ORGANISATION, LAST_MARK = "\ue000", "\ue800", "\uf000"
"""The private characters that stand for names while a text is taken apart (:class:`guests.Marks`)."""

MARK = re.compile(f"[{FIRST_PERSON}-{LAST_MARK}]")

_PEOPLE = phrases("people")
PARTICLES = frozenset(_PEOPLE["particles"])
COURTESIES = frozenset(_PEOPLE["courtesies"])
PREFIXES = frozenset(_PEOPLE["prefixes"]) | COURTESIES
ARTICLES = frozenset(_PEOPLE["articles"])
SUFFIXES = frozenset(_PEOPLE["suffixes"])

_HIGH = f'A-ZÀ-ÖØ-Þ0-9«“"{FIRST_PERSON}-{LAST_MARK}'
_INSTITUTION = rf"{any_of(_PEOPLE['institutions'])}\b"
_INSTITUTIONS = re.compile(_INSTITUTION, re.IGNORECASE)
_FORMERLY = r"(?:co-?|ex-?\s?|ancien(?:ne)?s? |former |ehemalige[rn]? |antigu[oa] )?"
_UNDIVIDED = re.compile(
    rf"{_FORMERLY}(?:{any_of(_PEOPLE['undivided'])}\b|{any_of(_PEOPLE['of_a_field'])})", re.IGNORECASE
)
_AN_ARTICLE = r"(?:la\s+|le\s+|les\s+|l['’]\s?|the\s+|der\s+|dem\s+|den\s+|die\s+|das\s+|el\s+|los\s+|las\s+|il\s+)?"
_AT = re.compile(
    r"(?:^|\s)(?:chez|@|at|au sein (?:de|d['’]|du|des)|auprès de|bei|beim|presso|en (?:el|la|los|las))\s*"
    rf"{_AN_ARTICLE}(?=[{_HIGH}]|{_INSTITUTION}|[\w-]+\.[a-z])"
    rf"|(?:^|\s)(?:an der|am|an den|im|in der|al|alla|allo|ai|alle|all['’])\s?(?=[{_HIGH}])"
)
"""What comes after is an organisation."""

_FOR = re.compile(
    r"(?:^|\s)(?:pour|for|from|with|para|per)\s+"
    rf"{_AN_ARTICLE}(?=[{_HIGH}]|{_INSTITUTION}|[\w-]+\.[a-z])"
)
"""What comes after is an organisation, where no :data:`_AT` says otherwise."""

_OF = re.compile(
    r"(?:^|\s)(?:(?:de\s+las?|de\s+los|de\s+el|à\s+la|of\s+the|de|del|dello|della|dei|degli|delle|di|du|des|à|au|aux|of|"
    r"von\s+der|von|vom|der|zum|zur)\s+"
    rf"|de\s+l['’]\s?|à\s+l['’]\s?|d['’]\s?|dell['’]\s?)(?=[{_HIGH}])"
)
_OF_INSTITUTION = re.compile(
    r"(?:^|\s)(?:(?:de\s+las?|à\s+la|of\s+the|at\s+the|du|au|del|della|dello|di|de)\s+"
    r"|de\s+l['’]\s?|à\s+l['’]\s?|dell['’]\s?)"
    rf"(?=(?P<institution>{_INSTITUTION}))"
)
"""What comes after is an organisation, where a name (:data:`_CAPITAL`) comes after the word for what it is."""

_CAPITAL = re.compile(f"[A-ZÀ-Þ{FIRST_PERSON}-{LAST_MARK}]")
_KNOWN_AFTER = re.compile(rf"(?<=\w)\s([{FIRST_ORGANISATION}-{LAST_MARK}])$")
_COMPLEMENT = re.compile(r"\s(?:de|du|des|d['’]|de l['’]|of|del|di|della|dell['’]|der|für)\s?\w")
_COMPANY = re.compile(rf"(?:la |le |l['’])?{any_of(_PEOPLE['companies'])}\s+(?=[A-Z0-9{FIRST_PERSON}-{LAST_MARK}])")
_ARTICLE = re.compile(
    r"(?:l['’]\s?|la\s+|le\s+|les\s+|the\s+|an?\s+|une?\s+|notre\s+|our\s+|son\s+|sa\s+)(?=\S)", re.IGNORECASE
)
_ARTICLE_BEFORE = re.compile(
    r"l['’]|(?:la|le|les|the|notre|our|son|sa|ses|leurs?|his|her|un|une|an?|el|il|lo|gli|der|die|una) "
)
_ROLE_BEFORE = re.compile(r"[^\W\d_A-Z][^,()]*")
_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.’'-]*")
_LATER_IN_NAME = re.compile(rf"{_CAPITALISED.pattern}|de|du|van|von|der|le|la|d['’][A-Z][\w-]*")
_RESUMED = re.compile(
    r"(?<!\s)\s+(?=(?:(?:co-?)?chargée?s?|en charge|déléguée?s?|responsable|in charge|responsible)\b)"
)
"""Where the role goes on after a name: ``adjointe au maire d’Angers chargée des mobilités``."""

_PREPOSITION = re.compile(
    r"\s(?:chez|at|of|de|du|des|d['’]|à|au|for|pour|@|&|von|vom|der|bei|beim|für|an|am|im|in|del|della|dell['’]|di|al|alla"
    r"|all['’]|presso|para|per|en)(?:\s|(?<=['’]))"
)
_AGE = re.compile(r"\d{1,3} (?:ans|years old|years|jahre(?: alt)?|años|anni)", re.IGNORECASE)
_NEWSROOM = re.compile(
    rf"(?:(?:de )?(?:toute )?{any_of(_PEOPLE['newsrooms'])}(?: of| at| from)?)\s+"
    r"(?P<link>(?-i:de la |de l['’]|de |du |des |d['’]))?(?P<name>\S.*)",
    re.IGNORECASE,
)
_NEWSROOM_AFTER = re.compile(r"the (?P<name>[A-Z].*?) (?:newsroom|team|editorial team|staff)")


_MOST_NAMES = 2000


class Marks:
    """Known names, each put as one private character; more than 2000 of a kind are left out."""

    def __init__(self, persons: Iterable[str], organisations: Iterable[str]) -> None:
        self._marks: dict[str, str] = {}
        for first, names in ((FIRST_PERSON, persons), (FIRST_ORGANISATION, organisations)):
            clean = [name for name in dict.fromkeys(" ".join(name.split()) for name in names) if name]
            for index, name in enumerate(clean[:_MOST_NAMES]):
                self._marks.setdefault(name, chr(ord(first) + index))
        self._names = {mark: name for name, mark in self._marks.items()}
        longest_first = sorted(self._marks, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)")

    def put(self, text: str) -> str:
        """The text with each known name as its mark."""
        return self._pattern.sub(lambda match: self._marks[match[0]], MARK.sub("\ufffd", text))

    def take(self, text: str) -> str:
        """The text with its names again."""
        return MARK.sub(lambda match: self._names.get(match[0], match[0]), text)


def bare(word: str) -> str:
    """A word without case, accents and the marks of inclusive writing: ``Fondateur·rice`` is ``fondateurrice``."""
    plain = "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
    return re.sub(r"[·•()]|(?<=\w)\.(?=\w)", "", plain).casefold().replace("’", "'")


_ROLES = frozenset(bare(word) for word in _PEOPLE["roles"] if not word.endswith("*"))
_ROLE_STEMS = tuple(bare(word[:-1]) for word in _PEOPLE["roles"] if word.endswith("*"))
_ROLE_ENDING = re.compile(rf"\w{{2,30}}{any_of(_PEOPLE['role_endings'])}(?:nen)?", re.IGNORECASE)
_MODIFIERS = frozenset(_PEOPLE["modifiers"])
_ORGANISATIONS = frozenset(map(bare, _PEOPLE["organisations"]))
_PLACES = frozenset(_PEOPLE["places"])
_FIRST_NAMES = frozenset(_PEOPLE["first_names"])


def is_role(word: str) -> bool:
    """Whether a word is the noun of a role: ``CEO``, ``fondatrice``, ``Engineer``."""
    plain = bare(word).strip(",.;:'\"")
    plain = plain.removeprefix("l'").removeprefix("d'").removeprefix("ex-")
    return plain in _ROLES or plain.startswith(_ROLE_STEMS) or bool(_ROLE_ENDING.fullmatch(word.strip(",.;:")))


def is_plural(role: str) -> bool:
    """Whether the noun of a role is of several people; a German one may be of one man, too."""
    for word in role.split()[:2]:
        plain = bare(word).strip(",.;:")
        if is_role(word):
            return plain.endswith(("s", "ori", "rici", "ari", "isti", "enti", "anti", "ati", "nen")) or (
                word[0].isupper() and plain.endswith(("er", "de", "te"))
            )
    return False


def is_organisation(word: str) -> bool:
    """Whether a word occurs in names of organisations only: ``Université``, ``Labs``."""
    return bare(word).strip(".,'").removeprefix("l'") in _ORGANISATIONS


def is_place(text: str) -> bool:
    """Whether words name a place: they hold a word for one, or have a form that no name of a person has."""
    return names_a_place(text) or len(text.split()) == 1 or "," in text


def names_a_place(text: str) -> bool:
    """Whether a word for a place is among the words."""
    return any(bare(word).strip(",.") in _PLACES for word in re.split(r"[\s'’]", text))


def is_institution(text: str) -> bool:
    """Whether a name begins with the word for what it is: ``université de Nantes``, ``agence Myop``."""
    return bool(_INSTITUTIONS.match(text)) or is_organisation(text.split(maxsplit=1)[0])


def is_first_name(word: str) -> bool:
    """Whether a word is a frequent first name; a compound one by its first part."""
    return bare(word).partition("-")[0] in _FIRST_NAMES


def newsroom(text: str) -> dict[str, Any] | None:
    """The organisation that a phrase names by its people (``la rédaction d’Estran``), as a partner's table."""
    after, match = _NEWSROOM_AFTER.fullmatch(text), _NEWSROOM.fullmatch(text)
    if (article := re.match(r"(?:Les?|La|L['’]|The)(?=\b)", text)) and (after or match):
        text = article[0].lower() + text[article.end() :]
    if after:
        return {"name": after["name"], "billed_as": text}
    if not match or not (match["name"][0].isupper() or match["name"][0].isdigit() or not match["name"][0].isascii()):
        return None
    # a title's own article is part of its name: la rédaction du Monde is that of Le Monde
    of_name = {"du ": "Le ", "des ": "Les "}.get((match["link"] or "").lower(), "")
    return {"name": of_name + match["name"], "billed_as": text}


def starts_as_role(text: str) -> bool:
    """Whether a phrase begins as a role does: in lower case, or with the noun of one (``Head of Data``)."""
    if _AGE.fullmatch(text):
        return True
    words = without_article(text).split()
    if not words or MARK.match(text) or "(" in text:
        return False
    first, is_before_capital = words[0], len(words) > 1 and words[1][0].isupper()
    if first.casefold() in PREFIXES and first.endswith(".") and is_before_capital:
        return False
    if first[0].isalpha() and first[0].islower():
        if first.casefold() in PARTICLES and is_before_capital:
            return bool(_OF.match(text))
        return not re.search(r"\w\.\w", first)
    if first.startswith("@") or (len(words) > 1 and bare(first.strip(",")) in _MODIFIERS):
        return True
    before = _PREPOSITION.split(without_article(text), maxsplit=1)[0].split()
    if any(map(is_organisation, before)):
        return False
    return is_role(before[0]) or (1 < len(before) <= 4 and is_role(before[-1]))


def without_article(text: str) -> str:
    """A role without the article before it: ``la fondatrice de X`` is ``fondatrice de X``."""
    return text[match.end() :] if (match := _ARTICLE.match(text)) else text


def split_role(text: str) -> tuple[str, list[str]]:
    """``CEO chez Z`` as the role and its organisations; a role alone has none, and so may ``de Z`` have no role."""
    text = text.strip(" ,")
    match = _AT.search(text) or (None if _UNDIVIDED.match(text) else _FOR.search(text))
    if not match and not _UNDIVIDED.match(text):
        institution = _OF_INSTITUTION.search(text)
        if institution and not _CAPITAL.search(text, institution.end("institution")):
            institution = None
        found = [match for match in (institution, _OF.search(text)) if match]
        match = min(found, key=lambda one: one.start(), default=None)
    if not match:
        known = _KNOWN_AFTER.search(text)  # an organisation that the page names elsewhere
        return (text[: known.start()], [known[1]]) if known else (text, [])
    role, name = text[: match.start()].strip(" ,"), _COMPANY.sub("", text[match.end() :].strip(" ,"), count=1)
    if resumed := _RESUMED.search(name):
        if match.re not in (_AT, _FOR):
            return text, []
        role, name = f"{role} {name[resumed.end() :]}".strip(), name[: resumed.start()]
    return role, [name] if name else []


def is_undivided(role: str) -> bool:
    """Whether what a role is of is no organisation: ``auteur de Marées``, ``maire de Brest``, ``head of Product``."""
    return bool(_UNDIVIDED.match(role))


def is_sure(text: str) -> bool:
    """Whether more than the last of several ``of`` tells the organisation: ``head of the port of Lyon`` is not."""
    role, names = split_role(text)
    if not names or _AT.search(text) or _FOR.search(text):
        return True
    return not _COMPLEMENT.search(role) or any(map(is_organisation, names[0].split()))


def joined(*parts: str, joint: str = ", ") -> str:
    """The parts that are not empty, with the joint between them."""
    return joint.join(filter(None, parts))


def details(parts: Sequence[tuple[str, str]], *, exact: bool = False) -> tuple[str, list[str]]:
    """The role and the organisations of the phrases after a name, or in brackets beside it.

    Each part is a phrase with the separator before it. ``exact`` leaves a role whole: ``directrice des rédactions
    d’Estran`` is one.
    """
    role = ""
    names: list[str] = []
    for before, text in parts:
        if not text:
            continue
        joint = " et " if before == "et" else ", "
        is_role_phrase = starts_as_role(text) and not (text[0].islower() and _INSTITUTIONS.match(text))
        if exact and (is_role_phrase or (not role and not names and len(parts) > 1)):
            role = joined(role, text, joint=joint)
        elif not exact and (is_role_phrase or (not names and (_AT.search(text) or _FOR.search(text)))):
            own_role, more = split_role(without_article(text))
            role = joined(role, own_role, joint=joint)
            names += [name for name in more if name not in names]
        else:
            own_role, more = split_role(text)
            names.append(more[0] if more and not own_role else text)
    if not role and len(names) == len(parts) == 2 and parts[1][0] != "et" and not _like_organisation(names[0]):
        role = names.pop(0)  # a role that no list has, and where
    return role, names


def _like_organisation(text: str) -> bool:
    """Whether a text has a sign of an organisation: a word of one, an acronym, a figure."""
    return any(is_organisation(word) or (word.isupper() and len(word) > 1) for word in text.split()) or bool(
        re.search(r"[\d&.]", text)
    )


class RoleAndName(NamedTuple):
    """A role that stands before its name."""

    role: str
    name: str


def role_and_name(text: str) -> RoleAndName | None:
    """The words up to the first capital after which all are words of a name, without an article; and that name."""
    article = _ARTICLE_BEFORE.match(text)
    return (article and _divided(text[article.end() :])) or _divided(text)


def _divided(text: str) -> RoleAndName | None:
    words = text.split()
    first = len(words)
    while first > 1 and _LATER_IN_NAME.fullmatch(words[first - 1]):
        first -= 1
    while first < len(words) - 1 and not _CAPITALISED.fullmatch(words[first]):
        first += 1
    role = " ".join(words[:first])
    if first >= len(words) - 1 or not _ROLE_BEFORE.fullmatch(role):
        return None
    return RoleAndName(role, " ".join(words[first:]))
