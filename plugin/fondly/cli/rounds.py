"""``fondly sync --every``: the main job again and again, until somebody says stop."""

from __future__ import annotations

import datetime as dt
import random
import re
import signal
import threading
from types import FrameType

import click

from fondly.cli import Options
from fondly.cli.bars import watching
from fondly.cli.common import chosen, say_failures, say_messages
from fondly.cli.telling import print_run
from fondly.config import find_config
from fondly.outputs.guarding import Consent
from fondly.preparing import local_now
from fondly.rereading import Configs
from fondly.run import sync
from fondly.state import state_folder
from fondly_hooks.errors import ConfigError, FondlyError

SHORTEST, LONGEST = 5, 7 * 86_400  # seconds
JITTER = 0.1  # of the time between two rounds, so that not everybody asks the same server at once
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_LENGTH = re.compile(r"(?:(\d{1,6})(d|h|min|m|s))(?:(\d{1,6})(h|min|m|s))?")


def seconds_of(text: str) -> int:
    """``1h``, ``30m``, ``1h30m`` as seconds. Raises `ConfigError` with what would be right."""
    match = _LENGTH.fullmatch(text.strip().lower().replace(" ", ""))
    if not match or (match[4] and _UNITS[match[4]] >= _UNITS[match[2]]):
        raise ConfigError(f"--every: '{text}' is no length of time; write it such as 1h, 30m or 1h30m")
    seconds = int(match[1]) * _UNITS[match[2]] + (int(match[3]) * _UNITS[match[4]] if match[3] else 0)
    if not SHORTEST <= seconds <= LONGEST:
        raise ConfigError(f"--every: '{text}' is too {'short' if seconds < SHORTEST else 'long'}; 1h is a good pace")
    return seconds


def go_on(options: Options, every: str, only: tuple[str, ...], consent: Consent) -> int:
    """Sync now and each time so much has passed, a little more or less, until SIGINT or SIGTERM; the exit code.

    The config is read again in each round. What fails is told, and tried again in the next one.
    """
    seconds = seconds_of(every)
    configs = Configs(find_config(options.config))
    chosen(configs.prepared(_clock(options)), only)  # what is wrong in the first place ends it at once
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not stop.is_set():
            _round(options, configs, only, consent)
            consent = Consent()  # what was agreed to is done now
            stop.wait(seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  # nobody's secret
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if options.verbosity >= 0:
        click.echo("Stopped.", err=True)
    return 0


def _clock(options: Options) -> dt.datetime:
    return options.now or dt.datetime.now(dt.UTC)


def _round(options: Options, configs: Configs, only: tuple[str, ...], consent: Consent) -> None:
    try:
        prepared = configs.prepared(_clock(options))
        now = local_now(prepared.relationship, _clock(options))
        with watching(options, "Planning ...") as watcher:
            folder = state_folder(prepared.relationship.id)
            run = sync(prepared, folder, now, only=only, consent=consent, watcher=watcher)
    except FondlyError as problem:
        stamp = f"{dt.datetime.now().astimezone():%Y-%m-%d %H:%M}"
        click.echo(f"{stamp} {'' if problem.names_its_place else 'fondly: '}{problem}", err=True)
        return
    eventful = any(
        delivery.report.error or delivery.report.created or delivery.report.updated or delivery.report.deleted
        for delivery in run.deliveries
    )
    if eventful or options.verbosity > 0:
        click.echo(f"{now:%Y-%m-%d %H:%M}")
        print_run(run, prepared, options, dry_run=False)
    say_messages(prepared, options)
    say_failures(run.failures)
