"""How fast feeds are served beside a bare Starlette route that returns the same bytes, in one run, as ratios."""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from feedserver import request
from world import NOW, World

ENTRIES = 300
ROUNDS, REQUESTS = 9, 1000
FLOOR = 0.85  # of the bare route's pace
FEW, MANY, GROWTH = 1000, 50_000, 1.10  # requests, and how much memory may grow between
BARE = """\
import sys
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from fondly.server.listening import Place, bound, server_for

body = open(sys.argv[2], "rb").read()

async def feed(request):
    headers = {"etag": '"the same"', "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == '"the same"':
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/calendar")

place = Place("127.0.0.1", int(sys.argv[1]))
server_for(Starlette(routes=[Route("/feeds/{token}/{name}.ics", feed)]), place).run(sockets=[bound(place)])
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(*arguments: str, port: int, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process of its own, ready to answer."""
    process = subprocess.Popen([sys.executable, *arguments], env=env, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < end, "it did not start"
        yield process
    finally:
        process.terminate()
        process.wait(30)


class Client:
    """One connection that is kept, and one request after the other on it."""

    def __init__(self, url: str, tag: str = "") -> None:
        parts = urlsplit(url)
        known = f"If-None-Match: {tag}\r\n" if tag else ""
        self.asking = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{known}\r\n".encode()
        self.connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.size = self.learn()

    def learn(self) -> int:
        """How long an answer is, which is the same each time."""
        self.connection.sendall(self.asking)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.connection.recv(65_536)
        head = received.partition(b"\r\n\r\n")[0]
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        whole = len(head) + 4 + (int(length[1]) if length and b" 304 " not in head else 0)
        while len(received) < whole:
            received += self.connection.recv(1_000_000)
        self.status = int(head.split(b" ")[1])
        return whole

    def ask(self, times: int) -> float:
        """Seconds for so many requests."""
        begin = time.perf_counter()
        for _ in range(times):
            self.connection.sendall(self.asking)
            left = self.size
            while left > 0:
                left -= len(self.connection.recv(1_000_000))
        return time.perf_counter() - begin


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], str, str, str]]:
    """`fondly serve` with a feed of 300 entries: its process, the feed's URL and ETag, and the bare route."""
    folder = tmp_path_factory.mktemp("serving")
    dates = [
        f"{{id: day-{n}, name: Day {n}, date: {1960 + n % 60}-{1 + n % 12:02}-{1 + n % 28:02}, kind: dating}}"
        for n in range(ENTRIES // 2 - 2)
    ]
    extra = "dates: off\nrhythm: {most_per_week: 0}"
    world = World(folder, ["{name: phone, kind: feed, seen_by: [ben]}"], dates, extra)
    world.write()
    env = {**os.environ, "FONDLY_STATE_DIR": str(folder / "states")}
    fondly = ["-m", "fondly", "--config", str(world.config), "--now", NOW.isoformat()]
    port, other = free_port(), free_port()
    with running(*fondly, "serve", "--port", str(port), port=port, env=env) as process:
        done = subprocess.run([sys.executable, *fondly, "feeds"], env=env, capture_output=True, text=True, check=True)
        (url,) = re.findall(r"calendar  (\S+)", done.stdout)
        reply = request(url)
        assert reply.body.count(b"BEGIN:VEVENT") >= ENTRIES - 10
        body = folder / "body.ics"
        body.write_bytes(reply.body)
        with running("-c", BARE, str(other), str(body), port=other, env=env):
            bare = f"http://127.0.0.1:{other}{urlsplit(url).path}"
            assert request(bare).body == reply.body
            yield process, url, reply.headers["etag"], bare


@pytest.mark.bench
@pytest.mark.parametrize("status", [200, 304])
def test_as_fast_as_a_bare_route(served: tuple[subprocess.Popen[bytes], str, str, str], status: int) -> None:
    """Looking a link up costs next to nothing beside what the server costs anyway."""
    _, url, tag, bare = served
    ours = Client(url, tag if status == 304 else "")
    theirs = Client(bare, '"the same"' if status == 304 else "")
    assert (ours.status, theirs.status) == (status, status)
    ratios = []
    for _ in range(ROUNDS):
        slow, fast = ours.ask(REQUESTS), theirs.ask(REQUESTS)
        ratios.append(fast / slow)
    ratio = statistics.median(ratios)
    print(f"\n{status}: {ratio:.2f} of the pace of a bare route (at least {FLOOR})")
    assert ratio >= FLOOR


@pytest.mark.bench
def test_memory_stays(served: tuple[subprocess.Popen[bytes], str, str, str]) -> None:
    """Nothing is kept of those who ask."""
    process, url, tag, _ = served
    whole, known = Client(url), Client(url, tag)
    whole.ask(FEW // 2)
    known.ask(FEW // 2)
    before = resident(process.pid)
    whole.ask((MANY - FEW) // 2)
    known.ask((MANY - FEW) // 2)
    after = resident(process.pid)
    print(f"\nmemory after {MANY} requests: {after / before:.3f} of that after {FEW} (at most {GROWTH})")
    assert after <= before * GROWTH


def resident(pid: int) -> int:
    """The memory that a process holds, in pages."""
    statm = Path(f"/proc/{pid}/statm")
    if not statm.exists():
        pytest.skip("/proc is not there, so that nobody tells the memory of a process")
    return int(statm.read_text().split()[1])
