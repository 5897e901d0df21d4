"""A feed as an output: an .ics file in the state folder, which ``fondly serve`` shows to whoever has its link."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from fondly.feeds.access import Access, linked, read_access
from fondly.feeds.links import Links
from fondly.outputs.ics import IcsOutput
from fondly_calendar.icsfile import IcsFile
from fondly_hooks.errors import ConfigError, OutputError
from fondly_hooks.files import replace_atomically
from fondly_hooks.types.delivery import Remembered, Standing
from fondly_hooks.types.outputs import OutputContext

FOLDER = "feeds"
COLOR = "indianred"  # a CSS name, as RFC 7986 §5.9 wants it
LIMITS = (
    "a subscription: calendars fetch it when they like, up to a day later, and most ring no alarms from it; where that "
    "matters, use a CalDAV calendar. 'fondly feeds' shows its link"
)


def feed_file(folder: Path, name: str) -> Path:
    """Where the feed of that output lies; ``folder`` is the state folder."""
    return folder / FOLDER / f"{name}.ics"


class FeedOutput(IcsOutput):
    """The file of a feed. Nobody's hand is in it but fondly's, so whatever is wrong with it, it is made anew."""

    def __init__(self, context: OutputContext) -> None:
        if context.state is None:
            raise ConfigError("a feed lies in fondly's own folder, and here is none")
        # An output that took over another one's name has a '+' in its identity; the file bears the plain name.
        self.name, self.folder = context.name.rstrip("+"), context.state
        super().__init__(feed_file(context.state, self.name), context)
        self._links: Links | None = None

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """What stands in the file; nothing where it cannot be read, or where its reader wants no more of it."""
        access = self._access()
        link = access.link(self.name)
        if self.context.address is not None and link.token is not None:
            self._links = Links(self.context.address, self.name, link.token)
        try:
            standing = super().read(remembered, state)
        except OutputError:
            if not self.context.to_look:
                self.path.unlink(missing_ok=True)
            self._text = self._file = None
            return Standing(absent=True)
        if link.left:
            self._file = None
            return Standing(absent=True)
        first = standing.absent and not any(not row.gone for row in remembered.values())
        return Standing(things=standing.things, absent=standing.absent, notes=(LIMITS,) if first else ())

    def examine(self) -> tuple[str, ...]:
        """What ``fondly doctor`` tells of every feed."""
        return (LIMITS,)

    def _access(self) -> Access:
        """The links as they are; one is made for this feed where it never had one."""
        return read_access(self.folder) if self.context.to_look else linked(self.folder, [self.name])

    def _head(self) -> list[str]:
        """The head of a file, and where it is to be found again (RFC 7986 §5.8, §5.7)."""
        *lines, mark = super()._head()
        lines.append(f"COLOR:{COLOR}")
        if self._links is not None:
            lines += [f"SOURCE;VALUE=URI:{self._links.feed}", f"URL:{self._links.page}"]
        return [*lines, mark]

    def _own_head(self) -> list[str]:
        """All of it: an address that is no longer served must not stay."""
        return list((self._file or IcsFile((), ())).head)

    def _replace(self, text: str) -> None:
        if text == self._text:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = int(self.path.stat().st_mtime) if self.path.exists() else 0
        replace_atomically(self.path, text.encode(), mode=0o600)
        if self.path.stat().st_mtime < before + 1:
            # Apple asks by date, and a date has whole seconds: each version needs a later one than the last.
            os.utime(self.path, (before + 1, before + 1))
