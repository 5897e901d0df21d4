"""What a config may say already and this version does not do yet: one line for each key that stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from fondly.config.document import Document
from fondly.config.judge import walk
from fondly.config.problems import KeyPath, Problem
from fondly.outputs.later import LATER

# Keys, `*` standing for any key or place in a list; what they are for; what must stand there (anything where None).
NOT_YET: tuple[tuple[str, str, Callable[[object], bool] | None], ...] = (
    ("dates.sitter", "finding somebody to look after children", None),
    ("dates.turns", "taking turns in choosing", None),
    ("anniversaries.dates.*.date", "days of other calendars", lambda value: isinstance(value, dict)),
    (
        "anniversaries.dates.*.repeat",
        "remembering each month",
        lambda value: isinstance(value, list) and "month" in value,
    ),
    ("anniversaries.dates.*.milestones", "milestones", None),
    ("anniversaries.dates.*.gifts", "gift themes", None),
    ("outputs.*.kind", "this kind of output", lambda value: value in LATER),
)


def later(document: Document, served: Container[str]) -> Iterator[Problem]:
    """One line for each such key; where it stands at several places, at the first. ``served`` are kinds of plugins."""
    found: dict[str, list[KeyPath]] = {}
    for path, value in walk(document.data):
        for pattern, purpose, wanted in NOT_YET:
            if _fits(path, pattern) and (wanted is None or wanted(value)):
                if path[0] != "outputs":
                    found.setdefault(purpose, []).append(path)
                elif value not in served:
                    found.setdefault(f"{purpose} ({value})", []).append(path)
    for purpose, paths in found.items():
        count = f" ({len(paths)} such keys)" if len(paths) > 1 else ""
        yield document.places.problem(paths[0], f"does nothing yet; a later version brings {purpose}{count}")


def _fits(path: KeyPath, pattern: str) -> bool:
    words = pattern.split(".")
    return len(words) == len(path) and all(word in ("*", part) for word, part in zip(words, path, strict=True))
