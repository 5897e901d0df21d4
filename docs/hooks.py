"""Writes docs/hooks.md, the reference of the hooks, from their specifications: ``python docs/hooks.py``."""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

from fondly.plugins.registry import MOST_RECORDS
from fondly.plugins.scripts import TIME_LIMIT
from fondly.scripting.asking import KEYS, PASSED_ON
from fondly.scripting.process import MOST_BYTES
from fondly.service.scaffold import example_of
from fondly_hooks import specs
from fondly_hooks.types import content, context, delivery, entries, ideas, outputs, people, reports, times

HERE = Path(__file__).parent
WIDTH = 120
PLAIN = (str, int, float, tuple, type(None))
SECTIONS = ("Called", "Given", "Gives", "Order", "Errors")
RECORDS = (
    people.Relationship,
    people.Person,
    people.Visit,
    people.RememberedDate,
    people.Rhythm,
    people.PracticeWish,
    people.Place,
    people.DateWish,
    content.Practice,
    content.Suggestion,
    content.Study,
    content.DateIdea,
    content.Anniversary,
    entries.Entry,
    entries.Change,
    entries.Busy,
    ideas.Forecast,
    ideas.IdeaWish,
    ideas.IdeaHistory,
    ideas.RankedIdea,
    times.Span,
    times.DayRange,
    reports.RunReport,
    reports.OutputReport,
    reports.Failure,
    context.HookContext,
    outputs.OutputKind,
    outputs.OutputContext,
    outputs.Output,
    delivery.Standing,
    delivery.Thing,
    delivery.Remembered,
    delivery.Wanted,
    delivery.Action,
    delivery.Outcome,
)

PASSED = ", ".join(f"`{name}`" for name in PASSED_ON if name != "SYSTEMROOT")
HEAD = f"""\
# The hooks

Everything that fondly plans comes from hooks, its own content too. This page says what each of them is asked and may
give; [your-own.md](your-own.md) is the way in, and [examples](../examples/README.md) has files to copy. It is made from
the specifications by `python docs/hooks.py`.

## Plugins

A plugin is one of these, loaded in this order:

1. what fondly brings along: `practices`, `dates`, `anniversaries`, `notes`, `calendars`;
2. an installed package with an entry point in the group `fondly`; its name is the entry point's;
3. a file `NAME.py` in the hooks folder, which is `hooks/` beside the config file, or where `hooks.folder` says;
4. an executable `HOOK.d/NAME` in that folder, whatever follows the name's last dot. In a sub-folder `HOOK.d/FOLDER/`,
   one level deep, it may keep what belongs to it; it is `FOLDER-NAME` then. The bytes of their paths are their order.

Each is asked alone, in that order; pluggy's `tryfirst` and `trylast` count. Of the deciders the last one is asked
first. `fondly hooks list` shows all of it.

In the config file, `hooks.disable` blocks plugins by name, `hooks.settings.NAME` is for that plugin alone, and a
failure of one that `hooks.optional` names leaves the exit code 0. Files and folders that others can write are refused.

## When one fails

It is named with its hook, its file and the error, on standard error and in every `--json` document; all that the others
give is as it would be without it, and the exit code is 1. The practices, days and entries that it gave in the last sync
stay as they were, so that a source that is down for an hour takes nothing out of a calendar.

A plugin in Python is guarded against every exception, not against hanging; what it prints is shown as a message and
never mixed into fondly's own output. It gets copies of its own, so that changing what it was given changes nothing. Of
more than {MOST_RECORDS} records from one call none is used.

## In Python

An implementation bears the name of its hook and `@hookimpl`, and takes the arguments that it needs. `context` is a
`HookContext`: the plugin's settings, the clock, a folder to keep things in, a logger.

A plugin may declare two things beside its hooks:

- `fondly_settings`: a pydantic model. What the config says under `hooks.settings.NAME` is judged by it, with line and
  column, before anything runs, and `context.settings` is an instance of it. A field of the type `SecretStr` is a
  secret: the config names where it comes from, such as `{{env: NAME}}`. Without a model it is a mapping.
- `fondly_sees_secrets`: `True` where its observers are to be told of what is secret from somebody.

All is typed: `mypy --strict` knows the arguments of a hook and the fields of each record.

## Scripts

An executable in any language. It is run with the hook's name as its argument, gets one JSON object on standard input,
and answers with one on standard output, or with nothing. Prose belongs on standard error; `-v` shows it.

    {{"fondly_hook": 1, "hook": …, "relationship": …, "data": …, "settings": …, "dry_run": …, "now": …}}

`data` holds the hook's arguments by name, `settings` what the config says under `hooks.settings.NAME`, secrets fetched.
What it may answer depends on the kind of the hook; `"message"`, one line for the person, is always welcome.

| kind of hook | keys |
| --- | --- |
{{keys}}

- Days are `2026-11-30`, times have their offset: `2026-11-30T18:00:00+01:00`. Rhythms, windows and dates are written as
  in the config file. What is `null` is as if it were left out.
- An entry may be as short as `{{"id": "bins", "title": "Bins out", "start": "2026-11-30"}}`: its id gets `custom/NAME/`
  before it, its neutral title is "Reminder", and it ends after its day, or with a time after its `minutes`, or after
  half an hour.
- Exit code 0 is fine. After any other its answer is not used, and the last line of its standard error is told.
- It has {TIME_LIMIT:g} seconds and may print {MOST_BYTES // 1_000_000} MB. Then it is ended, with all that it started.
- Its environment: {PASSED}, and `FONDLY_HOOK`, `FONDLY_PLUGIN`, `FONDLY_NOW`,
  `FONDLY_CONFIG` (the config file), `FONDLY_CACHE` (a folder of its own). It starts in its own folder.
- What is secret from somebody it is not told, unless one of its first lines says `fondly: sees_secrets`. A line
  `fondly: timeout=30` asks for another limit, in seconds. Both stand in a comment.
- Scripts that do not wait for one another run side by side.

`fondly hooks schema` prints the JSON Schema of both sides.

## All hooks

| hook | kind | gives | scripts |
| --- | --- | --- | --- |
{{hooks}}

A provider gives any number of records, and everybody is asked. Of deciders the first answer counts. An adjuster gets
what the ones before it left. An observer is told, and cannot break a run.
"""


def page() -> str:
    """The whole page."""
    head = HEAD.replace("{keys}", "\n".join(_keys())).replace("{hooks}", "\n".join(_rows()))
    lines = [head]
    for hook in specs.HOOKS:
        lines += _hook(hook)
    lines += ["## Records", "", "What hooks are given and give. All of them are frozen, and come from `fondly`.", ""]
    for record in RECORDS:
        lines += _record(record)
    return "\n".join(lines).rstrip() + "\n"


def _keys() -> list[str]:
    rows = []
    for kind, keys in KEYS.items():
        rows.append(f"| {kind} | {', '.join(f'`{key}`' for key in keys) or 'none'} |")
    return rows


def _rows() -> list[str]:
    rows = []
    for hook, facts in specs.HOOKS.items():
        names = [name for name in inspect.signature(getattr(specs, hook)).parameters if name != "context"]
        gives = f"`{facts.gives.__name__}`" if facts.gives else "nothing"
        scripts = "yes" if facts.scripts else "no"
        anchor = f"[`{hook}({', '.join(names)})`](#{hook})"
        rows.append(f"| {anchor} | {facts.kind} | {gives} | {scripts} |")
    return rows


def _hook(hook: str) -> list[str]:
    """The section of one hook, from its specification."""
    text = inspect.getdoc(getattr(specs, hook)) or ""
    summary, rest = text.split("\n\n", 1)
    lines = [f"## {hook}", "", _plain(summary), "", "```python", _signature(hook), "```", ""]
    for name in SECTIONS:
        found = re.search(rf"^{name}: (.*?)(?=\n\n|\Z)", rest, re.DOTALL | re.MULTILINE)
        if found:
            lines.append(f"- **{name}**: {_plain(found[1])}")
    lines += ["", "```python", example_of(hook).rstrip(), "```", ""]
    script = example_of(hook, "Script")
    return [*lines, "What a script may print:", "", "```json", script.rstrip(), "```", ""] if script else lines


def _signature(hook: str) -> str:
    spec = inspect.signature(getattr(specs, hook))
    arguments = ", ".join(f"{name}: {parameter.annotation}" for name, parameter in spec.parameters.items())
    line = f"def {hook}({arguments}) -> {spec.return_annotation}: ..."
    return line if len(line) <= WIDTH else f"def {hook}(\n    {arguments}\n) -> {spec.return_annotation}: ..."


def _record(record: type[Any]) -> list[str]:
    """What a record is, and its fields."""
    lines = [f"### {record.__name__}", "", _plain(inspect.getdoc(record) or ""), ""]
    if is_dataclass(record):
        lines += ["| field | type | default |", "| --- | --- | --- |"]
        lines += [_field(field) for field in fields(record) if not field.name.startswith("make_")]
    members = [name for name, value in vars(record).items() if _is_told(record, name, value)]
    if members and is_dataclass(record):
        lines.append("")
    for name in members:
        member = inspect.getattr_static(record, name)
        about = _plain(inspect.getdoc(member.fget if isinstance(member, property) else member) or "")
        mark = "" if isinstance(member, property) else _arguments(member)
        lines.append(f"- `{name}{mark}`: {' '.join(about.split())}")
    return [*lines, ""]


def _is_told(record: type[Any], name: str, value: Any) -> bool:
    return not name.startswith("_") and (isinstance(value, property) or inspect.isfunction(value))


def _arguments(function: Any) -> str:
    return f"({', '.join(name for name in inspect.signature(function).parameters if name != 'self')})"


def _field(field: Field[Any]) -> str:
    default = "**needed**"
    if field.default is not MISSING:
        default = f"`{field.default!r}`" if isinstance(field.default, PLAIN) else f"`{field.default}`"
    elif field.default_factory is not MISSING:
        default = "empty"
    return f"| `{field.name}` | `{_cell(str(field.type))}` | {_cell(default)} |"


def _plain(text: str) -> str:
    """A docstring's words as Markdown, in one paragraph for each."""
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (HERE / "hooks.md").write_text(page(), encoding="utf-8")
