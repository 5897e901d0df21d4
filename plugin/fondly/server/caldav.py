"""The CalDAV server within: Radicale below ``/caldav/``, kept from waiting for those who send slowly or guess."""

from __future__ import annotations

import asyncio
import base64
import threading
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fondly.embedded import LARGEST, radicale
from fondly.logins import SERVER, users_file
from fondly.server.throttle import Throttle

WORKERS = 8
BODY_TIME = 60.0  # seconds for one request's body
KNOWN_FOR = 3600  # seconds that a login which was right is not hashed again: bcrypt is slow, as it is meant to be


def make_caldav(folder: Path, throttle: Throttle) -> ASGIApp:
    """The app to be mounted. ``folder`` is the state folder; wrong passwords are slowed down by ``throttle``."""
    users_file(folder).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    users_file(folder).touch(mode=0o600)
    # Its types are those of the server interface, written down by another hand.
    application: ASGIApp = WSGIMiddleware(_Radicale(folder), workers=WORKERS)  # type: ignore[assignment]
    return _CalDav(application, throttle)


class _Radicale:
    """Radicale, made anew when the logins change: it remembers for an hour whom it let in, and one that was ended must
    not count for so long."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changing = threading.Lock()
        self._users, self._app = self._made()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer one request."""
        with self._changing:
            if _look_of(users_file(self.folder)) != self._users:
                self._users, self._app = self._made()
            app = self._app
        return app(environ, start_response)

    def _made(self) -> tuple[tuple[int, int], Any]:
        auth = {
            "type": "htpasswd",
            "htpasswd_filename": str(users_file(self.folder)),
            "htpasswd_encryption": "bcrypt",
            "cache_logins": "True",
            "cache_successful_logins_expiry": str(KNOWN_FOR),
            "delay": "0",
        }
        return _look_of(users_file(self.folder)), radicale(self.folder / SERVER, auth)


def _look_of(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


class _CalDav:
    """Radicale, which is handed whole requests alone, since it has but a few hands."""

    def __init__(self, app: ASGIApp, throttle: Throttle) -> None:
        self.app, self.throttle = app, throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _signs_in(dict(scope["headers"]).get(b"authorization", b"")):
            ask = {"www-authenticate": 'Basic realm="calendar", charset="UTF-8"'}
            await Response("Please sign in.\n", 401, ask, media_type="text/plain")(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(_whole(receive), BODY_TIME)
        except TimeoutError:
            await Response(status_code=408, headers={"connection": "close"})(scope, receive, send)
            return
        if body is None:
            await Response(status_code=413, headers={"connection": "close"})(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401 and not await self._slowed(scope):
                message = {**message, "status": 429}
            await send(message)

        await self.app(scope, _handing(body), watched)

    async def _slowed(self, scope: Scope) -> bool:
        """Wait as long as a wrong password costs by now; whether it may be told so at all."""
        address = scope["client"][0] if scope.get("client") else ""
        delay = self.throttle.delay(address)
        if delay is None:
            return False
        if delay:
            try:
                await asyncio.sleep(delay)
            finally:
                self.throttle.done(address)
        return True


def _signs_in(authorization: bytes) -> bool:
    """Whether there is a name and a password in it (RFC 7617)."""
    way, _, given = authorization.partition(b" ")
    try:
        name, colon, _ = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        return False
    return way.lower() == b"basic" and bool(name and colon)


def _handing(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _whole(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        body += message.get("body", b"")
        if len(body) > LARGEST:
            return None
        if not message.get("more_body", False):
            return bytes(body)
