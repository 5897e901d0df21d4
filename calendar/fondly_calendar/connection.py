"""HTTP as the calendar needs it: each request is sent once, with limits of time and size, and comes back whole.

Nothing is followed, repeated, cached or read from the environment: no redirects, no .netrc, no proxies, no revocation
checks, which would tell the certificate's issuer whom we speak to. TLS is always verified.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from fondly_calendar.login import Login
from fondly_hooks.errors import OutputError

# Seconds until the answer begins, and between two pieces of it: a small server at home that reads a large calendar anew
# takes more than half a minute.
TIME_LIMIT = 60.0
CONNECT_LIMIT = 15.0  # seconds
WHOLE_LIMIT = 120.0  # seconds for the whole of an answer
MOST_BYTES = 64_000_000
AT_ONCE = 8  # connections to one server
PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TooMuchError(OutputError):
    """A server sends more than anybody's calendar holds."""


class Sender(Protocol):
    """How requests reach a server, whatever lies between. ``fastest`` is in seconds, from a request to its answer."""

    requests: int
    fastest: float

    def send(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        login: Login | None,
        *,
        time_limit: float = TIME_LIMIT,
        most_bytes: int = MOST_BYTES,
        deadline: float | None = None,
    ) -> Answer:
        """One request and its whole answer; ``deadline`` is on the clock of ``time.monotonic``."""

    def close(self) -> None:
        """Give back what is held open."""


class Connection:
    """Connections to servers, kept open while they last. Safe to be used by several threads.

    ``ca_file`` names certificates that are trusted beside the system's. Every failure is raised as it comes from the
    library below, to be put into words by who knows what was asked for; only what is too much is an `OutputError`.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        self.requests = 0
        self.fastest = float("inf")  # seconds from a request to its whole answer
        self._counting = threading.Lock()
        self._ca_file = ca_file
        self._managers: dict[str, urllib3.PoolManager] = {}

    def send(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        login: Login | None,
        *,
        time_limit: float = TIME_LIMIT,
        most_bytes: int = MOST_BYTES,
        deadline: float | None = None,
    ) -> Answer:
        """One request and its answer; a second one where the server first has to say how it wants to be told who asks.

        ``deadline`` is on the clock of ``time.monotonic``.
        """
        told = login.header(method, url) if login else None
        answer = self._once(method, url, body, headers, told, time_limit, most_bytes, deadline)
        if answer.status == 401 and login and login.hear(answer.headers.get("www-authenticate", ""), told):
            told = login.header(method, url)
            if told is not None:
                answer = self._once(method, url, body, headers, told, time_limit, most_bytes, deadline)
        return answer

    def close(self) -> None:
        """Give the connections back."""
        for manager in self._managers.values():
            manager.clear()

    def _once(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        told: str | None,
        time_limit: float,
        most_bytes: int,
        deadline: float | None,
    ) -> Answer:
        scheme = url.partition(":")[0].lower()
        with self._counting:
            self.requests += 1
            if scheme not in self._managers:
                self._managers[scheme] = _manager(scheme, self._ca_file)
            manager = self._managers[scheme]
        begin = time.monotonic()
        sent = {"User-Agent": "fondly", **headers, **({"Authorization": told} if told else {})}
        end = begin + WHOLE_LIMIT
        end = end if deadline is None else min(end, deadline)
        response = manager.urlopen(
            method,
            url,
            body=body,
            headers=sent,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=True,
            timeout=urllib3.Timeout(connect=min(CONNECT_LIMIT, time_limit), read=time_limit),
        )
        try:
            pieces, size = [], 0
            while piece := response.read1(PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > most_bytes:
                    raise TooMuchError(f"sent more than {most_bytes // 1_000_000} MB, which no calendar needs")
                if time.monotonic() > end:
                    raise TimeoutError("timed out")
            self.fastest = min(self.fastest, time.monotonic() - begin)
            received = {str(name).lower(): str(value) for name, value in response.headers.items()}
            return Answer(int(response.status), received, b"".join(pieces))
        except BaseException:
            response.close()  # what is left of it is not waited for
            raise
        finally:
            response.release_conn()


class _Timed:
    """A connection whose answer has to begin in time, however slowly it trickles in."""

    sock: Any
    timeout: Any

    def getresponse(self, *arguments: Any, **options: Any) -> Any:
        """The head of the answer."""
        late = threading.Event()

        def cut() -> None:
            late.set()
            with suppress(OSError, AttributeError):
                self.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(float(self.timeout or TIME_LIMIT), cut)
        timer.daemon = True
        timer.start()
        try:
            return super().getresponse(*arguments, **options)  # type: ignore[misc]  # of the class beside
        except Exception:
            if late.is_set():
                raise TimeoutError("timed out") from None
            raise
        finally:
            timer.cancel()


class _Plain(_Timed, HTTPConnection):
    """To this machine, or where the config says that anybody may listen."""


class _Safe(_Timed, HTTPSConnection):
    """Over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


def _manager(scheme: str, ca_file: Path | None) -> urllib3.PoolManager:
    if scheme != "https":
        pools = urllib3.PoolManager(num_pools=4, maxsize=AT_ONCE, block=True)
        pools.pool_classes_by_scheme = {"http": _PlainPool}
        return pools
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:  # a Python that does not find the system's certificates
        import certifi

        context.load_verify_locations(certifi.where())
    if ca_file is not None:
        try:
            context.load_verify_locations(str(ca_file))
        except (OSError, ssl.SSLError):
            raise OutputError(f"ca_file: {ca_file} holds no certificates that can be read (PEM is wanted)") from None
    pools = urllib3.PoolManager(num_pools=4, maxsize=AT_ONCE, block=True, ssl_context=context)
    pools.pool_classes_by_scheme = {"https": _SafePool}
    return pools
