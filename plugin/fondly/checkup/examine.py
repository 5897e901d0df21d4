"""The whole checkup of a config file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from fondly.checkup.conflicts import apart, conflicts
from fondly.checkup.later import later
from fondly.checkup.summary import Part, summary
from fondly.checkup.surroundings import surroundings
from fondly.checkup.unheard import unheard
from fondly.config.problems import Problem, WrongConfigError
from fondly.gather import gather_practices_and_days
from fondly.planner.claims import claims
from fondly.preparing import Prepared, local_now, open_config
from fondly_hooks.types.reports import Failure


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found: ``problems``, which have to be mended, ``notes``, which are good to know, what each part does.

    ``parts`` is empty where the file cannot be used. ``serious``: a plugin failed that the config calls not optional.
    """

    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    parts: tuple[Part, ...] = ()
    failures: tuple[Failure, ...] = ()
    serious: bool = False


def examine(path: Path, now: dt.datetime) -> Checkup:
    """Look at a config file from all sides, at the moment ``now``. Plugins are loaded; nothing else is touched.

    Raises `ConfigError` only where the file cannot be read at all; what is wrong in it is among the problems.
    """
    try:
        prepared = open_config(path, now)
    except WrongConfigError as wrong:
        return Checkup(problems=wrong.problems, failures=wrong.failures)
    return _examine(prepared, local_now(prepared.relationship, now))


def _examine(prepared: Prepared, now: dt.datetime) -> Checkup:
    relationship, document = prepared.relationship, prepared.config.document
    practices, days = gather_practices_and_days(prepared.plugins, relationship, prepared.packs)
    wanted, _ = claims(relationship, practices)
    served = {ready.spec.kind for ready in prepared.outputs if ready.kind is not None}
    notes = [*later(document, served), *apart(prepared, wanted, now), *surroundings(prepared), *unheard(prepared)]
    return Checkup(
        problems=tuple(sorted(set(conflicts(prepared, wanted, now)))),
        notes=tuple(sorted(set(notes))),
        parts=summary(prepared, wanted, practices, days),
        failures=tuple(prepared.plugins.failures),
        serious=prepared.serious,
    )
