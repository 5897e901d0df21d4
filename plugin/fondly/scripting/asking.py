"""One question to one script: what it is told, how it is run, and what its answer means."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from fondly.config.suggest import did_you_mean
from fondly.scripting.process import run_program
from fondly.scripting.wire import changed_entries, read_record, read_records, to_wire
from fondly_hooks.errors import SourceError
from fondly_hooks.specs import HOOKS
from fondly_hooks.types.context import HookContext
from fondly_hooks.types.entries import Change, Entry
from fondly_hooks.types.people import Relationship

PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "SYSTEMROOT")  # the last one is needed where Windows runs
KEYS = {
    "provider": ("add",),
    "decider": ("result",),
    "adjuster": ("add", "change", "drop"),
    "observer": (),
}
PRIVATE = ("forgiveness", "professional-help")  # practices that ``me`` alone sees
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Question:
    """What a script is asked. ``data`` has the hook's arguments by name, without the relationship and the context."""

    hook: str
    path: Path
    sees_secrets: bool
    limit: float
    relationship: Relationship | None
    data: Mapping[str, Any]
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a script gave, as a plugin in Python would have given it, and what it wants to say to the person.

    ``prose`` is the end of what it wrote to standard error. ``faults`` tell what is wrong with records of it that are
    left aside.
    """

    given: Any = None
    message: str = ""
    prose: str = ""
    faults: tuple[str, ...] = ()


def ask(question: Question, context: HookContext, stopped: Callable[[], bool] = lambda: False) -> Answer:
    """Run the script. Raises `FondlyError` with what is wrong with it or with its answer, in one line.

    Once ``stopped`` says so, nobody waits for it any longer.
    """
    told = as_told(question)
    ended = run_program(
        [str(question.path), question.hook],
        json.dumps(request(told, context), ensure_ascii=False).encode("utf-8", "replace"),
        environment(question, context),
        question.path.parent,
        question.limit,
        stopped,
    )
    if ended.problem:
        raise SourceError(ended.problem)
    return replace(read_answer(ended.printed, told, context.plugin), prose=ended.prose)


def as_told(question: Question) -> Question:
    """The question without what this script may not know."""
    return replace(question, data=_visible(question), relationship=_told(question))


def request(question: Question, context: HookContext) -> dict[str, Any]:
    """The JSON object that a script finds on its standard input."""
    return {
        "fondly_hook": 1,
        "hook": question.hook,
        "relationship": to_wire(question.relationship),
        "data": {name: to_wire(value) for name, value in question.data.items()},
        "settings": _plain(context.settings),
        "dry_run": context.dry_run,
        "now": context.now.isoformat(),
    }


def environment(question: Question, context: HookContext) -> dict[str, str]:
    """The variables of a script: a few of the person's own, and what it needs to find its way without reading JSON."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed | {
        "FONDLY_HOOK": question.hook,
        "FONDLY_PLUGIN": context.plugin,
        "FONDLY_NOW": context.now.isoformat(),
        "FONDLY_CONFIG": str(question.config or ""),
        "FONDLY_CACHE": str(context.cache),
    }


def read_answer(printed: bytes, question: Question, plugin: str) -> Answer:
    """What the script's output means; nothing at all means nothing. Raises `SourceError` with what is wrong."""
    if not printed.strip():
        return Answer()
    try:
        answer = json.loads(printed.decode("utf-8"))
    except UnicodeDecodeError:
        raise SourceError(
            "printed something that is not UTF-8; its standard output has to be one JSON object"
        ) from None
    except (ValueError, RecursionError):
        begins = printed[:40].decode("utf-8", "replace").strip()
        what = f"printed no JSON, but '{begins}'" if begins.isprintable() else "printed no JSON"
        raise SourceError(f"{what}; prose belongs on standard error") from None
    if not isinstance(answer, dict):
        raise SourceError('printed no JSON object; write {"add": […]}, for one')
    kind = HOOKS[question.hook].kind
    other = answer.get("hook", question.hook)
    if other != question.hook:
        raise SourceError(f"answers the hook '{str(other)[:LONGEST]}', and was asked '{question.hook}'")
    known = (*KEYS[kind], "message", "hook")
    for key in answer:
        if key not in known:
            takes = ", ".join(f"'{one}'" for one in (*KEYS[kind], "message"))
            hint = did_you_mean(key, known) if len(key) < LONGEST else ""
            raise SourceError(
                f"answers with '{key[:LONGEST]}', which this hook does not take{hint or f'; it takes {takes}'}"
            )
    message = answer.get("message") or ""
    if not isinstance(message, str):
        raise SourceError("gives a message that is no text")
    faults: list[str] = []
    try:
        given = _meant(answer, question, plugin, faults)
    except ValueError as problem:
        raise SourceError(str(problem)) from None
    return Answer(given, " ".join(message.split())[:LONGEST], faults=tuple(faults))


def _meant(answer: dict[str, Any], question: Question, plugin: str, faults: list[str]) -> Any:
    """What is given; a record of a provider that cannot be read is left aside, and told in ``faults``."""
    facts = HOOKS[question.hook]
    zone = ZoneInfo(question.relationship.timezone if question.relationship else "UTC")
    if facts.kind == "provider":
        return read_records(_kind(question), answer.get("add") or [], plugin=plugin, zone=zone, faults=faults)
    if facts.kind == "decider":
        result = answer.get("result")
        if result is None:
            return None
        if question.hook == "fondly_weather":
            return read_record(_kind(question), result, plugin=plugin, zone=zone, at="result")
        return tuple(read_records(_kind(question), result, plugin=plugin, zone=zone, at="result"))
    if facts.kind == "adjuster":
        entries = {entry.id: entry for entry in question.data["entries"]}
        drop = answer.get("drop") or []
        if not isinstance(drop, list) or not all(isinstance(id, str) for id in drop):
            raise ValueError("'drop' has to be a list of ids")
        return Change(
            add=tuple(read_records(Entry, answer.get("add") or [], plugin=plugin, zone=zone)),
            change=tuple(changed_entries(answer.get("change") or [], entries, zone=zone)),
            drop=tuple(id for id in drop if id in entries),
        )
    return None


def _kind(question: Question) -> type[Any]:
    kind = HOOKS[question.hook].gives
    assert kind is not None  # noqa: S101  # providers and deciders give something
    return kind


def _visible(question: Question) -> dict[str, Any]:
    """The data without what is secret from somebody, unless the script says that it sees it."""
    if question.sees_secrets or "entries" not in question.data:
        return dict(question.data)
    entries = tuple(entry for entry in question.data["entries"] if not entry.secret_from)
    return {**question.data, "entries": entries}


def _told(question: Question) -> Relationship | None:
    """The people without the days that are secret from somebody, and without what is private to ``me``."""
    people = question.relationship
    if people is None or question.sees_secrets:
        return people
    return replace(
        people,
        remembered=tuple(date for date in people.remembered if not date.secret_from),
        practices=MappingProxyType({slug: wish for slug, wish in people.practices.items() if slug not in PRIVATE}),
    )


def _plain(settings: Any) -> Any:
    """Settings as JSON knows them."""
    if isinstance(settings, Mapping):
        return {key: _plain(value) for key, value in settings.items()}
    return [_plain(value) for value in settings] if isinstance(settings, (list, tuple)) else settings
