"""The front matter of each generator: its keys, and the format in which it is written.

Sources: the manuals of Hugo 0.150 ("Front matter", "Shortcodes"), Jekyll 4 ("Front Matter", "Collections"), Eleventy 3
("Frontmatter Data", "Template Engine Override"), Zola 0.21 ("Page", "Section"), Astro 5 ("Content collections").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from totem_cli.documents.toml_write import new_markdown
from totem_cli.exporters.generators.front import Front
from totem_cli.exporters.generators.yaml import document

_SHORTCODE = re.compile(r"\{(?=\{|%)")
_END_OF_RAW = re.compile(r"\{(?=%-?\s*endraw)")


def hugo(front: Front) -> dict[str, object]:
    """Hugo: ``date``, ``lastmod``, ``weight``, ``draft``, ``aliases``; the rest is read as ``.Params``."""
    return _given(
        title=front.title,
        description=front.description,
        date=front.published,
        lastmod=front.updated,
        draft=front.is_draft,
        weight=front.number,
        slug=front.slug if front.is_episode else None,
        tags=front.tags,
        aliases=[f"/{path}" for path in front.old],
        images=[front.image] if front.image else [],
        **front.data,
    )


def zola(front: Front) -> dict[str, object]:
    """Zola: other keys are in ``extra``; tags are a taxonomy; a section is in the order of slugs."""
    if not front.is_episode:
        return _given(title=front.title, description=front.description, sort_by="slug", extra=front.data)
    return _given(
        title=front.title,
        description=front.description,
        date=front.published,
        updated=front.updated,
        draft=front.is_draft,
        weight=front.number,
        path=front.address.strip("/"),
        aliases=list(front.old),
        taxonomies={"tags": front.tags} if front.tags else None,
        extra=_given(image=front.image, **front.data),
    )


def jekyll(front: Front) -> dict[str, object]:
    """Jekyll: collections ``episodes`` and ``series``, permalinks as on totem's site, ``redirect_from`` of a plugin."""
    return _given(
        title=front.title,
        description=front.description,
        date=front.published,
        last_modified_at=front.updated,
        published=not front.is_draft,
        permalink=front.address,
        render_with_liquid=False,
        tags=front.tags,
        redirect_from=[f"/{path.removesuffix('index.html')}" for path in front.old],
        image=front.image,
        lang=front.record.language,
        **front.data,
    )


def eleventy(front: Front) -> dict[str, object]:
    """Eleventy: Markdown alone, read by no template engine; ``tags`` are its collections."""
    return _given(
        title=front.title,
        description=front.description,
        date=front.published,
        updated=front.updated,
        draft=front.is_draft,
        permalink=f"{front.address}index.html",
        templateEngineOverride="md",
        tags=["episodes" if front.is_episode else "series", *front.tags],
        image=front.image,
        **front.data,
    )


def astro(front: Front) -> dict[str, object]:
    """Astro: the keys of its own blog's schema, ``pubDate`` and ``updatedDate``."""
    return _given(
        title=front.title,
        description=front.description,
        pubDate=front.published,
        updatedDate=front.updated,
        draft=front.is_draft,
        slug=front.address.strip("/"),
        tags=front.tags,
        heroImage=front.image,
        **front.data,
    )


def in_toml(front: Mapping[str, object], body: str) -> bytes:
    """Return a file whose front matter is TOML."""
    return new_markdown(front, body, tuple(front))


def in_yaml(front: Mapping[str, object], body: str) -> bytes:
    """Return a file whose front matter is YAML."""
    return document(front, body)


def without_shortcodes(body: str) -> str:
    """Return a body without shortcodes: a brace that would begin one is written as an entity."""
    return _SHORTCODE.sub("&#123;", body)


def raw_liquid(body: str) -> str:
    """Return a body that Liquid does not process, in Jekyll 3 too."""
    inside = _END_OF_RAW.sub("&#123;", body)
    return f"{{% raw %}}\n{inside}\n{{% endraw %}}" if "{%" in inside or "{{" in inside else inside


def unchanged(body: str) -> str:
    """Return a body unchanged, for generators that read no templates in it."""
    return body


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None and value != []}
