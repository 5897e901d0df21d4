"""The plan: everything put together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fondly.planner.board import Free, Place
from fondly.planner.claims import DATE, Claim, claims
from fondly.planner.datenights import Deciders, Evening, describe, offer_ideas
from fondly.planner.periods import DAY, quarters_between
from fondly.planner.records import Commitments, Gathered, History, Horizons, Plan
from fondly.planner.remembering import remember
from fondly.planner.resting import LET_GO
from fondly.planner.schedule import schedule
from fondly.planner.slots import Slots
from fondly.planner.suggesting import Moment, Suggester
from fondly_hooks.chance import chance
from fondly_hooks.types.content import Practice
from fondly_hooks.types.entries import Entry, LeftOut
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

ON_ITS_OWN = Deciders()


def plan(
    relationship: Relationship,
    gathered: Gathered,
    history: History,
    commitments: Commitments,
    horizons: Horizons,
    now: dt.datetime,
    deciders: Deciders = ON_ITS_OWN,
) -> Plan:
    """What comes within the horizons, seen from ``now``, an aware datetime.

    ``deciders`` answer what plugins may decide. Pure: the same arguments give the same plan. What is past comes only
    where it was delivered; what was not delivered and whose time is over is no backlog.
    """
    slots = Slots(relationship)
    today = now.astimezone(slots.zone(slots.me.zone_on(now.date()))).date()
    planner = _Planner(relationship, gathered, history, commitments, slots, now, today, deciders)
    entries, left_out = planner.practices_and_dates(horizons)
    days, forgotten = remember(gathered.anniversaries, relationship, _from(horizons.anniversaries, today))
    entries += days
    left_out += forgotten
    for entry in gathered.entries:
        if not _within(entry, horizons.practices):
            continue
        if slots.paused(entry.first_day):
            left_out.append(LeftOut(entry.id, "Everything rests on that day: it is in a pause.", entry.secret_from))
        else:
            entries.append(entry)
    planned = {entry.id for entry in entries}
    for entry in commitments.values():
        if entry.id not in planned and _is_past(entry, now, today) and _within(entry, _span(entry, horizons)):
            entries.append(entry)
    left_out += [LeftOut(entry.id, LET_GO, entry.secret_from) for entry in entries if entry.id in history.let_go]
    entries = [entry for entry in entries if entry.id not in history.let_go]
    ordered = sorted(entries, key=lambda entry: (entry.first_day, _moment(entry), entry.id))
    coming = {entry.id for entry in ordered}
    omitted = {item.id: item for item in left_out if item.id not in coming}  # each told once
    return Plan(tuple(ordered), tuple(item for _, item in sorted(omitted.items())))


class _Planner:
    def __init__(
        self,
        relationship: Relationship,
        gathered: Gathered,
        history: History,
        commitments: Commitments,
        slots: Slots,
        now: dt.datetime,
        today: dt.date,
        deciders: Deciders,
    ) -> None:
        self.relationship, self.gathered, self.commitments = relationship, gathered, commitments
        self.slots, self.now, self.today, self.deciders = slots, now, today, deciders
        self.first_use = history.first_use or today
        self.suggester = Suggester(relationship, history, self.first_use)
        self.history = history
        self.used_ideas = dict(history.ideas)
        self.seed = f"{chance(relationship.id, 'ideas'):016x}"  # plugins get to see it, and the id is private

    def practices_and_dates(self, horizons: Horizons) -> tuple[list[Entry], list[LeftOut]]:
        found, left_out = claims(self.relationship, self.gathered.practices)
        by_family = {claim.family: claim for claim in found}
        # From today on, whatever the window: which suggestion comes depends on those that come before it.
        window = Span(self.today, max(_day(horizons.practices.end), _day(horizons.dates.end)))
        free = Free(self.gathered.busy)
        entries: list[Entry] = []
        for quarter in quarters_between(window.start, window.end - DAY):
            result = schedule(
                quarter, found, self.relationship, self.slots, free, self.commitments, self.history, self.now
            )
            for place in sorted(result.places.values(), key=lambda place: (place.start, place.item.id)):
                claim = by_family[place.item.family]
                entry = self._entry(place, claim)
                wanted = horizons.dates if claim.family == DATE else horizons.practices
                standing = self.commitments.get(place.item.id)
                day = standing.first_day if standing and isinstance(entry, LeftOut) else place.day
                if entry is None or not _day(wanted.start) <= day < _day(wanted.end):
                    continue
                if isinstance(entry, LeftOut):
                    left_out.append(entry)
                else:
                    entries.append(entry)
            for id, refusal in result.refused.items():
                if refusal.days[-1] >= window.start and refusal.days[0] < window.end:
                    hidden = self.relationship.others if by_family[refusal.family].private else ()
                    left_out.append(LeftOut(id, refusal.why, hidden))
        return entries, left_out

    def _entry(self, place: Place, claim: Claim) -> Entry | LeftOut | None:
        """The entry at that place. One that is past and was never delivered there is none."""
        delivered = self.commitments.get(place.item.id)
        if place.start <= self.now:
            if delivered is None:
                return None
            if delivered.start != place.start:
                hidden = self.relationship.others if claim.private else ()
                return LeftOut(place.item.id, "Its day is taken from it, and its period has no other one left.", hidden)
        if claim.practice is None:
            return self._date(place, claim, delivered)
        return self._practice(place, claim, claim.practice, delivered)

    def _practice(self, place: Place, claim: Claim, practice: Practice, delivered: Entry | None) -> Entry | LeftOut:
        people = place.item.need.people
        hidden = self.relationship.others if practice.private else ()
        together, apart = len(people) > 1, self.slots.apart(place.day)
        moment = Moment(place.day, place.item.occurrence.period, place.item.need.minutes, together, apart)
        if delivered is not None and (
            place.start <= self.now or self._still_suits(delivered, practice, moment, people)
        ):
            self._use(delivered, place.day)
            return replace(delivered, start=place.start, end=place.end, people=people, secret_from=hidden)
        chosen = self.suggester.choose(practice, moment)
        if chosen is None:
            why = "No suggestion of this practice suits the people, the minutes, the season and what else is set."
            return LeftOut(place.item.id, why, hidden)
        key, suggestion = chosen
        entry = Entry(
            id=place.item.id,
            kind="practice",
            title=suggestion.title,
            neutral_title=practice.neutral_title,
            description=suggestion.text,
            start=place.start,
            end=place.end,
            people=people,
            secret_from=hidden,
            categories=(practice.name,),
            color=practice.color,
            alarms=("-PT15M",),
            minutes=place.item.need.minutes,
            practice=practice.slug,
            suggestion=key,
            why=(
                f"{practice.name} may come {claim.every}; this is its turn in {_stretch(claim, place)}.",
                self._why_then(place),
                self.suggester.why(key, suggestion, moment),
            ),
        )
        self._use(entry, place.day)
        return entry

    def _still_suits(self, delivered: Entry, practice: Practice, moment: Moment, people: tuple[str, ...]) -> bool:
        """Whether people would still want that suggestion; its time stands in any case.

        It is changed where somebody said "never", and where who takes part, the distance, touch or energy is not what
        it was. A new version of the catalogue changes nothing.
        """
        key = delivered.suggestion or ""
        if key in self.history.never:
            return False
        one = next((one for one in practice.suggestions if key == f"{practice.slug}/{one.slug}"), None)
        return one is None or (delivered.people == people and self.suggester.is_welcome(practice, one, moment.apart))

    def _date(self, place: Place, claim: Claim, delivered: Entry | None) -> Entry:
        people, wish = place.item.need.people, self.relationship.dates
        if delivered is not None:
            self._use(delivered, place.day)
            return replace(delivered, start=place.start, end=place.end, people=people)
        rhythm = self.relationship.rhythm
        evening = Evening(place.start, place.item.need.minutes, self.slots.apart(place.day), rhythm.touch)
        offers = offer_ideas(self.gathered.ideas, evening, wish, self.used_ideas, self.seed, self.deciders)
        entry = Entry(
            id=place.item.id,
            kind="date",
            title="Date night" if place.start.hour >= 17 else "Time for a date",
            neutral_title="Kept free",
            description=describe(offers, wish.currency),
            start=place.start,
            end=place.end,
            people=people,
            categories=("Date",),
            color="palevioletred",
            alarms=("-PT2H",),
            busy=True,
            minutes=place.item.need.minutes,
            offers=tuple(idea.slug for _, idea in offers),
            why=(
                f"A date may come {wish.every}; this slot is for {_stretch(claim, place)}.",
                self._why_then(place),
            ),
        )
        self._use(entry, place.day)
        return entry

    def _use(self, entry: Entry, day: dt.date) -> None:
        if entry.suggestion:
            self.suggester.use(entry.suggestion, day)
        for slug in entry.offers:
            self.used_ideas[slug] = max(day, self.used_ideas.get(slug, day))

    def _why_then(self, place: Place) -> str:
        windows = ", ".join(map(str, place.item.need.at))
        whose = "everybody's clock" if len(place.item.need.people) > 1 else "your clock"
        return f"Its windows are {windows}, on {whose}; it lies outside quiet hours, busy times and pauses."


def _stretch(claim: Claim, place: Place) -> str:
    """The period of a turn as people say it: a block of several weeks or months has the name of its first one."""
    every, period = claim.every, place.item.occurrence.period
    return f"the {every.count} {every.unit}s from {period} on" if every.mode == "every" and every.count > 1 else period


def _from(window: Span, today: dt.date) -> Span:
    return Span(max(_day(window.start), today), _day(window.end))


def _span(entry: Entry, horizons: Horizons) -> Span:
    if entry.kind in ("date", "preparation"):
        return horizons.dates
    return horizons.anniversaries if entry.kind == "anniversary" else horizons.practices


def _within(entry: Entry, window: Span) -> bool:
    return _day(window.start) <= entry.first_day < _day(window.end)


def _is_past(entry: Entry, now: dt.datetime, today: dt.date) -> bool:
    return entry.start <= now if isinstance(entry.start, dt.datetime) else entry.first_day < today


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _moment(entry: Entry) -> float:
    return entry.start.timestamp() if isinstance(entry.start, dt.datetime) else 0.0
