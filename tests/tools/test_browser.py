"""The page in a real browser, Debian's chromium, without JavaScript: it fits, a keyboard is enough, its buttons act.

axe-core (npm) looks for what would be in somebody's way.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import servers
from feedserver import request, send_form
from fondly.feeds.reading import Item, read_items
from world import MOVE, WEDDING, World, caldav_output

pytestmark = pytest.mark.tools
HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
LATER = dt.datetime.fromisoformat("2026-12-02T12:00:00+01:00")
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
DATES = [WEDDING, MOVE, f"{{id: word, name: {WORD}, date: 2020-12-12, kind: custom}}"]
FEEDS = [
    "{name: phone, kind: feed, seen_by: [ben]}",
    "{name: work, kind: feed, seen_by: [ana], titles: busy}",
    "{name: quiet, kind: feed, seen_by: [ana], titles: neutral}",
]
LAST = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
# Each kind of page, and how much there is to be pressed at least.
PAGES = {"full": 30, "public": 33, "busy": 20, "neutral": 20, "paused": 10, "left": 0, "invitation": 1, "nothing": 0}
SIGHTS = [(width, scheme) for width in (320, 768, 1280) for scheme in ("light", "dark")]
SENT = [["POST", 303], ["GET", 200]]  # how a form is answered: not sent again when the page is loaded anew


@dataclass(frozen=True)
class Browser:
    """A running chromium, told what to do by `browser.mjs`."""

    process: subprocess.Popen[str]

    def __call__(self, wish: str, **what: object) -> Any:
        """What came of one of its wishes."""
        self.process.stdin.write(json.dumps({"wish": wish, **what}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"{wish}: the browser has gone"
        answer = json.loads(line)
        assert "error" not in answer, f"{wish}: {answer['error']}"
        return answer["answer"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    for program in ("chromium", "npm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed; .ci/run installs it")
    folder = tmp_path_factory.mktemp("browser")
    for name in ("package.json", "browser.mjs"):
        shutil.copy(HERE / name, folder / name)
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=300)
    command = ["node", "browser.mjs", str(shutil.which("chromium"))]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Browser(process)
        process.stdin.close()
        process.wait(30)


def fondly(world: World, *arguments: str) -> dict[str, Any]:
    """The command in that world, on its clock and with its own state, as the standard library starts it."""
    words = [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", world.now.isoformat()]
    environment = {**os.environ, "FONDLY_STATE_DIR": str(world.folder / "state")}
    return {"args": [*words, *arguments], "env": environment, "text": True}


def told(world: World, *arguments: str) -> dict[str, Any]:
    """What the command says in JSON."""
    done = subprocess.run(**fondly(world, "--json", *arguments), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@contextmanager
def serving(world: World, *arguments: str) -> Iterator[str]:
    """`fondly serve` under way, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = world.folder / "serve.log"
    with log.open("w") as file:
        process = subprocess.Popen(**fondly(world, "serve", "--port", str(port), *arguments), stderr=file)
    try:
        until(lambda: process.poll() is not None or "Serving at " in log.read_text(), "the server never started")
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(30)


def until(holds: Callable[[], object], otherwise: str) -> None:
    """Wait for something to come about."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def page_of(world: World, address: str, name: str = "phone") -> str:
    """Where the browser finds the page of that feed, whatever its address is for others."""
    page = next(feed["page"] for feed in told(world, "feeds")["feeds"] if feed["name"] == name)
    return f"{address}feeds/{page.split('/')[-2]}/"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of all kinds of pages, on four servers: one of them is known by a public address."""
    with ExitStack() as stack:
        found = {}
        for place in ("full", "public", "paused", "left"):
            world = World(tmp_path_factory.mktemp(place), list(FEEDS), list(DATES))
            if place == "public":
                world.extra = 'serve: {address: "https://home.example.org/ours/"}'
            world.write()
            proxy = ["--behind-proxy", "127.0.0.1"] if place == "public" else []
            address = stack.enter_context(serving(world, *proxy))
            page = found[place] = page_of(world, address)
            if place in ("paused", "left"):
                action = {"paused": "pause", "left": "leave"}[place]
                form = {"proof": request(page).proof(action), "days": "7"}
                assert send_form(f"{page}{action}", form).status == 303
            elif place == "full":
                found["busy"], found["neutral"] = (page_of(world, address, name) for name in ("work", "quiet"))
                found["invitation"] = told(world, "feeds", "invite", "work")["invitation"]
                found["nothing"] = f"{address}nothing"
        yield found


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
@pytest.mark.parametrize("page", PAGES)
def test_it_fits(browser: Browser, pages: dict[str, str], page: str, width: int, scheme: str) -> None:
    """Nothing has to be scrolled sideways, is cut off or lies on something else. The Tab key reaches all that can be
    pressed, in the order of the page, and one sees where one is. Nobody else is asked for anything."""
    browser("open", url=pages[page], width=width, scheme=scheme)
    assert browser("text").strip()
    assert browser("layout") == []
    tabbed = browser("tab")
    assert tabbed["stops"] == tabbed["expected"], tabbed["names"]
    assert tabbed["problems"] == []
    assert browser("layout") == [], "with all opened"
    assert len(tabbed["stops"]) >= PAGES[page], tabbed["names"]
    assert browser("strange") == []


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_in_the_way(browser: Browser, pages: dict[str, str], page: str, width: int, scheme: str) -> None:
    """axe finds nothing, with all opened that can be opened, and is left in doubt about nothing."""
    browser("open", url=pages[page], width=width, scheme=scheme, scripts=True)
    found = browser("axe")
    assert found["violations"] == []
    assert found["unsure"] == []
    assert {"color-contrast", "document-title", "html-has-lang", "landmark-one-main", "region"} <= set(found["passes"])
    assert "target-size" in found["passes"] or page in ("left", "nothing")


def test_the_way_past_the_head(browser: Browser, pages: dict[str, str]) -> None:
    """The first stop leads past the head of the page: the keyboard goes on behind it."""
    browser("open", url=pages["full"])
    browser("key", selector=".skip", key="Enter")
    assert browser("where") == f"{pages['full']}#coming"
    assert browser("tab")["names"][0] == "Say what you each think is planned"


@dataclass(frozen=True)
class Ours:
    """A feed that ben reads, and a calendar in Radicale that he and ana share and that was filled ten days ago."""

    world: World
    calendar: servers.Calendar
    page: str

    def shared(self, *times: str) -> set[tuple[str, object]]:
        """What the shared calendar has of those times."""
        return begins(self.calendar.get(self.calendar.url).encode(), times)

    def is_delivered(self, *times: str) -> bool:
        """Whether the last output has something of those times: when it has changed, so has the shared calendar."""
        return bool(begins((self.world.folder / "us.ics").read_bytes(), times))

    def feed(self) -> str:
        """What a calendar program is given."""
        return request(f"{self.page}phone.ics").text


def begins(calendar: bytes, times: tuple[str, ...]) -> set[tuple[str, object]]:
    """Titles and times of what began in the `past`, begins while a pause of a `week` lasts, or begins `after`."""

    def time_of(item: Item) -> str:
        if item.start <= (LATER if isinstance(item.start, dt.datetime) else LATER.date()):
            return "past"
        return "week" if item.first_day <= LATER.date() + dt.timedelta(days=7) else "after"

    items = read_items(calendar, ZoneInfo("Europe/Berlin"))
    return {(item.title, item.start) for item in items if time_of(item) in times}


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Ours]:
    """All of it under way."""
    with servers.serving("radicale", tmp_path) as calendar:
        world = World(tmp_path, [FEEDS[0], caldav_output(calendar), LAST])
        world.write()
        told(world, "sync", "--yes")
        world.now = LATER
        with serving(world) as address:
            found = Ours(world, calendar, page_of(world, address))
            assert all(found.shared(time) for time in ("past", "week", "after"))
            yield found


def test_pause_and_resume(browser: Browser, ours: Ours) -> None:
    """A week's rest: the page says until when, the shared calendar loses what was to come in it and nothing else; to go
    on brings it back. Then a rest without an end, chosen with the keyboard."""
    past, week, after = (ours.shared(time) for time in ("past", "week", "after"))
    browser("open", url=ours.page)
    assert "Wednesday 9 December" in browser("text")
    assert browser("send", selector="form[action=pause] button") == SENT
    text = browser("text")
    assert "It rests up to and including Wednesday 9 December" in text
    listed = text.partition("The coming four weeks")[2].partition("As a month")[0]
    assert min(map(int, re.findall(r"day (\d+) December", listed)), default=0) > 9, "it shows at once"
    assert browser("layout") == []
    until(lambda: not ours.is_delivered("week"), "the rest never came about")
    assert ours.shared("week") == set()
    assert ours.shared("past") == past
    assert ours.shared("after") >= after
    assert browser("send", selector="form[action=resume] button") == SENT
    assert "It rests" not in browser("text")
    until(lambda: ours.is_delivered("week"), "it never went on")
    assert ours.shared("week") >= week
    assert ours.shared("past") == past
    browser("key", selector="form[action=pause] select", key="End")
    assert browser("send", selector="form[action=pause] button") == SENT
    assert "It rests until further notice" in browser("text")
    until(lambda: not ours.is_delivered("week", "after"), "the rest never came about")
    assert ours.shared("past", "week", "after") == past
    assert browser("strange") == []


def test_leave_and_come_back(browser: Browser, ours: Ours) -> None:
    """Who leaves has an empty page and an empty feed, and what was to come goes from the shared calendar; an invitation
    that is opened brings it back."""
    past, future = ours.shared("past"), ours.shared("week", "after")
    assert "BEGIN:VEVENT" in ours.feed()
    browser("open", url=ours.page)
    browser("click", selector=".leave summary")
    assert browser("send", selector="form[action=leave] button") == SENT
    assert "You have left" in browser("text")
    assert "December" not in browser("text")
    assert "BEGIN:VEVENT" not in ours.feed(), "it shows at once"
    assert browser("strange") == []
    until(lambda: not ours.is_delivered("week", "after"), "what was to come stayed")
    assert ours.shared("past", "week", "after") == past
    browser("open", url=told(ours.world, "feeds", "invite", "phone")["invitation"])
    assert not {"Ana", "Ben", "phone", "December"} & set(re.findall(r"\w+", browser("text")))
    assert "BEGIN:VEVENT" not in ours.feed(), "an invitation that nobody opened changes nothing"
    assert browser("send", selector="form button") == SENT
    assert browser("where") == ours.page
    assert browser("strange") == []
    until(lambda: ours.is_delivered("week"), "it never came back")
    assert ours.shared("week", "after") >= future
    assert "BEGIN:VEVENT" in ours.feed()
    browser("open", url=ours.page)
    assert "Wednesday 9 December" in browser("text")


def test_the_picture_can_be_taken(browser: Browser, tmp_path: Path) -> None:
    """The script makes a picture as large as that in the README, which is quick to load."""
    code = "import sys, pathlib; sys.path[0] = 'docs'; import page; page.take_picture(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "page.png")], cwd=ROOT, check=True, timeout=200)
    new, standing = ((folder / "page.png").read_bytes() for folder in (tmp_path, ROOT / "docs"))
    assert new[:24] == standing[:24], "run: python docs/page.py"  # its kind and its size
    assert len(standing) < 150_000
