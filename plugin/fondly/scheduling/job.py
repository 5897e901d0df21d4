"""What is to be run, and what tells it from that of other relationships on the same machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

MARK = "Made by 'fondly schedule on'; 'fondly schedule off' takes it away."


@dataclass(frozen=True, slots=True)
class Job:
    """The command, as its words, the variables that it needs, and a short sign of whose it is.

    Raises ``ValueError`` where a word cannot be written into any schedule.
    """

    words: tuple[str, ...]
    sign: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for text in (*self.words, *self.variables.values()):
            if any(letter in text for letter in "\r\n\0"):
                raise ValueError("a path with a line break in it cannot be scheduled; give it another name")

    @property
    def name(self) -> str:
        """How it is called among the machine's jobs."""
        return f"fondly-{self.sign}"

    @property
    def minute(self) -> int:
        """A minute of its own, so that not everybody asks the same server at once."""
        return int(self.sign, 16) % 60


def sign_of(relationship_id: str) -> str:
    """A sign that is always the same for these people, and does not tell their id, which is private."""
    return hashlib.sha256(f"schedule {relationship_id}".encode()).hexdigest()[:8]
