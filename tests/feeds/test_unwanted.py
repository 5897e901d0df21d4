"""Those who guess, forge, flood and dawdle: 4xx or a closed connection, and nothing said that helps them."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from feedserver import STATE, FeedServer, feed_server, request, send_form
from fondly.feeds.access import read_access
from fondly.server.throttle import MOST, Throttle, network_of
from world import World

GUESSES = 2000
TRAVERSALS = [
    "/../../../../etc/passwd",
    "/feeds/../feeds.json",
    "/feeds/%2e%2e/%2e%2e/feeds.json",
    "/feeds/TOKEN/../../feeds.json",
    "/feeds/TOKEN/..%2f..%2ffeeds.json",
    "/feeds/TOKEN/%2e%2e%5c%2e%2e%5cfeeds.json",
    "/feeds/TOKEN//phone.ics",
    "//feeds/TOKEN/phone.ics",
    "/feeds/TOKEN/phone.ics%00.html",
    "/feeds/TOKEN/%00",
    "/feeds/TOKEN/journal.db",
    "/feeds/TOKEN/index.html",
    "/feeds/TOKEN/phone.ics/",
    "/feeds/TOKEN%20/phone.ics",
    "/feeds/token/phone.ics",
    "/feeds/%ff%fe/phone.ics",
    "/feeds/" + "a" * 8000 + "/phone.ics",
    "/invite/..%2f..",
    "/invite/TOKEN",
    "/.env",
    "/feeds.json",
    "/caldav/",
]
MALFORMED = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS, spoken to a plain port
    b"nonsense\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@pytest.fixture
def server(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[FeedServer]:
    """A server with two feeds, about which nothing is said or logged, whatever happens."""
    feeds = ["{name: phone, kind: feed, seen_by: [ben]}", "{name: work, kind: feed, seen_by: [ana]}"]
    with caplog.at_level(logging.DEBUG), feed_server(World(tmp_path, feeds, state=STATE)) as found:
        yield found
        assert found.feed().status == 200, "it serves on"
    assert found.said == []
    said = [record.getMessage() for record in caplog.records if record.name.partition(".")[0] in ("uvicorn", "asyncio")]
    assert not [line for line in said if "127.0.0.1" in line or "feeds/" in line or "Traceback" in line]


def raw(server: FeedServer, data: bytes) -> bytes:
    """What comes back for these bytes, until the other side closes or answers."""
    parts = urlsplit(server.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        try:
            connection.sendall(data)
            return connection.recv(65_536)
        except ConnectionError:
            return b""


def test_who_guesses_waits_longer_and_longer() -> None:
    """A mistake or two costs nothing; then each waits longer, one at a time, until ten quiet minutes have passed."""
    clock = [0.0]
    throttle = Throttle(lambda: clock[0])
    waits = []
    for _ in range(12):
        waits.append(throttle.delay("192.0.2.1"))
        throttle.done("192.0.2.1")
    assert waits == [0, 0, 0, 0, 0, 0.25, 0.5, 1, 2, 4, 4, 4]
    assert throttle.delay("192.0.2.1") == 4
    assert throttle.delay("192.0.2.1") is None, "one waits already"
    assert throttle.delay("192.0.2.2") == 0
    for address in ("2001:db8::1", "2001:db8::2", "::ffff:192.0.2.3", "192.0.2.3", "somewhere"):
        throttle.delay(address)
    assert network_of("2001:db8::1") == network_of("2001:db8:0:0:ffff::9%eth0"), (
        "a household has all of the second half"
    )
    assert network_of("::ffff:192.0.2.3") == "192.0.2.3"
    clock[0] = 601
    throttle.done("192.0.2.1")
    assert throttle.delay("192.0.2.1") == 0
    for number in range(10_000):
        throttle.delay(str(number))
    assert len(throttle._known) <= MOST


def test_two_thousand_guesses(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """They all hear the same, some that they are too many; a right link from the same address is answered all along."""
    monkeypatch.setattr("fondly.server.throttle.LONGEST", 0.01)  # seconds, or it would take all day
    parts = urlsplit(server.address)
    heard: Counter[int] = Counter()
    texts: set[bytes] = set()
    right = []
    lock = threading.Lock()

    def guess(number: int) -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        for step in range(GUESSES // 4):
            connection.request("GET", f"/feeds/guess-{number}-{step}/phone.ics")
            answer = connection.getresponse()
            body = answer.read()
            with lock:
                heard[answer.status] += 1
                if answer.status == 404:
                    texts.add(body)
            if answer.status == 429:
                assert answer.getheader("retry-after")
            if number == 0 and step % 50 == 0:
                with lock:
                    right.append(server.feed().status)
        connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(heard.values()) == GUESSES
    assert set(heard) == {404, 429}
    assert len(texts) == 1
    assert set(right) == {200}


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_way_to_any_other_file(server: FeedServer, path: str) -> None:
    """Whatever the spelling: nothing but what a link is for."""
    token = server.links().token
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.putrequest("GET", path.replace("TOKEN", token), skip_host=True)
    connection.putheader("Host", "x")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert 400 <= answer.status < 500
    assert b"BEGIN:V" not in body
    assert token.encode() not in body
    assert b'"links"' not in body


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_requests(server: FeedServer, data: bytes) -> None:
    """4xx, or the connection is closed."""
    answer = raw(server, data)
    assert not answer or answer.split(b" ")[1][:1] == b"4", answer[:200]
    assert b"Traceback" not in answer


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_other_methods(server: FeedServer, method: str) -> None:
    """A feed and its page are read, and forms are posted; nothing else is heard."""
    links = server.links()
    assert request(links.feed, method).status == 405
    assert request(links.page, method).status == 405
    assert request(f"{links.page}leave", method if method != "POST" else "GET").status == 405
    assert request(f"{server.address}nothing", method).status in (404, 429)


def test_forged_forms(server: FeedServer) -> None:
    """Without the proof of this very page, from another site, or of another kind: refused, and nothing changes."""
    before = read_access(server.keeper.folder)
    links, other = server.links(), server.links("work")
    proof, theirs = request(links.page).proof("leave"), request(other.page).proof("leave")
    url = f"{links.page}leave"
    wrong = [{}, {"proof": ""}, {"proof": theirs}, {"proof": proof[:-1]}, {"proof": request(links.page).proof("pause")}]
    for form in wrong:
        assert send_form(url, form).status == 403, form
    elsewhere: list[dict[str, str]] = [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{server.address.rstrip('/')}.evil.example"},
    ]
    for headers in elsewhere:
        assert send_form(url, {"proof": proof}, **headers).status == 403, headers
    assert request(url, "POST", f"proof={proof}".encode()).status == 415
    assert send_form(url, {"proof": proof}, Content_Type="application/json").status == 415
    assert send_form(url, {"proof": proof, "more": "x" * 5000}).status == 413
    assert send_form(url, {"proof": proof, **{f"n{number}": "1" for number in range(100)}}).status == 413
    assert send_form(f"{server.address}feeds/wrong/leave", {"proof": proof}).status == 404
    assert read_access(server.keeper.folder) == before
    for headers in ({"Sec_Fetch_Site": "same-origin"}, {"Origin": server.address.rstrip("/")}):
        form = {"proof": request(links.page).proof("pause"), "days": "3"}
        assert send_form(f"{links.page}pause", form, **headers).status == 303
        send_form(f"{links.page}resume", {"proof": request(links.page).proof("resume")})


def test_slow_bodies_and_slow_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes too long is told so, or let go; others are served meanwhile."""
    monkeypatch.setattr("fondly.server.app.BODY_TIME", 0.3)
    monkeypatch.setattr("fondly.server.listening.PATIENCE", 0.5)
    with feed_server(World(tmp_path, ["{name: phone, kind: feed, seen_by: [ben]}"], state=STATE)) as server:
        parts = urlsplit(server.links().page)
        head = f"POST {parts.path}pause HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
        form = "Content-Type: application/x-www-form-urlencoded\r\n\r\nproof="
        answer = raw(server, (head + form).encode())
        assert answer.startswith(b"HTTP/1.1 408 "), answer
        assert raw(server, b"GET / HTTP/1.1\r\nHost:") == b"", "closed without a word"
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as silent:
            assert silent.recv(1) == b""
        assert server.feed().status == 200
        assert server.said == []


def test_five_hundred_silent_connections(server: FeedServer) -> None:
    """They do not keep anybody else waiting."""
    parts = urlsplit(server.address)
    with ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=30))
        for _ in range(20):
            assert server.feed().status == 200
            assert server.page().status == 200


def test_several_requests_at_once(server: FeedServer) -> None:
    """Pipelined requests are answered in their order."""
    path = urlsplit(server.links().feed).path
    one = f"HEAD {path} HTTP/1.1\r\nHost: x\r\n"
    data = (f"{one}\r\n" * 2 + f"{one}Connection: close\r\n\r\n").encode()
    parts = urlsplit(server.address)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(data)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_a_mistake_of_ours_tells_nothing(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks sees a bare 500, and the log one line without any path or name."""

    def broken(*arguments: object) -> None:
        raise RuntimeError(f"{server.links().token} is in here")

    with monkeypatch.context() as patched:
        patched.setattr("fondly.server.app.view_of", broken)
        reply = server.page()
    assert reply.status == 500
    assert reply.text == "Internal Server Error"
    assert server.said == ["a request could not be answered: a mistake in fondly itself (RuntimeError)"]
    server.said.clear()
