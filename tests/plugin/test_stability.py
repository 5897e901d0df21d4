"""What was delivered stands: plans of many days agree, and what is added moves nothing."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondly.config import load_config
from fondly.gather import gather
from fondly.journal import Journal
from fondly.planner import Gathered, Horizons, Plan, plan
from fondly.plugins import load_plugins
from fondly.preparing import delivery_horizons
from fondly_hooks.markers import hookimpl
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Anniversary, DateIdea, Practice, Suggestion
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Person, PracticeWish, Relationship
from fondly_hooks.types.times import DayRange, Span, parse_time_window
from support import BERLIN, config_text, gathered, relationship, write_config

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=BERLIN)
IDEA = DateIdea(slug="kites", title="Fly a kite", text="Where the wind is.", minutes=60, cost=0, setting="out")
BINS = Entry(
    id="custom/bins/1",
    kind="custom",
    title="Bins",
    neutral_title="Bins",
    start=NOW + 2 * DAY,
    end=NOW + 2 * DAY + HOUR,
)
DOG = Anniversary(id="dog", name="The dog moved in", origin=PartialDate(12, 3, 2019), kind="custom")


@dataclass
class Story:
    """One relationship from day to day. What a plan has within its horizons counts as delivered, as after a sync."""

    people: Relationship
    given: Gathered
    journal: Journal = field(default_factory=lambda: Journal(None))

    def plan(self, now: dt.datetime, days: int | None = None, **changes: Any) -> Plan:
        """The plan for what a sync delivers, or for so many days; with other things gathered where told."""
        horizons = delivery_horizons(self.people, now)
        if days is not None:
            horizons = Horizons.all_in(Span(now.date(), now.date() + days * DAY))
        commitments = self.journal.commitments()
        given = replace(self.given, **changes)
        return plan(self.people, given, self.journal.memory.history(commitments), commitments, horizons, now)

    def deliver(self, now: dt.datetime) -> Plan:
        """A sync: what is planned is committed, what is planned no longer is released."""
        found = self.plan(now)
        before = self.journal.commitments()
        self.journal.commit((entry for entry in timed(found).values() if before.get(entry.id) != entry), now)
        gone = [id for id, entry in before.items() if id not in timed(found) and not entry.ended_by(now)]
        self.journal.release(gone)
        return found


def timed(found: Plan) -> dict[str, Entry]:
    """The practices and dates of a plan, by id."""
    return {entry.id: entry for entry in found.entries if entry.kind in ("practice", "date")}


def times(found: Plan) -> dict[str, Any]:
    """When each practice and date of a plan is."""
    return {id: (entry.start, entry.end) for id, entry in timed(found).items()}


def busy_ana(*spans: tuple[dt.datetime, dt.datetime]) -> dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]:
    """Times that are taken for Ana."""
    return {"ana": tuple(sorted((start.astimezone(dt.UTC), end.astimezone(dt.UTC)) for start, end in spans))}


def story(people: Relationship | None = None, **changes: Any) -> Story:
    """A story that has not begun."""
    people = people or relationship()
    return Story(people, gathered(people, **changes))


def example() -> Relationship:
    """The people of the example that uses every part."""
    return load_config(EXAMPLES / "fondly.yaml").relationship


def apart() -> Relationship:
    """Two people whose evenings never meet."""
    return relationship(people=(Person("ana", "Ana", "Europe/Berlin"), Person("ben", "Ben", "Pacific/Auckland")))


def work() -> dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]:
    """Half a year in which every second evening of Ana's is taken."""
    evenings = [dt.datetime(2026, 10, 1, 17, tzinfo=BERLIN) + 2 * n * DAY for n in range(100)]
    return busy_ana(*((start, start + 6 * HOUR) for start in evenings))


STORIES: dict[str, Callable[[], Story]] = {
    "default": story,
    "example": lambda: story(example()),
    "apart": lambda: story(apart()),
    "busy": lambda: story(busy=work()),
    "full": lambda: story(relationship(rhythm=replace(relationship().rhythm, most_per_week=7)), busy=work()),
}


# Day after day


def agree(yesterday: Plan, today: Plan, now: dt.datetime) -> None:
    """All that both plans have is the same in both, and nothing that is still to come went missing."""
    before, after = timed(yesterday), timed(today)
    assert {id: entry for id, entry in before.items() if id in after} == {
        id: entry for id, entry in after.items() if id in before
    }
    lost = [entry for id, entry in before.items() if id not in after and entry.first_day >= now.date()]
    assert lost == []


@pytest.mark.parametrize("name", STORIES)
def test_sixty_days_running_agree(name: str) -> None:
    """Plans made on each of sixty days agree on every entry that they share."""
    life = STORIES[name]()
    yesterday = life.deliver(NOW)
    assert len(timed(yesterday)) > 10
    for number in range(1, 60):
        now = NOW + number * DAY + (number * 5 % 13) * HOUR
        today = life.deliver(now)
        agree(yesterday, today, now)
        yesterday = today


@pytest.mark.parametrize("name", STORIES)
def test_a_look_far_ahead_stays_true(name: str) -> None:
    """What a look at the next hundred days shows is what comes, while nothing changes."""
    life = STORIES[name]()
    life.deliver(NOW)
    foreseen = timed(life.plan(NOW, 100))
    for number in range(1, 70, 3):
        now = NOW + number * DAY
        seen = timed(life.deliver(now))
        assert all(entry == foreseen[id] for id, entry in seen.items() if id in foreseen)
        assert seen.keys() - foreseen.keys() == set() or number > 40


@pytest.mark.parametrize("name", STORIES)
def test_the_day_of_the_first_run_decides_no_time(name: str) -> None:
    """Who begins three weeks later gets the same practices at the same times."""
    early, late = STORIES[name](), STORIES[name]()
    later = NOW + 21 * DAY
    first, second = times(early.plan(NOW, 60)), times(late.plan(later, 60))
    shared = first.keys() & second.keys()
    assert len(shared) > 5
    assert {id: first[id] for id in shared} == {id: second[id] for id in shared}


@settings(max_examples=12)
@given(
    evenings=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 23), st.integers(1, 30)), max_size=25),
    budget=st.integers(1, 7),
    steps=st.lists(st.integers(1, 9), min_size=6, max_size=9),
)
def test_days_agree_for_random_lives(evenings: list[tuple[int, int, int]], budget: int, steps: list[int]) -> None:
    """Whatever is busy, and however seldom it runs, two plans in a row agree."""
    spans = [(NOW + day * DAY + hour * HOUR, NOW + day * DAY + (hour + hours) * HOUR) for day, hour, hours in evenings]
    people = relationship(rhythm=replace(relationship().rhythm, most_per_week=budget))
    life = story(people, busy=busy_ana(*spans))
    now = NOW
    yesterday = life.deliver(now)
    for step in steps:
        now += step * DAY
        today = life.deliver(now)
        agree(yesterday, today, now)
        yesterday = today


# What is added


def more_suggestions(practices: tuple[Practice, ...]) -> tuple[Practice, ...]:
    """A new version of the catalogue: each practice has new suggestions, one of them first, and reworded old ones."""
    new = tuple(
        Suggestion(slug=f"new-{n}", title="New", text="New.", minutes=5, together=n % 2 == 0, setting="anywhere")
        for n in range(4)
    )
    return tuple(
        replace(
            practice,
            about="Reworded.",
            suggestions=(*new[:2], *(replace(s, title=f"{s.title}!") for s in practice.suggestions), *new[2:]),
        )
        for practice in practices
    )


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("what", ["anniversary", "idea", "suggestion", "entry", "busy elsewhere"])
def test_what_is_added_moves_nothing(name: str, what: str) -> None:
    """A new anniversary, idea or suggestion changes no time, and nothing at all that was delivered."""
    life = STORIES[name]()
    life.deliver(NOW)
    for now in (NOW, NOW + 3 * DAY):
        added: dict[str, dict[str, Any]] = {
            "anniversary": {"anniversaries": (DOG, *life.given.anniversaries)},
            "idea": {"ideas": (IDEA, *life.given.ideas)},
            "suggestion": {"practices": more_suggestions(life.given.practices)},
            "entry": {"entries": (*life.given.entries, BINS)},
            "busy elsewhere": {"busy": busy_elsewhere(life, now)},
        }
        before, after = life.plan(now, 120), life.plan(now, 120, **added[what])
        assert times(after) == times(before)
        delivered = life.journal.commitments()
        assert {id: entry for id, entry in timed(after).items() if id in delivered} == {
            id: entry for id, entry in timed(before).items() if id in delivered
        }
        if what in ("anniversary", "entry"):
            assert timed(after) == timed(before)
        if what == "anniversary":
            assert any(entry.anniversary == "dog" for entry in after.entries)


def busy_elsewhere(life: Story, now: dt.datetime) -> dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]:
    """What is busy, and for Ana an hour on every third day of the coming months in which nothing of hers lies."""
    spans = [(entry.start, entry.end) for entry in timed(life.plan(now, 200)).values()]
    hours = [now.replace(minute=0) + (3 * 24 * number + number % 14) * HOUR for number in range(1, 45)]
    free = [hour for hour in hours if not any(s < hour + HOUR and hour < e for s, e in spans)]  # type: ignore[operator]
    assert len(free) > 30
    return {**life.given.busy, **busy_ana(*life.given.busy.get("ana", ()), *((hour, hour + HOUR) for hour in free))}


@pytest.mark.parametrize("name", STORIES)
def test_a_new_practice_takes_its_share_and_moves_nothing_that_was_delivered(name: str) -> None:
    """A pack with a practice of its own leaves what was delivered as it is; its own turns come around it."""
    life = STORIES[name]()
    before = timed(life.deliver(NOW))
    tea = replace(life.given.practices[0], slug="tea", name="Tea", every=Cadence("per", 1, "week"))
    life.given = replace(life.given, practices=(*life.given.practices, tea))
    came = 0
    for number in range(1, 60, 6):
        now = NOW + number * DAY
        after = timed(life.deliver(now))
        assert {id: after.get(id) for id in before if before[id].first_day >= now.date()} == {
            id: entry for id, entry in before.items() if entry.first_day >= now.date()
        }
        came += sum(entry.practice == "tea" for entry in after.values())
    assert came > 0


def test_a_removed_suggestion_stays_where_it_was_delivered() -> None:
    """A suggestion that the catalogue no longer has stays in the entries that name it."""
    life = story()
    before = timed(life.deliver(NOW))
    fewer = tuple(replace(p, suggestions=p.suggestions[-1:]) for p in life.given.practices)
    after = timed(life.plan(NOW + DAY, practices=fewer))
    assert {id: entry for id, entry in after.items() if id in before} == {
        id: entry for id, entry in before.items() if id in after
    }


def test_the_order_of_people_changes_nothing(tmp_path: Path) -> None:
    """The same people written in another order get the same plan."""
    ana, ben, cem = "{id: ana, name: Ana, birthday: 1992-02-29}", "{id: ben, name: B}", "{id: cem, name: C}"
    plans = []
    for people in ([ana, ben, cem], [cem, ana, ben], [ben, cem, ana]):
        config = load_config(write_config(tmp_path, config_text(people=f"[{', '.join(people)}]")))
        plans.append(story(config.relationship).plan(NOW, 90))
    assert plans[0] == plans[1] == plans[2]


class Ideas:
    """A plugin with a date idea, a practice and an anniversary of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    @hookimpl
    def fondly_date_ideas(self, relationship: Relationship, window: Span) -> list[DateIdea]:
        """One idea."""
        return [replace(IDEA, slug=f"kites-{self.name}")]

    @hookimpl
    def fondly_anniversaries(self, relationship: Relationship) -> list[Anniversary]:
        """One day."""
        return [replace(DOG, id=f"dog-{self.name}", name=f"Dog {self.name}")]

    @hookimpl
    def fondly_practices(self, relationship: Relationship) -> list[Practice]:
        """One practice, made from the first built-in one."""
        return [replace(gathered().practices[0], slug=f"tea-{self.name}", name=f"Tea {self.name}")]

    @hookimpl
    def fondly_entries(self, relationship: Relationship, window: Span) -> list[Entry]:
        """One entry."""
        day = dt.date(2026, 12, 1)
        id = f"custom/{self.name}/bins"
        return [Entry(id=id, kind="custom", title="Bins", neutral_title="Bins", start=day, end=day + DAY)]


def test_the_order_of_plugins_changes_nothing(tmp_path: Path) -> None:
    """The same plugins loaded in another order give the same plan."""
    config = load_config(write_config(tmp_path, config_text()))
    plans = []
    for names in (["a", "b", "c"], ["c", "a", "b"]):
        plugins = load_plugins(config.hooks, [(name, Ideas(name), "a test") for name in names])
        span = Span(NOW.date() - 60 * DAY, NOW.date() + 200 * DAY)
        given = gather(plugins, config.relationship, span, lambda busy: False)
        assert plugins.failures == []
        plans.append(Story(config.relationship, given).plan(NOW, 90))
    assert plans[0] == plans[1]
    assert any(entry.practice == "tea-b" for entry in plans[0].entries)


# What may change


def ahead(found: Plan, now: dt.datetime, least: dt.timedelta, most: dt.timedelta) -> list[Entry]:
    """The practices and dates that begin within that distance from now."""
    entries = [entry for entry in timed(found).values() if isinstance(entry.start, dt.datetime)]
    return [entry for entry in entries if least < entry.start.astimezone(dt.UTC) - now <= most]


@pytest.mark.parametrize("name", STORIES)
def test_a_clash_moves_that_one_alone(name: str) -> None:
    """A new clash more than a day ahead moves what it meets, within its period, and nothing else."""
    life = STORIES[name]()
    before = life.deliver(NOW)
    now = NOW + HOUR
    moved = 0
    for entry in ahead(before, now, 24 * HOUR, 28 * DAY)[:8]:
        clash = (entry.start.astimezone(dt.UTC), entry.end.astimezone(dt.UTC))  # type: ignore[union-attr]
        busy = {**life.given.busy, "ana": tuple(sorted({*life.given.busy.get("ana", ()), clash}))}
        after = life.plan(now, busy=busy)
        rest = {id: other for id, other in timed(before).items() if id != entry.id}
        assert {id: other for id, other in timed(after).items() if id in rest} == rest
        new = timed(after).get(entry.id)
        if new is None:  # it moved beyond what is delivered now, or there is no time for it at all
            later = life.plan(now, 120, busy=busy)
            assert entry.id in timed(later) or [item.why for item in after.left_out if item.id == entry.id]
            continue
        moved += 1
        assert (new.start, new.suggestion, new.offers) != (entry.start, entry.suggestion, entry.offers)
        assert replace(new, start=entry.start, end=entry.end) == entry
        assert new.start >= clash[1] or new.end <= clash[0]
        assert new.start > now + 24 * HOUR
    assert moved


@pytest.mark.parametrize("name", STORIES)
def test_a_moved_one_stays_moved(name: str) -> None:
    """Once a clash has moved something, the plans of the next days agree again, also when the clash is gone."""
    life = STORIES[name]()
    first = ahead(life.deliver(NOW), NOW, 30 * HOUR, 20 * DAY)[0]
    clash = (first.start.astimezone(dt.UTC), first.end.astimezone(dt.UTC))  # type: ignore[union-attr]
    plain = life.given
    life.given = replace(plain, busy={**plain.busy, "ana": tuple(sorted({*plain.busy.get("ana", ()), clash}))})
    yesterday = life.deliver(NOW + HOUR)
    for number in range(1, 20):
        if number == 2:
            life.given = plain
        today = life.deliver(NOW + number * DAY)
        agree(yesterday, today, NOW + number * DAY)
        yesterday = today


def test_what_is_private_makes_way() -> None:
    """A shared thing that a clash moves goes where it would go if the private one were not; no two overlap."""
    noon, later = parse_time_window("daily 12:00-12:30"), parse_time_window("daily 12:00-13:00")
    daily = Cadence("per", 1, "day")
    wishes = {"gratitude": PracticeWish(every=daily, at=(later,), minutes=30)}
    rhythm = replace(relationship().rhythm, most_per_week=7)
    without = story(relationship(rhythm=rhythm, practices=wishes))
    wishes = {**wishes, "professional-help": PracticeWish(every=daily, at=(noon, later), minutes=30)}
    life = story(relationship(rhythm=rhythm, practices=wishes))
    assert shared(life.deliver(NOW)) == shared(without.deliver(NOW))
    now = NOW + HOUR
    spans = [
        (entry.start, entry.end)
        for entry in timed(life.plan(now)).values()
        if entry.practice == "gratitude" and entry.start > now + DAY and entry.start.minute == 30  # type: ignore
    ]
    assert spans
    life.given = without.given = replace(life.given, busy={"ana": tuple(spans)})  # type: ignore[arg-type]
    found = life.deliver(now)
    assert shared(found) == shared(without.deliver(now))
    found_spans = sorted((entry.start, entry.end) for entry in timed(found).values())  # type: ignore[type-var]
    assert all(end <= start for (_, end), (start, _) in pairwise(found_spans))


def shared(found: Plan) -> dict[str, Entry]:
    """The practices and dates of a plan that are secret from nobody."""
    return {id: entry for id, entry in timed(found).items() if not entry.secret_from}


def test_a_clash_at_short_notice_moves_nothing() -> None:
    """What begins within the next twenty-four hours stays, whatever comes across."""
    life = story(relationship(rhythm=replace(relationship().rhythm, most_per_week=7)))
    life.deliver(NOW)
    near = 0
    for number in range(20):
        now = NOW + number * DAY
        before = life.deliver(now)
        for entry in ahead(before, now, dt.timedelta(0), 24 * HOUR):
            near += 1
            after = life.plan(now, busy=busy_ana((entry.start - HOUR, entry.end + HOUR)))  # type: ignore[operator]
            assert timed(after)[entry.id] == entry
    assert near > 5


@pytest.mark.parametrize("name", STORIES)
def test_a_pause_removes_what_lies_in_it(name: str) -> None:
    """A new pause leaves nothing in its days, and leaves what was delivered outside of it as it was."""
    life = STORIES[name]()
    before = timed(life.deliver(NOW))
    pause = DayRange(dt.date(2026, 11, 27), dt.date(2026, 12, 6))
    life.people = replace(life.people, rhythm=replace(life.people.rhythm, pauses=(*life.people.rhythm.pauses, pause)))
    found = life.deliver(NOW + HOUR)
    after = timed(found)
    assert any(entry.first_day in pause for entry in before.values())
    assert [entry.id for entry in found.entries if entry.first_day in pause] == []
    outside = {id: entry for id, entry in before.items() if entry.first_day not in pause}
    assert {id: entry for id, entry in after.items() if id in outside} == outside
    assert all(item.why for item in found.left_out)


def test_a_pause_of_everything_leaves_nothing() -> None:
    """One pause stops everything: practices, dates, anniversaries and what plugins give."""
    pause = DayRange(NOW.date(), NOW.date() + 3 * 366 * DAY)
    people = relationship(rhythm=replace(relationship().rhythm, pauses=(pause,)))
    bins = Entry(
        id="custom/bins/1",
        kind="custom",
        title="Bins",
        neutral_title="Bins",
        start=NOW + 3 * DAY,
        end=NOW + 3 * DAY + HOUR,
        secret_from=("ben",),
    )
    found = story(people, anniversaries=(DOG,), entries=(bins,)).plan(NOW)
    assert found.entries == ()
    assert [item.secret_from for item in found.left_out if item.id == "custom/bins/1"] == [("ben",)]


def test_no_backlog_after_a_pause() -> None:
    """When a pause is over, what rested in it does not come on top: the budgets hold as ever."""
    pause = DayRange(dt.date(2026, 11, 23), dt.date(2026, 12, 13))
    people = relationship(rhythm=replace(relationship().rhythm, pauses=(pause,)))
    life = story(people)
    for number in range(0, 60, 2):
        found = life.deliver(NOW + number * DAY)
        weeks = [entry.first_day.isocalendar()[:2] for entry in timed(found).values() if not entry.secret_from]
        assert max(weeks.count(week) for week in weeks) <= 3
        assert not any(entry.first_day in pause for entry in timed(found).values())


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("slug", ["gratitude", "communication", "boundaries", "professional-help", "date"])
def test_a_practice_switched_off_removes_only_its_own(name: str, slug: str) -> None:
    """What is switched off goes; all else that was delivered stays as it was."""
    life = STORIES[name]()
    before = timed(life.deliver(NOW))
    off = Cadence("off")
    if slug == "date":
        life.people = replace(life.people, dates=replace(life.people.dates, every=off))
    else:
        wish = life.people.practices.get(slug, PracticeWish())
        life.people = replace(life.people, practices={**life.people.practices, slug: replace(wish, every=off)})
    after = timed(life.plan(NOW + HOUR))
    gone = "date/" if slug == "date" else f"practice/{slug}/"
    assert not any(id.startswith(gone) for id in after)
    others = {id: entry for id, entry in before.items() if not id.startswith(gone)}
    assert {id: entry for id, entry in after.items() if id in others} == others


def test_what_is_past_stays_as_it_was_delivered() -> None:
    """A delivered entry that is over is planned as it was, whatever the config says now."""
    life = story()
    before = timed(life.deliver(NOW))
    now = NOW + 7 * DAY
    life.people = replace(life.people, practices={"gratitude": PracticeWish(every=Cadence("off"))})
    after = timed(life.plan(now, busy=busy_ana((NOW, NOW + 60 * DAY))))
    past = {id: entry for id, entry in before.items() if entry.start <= now}  # type: ignore[operator]
    assert past
    assert {id: entry for id, entry in after.items() if id in past} == past


def test_what_was_never_delivered_is_no_backlog() -> None:
    """What lies in the past and was never delivered does not come."""
    found = story().plan(NOW + 40 * DAY)
    assert all(entry.end > NOW + 40 * DAY for entry in timed(found).values())  # type: ignore[operator]


# The same inputs


@pytest.mark.parametrize("name", STORIES)
def test_same_inputs_same_plan(name: str) -> None:
    """The same arguments give an equal plan, also from things that were made anew."""
    assert STORIES[name]().plan(NOW, 90) == STORIES[name]().plan(NOW, 90)


def printed(folder: Path, seed: str, zone: str) -> bytes:
    """What the command prints in that environment."""
    command = [sys.executable, "-m", "fondly", "--config", str(folder / "fondly.yaml")]
    command += ["--now", "2026-11-22T09:00:00+01:00", "--json", "plan", "--days", "28"]
    state = {"FONDLY_STATE_DIR": str(folder / "state"), "PYTHONHASHSEED": seed, "TZ": zone}
    done = subprocess.run(command, env={**os.environ, **state}, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout


def test_the_machine_decides_nothing(tmp_path: Path) -> None:
    """Neither the hash seed nor the time zone of the shell changes a byte of the plan."""
    for file in (EXAMPLES / "fondly.yaml", EXAMPLES / "ana-work.ics"):
        shutil.copy(file, tmp_path)
    seeds, zones = ["0", "1", "4711"], ["UTC", "America/New_York", "Pacific/Auckland"]
    answers = {printed(tmp_path, seed, zone) for seed, zone in product(seeds, zones)}
    assert len(answers) == 1
    assert b'"entries"' in answers.pop()
