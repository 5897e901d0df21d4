"""The calendar kinds that fondly brings along, given through the same hook as everybody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, field_validator, model_validator

from fondly.config.fields import Secret, Truth
from fondly.config.models import Model
from fondly_calendar.hosts import LOOPBACK
from fondly_hooks.errors import ConfigError
from fondly_hooks.markers import hookimpl
from fondly_hooks.types.outputs import Output, OutputContext, OutputKind

ELSEWHERE = frozenset({"url", "create", "username", "password", "auth", "insecure", "ca_file", "unlisted"})
_EMAIL = re.compile(r"[^\s:/@]+@[^\s:/@]+\.[^\s:/@]+")


class IcsOptions(Model):
    """An .ics file: where it is."""

    path: str = Field(min_length=1, description="The file; it starts at this file's folder.", examples=["us.ics"])


class FeedOptions(Model):
    """A subscription that each reader gets a link of their own for. It has no keys of its own."""


class CalDavOptions(Model):
    """A calendar on a server: its address, and how to be let in."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["url"]}, {"required": ["server"]}]})

    server: Literal["embedded"] | None = Field(
        default=None,
        description="`embedded` for a calendar on fondly's own server, which `fondly serve` runs.",
        examples=["embedded"],
    )
    url: str | None = Field(
        default=None,
        description="The address of the calendar, of the server, or an email address there.",
        examples=["https://cloud.example.org/dav/ana/ours/", "ana@example.org"],
        json_schema_extra={"pattern": "^([Hh][Tt][Tt][Pp][Ss]?://[^/]|[^:/ ]+@[^:/ @]+$)"},
    )
    calendar: str | None = Field(
        default=None,
        min_length=1,
        description="Which calendar, by its name, where the address is that of a server.",
        examples=["Us two"],
    )
    create: Truth = Field(
        default=False,
        description="Whether that calendar (`Ana & Ben`, where none is named) is made where it is not there yet.",
        examples=["yes"],
    )
    username: str | None = Field(default=None, description="The name to be let in by.", examples=["ana"])
    password: Secret | None = Field(
        default=None,
        repr=False,
        description="Where the password is: `{env: NAME}`, `{command: [PROGRAM, ARGUMENT]}`, `{keyring: SERVICE}` or "
        "`{file: PATH}`. One that stands here itself is refused unless this file is its owner's alone to read.",
        examples=[{"env": "OURS_PASSWORD"}, {"command": ["pass", "show", "ours"]}],
    )
    auth: Literal["basic", "digest", "bearer"] = Field(
        default="basic", description="How the password is shown to the server.", examples=["digest"]
    )
    insecure: Truth = Field(
        default=False,
        description="Whether the password may go over a connection that anybody can read.",
        examples=["no"],
    )
    ca_file: str | None = Field(
        default=None,
        min_length=1,
        description="A file (PEM) with the certificate of a private authority, or of the server itself.",
        examples=["our-server.pem"],
    )
    unlisted: Literal["ok"] | None = Field(
        default=None,
        description="`ok` where people may see the calendar whom `seen_by` does not name.",
        examples=["ok"],
    )

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if "://" not in value and _EMAIL.fullmatch(value):
            return value
        try:
            parts = urlsplit(value)
            parts.port  # noqa: B018  # it raises for what is no port
        except ValueError:  # whose words quote the address, which may hold a password
            raise ValueError("is no address; write it such as https://cloud.example.org/dav/ana/ours/") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("needs the address of a calendar, such as https://cloud.example.org/dav/ana/ours/")
        if parts.username or parts.password:
            raise ValueError("holds a username or password; write them under 'username' and 'password' instead")
        return value

    @model_validator(mode="after")
    def _one_server(self) -> CalDavOptions:
        if self.server is None and self.url is None:
            raise ValueError(
                "needs the calendar's address, such as 'url: https://cloud.example.org/dav/ana/ours/', or "
                "'server: embedded' for one on fondly's own server"
            )
        others = sorted(self.model_fields_set & ELSEWHERE)
        if self.server is not None and others:
            raise ValueError(f"is on fondly's own server with 'server: embedded', which needs no '{others[0]}'")
        return self


def is_embedded(ready: Any) -> bool:
    """Whether an output is a calendar on fondly's own server."""
    return isinstance(ready.options, CalDavOptions) and ready.options.server is not None


@hookimpl
def fondly_output_kinds() -> Iterator[OutputKind]:
    """Files, CalDAV and feeds."""
    yield OutputKind(name="ics", options=IcsOptions, open=open_ics)
    yield OutputKind(name="feed", options=FeedOptions, open=open_feed)
    yield OutputKind(name="caldav", options=CalDavOptions, open=open_caldav)


def open_ics(options: IcsOptions, context: OutputContext) -> Output:
    """The file, whose path starts at the config file's folder."""
    from fondly.outputs.ics import IcsOutput

    return IcsOutput(context.base / Path(options.path).expanduser(), context)


def open_feed(options: FeedOptions, context: OutputContext) -> Output:
    """The feed, which lies in the state folder until somebody fetches it."""
    from fondly.feeds.output import FeedOutput

    return FeedOutput(context)


def open_caldav(options: CalDavOptions, context: OutputContext) -> Output:
    """The calendar; makes no request yet. Credentials go over TLS or the loopback only."""
    if options.url is None:
        from fondly.outputs.embedded import open_embedded

        return open_embedded(options.calendar, context)
    parts = urlsplit(options.url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not options.insecure:
        raise ConfigError(f"{parts.hostname} would get the password in the clear; use https")
    # All that speaks to a network is imported when it is used.
    from fondly.config.secrets import resolve_secret
    from fondly.outputs.caldav import CalDavOutput
    from fondly.outputs.caldavplace import Place

    secret = options.password
    password = None if secret is None else resolve_secret(secret, context.base, what="its password")
    place = Place(
        url=options.url,
        username=options.username or "",
        password=password,
        auth=options.auth,
        calendar=options.calendar or (context.calendar_name if options.create else None),
        create=options.create,
        ca_file=context.base / Path(options.ca_file).expanduser() if options.ca_file else None,
        unlisted=options.unlisted == "ok",
    )
    return CalDavOutput(place, context)
