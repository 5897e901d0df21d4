"""Who may fetch which feed, and what its readers asked for: one file of the owner's alone, beside the journal.

The journal keeps days and never who, so what a reader asked for does not stand there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fondly.state import waiting_for
from fondly_hooks.errors import FondlyError
from fondly_hooks.files import replace_atomically

FILE, LOCK = "feeds.json", "feeds.lock"
BYTES = 24  # of a token: 192 bits
VALID = dt.timedelta(days=14)  # an invitation that lies in a chat for longer is worth nothing


@dataclass(frozen=True, slots=True)
class Rest:
    """What a reader asked for: nothing more from ``since`` on (aware), up to and including the day ``last``, or until
    further notice."""

    since: dt.datetime
    last: dt.date | None = None

    def lasts(self, now: dt.datetime) -> bool:
        """Whether it is not over at ``now``, whose day counts."""
        return self.last is None or now.date() <= self.last


@dataclass(frozen=True, slots=True)
class Link:
    """One feed's way in. ``token`` is ``None`` once it was revoked; ``invitations`` are tokens with their last days.

    Who has ``left`` gets an empty feed until they open a new invitation.
    """

    token: str | None = field(repr=False)
    invitations: Mapping[str, dt.date] = field(default_factory=dict, repr=False)
    rest: Rest | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """All links by the name of their feed. ``key`` signs the forms of the pages, ``address`` is where they were last
    served from, ``published`` has the tokens that each folder holds pages of."""

    key: str = field(default="", repr=False)
    links: Mapping[str, Link] = field(default_factory=dict)
    address: str | None = None
    published: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def named(self, token: str) -> str | None:
        """The feed of that token. Every token is looked at, so that the time tells nothing."""
        return _found(token, ((name, link.token) for name, link in self.links.items()))

    def invited(self, token: str, today: dt.date) -> str | None:
        """The feed that this invitation is for, if it still holds."""
        pairs = [(name, one) for name, link in self.links.items() for one in link.invitations]
        name = _found(token, pairs)
        if name is None:
            return None
        return name if today <= self.links[name].invitations[token] else None

    def link(self, name: str) -> Link:
        """The link of that feed; one without a token where there is none."""
        return self.links.get(name) or Link(None)

    def having(self, name: str, link: Link) -> Access:
        """The same with that link."""
        return replace(self, links={**self.links, name: link})

    def proof(self, purpose: str) -> str:
        """What a form carries, so that nobody else's page can send it."""
        return hmac.new(self.key.encode(), purpose.encode(), hashlib.sha256).hexdigest()[:32]

    def is_proof(self, purpose: str, given: str) -> bool:
        """Whether a form was made here for that purpose."""
        return hmac.compare_digest(self.proof(purpose).encode(), given.encode())


def _found(token: str, pairs: Iterable[tuple[str, str | None]]) -> str | None:
    given, found = hashlib.sha256(token.encode()).digest(), None
    for name, known in pairs:
        if known is not None and hmac.compare_digest(hashlib.sha256(known.encode()).digest(), given):
            found = name
    return found


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(BYTES)


def read_access(folder: Path) -> Access:
    """What stands in the state folder; raises `FondlyError` where it cannot be read."""
    path = folder / FILE
    try:
        kept = json.loads(path.read_bytes())
        links = {name: _link(one) for name, one in kept["links"].items()}
        published = {place: tuple(tokens) for place, tokens in kept["published"].items()}
        return Access(str(kept["key"]), links, kept["address"], published)
    except FileNotFoundError:
        return Access()
    except OSError as problem:
        raise FondlyError(f"{path} cannot be read: {problem.strerror or problem}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        what = "is damaged; put a backup back, or move it away: then every feed gets a new link"
        raise FondlyError(f"{path} {what}") from None


def change_access(folder: Path, change: Callable[[Access], Access]) -> Access:
    """Change what stands there, in one step, while nobody else does; gives what stands there now."""
    with waiting_for(folder, LOCK):
        before = read_access(folder)
        after = change(before if before.key else replace(before, key=new_token()))
        if after != before:
            try:
                replace_atomically(folder / FILE, _written(after), mode=0o600)
            except OSError as problem:
                raise FondlyError(f"{folder / FILE} cannot be written: {problem.strerror or problem}") from None
        return after


def linked(folder: Path, names: Iterable[str]) -> Access:
    """The links, new ones made for those of these feeds that never had one."""
    wanted, access = list(names), read_access(folder)
    if all(name in access.links for name in wanted) and access.key:
        return access

    def add(access: Access) -> Access:
        fresh = {name: Link(new_token()) for name in wanted if name not in access.links}
        return replace(access, links={**access.links, **fresh})

    return change_access(folder, add)


def rotate(access: Access, name: str) -> Access:
    """A new link for a feed; the old one and its invitations are worth nothing from now on."""
    return access.having(name, replace(access.link(name), token=new_token(), invitations={}))


def revoke(access: Access, name: str) -> Access:
    """No link at all for a feed, until it gets a new one."""
    return access.having(name, replace(access.link(name), token=None, invitations={}))


def invite(access: Access, name: str, today: dt.date, token: str) -> Access:
    """An invitation to a feed, which holds for two weeks; those that are over are forgotten."""
    link = access.link(name)
    lasting = {one: last for one, last in link.invitations.items() if last >= today}
    invitations = {**lasting, token: today + VALID}
    return access.having(name, replace(link, token=link.token or new_token(), invitations=invitations))


def come_in(access: Access, name: str) -> Access:
    """Somebody opened an invitation: who had left is back."""
    link = access.link(name)
    return access.having(name, replace(link, left=False, rest=None if link.left else link.rest))


def pause(access: Access, name: str, now: dt.datetime, last: dt.date | None) -> Access:
    """A reader wants nothing more, from ``now`` on. A pause that lasts gets another end."""
    link = access.link(name)
    since = link.rest.since if link.rest and link.rest.lasts(now) else now.replace(second=0, microsecond=0)
    return access.having(name, replace(link, rest=Rest(since, last)))


def resume(access: Access, name: str) -> Access:
    """A reader wants to go on."""
    link = access.link(name)
    return access if link.left else access.having(name, replace(link, rest=None))


def leave(access: Access, name: str, now: dt.datetime) -> Access:
    """A reader wants no more of it at all; their invitations go too, so that only a new one brings it back."""
    resting = pause(access, name, now, None)
    return resting.having(name, replace(resting.link(name), left=True, invitations={}))


def _link(kept: Mapping[str, Any]) -> Link:
    rest = kept["rest"]
    last = rest and rest["last"] and dt.date.fromisoformat(rest["last"])
    since = rest and dt.datetime.fromisoformat(rest["since"])
    if since and since.tzinfo is None:
        raise ValueError("a time without its offset")
    invitations = {token: dt.date.fromisoformat(day) for token, day in kept["invitations"].items()}
    return Link(kept["token"], invitations, Rest(since, last or None) if since else None, bool(kept["left"]))


def _written(access: Access) -> bytes:
    links = {
        name: {
            "token": link.token,
            "invitations": {token: day.isoformat() for token, day in link.invitations.items()},
            "rest": link.rest
            and {"since": link.rest.since.isoformat(), "last": link.rest.last and link.rest.last.isoformat()},
            "left": link.left,
        }
        for name, link in sorted(access.links.items())
    }
    document = {"fondly": 1, "key": access.key, "address": access.address, "links": links}
    return json.dumps({**document, "published": access.published}, indent=1).encode()
