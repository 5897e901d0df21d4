"""``fondly logins``: who may sign in to fondly's own CalDAV server."""

from __future__ import annotations

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json
from fondly.config.suggest import did_you_mean
from fondly.feeds.access import read_access
from fondly.feeds.links import address_of
from fondly.logins import end_login, new_login, read_logins
from fondly.outputs.kinds import is_embedded
from fondly.preparing import Prepared
from fondly.state import state_folder
from fondly_hooks.errors import ConfigError


@click.group("logins", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Who may sign in to fondly's own CalDAV server, and where it is."""
    if ctx.invoked_subcommand is None:
        return _show(ctx.obj)
    return 0


@command.command("new")
@click.argument("person")
@click.pass_obj
def new_command(options: Options, person: str) -> int:
    """A new password for PERSON, shown this once; the old one is worth nothing from now on."""
    prepared, _ = get_ready(options)
    _known(prepared, person)
    folder = state_folder(prepared.relationship.id)
    password, address = new_login(folder, person), _address(prepared)
    if options.json:
        print_json({"address": address, "username": person, "password": password, "failures": []})
        return 0
    click.echo(f"address   {address}\nusername  {person}\npassword  {password}")
    if options.verbosity >= 0:
        click.echo("It is shown this once. For a phone: DAVx5 or iOS, 'Add CalDAV account'; docs/serve.md.", err=True)
    return 0


@command.command("end")
@click.argument("person")
@click.pass_obj
def end_command(options: Options, person: str) -> int:
    """PERSON cannot sign in any more."""
    prepared, _ = get_ready(options)
    _known(prepared, person)
    ended = end_login(state_folder(prepared.relationship.id), person)
    if options.json:
        return _show(options)
    if options.verbosity >= 0:
        click.echo(f"{person} cannot sign in any more." if ended else f"{person} had no login.")
    return 0


def _show(options: Options) -> int:
    prepared, _ = get_ready(options)
    known, address = read_logins(state_folder(prepared.relationship.id)), _address(prepared)
    calendars = [ready.spec for ready in prepared.outputs if is_embedded(ready)]
    people = [
        {
            "person": person.id,
            "login": person.id in known,
            "calendars": [spec.name for spec in calendars if person.id in spec.seen_by],
        }
        for person in prepared.relationship.people
    ]
    if options.json:
        print_json({"address": address, "logins": people, "failures": []})
        return 0
    if not calendars:
        click.echo(
            "The config has no calendar on fondly's own server. Add one under 'outputs:', such as\n"
            f"  - {{name: ours, kind: caldav, server: embedded, seen_by: [{people[0]['person']}]}}"
        )
        return 0
    click.echo(address)
    for one in people:
        names = ", ".join(map(str, one["calendars"])) or "no calendar"  # type: ignore[call-overload]
        click.echo(f"  {one['person']}: {names}; {'has a login' if one['login'] else 'has no login'}")
    return 0


def _address(prepared: Prepared) -> str:
    access = read_access(state_folder(prepared.relationship.id))
    return f"{address_of(prepared.config, access)}caldav/"


def _known(prepared: Prepared, person: str) -> None:
    ids = [one.id for one in prepared.relationship.people]
    if person not in ids:
        known = f"; known are {', '.join(ids)}"
        raise ConfigError(f"there is no person '{person}'{did_you_mean(person, ids) or known}")
