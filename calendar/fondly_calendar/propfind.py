"""Looking into a server before anybody knows it: where a password goes is decided at each step.

Nothing goes out but over TLS or to this machine, to a server that was named or is named by that server and its
neighbour; and the password goes only to one that asks for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from fondly_calendar.connection import Connection, TooMuchError
from fondly_calendar.davxml import D, asking_for, multistatus
from fondly_calendar.hosts import LOOPBACK
from fondly_calendar.login import Login, Way
from fondly_calendar.whereabouts import ElsewhereError, checked, host_of, same_house, why_not
from fondly_hooks.errors import OutputError

REQUEST_LIMIT = 10.0  # seconds for each request
MOST_BYTES = 8_000_000
MOST_HOPS = 5
ADVICE = "look in your provider's help for its CalDAV address"


class RefusedError(OutputError):
    """Asking at another address of that server would change nothing."""


class Asker:
    """Asks servers for properties until ``deadline`` (``time.monotonic``). Raises `OutputError` with one plain line."""

    def __init__(
        self, username: str, password: str, deadline: float, *, connection: Connection | None = None, way: Way = "basic"
    ) -> None:
        self.username, self.password, self.deadline, self.way = username, password, deadline, way
        self._logins: dict[tuple[str, str], Login] = {}
        self.connection = connection or Connection()

    def close(self) -> None:
        """Give the connections back."""
        self.connection.close()

    def auth_for(self, url: str) -> Way | None:
        """How that server was told the password; ``None`` where it was not."""
        login = self._logins.get(_origin(url))
        return login.way if login else None

    def tell(self, url: str) -> None:
        """From now on tell that server the password, though it did not ask."""
        self._logins[_origin(url)] = Login(self.username, self.password, self.way)

    def propfind(self, url: str, depth: int, names: Iterable[str]) -> tuple[str, list[Any]]:
        """Where the answer came from, after redirects, and its parts."""
        data = asking_for(names)
        for _ in range(MOST_HOPS):
            status, headers, content = self._send(url, depth, data)
            if status == 401:
                offer = headers.get("www-authenticate", "")
                wanted = self.way if self.way == "bearer" else _wanted(url, offer)
                if self.auth_for(url) == wanted:
                    raise RefusedError(
                        f"the server {host_of(url)} does not accept this username and password; many providers want "
                        "a password made for one app, found in the security settings of your account"
                    )
                login = Login(self.username, self.password, wanted)
                login.hear(offer, None)
                self._logins[_origin(url)] = login
            elif status in (301, 302, 307, 308) and headers.get("location"):
                url = follow(url, headers["location"])
            else:
                return url, _parts(url, status, content)
        raise OutputError(f"the server {host_of(url)} sends us round in circles; {ADVICE}")

    def _send(self, url: str, depth: int, data: bytes) -> tuple[int, dict[str, str], bytes]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise RefusedError("the search took too long; look at the address, or try again later")
        try:
            answer = self.connection.send(
                "PROPFIND",
                checked(url),
                data,
                {"Content-Type": "application/xml; charset=utf-8", "Depth": str(depth)},
                self._logins.get(_origin(url)),
                time_limit=min(left, REQUEST_LIMIT),
                most_bytes=MOST_BYTES,
                deadline=self.deadline,
            )
        except TooMuchError as problem:
            raise RefusedError(f"the server {host_of(url)} {problem}") from None
        except OutputError:
            raise
        except Exception as problem:  # urllib3 and ssl raise many kinds, none of which may reach a person
            raise RefusedError(f"the server {host_of(url)} {why_not(problem)}") from None
        return answer.status, dict(answer.headers), answer.body


def follow(base: str, href: str) -> str:
    """The URL that the server at ``base`` names, which may be neither plain http nor just anybody's."""
    here = host_of(base)
    try:
        url = urljoin(base, href.strip())
    except ValueError:
        url = ""
    host = host_of(url)
    none = OutputError(f"the server {here} names an address that is none; {ADVICE}")
    if not host:
        raise none
    if not same_house(here, host):
        raise ElsewhereError(
            f"the server {here} sends us on to {host}; if you know that name, answer with "
            f"https://{host}/ as the address"
        )
    if urlsplit(url).scheme == "http" and host not in LOOPBACK:
        raise ElsewhereError(
            f"the server {here} sends us on to plain http, where others could read your password; {ADVICE}"
        )
    try:
        return checked(url)
    except ElsewhereError:
        raise
    except OutputError:  # whose words are for what a person typed
        raise none from None


def _wanted(url: str, offer: str) -> Way:
    """How the server wants to be told the password."""
    offer = offer.lower()
    if "basic" in offer or not offer.strip():
        return "basic"
    if "digest" in offer:
        return "digest"
    raise RefusedError(f"the server {host_of(url)} lets in nobody by a username and password alone")


def _parts(url: str, status: int, content: bytes) -> list[Any]:
    """The parts of a listing. A page of HTML with a fine status is none."""
    host = host_of(url)
    if status in (429, 503):
        raise RefusedError(f"the server {host} asks to come back later ({status}); try again in some minutes")
    if status >= 500 and status != 501:
        raise OutputError(f"the server {host} has a trouble of its own ({status}); try again later")
    if status == 403:
        raise OutputError(f"the server {host} does not let this user look there (403); {ADVICE}")
    if status != 207:
        raise OutputError(f"the server {host} has no calendars at that address ({status}); {ADVICE}")
    root = multistatus(content)
    if root is None:
        raise OutputError(f"the server {host} answers with something that is no calendar data; {ADVICE}")
    items = list(root.findall(f"{D}response"))
    if items and " 404" in (items[0].findtext(f"{D}status") or ""):
        raise OutputError(f"the server {host} has no calendars at that address (404); {ADVICE}")
    return items


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url).scheme, urlsplit(url).netloc.lower()
