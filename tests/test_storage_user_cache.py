"""The user's cache folder: private, absolute, or none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from totem_cli.storage.user_cache import user_cache


def test_it_is_made_where_the_user_keeps_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME says where, else it is ~/.cache; only the user may enter."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert user_cache("x") == str(tmp_path / "cache" / "totem" / "x")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = user_cache("x")
    assert folder == str(tmp_path / ".cache" / "totem" / "x")
    assert stat.S_IMODE(os.stat(folder).st_mode) & 0o077 == 0


def test_where_there_is_no_home_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written to the folder that one happens to be in."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert user_cache("x") is None


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one where a file stands in its way."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache("x")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert user_cache("x") is None
    (tmp_path / "totem" / "file").write_text("")
    assert user_cache("file") is None
