"""Comments in an archive: kept beside what they are on, moved and removed with it, published once approved."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from totem_cli import Archive, Query
from totem_cli.archive.record import to_json
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError, RefusedError
from totem_cli.model.comment import Comment, top_of
from totem_cli.model.read import comment as read_comment
from totem_cli.model.read import derived_id

EPISODE = "collaboration/1"
FOLDER = "comments/collaboration/01-interdependances-des-marches"


@pytest.fixture
def archive(example: Path) -> Archive:
    """A copy of the project's own archive."""
    return Archive(example)


def test_a_comment_is_a_file_beside_its_episode(archive: Archive) -> None:
    """It names its target, is pending, and holds the text as it was typed."""
    added = archive.comments.add(
        EPISODE, "Merci !\r\nÀ bientôt.\n", author=" Zoé  B. ", url="exemple.fr", date="2021-02-03"
    )
    on_series = archive.comments.add("collaboration/", "Bravo", author="Jo")

    content = (archive.root / FOLDER / f"{added.id}.md").read_text("utf-8")
    target = archive.episodes[EPISODE].id
    assert content == (
        f'+++\nid = "{added.id}"\ntarget = "{target}"\nauthor = "Zoé B."\nurl = "https://exemple.fr"\n'
        'date = 2021-02-03\nstatus = "pending"\n+++\n\nMerci !\nÀ bientôt.\n'
    )
    assert (archive.root / f"comments/collaboration/{on_series.id}.md").is_file()
    assert archive.comments[added.id[:8]] == added
    assert added.text == "Merci !\nÀ bientôt."
    assert on_series.date


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": " \n "}, "text is missing"),
        ({"text": "x" * 10_001}, "too long"),
        ({"text": "a\x1b[31mb"}, "characters"),
        ({"text": "a\u202eb"}, "characters"),
        ({"author": "\u200b "}, "author is missing"),
        ({"author": "\u115f\ufe0f"}, "author is missing"),
        ({"author": "a\nb"}, "characters"),
        ({"author": "a" * 101}, "too long"),
        ({"author": "zoe@exemple.fr"}, "would be published"),
        ({"url": "javascript:alert(1)"}, "address of the web"),
        ({"url": "https://qui@exemple.fr"}, "address of the web"),
        ({"email": "rien"}, "not an e-mail"),
        ({"parent": "11111111-1111-4111-8111-111111111111"}, "no comment"),
    ],
)
def test_what_no_comment_may_be(archive: Archive, values: dict[str, Any], words: str) -> None:
    """Each value is checked; nothing is written."""
    given = {"text": "Oui", "author": "Zoé"} | values

    with pytest.raises((InvalidError, NotFoundError), match=words):
        archive.comments.add(EPISODE, given.pop("text"), **given)

    assert not archive.comments.find()


def test_an_email_address_is_private(archive: Archive) -> None:
    """It is kept under private/ where it is asked for, nowhere else, and goes with its comment."""
    settings = archive.root / "totem.toml"
    asking = settings.read_text("utf-8")
    settings.write_text(asking.replace("email = true", "email = false"), "utf-8")
    archive.refresh()
    with pytest.raises(RefusedError, match="asks for no e-mail"):
        archive.comments.add(EPISODE, "Oui", author="Zoé", email="zoe@exemple.fr")
    settings.write_text(asking, "utf-8")

    archive.refresh()
    added = archive.comments.add(EPISODE, "Oui", author="Zoé", email="zoe@exemple.fr", status="approved")

    holders = [path for path in archive.root.rglob("*") if path.is_file() and b"zoe@exemple.fr" in path.read_bytes()]
    assert holders == [archive.root / f"private/comments/{added.id}.toml"]
    assert b"zoe@" not in to_json(archive.record())
    archive.comments.remove(added.id)
    assert not holders[0].exists()


def test_the_same_said_twice_is_one(archive: Archive) -> None:
    """The same author and text (folded) on one episode is an error, unless told what to do; on another it is new."""
    first = archive.comments.add(EPISODE, "Très bien", author="Zoé")

    with pytest.raises(ExistsError):
        archive.comments.add(EPISODE, "très  BIEN", author="zoe")
    assert archive.comments.add(EPISODE, "très bien", author="zoe", if_exists="skip") == first
    updated = archive.comments.add(EPISODE, "très bien", author="zoe", url="exemple.fr", if_exists="update")
    assert (updated.id, updated.url, updated.text) == (first.id, "https://exemple.fr", "Très bien")
    assert archive.comments.add("collaboration/2", "Très bien", author="Zoé").id != first.id


def test_only_the_approved_are_published(archive: Archive) -> None:
    """Pending and rejected comments are in no record; nor are those of a draft."""
    one, two, three = (archive.comments.add(EPISODE, text, author="Zoé") for text in ("Un", "Deux", "Trois"))
    draft = archive.comments.add("collaboration/2", "Caché", author="Zoé", status="approved")
    archive.set_status("collaboration/2", "draft")

    archive.comments.set_status(one.id, "approved")
    archive.comments.set_status(two.id, "rejected")

    record = archive.record()
    assert [comment.id for comment in record.comments] == [one.id]
    assert record.comments[0].text_html == "<p>Un</p>"
    assert not {"status", "extra", "series"} & set(record.comments[0].__struct_fields__)
    listed = {
        status: [c.id for c in archive.comments.find(Query(status=(status,)))] for status in ("pending", "rejected")
    }
    assert listed == {"pending": [three.id], "rejected": [two.id]}
    assert {c.id for c in archive.comments.find()} == {one.id, two.id, three.id, draft.id}


def test_filters_of_comments(archive: Archive) -> None:
    """Dates look at the comment, the rest at what it is on."""
    old = archive.comments.add(EPISODE, "Un", author="Zoé", date="2020-05-01")
    new = archive.comments.add("collaboration/2", "Deux", author="Zoé", date="2021-05-01T10:00:00+02:00")
    series = archive.comments.add("collaboration/", "Trois", author="Zoé", date="2022")

    def ids(**filters: Any) -> list[str]:
        return [comment.id for comment in archive.comments.find(Query(**filters))]

    assert ids(since="2021") == [new.id, series.id]
    assert ids(until="2020-12") == [old.id]
    assert ids(guests=("Arthur Barillas",)) == [old.id, series.id]
    assert ids(series=("collaboration",)) == [old.id, new.id, series.id]
    assert ids(series=("autre",)) == []
    assert ids(reverse=True, limit=1) == [series.id]


def test_comments_move_with_what_they_are_on(archive: Archive) -> None:
    """Two renames in one transaction, a move, a renamed series: every file follows, the unreadable too."""
    added = archive.comments.add(EPISODE, "Oui", author="Zoé", status="approved")
    folder = archive.root / FOLDER
    (folder / "main.md").write_text("+++\nauthor = 'Jo'\n+++\n\nNon.\n", "utf-8")
    (folder / "broken.md").write_text("Quoi ?\n", "utf-8")
    archive.refresh()
    by_hand = next(one for one in archive.comments.find() if one.author == "Jo")
    archive.series.add("Autre")

    with archive.transaction("two"):
        archive.episodes.rename(EPISODE, "un")
        archive.episodes.rename(EPISODE, "deux")
    archive.episodes.move(EPISODE, "autre", 7)
    archive.series.rename("autre", "ailleurs")

    there = archive.root / "comments/ailleurs/07-deux"
    assert {path.name for path in there.iterdir()} == {f"{added.id}.md", "main.md", "broken.md"}
    assert not (archive.root / "comments/collaboration").exists()
    episode = archive.episodes["ailleurs/7"]
    assert {one.target for one in archive.comments.find()} == {episode.id}
    assert archive.comments[by_hand.id].author == "Jo", "an id that was derived stays"
    assert [one.id for one in archive.record().comments] == [added.id]
    archive.series.remove("ailleurs", episodes=True)
    assert not there.exists()
    assert not archive.comments.find()


def test_removing_a_thread(archive: Archive) -> None:
    """What was answered is removed only with its answers, and theirs, on request."""
    top = archive.comments.add(EPISODE, "Un", author="Zoé")
    reply = archive.comments.add(EPISODE, "Deux", author="Jo", parent=top.id)
    deep = archive.comments.add(EPISODE, "Trois", author="Zoé", parent=reply.id)

    with pytest.raises(RefusedError, match="2 replies"):
        archive.comments.remove(top.id)
    assert [one.id for one in archive.comments.remove(top.id, replies=True)] == [top.id, reply.id, deep.id]
    assert not archive.comments.find()
    archive.undo()
    assert len(archive.comments.find()) == 3


def test_references_of_comments(archive: Archive) -> None:
    """An id, or seven characters of one; fewer name nothing, several are ambiguous."""
    folder = archive.root / FOLDER
    folder.mkdir(parents=True)
    for last in "ab":
        (folder / f"{last}.md").write_text(
            f'+++\nid = "12345678-1234-4234-8234-12345678901{last}"\n+++\n\nx\n', "utf-8"
        )

    with pytest.raises(AmbiguousError):
        archive.comments["1234567"]
    with pytest.raises(NotFoundError):
        archive.comments["123456"]
    assert archive.comments["12345678-1234-4234-8234-12345678901a"].slug == "a"


def test_files_by_hand() -> None:
    """Without keys a file is a pending comment of nobody; its name is its id where it can be."""
    plain = read_comment({}, folder="s/e", slug="a")
    assert plain == Comment(id=derived_id("comments/s/e/a"), series="s", episode="e", slug="a", absent=("id", "target"))
    name = "11111111-1111-4111-8111-111111111111"
    assert read_comment({"mood": 1}, folder="s", slug=name).id == name
    assert UUID(plain.id)
    for wrong in ({"status": "published"}, {"parent": "x"}, {"date": "hier"}, {"author": 1}):
        with pytest.raises(InvalidError):
            read_comment(wrong, folder="s", slug="a")


def test_check_of_comments(archive: Archive) -> None:
    """What is on nothing, answers nothing, lies elsewhere, or holds what is private, is found."""
    folder = archive.root / FOLDER
    folder.mkdir(parents=True)
    nobody = "99999999-9999-4999-8999-999999999999"
    episode, other = archive.episodes[EPISODE].id, archive.episodes["collaboration/2"].id
    for name, front in {
        "a": f'target = "{nobody}"',
        "b": f'target = "{episode}"\nparent = "{nobody}"\nemail = "a@b.example"',
        "c": f'target = "{other}"',
        "d": 'id = "11111111-1111-4111-8111-111111111111"\nparent = "22222222-2222-4222-8222-222222222222"',
        "e": 'id = "22222222-2222-4222-8222-222222222222"\nparent = "11111111-1111-4111-8111-111111111111"',
        "f": 'id = "11111111-1111-4111-8111-111111111111"',
    }.items():
        (folder / f"{name}.md").write_text(f"+++\n{front}\n+++\n\nx\n", "utf-8")

    archive.refresh()
    found = {(Path(one.location.file).stem, one.code) for one in archive.check() if "comments" in one.location.file}

    assert found == {
        ("a", "no-target"),
        ("b", "no-parent"),
        ("b", "private-key"),
        ("c", "elsewhere"),
        ("d", "no-parent"),
        ("e", "no-parent"),
        ("f", "duplicate-id"),
    }


def test_threads() -> None:
    """Each comment belongs to the one its thread begins with, circles and unknown parents too."""
    parents = {"a": None, "b": "a", "c": "b", "d": "gone", "e": "f", "f": "e", "g": "f", "h": "h"}
    comments = [Comment(id=one, parent=parent) for one, parent in parents.items()]

    assert top_of(comments) == {
        "a": "a", "b": "a", "c": "a", "d": "d", "e": "e", "f": "e", "g": "e", "h": "h"
    }  # fmt: skip


def test_taking_comments_in(archive: Archive) -> None:
    """An import brings comments with their episodes; again they are the same."""
    episode = archive.episodes[EPISODE]
    comment = Comment(id=derived_id("x"), target=episode.id, author="Zoé", text="Oui", status="approved")

    assert archive.import_(comments=[comment]).added == (comment.id,)
    assert archive.import_(comments=[comment], if_exists="update").skipped == (comment.id,)
    with pytest.raises(ExistsError):
        archive.import_(comments=[comment])
    with pytest.raises(NotFoundError):
        archive.import_(comments=[Comment(id=derived_id("y"), target=derived_id("nobody"))])
    assert [one.text for one in archive.record().comments] == ["Oui"]
