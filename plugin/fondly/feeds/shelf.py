"""The feeds as they are served: bytes in memory, with all that a request for them is answered with."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from fondly.config.records import OutputSpec
from fondly.feeds.access import Access
from fondly.feeds.links import Links, address_of
from fondly.feeds.output import feed_file
from fondly.feeds.resting import FEED
from fondly.preparing import Prepared
from fondly_calendar.icsfile import read_ics

Headers = list[tuple[bytes, bytes]]
CLOSED = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Whoever fetches it asks again each time, which costs next to nothing where it is still the same.
FRESH = (b"cache-control", b"private, no-cache")


@dataclass(frozen=True, slots=True)
class Served:
    """One feed in memory. ``changed`` is when it last did, in whole seconds; answers are made once, when it does."""

    spec: OutputSpec
    links: Links
    body: bytes = field(repr=False)
    packed: bytes = field(repr=False)
    changed: dt.datetime
    etag: str
    file: tuple[int, int, int]
    plain_headers: Headers = field(repr=False)
    packed_headers: Headers = field(repr=False)
    known_headers: Headers = field(repr=False)
    packed_known_headers: Headers = field(repr=False)

    def is_known(self, etags: str, since: str) -> bool:
        """Whether who asks has it already: by If-None-Match, and only where there is none by If-Modified-Since.

        RFC 9110 §13.2.2. Of the two compressions of one version either counts.
        """
        if etags:
            given = [tag.strip().removeprefix("W/") for tag in etags.split(",")]
            return "*" in given or any(tag in (f'"{self.etag}"', f'"{self.etag}-gz"') for tag in given)
        try:
            moment = parsedate_to_datetime(since)
        except ValueError:
            return False
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) >= self.changed


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that is served at one moment. ``trouble``: something is broken, so this is the last good version."""

    prepared: Prepared
    access: Access
    feeds: Mapping[str, Served]
    trouble: bool = False

    def of(self, token: str) -> Served | None:
        """The feed that this token is for."""
        name = self.access.named(token)
        return None if name is None else self.feeds.get(name)


def fill(prepared: Prepared, access: Access, folder: Path, before: Shelf | None, *, trouble: bool = False) -> Shelf:
    """What is to be served by the files in the state folder. What has not changed since ``before`` is taken over."""
    feeds = {}
    address = address_of(prepared.config, access)
    for ready in prepared.outputs:
        spec, link = ready.spec, access.link(ready.spec.name)
        if spec.kind != FEED or link.token is None:
            continue
        links = Links(address, spec.name, link.token)
        old = before.feeds.get(spec.name) if before else None
        one = _served(spec, links, feed_file(folder, spec.name), old, emptied=link.left)
        if one is not None:
            feeds[spec.name] = one
    return Shelf(prepared, access, feeds, trouble)


def _served(spec: OutputSpec, links: Links, path: Path, old: Served | None, *, emptied: bool) -> Served | None:
    try:
        status = path.stat()
        file = (status.st_mtime_ns, status.st_size, status.st_ino)
        if old is not None and (old.file, old.spec, old.links) == (file, spec, links) and not emptied:
            return old
        body = path.read_bytes()
    except OSError:
        return None
    if emptied:
        body = _emptied(body)
    changed = dt.datetime.fromtimestamp(int(status.st_mtime), dt.UTC)
    if old is not None and old.body != body and changed <= old.changed:
        changed = old.changed + dt.timedelta(seconds=1)
    elif old is not None:
        changed = max(changed, old.changed)
    etag = hashlib.sha256(body).hexdigest()[:32]
    packed = gzip.compress(body, 9, mtime=0)
    common = [
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-disposition", f'inline; filename="{spec.name}.ics"'.encode()),
        (b"last-modified", format_datetime(changed, usegmt=True).encode()),
        (b"vary", b"accept-encoding"),
        FRESH,
        *CLOSED,
        (b"content-security-policy", b"default-src 'none'; sandbox; frame-ancestors 'none'"),
    ]
    tag, packed_tag = (b"etag", f'"{etag}"'.encode()), (b"etag", f'"{etag}-gz"'.encode())
    plain = [*common, tag, (b"content-length", str(len(body)).encode())]
    small = [*common, packed_tag, (b"content-length", str(len(packed)).encode()), (b"content-encoding", b"gzip")]
    # Of a 304 nothing is wanted but what may have changed (RFC 9110 §15.4.5).
    known = [pair for pair in common if pair[0] in (b"last-modified", b"vary", b"cache-control")]
    answers = (plain, small, [*known, tag], [*known, packed_tag])
    return Served(spec, links, body, packed, changed, etag, file, *answers)


def _emptied(body: bytes) -> bytes:
    """The calendar without its entries: who left gets nothing, whatever the file still holds."""
    head = "".join(read_ics(body.decode()).head)
    return f"BEGIN:VCALENDAR\r\n{head}END:VCALENDAR\r\n".encode()
