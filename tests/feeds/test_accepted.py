"""Every feed is taken by the parsers that calendars use, each entry at its moment; here those in Python."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from feedserver import STATE, feed_server, request
from feedworlds import OCCASIONS, Made, made, moment
from fondly_calendar.icsfile import read_ics
from world import World


@pytest.fixture(params=OCCASIONS, ids=[name.replace("/", "-") for name in OCCASIONS])
def feed(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """A feed of each occasion."""
    zone, now, horizon = OCCASIONS[request.param]
    return made(tmp_path, zone, now, horizon=horizon)


def test_home_assistant_takes_it(feed: Made) -> None:
    """`ical` refuses a whole feed for one thing that it does not like."""
    calendar = IcsCalendarStream.calendar_from_ics(feed.path.read_text(encoding="utf-8"))
    found = {(event.summary, moment(event.dtstart)) for event in calendar.events}
    assert found == feed.starts
    assert len(calendar.events) == len(feed.entries)
    ringing = [event for event in calendar.events if event.alarm]
    assert len(ringing) == sum(bool(entry.alarms) for entry in feed.entries)
    assert all(alarm.description for event in ringing for alarm in event.alarm)


def test_recurring_ical_events_takes_it(feed: Made) -> None:
    """Day by day each entry is where it belongs, and nowhere else."""
    calendar = Calendar.from_ical(feed.path.read_bytes())
    events = recurring_ical_events.of(calendar).between(dt.date(2026, 1, 1), dt.date(2034, 1, 1))
    assert {(str(event["SUMMARY"]), moment(event["DTSTART"].dt)) for event in events} == feed.starts
    assert len(events) == len(feed.entries)
    for entry in feed.entries[:20]:
        on_its_day = recurring_ical_events.of(calendar).at(entry.first_day)
        assert entry.title in {str(event["SUMMARY"]) for event in on_its_day}


def test_to_dos_are_taken_too(tmp_path: Path) -> None:
    """Practices as to-dos, with when they are due."""
    feed = made(tmp_path, "Europe/Berlin", "2026-11-22T09:00", form="todo")
    calendar = IcsCalendarStream.calendar_from_ics(feed.path.read_text(encoding="utf-8"))
    tasks = [entry for entry in feed.entries if entry.component == "VTODO"]
    assert len(tasks) > 10
    assert {(todo.summary, moment(todo.due)) for todo in calendar.todos} == {(e.title, moment(e.end)) for e in tasks}


def test_the_occasions_are_worth_it(tmp_path: Path) -> None:
    """There is something on the nights on which the clock changes, and in the third year."""
    zone, now, horizon = OCCASIONS["Berlin in autumn"]
    (tmp_path / "autumn").mkdir()
    autumn = made(tmp_path / "autumn", zone, now, horizon=horizon)
    days = {entry.first_day for entry in autumn.entries}
    assert dt.date(2027, 10, 30) in days or dt.date(2027, 10, 31) in days
    assert len({entry.start.utcoffset() for entry in autumn.entries if isinstance(entry.start, dt.datetime)}) == 2
    zone, now, horizon = OCCASIONS["three years"]
    (tmp_path / "years").mkdir()
    years = made(tmp_path / "years", zone, now, horizon=horizon)
    assert max(entry.first_day for entry in years.entries) > dt.date(2029, 10, 1)
    assert len(years.entries) > 500


def test_the_head_of_a_feed(tmp_path: Path) -> None:
    """Name, how often to ask, where it is, its colour: to the letter of RFC 7986, and served as it was written."""
    outputs = ["{name: phone, kind: feed, seen_by: [ben]}"]
    world = World(tmp_path, outputs, extra='serve: {address: "https://fondly.example.org"}', state=STATE)
    with feed_server(world) as server:
        token = server.links().token
        body = request(server.links().feed).body
    assert body.isascii() or body.decode("utf-8")
    assert not body.startswith(b"\xef\xbb\xbf")
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    head = read_ics(body.decode())
    page = f"https://fondly.example.org/feeds/{token}/"
    assert head.head_value("NAME") == head.head_value("X-WR-CALNAME") == "Ana & Ben"
    assert head.head_value("REFRESH-INTERVAL;VALUE=DURATION") == head.head_value("X-PUBLISHED-TTL") == "PT6H"
    assert head.head_value("SOURCE;VALUE=URI") == f"{page}phone.ics"
    assert head.head_value("URL") == page
    assert head.head_value("COLOR") == "indianred"
