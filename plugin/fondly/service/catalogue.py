"""The practices as these people live with them: how often, when, what comes next, what was said of each suggestion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fondly.config.models import PRACTICES
from fondly.config.suggest import did_you_mean
from fondly.gate import answers
from fondly.gather import gather_practices, gather_practices_and_days
from fondly.planner import History, Horizons, Past
from fondly.planner.claims import ON_REQUEST_ONLY, is_together
from fondly.planner.suggesting import key_of
from fondly.preparing import Prepared, make_plan
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Practice, Suggestion
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import PracticeWish
from fondly_hooks.types.times import Span, TimeWindow

AHEAD = 92  # days in which the next turn of a practice is looked for: a quarter, in which each has its share
LONGEST = 80  # of what somebody typed, as an answer repeats it
Word = Literal["loved", "never", "not-now"]


@dataclass(frozen=True, slots=True)
class OwnPractice:
    """A practice with what the people changed about it, and the next entry of it that the viewer may see."""

    practice: Practice
    every: Cadence
    at: tuple[TimeWindow, ...]
    minutes: int
    together: bool
    words: dict[str, Word]
    coming: Entry | None

    @property
    def state(self) -> str:
        """``off``, ``on request`` or ``planned``."""
        if self.every.mode == "off":
            return "off"
        return "planned" if self.every.is_planned and self.practice.slug not in ON_REQUEST_ONLY else "on request"

    def as_json(self, *, whole: bool = False) -> dict[str, Any]:
        """The practice as ``practices --json`` prints it; ``whole`` with its suggestions and what is known of it."""
        practice = self.practice
        found: dict[str, Any] = {
            "slug": practice.slug,
            "name": practice.name,
            "about": practice.about,
            "state": self.state,
            "every": str(self.every),
            "at": [str(window) for window in self.at],
            "minutes": self.minutes,
            "with": "together" if self.together else "solo",
            "next": self.coming and self.coming.as_json(),
        }
        if whole:
            studies = [{"author": one.author, "year": one.year, "kind": one.kind} for one in practice.studies]
            found |= {"evidence": practice.evidence, "grade": practice.grade, "studies": studies}
            found |= {"caution": practice.caution, "rather_not": practice.rather_not, "safety": practice.safety or None}
            found["suggestions"] = [
                suggestion_json(practice, one, self.words.get(key_of(practice, one))) for one in practice.suggestions
            ]
        return found


def suggestion_json(practice: Practice, one: Suggestion, word: Word | None = None) -> dict[str, Any]:
    """A suggestion as the commands print it; ``word`` is what was said of it."""
    return {
        "id": key_of(practice, one),
        "practice": practice.slug,
        "slug": one.slug,
        "title": one.title,
        "text": one.text,
        "minutes": one.minutes,
        "with": "together" if one.together else "solo",
        "energy": one.energy,
        "setting": one.setting,
        "depth": one.depth,
        "touch": one.touch,
        "seasons": list(one.seasons),
        "tags": list(one.tags),
        "word": word,
    }


def practices_of(prepared: Prepared) -> tuple[Practice, ...]:
    """All practices that there are, in the order of their slugs."""
    return gather_practices_and_days(prepared.plugins, prepared.relationship, prepared.packs)[0]


def find_practice(practices: Iterable[Practice], slug: str) -> Practice:
    """The practice of that slug; raises `ConfigError` with what may have been meant."""
    by_slug, slug = {practice.slug: practice for practice in practices}, slug.lower()
    if slug not in by_slug:
        hint = "; 'fondly practices' lists them"
        raise ConfigError(f"there is no practice '{shown(slug)}'{did_you_mean(slug, by_slug) or hint}")
    return by_slug[slug]


def shown(text: str) -> str:
    """What somebody typed, fit for one line: short, and without characters that a terminal would act upon."""
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def own_practices(prepared: Prepared, past: Past, now: dt.datetime, viewer: str) -> list[OwnPractice]:
    """All practices, with what comes next of each, for the eyes of ``viewer``.

    What was said of suggestions is for ``me`` alone: to anybody else it would tell who said it. Of a private practice
    others see what the catalogue says of it.
    """
    today, mine = now.date(), viewer == prepared.relationship.me
    ahead = Horizons.all_in(Span(today, today + dt.timedelta(days=AHEAD)))
    _, plan = make_plan(prepared, past, ahead, now)
    coming: dict[str, Entry] = {}
    for entry in answers(plan, viewer, prepared.relationship.me)[0]:
        if entry.practice and not entry.ended_by(now):
            coming.setdefault(entry.practice, entry)
    found = []
    for practice in practices_of(prepared) if mine else _for_others(prepared):
        hidden = practice.private and not mine
        wish = PracticeWish() if hidden else prepared.relationship.wish(practice.slug)
        found.append(
            OwnPractice(
                practice=practice,
                every=wish.every or practice.every,
                at=wish.at or practice.at,
                minutes=wish.minutes or practice.minutes,
                together=practice.together if hidden else is_together(practice, prepared.relationship),
                words=words_of(practice, past.history, today) if mine else {},
                coming=coming.get(practice.slug),
            )
        )
    return found


def _for_others(prepared: Prepared) -> Iterator[Practice]:
    """The practices that others may know of: a private one only where fondly itself brings it, and just as it does."""
    given = {one.slug: one for one in gather_practices(prepared.plugins, prepared.relationship)}
    for practice in practices_of(prepared):
        original = given.get(practice.slug)
        if not practice.private:
            yield practice
        elif practice.slug in PRACTICES and original is not None and original.private:
            yield original


def words_of(practice: Practice, history: History, today: dt.date) -> dict[str, Word]:
    """What was said of this practice's suggestions, and still counts."""
    found: dict[str, Word] = {}
    for one in practice.suggestions:
        key = key_of(practice, one)
        if key in history.never:
            found[key] = "never"
        elif key in history.loved:
            found[key] = "loved"
        elif history.not_before.get(key, today) > today:
            found[key] = "not-now"
    return found
