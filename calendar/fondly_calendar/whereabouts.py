"""Where a search for calendars begins: what people type as an address, what DNS says (RFC 6764), whom to trust."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import dns.exception
import dns.resolver

from fondly_calendar.hosts import LOOPBACK
from fondly_hooks.errors import OutputError

DNS_LIMIT = 5.0  # seconds for each question to DNS
WELL_KNOWN = "/.well-known/caldav"
HOST = re.compile(r"\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*\.?|[0-9a-f]*:[0-9a-f:.]+")
# Whose calendars no program reaches by CalDAV and a password, asked for by many.
CLOSED = {
    "Google": ("gmail.com", "googlemail.com", "google.com", "googleusercontent.com"),
    "Outlook": ("outlook.com", "hotmail.com", "live.com", "msn.com", "office365.com", "office.com"),
}


class ElsewhereError(OutputError):
    """The search leads where no password may go unasked."""


@dataclass(frozen=True, slots=True)
class Start:
    """A URL to begin at; ``guessed`` where nobody named its path."""

    url: str
    guessed: bool


def starts(address: str) -> Iterator[Start]:
    """Where to begin, the likeliest first; asks DNS for a domain or an email address.

    Raises `OutputError` for what is no address, and for plain http to another machine.
    """
    text = address.strip()
    if not text or any(letter.isspace() or not letter.isprintable() or letter in '\\"<>' for letter in text):
        raise OutputError("that is no address; write an email address, or one such as https://cloud.example.org/")
    if "://" in text:
        yield from _starts_of_url(checked(text))
        return
    host, slash, path = text.partition("/")
    host = host.rpartition("@")[2]  # who it is belongs to the username
    url = checked(f"{'http' if host_of(f'//{host}') in LOOPBACK else 'https'}://{host}{slash}{path}")
    domain = host_of(url)
    if not path and not urlsplit(url).port and domain not in LOOPBACK:
        url = _by_dns(domain) or url
    yield from _starts_of_url(url)


def _starts_of_url(url: str) -> Iterator[Start]:
    parts = urlsplit(url)
    root = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    if parts.path.strip("/"):
        yield Start(url, guessed=False)
    yield Start(root + WELL_KNOWN, guessed=True)
    yield Start(root + "/", guessed=True)


def checked(url: str) -> str:
    """The URL without what no calendar's has. Raises `OutputError` where no password may go to it."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # it raises for what is no port
    except ValueError:  # whose words quote the address
        raise OutputError("that is no address; write one such as https://cloud.example.org/") from None
    if parts.scheme not in ("http", "https"):
        raise OutputError("an address begins with https://, such as https://cloud.example.org/")
    if parts.username is not None or parts.password is not None:
        raise OutputError("leave the username and the password out of the address; they are asked for next")
    host = parts.hostname or ""
    if not HOST.fullmatch(host):
        raise OutputError("that is no address; write one such as https://cloud.example.org/")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ElsewhereError(f"{host} would get your password in the clear; write https:// in place of http://")
    for name, domains in CLOSED.items():
        if any(host == domain or host.endswith("." + domain) for domain in domains):
            raise ElsewhereError(
                f"{name} lets no program in with a password alone, so a calendar there cannot be used yet; "
                "a calendar file can, which you then import"
            )
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def host_of(url: str) -> str:
    """The host's name alone, in small letters."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def same_house(host: str, other: str) -> bool:
    """Whether a password for ``host`` may go to ``other`` because the server at ``host`` says so.

    It may to itself, to what is below it, and to its neighbours below the same domain, as iCloud needs.
    """
    if host == other or other.endswith(f".{host}"):
        return True
    if host in LOOPBACK or other in LOOPBACK:
        return host in LOOPBACK and other in LOOPBACK
    parent = host.partition(".")[2]
    labels = parent.split(".")
    if labels[-1].isdecimal() or ":" in host:
        return False  # addresses have no neighbours
    # The likes of co.uk and com.au belong to everybody.
    shared = len(labels) < 2 or (len(labels) == 2 and len(labels[0]) <= 3 and len(labels[1]) == 2)
    return not shared and (other == parent or other.endswith(f".{parent}"))


def _by_dns(domain: str) -> str | None:
    """The URL that the domain's SRV and TXT records name, without a path where they name none; ``None`` without them.

    DNS may be forged, so a server of another domain is refused, and told: the person may know it.
    """
    name = f"_caldavs._tcp.{domain}"
    try:
        records = list(dns.resolver.resolve(name, "SRV", lifetime=DNS_LIMIT, search=False))
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    records.sort(key=lambda record: (record.priority, -record.weight, str(record.target)))
    host = str(records[0].target).rstrip(".").lower() if records else ""
    if not host:  # a single dot says that there is no such service
        return None
    port = records[0].port
    root = f"https://{host}" + ("" if port == 443 else f":{port}")
    if host != domain and not host.endswith(f".{domain}"):
        raise ElsewhereError(
            f"{domain} says that its calendars are at {host}; if you know that name, answer with {root}/ as the address"
        )
    try:
        texts = dns.resolver.resolve(name, "TXT", lifetime=DNS_LIMIT, search=False)
        paths = [b"".join(text.strings).decode("utf-8", "replace") for text in texts]
    except (dns.exception.DNSException, OSError, ValueError):
        paths = []
    path = next((text[5:] for text in sorted(paths) if text.lower().startswith("path=/")), "")
    return checked(root + path)


def why_not(problem: Exception) -> str:
    """What a failed connection means and what to try, as the end of a sentence; it repeats nothing of the error."""
    text = f"{type(problem).__name__} {problem}".lower()
    for sign, words in (
        ("expired", "shows a certificate that has expired; whoever runs it has to renew it"),
        ("mismatch", "shows a certificate for another name; look at the address"),
        ("doesn't match", "shows a certificate for another name; look at the address"),
        ("certificate", "shows a certificate that this machine does not trust; look at the address"),
        ("timeout", "gave no answer in time; look at the address, or try again later"),
        ("timed out", "gave no answer in time; look at the address, or try again later"),
        ("ssl", "makes no safe connection (TLS); look at the address and its port"),
        ("name or service", "is not known; look at the spelling, and whether this machine is online"),
        ("resol", "is not known; look at the spelling, and whether this machine is online"),
        ("getaddrinfo", "is not known; look at the spelling, and whether this machine is online"),
        ("no address associated", "is not known; look at the spelling, and whether this machine is online"),
        ("refused", "does not answer; look at the address and its port"),
    ):
        if sign in text:
            return words
    return "cannot be reached; look at the address, and whether this machine is online"
