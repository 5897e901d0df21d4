"""VTIMEZONE: short enough for Outlook, and right at every hour that matters."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import icalendar
import pytest

from fondly_calendar.contentlines import write
from fondly_calendar.render import zones_of
from fondly_calendar.timezones import vtimezone
from support import entry

ZONES = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "America/Nuuk",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Jerusalem",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
RULED = ["Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "Australia/Sydney"]


def read_back(lines: list[str]) -> dt.tzinfo:
    """The zone as another program understands the component."""
    component = icalendar.Timezone.from_ical(write(lines))
    zone = component.to_tz(lookup_tzid=False)
    assert isinstance(zone, dt.tzinfo)
    return zone


@pytest.mark.parametrize("name", ZONES)
def test_says_what_the_zone_says(name: str) -> None:
    """At every sixth hour of two years another program gets the same offset from UTC as the zone itself gives."""
    theirs, ours = ZoneInfo(name), read_back(vtimezone(name, 2026, 2027))
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    moments = [begin + dt.timedelta(hours=hours) for hours in range(0, 730 * 24, 6)]
    wrong = [
        moment for moment in moments if moment.astimezone(ours).utcoffset() != moment.astimezone(theirs).utcoffset()
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ZONES)
def test_changes_at_the_right_minute(name: str) -> None:
    """The clock is changed at the very minute, not just on the right day, so that no entry near it moves."""
    theirs, ours = ZoneInfo(name), read_back(vtimezone(name, 2026, 2027))
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    hours = [begin + dt.timedelta(hours=hour) for hour in range(730 * 24)]
    changes = [b for a, b in pairwise(hours) if a.astimezone(theirs).utcoffset() != b.astimezone(theirs).utcoffset()]
    near = [change + dt.timedelta(minutes=minutes) for change in changes for minutes in range(-61, 62)]
    # Local times, as entries have them; those that come twice or never mean what the zone itself takes them for.
    local = [moment.astimezone(theirs).replace(tzinfo=None) for moment in near]
    assert [m for m in local if _utc(m, ours) != _utc(m, theirs) and not _is_odd(m, theirs)] == []
    assert len(changes) == {"Asia/Kolkata": 0, "Pacific/Kiritimati": 0, "Pacific/Pago_Pago": 0}.get(name, 4)


def _utc(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    return moment.replace(tzinfo=zone).astimezone(dt.UTC)


def _is_odd(moment: dt.datetime, zone: dt.tzinfo) -> bool:
    return moment.replace(tzinfo=zone).utcoffset() != moment.replace(tzinfo=zone, fold=1).utcoffset()


@pytest.mark.parametrize("year", [2026, 2040])
@pytest.mark.parametrize("name", RULED)
def test_two_rules_say_it_all(name: str, year: int) -> None:
    """A zone with a plain summer time has one STANDARD and one DAYLIGHT, each with a rule: Outlook reads no more."""
    lines = vtimezone(name, year, year + 1)
    assert [line for line in lines if line.startswith("BEGIN:")] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        "BEGIN:DAYLIGHT",
    ]
    assert sum(line.startswith("RRULE:FREQ=YEARLY;BYMONTH=") for line in lines) == 2
    assert not any(line.startswith("RDATE") for line in lines)


@pytest.mark.parametrize("name", ZONES)
def test_a_rule_holds_beyond_the_years_it_was_asked_for(name: str) -> None:
    """A yearly rule is written only where it is right for ten years: an entry may be moved to one of them."""
    lines = vtimezone(name, 2026, 2026)
    years = 11 if any(line.startswith("RRULE") for line in lines) else 1
    theirs, ours = ZoneInfo(name), read_back(lines)
    moments = [dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day) for day in range(365 * years)]
    assert [at for at in moments if at.astimezone(ours).utcoffset() != at.astimezone(theirs).utcoffset()] == []


def test_berlin_to_the_byte() -> None:
    """What everybody who lives by Central European time gets."""
    assert vtimezone("Europe/Berlin", 2026, 2027) == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]


@pytest.mark.parametrize("name", ZONES)
def test_every_part_has_what_the_standard_wants(name: str) -> None:
    """Each observance has its start, both offsets and a name (RFC 5545 §3.6.5)."""
    component = icalendar.Timezone.from_ical(write(vtimezone(name, 2026, 2027)))
    assert component.subcomponents
    for part in component.subcomponents:
        assert {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"} <= set(part)
        assert part["DTSTART"].dt.tzinfo is None


def test_does_not_depend_on_what_was_asked_before() -> None:
    """The same zone and years give the same bytes in whatever order zones and years are asked for."""
    asked = [(name, year, year + more) for name in ZONES for year in (2024, 2026, 2031) for more in (0, 1, 3)]
    forwards = {key: vtimezone(*key) for key in asked}
    backwards = {key: vtimezone(*key) for key in reversed(asked)}
    assert forwards == backwards


def test_does_not_depend_on_the_order_of_entries() -> None:
    """The zones of a calendar come in order of their names, each once, however its entries are sorted."""
    entries = [
        entry(start=dt.datetime(year, 11, 24, 19, tzinfo=ZoneInfo(name)))
        for name in ("Europe/London", "Africa/Casablanca", "Europe/Berlin")
        for year in (2026, 2027)
    ]
    lines = zones_of(entries)
    assert lines == zones_of(reversed(entries))
    names = [line for line in lines if line.startswith("TZID:")]
    assert names == ["TZID:Africa/Casablanca", "TZID:Europe/Berlin", "TZID:Europe/London"]


def test_days_and_utc_need_no_zone() -> None:
    """All-day entries and times in UTC bring no VTIMEZONE along."""
    day = entry(start=dt.date(2026, 11, 24))
    utc = entry(start=dt.datetime(2026, 11, 24, 19, tzinfo=ZoneInfo("UTC")))
    assert zones_of([day, utc]) == []


def test_no_empty_zone_name() -> None:
    """A zone's observances have a name that is read, also where the zone knows numbers only."""
    for name in ZONES:
        assert "TZNAME:" not in vtimezone(name, 2026, 2027)
