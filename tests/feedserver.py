"""A real feed server for the tests: the keeper and the app on a port of the loopback, on the test's own clock."""

from __future__ import annotations

import datetime as dt
import http.client
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from fondly.feeds.access import read_access
from fondly.feeds.links import Links
from fondly.server.app import make_app
from fondly.server.keeper import Keeper
from fondly.server.listening import Place, server_for
from support import RELATIONSHIP
from world import World

STATE = f"state-of-the-test/{RELATIONSHIP}"  # where the fixture `own_state` has the state of this relationship


@dataclass(frozen=True)
class Reply:
    """What a server answered: status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def proof(self, action: str) -> str:
        """What the form of that action carries."""
        form = re.search(rf'action="{action}">\s*<input type="hidden" name="proof" value="([^"]+)"', self.text)
        assert form is not None, f"no form for {action} on the page"
        return form[1]


def request(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
    """One request, nothing followed; headers with `_` for `-`."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path, body, sent)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read())
    finally:
        connection.close()


@dataclass
class FeedServer:
    """A running server. ``now`` is its clock, ``said`` what it told whoever runs it."""

    world: World
    now: dt.datetime
    address: str = ""
    said: list[str] = field(default_factory=list)
    keeper: Keeper = field(init=False)

    def links(self, name: str = "phone") -> Links:
        """The addresses of that feed, as they are now."""
        token = read_access(self.keeper.folder).link(name).token
        assert token is not None, f"{name} has no link"
        return Links(self.address, name, token)

    def feed(self, name: str = "phone", **headers: str) -> Reply:
        """The file."""
        return request(self.links(name).feed, **headers)

    def page(self, name: str = "phone") -> Reply:
        """The page."""
        return request(self.links(name).page)

    def post(self, action: str, name: str = "phone", **fields: str) -> Reply:
        """Send the form of the page, as a browser does."""
        page = self.links(name).page
        form = {"proof": request(page).proof(action), **fields}
        return send_form(f"{page}{action}", form)


def send_form(url: str, form: Mapping[str, str], **headers: str) -> Reply:
    """A form, sent as a browser does."""
    sent = {"Content_Type": "application/x-www-form-urlencoded", **headers}
    return request(url, "POST", urlencode(form).encode(), **sent)


@contextmanager
def feed_server(world: World) -> Iterator[FeedServer]:
    """The server of that world, whose state has to lie in `STATE`. The keeper looks when the test says so."""
    world.write()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    found = FeedServer(world, world.now, address)
    found.keeper = Keeper(world.config, lambda: found.now, found.said.append, address)
    found.keeper.start()
    server = server_for(make_app(found.keeper), Place("127.0.0.1", 1))
    ready = threading.Event()
    original = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await original(sockets)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        assert ready.wait(30), "the server did not start"
        yield found
    finally:
        server.should_exit = True
        thread.join(30)
        found.keeper.stop()
        listening.close()
