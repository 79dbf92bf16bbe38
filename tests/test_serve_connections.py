"""The server's connections: those that say nothing, or too slowly, keep nobody out."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")

SERVE = """
import sys
from totem_cli.cli.main import main
from totem_cli.serve import connections
connections.HEADER = float(sys.argv[1])
sys.exit(main(["serve", "--comments", "--port", "0", "--archive", sys.argv[2]]))
"""
IDLE = 500


def served(example: Path, header: float) -> Iterator[tuple[str, int]]:
    """The address of a server on loopback whose requests must come within so many seconds."""
    command = [sys.executable, "-c", SERVE, str(header), str(example)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        host, _, port = process.stdout.readline().strip().removeprefix("http://").rstrip("/").partition(":")
        yield host, int(port)
        process.terminate()


@pytest.fixture
def patient(example: Path) -> Iterator[tuple[str, int]]:
    """A server that waits for an hour."""
    yield from served(example, 3600)


@pytest.fixture
def impatient(example: Path) -> Iterator[tuple[str, int]]:
    """A server that waits for a moment."""
    yield from served(example, 0.3)


def status(address: tuple[str, int]) -> int:
    """What a request is answered."""
    asked = HTTPConnection(*address, timeout=60)
    asked.request("GET", "/?target=none")
    found = asked.getresponse().status
    asked.close()
    return found


def test_idle_connections_keep_nobody_out(patient: tuple[str, int]) -> None:
    """However many are open and ask for nothing, a request is answered, also one on a connection from before."""
    expected = status(patient)
    before = HTTPConnection(*patient, timeout=60)
    before.request("GET", "/?target=none")
    before.getresponse().read()
    idle = [socket.create_connection(patient, timeout=60) for _ in range(IDLE)]
    assert [status(patient) for _ in range(5)] == [expected] * 5
    for one in idle[::7]:
        try:
            one.sendall(b"GET / HTTP/1.1\r\nX-")
        except OSError:
            continue  # it has been closed
    assert [status(patient) for _ in range(5)] == [expected] * 5
    for one in (*idle, before):
        one.close()


def test_a_header_must_come_in_time(impatient: tuple[str, int]) -> None:
    """A connection that sends nothing, half a header, or one byte after another is closed; so is one used before."""
    first = b"GET /?target=none HTTP/1.1\r\nHost: a\r\n\r\n"
    for sent, slow in ((b"", b""), (b"GET / HT", b""), (b"GET / HTTP/1.1\r\nX: ", b"x"), (first, b"G")):
        with socket.create_connection(impatient, timeout=60) as one:
            one.sendall(sent)
            if sent == first:
                assert one.recv(100).startswith(b"HTTP/1.1 ")
            one.settimeout(0.02 if slow else 60)
            for _ in range(3000):
                try:
                    if slow:
                        one.sendall(slow)
                    if not one.recv(65536):
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            else:
                pytest.fail("the connection stays open")
    assert status(impatient) < 500
