"""Finding the config file, and reading it into a `Config`."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from fondly.config.document import Document, KeyPath, Problem, read_document, refuse
from fondly.config.explain import explain
from fondly.config.models import PRACTICES, ConfigModel, DaySpan, OutputModel, RememberedModel
from fondly.config.places import place_of
from fondly.config.records import BusySource, Config, HooksConfig, OutputSpec
from fondly.config.suggest import did_you_mean
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.people import (
    DateWish,
    Person,
    Place,
    PracticeWish,
    Relationship,
    RememberedDate,
    Rhythm,
    Visit,
)
from fondly_hooks.types.times import DayRange, PartialDate, parse_time_window

DATE_WINDOWS = ("fri 18:00-23:00", "sat 11:00-23:00")


def find_config(option: str | None) -> Path:
    """``--config``, else ``$FONDLY_CONFIG``, else ``fondly.yaml`` in the platform's config folder.

    Raises `ConfigError` where no file stands there.
    """
    named = option or os.environ.get("FONDLY_CONFIG")
    if named:
        path = Path(named).expanduser()
    else:
        import platformdirs

        path = platformdirs.user_config_path("fondly", appauthor=False) / "fondly.yaml"
    if not path.is_file():
        raise ConfigError(f"there is no config file at {path}; name one with --config PATH")
    return path.absolute()


def load_config(path: Path) -> Config:
    """Read and validate the whole file; raises `ConfigError` that tells every problem with its line and column."""
    document = read_document(path)
    try:
        model = ConfigModel.model_validate(document.data)
    except ValidationError as error:
        raise refuse(explain(error, document, ConfigModel)) from None
    folder = path.parent
    problems = [*_strangers(model, document), *_doubles(model, document), *_homeless(model, document)]
    if problems:
        raise refuse(problems)
    return Config(
        path=path,
        relationship=_relationship(model),
        outputs=tuple(_output(output, index) for index, output in enumerate(model.outputs)),
        busy=tuple(
            BusySource(source.person, source.kind, folder / Path(source.url).expanduser()) for source in model.busy
        ),
        hooks=HooksConfig(
            folder=folder / Path(model.hooks.folder).expanduser(),
            disable=frozenset(model.hooks.disable),
            optional=frozenset(model.hooks.optional),
            settings=model.hooks.settings,
        ),
        private=_is_private(path),
        positions=document.values | document.keys,
    )


def _is_private(path: Path) -> bool:
    return os.name != "posix" or not stat.S_IMODE(path.stat().st_mode) & 0o077


def _strangers(model: ConfigModel, document: Document) -> Iterable[Problem]:
    """People and practices that are named but do not exist."""
    known = [person.id for person in model.people]

    def unknown(id: str, path: KeyPath, options: list[str], what: str, *, key: bool = False) -> Iterable[Problem]:
        if id not in options:
            yield document.problem(path, f"there is no {what} '{id}'{did_you_mean(id, options)}", key=key)

    yield from unknown(model.me, ("me",), known, "person")
    for index, date in enumerate(model.anniversaries.dates):
        for key, ids in (("people", date.people), ("secret_from", date.secret_from)):
            for item, id in enumerate(ids):
                yield from unknown(id, ("anniversaries", "dates", index, key, item), known, "person")
    for index, source in enumerate(model.busy):
        yield from unknown(source.person, ("busy", index, "person"), known, "person")
    for index, output in enumerate(model.outputs):
        for item, id in enumerate(output.seen_by):
            yield from unknown(id, ("outputs", index, "seen_by", item), known, "person")
    for slug in model.practices:
        yield from unknown(slug, ("practices", slug), PRACTICES, "practice", key=True)


def _doubles(model: ConfigModel, document: Document) -> Iterable[Problem]:
    """Names that must be one of a kind."""
    lists: list[tuple[KeyPath, str, list[str]]] = [
        (("people",), "id", [person.id for person in model.people]),
        (("anniversaries", "dates"), "id", [date.id for date in model.anniversaries.dates]),
        (("outputs",), "name", [output.name for output in model.outputs]),
    ]
    for path, key, names in lists:
        for index, name in enumerate(names):
            if name in names[:index]:
                yield document.problem((*path, index, key), f"'{name}' is taken already; give this one another {key}")
    birthdays = {f"birthday-{person.id}" for person in model.people if person.birthday}
    for index, date in enumerate(model.anniversaries.dates):
        if date.id in birthdays:
            yield document.problem(
                ("anniversaries", "dates", index, "id"), f"'{date.id}' is a person's birthday already; choose another"
            )
    for index, output in enumerate(model.outputs):
        if output.name == "export":
            yield document.problem(("outputs", index, "name"), "'export' is kept for the command; choose another name")


def _homeless(model: ConfigModel, document: Document) -> Iterable[Problem]:
    """Paths that begin at the home of somebody whom this machine does not know."""
    paths: list[tuple[KeyPath, str]] = [(("hooks", "folder"), model.hooks.folder)]
    paths += [(("busy", index, "url"), source.url) for index, source in enumerate(model.busy)]
    for where, text in paths:
        try:
            Path(text).expanduser()
        except RuntimeError:
            yield document.problem(where, f"'{text}' begins at a home that this machine does not know; write it out")


def _relationship(model: ConfigModel) -> Relationship:
    dates, rhythm = model.dates, model.rhythm
    return Relationship(
        id=model.id,
        people=tuple(
            Person(
                id=person.id,
                name=person.name,
                timezone=person.timezone or model.timezone,
                birthday=person.birthday,
                leap_day=person.leap_day,
                visits=tuple(Visit(_range(visit), visit.timezone) for visit in person.visits),
            )
            for person in sorted(model.people, key=lambda person: person.id)
        ),
        me=model.me,
        timezone=model.timezone,
        language=model.language,
        rhythm=Rhythm(
            most_per_week=rhythm.most_per_week,
            most_per_day=rhythm.most_per_day,
            quiet=rhythm.quiet,
            horizon=rhythm.horizon,
            date_horizon=2 * rhythm.horizon,
            anniversary_horizon=model.anniversaries.horizon,
            tidy=rhythm.tidy,
            depth=rhythm.depth,
            touch=rhythm.touch,
            pauses=tuple(_range(pause) for pause in rhythm.pauses),
        ),
        practices=MappingProxyType(
            {
                slug: PracticeWish(
                    every=wish.every,
                    at=None if wish.at is None else tuple(wish.at),
                    minutes=wish.minutes,
                    together=None if wish.with_ is None else wish.with_ == "together",
                )
                for slug, wish in sorted(model.practices.items())
            }
        ),
        dates=DateWish(
            every=dates.every,
            at=tuple(parse_time_window(text) for text in DATE_WINDOWS) if dates.at is None else tuple(dates.at),
            minutes=dates.minutes,
            budget=dates.budget,
            currency=dates.currency,
            place=Place(dates.place.name, dates.place.latitude, dates.place.longitude)
            if dates.place
            else place_of(model.timezone),
            never=frozenset(dates.never),
            sitter=dates.sitter,
        ),
        remembered=tuple(_remembered(date) for date in sorted(model.anniversaries.dates, key=lambda date: date.id)),
    )


def _range(span: DaySpan) -> DayRange:
    return DayRange(span.from_, span.to)


def _remembered(date: RememberedModel) -> RememberedDate:
    gregorian = isinstance(date.date, PartialDate)
    return RememberedDate(
        id=date.id,
        name=date.name,
        date=date.date if gregorian else PartialDate(date.date.month, date.date.day, date.date.year),
        kind=date.kind,
        calendar="gregorian" if gregorian else date.date.calendar,
        people=tuple(sorted(date.people)),
        secret_from=tuple(sorted(date.secret_from)),
        leap_day=date.leap_day,
        repeat=tuple(date.repeat),
        milestones=tuple(f"{days} days" for days in date.milestones),
        remind=tuple(dt.timedelta(days=days) for days in sorted(date.remind, reverse=True)),
    )


def _output(output: OutputModel, index: int) -> OutputSpec:
    everything = ("practices", "dates", "anniversaries", "custom")
    return OutputSpec(
        name=output.name,
        kind=output.kind,
        seen_by=frozenset(output.seen_by),
        include=frozenset(everything if output.include is None else output.include),
        titles=output.titles,
        details=output.titles != "busy" if output.details is None else output.details,
        alarms=len(set(output.seen_by)) == 1 if output.alarms is None else output.alarms,
        todo=output.practices_as == "todo",
        options=dict(output.model_extra or {}),
        where=("outputs", index),
    )
