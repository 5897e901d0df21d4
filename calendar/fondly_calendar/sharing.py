"""Who can see a calendar, as far as its server tells: DAV ACL, CalendarServer's and ownCloud's invitations, links.

A server that shows none of these tells nothing, and then nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fondly_calendar.davxml import CS, OC, D, hrefs_in, path_of, prop, text

ACL, OWNER = f"{D}acl", f"{D}owner"
INVITES = (f"{CS}invite", f"{OC}invite")
LINK = f"{CS}publish-url"
ASKED = (ACL, OWNER, *INVITES, LINK)
_GONE = {f"{space}{name}" for space in (CS, OC) for name in ("invite-declined", "invite-deleted", "invite-invalid")}
_EVERYBODY = {f"{D}all": "everybody", f"{D}authenticated": "everybody on that server"}


@dataclass(frozen=True, slots=True)
class Sharing:
    """How many people beside the owner the calendar is shared with, and whether ``everybody`` may read it.

    ``told`` says whether the server tells anything of this.
    """

    others: int = 0
    everybody: str = ""
    told: bool = False


def sharing_in(item: Any) -> Sharing:
    """What the properties `ASKED` in a response tell."""
    others: set[str] = set()
    everybody, told = "", False
    for name in INVITES:
        invite = prop(item, name)
        if invite is not None:
            told = True
            for user in invite.iter(f"{CS}user", f"{OC}user"):
                if not any(part.tag in _GONE for part in user.iter()):
                    others.update(list(hrefs_in(user))[:1])
    acl = prop(item, ACL)
    if acl is not None:
        told = True
        readers: set[str] = set()
        for ace in acl.findall(f"{D}ace"):
            if _lets_read(ace):
                for principal in ace.findall(f"{D}principal"):
                    everybody = everybody or next((_EVERYBODY[p.tag] for p in principal if p.tag in _EVERYBODY), "")
                    readers.update(_name(href) for href in hrefs_in(principal))
        owner = next((_name(href) for href in hrefs_in(prop(item, OWNER))), None)
        # Where the owner is not among those who are named, it is one of them under another name.
        readers.discard(owner if owner in readers else min(readers, default=""))
        others |= readers
    link = prop(item, LINK)
    if link is not None:
        told = True
        if next(hrefs_in(link), None) or text(item, LINK):
            everybody = everybody or "whoever has its link"
    return Sharing(len(others), everybody, told)


def _name(href: str) -> str:
    """A principal, however its address is written."""
    try:
        return path_of(href).rstrip("/")
    except ValueError:
        return href


def _lets_read(ace: Any) -> bool:
    return any(
        one.tag in (f"{D}read", f"{D}all")
        for grant in ace.findall(f"{D}grant")
        for one in grant.iter()
        if one is not ace
    )


def too_many(sharing: Sharing, declared: int) -> str | None:
    """Why that is more than the ``declared`` number of people who see it, the owner among them; ``None`` if not."""
    if not declared:
        return None  # nothing goes there at all
    if sharing.everybody:
        return f"its server shows it to {sharing.everybody}"
    if sharing.others + 1 > declared:
        return f"its server shows it to {sharing.others + 1} people"
    return None
