"""``fondly feeds``: the links of the feeds, new ones, none, and copies for any web space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fondly.cli import Options
from fondly.cli.common import day_name, get_ready, print_json, say_failures, say_messages
from fondly.config.suggest import did_you_mean
from fondly.feeds.access import VALID, Access, change_access, invite, linked, new_token, revoke, rotate
from fondly.feeds.links import Links, address_of, invitation
from fondly.feeds.output import feed_file
from fondly.feeds.resting import FEED
from fondly.preparing import Prepared
from fondly.state import state_folder
from fondly_hooks.errors import ConfigError


@click.group("feeds", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """The links of your feeds. Whoever has one can read along: give each only to whom it is for."""
    if ctx.invoked_subcommand is None:
        return _show(ctx.obj)
    return 0


@command.command("invite")
@click.argument("name")
@click.pass_obj
def invite_command(options: Options, name: str) -> int:
    """A link to send in a chat: it tells nothing until somebody opens it, and holds for two weeks."""
    prepared, now = get_ready(options)
    _known(prepared, name)
    token = new_token()
    folder = state_folder(prepared.relationship.id)
    access = change_access(folder, lambda access: invite(access, name, now.date(), token))
    link, last = invitation(address_of(prepared.config, access), token), now.date() + VALID
    if options.json:
        print_json({"invitation": link, "name": name, "until": last.isoformat(), "failures": []})
    else:
        click.echo(link)
        if options.verbosity >= 0:
            click.echo(f"Whoever opens it gets the feed '{name}', up to and including {day_name(last)}.", err=True)
    return _end(prepared, options)


@command.command("rotate")
@click.argument("name")
@click.pass_obj
def rotate_command(options: Options, name: str) -> int:
    """A new link for a feed; the old one, and every invitation to it, is worth nothing from now on."""
    prepared, _ = get_ready(options)
    _known(prepared, name)
    change_access(state_folder(prepared.relationship.id), lambda access: rotate(access, name))
    return _show(options, name, prepared)


@command.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke_command(options: Options, name: str) -> int:
    """No link at all for a feed, until 'rotate' or 'invite' makes a new one."""
    prepared, _ = get_ready(options)
    _known(prepared, name)
    change_access(state_folder(prepared.relationship.id), lambda access: revoke(access, name))
    if options.json:
        return _show(options, name, prepared)
    if options.verbosity >= 0:
        click.echo(f"Nobody can fetch '{name}' any more. 'fondly feeds rotate {name}' makes a new link.")
    return _end(prepared, options)


@command.command("publish")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def publish_command(options: Options, folder: Path) -> int:
    """Write each feed and its page into FOLDER, for a web space without a server. Do it again after each sync."""
    from fondly.feeds.publishing import publish

    prepared, now = get_ready(options)
    published = publish(prepared, state_folder(prepared.relationship.id), folder, now)
    if options.json:
        print_json({"published": [str(path) for path in published], "failures": []})
    elif options.verbosity >= 0:
        click.echo(f"{len(published)} files are up to date in {folder}.", err=True)
    return _end(prepared, options)


def _show(options: Options, only: str | None = None, prepared: Prepared | None = None) -> int:
    ready = prepared or get_ready(options)[0]
    names = [output.spec.name for output in ready.outputs if output.spec.kind == FEED]
    folder = state_folder(ready.relationship.id)
    access = linked(folder, names)
    feeds = [_as_json(ready, access, name, folder) for name in names if only in (None, name)]
    if options.json:
        print_json({"feeds": feeds, "failures": [failure.as_json() for failure in ready.plugins.failures]})
        return int(ready.serious)
    if not feeds:
        click.echo(f"The config names no feed. Add one under 'outputs:', such as\n{_example(ready)}")
    for feed in feeds:
        readers = " and ".join(ready.relationship.person(id).name for id in feed["seen_by"])
        readers = readers or "nobody, so nothing goes there"
        click.echo(f"{feed['name']}, for {readers}")
        if feed["url"] is None:
            click.echo(f"  it has no link; 'fondly feeds rotate {feed['name']}' makes one")
            continue
        click.echo(f"  page      {feed['page']}\n  calendar  {feed['url']}")
    if feeds and only is None and options.verbosity >= 0 and ready.config.serve.address is None:
        click.echo(
            "They work while 'fondly serve' runs, on this device alone. To reach them from elsewhere: docs/serve.md",
            err=True,
        )
    return _end(ready, options)


def _as_json(prepared: Prepared, access: Access, name: str, folder: Path) -> dict[str, Any]:
    spec = next(ready.spec for ready in prepared.outputs if ready.spec.name == name)
    token = access.link(name).token
    links = Links(address_of(prepared.config, access), name, token) if token else None
    return {
        "name": name,
        "seen_by": sorted(spec.seen_by),
        "url": links.feed if links else None,
        "page": links.page if links else None,
        "path": str(feed_file(folder, name)),
    }


def _known(prepared: Prepared, name: str) -> None:
    names = [ready.spec.name for ready in prepared.outputs if ready.spec.kind == FEED]
    if name not in names:
        known = f"; known are {', '.join(names)}"
        if not names:
            known = f"; add one under 'outputs:', such as\n{_example(prepared)}"
        raise ConfigError(f"there is no feed '{name}'{did_you_mean(name, names) or known}")


def _example(prepared: Prepared) -> str:
    return f"  - {{name: phone, kind: feed, seen_by: [{prepared.relationship.people[-1].id}]}}"


def _end(prepared: Prepared, options: Options) -> int:
    say_messages(prepared, options)
    say_failures(prepared.plugins.failures)
    return int(prepared.serious)
