"""One suggestion for this very moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fondly.planner import LONG_AGO, Past
from fondly.planner.claims import claims, is_together
from fondly.planner.slots import Slots
from fondly.planner.suggesting import Moment, Suggester, key_of
from fondly.preparing import Prepared
from fondly.service.catalogue import find_practice, practices_of
from fondly_hooks.chance import chance
from fondly_hooks.types.content import Practice, Suggestion
from fondly_hooks.types.times import TimeWindow


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion, its practice, and why it is this one."""

    practice: Practice
    suggestion: Suggestion
    why: tuple[str, ...]


def suggest_now(
    prepared: Prepared,
    past: Past,
    now: dt.datetime,
    *,
    slug: str | None = None,
    minutes: int | None = None,
    apart: bool = False,
) -> Suggested | None:
    """One suggestion for ``now``, or ``None`` where nothing suits.

    Of the practices that are on and that everybody may see, one whose hours these are and that rested longest; or the
    one of that ``slug``, whatever its rhythm. It takes at most so many ``minutes``, and works at a distance where
    people are ``apart``. Nothing is written down. A minute later it may be another one.

    Raises `ConfigError` where there is no such practice.
    """
    relationship = prepared.relationship
    practices = practices_of(prepared)
    suggester = Suggester(relationship, past.history, past.history.first_use or now.date())
    far = apart or Slots(relationship).apart(now.date())
    period = f"{now:%Y-%m-%dT%H:%M}"

    def moment(practice: Practice) -> Moment:
        wish = relationship.wish(practice.slug)
        most = minutes or wish.minutes or practice.minutes
        return Moment(now.date(), period, most, is_together(practice, relationship), far)

    if slug is not None:
        candidates = [find_practice(practices, slug)]
    else:
        found, _ = claims(relationship, practices)
        candidates = [claim.practice for claim in found if claim.practice and not claim.private]
    fitting = [practice for practice in candidates if suggester.eligible(practice, moment(practice))]
    if not fitting:
        return None

    def order(practice: Practice) -> tuple[bool, dt.date, int]:
        wish = relationship.wish(practice.slug)
        used = [suggester.used.get(key_of(practice, one), LONG_AGO) for one in practice.suggestions]
        return not _is_inside(now, wish.at or practice.at), max(used), chance(relationship.id, practice.slug, period)

    practice = min(fitting, key=order)
    chosen = suggester.choose(practice, moment(practice))
    if chosen is None:
        return None
    key, suggestion = chosen
    reasons = [suggester.why(key, suggestion, moment(practice))]
    if slug is None and not order(practice)[0]:
        reasons.insert(0, f"{practice.name}: these are its hours, and it rested longest.")
    return Suggested(practice, suggestion, tuple(reasons))


def _is_inside(now: dt.datetime, at: Sequence[TimeWindow]) -> bool:
    minute = now.hour * 60 + now.minute
    return any(now.weekday() in window.days and window.start <= minute < window.end for window in at)
