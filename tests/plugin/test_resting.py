"""Rest: turns that people let go, practices that come more seldom, quieter days, pauses and waking up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from test_stability import DAY, DOG, HOUR, NOW, STORIES, Story, story, timed

from fondly.journal import Journal
from fondly.memory import RARER, Memory
from fondly.planner import FAREST, Plan
from fondly.preparing import with_rests
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.people import PracticeWish, Rhythm
from fondly_hooks.types.times import DayRange
from support import relationship

QUIETER = DayRange(NOW.date(), FAREST)


def resting(life: Story, **rests: tuple[DayRange, ...]) -> None:
    """Let the people of a story rest."""
    life.people = replace(life.people, rhythm=replace(life.people.rhythm, **rests))


def ahead(found: Plan, now: dt.datetime) -> dict[str, object]:
    """The practices and dates that are still to come, what is private aside."""
    return {
        id: entry
        for id, entry in timed(found).items()
        if entry.start > now and not entry.secret_from  # type: ignore[operator]
    }


# Quieter days


@pytest.mark.parametrize("name", STORIES)
def test_quieter_days_have_half_of_everything(name: str) -> None:
    """About half of what was to come rests, and what stays, stays as it was; when it is over all is back."""
    life = STORIES[name]()
    before = ahead(life.deliver(NOW), NOW)
    people = life.people
    resting(life, quieter=(QUIETER,))
    found = life.deliver(NOW + HOUR)
    after = ahead(found, NOW)
    assert abs(len(after) - len(before) / 2) <= (3 if name in ("busy", "full") else 1.5)  # what clashes, by chance
    assert {id: before[id] for id in after} == after
    rested = [item for item in found.left_out if item.id in before]
    assert {item.id for item in rested} == before.keys() - after.keys()
    assert {item.why for item in rested} == {"These are quieter days, so every second thing rests."}
    life.people = people
    assert ahead(life.deliver(NOW + 2 * HOUR), NOW).keys() == before.keys()


@pytest.mark.parametrize("name", STORIES)
def test_quieter_days_agree(name: str) -> None:
    """Day after day the same things rest, what comes anew is halved too, and nothing that was promised goes missing."""
    life = STORIES[name]()
    full = STORIES[name]()
    life.deliver(NOW)
    resting(life, quieter=(QUIETER,))
    yesterday = life.deliver(NOW + HOUR)
    came, whole = set(timed(yesterday)), set(timed(full.deliver(NOW)))
    for number in range(1, 40):
        now = NOW + number * DAY
        today = life.deliver(now)
        before, after = timed(yesterday), timed(today)
        assert {id: before[id] for id in before if id in after} == {id: after[id] for id in before if id in after}
        assert not [entry for id, entry in before.items() if id not in after and entry.first_day >= now.date()]
        came |= after.keys()
        whole |= timed(full.deliver(now)).keys()
        yesterday = today
    assert 0.35 <= len(came) / len(whole) <= 0.65


def test_quieter_days_leave_what_is_private() -> None:
    """What `me` alone sees has a rhythm of its own, and is for hard weeks too: it does not rest."""
    for number in range(8):  # chance might spare it once
        wishes = {"professional-help": PracticeWish(Cadence("per", 1, "month"))}
        people = replace(relationship(practices=wishes), id=f"7c9e6679-7425-40de-944b-e07fc1f90a{number:02}")
        life = story(people)
        hidden = {id: entry for id, entry in timed(life.deliver(NOW)).items() if entry.secret_from}
        resting(life, quieter=(QUIETER,))
        after = timed(life.deliver(NOW + HOUR))
        assert {id: after.get(id) for id in hidden} == hidden
    assert hidden


def test_quieter_days_end() -> None:
    """Only what lies in them rests."""
    life = story(relationship(rhythm=Rhythm(most_per_week=5)))
    before = timed(life.deliver(NOW))
    until = NOW.date() + 10 * DAY
    resting(life, quieter=(DayRange(NOW.date(), until),))
    after = timed(life.deliver(NOW + HOUR))
    assert {id for id, entry in before.items() if entry.first_day > until} <= after.keys()
    assert {id for id, entry in before.items() if entry.first_day <= until} - after.keys()


def test_what_has_begun_does_not_rest() -> None:
    """What is over, or under way, stays where it was delivered."""
    life = story()
    before = timed(life.deliver(NOW))
    now = NOW + 12 * DAY
    resting(life, quieter=(DayRange(NOW.date(), FAREST),))
    after = timed(life.deliver(now))
    begun = {id: entry for id, entry in before.items() if entry.start <= now}  # type: ignore[operator]
    assert len(begun) > 2
    assert {id: after.get(id) for id in begun} == begun


# Let go


@pytest.mark.parametrize("name", STORIES)
def test_what_is_let_go_stays_away(name: str) -> None:
    """Nothing comes in its place, nothing else moves, and it never comes back."""
    life = STORIES[name]()
    before = timed(life.deliver(NOW))
    gone = next(id for id, entry in before.items() if entry.start > NOW + 2 * DAY)  # type: ignore[operator]
    life.journal.memory.say(gone, "skip", NOW.date())
    for number in range(35):
        found = life.deliver(NOW + number * DAY + HOUR)
        assert gone not in timed(found)
        if number == 0:
            stay = {id: entry for id, entry in before.items() if id != gone}
            assert ahead(found, NOW) == {id: entry for id, entry in stay.items() if id in ahead(found, NOW)}
            assert stay.keys() <= timed(found).keys()
            assert [item.why for item in found.left_out if item.id == gone] == ["It was let go this time."]


def test_any_kind_of_entry_can_be_let_go() -> None:
    """An anniversary that is let go this year comes next year again."""
    life = story(anniversaries=(DOG,))
    ids = [entry.id for entry in life.deliver(NOW).entries if entry.anniversary == "dog"]
    assert len(ids) == 2
    life.journal.memory.say(ids[0], "skip", NOW.date())
    assert [entry.id for entry in life.deliver(NOW + HOUR).entries if entry.anniversary == "dog"] == ids[1:]


def test_not_now_leaves_the_suggestion_fresh() -> None:
    """A suggestion that was not now rests for two months, and counts as new after that; a skipped one counts as had."""
    life = story()
    entry = next(entry for entry in timed(life.deliver(NOW)).values() if entry.suggestion)
    memory = life.journal.memory
    memory.say(entry.id, "not-now", NOW.date())
    memory.say(str(entry.suggestion), "not-now", NOW.date())
    history = memory.history(life.journal.commitments())
    assert entry.suggestion not in history.suggestions
    assert history.not_before[str(entry.suggestion)] == NOW.date() + 60 * DAY
    assert entry.id in history.let_go
    memory.say(entry.id, "skip", NOW.date())
    memory.say(str(entry.suggestion), "had", NOW.date())
    assert memory.history({}).suggestions == {entry.suggestion: NOW.date()}


# More seldom


def skip(memory: Memory, slug: str, *days: int) -> None:
    """Skip a turn of that practice on each of these days from now."""
    for day in days:
        memory.say(f"practice/{slug}/2026-W{40 + day}/1", "skip", NOW.date() + day * DAY)


def test_two_skips_make_a_practice_rarer_for_a_while() -> None:
    """After two skips every second turn rests for eight weeks, all other things stay, and then it is as before."""
    often = {"gratitude": PracticeWish(Cadence("per", 2, "week"))}
    people = relationship(rhythm=Rhythm(most_per_week=7), practices=often)
    life, plain = story(people), story(people)
    life.deliver(NOW)
    skip(life.journal.memory, "gratitude", 0)
    assert not life.journal.memory.history({}).rarer
    skip(life.journal.memory, "gratitude", 1)
    (span,) = life.journal.memory.history({}).rarer["gratitude"]
    assert span == DayRange(NOW.date() + 2 * DAY, NOW.date() + DAY + RARER)
    now = NOW + 2 * DAY
    found, whole = life.plan(now, 120), plain.plan(now, 120)
    other, same = (
        {id: e.start for id, e in timed(one).items() if e.practice != "gratitude" and not e.secret_from}
        for one in (found, whole)
    )
    assert other == same
    for inside, part in ((True, 0.5), (False, 1.0)):
        here = [
            len([1 for e in timed(one).values() if e.practice == "gratitude" and (e.first_day in span) == inside])
            for one in (found, whole)
        ]
        assert here[1] > 6
        assert abs(here[0] - part * here[1]) <= 1.5
    assert "comes more seldom for a while" in "".join(item.why for item in found.left_out)


@pytest.mark.parametrize("between", ["done", "long"])
def test_skips_that_make_nothing_rarer(between: str) -> None:
    """One that was done in between, or two months, and two skips mean nothing."""
    journal = Journal(None)
    skip(journal.memory, "gratitude", 0, 61 if between == "long" else 10)
    if between == "done":
        assert journal.memory.history({}).rarer
        journal.tick("practice/gratitude/2026-W48/1", NOW.date() + 5 * DAY)
    skip(journal.memory, "support", 3)
    assert not journal.memory.history({}).rarer


def test_nothing_says_that_it_was_skipped() -> None:
    """No reason in a plan, for whomever it is, speaks of skips, of counts or of who said what."""
    life = story()
    life.deliver(NOW)
    skip(life.journal.memory, "gratitude", 0, 1)
    found = life.plan(NOW + 2 * DAY, 120)
    reasons = [*(why for entry in found.entries for why in entry.why), *(item.why for item in found.left_out)]
    assert not [why for why in reasons if "skip" in why.lower() or "times in" in why or "streak" in why]


def test_skips_on_quieter_days_change_nothing_else() -> None:
    """What makes one practice rarer swaps no others, although every second thing rests."""
    wishes = {
        "gratitude": PracticeWish(Cadence("per", 2, "week")),
        "communication": PracticeWish(Cadence("per", 1, "week")),
        "affection": PracticeWish(Cadence("per", 1, "week")),
    }
    life = story(relationship(rhythm=Rhythm(most_per_week=5, quieter=(QUIETER,)), practices=wishes))
    before = ahead(life.deliver(NOW), NOW)
    skip(life.journal.memory, "gratitude", 0, 0)
    memory = life.journal.memory
    for number in (1, 2):
        memory.say(f"practice/gratitude/2026-W{44 + number}/1", "skip", NOW.date())
    assert memory.history({}).rarer
    after = ahead(life.deliver(NOW + HOUR), NOW)
    assert {id for id in before.keys() ^ after.keys() if "gratitude" not in id} == set()


def test_letting_go_brings_nothing_private() -> None:
    """Whatever is let go, what `me` alone sees stays where it is: nothing new is asked for."""
    wishes = {"professional-help": PracticeWish(Cadence("per", 1, "month"))}
    life = story(relationship(rhythm=Rhythm(most_per_week=5), practices=wishes))
    before = life.plan(NOW, 60)
    hidden = {entry.id: entry.start for entry in before.entries if entry.secret_from}
    assert hidden
    for id in ahead(before, NOW):
        other = Story(life.people, life.given)
        other.journal.memory.say(id, "skip", NOW.date())
        found = other.plan(NOW, 60)
        assert {entry.id: entry.start for entry in found.entries if entry.secret_from} == hidden


@pytest.mark.parametrize("days", [(0, 1), (0, 1, 2), (0, 1, 4), (0, 1, 2, 5), (0, 2, 4, 6, 8)])
def test_more_skips_never_switch_a_practice_off(days: tuple[int, ...]) -> None:
    """However often it was skipped, about every second turn still comes."""
    people = relationship(
        rhythm=Rhythm(most_per_week=7), practices={"gratitude": PracticeWish(Cadence("per", 2, "week"))}
    )
    plain = story(people).plan(NOW, 60)
    life = story(people)
    for number, day in enumerate(days):
        life.journal.memory.say(f"practice/gratitude/2026-W{10 + number}/1", "skip", NOW.date() + day * DAY)
    now = NOW + 10 * DAY
    came, whole = (
        sum(entry.practice == "gratitude" and entry.start > now for entry in found.entries)  # type: ignore[operator]
        for found in (life.plan(now, 50), plain)
    )
    assert len(life.journal.memory.history({}).rarer["gratitude"]) == 1
    assert abs(came - whole / 2) <= 2


def test_quieter_days_said_again_rest_the_same() -> None:
    """To say it again, or to give it another end, swaps nothing."""
    for first in range(1, 8):
        life = story(relationship(rhythm=Rhythm(most_per_week=5)))
        life.deliver(NOW)
        memory, people = life.journal.memory, life.people
        seen = []
        for day, until in ((0, 30), (first, 30), (first, 40)):
            memory.rest("quieter", NOW.date() + day * DAY, NOW.date() + until * DAY)
            life.people = with_rests(people, life.journal.past())
            now = NOW + first * DAY
            seen.append({id for id, e in ahead(life.plan(now, 25), now).items() if e.first_day > now.date()})  # type: ignore
        assert seen[0] == seen[1] == seen[2]


def test_an_anniversary_that_was_let_go_stays_away_until_it_is_over() -> None:
    """What was said of a day far ahead is not forgotten before that day."""
    life = story(anniversaries=(DOG,))
    (_, second) = [entry for entry in life.deliver(NOW).entries if entry.anniversary == "dog"]
    life.journal.memory.write(NOW.date(), [(second.id, "skip")], ends=second.first_day)
    for days in (1, 300, 399, 401, 700, 739):
        now = NOW + days * DAY
        life.journal.forget(now)
        assert second.id not in {entry.id for entry in life.plan(now, 400).entries}
    life.journal.forget(NOW + 1200 * DAY)
    assert life.journal.memory.history({}).let_go == set()


def test_what_is_left_out_is_told_once() -> None:
    """Neither twice, nor of what comes after all."""
    life = story(anniversaries=(DOG,))
    before = life.deliver(NOW)
    past = min(timed(before).values(), key=lambda entry: entry.start.timestamp())  # type: ignore[union-attr]
    life.journal.memory.say(past.id, "skip", NOW.date())
    now = NOW + 9 * DAY
    resting(life, pauses=(DayRange(now.date(), FAREST),))
    found = life.plan(now, 60)
    ids = [item.id for item in found.left_out]
    assert len(ids) == len(set(ids))
    assert not set(ids) & {entry.id for entry in found.entries}


# Pauses


def test_pauses_of_the_command_line_count_like_those_of_the_file() -> None:
    """A pause is for everything, from its first day on, up to its last one."""
    journal = Journal(None)
    journal.memory.rest("pause", NOW.date(), NOW.date() + 5 * DAY)
    people = with_rests(relationship(), journal.past())
    assert people.rhythm.pauses == (DayRange(NOW.date(), NOW.date() + 5 * DAY),)
    life = story(people, anniversaries=(DOG,))
    assert min(entry.first_day for entry in life.plan(NOW).entries) > NOW.date() + 5 * DAY


def test_waking_ends_what_is_and_what_is_to_come() -> None:
    """What is past of a rest stays known, so that the plans of other days do not change."""
    memory = Journal(None).memory
    memory.rest("pause", NOW.date(), None)
    assert memory.rests("pause") == (DayRange(NOW.date(), FAREST),)
    assert memory.wake(NOW.date() + 3 * DAY)
    assert memory.rests("pause") == (DayRange(NOW.date(), NOW.date() + 2 * DAY),)
    assert not memory.wake(NOW.date() + 3 * DAY)
    memory.rest("quieter", NOW.date() + 4 * DAY, None)
    memory.rest("pause", NOW.date() + 4 * DAY, NOW.date() + 9 * DAY)
    assert memory.wake(NOW.date() + 4 * DAY)
    assert memory.rests("quieter") == ()
    assert memory.rests("pause") == (DayRange(NOW.date(), NOW.date() + 2 * DAY),)


def test_a_new_pause_takes_the_place_of_the_one_before() -> None:
    """Saying it again changes its end."""
    memory = Journal(None).memory
    memory.rest("pause", NOW.date(), None)
    memory.rest("pause", NOW.date(), NOW.date() + 7 * DAY)
    assert memory.rests("pause") == (DayRange(NOW.date(), NOW.date() + 7 * DAY),)


@pytest.mark.parametrize("name", STORIES)
def test_a_pause_until_further_notice_leaves_nothing_ahead(name: str) -> None:
    """Nothing that has not begun is left, of any kind; after waking up it comes back within its budget."""
    life = STORIES[name]()
    life.given = replace(life.given, anniversaries=(DOG,))
    before = life.deliver(NOW)
    people = life.people
    resting(life, pauses=(*people.rhythm.pauses, DayRange(NOW.date(), FAREST)))
    found = life.deliver(NOW + HOUR)
    assert [entry for entry in found.entries if entry.first_day >= NOW.date()] == []
    for number in (1, 9, 20):
        assert [e for e in life.deliver(NOW + number * DAY).entries if e.first_day >= NOW.date() + number * DAY] == []
    over = DayRange(NOW.date(), NOW.date() + 20 * DAY)
    life.people = replace(people, rhythm=replace(people.rhythm, pauses=(*people.rhythm.pauses, over)))
    back = life.deliver(NOW + 21 * DAY)
    weeks = [entry.first_day.isocalendar()[:2] for entry in timed(back).values() if not entry.secret_from]
    assert weeks
    assert max(weeks.count(week) for week in weeks) <= people.rhythm.most_per_week
    assert before.entries
