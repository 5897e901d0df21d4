"""The order in which fondly itself offers ideas: a familiar one, a new one, an effortless one, then the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from fondly_hooks.chance import chance
from fondly_hooks.types.content import DateIdea
from fondly_hooks.types.ideas import IdeaHistory, IdeaWish, RankedIdea, Role

ROLES: tuple[Role, ...] = ("familiar", "new", "effortless")


def rank(ideas: Sequence[DateIdea], wish: IdeaWish, history: IdeaHistory) -> tuple[RankedIdea, ...]:
    """One idea for each role, as far as there are, in the order of the roles; the others follow, the oldest first.

    What was never offered goes first, then what was offered longest ago; ties are broken by the wish's seed and day.
    """
    offered = history.offered

    def age(idea: DateIdea) -> tuple[bool, dt.date, int]:
        last = offered.get(idea.slug)
        return last is not None, last or dt.date.min, chance(wish.seed, idea.slug, wish.start.date())

    in_order = sorted(ideas, key=age)
    chosen: dict[Role, DateIdea] = {}

    def take(role: Role, tests: Iterable[bool]) -> None:
        taken = list(chosen.values())
        for idea, test in zip(in_order, tests, strict=True):
            if test and idea not in taken:
                chosen[role] = idea
                return

    novel = ["shared-experiences" in idea.serves for idea in in_order]
    unused = [idea.slug not in offered for idea in in_order]
    take("new", [all(pair) for pair in zip(novel, unused, strict=True)])
    if not chosen:
        take("new", unused if any(unused) else novel)
    take("effortless", [idea.effort == 1 for idea in in_order])
    take("familiar", [idea.energy == "low" for idea in in_order])
    why: dict[Role, str] = {
        "familiar": "It asks for little that is new.",
        "new": "It was not offered before." if unused[:1] == [True] else "It was not offered for long.",
        "effortless": "Next to nothing has to be prepared.",
    }
    first = [RankedIdea(slug=chosen[role].slug, role=role, why=(why[role],)) for role in ROLES if role in chosen]
    taken = {ranked.slug for ranked in first}
    return (*first, *(RankedIdea(slug=idea.slug) for idea in in_order if idea.slug not in taken))
