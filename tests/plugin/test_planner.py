"""The planner's promises, for random lives, checked with arithmetic of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondly.planner import Gathered, History, Horizons, Plan, plan
from fondly.planner.slots import Need, Slots
from fondly_hooks.types.cadence import Cadence, Unit
from fondly_hooks.types.content import Practice
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import DateWish, Person, PracticeWish, Relationship, Rhythm, Visit
from fondly_hooks.types.times import DayRange, Span, TimeWindow, parse_time_window
from support import built_in_practices, gathered, relationship

DAY = dt.timedelta(days=1)
STEP = dt.timedelta(minutes=5)
EPOCH = dt.date(2001, 1, 1)
ZONES = "Europe/Berlin Europe/London America/New_York Australia/Sydney Asia/Kolkata Pacific/Auckland".split()
# A few days before each change of a clock in those zones.
CHANGES = [dt.date(2026, 3, 1), dt.date(2026, 3, 25), dt.date(2026, 9, 20), dt.date(2026, 10, 20), dt.date(2027, 3, 20)]
EASIER = TimeWindow(frozenset(range(7)), 7 * 60 + 30, 22 * 60)  # what serves where windows never meet
PRACTICES = {practice.slug: practice for practice in built_in_practices()}
PRIVATE = {"forgiveness", "professional-help"}

# Random lives


@dataclass(frozen=True)
class Life:
    """A relationship, who is taken when, and what is asked of the planner."""

    people: Relationship
    busy: dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]
    now: dt.datetime
    days: int

    @property
    def window(self) -> Span:
        """The days that are asked for."""
        return Span(self.now.date(), self.now.date() + self.days * DAY)

    def planned(self) -> Plan:
        """The plan, with nothing delivered before."""
        given: Gathered = gathered(self.people, busy=self.busy)
        return plan(self.people, given, History(), {}, Horizons.all_in(self.window), self.now)


UNITS: list[Unit] = ["day", "week", "month", "quarter", "year"]
COUNTS = {"day": 2, "week": 4, "month": 6, "quarter": 9, "year": 14}
CADENCES = st.one_of(
    st.sampled_from(UNITS).flatmap(
        lambda unit: st.integers(1, COUNTS[unit]).map(lambda count: Cadence("per", count, unit))
    ),
    st.sampled_from(UNITS[:3]).flatmap(
        lambda unit: st.integers(1, 15 if unit == "day" else 7).map(lambda count: Cadence("every", count, unit))
    ),
    st.sampled_from([Cadence("off"), Cadence("request")]),
)
HALF_HOURS = st.integers(0, 47).map(lambda step: 30 * step)


@st.composite
def windows(draw: st.DrawFn) -> tuple[TimeWindow, ...]:
    """One to three windows, some of them the named parts of the day."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            found.append(parse_time_window(draw(st.sampled_from(["morning", "midday", "afternoon", "evening"]))))
        else:
            start = draw(HALF_HOURS)
            end = draw(st.integers(start // 15 + 1, 96)) * 15
            found.append(TimeWindow(draw(st.frozensets(st.integers(0, 6), min_size=1)), start, end, "hers"))
    return tuple(found)


@st.composite
def stays(draw: st.DrawFn, first: dt.date) -> DayRange:
    """Some days around the window."""
    start = first + draw(st.integers(-10, 60)) * DAY
    return DayRange(start, start + draw(st.integers(0, 20)) * DAY)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A random life around a change of clocks."""
    first = draw(st.sampled_from(CHANGES)) + draw(st.integers(0, 12)) * DAY
    people = []
    for id in ["ana", "ben", "cem"][: draw(st.integers(1, 3))]:
        visits = [Visit(draw(stays(first)), draw(st.sampled_from(ZONES))) for _ in range(draw(st.integers(0, 1)))]
        people.append(Person(id, id.title(), draw(st.sampled_from(ZONES)), visits=tuple(visits)))
    me = draw(st.sampled_from(people))
    minutes = st.integers(1, 12).map(lambda step: 15 * step)
    wish = st.builds(
        PracticeWish,
        every=st.none() | CADENCES,
        at=st.none() | windows(),
        minutes=st.none() | minutes,
        together=st.none() | st.booleans(),
    )
    rhythm = Rhythm(
        most_per_week=draw(st.integers(0, 7)),
        most_per_day=draw(st.integers(0, 2)),
        quiet=(draw(HALF_HOURS), draw(HALF_HOURS)),
        depth=draw(st.integers(1, 3)),
        touch=draw(st.booleans()),
        pauses=tuple(draw(st.lists(stays(first), max_size=2))),
    )
    life = relationship(
        people=tuple(people),
        me=me.id,
        timezone=me.timezone,
        rhythm=rhythm,
        practices=draw(st.dictionaries(st.sampled_from(sorted(PRACTICES)), wish, max_size=5)),
        dates=DateWish(every=draw(CADENCES), at=draw(windows()), minutes=draw(minutes)),
    )
    hour = dt.datetime.combine(first, dt.time(draw(st.integers(0, 23))), ZoneInfo(me.zone_on(first)))
    busy = {}
    for person in people:
        spans = set()
        for _ in range(draw(st.integers(0, 6))):
            start = hour.astimezone(dt.UTC) + draw(st.integers(-48, 60 * 24)) * dt.timedelta(hours=1)
            spans.add((start, start + draw(st.integers(1, 72)) * dt.timedelta(hours=1)))
        busy[person.id] = tuple(sorted(spans))
    return Life(life, busy, hour, draw(st.integers(28, 120)))


# What a person sees on the wall


def clocks(person: Person, moment: dt.datetime) -> list[ZoneInfo]:
    """The zones by whose calendar this moment lies on a day that the person spends there.

    Usually one. On the day of a journey both of its ends may do, or neither: nobody can tell from whole days.
    """
    names = {person.timezone, *(visit.timezone for visit in person.visits)}
    return [
        ZoneInfo(name) for name in sorted(names) if person.zone_on(moment.astimezone(ZoneInfo(name)).date()) == name
    ]


def moments(entry: Entry) -> Iterator[dt.datetime]:
    """Every fifth minute of an entry, and its last."""
    assert isinstance(entry.start, dt.datetime)
    assert isinstance(entry.end, dt.datetime)
    moment, end = entry.start.astimezone(dt.UTC), entry.end.astimezone(dt.UTC)
    while moment < end:
        yield moment
        moment += STEP
    yield end - dt.timedelta(minutes=1)


def minute_of(moment: dt.datetime) -> int:
    """Minutes after midnight on that clock."""
    return moment.hour * 60 + moment.minute


def is_quiet(minute: int, quiet: tuple[int, int]) -> bool:
    """Whether that minute of a day is in the quiet hours."""
    begin, end = quiet
    return begin <= minute < end if begin <= end else minute >= begin or minute < end


def lies_inside(entry: Entry, zone: ZoneInfo, at: tuple[TimeWindow, ...]) -> bool:
    """Whether every minute of it is inside the windows on that clock."""
    walls = [moment.astimezone(zone) for moment in moments(entry)]
    return all(
        any(wall.weekday() in window.days and window.start <= minute_of(wall) < window.end for window in at)
        for wall in walls
    )


def could_begin(person: Person, moment: dt.datetime, minutes: int, at: tuple[TimeWindow, ...], rhythm: Rhythm) -> bool:
    """Whether so many minutes from then on are in one window and not quiet on that person's clock."""
    zones = clocks(person, moment)
    for zone in zones:
        start = moment.astimezone(zone)
        end = (moment + dt.timedelta(minutes=minutes)).astimezone(zone)
        first, last = minute_of(start), minute_of(end) + 1440 * (end.date() - start.date()).days
        inside = any(start.weekday() in w.days and w.start <= first and last <= w.end for w in at)
        if not inside or any(is_quiet(minute % 1440, rhythm.quiet) for minute in range(first, last, 5)):
            return False
    return bool(zones)


def windows_meet(entry: Entry, life: Life, at: tuple[TimeWindow, ...]) -> bool:
    """Whether in the week of this entry there is any moment that suits the windows of everybody."""
    assert isinstance(entry.start, dt.datetime)
    minutes = round((entry.end.timestamp() - entry.start.timestamp()) / 60)  # type: ignore[union-attr]
    monday = entry.first_day - entry.first_day.weekday() * DAY
    me = life.people.person(life.people.me)
    for step in range(7):
        day = monday + step * DAY
        midnight = dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(me.zone_on(day)))
        moment = midnight.astimezone(dt.UTC)
        while moment.astimezone(midnight.tzinfo).date() <= day:
            people = [life.people.person(id) for id in entry.people]
            if all(could_begin(person, moment, minutes, at, life.people.rhythm) for person in people):
                return True
            moment += STEP
    return False


def in_period(day: dt.date, period: str, every: Cadence) -> bool:
    """Whether the day lies in the period of that name, for that cadence."""
    if every.unit == "day":
        first = dt.date.fromisoformat(period)
        length = every.count if every.mode == "every" else 1
        return (first - EPOCH).days % length == 0 and first <= day < first + length * DAY
    if every.unit == "week":
        length = every.count if every.mode == "every" else 1
        year, week = re.fullmatch(r"(\d{4})-W(\d\d)", period).groups()  # type: ignore[union-attr]
        first = dt.date.fromisocalendar(int(year), int(week), 1)
        return (first - EPOCH).days // 7 % length == 0 and first <= day < first + 7 * length * DAY
    if every.unit == "month":
        length = every.count if every.mode == "every" else 1
        year, month = re.fullmatch(r"(\d{4})-(\d\d)", period).groups()  # type: ignore[union-attr]
        before = (int(year) - 2001) * 12 + int(month) - 1
        return before % length == 0 and before <= (day.year - 2001) * 12 + day.month - 1 < before + length
    if every.unit == "quarter":
        return period == f"{day.year}-Q{(day.month + 2) // 3}"
    return period == str(day.year)


def wanted(entry: Entry, life: Life) -> tuple[Cadence, tuple[TimeWindow, ...], int, bool]:
    """What the config and the catalogue say of this entry: cadence, windows, minutes, together."""
    if entry.kind == "date":
        dates = life.people.dates
        return dates.every, dates.at, dates.minutes, True
    practice: Practice = PRACTICES[str(entry.practice)]
    wish = life.people.practices.get(practice.slug, PracticeWish())
    together = practice.together if wish.together is None else wish.together
    return wish.every or practice.every, wish.at or practice.at, wish.minutes or practice.minutes, together


def timed(found: Plan) -> list[Entry]:
    """The practices and dates of a plan."""
    return [entry for entry in found.entries if entry.kind in ("practice", "date")]


# A few lives that chance would seldom draw.

EVENINGS = DateWish(Cadence("per", 1, "day"), (parse_time_window("daily 07:00-22:00"),), 60)


def far_apart(me: str, other: str, first: dt.date, **changes: object) -> Life:
    """Two people in two zones with much to do, from that day on."""
    people = (Person("ana", "Ana", me), Person("ben", "Ben", other))
    rhythm = Rhythm(most_per_week=7, quiet=(22 * 60, 7 * 60))
    now = dt.datetime.combine(first, dt.time(0, 30), ZoneInfo(me))
    life = relationship(people=people, timezone=me, rhythm=rhythm, dates=EVENINGS, **changes)
    return Life(life, {}, now, 60)


def lives_that_test_much() -> Iterator[Life]:
    """People on two sides of the date line while a clock changes, and while one of them travels."""
    yield far_apart("America/New_York", "Pacific/Auckland", dt.date(2026, 9, 10))
    yield far_apart("America/New_York", "Australia/Sydney", dt.date(2026, 3, 20))
    yield far_apart("Pacific/Auckland", "America/New_York", dt.date(2026, 10, 20))
    yield far_apart("Asia/Kolkata", "America/New_York", dt.date(2026, 3, 1))
    for home, other, place in (
        ("Pacific/Auckland", "Europe/Berlin", "America/New_York"),
        ("America/New_York", "Asia/Kolkata", "Pacific/Auckland"),
        ("Europe/Berlin", "Europe/Berlin", "Australia/Sydney"),
    ):
        stay = Visit(DayRange(dt.date(2026, 6, 9), dt.date(2026, 6, 17)), place)
        for who in range(2):
            life = far_apart(home, other, dt.date(2026, 6, 1))
            people = list(life.people.people)
            people[who] = Person(people[who].id, people[who].name, people[who].timezone, visits=(stay,))
            yield Life(
                relationship(people=tuple(people), rhythm=life.people.rhythm, dates=EVENINGS), {}, life.now, life.days
            )


# The promises


def check_times(life: Life, found: Plan) -> None:
    """Inside the windows, outside quiet hours, pauses and busy times, on the clock of everybody concerned."""
    for entry in timed(found):
        assert isinstance(entry.start, dt.datetime)
        assert isinstance(entry.end, dt.datetime)
        _, at, minutes, _ = wanted(entry, life)
        start, end = entry.start.astimezone(dt.UTC), entry.end.astimezone(dt.UTC)
        assert end - start == dt.timedelta(minutes=minutes)
        assert start > life.now
        assert not any(pause.first <= entry.first_day <= pause.last for pause in life.people.rhythm.pauses)
        outside = False
        travelling = any(len(clocks(person, start)) != 1 for person in life.people.people)
        for id in entry.people:
            person = life.people.person(id)
            assert not any(start < until and since < end for since, until in life.busy.get(id, ())), (id, "is busy")
            zones = clocks(person, start)
            if zones:
                awake = [
                    zone
                    for zone in zones
                    if not any(
                        is_quiet(minute_of(t.astimezone(zone)), life.people.rhythm.quiet) for t in moments(entry)
                    )
                ]
                assert awake, (entry.id, id, "has quiet hours then")
                outside |= not any(lies_inside(entry, zone, at) for zone in awake)
        if outside:
            offsets = {start.astimezone(zone).utcoffset() for p in life.people.people for zone in clocks(p, start)}
            assert len(entry.people) > 1, (entry.id, "is outside its windows")
            assert len(offsets) > 1 or travelling, (entry.id, "is outside its windows, and nobody is apart")
            for id in entry.people:
                zones = clocks(life.people.person(id), start)
                assert not zones or any(lies_inside(entry, zone, (EASIER,)) for zone in zones), (entry.id, id)
            assert not windows_meet(entry, life, at), (entry.id, "is outside its windows, and they meet")


def check_budgets(life: Life, found: Plan) -> None:
    """No day and no week holds more than it may, and nothing overlaps, what is secret included."""
    shared = [entry for entry in timed(found) if not entry.secret_from]
    days = Counter(entry.first_day for entry in shared)
    weeks = Counter(entry.first_day.isocalendar()[:2] for entry in shared)
    if len(life.people.people) > 1:  # who is alone has no secrets from anybody, but still things of their own
        assert max(days.values(), default=0) <= life.people.rhythm.most_per_day
        assert max(weeks.values(), default=0) <= life.people.rhythm.most_per_week
    else:
        own = [entry for entry in shared if entry.practice not in PRIVATE]
        assert max(Counter(entry.first_day for entry in own).values(), default=0) <= life.people.rhythm.most_per_day
    spans = sorted((entry.start, entry.end, entry.id) for entry in timed(found))  # type: ignore[type-var]
    for (_, end, before), (start, _, after) in pairwise(spans):
        assert end <= start, f"{before} and {after} overlap"


def check_identities(life: Life, found: Plan) -> None:
    """Every id is one of a kind, has the form of the contract and names the period that the entry lies in."""
    ids = [entry.id for entry in found.entries]
    assert len(ids) == len(set(ids))
    assert not set(ids) & {item.id for item in found.left_out}
    period = r"(\d{4}(?:-W\d\d|-Q\d|-\d\d(?:-\d\d)?)?)"
    for entry in timed(found):
        every, *_ = wanted(entry, life)
        form = rf"date/{period}(?:/(\d+))?" if entry.kind == "date" else rf"practice/{entry.practice}/{period}/(\d+)"
        match = re.fullmatch(form, entry.id)
        assert match, entry.id
        assert 1 <= int(match[2] or 1) <= (every.count if every.mode == "per" else 1)
        assert in_period(entry.first_day, match[1], every), (entry.id, entry.first_day)


def check_what_and_for_whom(life: Life, found: Plan) -> None:
    """Nothing that is off or on request only comes; what is private is secret from all others, and nothing else is."""
    everybody = sorted(person.id for person in life.people.people)
    others = [id for id in everybody if id != life.people.me]
    for entry in found.entries:
        assert life.window.start <= entry.first_day < life.window.end
        assert entry.practice != "forgiveness"
        if entry.kind not in ("practice", "date"):
            continue
        every, _, _, together = wanted(entry, life)
        assert every.is_planned
        assert sorted(entry.secret_from) == (others if entry.practice in PRIVATE else [])
        assert sorted(entry.people) == (everybody if together else [life.people.me])
    for item in found.left_out:
        assert item.why
        if item.id.startswith(tuple(f"practice/{slug}" for slug in PRIVATE)):
            assert sorted(item.secret_from) == others


def quarter_of_week(day: dt.date) -> int:
    """The quarter that the ISO week of that day counts to: the one of its Thursday."""
    return ((day - day.weekday() * DAY + 3 * DAY).month + 2) // 3


def check(life: Life, found: Plan | None = None) -> None:
    """All promises at once."""
    found = found or life.planned()
    check_times(life, found)
    check_budgets(life, found)
    check_identities(life, found)
    check_what_and_for_whom(life, found)


@settings(max_examples=200)
@given(life=lives())
def test_promises_hold_for_random_lives(life: Life) -> None:
    """Whoever the people are and however they live, the plan keeps every promise."""
    check(life)


@pytest.mark.parametrize("life", list(lives_that_test_much()))
def test_promises_hold_across_the_date_line(life: Life) -> None:
    """Clocks that change, and journeys, on the other side of the earth break no promise."""
    check(life)
    assert timed(life.planned())


def right_beginnings(people: Relationship, day: dt.date, window: TimeWindow, minutes: int) -> set[dt.datetime]:
    """The half hours of that day on the clock of ``me`` at which a thing lies inside the window of everybody."""
    me = people.person(people.me)
    zone = ZoneInfo(me.zone_on(day))
    found = set()
    for step in range(48):
        wall = dt.datetime(day.year, day.month, day.day, step // 2, step % 2 * 30, tzinfo=zone)
        moment = wall.astimezone(dt.UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            continue  # the clock skips it
        others = [person for person in people.people if person.id != me.id]
        spans = [(wall, (moment + dt.timedelta(minutes=minutes)).astimezone(zone))]
        for person in others:
            (there,) = clocks(person, moment)
            spans.append((moment.astimezone(there), (moment + dt.timedelta(minutes=minutes)).astimezone(there)))
        if all(
            window.start <= minute_of(start) and minute_of(end) <= window.end and start.date() == end.date()
            for start, end in spans
        ):
            found.add(moment)
    return found


@pytest.mark.parametrize("mine", ZONES)
@pytest.mark.parametrize("theirs", ZONES)
def test_no_change_of_clocks_spoils_a_beginning(mine: str, theirs: str) -> None:
    """In the weeks in which clocks change, a thing may begin just when it suits the clocks of both that day."""
    people = relationship(
        people=(Person("ana", "Ana", mine), Person("ben", "Ben", theirs)),
        timezone=mine,
        rhythm=Rhythm(quiet=(0, 0)),
    )
    window = parse_time_window("daily 07:30-22:00")
    slots, need = Slots(people), Need((window,), 60, ("ana", "ben"))
    for day in (first + step * DAY for first in (dt.date(2026, 3, 5), dt.date(2026, 9, 24)) for step in range(40)):
        found = {slots.span(day, minute, 60)[0].astimezone(dt.UTC) for minute in slots.starts(day, need)}
        assert found == right_beginnings(people, day, window, 60), day
