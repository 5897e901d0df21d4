"""CalDAV, one request for each operation, with our own preconditions and our own look at every answer.

The usual libraries follow redirects on writes, repeat them, and take a page of HTML for calendar data (facts:
calendars). Nothing of that may happen to what is not ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from fondly_calendar.about import PROPERTIES, About, about_in
from fondly_calendar.connection import Answer, Connection, Sender, TooMuchError
from fondly_calendar.davxml import C, D, asking_for, element, multistatus, path_of, prop, status, text, written
from fondly_calendar.login import Login
from fondly_calendar.refusals import UnsureError, later, refusal, retry_after, unreachable
from fondly_hooks.errors import OutputError

CHUNK = 200  # objects in one multiget
READ_WAITS = (0.5, 2.0)  # seconds before a reading request is sent again
SHORT_WAIT = 5  # seconds that are waited for where a server asks for it; longer ones end the output's turn
ETAG, TOKEN = f"{D}getetag", f"{D}sync-token"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a poll found: version (ETag) by href, hrefs that are gone, the next token, whether it lists everything."""

    versions: Mapping[str, str | None]
    gone: frozenset[str]
    token: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """Version and data by href of what stands, and the hrefs of what the server says is not there."""

    found: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()


class DavCalendar:
    """One calendar collection, by its URL. Raises `OutputError` with one plain line; no secret is in it."""

    def __init__(
        self,
        url: str,
        login: Login | None,
        connection: Sender | None = None,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url if url.endswith("/") else url + "/"
        self.where = f"the server {urlsplit(self.url).hostname}"
        self.connection: Sender = connection or Connection()
        self._login, self._wait = login, wait
        self._own = path_of(urlsplit(self.url).path)

    @property
    def requests(self) -> int:
        """How many requests went out."""
        return self.connection.requests

    def close(self) -> None:
        """Give the connections back."""
        self.connection.close()

    def about(self) -> About:
        """What the calendar says of itself."""
        what = "to look at the calendar"
        answer = self._read("PROPFIND", asking_for(PROPERTIES), "0", what)
        item = self._listing(answer, what).find(f"{D}response")
        if item is None:
            raise OutputError(f"{self.where} says nothing of that calendar; look at its url")
        if status(item) >= 400:
            raise refusal(Answer(status(item), {}, b""), self.where, what)
        return about_in(item)

    def listing(self) -> Changes:
        """Everything that stands there, and the token that a poll may begin at."""
        # No more than this is asked: some servers write a line into their logs for each thing they do not have.
        answer = self._read("PROPFIND", asking_for((ETAG, TOKEN)), "1", "to list the calendar")
        root = self._listing(answer, "to list the calendar")
        items = {self._href(item): item for item in root.findall(f"{D}response")}
        own = next((item for href, item in items.items() if href.rstrip("/") == self._own.rstrip("/")), None)
        if own is None:
            raise OutputError(f"{self.where} sent a listing that is not whole, so nothing is concluded from it")
        # 507 is a listing that was cut off (RFC 6578 §3.6); one object that fails is asked for by itself.
        if status(own) >= 400 or any(status(item) == 507 for item in items.values()):
            raise OutputError(f"{self.where} could not list all of the calendar, so nothing is concluded from it")
        versions = {
            href: _version(item)
            for href, item in items.items()
            if not href.endswith("/") and href.rstrip("/") != self._own.rstrip("/")
        }
        return Changes(versions, frozenset(), text(own, TOKEN), complete=True)

    def changes(self, token: str) -> Changes | None:
        """RFC 6578: what changed since ``token``.

        ``None`` where the server does not do it, does not know the token, or does not tell all of it.
        """
        body = element(
            f"{D}sync-collection",
            element(f"{D}sync-token", token),
            element(f"{D}sync-level", "1"),
            element(f"{D}prop", element(ETAG)),
        )
        answer = self._read("REPORT", written(body), "0", "to list the calendar")
        if answer.status != 207:
            if answer.status in (401, 404, 410) or 300 <= answer.status < 400 or answer.status == 200:
                raise refusal(answer, self.where, "to list the calendar")
            return None  # another way of asking may do
        root = self._listing(answer, "to list the calendar")
        versions: dict[str, str | None] = {}
        gone: set[str] = set()
        for item in root.findall(f"{D}response"):
            href = self._href(item)
            if status(item) in (404, 410):
                gone.add(href)
            elif status(item) >= 400:
                return None  # a truncated answer (507, RFC 6578 §3.6), or one that failed halfway
            elif not href.endswith("/") and href != self._own:
                versions[href] = _version(item)
        return Changes(versions, frozenset(gone), root.findtext(TOKEN), complete=False)

    def fetch(self, hrefs: Iterable[str]) -> Fetched:
        """What stands at these hrefs. What the server says nothing of is in neither part."""
        found: dict[str, tuple[str | None, str]] = {}
        gone: set[str] = set()
        wanted = sorted(hrefs)
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            body = element(
                f"{C}calendar-multiget",
                element(f"{D}prop", element(ETAG), element(f"{C}calendar-data")),
                *(element(f"{D}href", href) for href in part),
            )
            answer = self._read("REPORT", written(body), "1", "to read entries")
            for item in self._listing(answer, "to read entries").findall(f"{D}response"):
                href, data = self._href(item), prop(item, f"{C}calendar-data")
                if data is not None and data.text:
                    found[href] = (_version(item), data.text)
                elif status(item) in (404, 410):
                    gone.add(href)
        asked = set(wanted)
        return Fetched({href: one for href, one in found.items() if href in asked}, frozenset(gone & asked))

    def get(self, href: str) -> tuple[str | None, str] | None:
        """Version and data of one object, for servers that tell the version nowhere else; ``None`` if it is gone."""
        parts = urlsplit(self.url)
        answer = self._send("GET", urlunsplit((parts.scheme, parts.netloc, href, "", "")), b"", {})
        if answer.status in (404, 410):
            return None
        if answer.status != 200 or _is_page(answer):
            raise refusal(answer, self.where, "to read an entry")
        etag = answer.headers.get("etag")
        return None if etag is None else strong(etag), answer.body.decode("utf-8", "replace")

    def put(self, href: str, data: str, version: str | None, *, weak: bool = False) -> str | None:
        """Write one object, over ``version`` or, where that is ``None``, only if nothing stands there yet.

        ``weak`` is for servers that compare nothing but letters, and call all their versions weak.
        Gives the new version where the server names one that can be relied on. Raises `PreconditionFailedError` where
        somebody was faster, `UnsureError` where it may or may not be done.
        """
        condition = {"If-None-Match": "*"} if version is None else {"If-Match": f"W/{version}" if weak else version}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._write("PUT", href, data.encode(), headers, "to write an entry")
        if answer.status not in (200, 201, 204) or _is_page(answer):
            raise refusal(answer, self.where, "to write an entry")
        etag = answer.headers.get("etag")
        return None if etag is None or etag.startswith("W/") else etag

    def delete(self, href: str, version: str) -> None:
        """Delete that version of the object; one that is gone already is fine."""
        answer = self._write("DELETE", href, b"", {"If-Match": version}, "to delete an entry")
        if answer.status not in (200, 202, 204, 404, 410) or _is_page(answer):
            raise refusal(answer, self.where, "to delete an entry")

    def make(self, name: str, components: Iterable[str]) -> None:
        """Make the calendar (RFC 4791 §5.3.1) with a name and what it is to take."""
        takes = element(f"{C}supported-calendar-component-set", *(element(f"{C}comp", name=one) for one in components))
        given = element(f"{D}prop", element(f"{D}displayname", name), takes)
        body = written(element(f"{C}mkcalendar", element(f"{D}set", given)))
        headers = {"Content-Type": "application/xml; charset=utf-8"}
        answer = self._write("MKCALENDAR", self._own, body, headers, "to make a calendar")
        if answer.status != 201:
            raise refusal(answer, self.where, "to make a calendar")

    def href_of(self, name: str) -> str:
        """The href of a new object of that name."""
        return path_of(self._own + quote(name))

    def _read(self, method: str, body: bytes, depth: str, what: str) -> Answer:
        """A request that changes nothing, and so may be repeated: a few times, where that may help."""
        headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": depth}
        for wait in (*READ_WAITS, None):
            try:
                answer = self._send(method, self.url, body, headers)
            except UnsureError:
                if wait is None:
                    raise
                self._wait(wait)
                continue
            if answer.status == 429 or answer.status >= 500:
                asked = retry_after(answer)
                if wait is None or answer.status in (501, 507) or (asked is not None and asked > SHORT_WAIT):
                    if answer.status in (501, 507):
                        return answer
                    raise refusal(answer, self.where, what)
                self._wait(wait if asked is None else max(asked, wait))
                continue
            return answer
        raise AssertionError("unreachable")

    def _write(self, method: str, href: str, body: bytes, headers: Mapping[str, str], what: str) -> Answer:
        """A request that changes something is sent once. What asks to be sent again soon is unsure."""
        parts = urlsplit(self.url)
        answer = self._send(method, urlunsplit((parts.scheme, parts.netloc, href, "", "")), body, headers)
        if answer.status in (429, 503):
            asked = retry_after(answer)
            if asked is not None and asked > SHORT_WAIT:
                raise later(answer, self.where)
            raise UnsureError(f"{self.where} was too busy {what} ({answer.status}); the next sync tries again")
        return answer

    def _send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        try:
            return self.connection.send(method, url, body, headers, self._login)
        except TooMuchError as problem:
            raise OutputError(f"{self.where} {problem}; look at its url") from None
        except OutputError:
            raise
        except Exception as problem:  # urllib3 and ssl raise many kinds, none of which may reach a person
            words = unreachable(problem)
            broke = words == "the connection broke" or (method in ("PUT", "DELETE") and "in time" in words)
            kind = UnsureError if broke else OutputError
            raise kind(f"{self.where} cannot be reached: {words}") from None

    def _listing(self, answer: Answer, what: str) -> Any:
        """The root of a 207. A page of HTML with a fine status is no listing."""
        if answer.status not in (200, 207):
            raise refusal(answer, self.where, what)
        root = multistatus(answer.body) if answer.status == 207 else None
        if root is None:
            raise OutputError(
                f"{self.where} answered with something that is no calendar data, such as a page to log in; "
                "look at its url"
            )
        return root

    def _href(self, item: Any) -> str:
        try:
            return path_of(item.findtext(f"{D}href") or "")
        except ValueError:
            raise OutputError(f"{self.where} listed something that is no address, so its answer is not used") from None


def _version(item: Any) -> str | None:
    etag = text(item, ETAG)
    return None if etag is None else strong(etag)


def strong(version: str) -> str:
    """The version as a precondition takes it: a proxy that compresses marks a strong ETag as a weak one, and a weak one
    never matches (RFC 9110 §13.1.1)."""
    return version.removeprefix("W/")


def _is_page(answer: Answer) -> bool:
    """Whether it is a page for people, such as one to log in, with a status that says all is fine."""
    return answer.status == 200 and "html" in answer.headers.get("content-type", "").lower()
