"""fondly's own CalDAV server with real clients in processes of their own: the caldav library, vdirsyncer and khal."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from world import MOVE, WEDDING, World

pytestmark = pytest.mark.tools
OUTPUT = "{name: ours, kind: caldav, server: embedded, seen_by: [ana, ben], practices_as: todo}"
VDIRSYNCER = """\
[general]
status_path = "{folder}/status"
[pair us]
a = "local"
b = "remote"
collections = ["ours"]
[storage local]
type = "filesystem"
path = "{folder}/calendars"
fileext = ".ics"
[storage remote]
type = "caldav"
url = "{url}"
username = "ben"
password = "{password}"
"""
KHAL = """\
[calendars]
[[ours]]
path = {folder}/calendars/ours
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = ours
[sqlite]
path = {folder}/khal.db
"""
CALDAV = """\
import sys
import datetime as dt
import caldav

url, password = sys.argv[1:]
with caldav.DAVClient(url, username="ana", password=password) as client:
    (calendar,) = [one for one in client.principal().calendars() if one.url.path.rstrip("/").endswith("/ours")]
    todos = sorted(calendar.todos(), key=lambda one: str(one.icalendar_component["UID"]))
    done = todos[0]
    done.complete()
    events = {str(one.icalendar_component["SUMMARY"]): one for one in calendar.events()}
    moved = next(one for title, one in sorted(events.items()) if title in ("Date night", "Time for a date"))
    component = moved.icalendar_component
    for name in ("DTSTART", "DTEND"):
        component[name].dt += dt.timedelta(minutes=30)
    moved.save()
    gone = next(one for title, one in events.items() if title.startswith("First flat: 7"))
    gone.delete()
    print(str(done.icalendar_component["UID"]), str(component["UID"]), str(gone.icalendar_component["UID"]))
"""


@dataclass(frozen=True)
class Home:
    """A running `fondly serve`: its world, its CalDAV address, and a password for each."""

    world: World
    url: str
    passwords: dict[str, str]

    @property
    def collection(self) -> Path:
        """Where the calendar lies."""
        return next(self.world.folder.rglob("_fondly/ours"))

    def objects(self) -> dict[str, str]:
        """What stands there, by UID."""
        found = {}
        for path in self.collection.glob("*.ics"):
            text = path.read_text(encoding="utf-8").replace("\r\n ", "")
            uid = re.search(r"^UID:(.*?)\r?$", text, re.MULTILINE)
            assert uid is not None
            found[uid[1]] = text
        return found


def fondly(world: World, *arguments: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "fondly", "--config", str(world.config), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """The server with its first entries, and a login for each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    world = World(tmp_path, [OUTPUT])
    world.write()
    with (tmp_path / "serve.log").open("w") as log:
        command = [sys.executable, "-m", "fondly", "--config", str(world.config), "serve", "--port", port]
        process = subprocess.Popen(command, stderr=log)
    try:
        until(lambda: "Serving at" in (tmp_path / "serve.log").read_text())
        passwords = {}
        for person in ("ana", "ben"):
            passwords[person] = json.loads(fondly(world, "--json", "logins", "new", person))["password"]
        yield Home(world, f"http://127.0.0.1:{port}/caldav/", passwords)
        assert process.poll() is None
        assert "Traceback" not in (tmp_path / "serve.log").read_text()
    finally:
        process.terminate()
        process.wait(30)


def until(holds: Callable[[], object]) -> None:
    """Wait until that holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.1)  # another process does it, and tells nobody


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients, in an environment of their own."""
    folder = tmp_path_factory.mktemp("clients")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    packages = ("khal==0.14.1", "vdirsyncer==0.21.0", "caldav==3.6.0")
    subprocess.run([*pip, *packages], check=True, capture_output=True, timeout=500)
    return folder / "bin"


def client(program: Path, *arguments: str, answers: str = "") -> str:
    """What a client prints."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": ""}
    done = subprocess.run(
        [str(program), *arguments],
        input=answers,
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_clients_and_fondly_get_along(home: Home, programs: Path, tmp_path: Path) -> None:
    """They read, add, complete, move and delete; fondly's next sync respects all of it, and goes on with its own."""
    planned = home.objects()
    assert len(planned) > 15
    (tmp_path / "vdirsyncer.conf").write_text(
        VDIRSYNCER.format(folder=tmp_path, url=home.url, password=home.passwords["ben"]), encoding="utf-8"
    )
    (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path), encoding="utf-8")
    (tmp_path / "calendars").mkdir()
    vdirsyncer = ["-c", str(tmp_path / "vdirsyncer.conf")]
    khal = ["-c", str(tmp_path / "khal.conf")]

    # vdirsyncer and khal, as Ben: all of it is there, at its hour; an event of his own goes up.
    client(programs / "vdirsyncer", *vdirsyncer, "discover", answers="y\ny\n")
    client(programs / "vdirsyncer", *vdirsyncer, "sync")
    local = tmp_path / "calendars" / "ours"
    assert len(list(local.glob("*.ics"))) == len(planned)
    listed = client(programs / "khal", *khal, "list", "--format", "{start-time}|{title}", "2026-11-01", "1000d")
    assert "|Wedding: 12 years" in listed
    client(programs / "khal", *khal, "new", "2027-01-15", "18:00", "19:00", "Swimming with Jo")
    client(programs / "vdirsyncer", *vdirsyncer, "sync")
    own = [uid for uid, text in home.objects().items() if "Swimming with Jo" in text]
    assert len(own) == 1
    swimming = home.objects()[own[0]]

    # The caldav library, as Ana: a to-do is done, a date is moved, a day is deleted.
    script = tmp_path / "ana.py"
    script.write_text(CALDAV, encoding="utf-8")
    done, moved, gone = client(programs / "python", str(script), home.url, home.passwords["ana"]).split()
    after = home.objects()
    assert "STATUS:COMPLETED" in after[done]
    assert gone not in after
    start = start_of(after[moved])
    assert start != start_of(planned[moved])

    # fondly goes on: by itself, by a command beside it, and with a plan that is another one.
    home.world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE]
    home.world.write()
    until(lambda: any("Our wedding: 12 years" in text for text in home.objects().values()))
    assert "ours" in fondly(home.world, "sync")
    last = home.objects()
    assert last[own[0]] == swimming, "what is not fondly's stays the same to the byte"
    assert gone not in last
    assert not any("First flat: 7" in text for text in last.values())
    assert "STATUS:COMPLETED" in last[done]
    assert start_of(last[moved]) == start
    assert last.keys() == (planned.keys() | {own[0]}) - {gone}
    assert "1 done" not in fondly(home.world, "sync"), "it was counted once"

    # And Ben has all of it at his next sync.
    client(programs / "vdirsyncer", *vdirsyncer, "sync")
    assert len(list(local.glob("*.ics"))) == len(last)
    assert "Our wedding: 12 years" in client(programs / "khal", *khal, "list", "2027-06-19", "3d")


def start_of(text: str) -> str:
    """When the entry begins, as it is written."""
    found = re.search(r"^DTSTART[^\r\n]*", text.partition("BEGIN:VEVENT")[2], re.MULTILINE)
    assert found is not None
    return found[0]
