"""From what the config says of an output to an open one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from fondly.config.document import Document, Problem, refuse
from fondly.config.explain import explain
from fondly.config.records import Config, OutputSpec
from fondly.config.suggest import did_you_mean
from fondly.plugins import Plugins
from fondly_hooks.types.outputs import Output, OutputContext, OutputKind

# Kinds of the contract that this version accepts in a config and does not serve yet.
LATER = ("feed", "obsidian", "org", "logseq")


@dataclass(frozen=True, slots=True)
class Ready:
    """An output whose options are valid; ``kind`` is ``None`` where this version does not serve it yet."""

    spec: OutputSpec
    kind: OutputKind | None
    options: Any = None

    def open(self, config: Config, now: dt.datetime) -> Output:
        """Open it; raises `FondlyError` where a secret is missing or the place cannot be used."""
        if self.kind is None:
            raise LookupError(self.spec.kind)
        relationship = config.relationship
        neutral = self.spec.titles != "full"
        names = " & ".join(person.name for person in relationship.people)
        context = OutputContext(
            name=self.spec.name,
            key=key_of(relationship.id),
            base=config.folder,
            now=now,
            timezone=relationship.timezone,
            calendar_name=self.spec.name if neutral else names,
            neutral=neutral,
            literal_secrets=config.private,
        )
        return self.kind.open(self.options, context)


def key_of(relationship_id: str) -> bytes:
    """What the marks of a relationship's entries are keyed by."""
    return relationship_id.encode()


def ready_outputs(config: Config, plugins: Plugins) -> list[Ready]:
    """All outputs with their options validated by the models of their kinds; raises `ConfigError` with all problems."""
    kinds: dict[str, OutputKind] = {}
    for name, kind in plugins.gather("fondly_output_kinds", OutputKind):
        if kind.name in kinds:
            plugins.fail(
                name, "fondly_output_kinds", f"the kind '{kind.name}' is given already; this one is left aside"
            )
        else:
            kinds[kind.name] = kind
    document = Document(config.path.name, values=dict(config.positions))
    problems: list[Problem] = []
    ready = [_ready(spec, kinds, document, problems) for spec in config.outputs]
    problems += _same_place(ready, document)
    if problems:
        raise refuse(problems)
    return ready


def _ready(spec: OutputSpec, kinds: Mapping[str, OutputKind], document: Document, problems: list[Problem]) -> Ready:
    kind = kinds.get(spec.kind)
    if kind is None:
        if spec.kind not in LATER:
            hint = did_you_mean(spec.kind, {*kinds, *LATER})
            problems.append(document.problem((*spec.where, "kind"), f"there is no kind '{spec.kind}'{hint}"))
        return Ready(spec, None)
    try:
        return Ready(spec, kind, kind.options.model_validate(dict(spec.options)))
    except ValidationError as error:
        problems += explain(error, document, kind.options, spec.where)
        return Ready(spec, None)


def _same_place(ready: list[Ready], document: Document) -> list[Problem]:
    """Two outputs of one kind at one place would each take the other's entries for a stranger's."""
    taken: dict[tuple[str, str], str] = {}
    problems = []
    for output in ready:
        key = "url" if "url" in output.spec.options else "path"
        named = str(output.spec.options.get(key, output.spec.name))
        place = (output.spec.kind, named.rstrip("/") if key == "url" else os.path.normpath(named))
        if place in taken and output.spec.kind != "markdown":
            what = f"is the place of the output '{taken[place]}' already; give each its own"
            problems.append(document.problem((*output.spec.where, key), what))
        taken.setdefault(place, output.spec.name)
    return problems
