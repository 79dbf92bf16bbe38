"""The receiver of comments: what it takes, what it refuses, and that nothing private leaves it."""

from __future__ import annotations

import json
import logging
import string
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from totem_cli import Archive
from totem_cli.model.settings import Comments, Settings
from totem_cli.serve.origins import may_post, origin_of
from totem_cli.serve.rate_limit import RateLimit
from totem_cli.serve.submission import FIELDS, MalformedError, Stamps, fields_of

pytest.importorskip("starlette", reason="the extra serve is not installed")
if TYPE_CHECKING:
    from starlette.testclient import TestClient

pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx` with")

HOST = "http://127.0.0.1:8001"
JSON = {"accept": "application/json"}
MAIL = "plantee@exemple.fr"


def opened(archive: Path, *, email: bool = False) -> Path:
    """The archive, with comments open."""
    (archive / "totem.toml").write_text(
        'title = "TOTEM"\nbase_url = "https://totem.example/"\n[comments]\nopen = true\n'
        f'receiver = "https://avis.example/x"\nemail = {str(email).lower()}\n',
        "utf-8",
    )
    return archive


@contextmanager
def client(archive: Path, **rules: Any) -> Iterator[TestClient]:
    """Something that posts to the receiver of an archive."""
    from starlette.testclient import TestClient

    from totem_cli.serve.receiver import Rules, app_for

    with TestClient(app_for(archive, Rules(**{"rate": 1000} | rules)), base_url=HOST) as posting:
        yield posting


@pytest.fixture
def archive(example: Path) -> Path:
    """A copy of the project's archive, with comments open."""
    return opened(example)


def add_tag(archive: Path, tag: str) -> None:
    """Tag the first episode."""
    with Archive(archive) as opened:
        opened.tags.add("collaboration/1", tag)


def target(archive: Path, ref: str = "collaboration/1") -> str:
    """The id of an episode."""
    with Archive(archive) as opened:
        return opened.episodes[ref].id


def test_a_comment_is_kept_as_pending(archive: Path) -> None:
    """It answers with words and an id; the comment is in the archive, and in no history."""
    with client(archive) as posting:
        said = {"target": target(archive), "author": "Zoé", "text": "Bonjour\r\nà tous", "url": "exemple.fr"}
        form = posting.post("/", data=said)
        again = posting.post("/any/path", json=said, headers=JSON)

    assert (form.status_code, again.status_code) == (201, 200)
    assert "aura été lu et approuvé" in form.text
    assert form.headers["content-security-policy"].startswith("default-src 'none'")
    assert "set-cookie" not in form.headers
    with Archive(archive) as opened:
        kept = opened.comments.find()
    assert [(one.status, one.author, one.text, one.url) for one in kept] == [
        ("pending", "Zoé", "Bonjour\nà tous", "https://exemple.fr")
    ]
    assert again.json()["id"] == kept[0].id
    with Archive(archive) as opened:
        assert not [*opened.history]


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(archive: Path) -> None:
    """The page says it in an alert, each field what is wrong with it; with JSON the fields are named."""
    with client(archive) as posting:
        wrong = {"target": target(archive), "author": MAIL, "text": "<b>gardé</b>", "url": "javascript:x"}
        page = posting.post("/", data=wrong)
        told = posting.post("/", data=wrong, headers=JSON)

    assert (page.status_code, told.status_code) == (422, 422)
    assert 'role="alert"' in page.text
    assert 'maxlength="100" value="plantee@' in page.text
    assert 'aria-invalid="true" aria-describedby="author-fault' in page.text
    assert "&lt;b&gt;gardé&lt;/b&gt;</textarea>" in page.text
    assert set(told.json()["fields"]) == {"author", "url"}
    assert MAIL not in told.text


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"content": b"author=%ff&text=a", "headers": {"content-type": "application/x-www-form-urlencoded"}}),
        (400, {"content": b"author=\xff", "headers": {"content-type": "application/x-www-form-urlencoded"}}),
        (400, {"content": b"{", "headers": {"content-type": "application/json"}}),
        (400, {"content": b"[" * 60000, "headers": {"content-type": "application/json"}}),
        (400, {"content": b'{"author": {"a": 1}}', "headers": {"content-type": "application/json"}}),
        (400, {"content": b"a=1&" * 50, "headers": {"content-type": "application/x-www-form-urlencoded"}}),
        (404, {"data": {"target": "../../private/x", "author": "a", "text": "b"}}),
        (404, {"data": {"target": "99999999-9999-4999-8999-999999999999", "author": "a", "text": "b"}}),
        (404, {"data": {"author": "a"}}),
        (413, {"content": b"x" * 65_537}),
        (413, {"content": (b"x" * 1000 for _ in range(100))}),
        (415, {"files": {"author": b"a"}}),
        (415, {"content": b"a"}),
        (403, {"data": {"author": "a"}, "headers": {"origin": "https://evil.example"}}),
        (403, {"data": {"author": "a"}, "headers": {"origin": "null", "host": "avis.example"}}),
    ],
)
def test_what_is_refused(archive: Path, status: int, request_: dict[str, Any]) -> None:
    """Each with the status that says why, for people and for programs; nothing is written."""
    with client(archive) as posting:
        headers = {"accept": "application/json"} | request_.pop("headers", {})
        answer = posting.post("/", headers=headers, **request_)

    assert answer.status_code == status
    assert answer.json()["message"]
    assert not (archive / "comments").exists()


def test_other_methods(archive: Path) -> None:
    """GET gives the form, with whom it answers; what is neither is refused."""
    whole = Archive(archive)
    top = whole.comments.add("collaboration/1", "Un", author="Zoé", status="approved")
    hidden = whole.comments.add("collaboration/1", "Deux", author="Zoé")
    with client(archive) as posting:
        form = posting.get(f"/?target={top.target}&parent={top.id}")
        assert f'name="parent" value="{top.id}"' in form.text
        assert posting.get(f"/?target={top.target}&parent={hidden.id}").status_code == 404
        assert posting.get("/").status_code == 404
        assert posting.put("/").status_code == 405
        assert (
            posting.options("/", headers={"origin": "https://totem.example"}).headers["access-control-allow-origin"]
            == "https://totem.example"
        )
        reply = {"target": top.target, "parent": top.id, "author": "Jo", "text": "Oui"}
        assert posting.post("/", data=reply).status_code == 201
        assert posting.post("/", data=reply | {"parent": hidden.id, "text": "Non"}).status_code == 422
    with Archive(archive) as opened:
        assert [one.parent for one in opened.comments.find() if one.author == "Jo"] == [top.id]


def test_traps(archive: Path) -> None:
    """A field that nobody sees stays empty; a form that the receiver gave out takes a person's time."""
    said = {"target": target(archive), "author": "Zoé", "text": "Oui"}
    with client(archive, least=30) as posting:
        page = posting.get("/", params={"target": said["target"]}).text
        stamp = page.partition('name="stamp" value="')[2].partition('"')[0]
        assert posting.post("/", data=said | {"topic": "x"}).status_code == 422
        assert posting.post("/", data=said | {"stamp": stamp}).status_code == 422
        assert posting.post("/", data=said | {"stamp": stamp[:-1] + "z"}).status_code == 201


def test_closed_withdrawn_and_full(archive: Path) -> None:
    """Nothing is taken where comments are closed or nothing is published, nor more than may wait."""
    whole = Archive(archive)
    whole.episodes.set("collaboration/1", comments_open=False)
    whole.set_status("collaboration/2", "draft")
    with client(archive, queue=2) as posting:

        def post(ref: str, text: str) -> int:
            said = {"target": target(archive, ref), "author": "Zoé", "text": text}
            return posting.post("/", data=said, headers=JSON).status_code

        assert (post("collaboration/1", "a"), post("collaboration/2", "a")) == (403, 404)
        assert [post("collaboration/3", text) for text in "abc"] == [201, 201, 503]


def test_an_address_may_post_only_so_often(archive: Path) -> None:
    """After that it is told when to come again; what cannot be a comment does not count."""
    said = {"target": target(archive), "author": "Zoé"}
    with client(archive, rate=2) as posting:
        assert [posting.post("/", data=said | {"text": text}).status_code for text in ("", "", "", "a", "b")] == [
            422, 422, 422, 201, 201
        ]  # fmt: skip
        answer = posting.post("/", data=said | {"text": "c"}, headers=JSON)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 600


def test_an_email_address_goes_nowhere_else(
    example: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """It is under private/ and in no other file, answer, log or hook; where it is not asked for it is nowhere."""
    archive = opened(example, email=True)
    told = archive.parent / "told"
    script = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read())"
    said = {"target": target(archive), "author": "Zoé", "text": "Oui", "email": MAIL}
    with client(archive, hook=(sys.executable, "-c", script)) as posting:
        answer = posting.post("/", data=said, headers=JSON)
        assert posting.post("/", data=said | {"email": "x"}, headers=JSON).status_code == 422
        assert posting.post("/", data={**said, "email": ""}, headers=JSON).status_code == 422

    holders = [path for path in archive.rglob("*") if path.is_file() and MAIL.encode() in path.read_bytes()]
    assert holders == [archive / f"private/comments/{answer.json()['id']}.toml"]
    assert json.loads(told.read_text("utf-8"))["author"] == "Zoé"
    out, err = capfd.readouterr()
    assert MAIL not in answer.text + told.read_text("utf-8") + out + err + caplog.text

    text = (archive / "totem.toml").read_text("utf-8")
    (archive / "totem.toml").write_text(text.replace("email = true", "email = false"), "utf-8")
    with client(archive) as posting:
        assert posting.post("/", data=said | {"text": "Non"}).status_code == 201
    assert len(list((archive / "private/comments").iterdir())) == 1


def test_a_hook_that_fails_harms_nobody(archive: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its failure is told without a word of the comment."""
    said = {"target": target(archive), "author": "Zoé", "text": "un secret"}
    with client(archive, hook=(sys.executable, "-c", "raise SystemExit(3)")) as posting:
        assert posting.post("/", data=said).status_code == 201
    assert "ended with 3" in caplog.text
    assert "secret" not in caplog.text


def test_what_it_says_is_as_other_commands_say_it(archive: Path) -> None:
    """With ``--json`` each line on standard error is a notice; the address is the one thing on standard output."""
    command = [sys.executable, "-m", "totem_cli", "serve", "--comments", "--json", "--port", "0", "--archive", archive]
    hook = f"{sys.executable} -c 'raise SystemExit(3)'"
    with subprocess.Popen([*command, "--hook", hook], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        try:
            address = json.loads(b"".join(iter(process.stdout.readline, b"}\n")) + b"}")["address"]
            data = urlencode({"target": target(archive), "author": "Zoé", "text": "un secret"}).encode()
            with urlopen(address, data, timeout=30) as answer:
                assert answer.status == 201
            notice = json.loads(process.stderr.readline())
        finally:
            process.terminate()
        assert process.wait(30) == 0
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    assert (notice["code"], notice["exit"], notice["message"]) == ("warning", 0, "the hook ended with 3")


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_that_nobody_foresaw(debug: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its class is told, and its words, which may be somebody's, where they are asked for."""
    from totem_cli.cli.serve import Log

    said: list[tuple[str, str]] = []
    session = SimpleNamespace(as_json=True, say=lambda words, *, kind: said.append((kind, words)))
    monkeypatch.setenv("TOTEM_DEBUG", "1" if debug else "")
    try:
        raise ValueError("un secret")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception in it\n", None, sys.exc_info())
    Log(session).handle(record)  # type: ignore[arg-type]
    ((kind, words),) = said
    assert (kind, words.startswith("Exception in it: ValueError"), "secret" in words) == ("error", True, debug)


def test_many_at_once_while_others_write(archive: Path) -> None:
    """Every comment that was acknowledged is there once, and so is what others changed meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    one = target(archive)
    with client(archive) as posting, ThreadPoolExecutor(12) as pool:

        def post(number: int) -> str | None:
            said = {"target": one, "author": f"N{number % 40}", "text": f"Texte {number % 80}"}
            answer = posting.post("/", data=said, headers=JSON)
            return answer.json().get("id") if answer.status_code in (200, 201) else None

        edits = [pool.submit(add_tag, archive, f"mot{number}") for number in range(3)]
        found = [*pool.map(post, range(160))]
        for edit in edits:
            edit.result()

    with Archive(archive) as opened:
        kept = [comment.id for comment in opened.comments.find()]
    assert None not in found
    assert sorted(kept) == sorted({identity for identity in found if identity})
    assert len(kept) == 80
    with Archive(archive) as opened:
        assert {"mot0", "mot1", "mot2"} <= set(opened.episodes["collaboration/1"].tags)
        assert opened.check() == []


HOSTILE = some.one_of(
    some.text(max_size=200),
    some.text(alphabet=string.printable + "\x00\x1b\u202e\u200b+\ufeff", max_size=200),
    some.sampled_from(
        [
            "</textarea><script>alert(1)</script>",
            "../../../etc/passwd",
            "a\r\nSet-Cookie: x=1",
            "+++\nid = 1\n+++",
            "{{7*7}}",
        ]
    ),
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Path, str]]:
    """A receiver that stays up for many posts."""
    import shutil

    from tests.conftest import ROOT

    archive = tmp_path_factory.mktemp("fuzzed") / "archive"
    shutil.copytree(ROOT / "archive", archive, ignore=shutil.ignore_patterns(".totem"))
    opened(archive)
    with client(archive, rate=100_000) as posting:
        yield posting, archive, target(archive)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    fields=some.dictionaries(some.sampled_from([*FIELDS, "x"]), HOSTILE), known=some.booleans(), as_json=some.booleans()
)
def test_whatever_is_posted(
    fuzzed: tuple[TestClient, Path, str], fields: dict[str, str], known: bool, as_json: bool
) -> None:
    """The answer is one of those that are documented, holds nothing that runs, and no file appears elsewhere."""
    posting, archive, one = fuzzed
    if known:
        fields = fields | {"target": one}
    try:
        body = {"json": fields} if as_json else {"data": fields}
        answer = posting.post("/", **body)
    except UnicodeEncodeError:
        return
    assert answer.status_code in (200, 201, 400, 404, 415, 422, 503)
    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers
    inside = {path.relative_to(archive).parts[0] for path in archive.rglob("*")}
    assert inside <= {"totem.toml", "series", "comments", ".totem"}
    with Archive(archive) as opened:
        assert not opened.problems()


# The parts


def test_limits_forget() -> None:
    """Counts are by network, and gone with the window; nothing in memory holds an address."""
    now = [0.0]
    limits = RateLimit(1, 60, clock=lambda: now[0])
    assert [limits.take(one) for one in ("10.0.0.1", "10.0.0.2", "10.0.0.1")] == [0, 0, 60]
    assert [limits.take(one) for one in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")] == [0, 60, 0]
    assert "10.0.0" not in repr(vars(limits))
    now[0] = 61.0
    assert limits.take("10.0.0.1") == 0


def test_origins() -> None:
    """The site and the receiver may post, and what was named; on a machine by itself, the machine's own pages."""
    known = Settings(base_url="https://a.example/b/", comments=Comments(receiver="https://c.example:8443/x"))
    good = ("https://a.example", "https://c.example:8443", "http://d.example", None)
    assert all(may_post(one, "c.example", known, ["http://d.example:80/"]) for one in good)
    bad = ("http://a.example", "https://c.example", "null", "http://localhost:8000", "https://a.example.evil.example")
    assert not any(may_post(one, "c.example", known, ()) for one in bad)
    assert may_post("null", "127.0.0.1:8001", known, ())
    assert may_post("http://[::1]:8000", "localhost", known, ())
    assert not may_post("https://evil.example", "127.0.0.1:8001", known, ())
    assert origin_of("https://a.example:99999/") is None


def test_stamps() -> None:
    """A mark of another process, or none, tells nothing."""
    now = [1000.0]
    stamps = Stamps(2, clock=lambda: now[0])
    stamp = stamps.make()
    assert stamps.too_fast(stamp)
    assert not Stamps(2, clock=lambda: now[0]).too_fast(stamp)
    now[0] += 2
    assert not stamps.too_fast(stamp)


def test_fields_of_bodies() -> None:
    """Of a field that is there twice the first counts, as a form has it; other fields are not read."""
    assert fields_of(b"author=a&author=b&x=1", "application/x-www-form-urlencoded; charset=utf-8") == {"author": "a"}
    assert fields_of(b'{"author": "a", "url": null}', "application/json") == {"author": "a"}
    assert fields_of("author=Zoé+%C3%A9".encode(), "application/x-www-form-urlencoded") == {"author": "Zoé é"}
    for broken in (b"author=%ff", b"author=\xff"):
        with pytest.raises(MalformedError):
            fields_of(broken, "application/x-www-form-urlencoded")
    with pytest.raises(MalformedError):
        fields_of(b"", "")
