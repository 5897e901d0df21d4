"""``fondly config``: the schema, the place, the file with its defaults."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from fondly.cli import Options
from fondly.cli.common import print_json, say_failures, say_messages
from fondly.config import HooksConfig, find_config, hooks_of, read_config
from fondly.place import config_place
from fondly_hooks.errors import ConfigError

if TYPE_CHECKING:
    from fondly.plugins import Plugins


@click.group("config")
def command() -> None:
    """Look at the config file: its schema, its place, its defaults."""


@command.command("path")
@click.pass_obj
def path(options: Options) -> int:
    """Say where the config file is."""
    place = config_place(options.config)
    if options.json:
        print_json({"config": str(place), "exists": place.is_file(), "failures": []})
    else:
        click.echo(place)
        if not place.is_file() and options.verbosity >= 0:
            click.echo("There is no file there yet; make one with: fondly init", err=True)
    return 0


@command.command("show")
@click.pass_obj
def show(options: Options) -> int:
    """Print the file as it counts: every default filled in, every secret hidden."""
    from fondly.config.shown import config_data, config_yaml
    from fondly.plugins.settings import settings_models
    from fondly.preparing import open_config

    prepared = open_config(find_config(options.config))
    data = config_data(
        prepared.config, [ready.options for ready in prepared.outputs], settings_models(prepared.plugins)
    )
    failures = prepared.plugins.failures
    if options.json:
        print_json({"config": data, "failures": [failure.as_json() for failure in failures]})
    else:
        click.echo(config_yaml(data), nl=False)
    say_messages(prepared, options)
    say_failures(failures)
    return int(prepared.serious)


@command.command("schema")
@click.pass_obj
def schema(options: Options) -> int:
    """Print the JSON Schema of the file, for editors. It knows the plugins that are there."""
    import zoneinfo

    from fondly.config.schema import config_schema
    from fondly.outputs.judging import option_models, output_kinds

    plugins, practices = _plugins(options)
    models = option_models(output_kinds(plugins))
    # A document of a form of its own, which editors know: it is no list of fondly's, so --json changes nothing.
    click.echo(json.dumps(config_schema(models, practices, zoneinfo.available_timezones()), indent=2))
    say_failures(plugins.failures)
    return 0


def _plugins(options: Options) -> tuple[Plugins, Iterable[str]]:
    """The plugins that the config names, and the practices that it may name.

    Where the config is wrong or not there yet, those that can be told all the same: a schema helps to mend it.
    """
    from fondly.config.models import PRACTICES
    from fondly.gather import gather_practices_and_days
    from fondly.plugins import load_plugins
    from fondly.preparing import open_config

    hooks = HooksConfig(None)
    try:
        path = find_config(options.config)
    except ConfigError:
        if options.config:
            raise
        return load_plugins(hooks), PRACTICES
    try:
        prepared = open_config(path)
        practices, _ = gather_practices_and_days(prepared.plugins, prepared.relationship)
        return prepared.plugins, [*PRACTICES, *(practice.slug for practice in practices)]
    except ConfigError:  # as far as it can be read
        pass
    try:
        return load_plugins(hooks_of(read_config(path)) or hooks), PRACTICES
    except ConfigError:  # no YAML at all
        return load_plugins(hooks), PRACTICES
