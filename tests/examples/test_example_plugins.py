"""The plugins of examples/, each copied to a hooks folder as its README says, and run in the real fondly."""

from __future__ import annotations

import datetime as dt
import json
import runpy
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fondly.testing import MakeWorld, OutputContract, Radicale, World, radicale, world  # noqa: F401  # fixtures
from fondly_hooks.types.outputs import OutputContext, OutputKind

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "examples/plugins"
PAGE = """\
<h1>What is on</h1>
<ul>
  <li><time datetime="2026-12-05T19:30:00+01:00">Saturday</time> Choir in the "old" brewery</li>\r
  <li><time datetime="2026-12-05T19:30:00+01:00">Saturday</time> Soup &amp; songs,\tC:\\ </li>
  <li><time datetime="2026-12-05T19:30:00+01:00">Saturday</time> Soup &amp; songs,\tC:\\ </li>
  <li>Closed on Mondays</li>
  <li><time datetime="2026-12-09T20:00">Wednesday</time> On nobody knows which clock</li>
  <li><time datetime="2026-12-11">Friday</time> Night of open kitchens</li>
  <li><time datetime="2026-12-12"></time> </li>
</ul>
"""


# What somebody may type into a line of the spreadsheet, and how fondly must not plan it.
WRONG = [
    (",90,", ",soon,"),
    (",90,", ",-90,"),
    (",4.50,", ",nan,"),
    (",out", ",outside"),
    (",out", ""),
    ("Moonlit tram", ""),
]


class Pages(ThreadingHTTPServer):
    """A web server on the loopback: it answers with a page, and keeps what is sent to it."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        """Its address, without how it is spoken to."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        """The page of events."""
        self._answer(PAGE.encode())

    def do_POST(self) -> None:
        """Take a message."""
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Pages]:
    """A running server."""
    with Pages() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def pages() -> Iterator[Pages]:
    """A running server."""
    with serving() as server:
        yield server


def titles(here: World, source: str) -> list[str]:
    """What a plugin brings into the plan, by day."""
    return [f"{entry.first_day} {entry.title}" for entry in here.plan() if entry.source == source]


def test_ideas_from_a_spreadsheet(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """Each line is an idea; one that is none is told by its number, and the others are used."""
    here = world(
        hooks=[PLUGINS / "csv_ideas.py", PLUGINS / "ideas.csv"], settings="{csv_ideas: {path: hooks/ideas.csv}}"
    )
    tried = here.ask("fondly_date_ideas", "csv_ideas")
    assert not tried.faults
    assert [idea["slug"] for idea in tried.gave] == ["tram-to-the-end", "two-recipes", "library-dare"]
    file = tmp_path / "hooks/ideas.csv"
    good = "Moonlit tram,Ride to the end,90,4.50,out"
    lines = ["slug,title,text,minutes,cost,setting", f"tram,{good}", "", f'two,"Two\nlines",{good[13:]}']
    lines += [f"a{index},{good}".replace(old, new) for index, (old, new) in enumerate(WRONG)]
    file.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    tried = here.ask("fondly_date_ideas", "csv_ideas")
    assert not tried.faults
    assert [idea["slug"] for idea in tried.gave] == ["tram", "two"]
    said = [line.split(" is no idea: ") for line in tried.said]
    assert [place for place, _ in said] == [f"ideas.csv:{6 + index}" for index in range(len(WRONG))]
    assert [what.partition(":")[0] for _, what in said] == ["minutes", "minutes", "cost", "setting", "setting", "title"]


def test_ideas_of_a_german_spreadsheet(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """The config says what stands between its columns; without that each line is told, and a missing file too."""
    text = (PLUGINS / "ideas.csv").read_text(encoding="utf-8").splitlines()
    semicolons = "\n".join([text[0].replace(",", ";"), "tram;Tram;Ride, and look.;90;4.5;out"])
    for separator, slugs in ((";", ["tram"]), (",", [])):
        here = world(hooks=[PLUGINS / "csv_ideas.py"], settings=f'{{csv_ideas: {{separator: "{separator}"}}}}')
        (tmp_path / "hooks/ideas.csv").write_text(semicolons, encoding="utf-8")
        tried = here.ask("fondly_date_ideas", "csv_ideas")
        assert [idea["slug"] for idea in tried.gave] == slugs
    assert tried.said == ("ideas.csv:2 is no idea: slug: Field required",)
    (tmp_path / "hooks/ideas.csv").unlink()
    (failure,) = here.failures()
    assert "ideas.csv" in failure


def test_no_date_on_match_days(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """The dates on the days of the cup and of the fortnightly games are gone, all others stay."""
    before = world().plan(56)
    here = world(
        hooks=[PLUGINS / "match_days.py", PLUGINS / "team.ics"], settings="{match_days: {path: hooks/team.ics}}"
    )
    after = here.plan(56)
    assert here.failures() == []
    gone = {entry.id: entry for entry in before if entry.id not in {one.id for one in after}}
    games = {dt.date(2026, 12, 4) + dt.timedelta(days=14 * week) for week in range(6)} | {dt.date(2026, 12, 5)}
    assert gone
    assert {entry.first_day for entry in gone.values()} <= games
    assert not any(entry.kind == "date" and entry.first_day in games for entry in after)


def test_events_from_a_page(world: MakeWorld, pages: Pages) -> None:  # noqa: F811
    """What stands on the page is in the plan, its quotes too, with its day or its hour."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    script = PLUGINS / "fondly_entries.d/events.sh"
    here = world(hooks=[script], settings=f'{{events: {{url: "http://{pages.url}/"}}}}')
    assert here.failures() == []
    assert titles(here, "events") == [
        '2026-12-05 Choir in the "old" brewery',
        "2026-12-05 Soup & songs, C:\\",
        "2026-12-11 Night of open kitchens",
    ]
    pages.status = 500
    said = "the page of events cannot be read: (22) The requested URL returned error: 500"
    assert here.failures() == [f"events: ended with exit code 1: {said}"]
    assert titles(world(hooks=[script]), "events") == []
    (failure,) = world(hooks=[script]).failures()
    assert "the config does not say where" in failure


def test_full_moons(world: MakeWorld) -> None:  # noqa: F811
    """The moons of that winter, by the almanac: 24 November 14:53, 24 December 01:28, 22 January 12:17 UTC."""
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    here = world(hooks=[PLUGINS / "fondly_entries.d/full-moon.js"])
    assert here.failures() == []
    days = [entry.first_day for entry in here.plan(90) if entry.source == "full-moon"]
    assert days == [dt.date(2026, 11, 24), dt.date(2026, 12, 23), dt.date(2027, 1, 22)]


PHONE = "{name: phone, kind: apprise, seen_by: [ana]}"


def phone(world: MakeWorld, pages: Pages) -> World:  # noqa: F811
    """A world whose messages go to the server."""
    settings = f'{{apprise_output: {{url: "json://{pages.url}/"}}}}'
    return world(hooks=[PLUGINS / "apprise_output.py"], outputs=[PHONE], settings=settings)


def test_messages_of_today(world: MakeWorld, pages: Pages) -> None:  # noqa: F811
    """One for each thing of the day, once; in a dry run none; on the next day those of that day."""
    here = phone(world, pages)
    here.now += dt.timedelta(days=1)
    today = [entry.title for entry in here.plan(1)]
    assert here.sync(dry_run=True).exit_code == 0
    assert pages.got == []
    assert here.sync().exit_code == 0
    assert [message["title"].rpartition(" (")[0] for message in pages.got] == today != []
    assert here.sync().exit_code == 0
    assert len(pages.got) == len(today)
    here.now += dt.timedelta(days=1)
    assert here.sync().exit_code == 0
    assert len(pages.got) == len(today) + len(here.plan(1))


def test_an_address_that_apprise_does_not_know(world: MakeWorld) -> None:  # noqa: F811
    """It is told by its key and at once, in a dry run too, and never by what stands in it."""
    settings = '{apprise_output: {url: "nosuch://open-sesame"}}'
    here = world(hooks=[PLUGINS / "apprise_output.py"], outputs=[PHONE], settings=settings)
    for dry_run in (True, False):
        report = here.sync(dry_run=dry_run).deliveries[0].report
        assert report.error == "hooks.settings.apprise_output.url: Apprise does not know this kind of address"


def test_a_message_that_was_not_taken_is_sent_with_the_next_run(world: MakeWorld, pages: Pages) -> None:  # noqa: F811
    """The run says so, its exit code too."""
    here = phone(world, pages)
    here.now += dt.timedelta(days=1)
    pages.status = 500
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fondly.outputs.carrying.WAITS", ())
        assert here.sync().exit_code == 1
    missed = [message["title"] for message in pages.got]
    pages.got.clear()
    pages.status = 200
    assert here.sync().exit_code == 0
    assert [message["title"] for message in pages.got] == missed != []


def test_without_its_settings_the_output_fails_alone(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """What is missing is told by its key, and the others are served."""
    file = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
    here = world(hooks=[PLUGINS / "apprise_output.py"], outputs=[PHONE, file])
    run = here.sync()
    assert run.exit_code == 1
    assert "hooks.settings.apprise_output.url is missing" in str(run.deliveries[0].report.error)
    assert (tmp_path / "us.ics").is_file()


class TestPhone(OutputContract):
    """The contract suite, on the example: a message that was sent is not changed."""

    changes = False
    knows_its_own = False

    @property
    def kind(self) -> OutputKind:  # type: ignore[override]
        """The kind of the example, which sends to the server of this test."""
        example = runpy.run_path(str(PLUGINS / "apprise_output.py"), run_name="apprise_output")

        def open_phone(options: Any, place: OutputContext) -> Any:
            return example["Phone"](example["Settings"](url=f"json://{self.pages.url}/"))

        return OutputKind(name="apprise", options=example["Options"], open=open_phone)

    @pytest.fixture
    def options(self, pages: Pages) -> Mapping[str, Any]:
        """None; the server is kept for the kind."""
        self.pages = pages
        return {}
