"""Radicale in this process: a real CalDAV server on the loopback, with its own users."""

from __future__ import annotations

import base64
import socketserver
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from xml.sax.saxutils import escape

from fondly_hooks.errors import FondlyError

HOST = "127.0.0.1"
COLLECTIONS = "collections"
LARGEST = 10_000_000  # bytes of one request


def radicale(folder: Path, auth: Mapping[str, str]) -> Any:
    """Radicale as a WSGI application whose data lies in ``folder``, told by ``auth`` how to know its users.

    It writes no log: who asked for what is nobody's business. Raises `FondlyError` where it is not installed.
    """
    try:
        from radicale import config
        from radicale.app import Application
        from radicale.log import logger
    except ImportError:
        raise FondlyError("this needs the CalDAV server Radicale: pip install 'fondly[server]'") from None
    logger.disabled = True
    configuration = config.load()
    configuration.update(
        {
            "auth": dict(auth),
            "server": {"max_content_length": str(LARGEST)},
            "storage": {"filesystem_folder": str(folder / COLLECTIONS)},
            "web": {"type": "none"},
        },
        "fondly",
        privileged=True,
    )
    return Application(configuration)


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: who asked for what is nobody's business."""

    def address_string(self) -> str:
        """The address as it is; looking up its name would ask the network."""
        return str(self.client_address[0])


class EmbeddedServer:
    """A CalDAV server that keeps its data in ``folder``. Raises `FondlyError` where Radicale is not installed.

    ``users`` are names with their passwords; a free port is taken where ``port`` is 0. Use it in a ``with`` statement.
    """

    def __init__(self, folder: Path, users: Mapping[str, str], *, port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        secrets = folder / "users"
        secrets.touch(mode=0o600)
        secrets.write_text("".join(f"{name}:{password}\n" for name, password in users.items()), encoding="utf-8")
        auth = {"type": "htpasswd", "htpasswd_filename": str(secrets), "htpasswd_encryption": "plain", "delay": "0"}
        application = radicale(folder, auth)
        self._server = make_server(HOST, port, application, server_class=_Server, handler_class=_Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The server's address, with its slash."""
        return f"http://{HOST}:{self._server.server_port}/"

    def __enter__(self) -> EmbeddedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Serve until the person, or a signal, stops it."""
        while self._thread.is_alive():
            self._thread.join(0.5)  # a join without a limit would hear no signal on some systems


def make_calendar(server: str, user: str, password: str, name: str, title: str) -> str:
    """Make a calendar for that user; gives its URL. Radicale wants the user's own collection first."""
    home = f"{server}{user}/"
    _request("MKCOL", home, user, password, "")
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
        f"<d:displayname>{escape(title)}</d:displayname></d:prop></d:set></c:mkcalendar>"
    )
    _request("MKCALENDAR", f"{home}{name}/", user, password, body)
    return f"{home}{name}/"


def _request(method: str, url: str, user: str, password: str, body: str) -> None:
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    request = urllib.request.Request(url, data=body.encode(), method=method)  # noqa: S310  # our own server
    request.add_header("Authorization", f"Basic {token}")
    request.add_header("Content-Type", "application/xml; charset=utf-8")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10):
            pass
    except urllib.error.HTTPError as problem:
        if problem.code not in (405, 409):  # it is there already
            raise FondlyError(f"the embedded server refused {method}: {problem.code}") from None
