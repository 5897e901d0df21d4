"""What the config says of outputs, judged by the models of their kinds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from fondly.config.document import Document
from fondly.config.foreign import judged as judged_by
from fondly.config.foreignsecrets import STAND_IN, literals, with_secrets
from fondly.config.judge import items
from fondly.config.keys import keys_of
from fondly.config.models import OutputModel
from fondly.config.problems import KeyPath, Problem
from fondly.config.suggest import did_you_mean
from fondly.outputs.later import LATER
from fondly.plugins import Plugins
from fondly_hooks.types.outputs import OutputKind

COMMON = frozenset(OutputModel.model_fields)
LONGEST_PATH = 1000
# Kinds whose path or url is the place itself; of a plugin's kind nobody knows.
KEEPERS = frozenset({*LATER, "caldav", "ics", "markdown"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One output of the file: its kind, ``None`` where this version does not serve it, and its valid options.

    ``given`` are the options as they stand in the file, where secrets in them are still to be fetched.
    """

    where: KeyPath
    kind: OutputKind | None
    options: Any = field(default=None, repr=False)  # they may hold a password
    given: Mapping[str, Any] | None = field(default=None, repr=False)


def output_kinds(plugins: Plugins) -> dict[str, OutputKind]:
    """All kinds that the plugins give, by name; of two of one name the first stays, and the other is reported."""
    kinds: dict[str, OutputKind] = {}
    for name, kind in plugins.gather("fondly_output_kinds", OutputKind):
        fault = _fault(kind)
        if fault:
            plugins.fail(name, "fondly_output_kinds", fault)
        elif kind.name in kinds:
            what = f"the kind '{kind.name}' is given already; this one is left aside"
            plugins.fail(name, "fondly_output_kinds", what)
        else:
            kinds[kind.name] = kind
    return kinds


def _fault(kind: OutputKind) -> str | None:
    """What is wrong with a kind, so that no config can name it."""
    if not isinstance(kind.name, str) or not kind.name:
        return "the name of a kind has to be text"
    if not (isinstance(kind.options, type) and issubclass(kind.options, BaseModel)):
        return f"the options of the kind '{kind.name}' are no pydantic model"
    taken = sorted(COMMON & set(keys_of(kind.options)))
    if taken:
        return f"the kind '{kind.name}' has an option '{taken[0]}', which every output has already"
    return None


def option_models(kinds: Mapping[str, OutputKind]) -> dict[str, type[BaseModel]]:
    """The model of the options of each kind that a config may name."""
    return {**LATER, **{name: kind.options for name, kind in kinds.items()}}


def judge_outputs(
    document: Document, folder: Path, private: bool, kinds: Mapping[str, OutputKind], *, all_known: bool = True
) -> tuple[list[Judged], list[Problem]]:
    """Each output of the file, as far as it has the right shape, and every problem with the keys of its kind.

    ``folder`` is where relative paths start, ``private`` whether the file may hold a password. A kind that is not among
    ``kinds`` is a problem only where they are ``all_known``.
    """
    models, judged, problems = option_models(kinds), [], []
    for path, output in items(document, "outputs"):
        name = output.get("kind")
        if not isinstance(name, str) or not name:
            continue
        if name not in models:
            if all_known:
                what = f"there is no kind '{name}'{did_you_mean(name, models)}"
                problems.append(document.places.problem((*path, "kind"), what))
            judged.append(Judged(path, None))
            continue
        given = {key: value for key, value in output.items() if key not in COMMON}
        own = keys_of(models[name])
        for key in [key for key in given if key not in own]:
            elsewhere = sorted(kind for kind, model in models.items() if key in keys_of(model))
            if elsewhere:
                del given[key]
                what = f"is no key of '{name}' but of {', '.join(elsewhere)}; take it away, or choose another kind"
                problems.append(document.places.problem((*path, key), what, key=True))
        model = models[name]
        problems += literals(document, path, model, given, private)
        filled = with_secrets(model, given, lambda secret, where: STAND_IN)
        options, wrong = judged_by(document, path, model, filled, private=private, also=COMMON, blame=("kind",))
        problems += wrong
        if options is not None:
            judged.append(Judged(path, kinds.get(name), options, given if filled != given else None))
    return judged, problems + _same_place(document, folder)


def _same_place(document: Document, folder: Path) -> list[Problem]:
    """Two outputs at one place would each take the other's entries for a stranger's.

    In a Markdown file each output has a region of its own, so that two of them are fine.
    """
    taken: dict[str, tuple[str, str]] = {_file(folder, document.places.name): ("", "this config file")}
    for _, source in items(document, "busy"):
        if isinstance(source.get("url"), str):
            taken[_file(folder, source["url"])] = ("", "the calendar that is read for busy times")
    problems = []
    for path, output in items(document, "outputs"):
        if str(output.get("kind")) not in KEEPERS:
            continue
        for key in ("path", "url"):
            named = output.get(key)
            if not isinstance(named, str) or not named:
                continue
            place, kind = place_named(folder, {"calendar": output.get("calendar"), key: named}), str(output.get("kind"))
            other_kind, other = taken.get(place, ("markdown", ""))
            if not (kind == other_kind == "markdown") and place in taken:
                what = f"is the place of {other} already; give each its own"
                problems.append(document.places.problem((*path, key), what))
            taken.setdefault(place, (kind, f"the output '{output.get('name')}'"))
    return problems


def place_named(folder: Path, options: Mapping[str, Any]) -> str:
    """The place that a ``path``, or a ``url`` and perhaps a ``calendar`` there, stand for, however they are written."""
    if "path" in options:
        return _file(folder, options["path"])
    calendar = options.get("calendar")
    return _address(options["url"]) + (f" {calendar}" if isinstance(calendar, str) else "")


def _file(folder: Path, named: str) -> str:
    path = folder / os.path.expanduser(named)
    # Links are followed, but not along what no file system takes for a path.
    return os.path.normpath(path) if "\0" in named or len(named) > LONGEST_PATH else os.path.realpath(path)


def _address(named: str) -> str:
    if "://" not in named:  # an email address
        return named.lower()
    try:
        parts = urlsplit(named)
        port = {("http", 80): None, ("https", 443): None}.get((parts.scheme, parts.port or 0), parts.port)
    except ValueError:  # no address at all, which is told by the kind's own model
        return named
    return f"{parts.scheme}://{parts.hostname}:{port}{parts.path.rstrip('/')}"
