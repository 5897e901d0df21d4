"""A proxy in front of a real server that misbehaves as it is told: the server stays real, the network does not.

A fault is a function of a request and of what forwards it; it answers in the server's place, changes what goes to and
fro, or raises `DroppedError`, and then the connection is closed.
"""

from __future__ import annotations

import http.client
import http.server
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from servers import Calendar


class DroppedError(Exception):
    """The connection breaks without an answer."""


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """What goes out. ``cut`` is how many bytes of the body are sent before the connection breaks."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None


Forward = Callable[[Request], Response]
Fault = Callable[[Request, Forward], Response]


@dataclass
class Proxy:
    """A running proxy. ``seen`` are the requests in order, ``faults`` what is done to each, the first one outermost."""

    calendar: Calendar
    faults: list[Fault] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    @property
    def methods(self) -> list[str]:
        """The methods of all requests, in order."""
        return [request.method for request in self.seen]

    @contextmanager
    def doing(self, *faults: Fault) -> Iterator[None]:
        """These faults for a while."""
        before, self.faults = self.faults, list(faults)
        try:
            yield
        finally:
            self.faults = before


@contextmanager
def faulty(calendar: Calendar) -> Iterator[Proxy]:
    """A proxy in front of that calendar; its ``calendar`` is the same one seen through it."""
    upstream = urlsplit(calendar.url)
    proxy = Proxy(calendar)

    def forward(request: Request) -> Response:
        connection = http.client.HTTPConnection(str(upstream.hostname), upstream.port or 80, timeout=60)
        try:
            connection.putrequest(request.method, request.path, skip_accept_encoding=True)
            for name, value in request.headers.items():
                connection.putheader(name, value)
            connection.endheaders(request.body)
            answer = connection.getresponse()
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
            return Response(answer.status, headers, answer.read())
        finally:
            connection.close()

    def through(request: Request, faults: list[Fault]) -> Response:
        if not faults:
            return forward(request)
        return faults[0](request, lambda changed: through(changed, faults[1:]))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {n: v for n, v in self.headers.items() if n.lower() not in HOP_BY_HOP}
            headers["Content-Length"] = str(len(body))
            request = Request(self.command, self.path, headers, body)
            proxy.seen.append(request)
            try:
                response = through(request, list(proxy.faults))
            except DroppedError:
                self.close_connection = True
                return
            self.send_response_only(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body if response.cut is None else response.body[: response.cut])
            self.close_connection = self.close_connection or response.cut is not None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "PUT", "DELETE", "PROPFIND", "REPORT", "MKCALENDAR", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = urlunsplit(("http", f"127.0.0.1:{server.server_port}", upstream.path, "", ""))
    proxy.calendar = replace(calendar, url=url)
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that went away in the middle is what these tests are about."""


HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})
SERVER_TIMES = ("ETag", "Etag", "etag")


def nth(number: int, fault: Fault, *methods: str) -> Fault:
    """The fault for the ``number``-th request alone (from 0 on), counted among those of the methods."""
    count = iter(range(1_000_000))
    lock = threading.Lock()

    def only(request: Request, forward: Forward) -> Response:
        if methods and request.method not in methods:
            return forward(request)
        with lock:
            mine = next(count) == number
        return fault(request, forward) if mine else forward(request)

    return only


def on(methods: str, fault: Fault, times: int | None = None, *, saying: str = "") -> Fault:
    """The fault for these methods (one word each), for so many ``times``, where the body says so."""
    left = [times]
    lock = threading.Lock()

    def only(request: Request, forward: Forward) -> Response:
        if request.method not in methods.split() or saying.encode() not in request.body:
            return forward(request)
        with lock:
            if left[0] is not None:
                if left[0] <= 0:
                    return forward(request)
                left[0] -= 1
        return fault(request, forward)

    return only


def drop_before(request: Request, forward: Forward) -> Response:
    """The connection breaks, and the server never heard of it."""
    raise DroppedError


def drop_after(request: Request, forward: Forward) -> Response:
    """The server did it, and the connection breaks before it can say so."""
    forward(request)
    raise DroppedError


def truncate(request: Request, forward: Forward) -> Response:
    """Half of the answer arrives."""
    response = forward(request)
    return replace(response, cut=len(response.body) // 2)


def delay(seconds: float, *, after: bool = False) -> Fault:
    """A slow network; ``after``: on the way back."""

    def late(request: Request, forward: Forward) -> Response:
        if not after:
            time.sleep(seconds)
            return forward(request)
        response = forward(request)
        time.sleep(seconds)
        return response

    return late


def answer(status: int, body: str = "", *, forwarded: bool = False, **headers: str) -> Fault:
    """That answer; with ``forwarded`` the server did it all the same."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def instead(request: Request, forward: Forward) -> Response:
        if forwarded:
            forward(request)
        return Response(status, named, body.encode())

    return instead


HTML = answer(200, "<!doctype html><html><body>Please log in</body></html>", Content_Type="text/html; charset=utf-8")


def with_etags(change: Callable[[str], str | None]) -> Fault:
    """The versions that the server names, changed in headers and listings; ``None`` strikes one out."""

    def changed(request: Request, forward: Forward) -> Response:
        response = forward(request)
        headers = {}
        for name, value in response.headers.items():
            new = change(value) if name.lower() == "etag" else value
            if new is not None:
                headers[name] = new
        pattern = rb"(<(?:\w+:)?getetag[^>]*>)([^<]*)(</(?:\w+:)?getetag>)"

        def in_xml(match: re.Match[bytes]) -> bytes:
            value = match[2].decode().replace("&quot;", '"')
            new = change(value) if value else value
            return b"" if new is None else match[1] + new.replace('"', "&quot;").encode() + match[3]

        return replace(response, headers=headers, body=re.sub(pattern, in_xml, response.body))

    return changed


strip_etags = with_etags(lambda value: None)
weaken_etags = with_etags(lambda value: value if value.startswith("W/") else f"W/{value}")


def strip_x(request: Request, forward: Forward) -> Response:
    """A server that keeps no X- properties."""
    if request.method == "PUT":
        text = request.body.decode().replace("\r\n ", "")
        kept = [line for line in text.split("\r\n") if not line.startswith("X-")]
        body = "\r\n".join(kept).encode()
        request = replace(request, body=body, headers={**request.headers, "Content-Length": str(len(body))})
    return forward(request)


def change_token(old: str, new: str) -> Fault:
    """The sync token that a client sends, another one by the time it arrives."""

    def changed(request: Request, forward: Forward) -> Response:
        body = re.sub(old.encode(), new.encode(), request.body)
        return forward(replace(request, body=body, headers={**request.headers, "Content-Length": str(len(body))}))

    return changed


def change_body(change: Callable[[bytes], bytes]) -> Fault:
    """What the server answers, changed on the way."""

    def changed(request: Request, forward: Forward) -> Response:
        response = forward(request)
        return replace(response, body=change(response.body))

    return changed


def without(which: slice) -> Fault:
    """A listing that is well formed and lacks some of what is there."""
    return parts_changed(which, lambda part: b"")


def failing(which: slice, status: str) -> Fault:
    """A listing in which the server could not tell some of what is there."""
    head, tail = b'<response xmlns="DAV:"><href>', f"</href><status>HTTP/1.1 {status}</status></response>".encode()
    return parts_changed(which, lambda part: head + re.findall(rb"href[^>]*>([^<]*)<", part)[0] + tail)


def parts_changed(which: slice, change: Callable[[bytes], bytes]) -> Fault:
    """Some parts of an answer changed."""

    def other(body: bytes) -> bytes:
        for part in re.findall(rb"<(?:\w+:)?response[ >].*?</(?:\w+:)?response>", body, re.DOTALL)[which]:
            body = body.replace(part, change(part))
        return body

    return change_body(other)
