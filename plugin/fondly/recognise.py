"""Knowing fondly's own entries again where they come back as busy times, in any copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from fondly.outputs.opening import key_of
from fondly.planner import Past
from fondly.planner.claims import turn_ids
from fondly_hooks.types.content import Practice
from fondly_hooks.types.entries import Busy
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

EXPORT = "export"
_OURS_IN_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)

IsOurs = Callable[[Busy], bool]


def recogniser(
    relationship: Relationship, outputs: Iterable[str], past: Past, practices: Iterable[Practice], days: Span
) -> IsOurs:
    """Whether a busy time is an entry that fondly made: by its mark, by a UID that was delivered, or, where a copy lost
    its marks and nothing was delivered yet, by the UID that one of the turns within ``days`` has in some output.
    """
    from fondly_calendar.identity import is_ref, uid_for

    names = sorted({EXPORT, *outputs, *past.outputs})
    key = key_of(relationship.id)
    known = past.uids | {uid_for(relationship.id, EXPORT, id, 0) for id in past.commitments}
    possible: set[str] = set()

    def is_ours(busy: Busy) -> bool:
        if busy.uid is None:
            return False
        if busy.uid in known or (busy.ref and is_ref(key, names, busy.uid, busy.ref)):
            return True
        if not _OURS_IN_FORM.fullmatch(busy.uid):
            return False
        if not possible:  # thousands of hashes, for a calendar that holds a UID of this form alone
            ids = turn_ids(relationship, practices, days)
            possible.update(uid_for(relationship.id, name, id, 0) for name in names for id in ids)
        return busy.uid.lower() in possible

    return is_ours
