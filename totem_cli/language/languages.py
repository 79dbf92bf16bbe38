"""Which languages there are: their codes, and what people call them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from totem_cli.language.fold import fold

_CODES = frozenset(
    """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj
kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th
ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
""".split()
)
"""The codes of ISO 639-1."""


def is_code(base: str) -> bool:
    """Whether a language can have this code: one of two letters of ISO 639-1, or any of three (ISO 639-3)."""
    return base in _CODES or (len(base) == 3 and base.isascii() and base.isalpha())


def named(text: str) -> str:
    """The code of the language that people call so, in itself or in one of five languages; empty for no name."""
    return _names().get(fold(text.strip()), "")


@cache
def _names() -> dict[str, str]:
    import tomli

    listed = tomli.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))
    return {fold(name): code for code, names in listed.items() for name in names}
