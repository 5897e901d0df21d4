"""What a calendar on a server says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fondly_calendar.davxml import C, D, prop
from fondly_calendar.sharing import ASKED, Sharing, sharing_in

WRITABLE = {f"{D}{name}" for name in ("all", "write", "write-content", "bind")}
RIGHTS, KIND = f"{D}current-user-privilege-set", f"{D}resourcetype"
TAKES, REPORTS = f"{C}supported-calendar-component-set", f"{D}supported-report-set"
PROPERTIES = (KIND, TAKES, REPORTS, RIGHTS, *ASKED)


@dataclass(frozen=True, slots=True)
class About:
    """Whether it is a ``calendar``, its components (``None``: not told), whether it reports changes (RFC 6578), whether
    it may be written to (``None``: not told), and who can see it."""

    calendar: bool
    components: tuple[str, ...] | None
    reports: bool
    writable: bool | None
    sharing: Sharing


def about_in(item: Any) -> About:
    """What a response with these `PROPERTIES` tells."""
    kinds, taken, reports, rights = (prop(item, name) for name in (KIND, TAKES, REPORTS, RIGHTS))
    names = [] if taken is None else [str(one.get("name")).upper() for one in taken.findall(f"{C}comp")]
    return About(
        calendar=kinds is not None and kinds.find(f"{C}calendar") is not None,
        components=tuple(sorted(names)) or None,
        reports=reports is not None and any(one.tag == f"{D}sync-collection" for one in reports.iter()),
        writable=None if rights is None else any(one.tag in WRITABLE for one in rights.iter()),
        sharing=sharing_in(item),
    )
