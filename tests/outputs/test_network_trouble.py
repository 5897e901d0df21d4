"""What goes wrong on the way to a server: one clear line with what to do, the others served, no secret anywhere."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partialmethod
from pathlib import Path

import pytest

from certificate import TLS
from faults import HTML, Forward, Proxy, Request, Response, answer, change_body, faulty, on
from fondly.journal import Journal
from fondly_calendar.connection import Connection
from servers import Calendar, serving
from world import NOW, World, caldav_output, counts, error

FILE = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
SECRET = "s3cr3t-of-ana-\\u00fc%"


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Calendar]:
    """A calendar on a server that asks for a password."""
    with serving("radicale", tmp_path) as found:
        yield found


def command(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    world.write()
    line = [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", NOW.isoformat(), *arguments]
    env = {**os.environ, "FONDLY_STATE_DIR": str(world.folder / "states")}
    return subprocess.run(line, env=env, capture_output=True, text=True, timeout=120, check=False)


def check(world: World, words: str) -> None:
    """One line about it, what to do in it, the file served, exit code 1, and no secret in what is said or kept."""
    done = command(world, "sync")
    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("ours  failed: ")
    assert words in lines[0], lines[0]
    assert "file  2" in done.stdout
    assert (world.folder / "us.ics").exists()
    kept = b"".join(path.read_bytes() for path in (world.folder / "states").rglob("*") if path.is_file())
    for secret in (SECRET, "s3cr3t"):
        assert secret not in done.stdout + done.stderr
        assert secret.encode() not in kept
    assert command(world, "-vv", "doctor").returncode == 1
    assert "s3cr3t" not in command(world, "-vv", "doctor").stdout


def trouble(tmp_path: Path, calendar: Calendar, **more: str) -> World:
    """People with that calendar and a file."""
    (tmp_path / "home").mkdir()
    return World(tmp_path / "home", [caldav_output(calendar, **more), FILE])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: replace(c, url="http://127.0.0.1:1/dav/", password=SECRET), "the connection was refused; look at"),
        (
            lambda c: replace(c, url=c.url + "elsewhere/", password=c.password),
            "no calendar at that address (404); look",
        ),
        (lambda c: replace(c, password=SECRET), "does not accept the username and password; look at them"),
        (lambda c: replace(c, user="nobody"), "does not accept the username and password; look at them"),
        (
            lambda c: replace(c, url=c.url.rsplit("/", 2)[0] + "/", password=SECRET),
            "does not accept the username and password; look at them",
        ),
    ],
    ids=["no server", "no calendar", "wrong password", "wrong username", "wrong password at the home"],
)
def test_wrong_address_or_password(
    radicale: Calendar, tmp_path: Path, change: Callable[[Calendar], Calendar], words: str
) -> None:
    """What was typed wrong is said."""
    check(trouble(tmp_path, change(radicale)), words)


RIGHTS = rb"<current-user-privilege-set>.*?</current-user-privilege-set>"
READ_ONLY = b"<current-user-privilege-set><privilege><read/></privilege></current-user-privilege-set>"


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_a_calendar_without_write_permission(radicale: Calendar, tmp_path: Path, told: bool) -> None:
    """It is said before anything is tried, or at the first refusal; nobody is asked for each entry."""
    privileges = on("PROPFIND", change_body(lambda body: re.sub(RIGHTS, READ_ONLY, body, flags=re.DOTALL)))
    refused = on("PUT DELETE", answer(403, "<error xmlns='DAV:'><need-privileges/></error>"))
    with faulty(radicale) as proxy, proxy.doing(privileges if told else refused):
        words = (
            "lets this user only read that calendar; ask its owner"
            if told
            else "does not allow to write an entry (403)"
        )
        check(trouble(tmp_path, proxy.calendar), words)
        assert proxy.methods.count("PUT") <= (0 if told else 8), "each entry was asked for"


@contextmanager
def with_tls(proxy: Proxy, certificate: Path) -> Iterator[Calendar]:
    """The proxy's calendar over TLS, by a byte pump with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    host, port = proxy.calendar.url.split("/")[2].split(":")
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            target.close()

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                safe = context.wrap_socket(plain, server_side=True)
            except OSError:
                continue
            upstream = socket.create_connection((host, int(port)))
            threading.Thread(target=pump, args=(safe, upstream), daemon=True).start()
            threading.Thread(target=pump, args=(upstream, safe), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield replace(
            proxy.calendar,
            url=proxy.calendar.url.replace("http://", "https://").replace(
                f"{host}:{port}", f"localhost:{listener.getsockname()[1]}"
            ),
        )
    finally:
        listener.close()


def test_a_self_signed_certificate(radicale: Calendar, tmp_path: Path) -> None:
    """It is refused, with the way out; with ``ca_file`` it is fine, and a file that is none is said."""
    pem = tmp_path / "tls.pem"
    pem.write_text(TLS, encoding="utf-8")
    with faulty(radicale) as proxy, with_tls(proxy, pem) as safe:
        world = trouble(tmp_path, safe)
        check(world, "its certificate is not trusted; 'ca_file' names the authority of a private one")
        world.outputs[0] = caldav_output(safe, ca_file=str(pem))
        done = command(world, "sync")
        assert (done.returncode, done.stderr) == (0, "")
        assert len(radicale.hrefs()) > 10
        (world.folder / "no.pem").write_text("nothing", encoding="utf-8")
        world.outputs[0] = caldav_output(safe, ca_file="no.pem")
        assert "holds no certificates that can be read" in command(world, "sync").stderr


def test_a_password_in_the_clear(radicale: Calendar, tmp_path: Path) -> None:
    """Over plain http a password goes to this machine alone."""
    world = trouble(tmp_path, replace(radicale, url="http://calendar.example/ana/ours/", password=SECRET))
    assert "would get the password in the clear; use https" in command(world, "sync").stderr


@contextmanager
def silent(send: bytes = b"", pause: float = 0.0) -> Iterator[str]:
    """A server that takes every connection and says nothing more, or that again and again."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def hold(connection: socket.socket) -> None:
        with connection:
            try:
                while not stop.wait(pause or 0.05):
                    if send:
                        connection.sendall(send)
            except OSError:
                pass

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=hold, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/ana/ours/"
    finally:
        stop.set()
        listener.close()


@pytest.mark.parametrize("sent", [b"", b"H", b"HTTP/1.1 207 Multi-Status\r\n", b"X: y\r\n"], ids=repr)
def test_a_hanging_server(radicale: Calendar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """A server that says nothing, or trickles a head without an end, is given up after the time limit."""
    monkeypatch.setattr(Connection, "send", partialmethod(Connection.send, time_limit=0.4))
    with silent(sent) as url:
        world = trouble(tmp_path, replace(radicale, url=url, password=SECRET))
        begin = time.monotonic()
        run = world.sync()
        problem = error(run)
        assert time.monotonic() - begin < 20, "a guard of the test: it hangs"
    assert "cannot be reached" in problem or "no calendar data" in problem
    assert "s3cr3t" not in problem
    assert counts(run, "file")["created"] > 10
    assert run.exit_code == 1


def test_a_server_that_sends_100_mb(radicale: Calendar, tmp_path: Path) -> None:
    """It is stopped at the limit, and that is said."""
    huge = answer(207, "<multistatus xmlns='DAV:'>" + " " * 100_000_000, Content_Type="application/xml")
    with faulty(radicale) as proxy, proxy.doing(huge):
        check(trouble(tmp_path, proxy.calendar), "sent more than 64 MB, which no calendar needs; look at its url")


def test_writes_are_never_redirected(radicale: Calendar, tmp_path: Path) -> None:
    """A server that sends a write elsewhere is not followed, and what stands at the other end is not touched."""
    with faulty(radicale) as proxy:
        away = on("PUT", answer(307, Location=proxy.calendar.url.replace("/ours/", "/elsewhere/") + "x.ics"))
        with proxy.doing(away):
            check(trouble(tmp_path, proxy.calendar), "says that the calendar is elsewhere (307); put that address")
        assert radicale.hrefs() == []
        assert proxy.methods.count("PUT") == 1


def test_a_page_in_place_of_a_write(calendar: Calendar, tmp_path: Path) -> None:
    """A page to log in, with a status that says all is fine, is not taken for what was written or deleted."""
    with faulty(calendar) as proxy:
        world = trouble(tmp_path, proxy.calendar)
        with proxy.doing(on("PUT", HTML)):
            assert "failed to write an entry (200); the next sync tries again" in error(world.sync())
        created = counts(world.sync())["created"]
        assert created == len(calendar.hrefs())
        world.dates = world.dates[1:]
        with proxy.doing(on("DELETE", HTML)):
            assert "failed to delete an entry (200)" in error(world.sync())
        assert counts(world.sync())["deleted"] == created - len(calendar.hrefs())


@pytest.mark.parametrize("auth", ["digest", "basic", "bearer"])
def test_ways_to_log_in(radicale: Calendar, tmp_path: Path, auth: str) -> None:
    """Digest is answered with what it asks for, also where Basic was configured; a token goes as Bearer."""
    told: list[str] = []
    challenge = 'Digest realm="x", nonce="abc", qop="auth", algorithm=MD5'

    def gate(request: Request, forward: Forward) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        told.append(headers.get("authorization", ""))
        if auth == "bearer":
            if told[-1] != f"Bearer {radicale.password}":
                return Response(401, {"WWW-Authenticate": "Bearer"})
        elif not told[-1].startswith("Digest "):
            return Response(401, {"WWW-Authenticate": challenge})
        return forward(replace(request, headers={**request.headers, "Authorization": basic(radicale)}))

    with faulty(radicale) as proxy, proxy.doing(gate):
        (tmp_path / "home").mkdir()
        world = World(tmp_path / "home", [caldav_output(proxy.calendar, auth=auth)])
        assert counts(world.sync())["created"] == len(radicale.hrefs())
    if auth == "digest":
        assert not any(one.startswith("Basic") for one in told), "the password was told though Digest is configured"
    if auth != "bearer":
        assert 'response="' in told[-1]
        assert told.count("") <= 1, "it asks again for each request"
        assert len({one for one in told if "nc=" in one}) == len(told) - 1


def basic(calendar: Calendar) -> str:
    """What the real server behind wants."""
    import base64

    return "Basic " + base64.b64encode(f"{calendar.user}:{calendar.password}".encode()).decode()


def test_the_journal_keeps_no_secret(radicale: Calendar, tmp_path: Path) -> None:
    """Neither the password nor the address with it stands in the state folder."""
    (tmp_path / "home").mkdir()
    world = World(tmp_path / "home", [caldav_output(radicale)])
    world.sync()
    Journal(world.folder / "state" / "journal.db").close()
    kept = b"".join(path.read_bytes() for path in (world.folder / "state").iterdir())
    assert radicale.password.encode() not in kept
