"""What is secret from a person leaves no trace: all bytes that they can see are as if it did not exist."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import fondly_hooks.dates
import fondly_hooks.practices
from fondly.agenda import print_agenda
from fondly.cli import cli
from fondly.config import load_config
from fondly.export import export_text
from fondly.gate import failures_for, visible
from fondly.planner import Horizons, Plan
from fondly.preparing import Prepared, make_plan, prepare
from fondly.run import sync
from fondly.state import past_in, state_folder
from fondly_calendar.identity import uid_for
from fondly_hooks.types.times import Span
from support import RELATIONSHIP, config_text, write_config

NOW = dt.datetime.fromisoformat("2026-11-22T09:00:00+01:00")
DAY = dt.timedelta(days=1)
FOUR_WEEKS = Span(NOW.date(), NOW.date() + 28 * DAY)
PEOPLE = ("ana", "ben", "cem")
HOOK = """\
import datetime as dt
import json
from zoneinfo import ZoneInfo

from fondly import Entry, Practice, Suggestion, hookimpl, parse_cadence, parse_time_window

ENTRIES = json.loads({entries!r})
DIARY = {diary!r}


@hookimpl
def fondly_entries(relationship, window):
    for values in map(dict, ENTRIES):
        start = dt.datetime.fromisoformat(values["start"])
        if values.pop("all_day"):
            values |= {{"start": start.date(), "end": start.date() + dt.timedelta(days=1)}}
        else:
            start = start.replace(tzinfo=ZoneInfo("Europe/Berlin"))
            values |= {{"start": start, "end": start + dt.timedelta(hours=1)}}
        yield Entry(kind="custom", **{{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}})


@hookimpl
def fondly_practices(relationship):
    if DIARY:
        page = Suggestion(slug="page", title="Write a page TOKEN", text="A page.", minutes=10, together=False)
        yield Practice(slug="diary", name="Diary TOKEN", neutral_title="TOKEN", about="", every=parse_cadence(DIARY),
                       at=(parse_time_window("evening"),), minutes=30, together=False, private=True,
                       suggestions=(page,))
"""


@dataclass(frozen=True)
class World:
    """A relationship with its secrets. ``dates`` and ``entries`` are what the config and a plugin name."""

    people: tuple[str, ...]
    me: str
    budget: int
    dates: tuple[dict[str, Any], ...]
    entries: tuple[dict[str, Any], ...]
    help: dict[str, str]
    pauses: tuple[dict[str, str], ...]
    diary: str
    outputs: tuple[dict[str, Any], ...]

    def without_secrets_from(self, person: str) -> World:
        """The same, as it would be if nothing were secret from that person."""
        return replace(
            self,
            dates=tuple(date for date in self.dates if person not in date["secret_from"]),
            entries=tuple(entry for entry in self.entries if person not in entry["secret_from"]),
            help=self.help if person == self.me else {"every": "off"},
            diary=self.diary if person == self.me else "",
        )

    def write(self, folder: Path) -> Path:
        """The config file and the hooks folder of this world."""
        hooks = folder / "hooks"
        hooks.mkdir(mode=0o755)
        source = HOOK.format(entries=json.dumps(self.entries), diary=self.diary)
        (hooks / "mine.py").write_text(source, encoding="utf-8")
        (hooks / "mine.py").chmod(0o644)
        people = [{"id": id, "name": id.title(), "birthday": f"--0{n + 1}-28"} for n, id in enumerate(self.people)]
        text = config_text(
            people=yaml(people),
            me=self.me,
            rhythm=yaml({"most_per_week": self.budget, "pauses": self.pauses}),
            practices=yaml({"professional-help": self.help}),
            anniversaries=yaml({"dates": self.dates, "horizon": "200 days"}),
            outputs=yaml(self.outputs),
        )
        return write_config(folder, text)


def yaml(value: Any) -> str:
    """A value as YAML, of which JSON is a part."""
    return json.dumps(value, ensure_ascii=False)


def some(people: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Some of these people, or none."""
    return st.lists(st.sampled_from(people), unique=True, max_size=len(people)).map(sorted)


TEXTS = st.sampled_from(["Dinner", "Zoë, Ben; and \\more", "- [ ] <!-- x -->", "Überraschung 🎂", "a\nb"])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A random world; every text in what may be secret holds the word TOKEN."""
    people = PEOPLE[: draw(st.sampled_from([1, 2, 2, 2, 3, 3]))]
    dates = [
        {
            "id": f"day-{number}",
            "name": f"TOKEN {draw(TEXTS)}",
            "date": draw(st.sampled_from(["2015-12-01", "--12-09", "2020-02-29", "2024-11-30", "2027-01-05"])),
            "kind": draw(st.sampled_from(["custom", "birthday", "memorial", "wedding"])),
            "people": draw(some(people)),
            "secret_from": draw(some(people)),
            "remind": draw(st.sampled_from([[], ["7 days"], ["1 day", "30 days"]])),
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    entries = [
        {
            "id": f"custom/mine/thing-{number}",
            "title": f"TOKEN {draw(TEXTS)}",
            "neutral_title": "TOKEN",
            "start": f"2026-{draw(st.sampled_from(['11-25', '11-28', '12-04']))}T{draw(st.integers(7, 21)):02}:30",
            "all_day": draw(st.booleans()),
            "description": draw(st.none() | TEXTS),
            "location": draw(st.none() | TEXTS),
            "people": draw(some(people)),
            "secret_from": draw(some(people)),
            "busy": draw(st.booleans()),
            "alarms": draw(st.sampled_from([[], ["-PT15M"]])),
        }
        for number in range(draw(st.integers(0, 4)))
    ]
    outputs = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["ics", "markdown"]))
        output = {"name": f"place-{number}", "kind": kind, "path": f"out/{number}.{kind[:3]}"}
        output |= {"titles": draw(st.sampled_from(["full", "full", "neutral", "busy"]))}
        if draw(st.integers(0, 5)):
            output["seen_by"] = draw(some(people))
        for key, values in (
            ("details", [True, False]),
            ("alarms", [True, False]),
            ("practices_as", ["todo"]),
            ("include", [["practices"], ["anniversaries", "custom"], ["dates", "practices", "custom"]]),
        ):
            if draw(st.integers(0, 2)) == 0:
                output[key] = draw(st.sampled_from(values))
        outputs.append(output)
    return World(
        people=people,
        me=draw(st.sampled_from(people)),
        budget=draw(st.sampled_from([0, 1, 2, 3, 3, 5])),
        dates=tuple(dates),
        entries=tuple(entries),
        help={
            "every": draw(st.sampled_from(["weekly", "3 per month", "daily", "off"])),
            "at": draw(st.sampled_from(["evening", "weekdays 12:00-18:00", "daily 23:00-23:30"])),
        },
        pauses=tuple(draw(st.sampled_from([[], [], [{"from": "2026-11-24", "to": "2026-12-02"}]]))),
        diary=draw(st.sampled_from(["", "daily", "2 per week"])),
        outputs=tuple(outputs),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, str, tuple[int, ...]]:
    """A world, the person who looks, and the days on which it is synced."""
    world = draw(worlds())
    others = [person for person in world.people if person != world.me]
    return (
        world,
        draw(st.sampled_from([*world.people, *others, *others])),
        draw(st.sampled_from([(0,), (0,), (0, 3), (0, 17)])),
    )


# What a person can see


@contextmanager
def folder_of(world: World) -> Iterator[Path]:
    """A folder with that world in it."""
    folder = Path(tempfile.mkdtemp(prefix="fondly-gate-"))
    try:
        world.write(folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def answers(prepared: Prepared, folder: Path, person: str, now: dt.datetime) -> dict[str, bytes]:
    """The JSON, the agenda and the calendar that this person gets on asking."""
    window = Span(now.date(), now.date() + 45 * DAY)
    _, plan = make_plan(prepared, past_in(folder / "state"), Horizons.all_in(window), now)
    entries, left_out = visible(plan.entries, [person]), visible(plan.left_out, [person])
    failures = failures_for(prepared.plugins.failures, person, prepared.relationship.me)
    assert failures == []
    document = {
        "entries": [entry.as_json() for entry in entries],
        "left_out": [[item.id, item.why, item.secret_from] for item in left_out],
        "failures": [failure.as_json() for failure in failures],
    }
    paper = io.StringIO()
    console = Console(file=paper, width=100, highlight=False)
    print_agenda(entries, left_out, prepared.relationship, person, now, why=True, console=console)
    calendar, count = export_text(plan.entries, prepared.relationship, person, now)
    text = json.dumps([document, count], ensure_ascii=False)
    return {"json": text.encode(), "agenda": paper.getvalue().encode(), "calendar": calendar.encode()}


def places(world: World, folder: Path, person: str) -> dict[str, bytes]:
    """The files of every output that this person sees."""
    files = {o["name"]: folder / o["path"] for o in world.outputs if person in o.get("seen_by", ())}
    return {name: path.read_bytes() if path.exists() else b"" for name, path in files.items()}


def all_that_is_seen(world: World, person: str, days: tuple[int, ...]) -> dict[str, bytes]:
    """All bytes that this person can see after syncs on those days."""
    with folder_of(world) as folder:
        seen: dict[str, bytes] = {}
        for day in days:
            now = NOW + day * DAY
            prepared = prepare(load_config(folder / "fondly.yaml"))
            run = sync(prepared, folder / "state", now)
            assert run.failures == ()
            assert [delivery.report.error for delivery in run.deliveries if delivery.report.error] == []
            for name, data in (answers(prepared, folder, person, now) | places(world, folder, person)).items():
                seen[f"{name} on day {day}"] = data
            check_places_for_nobody(world, folder)
        return seen


def check_places_for_nobody(world: World, folder: Path) -> None:
    """An output without readers shows nothing."""
    for output in world.outputs:
        if not output.get("seen_by"):
            path = folder / output["path"]
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            assert "BEGIN:V" not in text.replace("BEGIN:VCALENDAR", "").replace("BEGIN:VTIMEZONE", "")
            assert not any(line.startswith("- ") for line in text.splitlines())
            assert "TOKEN" not in text


@pytest.fixture(autouse=True)
def read_catalogues_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the built-in catalogues takes longer than all the rest of a run; here they are read once."""
    read_ideas = fondly_hooks.dates.read_ideas
    monkeypatch.setattr(fondly_hooks.practices, "read_practice", cache(fondly_hooks.practices.read_practice))
    monkeypatch.setattr(fondly_hooks.dates, "read_ideas", cache(lambda data, name: tuple(read_ideas(data, name))))


# The promise


def check(world: World, person: str, days: tuple[int, ...]) -> None:
    """With and without what is secret from that person, they see the same bytes."""
    told = all_that_is_seen(world, person, days)
    untold = all_that_is_seen(world.without_secrets_from(person), person, days)
    assert told.keys() == untold.keys()
    for name, data in told.items():
        assert data == untold[name], f"{person} can tell from the {name}"
    if all(person in thing["secret_from"] for thing in (*world.dates, *world.entries)) and person != world.me:
        assert not [name for name, data in told.items() if b"TOKEN" in data]


@pytest.mark.parametrize("part", range(4))
def test_secrets_leave_no_trace(part: int) -> None:
    """For random worlds, nobody can tell from any byte that something is kept from them."""

    @settings(max_examples=50)
    @given(case=cases())
    def holds(case: tuple[World, str, tuple[int, ...]]) -> None:
        check(*case)

    holds()


def printed(world: World, person: str) -> dict[str, bytes]:
    """What the commands themselves print for that person."""
    with folder_of(world) as folder:
        found = {}
        for name, arguments in {
            "json": ["--json", "plan", "--days", "40"],
            "agenda": ["plan", "--days", "40", "--why"],
            "export": ["export"],
        }.items():
            command = ["--config", str(folder / "fondly.yaml"), "--now", NOW.isoformat(), *arguments, "--for", person]
            done = CliRunner().invoke(cli, command, catch_exceptions=False)
            found[name] = done.stdout_bytes
            assert not done.stderr
        return found


@settings(max_examples=15)
@given(case=cases())
def test_the_commands_tell_nothing(case: tuple[World, str, tuple[int, ...]]) -> None:
    """What ``plan`` and ``export`` print for a person is the same with and without what is kept from them."""
    world, person, _ = case
    assert printed(world, person) == printed(world.without_secrets_from(person), person)


@settings(max_examples=20)
@given(world=worlds())
def test_private_practices_stay_with_me(world: World) -> None:
    """What is for ``me`` alone stands only in places that nobody else sees, and forgiveness comes nowhere unasked."""
    world = replace(world, help={"every": "daily"}, diary="daily", budget=5)
    with folder_of(world) as folder:
        prepared = prepare(load_config(folder / "fondly.yaml"))
        _, plan = make_plan(
            prepared, past_in(folder / "state"), Horizons.all_in(Span(NOW.date(), NOW.date() + 28 * DAY)), NOW
        )
        private = [e.id for e in plan.entries if e.practice in ("professional-help", "forgiveness", "diary")]
        assert any("professional-help" in id for id in private)
        assert not any("forgiveness" in id for id in private)
        sync(prepared, folder / "state", NOW)
        for output in world.outputs:
            if output["kind"] != "ics" or not output.get("seen_by"):
                continue
            text = (folder / output["path"]).read_text(encoding="utf-8")
            standing = [id for id in private if uid_for(RELATIONSHIP, output["name"], id, 0) in text]
            mine = output["seen_by"] == [world.me] and "practices" in output.get("include", ["practices"])
            assert standing == (private if mine else [])


def test_nothing_private_says_when_fondly_was_begun() -> None:
    """Private things that were delivered before anything shared was do not make what is shared deeper."""
    outputs = ({"name": "mine", "kind": "ics", "path": "out/mine.ics", "seen_by": ["ana"]},)
    outputs += ({"name": "ours", "kind": "ics", "path": "out/ours.ics", "seen_by": ["ana", "ben"]},)
    world = World(("ana", "ben"), "ana", 0, (), (), {"every": "daily"}, (), "daily", outputs)
    seen = []
    for kept in (world, world.without_secrets_from("ben")):
        with folder_of(kept) as folder:
            sync(prepare(load_config(folder / "fondly.yaml")), folder / "state", NOW)
            shutil.rmtree(folder / "hooks")
            replace(kept, budget=5).write(folder)
            sync(prepare(load_config(folder / "fondly.yaml")), folder / "state", NOW + 60 * DAY)
            seen.append((folder / "out/ours.ics").read_bytes())
    assert seen[0].count(b"BEGIN:VEVENT") > 5
    assert seen[0] == seen[1]


# The gate alone


def test_nobody_sees_nothing(tmp_path: Path) -> None:
    """Where it is not said who sees a place, nothing passes."""
    plan = Plan((), ())
    assert visible(plan.entries, ["ana"]) == []
    prepared = prepare(load_config(write_config(tmp_path, config_text())))
    _, plan = make_plan(prepared, past_in(state_folder(RELATIONSHIP)), Horizons.all_in(FOUR_WEEKS), NOW)
    assert plan.entries
    assert visible(plan.entries, []) == []
    assert visible(plan.left_out, []) == []


def test_each_reader_counts() -> None:
    """What is secret from one of the readers of a place is not shown there."""
    world = World(("ana", "ben", "cem"), "ana", 3, (), (), {"every": "weekly"}, (), "", ())
    with folder_of(world) as folder:
        prepared = prepare(load_config(folder / "fondly.yaml"))
        _, plan = make_plan(prepared, past_in(folder / "state"), Horizons.all_in(FOUR_WEEKS), NOW)
        mine = [entry.id for entry in visible(plan.entries, ["ana"]) if entry.practice == "professional-help"]
        assert mine
        for readers in (["ana", "ben"], ["cem", "ana"], ["ben"], ["ana", "ben", "cem"]):
            assert not {entry.id for entry in visible(plan.entries, readers)} & set(mine)
