"""What is right and yet reaches nobody, or is somebody else's: good to know before it matters."""

from __future__ import annotations

from collections.abc import Iterator

from fondly.config.judge import items
from fondly.config.problems import Problem
from fondly.planner.claims import ON_REQUEST_ONLY
from fondly.preparing import Prepared

# The id that the README, the reference and the contract show: whoever copies it shares their identities with others.
EXAMPLE_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def unheard(prepared: Prepared) -> Iterator[Problem]:
    """One line for each such key."""
    document, relationship = prepared.config.document, prepared.relationship
    problem = document.places.problem
    if relationship.id == EXAMPLE_ID:
        yield problem(
            ("id",), "is the id of the example; for a life of your own write a new one (fondly init makes it)"
        )
    everybody = {person.id for person in relationship.people}
    for path, date in items(document, "anniversaries", "dates"):
        told = everybody - set(date.get("secret_from", ()))
        seen = any(ready.spec.seen_by and ready.spec.seen_by <= told for ready in prepared.outputs)
        if told and told != everybody and not seen:
            names = ", ".join(person.id for person in relationship.people if person.id in told)
            what = f"no place is seen by [{names}] alone, so this reaches nobody; add one with seen_by: [{names}]"
            yield problem((*path, "secret_from"), what)
    for slug in ON_REQUEST_ONLY:
        wish = relationship.wish(slug)
        if wish.every and wish.every.is_planned:
            yield problem(("practices", slug), f"{slug} comes on request only, whatever its rhythm", key=True)
    for index, ready in enumerate(prepared.outputs):
        if ready.kind is None and ready.options is None:
            what = f"nobody gives the kind '{ready.spec.kind}'; perhaps the plugin that failed would"
            yield problem(("outputs", index, "kind"), what)
