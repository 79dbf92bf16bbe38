"""The account at a WordPress site: its address, a user, their application password."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from totem_cli.errors import InvalidError, SystemFailedError

if TYPE_CHECKING:
    from totem_cli.model.settings import WordPressSite

PASSWORD = "TOTEM_WORDPRESS_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable that holds an application password."""


class Account(Struct, frozen=True):
    """Who asks which site."""

    url: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.url!r}, {self.user!r})"


def account(site: WordPressSite, user: str | None = None) -> Account:
    """The account at a site: the password from the environment, else user and password from ``~/.netrc``.

    Raises InvalidError where no user or no password is known, SystemFailedError where ``~/.netrc`` cannot be read.
    """
    wanted = user or site.user
    password = os.environ.get(PASSWORD)
    if not password:
        found = _from_netrc(urlsplit(site.url).hostname or "")
        if found and wanted in (None, found[0]):
            wanted, password = found
    if not wanted:
        raise InvalidError(
            "no user of the site is named", hint='--user NAME, or user = "…" beside its url in totem.toml'
        )
    if not password:
        raise InvalidError(
            f"no application password of {wanted} is known",
            hint=f"make one in the user's profile at the site, and keep it in ${PASSWORD} or ~/.netrc",
        )
    if ":" in wanted:
        raise InvalidError("the name of a user cannot hold a colon", field="user")
    return Account(site.url, wanted, password)


def _from_netrc(host: str) -> tuple[str, str] | None:
    """The login and the password of a host in the file of ``$NETRC``, else ``~/.netrc``."""
    from netrc import NetrcParseError, netrc

    path = os.environ.get("NETRC") or os.path.expanduser("~/.netrc")
    try:
        found = netrc(path).hosts.get(host)
    except FileNotFoundError:
        return None
    except NetrcParseError as error:
        raise SystemFailedError(f"cannot read {path}:{error.lineno}: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SystemFailedError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    return (found[0], found[2] or "") if found else None
