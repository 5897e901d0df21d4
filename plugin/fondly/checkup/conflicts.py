"""Keys that are right one by one and wrong together: what they say could never happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from fondly.config.judge import items
from fondly.config.problems import KeyPath, Problem
from fondly.config.suggest import did_you_mean
from fondly.outputs.kinds import CalDavOptions
from fondly.planner.claims import DATE, Claim
from fondly.planner.periods import DAY, monday_of
from fondly.planner.slots import MEETING, Need, Slots
from fondly.plugins import plugin_names
from fondly.preparing import Prepared
from fondly_calendar.hosts import LOOPBACK
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import TimeWindow, hours_text

WEEKS = 53  # a whole year, so that both changes of each clock are seen


def conflicts(prepared: Prepared, claims: Iterable[Claim], now: dt.datetime) -> Iterator[Problem]:
    """Every contradiction in the file, at its place. ``claims`` are the practices and date nights that are on."""
    yield from _unseen(prepared)
    yield from _secret_from_all(prepared)
    yield from _overlapping_visits(prepared)
    yield from _unborn(prepared, now)
    yield from _without_me(prepared)
    yield from _unknown_plugins(prepared)
    yield from _in_the_clear(prepared)
    yield from _timeless(prepared, claims, now)


def apart(prepared: Prepared, claims: Iterable[Claim], now: dt.datetime) -> Iterator[Problem]:
    """Where people on different clocks never meet in their windows, so that easier hours serve (DESIGN §7)."""
    slots, mondays = Slots(prepared.relationship), _mondays(now)
    found: dict[tuple[KeyPath, str], list[str]] = {}
    for claim in claims:
        weeks = sum(slots.never_meet(monday, claim.need) for monday in mondays)
        if weeks and any(_has_room(slots, monday, claim.need) for monday in mondays):
            often = "never" if weeks == len(mondays) else f"in {weeks} weeks of the coming year not"
            at = _key_of(claim, "at")
            where = at if at in prepared.config.document.places else _zone_key(prepared)
            what = f"'{_windows(claim)}' is {often} the time of day for all of you; {MEETING} on all your clocks serves"
            found.setdefault((where, what), []).append(_name(claim))
    for (where, what), names in found.items():
        yield prepared.config.document.places.problem(where, f"{what} ({', '.join(names)})")


def _unseen(prepared: Prepared) -> Iterator[Problem]:
    ids = ", ".join(person.id for person in prepared.relationship.people)
    for path, output in items(prepared.config.document, "outputs"):
        if not output.get("seen_by"):
            what = f"nobody is said to see it, so nothing goes there; write who does, such as seen_by: [{ids}]"
            yield prepared.config.document.places.problem((*path, "seen_by"), what)


def _secret_from_all(prepared: Prepared) -> Iterator[Problem]:
    everybody = {person.id for person in prepared.relationship.people}
    for path, date in items(prepared.config.document, "anniversaries", "dates"):
        if everybody <= set(date.get("secret_from", ())):
            what = "it is secret from everybody, so nobody would ever see it; leave out who may know"
            yield prepared.config.document.places.problem((*path, "secret_from"), what)


def _overlapping_visits(prepared: Prepared) -> Iterator[Problem]:
    for index, model in enumerate(prepared.config.model.people):
        for place, visit in enumerate(model.visits):
            for earlier in model.visits[:place]:
                if visit.from_ <= earlier.to and earlier.from_ <= visit.to:
                    span = f"{earlier.from_} to {earlier.to}"
                    what = f"overlaps with the visit from {span}; a day has one time zone, so make one of them shorter"
                    yield prepared.config.document.places.problem(("people", index, "visits", place), what)
                    break


def _unborn(prepared: Prepared, now: dt.datetime) -> Iterator[Problem]:
    for index, model in enumerate(prepared.config.model.people):
        birthday = model.birthday
        if birthday and birthday.year and dt.date(birthday.year, birthday.month, birthday.day) > now.date():
            what = f"'{birthday}' is in the future; look at the year, or write --MM-DD where it is not known"
            yield prepared.config.document.places.problem(("people", index, "birthday"), what)


def _without_me(prepared: Prepared) -> Iterator[Problem]:
    for index, model in enumerate(prepared.config.model.people):
        if model.id == prepared.relationship.me and not model.takes_part:
            what = "it is you whom fondly plans for; take this away, or name somebody else as 'me'"
            yield prepared.config.document.places.problem(("people", index, "takes_part"), what)


def _unknown_plugins(prepared: Prepared) -> Iterator[Problem]:
    known = plugin_names(prepared.config.hooks) | set(prepared.plugins.sources)
    hooks, places = prepared.config.model.hooks, prepared.config.document.places
    for key, names in (("disable", hooks.disable), ("optional", hooks.optional)):
        for index, name in enumerate(names):
            if name not in known:
                yield places.problem(("hooks", key, index), f"there is no plugin '{name}'{did_you_mean(name, known)}")
    for name in hooks.settings:
        if name not in known:
            what = f"there is no plugin '{name}'{did_you_mean(name, known)}"
            yield places.problem(("hooks", "settings", name), what, key=True)


def _in_the_clear(prepared: Prepared) -> Iterator[Problem]:
    """Calendars that would get the password over a connection that anybody can read; a sync refuses them."""
    for index, ready in enumerate(prepared.outputs):
        if not isinstance(ready.options, CalDavOptions) or ready.options.insecure:
            continue
        url = urlsplit(ready.options.url)
        if url.scheme == "http" and url.hostname not in LOOPBACK:
            what = "anybody on the way could read the password; write https://, or 'insecure: yes' beside it"
            yield prepared.config.document.places.problem(("outputs", index, "url"), what)


def _timeless(prepared: Prepared, claims: Iterable[Claim], now: dt.datetime) -> Iterator[Problem]:
    """Windows, lengths, quiet hours and clocks that leave no time at which a thing could begin."""
    relationship, places = prepared.relationship, prepared.config.document.places
    slots, mondays = Slots(relationship), _mondays(now)
    crowded, never_day = [], []
    for claim in claims:
        at, need = _key_of(claim, "at"), claim.need
        silent = [index for index, window in enumerate(need.at) if _is_quiet(window, relationship)]
        alone = Need(need.at, need.minutes, (relationship.me,))
        if silent and at in places:
            for index in silent:
                where = (*at, index) if (*at, index) in places else at
                yield places.problem(where, _in_quiet_hours(need.at[index], relationship))
        elif all(window.end - window.start < need.minutes for window in need.at):
            what = f"{need.minutes} minutes are longer than each window ({_windows(claim)}); make one of them wider"
            yield places.problem(_key_of(claim, "minutes"), what)
        elif not any(_has_room(slots, monday, alone) for monday in mondays):
            if ("rhythm", "quiet") in places:
                crowded.append(_name(claim))
            else:  # then its own keys are what somebody wrote
                hours = f"{need.minutes} minutes outside the quiet hours {hours_text(relationship.rhythm.quiet)}"
                what = f"'{_windows(claim)}' leaves no {hours}; choose other hours, or write rhythm.quiet"
                yield places.problem(at if at in places else _key_of(claim, "minutes"), what)
        elif not any(_has_room(slots, monday, need) for monday in mondays):
            never_day.append(_name(claim))
    if crowded:
        quiet = hours_text(relationship.rhythm.quiet)
        what = (
            f"'{quiet}' leaves no time for {', '.join(crowded)}; make the quiet hours shorter, or write other windows"
        )
        yield places.problem(("rhythm", "quiet"), what)
    if never_day:
        what = f"it is never day for all of you at once, so there is no time for {', '.join(never_day)}"
        yield places.problem(
            _zone_key(prepared), f"{what}; make the quiet hours shorter, or do them alone (with: solo)"
        )


def _is_quiet(window: TimeWindow, relationship: Relationship) -> bool:
    begin, end = relationship.rhythm.quiet
    if begin <= end:
        return begin <= window.start and window.end <= end
    return window.end <= end or begin <= window.start


def _in_quiet_hours(window: TimeWindow, relationship: Relationship) -> str:
    hours = hours_text((window.start, window.end))
    words = str(window) if hours in str(window) else f"{window} ({hours})"
    quiet = hours_text(relationship.rhythm.quiet)
    return f"'{words}' lies wholly inside the quiet hours {quiet}; choose other hours, or change rhythm.quiet"


def _has_room(slots: Slots, monday: dt.date, need: Need) -> bool:
    return any(slots.starts(monday + step * DAY, need) for step in range(7))


def _mondays(now: dt.datetime) -> list[dt.date]:
    first = monday_of(now.date())
    return [first + 7 * week * DAY for week in range(WEEKS)]


def _key_of(claim: Claim, key: str) -> KeyPath:
    """Where that key of a practice or of date nights stands, or would stand."""
    return ("dates", key) if claim.family == DATE else ("practices", claim.family, key)


def _zone_key(prepared: Prepared) -> KeyPath:
    """Where the first time zone stands that is not everybody's."""
    for index, person in enumerate(prepared.config.model.people):
        if person.timezone not in (None, prepared.relationship.timezone):
            return ("people", index, "timezone")
    return ("timezone",)


def _windows(claim: Claim) -> str:
    return ", ".join(map(str, claim.need.at))


def _name(claim: Claim) -> str:
    return "date nights" if claim.family == DATE else claim.family
