"""Asking one plugin one hook, dry: what it was asked, what it gave, what is wrong with that, how long it took."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fondly.checks import faults
from fondly.config.suggest import did_you_mean
from fondly.deciding import forecast_fault, ranking_fault
from fondly.planner import Deciders, Past
from fondly.plugins import Plugins
from fondly.preparing import Prepared, days_to_gather, delivery_horizons, draft, gather_all
from fondly.scripting.asking import as_told, request
from fondly.scripting.wire import to_wire
from fondly_hooks.errors import ConfigError
from fondly_hooks.specs import HOOKS
from fondly_hooks.types.entries import Change, Entry
from fondly_hooks.types.ideas import IdeaHistory, IdeaWish
from fondly_hooks.types.outputs import OutputKind
from fondly_hooks.types.reports import OutputReport, RunReport
from fondly_hooks.types.times import Span

DAY = dt.timedelta(days=1)
HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one question. ``asked`` and ``gave`` are JSON, as a script would get and give it.

    ``faults`` are in words; where there is none, fondly uses all that was given.
    """

    plugin: str
    hook: str
    source: str
    asked: Mapping[str, Any]
    gave: Any
    faults: tuple[str, ...]
    said: tuple[str, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The trial as ``hooks test --json`` prints it."""
        return {
            "plugin": self.plugin,
            "hook": self.hook,
            "source": self.source,
            "input": self.asked,
            "output": self.gave,
            "faults": list(self.faults),
            "messages": list(self.said),
            "seconds": round(self.seconds, 4),
        }


def to_be_tried(plugins: Plugins, hook: str, wanted: str | None) -> list[str]:
    """The plugins to ask: the one that is wanted, else all that are not fondly's own.

    Raises `ConfigError` where there is no such hook, or nobody to ask.
    """
    if hook not in HOOKS:
        raise ConfigError(f"there is no hook '{hook}'{did_you_mean(hook, HOOKS)}; 'fondly hooks list' shows all")
    answering = plugins.answering(hook)
    if wanted is None:
        return [name for name in answering if name not in plugins.trusted]
    if wanted in answering:
        return [wanted]
    if wanted in plugins.sources:
        raise ConfigError(f"--plugin: '{wanted}' ({plugins.sources[wanted]}) does not answer {hook}")
    raise ConfigError(f"--plugin: there is no plugin '{wanted}'{did_you_mean(wanted, plugins.sources)}")


def try_hook(prepared: Prepared, past: Past, now: dt.datetime, hook: str, name: str) -> Tried:
    """Ask that plugin that hook, with what a run at ``now`` would ask it, in a dry run. Nothing is written."""
    plugins = prepared.plugins
    arguments = _arguments(prepared, past, now, hook)
    plugins.surroundings = replace(plugins.surroundings, now=now, dry_run=True)
    failures, messages = len(plugins.failures), len(plugins.messages)
    started = time.perf_counter()
    given = plugins.call_one(name, hook, **arguments)
    seconds = time.perf_counter() - started
    records = [record for answer in given for record in (answer if isinstance(answer, (list, tuple)) else [answer])]
    answer: Any = records if HOOKS[hook].kind == "provider" else given[0] if given else None
    wrong = [failure.error for failure in plugins.failures[failures:]]
    wrong += _wrong(prepared, hook, name, answer, arguments)
    shown = [*arguments["cli"].commands] if hook == "fondly_commands" else _shown(answer)
    return Tried(
        plugin=name,
        hook=hook,
        source=plugins.source(name, hook),
        asked=_asked(plugins, hook, name, arguments),
        gave=shown,
        faults=tuple(dict.fromkeys(wrong)),
        said=tuple(message.text for message in plugins.messages[messages:]),
        seconds=seconds,
    )


def _arguments(prepared: Prepared, past: Past, now: dt.datetime, hook: str) -> dict[str, Any]:
    """What a run would hand to that hook."""
    relationship, horizons = prepared.relationship, delivery_horizons(prepared.relationship, now)
    days = days_to_gather(horizons, now)
    window = Span(*(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) for day in (days.start, days.end)))
    if hook in ("fondly_practices", "fondly_anniversaries"):
        return {"relationship": relationship}
    if hook == "fondly_date_ideas":
        return {"relationship": relationship, "window": days}
    if hook == "fondly_entries":
        return {"relationship": relationship, "window": window}
    if hook == "fondly_busy":
        return {"person": relationship.me, "window": window}
    if hook == "fondly_weather":
        return {"relationship": relationship, "day": now.date() + DAY}
    if hook == "fondly_rank_date_ideas":
        evening = (now + DAY).replace(hour=19, minute=0, second=0, microsecond=0)
        ideas = gather_all(prepared, past, horizons, now).ideas
        return {"ideas": ideas, "wish": IdeaWish(start=evening, minutes=180, seed="test"), "history": IdeaHistory()}
    if hook in ("fondly_adjust_entries", "fondly_entry_done"):
        entries = draft(prepared, past, horizons, now, Deciders()).entries
        if hook == "fondly_adjust_entries":
            return {"entries": entries, "relationship": relationship}
        return {"entry": _done(entries, now)}
    if hook == "fondly_run_finished":
        outputs = tuple(OutputReport(ready.spec.name, ready.spec.kind) for ready in prepared.outputs)
        return {"report": RunReport(outputs, (), dry_run=True)}
    if hook == "fondly_commands":
        import click

        return {"cli": click.Group("fondly")}
    return {}


def _done(entries: Iterable[Entry], now: dt.datetime) -> Entry:
    """Something that everybody may know of, as it would be ticked."""
    found = [entry for entry in entries if not entry.secret_from and entry.first_day >= now.date()]
    if not found:
        raise ConfigError("nothing is planned that could be done; add something to the config, or try with --sample")
    return found[0]


def _asked(plugins: Plugins, hook: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the plugin was told, as JSON. Its settings may hold a password, so their values stay away."""
    if plugins.scripts and name in plugins.scripts.plugins:
        question = plugins.scripts.plugins[name].question(hook, arguments)
        asked = request(as_told(question), plugins.surroundings.context(name))
        return {**asked, "settings": dict.fromkeys(asked["settings"], HIDDEN)}
    return {key: to_wire(value) for key, value in arguments.items() if key != "cli"}


def _shown(answer: Any) -> Any:
    """What was given, as JSON."""
    if isinstance(answer, list):
        return [_shown(record) for record in answer]
    if isinstance(answer, OutputKind):
        return {"name": answer.name, "options": list(getattr(answer.options, "model_fields", {}))}
    try:
        return to_wire(answer)
    except Exception:  # what no record is may be anything
        return f"a {type(answer).__name__}"


def _wrong(prepared: Prepared, hook: str, name: str, answer: Any, arguments: Mapping[str, Any]) -> Iterator[str]:
    """What fondly would not use of an answer, and why."""
    facts = HOOKS[hook]
    if answer is None or facts.gives is None:
        return
    if hook == "fondly_weather":
        yield from filter(None, [forecast_fault(answer, arguments["day"])])
        return
    if hook == "fondly_rank_date_ideas":
        yield from filter(None, [ranking_fault(answer, frozenset(idea.slug for idea in arguments["ideas"]))])
        return
    for record in answer if isinstance(answer, list) else [answer]:
        if not isinstance(record, facts.gives):
            yield f"gave a {type(record).__name__} where a {facts.gives.__name__} belongs"
            continue
        yield from faults(record, prepared.relationship)
        if hook == "fondly_entries" and not record.id.startswith(f"custom/{name}/"):
            yield f"the id '{record.id}' must begin with 'custom/{name}/'"
        if isinstance(record, Change):
            planned = {entry.id for entry in arguments["entries"]}
            for entry in (*record.add, *record.change):
                yield from faults(entry, prepared.relationship)
            for entry in record.change:
                if entry.id not in planned:
                    yield f"changes '{entry.id}', which is not planned"
