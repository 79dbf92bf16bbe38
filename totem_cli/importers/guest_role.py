"""The phrase beside a name: a role and its organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from totem_cli.importers.guest_marks import MARK
from totem_cli.importers.guest_words import PARTICLES, PREFIXES, UNDIVIDED, is_modifier, is_organisation, is_role

_HIGH = 'A-ZÀ-ÖØ-Þ0-9«“"\ue000-\uf000'
_NOUN = (
    r"(?:université|école|institut|mairie|ministère|fondation|association|agence|banque|groupe|"
    r"hôpital|collectif|cabinet"
    r"|start-?up|entreprise|société|studio|laboratoire|musée|théâtre|magazine|journal|revue|radio|"
    r"chaîne|plateforme|marque"
    r"|university|school|company|startup|magazine|foundation|institute|ville|région|coopérative|compagnie|maison)\b"
)
_ARTICLE = r"(?:la\s+|le\s+|les\s+|l['’]\s?|the\s+)?"
_STRONG = re.compile(
    rf"(?:^|\s)(?:chez|@|at|au sein (?:de|d['’]|du|des)|auprès de|pour|for|from|"
    rf"with)\s*(?P<article>{_ARTICLE})(?=[{_HIGH}]|{_NOUN}|[\w-]+\.[a-z])"
)
_WEAK = re.compile(
    rf"(?:^|\s)(?P<link>de\s+la\s+|à\s+la\s+|de\s+l['’]\s?|à\s+l['’]\s?|of\s+the\s+|de\s+|d['’]\s?|"
    rf"du\s+|des\s+|à\s+|au\s+|aux\s+|of\s+)"
    rf"(?P<article>)(?=[{_HIGH}])"
)
_WEAK_NOUN = re.compile(
    rf"(?:^|\s)(?P<link>de\s+la\s+|à\s+la\s+|de\s+l['’]\s?|à\s+l['’]\s?|of\s+the\s+|at\s+the\s+|du\s+|"
    rf"au\s+)(?P<article>)(?={_NOUN}.*[A-ZÀ-Þ\ue000-\uf000])"
)
_GENERIC = re.compile(
    r"(?:la |le |l['’])?(?:start-?up|entreprise|société|marque|plateforme|plate-forme|coopérative|"
    r"company|startup)\s+(?=[A-Z0-9\ue000-\uf000])"
)
_LEADING = re.compile(
    r"(?:l['’]\s?|la\s+|le\s+|les\s+|the\s+|an?\s+|une?\s+|notre\s+|our\s+|son\s+|sa\s+)(?=\S)", re.IGNORECASE
)
_RESUMED = re.compile(r"\s+(?=(?:(?:co-?)?chargée?s?|en charge|déléguée?s?|responsable|in charge|responsible)\b)")
"""Where the role goes on after a name: ``adjointe au maire d’Angers chargée des mobilités``."""


_PREPOSITION = re.compile(r"\s(?:chez|at|of|de|du|des|d['’]|à|au|for|pour|@|&)(?:\s|(?<=['’]))")
_FIELD = re.compile(
    r"(?:(?:global |vice |co-)*(?:head|vp|svp|evp|chief|lead|leader|professor|doctor|manager|vice[ -]president) of\s"
    r"|(?:\w+ )?(?:director|chair|dean) of (?:Product|Engineering|Marketing|Research|Operations|Sales|Design|Data"
    r"|Communications?|Innovation|Strategy|Technology|Science|Policy|Finance|People|Development|Digital|the Board)\b)",
    re.IGNORECASE,
)


def starts_as_role(text: str) -> bool:
    """Whether a phrase begins as a role does: in lower case, or with the noun of one (``Head of Data``)."""
    if MARK.match(text) or "(" in text:
        return False
    phrase = without_article(text)
    words = phrase.split()
    if not words:
        return False
    first = words[0]
    if first.casefold() in PREFIXES and first.endswith(".") and len(words) > 1 and words[1][0].isupper():
        return False
    if first[0].isalpha() and first[0].islower():
        if first.casefold() in PARTICLES and len(words) > 1 and words[1][0].isupper():
            return bool(_WEAK.match(text))
        return not re.search(r"\w\.\w", first)
    if first.startswith("@"):
        return True
    if len(words) > 1 and is_modifier(first.strip(",")):
        return True
    before = _PREPOSITION.split(phrase, maxsplit=1)[0].split()
    if any(is_organisation(word) for word in before):
        return False
    return is_role(before[0]) or (len(before) <= 4 and len(before) > 1 and is_role(before[-1]))


def without_article(text: str) -> str:
    """A role without the article before it: ``la fondatrice de X`` is ``fondatrice de X``."""
    return text[match.end() :] if (match := _LEADING.match(text)) else text


def split_role(text: str) -> tuple[str, list[str]]:
    """``CEO chez Z`` as the role and its organisations; a role alone has none, and so may ``de Z`` have no role."""
    text = text.strip(" ,")
    match = _STRONG.search(text)
    if not match and not UNDIVIDED.match(text) and not _FIELD.match(text):
        found = [match for match in (_WEAK_NOUN.search(text), _WEAK.search(text)) if match]
        match = min(found, key=lambda one: one.start()) if found else None
    if not match:
        return text, []
    role = text[: match.start()].strip(" ,")
    name = _GENERIC.sub("", text[match.end() :].strip(" ,"), count=1)
    if resumed := _RESUMED.search(name):
        if match.re is not _STRONG:
            return text, []
        role, name = f"{role} {name[resumed.end() :]}".strip(), name[: resumed.start()]
    return role, [name] if name else []


def details(parts: Sequence[tuple[str, str]], *, exact: bool = False) -> tuple[str, list[str]]:
    """The role and the organisations of the phrases after a name, or in brackets beside it.

    ``exact`` leaves a role whole: ``directrice des rédactions d’Estran`` is one.
    """
    role = ""
    names: list[str] = []
    for before, text in parts:
        if not text:
            continue
        joint = " et " if before == "et" else ", "
        if names and not starts_as_role(text):
            names.append(_named(text))
        elif exact and (starts_as_role(text) or (not role and not names and len(parts) > 1)):
            role = joint.join(filter(None, (role, text)))
        elif not exact and (starts_as_role(text) or _STRONG.search(text)):
            own_role, more = split_role(without_article(text))
            role = joint.join(filter(None, (role, own_role)))
            names += [name for name in more if name not in names]
        else:
            names.append(_named(text))
    return role, names


def _named(text: str) -> str:
    role, names = split_role(text)
    return names[0] if names and not role else text


def conjoined_as_in(person: dict[str, Any], text: str) -> dict[str, Any]:
    """The person, whose role is joined as the text joins it: ``co-founder and CEO`` stays English."""
    if " and " in text and " et " not in text and "role" in person:
        return {**person, "role": person["role"].replace(" et ", " and ")}
    return person
