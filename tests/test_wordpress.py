"""Pushes to a WordPress site and pulls from it, against a stand-in: once, again, edited, broken off, hostile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Shell
from tests.wordpress_site import GoneError, WordPress, running
from totem_cli.archive.archive import Archive
from totem_cli.cli.outputs import output_schema
from totem_cli.errors import InvalidError, NotFoundError, RefusedError, SystemFailedError, TotemError
from totem_cli.model.query import Query
from totem_cli.model.settings import WordPressSite
from totem_cli.wordpress import client as client_module
from totem_cli.wordpress.account import PASSWORD, Account, account
from totem_cli.wordpress.client import Client, check_address
from totem_cli.wordpress.comments import Pulled, fetch, take
from totem_cli.wordpress.posts import Mark, mark_of, marked
from totem_cli.wordpress.push import Pushed, PushOptions, push

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
LAMP = "phares/01-la-lampe"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[WordPress]:
    """A stand-in, at which nobody waits."""
    monkeypatch.setattr(client_module, "_pause", lambda attempt: 0.0)
    with running() as here:
        yield here


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive of three episodes in two series, one with a picture and a link to another."""
    with Archive.create(tmp_path / "archive", title="Cafés du port", language="fr") as made:
        made.series.add("Digues")
        made.series.add("Phares")
        made.episodes.add("Le quai", series="digues", date="2024-05-03", tags=("Mer", "Sel"))
        made.episodes.add("La jetée", series="digues", date="2024-06-01T18:30:00+02:00", tags=("mer",))
        made.episodes.add("La lampe", series="phares")
        media = made.root / "media"
        media.mkdir()
        (media / "quai.png").write_bytes(PNG)
        path = made.root / "series/digues/01-le-quai.md"
        text = "![Le quai](media/quai.png)\n\n[La lampe](phares/01-la-lampe/), [rien](ailleurs/)\n"
        path.write_text(path.read_text("utf-8") + text, "utf-8")
        made.refresh()
        yield made


def client(site: WordPress) -> Client:
    """A connection to the stand-in."""
    return Client(Account(site.url, "editor", "secret"))


def pushed(site: WordPress, archive: Archive, **wishes: Any) -> Pushed:
    """What a push did."""
    archive.refresh()
    return push(client(site), archive.publication(Query(status=("all",))), PushOptions(**wishes))


def outcomes(done: Pushed) -> list[tuple[str, str]]:
    """What a push did with what."""
    return [(one.outcome, one.ref) for one in done.done]


def pulled(site: WordPress, archive: Archive) -> Pulled:
    """What a pull did."""
    archive.refresh()
    with archive.transaction("pull comments"):
        return take(fetch(client(site)), archive)


# Pushing


def test_twice(site: WordPress, archive: Archive) -> None:
    """Posts with terms, pictures, dates and links; the second push sends nothing."""
    first = pushed(site, archive)
    assert [one.outcome for one in first.done] == ["created"] * 3
    assert first.made == (
        ("picture", "quai.png"),
        ("category", "digues"),
        ("tag", "mer"),
        ("tag", "sel"),
        ("category", "phares"),
    )
    post = site.posts["01-le-quai"]
    picture = next(iter(site.things["media"].values()))
    assert picture["alt_text"] == "Le quai"
    assert picture["source_url"] in post["content"]["raw"]
    assert f'href="{site.url}/?name=01-la-lampe"' in post["content"]["raw"]
    assert post["date"] == "2024-05-03T00:00:00"
    assert site.posts["02-la-jetee"]["date_gmt"] == "2024-06-01T16:30:00"
    assert first.warnings == ("digues/01-le-quai: ailleurs/ leads nowhere from the site",)
    site.requests.clear()
    second = pushed(site, archive)
    assert (second.done, second.made, second.unchanged) == ((), (), 3)
    assert site.writes == []


def test_a_dry_run_tells_and_writes_nothing(site: WordPress, archive: Archive) -> None:
    """What is told is what the push then does."""
    planned = pushed(site, archive, dry_run=True)
    assert site.writes == []
    done = pushed(site, archive)
    assert (outcomes(planned), planned.made) == (outcomes(done), done.made)


def test_only_what_changed(site: WordPress, archive: Archive) -> None:
    """One edit is one request that writes; a filter leaves the rest."""
    pushed(site, archive)
    archive.episodes.set(LAMP, summary="Une lumière")
    archive.episodes.set("digues/2", summary="Un pas")
    site.requests.clear()
    assert outcomes(pushed(site, archive, chosen=frozenset({LAMP}))) == [("updated", LAMP)]
    assert len(site.writes) == 1
    assert outcomes(pushed(site, archive)) == [("updated", "digues/02-la-jetee")]


def test_the_status(site: WordPress, archive: Archive) -> None:
    """Drafts and withdrawals are followed; what was withdrawn before it was there does not come."""
    archive.set_status("digues/1", "withdrawn")
    archive.set_status(LAMP, "draft")
    pushed(site, archive)
    assert "01-le-quai" not in site.posts
    assert site.posts["01-la-lampe"]["status"] == "draft"
    archive.set_status("digues/", "withdrawn")
    pushed(site, archive)
    assert site.posts["02-la-jetee"]["status"] == "private"


@pytest.mark.parametrize(
    "edit", [{"title": "x"}, {"excerpt": "x"}, {"slug": "autre"}, {"status": "pending"}, {"tags": [99]}]
)
def test_an_edit_at_the_site(site: WordPress, archive: Archive, edit: dict[str, Any]) -> None:
    """It is told, never overwritten unseen; a conflict names both, stops nothing else, and --force decides."""
    pushed(site, archive)
    number = site.posts["01-la-lampe"]["id"]
    site.edit("posts", number, **edit)
    before = json.dumps(site.things["posts"][number])
    assert outcomes(pushed(site, archive)) == [("edited", LAMP)]
    archive.episodes.set(LAMP, summary="Une lumière")
    archive.episodes.set("digues/2", summary="Un pas")
    done = pushed(site, archive)
    assert outcomes(done) == [("updated", "digues/02-la-jetee"), ("conflict", LAMP)]
    assert site.things["posts"][number]["link"] in done.of("conflict")[0].words
    assert LAMP in done.of("conflict")[0].words
    assert json.dumps(site.things["posts"][number]) == before
    assert outcomes(pushed(site, archive, force=True)) == [("updated", LAMP)]
    assert outcomes(pushed(site, archive)) == []


def test_an_edit_at_the_site_while_it_is_pushed_to(site: WordPress, archive: Archive) -> None:
    """What changes between the look and the write is a conflict, too."""
    pushed(site, archive)
    archive.episodes.set(LAMP, summary="Une lumière")
    number = site.posts["01-la-lampe"]["id"]

    def edit(method: str, path: str) -> None:
        if "/media" in path or "/categories" in path:  # the posts have been looked at
            site.edit("posts", number, title="Du site")

    site.after = edit
    assert outcomes(pushed(site, archive)) == [("conflict", LAMP)]
    assert site.things["posts"][number]["title"]["raw"] == "Du site"


def test_a_site_that_changes_what_it_gets(site: WordPress, archive: Archive) -> None:
    """Where a filter of the site changes a content, that is no edit, and the next push sends nothing."""
    site.filter = lambda content: content.replace("lampe", "LAMPE")
    pushed(site, archive)
    assert outcomes(pushed(site, archive)) == []
    site.edit("posts", site.posts["01-le-quai"]["id"], content="x" + site.posts["01-le-quai"]["content"]["raw"])
    assert outcomes(pushed(site, archive)) == [("edited", "digues/01-le-quai")]


def test_a_post_that_the_look_missed(site: WordPress, archive: Archive) -> None:
    """What another push made meanwhile is found before something is made, and judged as the rest."""
    pushed(site, archive)
    kept = dict(site.things["posts"])
    number = site.posts["01-la-lampe"]["id"]
    for edit in ({}, {"title": "Du site"}):
        site.things["posts"].pop(number)
        back = kept[number] | {key: {"raw": value} for key, value in edit.items()}

        def bring_back(method: str, path: str, back: dict[str, Any] = back) -> None:
            if "/media" in path or "/categories" in path:
                site.things["posts"][number] = back

        site.after = bring_back
        assert outcomes(pushed(site, archive)) == ([("edited", LAMP)] if edit else [])
        assert len(site.posts) == 3


def test_a_foreign_post(site: WordPress, archive: Archive) -> None:
    """A post that totem did not make and that has the address is not doubled, nor overwritten but with --force."""
    own = site.add("posts", title="La mienne", slug="01-la-lampe")
    assert ("conflict", LAMP) in outcomes(pushed(site, archive))
    assert own["title"]["raw"] == "La mienne"
    assert ("updated", LAMP) in outcomes(pushed(site, archive, force=True))
    assert outcomes(pushed(site, archive)) == []
    assert len(site.posts) == 3


def test_what_the_archive_has_no_more(site: WordPress, archive: Archive) -> None:
    """It is told; with --delete it goes to the trash, unless it was edited there."""
    pushed(site, archive)
    one, two = (archive.episodes[f"digues/{number}"] for number in (1, 2))
    archive.episodes.remove(one.ref)
    archive.episodes.remove(two.ref)
    site.edit("posts", site.posts[two.slug]["id"], title="Gardé")
    assert outcomes(pushed(site, archive)) == [("gone", one.id), ("gone", two.id)]
    assert outcomes(pushed(site, archive, delete=True)) == [("trashed", one.id), ("conflict", two.id)]
    assert outcomes(pushed(site, archive, chosen=frozenset({LAMP}))) == []


def test_a_copy_is_told(site: WordPress, archive: Archive) -> None:
    """A post that was copied at the site with its mark is told, and the older one stays the one."""
    pushed(site, archive)
    post = site.posts["01-la-lampe"]
    site.add("posts", title="Copie", content=post["content"]["raw"], slug="copie")
    archive.episodes.set(LAMP, summary="Une lumière")
    done = pushed(site, archive)
    assert any("is a copy of" in words for words in done.warnings)
    assert outcomes(done) == [("updated", LAMP)]
    assert post["excerpt"]["raw"] == "Une lumière"


def test_pages(site: WordPress, archive: Archive) -> None:
    """A page a series, with its published episodes."""
    archive.set_status("digues/2", "draft")
    assert outcomes(pushed(site, archive, pages=True)) == [("created", "digues/"), ("created", "phares/")]
    page = next(one for one in site.things["pages"].values() if one["slug"] == "digues")
    assert '<h2 id="01-le-quai">Le quai</h2>' in page["content"]["raw"]
    assert "jetée" not in page["content"]["raw"]
    assert outcomes(pushed(site, archive, pages=True)) == []
    assert site.things["posts"] == {}


def test_a_picture_that_the_site_does_not_take(site: WordPress, archive: Archive) -> None:
    """It is told; the rest is pushed, and the next push sends no post again."""
    refused = {"code": "rest_upload_unknown_error", "message": "not allowed", "data": {"status": 500}}
    site.before = lambda method, path: (500, refused, {}) if method == "POST" and "/media" in path else None
    done = pushed(site, archive)
    assert any("quai.png is not taken" in words for words in done.warnings)
    assert len(site.posts) == 3
    assert outcomes(pushed(site, archive)) == []


def test_many(site: WordPress, archive: Archive) -> None:
    """More posts than one answer holds are all found again."""
    for number in range(120):
        site.add("posts", title=f"Autre {number}")
    pushed(site, archive)
    assert outcomes(pushed(site, archive)) == []
    assert len(site.posts) == 123


@pytest.mark.parametrize("when", ["before", "after"])
def test_broken_off_anywhere(site: WordPress, archive: Archive, when: str) -> None:
    """Wherever the connection breaks for good, before or after a request is done, the next push finishes, once."""
    count = 0
    while True:
        count += 1
        for things in site.things.values():
            things.clear()
        left = [count]

        def break_off(method: str, path: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise GoneError

        setattr(site, when, break_off)
        try:
            pushed(site, archive)
            is_whole = True
        except SystemFailedError:
            is_whole = False
        setattr(site, when, lambda method, path: None)
        pushed(site, archive)
        assert len(site.posts) == 3
        assert {kind: len(site.things[kind]) for kind in ("categories", "tags", "media")} == {
            "categories": 2,
            "tags": 2,
            "media": 1,
        }
        assert outcomes(pushed(site, archive)) == []
        if is_whole:
            break
    assert count > 15


def test_a_site_that_is_busy(site: WordPress, archive: Archive) -> None:
    """A question is asked again; a request that writes only where the site says that it did not do it."""
    pushed(site, archive)
    answers = {"GET": [503, 502], "POST": [429]}

    def busy(method: str, path: str) -> Any:
        return (answers[method].pop(), {}, {"Retry-After": "0"}) if answers[method] else None

    site.before = busy
    archive.episodes.set(LAMP, summary="Une lumière")
    assert outcomes(pushed(site, archive)) == [("updated", LAMP)]
    answers["POST"] = [503]
    archive.episodes.set(LAMP, summary="Deux lumières")
    with pytest.raises(SystemFailedError, match="503"):
        pushed(site, archive)


def test_a_user_who_may_not(site: WordPress, archive: Archive) -> None:
    """It is refused before anything is written, with what is lacking."""
    del site.capabilities["manage_categories"]
    with pytest.raises(RefusedError, match="manage_categories"):
        pushed(site, archive)
    assert site.writes == []


# Pulling


def said(site: WordPress, archive: Archive) -> dict[str, Any]:
    """Three comments on the first post, one elsewhere, a pingback; the first."""
    pushed(site, archive)
    post = site.posts["01-le-quai"]["id"]
    values = {"type": "comment", "post": post, "date_gmt": "2026-01-03T10:00:00", "author_url": "", "parent": 0}
    first = site.add("comments", **values | {"content": "Oh <b>oui</b>", "author_name": "Zoé", "status": "approved"})
    answer = values | {"parent": first["id"], "content": "Non", "author_name": "luc@example.org", "status": "hold"}
    site.add("comments", **answer | {"author_url": "javascript:alert(1)"})
    site.add("comments", **values | {"content": "Spam", "author_name": "X", "status": "spam"})
    site.add("comments", **values | {"post": 999, "content": "Loin", "author_name": "X", "status": "approved"})
    site.add("comments", **values | {"type": "pingback", "content": "Ping", "author_name": "X", "status": "approved"})
    return first


def test_comments(site: WordPress, archive: Archive) -> None:
    """They come once, as what they are, answers under what they answer; deletions are told."""
    first = said(site, archive)
    done = pulled(site, archive)
    assert len(done.added) == 2
    assert done.notes == ("1 comments are on posts that this archive did not make",)
    one, two = sorted(archive.comments, key=lambda comment: comment.text, reverse=True)
    assert (one.text, one.author, one.status) == ("Oh **oui**", "Zoé", "approved")
    assert one.date == "2026-01-03T10:00:00+00:00"
    assert (two.author, two.url, two.status, two.parent) == ("", None, "pending", one.id)
    again = pulled(site, archive)
    assert (again.added, again.approved, again.unchanged) == ((), (), 2)
    site.things["comments"].pop(first["id"])
    assert pulled(site, archive).gone == (one.id,)
    assert len([*archive.comments]) == 2


def test_what_was_decided_since(site: WordPress, archive: Archive) -> None:
    """Approved there, it is approved here; rejected here, it stays rejected."""
    said(site, archive)
    pulled(site, archive)
    one, two = sorted(archive.comments, key=lambda comment: comment.text, reverse=True)
    archive.comments.set_status(one.id, "rejected")
    site.edit(
        "comments", next(k for k, v in site.things["comments"].items() if v["status"] == "hold"), status="approved"
    )
    assert pulled(site, archive).approved == (two.id,)
    assert archive.comments[one.id].status == "rejected"


def test_no_email_is_asked_for(site: WordPress, archive: Archive) -> None:
    """The fields that are asked for name neither e-mail nor IP address."""
    asked: list[str] = []
    site.before = lambda method, path: asked.append(path)
    fetch(client(site))
    fields = next(path for path in asked if "/comments" in path)
    assert "_fields=" in fields
    assert "email" not in fields
    assert "_ip" not in fields


# Hostile answers, addresses, secrets


@pytest.mark.parametrize(
    "given",
    [
        b"<html>Not here</html>",
        b'{"a": 1}',
        b'[{"id": "x"}]',
        b'[{"id": 1, "slug": 2, "status": "publish"}]',
        b"\xff\xfe",
        b"[" * 100_000,
        b'[{"id": 1, "x": ' + b"[" * 100_000,
        (400, b'{"x": ' + b"[" * 100_000, {}),
        (404, b"<html>", {}),
        (500, {"message": 5}, {}),
        (200, [], {}),
        (200, [], {"X-WP-TotalPages": "many"}),
        (302, b"", {"Location": "http://127.0.0.2:1/"}),
        (302, b"", {"Location": "/wp-json/wp/v2/posts"}),
    ],
)
def test_hostile_answers(site: WordPress, archive: Archive, given: Any) -> None:
    """Whatever stands in the place of an answer is an error with words, and nothing is written."""
    site.before = lambda method, path: given if "/wp/v2/posts" in path else None
    with pytest.raises(SystemFailedError):
        pushed(site, archive)
    assert site.writes == []


def test_a_huge_answer(site: WordPress, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer has a largest size."""
    monkeypatch.setattr(client_module, "_LARGEST", 1000)
    site.before = lambda method, path: b" " * 1001 if "/wp/v2/posts" in path else None
    with pytest.raises(SystemFailedError, match="more than"):
        pushed(site, archive)


@pytest.mark.parametrize("things", [[], [{"id": 1, "post": 1, "status": "hold", "author_name": "x" * 600}]])
def test_a_list_without_an_end(site: WordPress, things: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages upon pages, empty or full, come to an end."""
    monkeypatch.setattr(client_module, "_LARGEST_LIST", 100_000)
    asked: list[str] = []
    there = client(site)

    def endless(method: str, path: str) -> Any:
        asked.append(path)
        return (200, things, {"X-WP-TotalPages": "99999999"}) if "/comments" in path else None

    site.before = endless
    with pytest.raises(SystemFailedError, match="without an end"):
        fetch(there)
    assert len(asked) < 200


def test_no_wordpress(site: WordPress) -> None:
    """A site without the link to an API is not found; one whose API is elsewhere gets no password."""
    site.before = lambda method, path: (200, b"<html>", {})
    with pytest.raises(NotFoundError):
        client(site)
    site.before = lambda method, path: (200, b"", {"Link": '<https://evil.example/>; rel="https://api.w.org/"'})
    with pytest.raises(SystemFailedError, match="another host"):
        client(site)


@pytest.mark.parametrize(
    "url",
    [
        "http://cafes.example/",
        "ftp://cafes.example/",
        "https://ada:pw@cafes.example/",
        "https://",
        "https://a.example/?x",
        "https://[",
        "http://127.0.0.1.example/",
        "https://a.example:x/",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    """No other scheme, no password inside, nothing unencrypted but on the machine itself."""
    with pytest.raises(InvalidError):
        check_address(url)


def test_addresses_that_are_taken() -> None:
    """HTTPS anywhere; HTTP on the machine itself."""
    for url in (
        "https://a.example",
        "https://a.example/blog/",
        "http://127.0.0.1:80",
        "http://[::1]/",
        "http://localhost",
    ):
        check_address(url)


def test_the_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The password is in the environment or in a netrc file, nowhere else, and is not shown."""
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.delenv(PASSWORD, raising=False)
    site = WordPressSite(url="https://a.example/", user=None)
    for given in (site, WordPressSite(url="https://a.example/", user="ada")):
        with pytest.raises(InvalidError):
            account(given)
    (tmp_path / "netrc").write_text("machine a.example login ada password abcd\n")
    found = account(site)
    assert (found.user, found.password) == ("ada", "abcd")
    assert "abcd" not in repr(found)
    with pytest.raises(InvalidError):
        account(site, "bea")
    monkeypatch.setenv(PASSWORD, "wxyz")
    assert account(site, "bea").password == "wxyz"
    (tmp_path / "netrc").write_text("nonsense")
    monkeypatch.delenv(PASSWORD)
    with pytest.raises(TotemError):
        account(site)


def test_the_mark() -> None:
    """It goes into the first paragraph, and is read back."""
    mark = Mark("7a0b0c0d-1111-4222-8333-444455556666", "a" * 24, "b" * 24)
    for content in ("<p>Un</p>", "<ul></ul>", ""):
        whole = marked(content, mark)
        assert mark_of(whole) == mark
        assert whole.replace(str(mark), "") == content
    assert marked("<p>Un</p>", mark).startswith("<p><!--")
    assert mark_of("<!-- totem:1 x -->") is None


# The command line


def test_commands(site: WordPress, archive: Archive, totem: Shell) -> None:
    """A name in totem.toml, JSON, words, exit codes."""
    settings = archive.root / "totem.toml"
    settings.write_text(settings.read_text() + f'[wordpress.cafes]\nurl = "{site.url}/"\nuser = "editor"\n')
    secret = {PASSWORD: "very secret"}
    plan = json.loads(totem("push", "wordpress", "cafes", "--json", "--dry-run", **secret).out)
    assert ["picture", "quai.png"] in plan["made"]
    done = totem("push", "wordpress", "cafes", **secret)
    assert done.code == 0, done.err
    assert "made picture quai.png" in done.out.splitlines()
    assert done.out.splitlines()[-1] == f"created {LAMP} {site.url}/01-la-lampe/"
    assert "3 created, 0 updated, 0 trashed, 0 unchanged" in done.err
    done = totem("push", "wordpress", "cafes", "--json", **secret)
    assert json.loads(done.out) == {"site": site.url, "done": [], "made": [], "unchanged": 3}
    assert [json.loads(line)["code"] for line in done.err.splitlines()] == ["warning", "note"]
    site.edit("posts", site.posts["01-la-lampe"]["id"], title="x")
    archive.episodes.set(LAMP, summary="y")
    done = totem("push", "wordpress", "cafes", **secret)
    assert done.code == 5
    assert "--force" in done.err
    assert "very secret" not in done.out + done.err
    said(site, archive)
    done = totem("pull", "comments", "cafes", "--dry-run", **secret)
    assert (done.code, done.out.count("new file") + done.out.count("+++ ")) != (0, 0)
    assert len([*archive.comments]) == 0
    done = totem("pull", "comments", "cafes", **secret)
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == 2
    pulled = json.loads(totem("pull", "comments", "cafes", "--json", **secret).out)
    for command, value in (("push wordpress", plan), ("pull comments", pulled)):
        jsonschema.Draft202012Validator(output_schema(command)).validate(value)
    assert "comment" not in totem("check").out
    assert totem("push", "wordpress", "nowhere", **secret).code == 3
    assert totem("push", "wordpress", "cafes").code == 4
    assert totem("push", "wordpress", "http://cafes.example/", **secret).code == 4
    assert totem("push", "wordpress", "http://127.0.0.1:9/", "--user", "x", **secret).code == 6
