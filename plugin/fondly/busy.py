"""The busy times that the config names, one plugin for each source, so that one broken file spoils no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from fondly.config.records import BusySource, Config
from fondly_calendar.busy import busy_times
from fondly_hooks.errors import SourceError
from fondly_hooks.markers import hookimpl
from fondly_hooks.types.entries import Busy
from fondly_hooks.types.times import Span

MOST_BYTES = 20_000_000


class BusyFile:
    """One person's calendar in an .ics file."""

    def __init__(self, source: BusySource, timezone: str) -> None:
        self.source, self.timezone = source, timezone

    @hookimpl
    def fondly_busy(self, person: str, window: Span) -> Iterator[Busy]:
        """The times that this calendar takes, for the person whose it is."""
        if person != self.source.person:
            return
        data = _read(self.source.path)
        try:
            yield from busy_times(data, person, window, ZoneInfo(self.timezone))
        except SourceError as problem:
            raise SourceError(f"{self.source.path} {problem}") from None


def busy_plugins(config: Config) -> Iterator[tuple[str, object, str]]:
    """A plugin for each busy source: its name, the plugin, where it reads from."""
    for index, source in enumerate(config.busy):
        timezone = config.relationship.person(source.person).timezone
        yield f"busy-{source.person}-{index + 1}", BusyFile(source, timezone), str(source.path)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as problem:
        raise SourceError(f"{path} cannot be read: {problem.strerror or problem}") from None
