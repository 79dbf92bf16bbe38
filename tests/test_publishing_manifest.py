"""A manifest is read back as it was written; one of version 0.1.0 says only which files are totem's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from totem_cli.publishing.manifest import Group, Manifest, Row
from totem_cli.publishing.page import group_key

PATHS = st.from_regex("[a-z]{1,3}/[a-zé]{1,3}", fullmatch=True)
NAMES = st.sampled_from(["", "home", "series/port/0"])
ROWS = st.builds(Row, path=PATHS, key=st.text(), digest=st.text(), size=st.integers(0, 2**40), group=NAMES)
GROUPS = st.dictionaries(
    NAMES,
    st.builds(
        Group,
        key=st.text(),
        parts=st.dictionaries(st.text(), st.text()),
        warnings=st.lists(st.text()).map(tuple),
    ),
)


@strategies.QUICK
@given(st.lists(ROWS), GROUPS)
def test_a_manifest(rows: list[Row], groups: dict[str, Group]) -> None:
    """It goes through a file, whose bytes depend on no order."""
    manifest = Manifest(format="html", filters={}, toolchain="m", rows={row.path: row for row in rows}, groups=groups)
    content = manifest.encode()
    assert Manifest.decode(content, "it") == manifest
    paths = [json.loads(line)[0] for line in content.splitlines()[1:]]
    assert paths == sorted(manifest.rows)


def test_version_1() -> None:
    """Its rows are read, and nothing else."""
    content = b'{"totem_manifest":1,"format":"html","filters":{},"maker":"m"}\n["a","k","d",1]\n'
    assert Manifest.decode(content, "it") == Manifest(
        format="html", filters={}, toolchain="", rows={"a": Row("a", "k", "d", 1)}
    )


def test_what_of_a_key_differs() -> None:
    """The names of the parts that differ, that are new, or that are no more."""
    group = Group.of(group_key(titles="a", episodes="b", gone="c"))
    assert group.changed(group_key(titles="a", episodes="b", gone="c")) == []
    assert group.changed(group_key(titles="x", episodes="b", new="c")) == ["titles", "gone", "new"]


def test_what_a_plugin_brings_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a plugin, a library that totem does not use changes nothing; with one, any may make its pages."""
    from totem_cli.publishing.toolchain import fingerprint

    monkeypatch.syspath_prepend(str(tmp_path))
    bare = fingerprint()
    (tmp_path / "words_of_others-1.0.dist-info").mkdir()
    assert fingerprint() == bare
    plugin = tmp_path / "totem_words-1.0.dist-info"
    plugin.mkdir()
    (plugin / "entry_points.txt").write_text("[totem.exporters]\nwords = totem_words:export\n", "utf-8")
    with_plugin = fingerprint()
    assert with_plugin != bare
    (tmp_path / "words_of_others-1.0.dist-info").rename(tmp_path / "words_of_others-1.1.dist-info")
    assert fingerprint() not in (bare, with_plugin)
