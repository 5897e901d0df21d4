"""One quiet entry that something has not worked for days: who runs fondly from a timer reads no messages."""

from __future__ import annotations

import datetime as dt

from fondly.config.records import OutputSpec
from fondly.journal import Journal
from fondly.preparing import Prepared
from fondly_hooks.types.entries import Entry

PATIENCE = dt.timedelta(days=3)
DAY = dt.timedelta(days=1)
ID = "custom/fondly/needs-a-look"


def needs_a_look(journal: Journal, prepared: Prepared, spec: OutputSpec, now: dt.datetime) -> list[Entry]:
    """The entry, where an output has failed for three days and this one is seen by ``me`` alone; else nothing.

    It stands on the day when it was first told, and goes by itself once all is well.
    """
    me = prepared.relationship.me
    if spec.seen_by != {me}:
        return []
    since = {
        ready.spec.name: dt.date.fromisoformat(begun)
        for ready in prepared.outputs
        if (begun := journal.fact(f"failing:{ready.spec.name}")) is not None
    }
    late = {name: day for name, day in since.items() if day + PATIENCE <= now.date()}
    if not late:
        return []
    row = journal.remembered(spec.name).get(ID)
    stands = row is not None and not row.gone and row.ends is not None
    ends = row.ends if row is not None and stands else None
    noticed = (ends.date() if isinstance(ends, dt.datetime) else ends) - DAY if ends else now.date()
    names = ", ".join(f"'{name}' since {first:%Y-%m-%d}" for name, first in sorted(late.items()))
    neutral = spec.titles != "full"
    return [
        Entry(
            id=ID,
            kind="custom",
            title="A calendar needs a look" if neutral else "fondly needs a look",
            neutral_title="A calendar needs a look",
            description=f"Not reached: {names}." if neutral else f"Not reached: {names}. 'fondly doctor' says why.",
            start=noticed,
            end=noticed + DAY,
            people=(me,),
        )
    ]
