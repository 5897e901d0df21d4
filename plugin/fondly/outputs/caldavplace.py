"""From what the config says of a CalDAV output to the one calendar that is meant."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from fondly.outputs.caldavstate import Memo
from fondly_calendar.about import About
from fondly_calendar.connection import Connection, Sender
from fondly_calendar.dav import DavCalendar
from fondly_calendar.login import Login, Way
from fondly_hooks.errors import OutputError

if TYPE_CHECKING:
    from fondly_calendar.discovery import Found, FoundCalendar

MADE = (("VEVENT", "VTODO"), ("VEVENT",))  # what a new calendar is to take; some servers want one sort alone


@dataclass(frozen=True, slots=True)
class Place:
    """What the config says: an address, which of the calendars there, whether it is to be made, how to be let in."""

    url: str
    username: str = ""
    password: str | None = field(default=None, repr=False)
    auth: Way = "basic"
    calendar: str | None = None
    create: bool = False
    ca_file: Path | None = None
    unlisted: bool = False

    @property
    def key(self) -> str:
        """What tells it from another place."""
        return f"{self.url} {self.calendar or ''}".strip()

    @property
    def direct(self) -> bool:
        """Whether the address may be a calendar's own."""
        parts = urlsplit(self.url)
        return parts.scheme in ("http", "https") and bool(parts.path.strip("/"))


class Finder:
    """Finds and opens the calendar of a place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.connection: Sender = Connection(place.ca_file)

    def open(self, url: str, way: Way | None = None) -> DavCalendar:
        """The calendar at that URL; no request is made."""
        place, login = self.place, None
        if place.password is not None:
            login = Login(place.username, place.password, way or place.auth)
        return DavCalendar(url, login, self.connection)

    def find(self, memo: Memo, *, make: bool) -> tuple[DavCalendar, About] | None:
        """The calendar and what it says of itself; ``None`` where it has to be made first, and is not to be.

        Raises `OutputError` where there is none that is meant, or too many.
        """
        known = memo.url or (self.place.url if self.place.direct and not self.place.calendar else "")
        if known:
            calendar = self.open(known)
            about = calendar.about()
            if about.calendar:
                return calendar, about
        chosen = self._choose(make=make)
        if chosen is None:
            return None
        calendar = self.open(chosen.url, chosen.auth)
        about = calendar.about()
        if not about.calendar:
            raise OutputError(f"{calendar.where} has no calendar at that address; look at its url")
        return calendar, about

    def search(self) -> Found:
        """All calendars behind the address."""
        # Searching takes DNS and more, which nobody waits for who knows the calendar already.
        from fondly_calendar.discovery import TIME_LIMIT, find
        from fondly_calendar.propfind import Asker

        place = self.place
        asker = Asker(
            place.username,
            place.password or "",
            time.monotonic() + TIME_LIMIT,
            connection=Connection(place.ca_file),
            way=place.auth,
        )
        try:
            return find(place.url, asker, empty=place.create)
        finally:
            self.connection.requests += asker.connection.requests

    def _choose(self, *, make: bool) -> FoundCalendar | None:
        place, found = self.place, self.search()
        if place.direct and place.calendar is None:
            # A path that is mistyped must not lead to the one calendar that happens to be elsewhere.
            below = [one for one in found.calendars if _path(one.url).startswith(_path(place.url))]
            found = replace(found, calendars=below)
        fit = [one for one in found.calendars if "VEVENT" in one.components and one.writable is not False]
        if place.calendar is not None:
            named = [one for one in found.calendars if place.calendar in (one.name, _last(one.url))]
            if len(named) == 1:
                return named[0]
            if named:
                raise OutputError(
                    f"there are {len(named)} calendars named '{place.calendar}'; put the url of one into the config"
                )
            if place.create:
                return self._make(place.calendar, found, make=make)
            raise OutputError(f"there is no calendar '{place.calendar}' there; {_known(found)}, or say 'create: yes'")
        if len(fit) == 1:
            return fit[0]
        if not fit:
            raise OutputError(f"no calendar is there that takes events and lets this user write; {_known(found)}")
        raise OutputError(f"several calendars are there; name one of them under 'calendar': {_known(found)}")

    def _make(self, name: str, found: Found, *, make: bool) -> FoundCalendar | None:
        if not found.homes:
            raise OutputError(f"the server does not say where a calendar '{name}' could be made; make it there by hand")
        if not make:
            return None
        taken = {_last(one.url) for one in found.calendars}
        slug = _slug(name)
        free = next(one for one in (slug, *(f"{slug}-{number}" for number in range(2, 100))) if one not in taken)
        url = urljoin(found.homes[0].rstrip("/") + "/", f"{free}/")
        calendar = self.open(url, found.calendars[0].auth if found.calendars else None)
        problem: OutputError | None = None
        for components in MADE:
            try:
                calendar.make(name, components)
            except OutputError as refused:
                problem = problem or refused
            else:
                from fondly_calendar.discovery import FoundCalendar

                return FoundCalendar(name, url, components, True)
        raise problem or OutputError(f"a calendar '{name}' could not be made there")


def _last(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/") + "/"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "calendar"


def _known(found: Found) -> str:
    names = ", ".join(sorted({one.name for one in found.calendars})) or "none"
    return f"known are {names}"
