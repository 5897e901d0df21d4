"""Listening: where, with which certificate, behind whom; and how long somebody may keep us waiting."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from fondly_calendar.hosts import LOOPBACK
from fondly_hooks.errors import ConfigError, FondlyError

PATIENCE = 20.0  # seconds for the head of a request, and between two of them
BACKLOG = 1024  # connections that wait to be taken
LARGEST_HEAD = 16_384  # bytes
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # `judge` says who may listen there
ENDING = 5  # seconds for what is under way when it ends


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen. ``cert`` and ``key`` are PEM files; ``behind`` are the addresses of proxies that are trusted to
    say whose request it is."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None
    behind: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Its own address, with a slash at its end."""
        host = socket.gethostname() if self.host in EVERYWHERE else self.host
        host = f"[{host}]" if ":" in host else host
        return f"http{'s' if self.cert else ''}://{host}:{self.port}/"


def judge(place: Place) -> None:
    """Raise `ConfigError` where what goes over the network there could be read by others, or nothing can be served."""
    for proxy in place.behind:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise ConfigError(f"--behind-proxy: '{proxy}' is no address; write it such as 127.0.0.1") from None
    if (place.cert is None) != (place.key is None):
        raise ConfigError("--tls-cert and --tls-key belong together: name both files")
    if place.host not in LOOPBACK and place.cert is None and not place.behind:
        raise ConfigError(
            f"--host {place.host}: others could read along, the links too. Name --tls-cert and --tls-key, or let a "
            "proxy in front of it speak TLS, and name its address: --behind-proxy 127.0.0.1. docs/serve.md shows how"
        )
    if place.cert is not None and place.key is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(place.cert, place.key, password=_no_password)
        except FileNotFoundError as problem:
            missing = place.cert if not place.cert.exists() else place.key
            raise ConfigError(f"{missing}: {problem.strerror or problem}") from None
        except OSError as problem:  # ssl.SSLError is one
            what = "are no certificate with its key (PEM, without a password)"
            raise ConfigError(f"{place.cert} and {place.key} {what}: {problem.strerror or problem}") from None


def _no_password() -> str:
    raise OSError("the key asks for a password")


def bound(place: Place) -> socket.socket:
    """The socket, which is there before anything is said of it; raises `FondlyError` where it cannot be had."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(where)
            listening.listen(BACKLOG)  # whoever comes before the server is ready waits for it
        except OSError:
            listening.close()
            raise
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise FondlyError(
            f"{place.host}:{place.port} cannot be listened on: {why}; name another one with --port"
        ) from None
    return listening


def server_for(app: ASGIApp, place: Place) -> uvicorn.Server:
    """The server, which tells nobody what it is and writes down nothing."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # its words name addresses and show mistakes at length
    options: dict[str, Any] = {}
    if place.cert and place.key:
        options |= {"ssl_certfile": str(place.cert), "ssl_keyfile": str(place.key)}
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=PatientProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(place.behind),
            forwarded_allow_ips=list(place.behind),
            h11_max_incomplete_event_size=LARGEST_HEAD,
            timeout_graceful_shutdown=ENDING,
            **options,
        )
    )


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that does not wait for ever: uvicorn's own patience begins with the first answer."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody came; they have so long to say what they want."""
        super().connection_made(transport)
        self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        """They went."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """They have their answer, and so long for the next question."""
        super().on_response_complete()
        self._await()

    def _await(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        if (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing():
            self.transport.close()
