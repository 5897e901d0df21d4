"""A kind of output as somebody else would write it: titles in a file of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from fondly import Action, Entry, Outcome, OutputContext, OutputKind, Remembered, Standing, Thing, hookimpl


class Options(BaseModel):
    """Where the file is."""

    path: str = "list.json"


class ListOutput:
    """A file that can be read back."""

    requests, ahead = 0, None

    def __init__(self, options: Options, context: OutputContext) -> None:
        self.path = context.base / options.path

    def load(self) -> dict[str, Any]:
        """What stands in the file."""
        found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        return found

    def save(self, lines: Mapping[str, Any]) -> None:
        """Write the file."""
        self.path.write_text(json.dumps(lines), encoding="utf-8")

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """Each line is one of ours; a person's edit shows by the journal."""
        return Standing(things=tuple(Thing(uid=uid, fields=fields, mine=True) for uid, fields in self.load().items()))

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The title."""
        return {"text": wanted.title}

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Each by itself."""
        for action in actions:
            lines = self.load()
            if action.verb in ("create", "update") and action.wanted:
                lines[action.uid] = dict(action.wanted.fields)
                self.save(lines)
            elif action.verb == "delete":
                lines.pop(action.uid)
                self.save(lines)
            yield Outcome(action=action)

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """Nothing."""
        return None

    def close(self) -> None:
        """Nothing."""


@hookimpl
def fondly_output_kinds() -> Iterator[OutputKind]:
    """The kind."""
    yield OutputKind(name="list", options=Options, open=ListOutput)
