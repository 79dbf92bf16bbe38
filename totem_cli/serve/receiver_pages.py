"""The receiver's pages, messages and headers; its pages load and run nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from totem_cli.exporters.html import assets
from totem_cli.exporters.html.environment import Templates
from totem_cli.exporters.html.form import CommentForm
from totem_cli.exporters.html.view import Labels
from totem_cli.model.settings import Settings

if TYPE_CHECKING:
    from totem_cli.serve.comment_queue import Target

TEMPLATE = "receiver.html"

STATUSES: Mapping[str, int] = {
    "kept": 201,
    "twice": 200,
    "malformed": 400,
    "origin": 403,
    "closed": 403,
    "unknown": 404,
    "method": 405,
    "slow": 408,
    "large": 413,
    "type": 415,
    "invalid": 422,
    "parent": 422,
    "rate": 429,
    "failed": 500,
    "busy": 503,
    "full": 503,
}
"""The status code of each outcome (RFC 9110, 15; RFC 6585, 4)."""


@dataclass(frozen=True)
class _Page:
    """The ``page`` of the site's templates, for a page without a site."""

    t: Labels

    @property
    def language(self) -> str:
        return self.t.language


class ReceiverPages:
    """Pages and messages of the receiver, with the labels and the style of one archive."""

    def __init__(self, settings: Settings, site: str | None = None) -> None:
        """``site`` is where the site is, if not at the ``base_url`` of the settings."""
        self.settings = settings
        self._site = site or settings.base_url

    def labels(self, language: str) -> Labels:
        """Return the labels in a language."""
        return Labels(language, self.settings.language, self.settings.typography)

    def message(self, outcome: str, language: str) -> str:
        """Return what an outcome means, and what happens next."""
        return self.labels(language).text(f"comment_{outcome}")

    def fault(self, fault: str, language: str) -> str:
        """Return what a fault means."""
        return self.labels(language).text(f"comment_fault_{fault.replace('-', '_')}")

    def page(
        self,
        outcome: str,
        language: str,
        *,
        target: Target | None = None,
        form: CommentForm | None = None,
        typed: Mapping[str, str] | None = None,
        faults: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the page that says what became of a comment, with the form where that must be corrected."""
        labels = self.labels(language)
        base = self._site
        back = f"{base.rstrip('/')}/{target.address}" if base and target else None
        messages = {field: self.fault(fault, language) for field, fault in (faults or {}).items()}
        heading = "comment_leave" if outcome == "form" else "comment_thanks" if outcome == "kept" else "comments"
        return self._templates.render(
            TEMPLATE,
            {
                "page": _Page(labels),
                "archive": self.settings,
                "heading": labels(heading),
                "outcome": outcome,
                "words": "" if outcome == "form" else labels(f"comment_{outcome}"),
                "target": target,
                "back": back,
                "form": form,
                "typed": typed or {},
                "faults": messages,
                "labelled": {name: labels(f"comment_{_LABELS[name]}") for name in messages if name in _LABELS},
                "style": Markup(self._style.decode()),  # noqa: S704 - our own, and checked
            },
        )

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers of every page: no scripts, no loading, no frames, no caching."""
        digest = b64encode(sha256(self._style).digest()).decode()
        policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        return {**SAFE, "content-security-policy": policy}

    @cached_property
    def _style(self) -> bytes:
        return assets.style_sheet(assets.builtin("static")["site.css"], self.settings.theme)

    @cached_property
    def _templates(self) -> Templates:
        ours = assets.builtin("templates") | {TEMPLATE: (Path(__file__).parent / TEMPLATE).read_bytes()}
        return Templates(ours=ours, theme={}, typography=self.settings.typography)


SAFE: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    # with "no-referrer" our own form would be sent without its origin (Fetch, 3.2)
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""The headers of every response."""

_LABELS = {"author": "name", "email": "email", "url": "website", "text": "text", "topic": "trap"}
