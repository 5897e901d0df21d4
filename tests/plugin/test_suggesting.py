"""Which suggestion comes when: fresh for years, and fit for the people, the hour, the season and the distance."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_stability import NOW, STORIES, Story, story, timed

from fondly.planner import LONG_AGO, History
from fondly.planner.suggesting import ENERGY, Moment, Suggester
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Practice, Suggestion
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import DateWish, Person, Place, PracticeWish, Relationship, Rhythm, Visit
from fondly_hooks.types.times import DayRange, parse_time_window
from support import built_in_practices, relationship

DAY = dt.timedelta(days=1)
CATALOGUE = {practice.slug: practice for practice in built_in_practices()}
BERLIN = Place("Berlin", 52.52, 13.4)
MELBOURNE = Place("Melbourne", -37.8, 144.96)
SINGAPORE = Place("Singapore", 1.35, 103.8)
NORTH = {12: "winter", 1: "winter", 2: "winter", 3: "spring", 4: "spring", 5: "spring"}
NORTH |= {6: "summer", 7: "summer", 8: "summer", 9: "autumn", 10: "autumn", 11: "autumn"}

# Years of it


def season_of(day: dt.date, place: Place | None) -> str | None:
    """The season at that place, looked up in a table of months."""
    if place is None or -23.4 < place.latitude < 23.4:
        return None
    return NORTH[day.month if place.latitude > 0 else (day.month + 5) % 12 + 1]


def fits(one: Suggestion, entry: Entry, people: Relationship, first: dt.date) -> bool:
    """Whether a suggestion suits an entry, by the rules of the contract."""
    practice, day = CATALOGUE[str(entry.practice)], entry.first_day
    wish = people.practices.get(practice.slug, PracticeWish())
    weeks = (day - first).days // 7
    counted = [person for person in people.people if len(people.taking_part) < 2 or person.id in people.taking_part]
    away = [person for person in counted if person.apart and not any(day in v.days for v in person.visits)]
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    clocks = {noon.astimezone(entry.start.tzinfo).replace(tzinfo=None)}  # type: ignore[union-attr]
    for person in counted:
        clocks.add(noon.astimezone(ZoneInfo(person.zone_on(day))).replace(tzinfo=None))
    apart, together = bool(away) or len(clocks) > 1, len(entry.people) > 1
    return (
        (one.together == together or (together and not practice.together))
        and one.minutes <= (entry.minutes or 0)
        and one.depth <= min(people.rhythm.depth, 1 if weeks < 2 else 2 if weeks < 8 else 3)
        and (people.rhythm.touch or not one.touch)
        and (not apart or (one.setting in ("apart", "anywhere") and not one.touch))
        and ENERGY[one.energy] <= ENERGY[wish.energy or "high"]
        and (not one.seasons or season_of(day, people.dates.place) in one.seasons)
    )


@dataclass
class Told:
    """What two years brought: how many suggestions, and how many of them came again within 90 days."""

    total: int = 0
    soon: int = 0
    last: dict[str, dt.date] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        """One more entry, in the order of their days."""
        key = str(entry.suggestion)
        self.total += 1
        self.soon += key in self.last and (entry.first_day - self.last[key]).days <= 90
        self.last[key] = entry.first_day


def two_years(life: Story, step: int = 7) -> Told:
    """Sync every ``step`` days for two years, and look at each new entry as it comes.

    Asserts that nothing is repeated while an eligible suggestion of its practice is unused.
    """
    told, known = Told(), set[str]()
    for number in range(0, 731, step):
        found = timed(life.deliver(NOW + number * DAY))
        life.journal.forget(NOW + number * DAY)
        for entry in sorted(found.values(), key=lambda entry: entry.start.timestamp()):  # type: ignore[union-attr]
            if entry.practice is None or entry.id in known:
                continue
            known.add(entry.id)
            if entry.suggestion in told.last:
                fitting = [
                    one for one in CATALOGUE[entry.practice].suggestions if fits(one, entry, life.people, NOW.date())
                ]
                unused = [one.slug for one in fitting if f"{entry.practice}/{one.slug}" not in told.last]
                assert unused == [], (entry.id, entry.suggestion)
            told.see(entry)
    return told


@pytest.mark.parametrize("name", ["default", "example", "apart"])
def test_two_years_stay_fresh(name: str) -> None:
    """For two years nothing is repeated while anything that fits as well is unused; by default never within 90 days.

    The example asks for more, and its people are apart: then fewer suggestions fit, and some come again sooner.
    """
    life = STORIES[name]()
    told = two_years(life)
    assert told.total > 200
    assert told.soon <= told.total * {"default": 0, "apart": 0.1, "example": 0.5}[name]


def random_life(number: int) -> Story:
    """One of many relationships: alone, two or three; near or far; gentle or busy; light or deep."""
    dice = random.Random(number)
    zones = dice.choice([["Europe/Berlin"] * 3, ["America/New_York"] * 3, ["Europe/Berlin", "Australia/Sydney", "UTC"]])
    people = tuple(
        Person(id, id.title(), zone, takes_part=id == "ana" or dice.random() < 0.9)
        for id, zone in zip(("ana", "ben", "cem")[: dice.choice([1, 2, 2, 2, 3])], zones, strict=False)
    )
    rhythm = Rhythm(
        most_per_week=dice.randint(2, 6),
        most_per_day=dice.randint(1, 2),
        depth=dice.randint(1, 3),
        touch=dice.random() < 0.5,
    )
    wishes = {
        slug: PracticeWish(
            every=dice.choice([None, None, Cadence("off"), Cadence("per", 1, "week"), Cadence("every", 2, "week")]),
            energy=dice.choice([None, None, "low", "medium"]),
            together=dice.choice([None, None, None, False]),
        )
        for slug in CATALOGUE
        if dice.random() < 0.4
    }
    dates = DateWish(
        at=(parse_time_window("sat 11:00-23:00"),), place=dice.choice([None, BERLIN, MELBOURNE, SINGAPORE])
    )
    life = relationship(people=people, timezone=zones[0], rhythm=rhythm, practices=wishes, dates=dates)
    return story(replace(life, id=str(uuid.UUID(int=dice.getrandbits(128)))))


def test_two_years_of_a_random_relationship() -> None:
    """The same for three of the random relationships; `make test-long` has fifty."""
    for number in (3, 7, 11):
        told = two_years(random_life(number), 28)
        assert told.total > 50


# One choice


def suggester(people: Relationship | None = None, first: dt.date | None = None, **history: Any) -> Suggester:
    """A suggester for people who have used fondly for a year, unless told otherwise."""
    return Suggester(people or deep(), History(**history), first or NOW.date() - 365 * DAY)


def deep(**changes: Any) -> Relationship:
    """People whom any depth and touch suits."""
    return relationship(rhythm=Rhythm(depth=3, touch=True), **changes)


def moment(practice: Practice, **changes: Any) -> Moment:
    """An evening of that practice, done as it is meant."""
    values: dict[str, Any] = {"day": NOW.date(), "period": "2026-W47", "minutes": practice.minutes}
    return Moment(**{**values, "together": practice.together, "apart": False, **changes})


def names(found: Any) -> set[str]:
    """The slugs of eligible suggestions."""
    return {one.slug for _, one in found}


@pytest.mark.parametrize("practice", CATALOGUE.values(), ids=lambda practice: practice.slug)
def test_the_least_recently_used_comes(practice: Practice) -> None:
    """When all were used, the one that rested longest comes; one of a day that is forgotten comes before all others."""
    every = sorted(names(suggester().eligible(practice, moment(practice))))
    used = {f"{practice.slug}/{slug}": NOW.date() - (n + 5) * DAY for n, slug in enumerate(every)}
    key, _ = suggester(suggestions=used).choose(practice, moment(practice)) or ("", None)
    assert key == f"{practice.slug}/{every[-1]}"
    used[f"{practice.slug}/{every[0]}"] = LONG_AGO
    key, _ = suggester(suggestions=used).choose(practice, moment(practice)) or ("", None)
    assert key == f"{practice.slug}/{every[0]}"


def test_what_is_loved_returns_sooner_but_not_before_what_is_new() -> None:
    """A day of rest counts threefold for what was loved; an unused suggestion still comes first."""
    practice = CATALOGUE["gratitude"]
    every = sorted(names(suggester().eligible(practice, moment(practice))))
    used = {f"gratitude/{slug}": NOW.date() - (n + 30) * DAY for n, slug in enumerate(every)}
    loved = f"gratitude/{every[0]}"
    assert (suggester(suggestions=used).choose(practice, moment(practice)) or [""])[0] != loved
    kept = suggester(suggestions=used, loved=frozenset({loved}))
    assert (kept.choose(practice, moment(practice)) or [""])[0] == loved
    fresh = {key: day for key, day in used.items() if key != f"gratitude/{every[3]}"}
    kept = suggester(suggestions=fresh, loved=frozenset({loved}))
    assert (kept.choose(practice, moment(practice)) or [""])[0] == f"gratitude/{every[3]}"


def test_never_and_not_now() -> None:
    """What is never wanted is not eligible; what was not now is not, up to its day."""
    practice = CATALOGUE["gratitude"]
    every = names(suggester().eligible(practice, moment(practice)))
    gone = min(every)
    never = suggester(never=frozenset({f"gratitude/{gone}"}))
    assert names(never.eligible(practice, moment(practice))) == every - {gone}
    later = suggester(not_before={f"gratitude/{gone}": NOW.date() + 10 * DAY})
    for days, there in ((0, False), (9, False), (10, True), (60, True)):
        here = names(later.eligible(practice, moment(practice, day=NOW.date() + days * DAY)))
        assert (gone in here) == there


@pytest.mark.parametrize(
    ("place", "month", "season"),
    [
        (BERLIN, 1, "winter"),
        (BERLIN, 7, "summer"),
        (MELBOURNE, 1, "summer"),
        (MELBOURNE, 7, "winter"),
        (MELBOURNE, 4, "autumn"),
        (SINGAPORE, 1, None),
        (None, 1, None),
    ],
)
def test_seasons_have_a_hemisphere(place: Place | None, month: int, season: str | None) -> None:
    """What is for a season comes in that season of where the people live; in the tropics, and nowhere, not at all."""
    people = deep(dates=DateWish(place=place))
    seen = set()
    for practice in CATALOGUE.values():
        for together in (False, True):
            here = moment(practice, day=dt.date(2027, month, 15), together=together)
            seen |= {name for _, one in suggester(people).eligible(practice, here) for name in one.seasons or ["any"]}
    assert seen - {"any"} >= ({season} if season else set())
    for practice in CATALOGUE.values():
        here = moment(practice, day=dt.date(2027, month, 15))
        assert all(not one.seasons or season in one.seasons for _, one in suggester(people).eligible(practice, here))


@pytest.mark.parametrize("energy", ["low", "medium", "high"])
def test_energy_is_the_most_that_is_asked(energy: Any) -> None:
    """A practice with an `energy` never asks for more, and every practice has something for the lowest."""
    for practice in CATALOGUE.values():
        people = deep(practices={practice.slug: PracticeWish(energy=energy)})
        found = suggester(people).eligible(practice, moment(practice))
        assert found
        assert max(ENERGY[one.energy] for _, one in found) <= ENERGY[energy]


def test_people_apart_get_what_works_at_a_distance_first() -> None:
    """Apart, nothing needs one place or touch, and of what is new, what is made for a distance comes first."""
    for practice in CATALOGUE.values():
        chooser, seen = suggester(), []
        here = moment(practice, apart=True)
        while (chosen := chooser.choose(practice, here)) and chosen[0] not in chooser.used:
            seen.append(chosen[1])
            chooser.use(chosen[0], here.day)
        assert seen
        assert {one.setting for one in seen} <= {"apart", "anywhere"}
        assert not any(one.touch for one in seen)
        far = [one.setting == "apart" for one in seen]
        assert far == sorted(far, reverse=True)


def test_visits_end_the_distance() -> None:
    """A couple apart, on one clock or on two, gets what works at a distance, but for the days of a visit."""
    stay = Visit(DayRange(dt.date(2026, 12, 7), dt.date(2027, 1, 17)), "Europe/Berlin")
    for ben in (
        Person("ben", "Ben", "Europe/Berlin", visits=(stay,), apart=True),
        Person("ben", "Ben", "America/New_York", visits=(stay,)),
    ):
        life = story(relationship(people=(Person("ana", "Ana", "Europe/Berlin"), ben), rhythm=Rhythm(most_per_week=7)))
        settings = {True: set[str](), False: set[str]()}
        for number in range(0, 70, 10):
            for entry in timed(life.deliver(NOW + number * DAY)).values():
                if entry.suggestion:
                    slug = entry.suggestion.partition("/")[2]
                    one = next(one for one in CATALOGUE[str(entry.practice)].suggestions if one.slug == slug)
                    settings[entry.first_day in stay.days].add(one.setting)
        assert settings[False] <= {"apart", "anywhere"}
        assert settings[True] & {"home", "out"}


@pytest.mark.parametrize(
    "people",
    [
        (Person("ana", "Ana", "Europe/Berlin"),),
        (Person("ana", "Ana", "Europe/Berlin"), Person("ben", "Ben", "Europe/Berlin", takes_part=False)),
    ],
    ids=["alone", "partner takes no part"],
)
def test_who_is_alone_in_it_gets_what_one_can_do_alone(people: tuple[Person, ...]) -> None:
    """Every practice that is on still comes, with what needs nobody else, and no date night is planned."""
    life = story(relationship(people=people))
    entries = [entry for entry in life.plan(NOW, 220).entries if entry.kind in ("practice", "date")]
    assert all(entry.people == ("ana",) and entry.kind == "practice" for entry in entries)
    on = {slug for slug, practice in CATALOGUE.items() if practice.every.is_planned}
    assert on - {str(entry.practice) for entry in entries} == set()
    for entry in entries:
        slug = str(entry.suggestion).partition("/")[2]
        one = next(one for one in CATALOGUE[str(entry.practice)].suggestions if one.slug == slug)
        assert not one.together


def test_three_people_of_whom_two_take_part() -> None:
    """What is together is for those who take part; who does not is asked for nothing."""
    for cem in (Person("cem", "Cem", "Europe/Berlin", takes_part=False), Person("cem", "C", "UTC", takes_part=False)):
        found = story(relationship(people=(*relationship().people, cem))).plan(NOW, 60)
        entries = [entry for entry in found.entries if entry.kind in ("practice", "date")]
        assert {entry.people for entry in entries} == {("ana",), ("ana", "ben")}
        plain = story().plan(NOW, 60)
        assert [(entry.id, entry.suggestion, entry.offers) for entry in entries] == [
            (entry.id, entry.suggestion, entry.offers) for entry in plain.entries if entry.kind in ("practice", "date")
        ]


@pytest.mark.parametrize("change", ["takes_part", "apart", "touch", "energy"])
def test_a_change_in_the_people_reaches_what_was_delivered(change: str) -> None:
    """Who takes part, distance, touch and energy change a delivered suggestion that no longer fits, never its time."""
    everything = Rhythm(most_per_week=7, touch=True)
    life = story(relationship(rhythm=everything))
    before = timed(life.deliver(NOW))
    ben = relationship().people[1]
    life.people = {
        "takes_part": relationship(rhythm=everything, people=(life.people.people[0], replace(ben, takes_part=False))),
        "apart": relationship(rhythm=everything, people=(life.people.people[0], replace(ben, apart=True))),
        "touch": relationship(rhythm=replace(everything, touch=False)),
        "energy": relationship(rhythm=everything, practices={s: PracticeWish(energy="low") for s in CATALOGUE}),
    }[change]
    after = timed(life.deliver(NOW + dt.timedelta(hours=1)))
    changed = 0
    for id, entry in after.items():
        if entry.practice is None or id not in before:
            continue
        slug = str(entry.suggestion).partition("/")[2]
        one = next(one for one in CATALOGUE[entry.practice].suggestions if one.slug == slug)
        assert fits(one, entry, life.people, NOW.date()), (id, slug)
        assert (entry.start, entry.end) == (before[id].start, before[id].end)
        changed += entry.suggestion != before[id].suggestion
    assert changed


def test_a_solo_practice_done_together_has_its_suggestions() -> None:
    """`with: together` for a practice that one does alone gives both of them the same small thing to do."""
    people = relationship(practices={"gratitude": PracticeWish(together=True)})
    entries = [entry for entry in story(people).plan(NOW, 60).entries if entry.practice == "gratitude"]
    assert entries
    assert all(entry.people == ("ana", "ben") and entry.suggestion for entry in entries)


def test_depth_grows_with_use() -> None:
    """Light for two weeks, middling for six more, then as deep as the people allow."""
    practice = CATALOGUE["vulnerability"]
    for days, depth in ((0, 1), (13, 1), (14, 2), (55, 2), (56, 3), (400, 3)):
        found = suggester(first=NOW.date() - days * DAY).eligible(practice, moment(practice))
        assert max(one.depth for _, one in found) == depth
    light = relationship(rhythm=Rhythm(depth=1))
    assert max(one.depth for _, one in suggester(light).eligible(practice, moment(practice))) == 1


def test_every_way_of_life_has_something() -> None:
    """In the first weeks, without touch, with little energy, together or alone, near or far: no practice is empty."""
    for practice in CATALOGUE.values():
        people = relationship(practices={practice.slug: PracticeWish(energy="low")})
        for apart in (False, True):
            for together in (False, True) if practice.together else (False,):
                here = moment(practice, together=together, apart=apart)
                found = suggester(people, NOW.date()).eligible(practice, here)
                assert found, (practice.slug, together, apart)
