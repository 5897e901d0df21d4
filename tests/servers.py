"""Real CalDAV servers for the tests, in this process and on the loopback, and a plain client to look into them."""

from __future__ import annotations

import asyncio
import base64
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from fondly.embedded import EmbeddedServer, make_calendar

USER, PASSWORD = "ana", "correct horse"
KINDS = ("radicale", "xandikos")


@dataclass(frozen=True)
class Calendar:
    """One calendar on a real server, seen by somebody who is not fondly."""

    url: str
    user: str
    password: str

    def request(self, method: str, url: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case and body of one request."""
        request = urllib.request.Request(urljoin(self.url, url), data=body.encode() or None, method=method)
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as problem:
            return problem.code, {k.lower(): v for k, v in problem.headers.items()}, problem.read()

    def hrefs(self) -> list[str]:
        """The hrefs of all objects, in order."""
        body = '<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
        status, _, answer = self.request("PROPFIND", self.url, body, Depth="1", Content_Type="application/xml")
        assert status == 207, answer
        found = re.findall(r"<(?:\w+:)?href>([^<]+)</(?:\w+:)?href>", answer.decode())
        return sorted({href for href in found if href.endswith(".ics")})

    def get(self, href: str) -> str:
        """The object as it stands."""
        status, _, answer = self.request("GET", href)
        assert status == 200, (status, answer)
        return answer.decode()

    def put(self, href: str, data: str) -> None:
        """Write an object, whatever stands there."""
        status, _, answer = self.request("PUT", href, data, Content_Type="text/calendar; charset=utf-8")
        assert status in (200, 201, 204), (status, answer)

    def delete(self, href: str) -> None:
        """Delete an object."""
        status, _, answer = self.request("DELETE", href)
        assert status in (200, 202, 204), (status, answer)

    def objects(self) -> dict[str, str]:
        """All objects by href."""
        return {href: self.get(href) for href in self.hrefs()}

    def find(self, title: str) -> str:
        """The href of the one object with that SUMMARY."""
        found = [href for href, data in self.objects().items() if f"SUMMARY:{title}" in data.replace("\r\n ", "")]
        assert len(found) == 1, (title, found)
        return found[0]


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[Calendar]:
    """A running server of that kind with one empty calendar."""
    if kind == "radicale":
        with EmbeddedServer(folder / "radicale", {USER: PASSWORD}) as server:
            yield Calendar(make_calendar(server.url, USER, PASSWORD, "ours", "Ours"), USER, PASSWORD)
    else:
        with _xandikos(folder / "xandikos") as address:
            yield Calendar(f"{address}{USER}/calendars/calendar/", USER, PASSWORD)


@contextmanager
def _xandikos(folder: Path) -> Iterator[str]:
    from aiohttp import web
    from xandikos.web import SingleUserFilesystemBackend, XandikosApp

    folder.mkdir()
    backend = SingleUserFilesystemBackend(str(folder))
    backend._mark_as_principal(f"/{USER}/")
    backend.create_principal(f"/{USER}/", create_defaults=True)
    app = XandikosApp(backend, current_user_principal=f"/{USER}/", strict=True)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await app.aiohttp_handler(request, "/")

    loop = asyncio.new_event_loop()
    ready = threading.Event()
    ports: list[int] = []

    async def start() -> web.AppRunner:
        application = web.Application()
        application.router.add_route("*", "/{path_info:.*}", handle)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        return runner

    def serve() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        loop.call_soon(ready.set)  # from here on it can be stopped
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(30), "Xandikos did not start"
    try:
        yield f"http://127.0.0.1:{ports[0]}/"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
