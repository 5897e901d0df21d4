"""Being told how a run goes, as it goes."""

from __future__ import annotations

from fondly_hooks.types.delivery import Outcome


class Watcher:
    """Does nothing with what it is told. A terminal's has bars."""

    def begin(self, output: str, writes: int) -> None:
        """That output is about to get so many writes."""

    def step(self, output: str, outcome: Outcome) -> None:
        """One write there is through."""
