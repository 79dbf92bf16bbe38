"""Labels: the words that surround content, in its language. Each language is one file in ``locales/``."""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from totem_cli.errors import InvalidError
from totem_cli.language.languages import is_code, named

if TYPE_CHECKING:
    from collections.abc import Mapping

FALLBACK = "en"
FORMS = ("zero", "one", "two", "few", "many")
_RELATION = re.compile(r"n(?: % (\d+))? (!?=) (\d+(?:\.\.\d+)?(?:,\d+(?:\.\.\d+)?)*)")
_LOCALES = Path(__file__).parent / "locales"
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}

_CODES = """
afr=af alb=sq amh=am ara=ar arm=hy aze=az baq=eu bel=be ben=bn bos=bs bre=br bul=bg bur=my cat=ca ces=cs chi=zh
cos=co cym=cy cze=cs dan=da deu=de dut=nl ell=el eng=en epo=eo est=et eus=eu fao=fo fas=fa fin=fi fra=fr fre=fr
fry=fy geo=ka ger=de gla=gd gle=ga glg=gl gre=el guj=gu hau=ha heb=he hin=hi hrv=hr hun=hu hye=hy ibo=ig ice=is
ind=id isl=is ita=it jav=jv jpn=ja kan=kn kat=ka kaz=kk khm=km kin=rw kir=ky kor=ko kur=ku lao=lo lat=la lav=lv
lin=ln lit=lt ltz=lb mac=mk mal=ml mao=mi mar=mr may=ms mkd=mk mlg=mg mlt=mt mon=mn mri=mi msa=ms mya=my nep=ne
nld=nl nno=nn nob=nb nor=no oci=oc pan=pa per=fa pol=pl por=pt pus=ps que=qu roh=rm ron=ro rum=ro rus=ru san=sa
sin=si slk=sk slo=sk slv=sl som=so spa=es sqi=sq srd=sc srp=sr sun=su swa=sw swe=sv tam=ta tat=tt tel=te tgk=tg
tgl=tl tha=th tib=bo bod=bo tir=ti tur=tr uig=ug ukr=uk urd=ur uzb=uz vie=vi wel=cy wln=wa wol=wo xho=xh yid=yi
yor=yo zho=zh zul=zu
"""
_SHORTEST = dict(re.findall(r"\b(\w+)=(\w+)", _CODES))
"""ISO 639-2 codes (terminological and bibliographic) and the ISO 639-1 codes of the same languages."""


def base_language(tag: str) -> str:
    """Return the language of a tag without its region: ``fr`` for ``fr-CA``."""
    return tag.partition("-")[0].lower()


def is_french(tag: str) -> bool:
    """Return whether a tag means French, of any region."""
    return base_language(tag) == "fr"


def direction(tag: str) -> str:
    """Return ``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if base_language(tag) in _RIGHT_TO_LEFT else "ltr"


def check_language(tag: str, field: str = "language") -> str:
    """Return the tag in its usual case (``fr-CA``, ``zh-Hant``), with the shortest code of its language.

    ``ita`` becomes ``it`` (RFC 5646, 2.2.1, rule 1), ``French`` ``fr``, ``fr_CA`` ``fr-CA``. Raises InvalidError for a
    tag that is not well-formed (2.1); :func:`known_language` also for one that no language has.
    """
    tag = tag.strip().replace("_", "-")
    base, *rest = tag.split("-") if _TAG.fullmatch(tag) else ["", ""]
    base = _SHORTEST.get(base.lower(), base.lower())
    if not is_code(base) and (code := named(tag)):
        return code
    if not base:
        raise InvalidError(f"{field} {tag!r} is not a language tag", field=field, hint="write fr, en, fr-CA (BCP 47)")
    return "-".join([base, *(_cased(part) for part in rest)])


def known_language(tag: str, field: str = "language") -> str:
    """The tag as of :func:`check_language`; InvalidError also where no language has it."""
    found = check_language(tag, field)
    if not is_code(base_language(found)):
        raise InvalidError(f"{field} {tag!r} is no language", field=field, hint="write fr, en, fr-CA (BCP 47)")
    return found


def language_tag(text: str) -> str:
    """The tag of the language that a text of another program names; empty where it names none."""
    try:
        return known_language(text)
    except InvalidError:
        return ""


def is_language(text: str) -> bool:
    """Whether a text is the tag of a language, not its name."""
    tag = text.strip()
    return bool(_TAG.fullmatch(tag)) and is_code(base_language(tag))


def _cased(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()


def has_labels(language: str) -> bool:
    """Return whether there is a file of labels for the language."""
    base = base_language(language)
    return base.isalpha() and (_LOCALES / f"{base}.toml").is_file()


@cache
def labels_for(language: str) -> Mapping[str, str]:
    """Return all labels of a language; the English ones where it has no file."""
    import tomli

    base = base_language(language) if has_labels(language) else FALLBACK
    return tomli.loads((_LOCALES / f"{base}.toml").read_text("utf-8"))


def label(key: str, language: str, /, **values: object) -> str:
    """Return the label ``key`` with its values; with ``count``, in the plural form of the language (``key_one``)."""
    words = labels_for(language)
    count = values.get("count")
    text = words[key]
    if isinstance(count, int):
        text = words.get(f"{key}_{plural_form(count, language)}", text)
    return text.format(**values) if values else text


@lru_cache(maxsize=4096)
def plural_form(count: int, language: str) -> str:
    """Return CLDR's category of the plural form for ``count``: ``one``, ``few``, ``many``…, or ``other``.

    The rules are in the language's file, in CLDR's syntax for whole numbers (UTS 35, part 3, 5.1.1): ``plural_few`` may
    be ``n % 10 = 2..4 and n % 100 != 12..14``.
    """
    words = labels_for(language)
    rules = ((form, words.get(f"plural_{form}")) for form in FORMS)
    return next((form for form, rule in rules if rule and _holds(rule, count)), "other")


def plural_forms(key: str, language: str) -> dict[str, str]:
    """Return every plural form of a label by its CLDR category; ``{count}`` is not filled in."""
    words = labels_for(language)
    found = {form: words[f"{key}_{form}"] for form in FORMS if f"{key}_{form}" in words}
    return found | {"other": words[key]}


def _holds(rule: str, count: int) -> bool:
    return any(all(map(partial(_relates, count), part.split(" and "))) for part in rule.split(" or "))


def _relates(count: int, relation: str) -> bool:
    match = _RELATION.fullmatch(relation.strip())
    if not match:
        raise ValueError(f"not a plural rule: {relation}")
    divisor, sign, ranges = match.groups()
    number = count % int(divisor) if divisor else count
    bounds = (part.partition("..") for part in ranges.split(","))
    return any(int(low) <= number <= int(high or low) for low, _, high in bounds) == (sign == "=")
