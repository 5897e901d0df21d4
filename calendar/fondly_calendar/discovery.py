"""Which calendars somebody has on a server, found from an address, a domain or an email address (RFC 6764, RFC 4791).

caldav's own discovery follows redirects to anywhere, reads .netrc and proxies, and cannot be kept from plain http, so
the requests are made by ours.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from fondly_calendar.davxml import C, D, hrefs_in, prop
from fondly_calendar.login import Way
from fondly_calendar.propfind import Asker, RefusedError, follow
from fondly_calendar.whereabouts import ElsewhereError, Start, host_of, starts
from fondly_hooks.errors import OutputError

TIME_LIMIT = 30.0  # seconds for the whole search
KIND, NAME, RIGHTS = f"{D}resourcetype", f"{D}displayname", f"{D}current-user-privilege-set"
PRINCIPAL, HOME, TAKES = (
    f"{D}current-user-principal",
    f"{C}calendar-home-set",
    f"{C}supported-calendar-component-set",
)
WRITES = {f"{D}{name}" for name in ("all", "write", "write-content", "bind")}
USED = {"VEVENT", "VTODO"}


@dataclass(frozen=True, slots=True)
class FoundCalendar:
    """One calendar: its name, its whole URL, what it takes, whether it may be written to (``None``: not told).

    ``auth`` is how the server wants to be told the password.
    """

    name: str
    url: str
    components: tuple[str, ...]
    writable: bool | None
    auth: Way = "basic"


@dataclass(frozen=True, slots=True)
class Found:
    """The calendars that were found, and the collections in which new ones may be made."""

    calendars: list[FoundCalendar] = field(default_factory=list)
    homes: list[str] = field(default_factory=list)


def find_calendars(
    address: str, username: str, password: str, *, time_limit: float = TIME_LIMIT
) -> list[FoundCalendar]:
    """The calendars behind a calendar's, a home's or a server's URL, a domain or an email address.

    A calendar that the address itself names comes first, then those that take events, by name. Raises `OutputError`
    with one plain line that says what to try; the password is in none.
    """
    return find(address, Asker(username, password, time.monotonic() + time_limit), time_limit=time_limit).calendars


def find(address: str, asker: Asker, *, time_limit: float = TIME_LIMIT, empty: bool = False) -> Found:
    """What stands behind such an address, asked for by ``asker``, which is closed at the end.

    Raises `OutputError` as `find_calendars` does; a place without calendars is fine where it may be ``empty``.
    """
    result: list[Found] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            result.append(_search(asker, address, empty=empty))
        except Exception as problem:
            failed.append(problem)
        finally:
            asker.close()

    # Looking up a name cannot be given a time limit, so nobody waits for the one who does it.
    thread = threading.Thread(target=work, name="looking for calendars", daemon=True)
    thread.start()
    try:
        thread.join(time_limit)
    finally:
        asker.deadline = 0  # what is under way ends with its request
    if thread.is_alive():
        raise OutputError(
            f"the search took more than {time_limit:.0f} seconds; look at the address, or try again later"
        )
    if not failed:
        return result[0]
    if isinstance(failed[0], OutputError):
        raise failed[0] from None
    # A mistake of ours or of a library's, whose words may hold anything.
    raise OutputError(f"looking for calendars there failed ({type(failed[0]).__name__}); try another address")


def _search(asker: Asker, address: str, *, empty: bool) -> Found:
    """Each place where calendars may begin is tried until one of them knows of any."""
    problem: OutputError | None = None
    for start in starts(address):
        try:
            found = _explore(asker, start)
        except (RefusedError, ElsewhereError):
            raise
        except OutputError as refused:
            problem = problem or refused
            continue
        if found.calendars or (empty and found.homes):
            return found
        problem = OutputError(
            f"the server {host_of(start.url)} has no calendar for you that takes events or tasks; make one there first"
        )
    raise problem or OutputError("nothing was found at that address")


def _explore(asker: Asker, start: Start) -> Found:
    """What stands at the start, in the homes of whoever asks, and right below the start."""
    url, items = _ask(asker, start.url, 0)
    if not _hrefs(items, PRINCIPAL) and not asker.auth_for(url):
        asker.tell(url)  # some answer everybody, and tell their own more
        url, items = _ask(asker, url, 0)
    given = [_calendar(asker, url, item) for item in items[:1]]
    found = {_key(calendar.url): calendar for calendar in given if calendar}
    first = set(found)
    problem: OutputError | None = None
    try:
        homes = _homes(asker, url, items)
    except OutputError as refused:
        homes, problem = [], refused
    places = list(homes)
    if not first and not (start.guessed and places):
        places.append(url)
    for place in dict.fromkeys(places):
        try:
            base, listed = _ask(asker, place, 1)
        except OutputError as refused:
            problem = problem or refused
            continue
        for item in listed:
            calendar = _calendar(asker, base, item)
            if calendar:
                found.setdefault(_key(calendar.url), calendar)
    if problem and not found:
        raise problem
    useful = [(key, calendar) for key, calendar in found.items() if USED & set(calendar.components)]
    useful.sort(key=lambda pair: (pair[0] not in first, *_order(pair[1])))
    return Found([calendar for _, calendar in useful], homes)


def _order(calendar: FoundCalendar) -> tuple[bool, bool, str, str]:
    """What takes events and can be written to, by name."""
    no_events, fixed = "VEVENT" not in calendar.components, calendar.writable is False
    return no_events, fixed, calendar.name.casefold(), calendar.url


def _homes(asker: Asker, url: str, items: list[Any]) -> list[str]:
    """The URLs of the collections that hold the person's calendars."""
    homes = _hrefs(items, HOME)
    if not homes:
        for principal in _hrefs(items, PRINCIPAL)[:1]:
            url, items = _ask(asker, follow(url, principal), 0)
            homes = _hrefs(items, HOME)
    return [follow(url, home) for home in homes]


def _ask(asker: Asker, url: str, depth: int) -> tuple[str, list[Any]]:
    return asker.propfind(url, depth, (KIND, NAME, RIGHTS, PRINCIPAL, HOME, TAKES))


def _calendar(asker: Asker, base: str, item: Any) -> FoundCalendar | None:
    """The calendar that this part of an answer tells of; ``None`` where it is something else."""
    kinds = prop(item, KIND)
    if kinds is None or kinds.find(f"{C}calendar") is None:
        return None
    try:
        url = follow(base, item.findtext(f"{D}href") or "")
    except OutputError:
        return None  # somewhere that no password may go
    title, taken, rights = prop(item, NAME), prop(item, TAKES), prop(item, RIGHTS)
    components = () if taken is None else {str(one.get("name")).upper() for one in taken}
    own = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return FoundCalendar(
        name=_shown("" if title is None else title.text or "") or _shown(own) or url,
        url=url,
        # Where it is not told, all are taken (RFC 4791, 5.2.3).
        components=tuple(sorted(components)) or ("VEVENT", "VTODO"),
        writable=None if rights is None else any(one.tag in WRITES for one in rights.iter()),
        auth=asker.auth_for(url) or "basic",
    )


def _hrefs(items: list[Any], name: str) -> list[str]:
    """What the property of the first part points to."""
    return list(hrefs_in(prop(items[0], name))) if items else []


def _key(url: str) -> tuple[str, str]:
    """The same for each way to write the URL."""
    return urlsplit(url).netloc.lower(), unquote(urlsplit(url).path).rstrip("/")


def _shown(name: str) -> str:
    """A name as a terminal may show it, on one line."""
    kept = "".join(letter for letter in name if letter.isprintable() or letter.isspace())
    return " ".join(kept.split())[:100]
