"""Whether words are a role, an organisation, a newsroom or a first name."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from totem_cli.importers.words import phrases

_PEOPLE = phrases("people")
PARTICLES = frozenset(_PEOPLE["particles"])
PREFIXES = frozenset(_PEOPLE["prefixes"])
SUFFIXES = frozenset(_PEOPLE["suffixes"])

UNDIVIDED = re.compile(
    r"(?:co-?)?(?:auteur|autrice|auteure|author|writer|écrivain|écrivaine|réalisat\w+|député\w*|sénat\w+|maire|mayor|"
    r"minist\w+|ambassad\w+|préf\w+|prix|lauréat\w*|traduct\w+|traduc\w+)\b",
    re.IGNORECASE,
)
"""Roles whose complement is a work, a place or an office, and no organisation."""

NEWSROOM = re.compile(
    r"(?:(?:de )?(?:toute )?(?:la rédaction|l['’]équipe(?: éditoriale)?|les équipes|les journalistes|"
    r"le magazine|la revue|"
    r"the (?:newsroom|editors|team|editorial team|staff|magazine))(?: of| at| from)?)\s+"
    r"(?P<link>(?-i:de la |de l['’]|de |du |des |d['’]))?(?P<name>\S.*)",
    re.IGNORECASE,
)
"""A phrase that names an organisation by its people: ``la rédaction d’Estran``."""

NEWSROOM_AFTER = re.compile(r"the (?P<name>[A-Z].*?) (?:newsroom|team|editorial team|staff)")


def bare(word: str) -> str:
    """A word without case, accents and the marks of inclusive writing: ``Fondateur·rice`` is ``fondateurrice``."""
    plain = "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
    return re.sub(r"[·•()]|(?<=\w)\.(?=\w)", "", plain).casefold().replace("’", "'")


_ROLES = frozenset(bare(word) for word in _PEOPLE["roles"] if not word.endswith("*"))
_ROLE_STEMS = tuple(bare(word[:-1]) for word in _PEOPLE["roles"] if word.endswith("*"))
_MODIFIERS = frozenset(_PEOPLE["modifiers"])
_ORGANISATIONS = frozenset(map(bare, _PEOPLE["organisations"]))
_FIRST_NAMES = frozenset(_PEOPLE["first_names"])


def is_role(word: str) -> bool:
    """Whether a word is the noun of a role: ``CEO``, ``fondatrice``, ``Engineer``."""
    plain = bare(word).strip(",.;:'\"")
    plain = plain.removeprefix("l'").removeprefix("d'").removeprefix("ex-")
    return plain in _ROLES or plain.startswith(_ROLE_STEMS)


def is_modifier(word: str) -> bool:
    """Whether a word comes before the noun of a role: ``Deputy``, ``Senior``."""
    return bare(word) in _MODIFIERS


def is_organisation(word: str) -> bool:
    """Whether a word occurs in names of organisations only: ``Université``, ``Labs``."""
    return bare(word).strip(".,'").removeprefix("l'") in _ORGANISATIONS


def is_first_name(word: str) -> bool:
    """Whether a word is a frequent first name; a compound one by its first part."""
    return bare(word).partition("-")[0] in _FIRST_NAMES
