"""What the last run learnt of a calendar on a server, kept in the journal so that the next one need not ask again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from fondly_calendar.about import About


@dataclass(frozen=True, slots=True)
class Memo:
    """``asked`` is what the config names, and ``url`` the calendar that was found for it. ``checked`` is the day (ISO)
    on which it last said what it takes and who sees it, ``listed`` that of the last whole listing, ``token`` what the
    next poll begins at. ``reports`` is whether the server tells changes and was never caught telling too few,
    ``one_by_one`` whether it takes one write at a time, ``components`` what the calendar takes (``None``: not told).
    ``strange`` are the versions, by href, of what bears a name like ours and is none of ours, so that it is not read
    again after each listing.
    """

    asked: str = ""
    url: str = ""
    checked: str = ""
    listed: str = ""
    token: str | None = None
    reports: bool = True
    one_by_one: bool = False
    components: tuple[str, ...] | None = None
    strange: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None, asked: str) -> Memo:
        """The memo in the journal; an empty one where there is none, or one of another place."""
        try:
            kept = json.loads(text or "{}")
            taken = kept.get("components")
            components = None if taken is None else tuple(taken)
            memo = cls(**{**kept, "components": components, "strange": dict(kept.get("strange", {}))})
        except (ValueError, TypeError, AttributeError):
            return cls(asked=asked)
        return memo if memo.asked == asked else cls(asked=asked)

    def write(self) -> str:
        """As the journal keeps it."""
        return json.dumps(asdict(self), sort_keys=True)

    def takes(self, component: str) -> bool:
        """Whether the calendar takes such entries. Where it is not told, it takes all (RFC 4791 §5.2.3)."""
        return self.components is None or component in self.components


def wrong_readers(about: About, declared: int, *, unlisted: bool) -> str | None:
    """Why nothing may go there: its server shows it to more people than the config says. ``None`` if all is well."""
    from fondly_calendar.sharing import too_many

    more = None if unlisted else too_many(about.sharing, declared)
    if more is None:
        return None
    names = "one person" if declared == 1 else f"{declared} people"
    return (
        f"{more}, and 'seen_by' names {names}, so nothing was written. Name everybody there, or say 'unlisted: ok' if "
        "the others may see it too"
    )
