"""Getting ready: the plugins, the validated outputs, and the plan. Nothing here touches the world but to read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fondly.busy import busy_plugins
from fondly.config import Config, HooksConfig, Problem, Reading, WrongConfigError, config_of, hooks_of, read_config
from fondly.config.judge import strange_practices
from fondly.config.models import PRACTICES
from fondly.deciding import deciders_of
from fondly.gather import adjust, gather, gather_practices
from fondly.lastgood import LAST_GOOD, LastGood
from fondly.outputs.judging import Judged, judge_outputs, output_kinds
from fondly.outputs.opening import Ready, ready_outputs
from fondly.planner import Deciders, Gathered, Horizons, Past, Plan, plan
from fondly.planner.periods import quarters_between
from fondly.plugins import BUILT_IN, Plugins, Surroundings, load_plugins
from fondly.plugins.settings import settings_maker, settings_problems
from fondly.plugins.surroundings import once_each
from fondly.recognise import recogniser
from fondly.state import state_folder
from fondly_hooks.types.content import Practice
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

if TYPE_CHECKING:
    from fondly.config.document import Document
    from fondly.packs import Pack

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A config with its plugins loaded and its outputs validated. Nothing was touched yet."""

    config: Config
    plugins: Plugins
    outputs: tuple[Ready, ...]
    packs: tuple[Pack, ...] = ()

    @property
    def relationship(self) -> Relationship:
        """The people and what they share."""
        return self.config.relationship

    @property
    def serious(self) -> bool:
        """Whether something failed that the config does not call optional."""
        return any(failure.plugin not in self.plugins.optional for failure in self.plugins.failures)


def open_config(path: Path, now: dt.datetime | None = None) -> Prepared:
    """Read the config file and prepare it; raises `ConfigError` that tells every problem, those of outputs included.

    ``now`` is the clock that plugins are told while they are asked; the machine's where it is not said.
    """
    reading = read_config(path)
    if not reading.problems:
        return prepare(config_of(reading), now)
    hooks = hooks_of(reading)
    plugins = load_plugins(hooks or HooksConfig(None))
    sure = hooks is not None and not plugins.failures
    problems = [*reading.problems, *_judge(reading, plugins, sure=sure)[1]]
    packs, wrong_packs = _packs(reading.document, reading.path.parent)
    problems += wrong_packs
    problems += settings_problems(reading.document, plugins, reading.private)
    others = [name for name in plugins.answering("fondly_practices") if name not in BUILT_IN]
    if sure and not others:
        built_in = plugins.gather("fondly_practices", Practice, relationship=None)  # who they are is not known yet
        problems += _after(packs, [practice for _, practice in built_in])[1]
        problems += strange_practices(reading.document, [*PRACTICES, *_slugs(packs)])
    raise WrongConfigError(problems, plugins.failures)


def prepare(config: Config, now: dt.datetime | None = None) -> Prepared:
    """Load the plugins and judge what only they know; raises `ConfigError` with every problem."""
    plugins = load_plugins(config.hooks, busy_plugins(config))
    plugins.surroundings = Surroundings(
        now=local_now(config.relationship, now or dt.datetime.now(dt.UTC)),
        relationship=config.relationship,
        config=config.path,
        caches=state_folder(config.relationship.id) / "cache",
        settings=once_each(settings_maker(config.hooks.settings, plugins, config.folder)),
    )
    plugins.last_good = LastGood(state_folder(config.relationship.id) / LAST_GOOD, config.relationship.timezone)
    judged, problems = _judge(config, plugins, sure=not plugins.failures)
    packs, wrong_packs = _packs(config.document, config.folder)
    problems += wrong_packs
    problems += settings_problems(config.document, plugins, config.private)
    strange = list(strange_practices(config.document, [*PRACTICES, *_slugs(packs)]))
    if packs or strange:
        practices, nonsense = _after(packs, gather_practices(plugins, config.relationship))
        if not plugins.failures:
            problems += nonsense
            problems += strange_practices(config.document, [*(one.slug for one in practices), *_slugs(packs)])
    if problems:
        raise WrongConfigError(problems, plugins.failures)
    return Prepared(config, plugins, ready_outputs(config.outputs, judged), tuple(packs))


def _packs(document: Document, folder: Path) -> tuple[list[Pack], list[Problem]]:
    catalogue = document.data.get("catalogue")
    if not isinstance(catalogue, dict) or catalogue.get("packs", []) == []:
        return [], []
    from fondly.packs import read_packs  # who has none does not wait for it

    return read_packs(document, folder)


def _after(packs: Sequence[Pack], practices: Sequence[Practice]) -> tuple[Sequence[Practice], list[Problem]]:
    """The practices as the packs leave them, and what in the packs makes no sense."""
    if not packs:
        return practices, []
    from fondly.packs import with_packs

    return with_packs(practices, packs)


def _slugs(packs: Iterable[Pack]) -> list[str]:
    return [slug for pack in packs for slug in pack.slugs]


def _judge(file: Reading | Config, plugins: Plugins, *, sure: bool) -> tuple[list[Judged], list[Problem]]:
    """The outputs of the file. Where plugins may be missing, nobody is ``sure`` that a kind does not exist."""
    return judge_outputs(file.document, file.path.parent, file.private, output_kinds(plugins), all_known=sure)


def make_plan(prepared: Prepared, past: Past, horizons: Horizons, now: dt.datetime) -> tuple[Plan, Plan]:
    """The plan as the planner made it, and as the adjusters left it. Secrets are still in it: the gate comes next."""
    planned = draft(prepared, past, horizons, now)
    adjusted = adjust(prepared.plugins, with_rests(prepared.relationship, past), planned.entries)
    return planned, Plan(tuple(sorted(adjusted, key=_order)), planned.left_out)


def draft(
    prepared: Prepared, past: Past, horizons: Horizons, now: dt.datetime, deciders: Deciders | None = None
) -> Plan:
    """The plan before anybody adjusts it. The plugins decide, unless ``deciders`` are handed in."""
    relationship, plugins = with_rests(prepared.relationship, past), prepared.plugins
    plugins.surroundings = replace(plugins.surroundings, now=now, relationship=relationship)
    gathered = gather_all(prepared, past, horizons, now)
    deciders = deciders or deciders_of(plugins, relationship, now)
    return plan(relationship, gathered, past.history, past.commitments, horizons, now, deciders)


def gather_all(prepared: Prepared, past: Past, horizons: Horizons, now: dt.datetime) -> Gathered:
    """What all providers give for the days that a plan of these horizons needs."""
    relationship = with_rests(prepared.relationship, past)
    days = days_to_gather(horizons, now)
    names = [ready.spec.name for ready in prepared.outputs]
    return gather(
        prepared.plugins,
        relationship,
        days,
        lambda given: recogniser(relationship, names, past, given, days),
        prepared.packs,
    )


def with_rests(relationship: Relationship, past: Past) -> Relationship:
    """The people with what they asked for on the command line too: pauses and quieter days."""
    rhythm = relationship.rhythm
    rhythm = replace(rhythm, pauses=(*rhythm.pauses, *past.pauses), quieter=(*rhythm.quieter, *past.quieter))
    return replace(relationship, rhythm=rhythm)


def local_now(relationship: Relationship, now: dt.datetime) -> dt.datetime:
    """The clock as ``me`` reads it; "today" is theirs, wherever the machine stands. A naive one is taken as theirs."""
    me = relationship.person(relationship.me)
    zone = ZoneInfo(me.zone_on(now.date()))
    return now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)


def delivery_horizons(relationship: Relationship, now: dt.datetime) -> Horizons:
    """What a sync delivers: each kind as far ahead as the config says, and back to where practices are tidied away."""
    today, rhythm = now.date(), relationship.rhythm
    back = today - rhythm.tidy * DAY
    return Horizons(
        practices=Span(back, today + rhythm.horizon * DAY),
        dates=Span(back, today + rhythm.date_horizon * DAY),
        anniversaries=Span(today, today + rhythm.anniversary_horizon * DAY),
    )


def days_to_gather(horizons: Horizons, now: dt.datetime) -> Span:
    """Whole quarters around the practices and dates, since a quarter is planned as one."""
    last = max(horizons.practices.end, horizons.dates.end, now.date() + DAY)
    quarters = list(quarters_between(now.date(), last - DAY))
    return Span(quarters[0].days[0], quarters[-1].days[-1] + 2 * DAY)


def _order(entry: Entry) -> tuple[dt.date, float, str]:
    moment = entry.start.timestamp() if isinstance(entry.start, dt.datetime) else 0.0
    return entry.first_day, moment, entry.id
