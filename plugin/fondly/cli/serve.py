"""``fondly serve``."""

from __future__ import annotations

import datetime as dt
import signal
from pathlib import Path
from types import FrameType
from typing import Any

import click

from fondly.cli import Options
from fondly.config import find_config
from fondly.outputs.kinds import is_embedded
from fondly.preparing import Prepared, open_config
from fondly_hooks.errors import ConfigError, FondlyError

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen: this device alone, or 0.0.0.0.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port; 8515, or as the config says.")
@click.option("--tls-cert", type=FILE, metavar="FILE", help="The certificate, in PEM, with those it depends on.")
@click.option("--tls-key", type=FILE, metavar="FILE", help="Its key, in PEM, without a password.")
@click.option("--behind-proxy", multiple=True, metavar="ADDRESS", help="A proxy in front of it that speaks TLS.")
@click.pass_obj
def command(
    options: Options,
    host: str,
    port: int | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: tuple[str, ...],
) -> int:
    """Serve the feeds, and plan again whenever something changes, until you stop it."""
    if options.json:
        raise ConfigError("serve goes on for ever, so it has nothing to say in --json; 'fondly feeds --json' has")
    path = find_config(options.config)
    prepared = open_config(path, options.now)
    config = prepared.config
    listening = _listening()
    place = listening.Place(host, port or config.serve.port, tls_cert, tls_key, behind_proxy)
    listening.judge(place)
    if not any(spec.kind == "feed" for spec in config.outputs) and not any(map(is_embedded, prepared.outputs)):
        example = f"  - {{name: phone, kind: feed, seen_by: [{config.relationship.people[-1].id}]}}"
        raise ConfigError(f"the config names no feed to serve; add one under 'outputs:', such as\n{example}")
    from fondly.server.app import make_app
    from fondly.server.keeper import Keeper

    def say(line: str) -> None:
        click.echo(f"fondly: {line}", err=True)

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)  # the server hands it on once all is put away
    socket = listening.bound(place)
    with socket:
        keeper = Keeper(path, lambda: options.now or dt.datetime.now(dt.UTC), say, place.address)
        keeper.start()
        try:
            if options.verbosity >= 0:
                _greet(config.serve.address or place.address, prepared)
            listening.server_for(make_app(keeper), place).run(sockets=[socket])
        except KeyboardInterrupt:
            pass
        finally:
            keeper.stop()
    if options.verbosity >= 0:
        click.echo("Stopped.", err=True)
    return 0


def _listening() -> Any:
    try:
        from fondly.server import listening
    except ImportError:
        raise FondlyError("this needs a web server: pip install 'fondly[server]'") from None
    return listening


def _greet(address: str, prepared: Prepared) -> None:
    from fondly.feeds.output import LIMITS

    click.echo(f"Serving at {address}. Ctrl-C stops it.", err=True)
    feeds = [ready.spec.name for ready in prepared.outputs if ready.spec.kind == "feed"]
    if feeds:
        click.echo(f"Feeds: {', '.join(feeds)}. 'fondly feeds' shows their links.", err=True)
        click.echo(f"Each is {LIMITS.partition(';')[0]}.", err=True)
    calendars = [ready.spec.name for ready in prepared.outputs if is_embedded(ready)]
    if calendars:
        click.echo(f"CalDAV calendars: {', '.join(calendars)}, at {address}caldav/.", err=True)
        click.echo("'fondly logins new PERSON' makes a password for them.", err=True)
