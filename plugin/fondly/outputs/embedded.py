"""A calendar on fondly's own server as an output: the same as on any other one, but that no network lies between.

The collections are fondly's own and appear in the home of each person who sees them, as links: so one calendar can be
several people's, and who is no longer named in `seen_by` loses it with the next sync.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from fondly.embedded import COLLECTIONS, radicale
from fondly.logins import SERVER, read_logins
from fondly.outputs.caldav import CalDavOutput
from fondly.outputs.caldavplace import Finder, Place
from fondly.outputs.caldavstate import Memo
from fondly_calendar.about import About
from fondly_calendar.connection import MOST_BYTES, TIME_LIMIT, Answer
from fondly_calendar.dav import DavCalendar
from fondly_calendar.login import Login, Way
from fondly_hooks.errors import ConfigError, OutputError
from fondly_hooks.types.outputs import Output, OutputContext

OWNER = "_fondly"  # nobody can sign in as this: no person has such an id
MAKES = ("VEVENT", "VTODO")


def homes(folder: Path) -> Path:
    """The folder of all people's calendars; ``folder`` is the state folder."""
    return folder / SERVER / COLLECTIONS / "collection-root"


def collection(folder: Path, name: str) -> Path:
    """Where the calendar of the output of that name lies."""
    return homes(folder) / OWNER / name


def open_embedded(calendar: str | None, context: OutputContext) -> Output:
    """The calendar of this output on fondly's own server; it is made with the first write."""
    if context.state is None:
        raise ConfigError("fondly's own server keeps its data in fondly's own folder, and here is none")
    name = context.name.rstrip("+")
    place = Place(url=f"http://embedded/{OWNER}/{name}/", calendar=calendar or context.calendar_name, create=True)
    return OwnCalendar(place, context, _OwnFinder(place, context.state, name, context))


class OwnCalendar(CalDavOutput):
    """A calendar on fondly's own server."""

    def examine(self) -> tuple[str, ...]:
        """That it is one, and which of its readers cannot sign in yet."""
        lines = ["it is on fondly's own server, which 'fondly serve' runs"]
        known = read_logins(self.context.state) if self.context.state else {}
        for reader in sorted(self.context.seen_by - known.keys()):
            lines.append(f"{reader} has no login yet; 'fondly logins new {reader}' makes one")
        return tuple(lines)


class _OwnFinder(Finder):
    """Finds the calendar on the disk, makes it there, and lends it to its readers."""

    def __init__(self, place: Place, folder: Path, name: str, context: OutputContext) -> None:
        self.place, self._folder, self._name, self._context = place, folder, name, context
        self.connection = InProcess(folder / SERVER)

    def find(self, memo: Memo, *, make: bool) -> tuple[DavCalendar, About] | None:
        """The calendar and what it says of itself; ``None`` where it has to be made first, and is not to be."""
        calendar = super().open(self.place.url)
        about = calendar.about() if collection(self._folder, self._name).is_dir() else None
        if about is None or not about.calendar:
            if not make:
                return None
            (homes(self._folder) / OWNER).mkdir(parents=True, exist_ok=True, mode=0o700)
            calendar.make(str(self.place.calendar), MAKES)
            about = calendar.about()
        return self.open(self.place.url), about

    def open(self, url: str, way: Way | None = None) -> DavCalendar:
        """The calendar; its readers have it in their homes from now on."""
        if not self._context.to_look and collection(self._folder, self._name).is_dir():
            lend(self._folder, self._name, self._context.seen_by)
        return super().open(url, way)


def lend(folder: Path, name: str, readers: Iterable[str]) -> None:
    """Have the calendar in the homes of exactly these people. Raises `OutputError` where that cannot be."""
    root, target = homes(folder), Path("..") / OWNER / name
    wanted = set(readers)
    try:
        present = [home for home in root.iterdir() if home.is_dir() and home.name != OWNER] if root.is_dir() else []
        for home in present:
            if home.name not in wanted and (home / name).is_symlink():
                (home / name).unlink()
        for reader in sorted(wanted):
            link = root / reader / name
            link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not link.is_symlink() and not link.exists():
                os.symlink(target, link, target_is_directory=True)
    except OSError as problem:
        raise OutputError(f"{problem.filename or root} cannot be written: {problem.strerror or problem}") from None


class InProcess:
    """What `Connection` does over the network, with Radicale in this process. Nobody else can call it."""

    def __init__(self, folder: Path) -> None:
        self.requests = 0
        self.fastest = float("inf")
        self._folder = folder
        self._app: Any = None
        self._making = threading.Lock()

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
        """One request and its answer. It takes as long as the disk does."""
        with self._making:
            self.requests += 1
            if self._app is None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._app = radicale(self._folder, {"type": "remote_user", "delay": "0"})
        begin = time.monotonic()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(urlsplit(url).path),
            "QUERY_STRING": "",
            "SERVER_NAME": "embedded",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": OWNER,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        told: list[tuple[str, list[tuple[str, str]]]] = []
        pieces = self._app(environ, lambda status, given, problem=None: told.append((status, given)))
        status, received = told[0]
        answer = Answer(int(status.split(" ")[0]), {k.lower(): v for k, v in received}, b"".join(pieces))
        self.fastest = min(self.fastest, time.monotonic() - begin)
        return answer

    def close(self) -> None:
        """Nothing is held open."""
