"""CalDAV, one request for each operation, with our own preconditions and our own look at every answer.

caldav does the connection (authentication, TLS, proxies). Everything that writes or could be misread is sent from here,
because the library follows redirects on writes, repeats them, and takes an HTML page for calendar data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import caldav
import niquests
from lxml import etree

from fondly_hooks.errors import OutputError

TIME_LIMIT = 30  # seconds for each request
MOST_BYTES = 64_000_000
CHUNK = 200  # objects in one multiget
D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a poll found: version (ETag) by href, hrefs that are gone, the next token, whether it lists everything."""

    versions: Mapping[str, str | None]
    gone: frozenset[str]
    token: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer: status, headers in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class PreconditionFailedError(OutputError):
    """Somebody else was faster: the object is not what we read, or stands there already."""


class RefusedError(OutputError):
    """The server refuses this one object; it may well take the others."""


class DavCalendar:
    """One calendar collection, by its URL. Raises `OutputError` with one plain line; no secret is in it."""

    def __init__(self, url: str, username: str | None, password: str | None, *, auth: str = "basic") -> None:
        self.url = url if url.endswith("/") else url + "/"
        self.requests = 0
        self._client = caldav.DAVClient(
            url=self.url,
            username=username,
            password=password,
            auth_type=auth if password is not None else None,
            timeout=TIME_LIMIT,
            enable_rfc6764=False,
        )
        # Only what the config names is spoken to: no revocation checks, which tell the certificate's issuer whom we
        # speak to, no password from .netrc, no proxy from the environment.
        self._client.session = niquests.Session(disable_http3=True, revocation_configuration=None)
        self._client.session.trust_env = False

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def poll(self, token: str | None) -> Changes:
        """What changed since ``token``; everything where there is no token or the server no longer knows it."""
        if token is not None:
            changes = self._sync(token)
            if changes is not None:
                return changes
        return self._sync("") or self._list()

    def fetch(self, hrefs: Iterable[str]) -> dict[str, tuple[str | None, str]]:
        """Version and data of these objects, by href; those that are gone are missing."""
        found: dict[str, tuple[str | None, str]] = {}
        wanted = sorted(hrefs)
        for start in range(0, len(wanted), CHUNK):
            body = etree.Element(f"{C}calendar-multiget", nsmap={"d": "DAV:", "c": C[1:-1]})
            prop = etree.SubElement(body, f"{D}prop")
            etree.SubElement(prop, f"{D}getetag")
            etree.SubElement(prop, f"{C}calendar-data")
            for href in wanted[start : start + CHUNK]:
                etree.SubElement(body, f"{D}href").text = href
            answer = self._send("REPORT", self.url, etree.tostring(body), {"Depth": "1"})
            for item in self._multistatus(answer):
                data = item.find(f".//{C}calendar-data")
                href = _path(item.findtext(f"{D}href") or "")
                if data is not None and data.text:
                    found[href] = (item.findtext(f".//{D}getetag"), data.text)
        return found

    def put(self, href: str, data: str, version: str | None) -> str | None:
        """Write one object, over ``version`` or, where that is ``None``, only if nothing stands there yet.

        Gives the new version where the server names it. Raises `PreconditionFailedError` where somebody was faster.
        """
        condition = {"If-None-Match": "*"} if version is None else {"If-Match": version}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._send("PUT", self._absolute(href), data.encode(), headers)
        if answer.status not in (200, 201, 204):
            raise self._refusal(answer, "write an entry")
        return answer.headers.get("etag")

    def delete(self, href: str, version: str) -> None:
        """Delete that version of the object; one that is gone already is fine."""
        answer = self._send("DELETE", self._absolute(href), b"", {"If-Match": version})
        if answer.status not in (200, 202, 204, 404, 410):
            raise self._refusal(answer, "delete an entry")

    def href_of(self, name: str) -> str:
        """The href of a new object of that name."""
        return _path(urlsplit(self.url).path + quote(name))

    def _sync(self, token: str) -> Changes | None:
        """RFC 6578; ``None`` where the server does not do it or refuses the token."""
        body = etree.Element(f"{D}sync-collection", nsmap={"d": "DAV:"})
        etree.SubElement(body, f"{D}sync-token").text = token
        etree.SubElement(body, f"{D}sync-level").text = "1"
        etree.SubElement(etree.SubElement(body, f"{D}prop"), f"{D}getetag")
        answer = self._send("REPORT", self.url, etree.tostring(body), {"Depth": "0"})
        if answer.status != 207:
            self._check(answer)
            return None
        root = self._root(answer)
        versions: dict[str, str | None] = {}
        gone: set[str] = set()
        for item in root.findall(f"{D}response"):
            href, status = _path(item.findtext(f"{D}href") or ""), item.findtext(f"{D}status") or ""
            if " 404" in status:
                gone.add(href)
            elif " 507" in status:
                return None  # a truncated answer: list everything instead
            elif not href.endswith("/") and href != _path(urlsplit(self.url).path):
                versions[href] = item.findtext(f".//{D}getetag")
        return Changes(versions, frozenset(gone), root.findtext(f"{D}sync-token"), complete=not token)

    def _list(self) -> Changes:
        body = etree.Element(f"{D}propfind", nsmap={"d": "DAV:"})
        etree.SubElement(etree.SubElement(body, f"{D}prop"), f"{D}getetag")
        answer = self._send("PROPFIND", self.url, etree.tostring(body), {"Depth": "1"})
        own = _path(urlsplit(self.url).path)
        listed = {_path(item.findtext(f"{D}href") or ""): item for item in self._multistatus(answer)}
        versions = {
            href: item.findtext(f".//{D}getetag")
            for href, item in listed.items()
            if href.rstrip("/") != own.rstrip("/") and not href.endswith("/")
        }
        return Changes(versions, frozenset(), None, complete=True)

    def _send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.requests += 1
        sent = {"Content-Type": "application/xml; charset=utf-8", "User-Agent": "fondly", **headers}
        client = self._client
        try:
            response = client.session.request(
                method,
                url,
                data=body,
                headers=sent,
                auth=client.auth,
                timeout=TIME_LIMIT,
                allow_redirects=False,  # a write that is redirected would be turned into a GET
                verify=True,
            )
            content = response.content or b""
        except Exception as problem:  # niquests and urllib3 raise many kinds, none of which may reach a person
            raise OutputError(f"{self._where()} cannot be reached: {_short(problem)}") from None
        if len(content) > MOST_BYTES:
            raise OutputError(f"{self._where()} sent more than {MOST_BYTES // 1_000_000} MB")
        return Answer(int(response.status_code or 0), {k.lower(): str(v) for k, v in response.headers.items()}, content)

    def _multistatus(self, answer: Answer) -> list[Any]:
        if answer.status != 207:
            self._check(answer)
            raise self._refusal(answer, "list the calendar")
        return list(self._root(answer).findall(f"{D}response"))

    def _root(self, answer: Answer) -> Any:
        """The parsed answer. A page of HTML with a fine status is no listing, and an empty one concludes nothing."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(answer.body, parser)
        except etree.XMLSyntaxError:
            raise OutputError(f"{self._where()} answered with something that is no calendar data") from None
        if root.tag != f"{D}multistatus":
            raise OutputError(f"{self._where()} answered with something that is no calendar data")
        return root

    def _check(self, answer: Answer) -> None:
        """Raise for answers that no other way of asking would mend."""
        if answer.status in (401, 404, 410, 429) or answer.status >= 500 or 300 <= answer.status < 400:
            raise self._refusal(answer, "read the calendar")

    def _refusal(self, answer: Answer, what: str) -> OutputError:
        status, where = answer.status, self._where()
        if status == 412:
            return PreconditionFailedError(f"{where}: somebody else changed an entry meanwhile")
        if status == 401:
            return OutputError(f"{where} does not accept the username and password")
        if status == 403:
            return RefusedError(f"{where} does not allow to {what} (403)")
        if status in (404, 410):
            return OutputError(f"{where} has no calendar at that address ({status}); look at its url")
        if 300 <= status < 400:
            return OutputError(
                f"{where} says that the calendar is elsewhere ({status}); put that address into the config"
            )
        if status in (429, 503):
            wait = answer.headers.get("retry-after", "")
            return OutputError(
                f"{where} asks to come back later ({status}{', in ' + wait + ' s' if wait.isdigit() else ''})"
            )
        problem = RefusedError if 400 <= status < 500 else OutputError
        return problem(f"{where} could not {what} ({status})")

    def _absolute(self, href: str) -> str:
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc, href, "", ""))

    def _where(self) -> str:
        return f"the server {urlsplit(self.url).hostname}"


def _path(href: str) -> str:
    """An href as its path alone, each character quoted in one way: servers do not agree on either."""
    try:
        path = urlsplit(href.strip()).path
    except ValueError:
        raise OutputError("the server listed something that is no address, so its answer is not used") from None
    return quote(unquote(path), safe="/@:+,;=~!$&'()*")


def _short(problem: Exception) -> str:
    """Why a connection failed, without an address, which may hold a secret."""
    text = f"{type(problem).__name__} {problem}".lower()
    for sign, words in (
        ("timeout", f"no answer within {TIME_LIMIT} seconds"),
        ("timed out", f"no answer within {TIME_LIMIT} seconds"),
        ("certificate", "its certificate is not trusted"),
        ("ssl", "no safe connection (TLS) could be made"),
        ("name or service", "its name is not known"),
        ("getaddrinfo", "its name is not known"),
        ("resolv", "its name is not known"),
        ("refused", "the connection was refused"),
    ):
        if sign in text:
            return words
    return "the connection failed"
