"""Where others reach what ``fondly serve`` serves."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from fondly.config.models.base import Model
from fondly_calendar.hosts import LOOPBACK

PORT = 8515


class ServeModel(Model):
    """What `fondly serve` needs to know: all of it may be left out."""

    address: str | None = Field(
        default=None,
        description="Where others reach it, or the web space that `fondly feeds publish` fills: links begin with this.",
        examples=["https://fondly.example.org"],
        json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/]"},
    )
    port: int = Field(
        default=PORT, ge=1, le=65535, description="The port that `fondly serve` listens on.", examples=[PORT]
    )

    @field_validator("address")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        """The address with a slash at its end."""
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            parts.port  # noqa: B018  # it raises for what is no port
        except ValueError:
            raise ValueError("is no address; write it such as https://fondly.example.org") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or not value.isascii():
            raise ValueError("needs the address of a website, such as https://fondly.example.org")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("is more than a place; write it without names, '?' and '#'")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("would show the links to everybody on the way; it needs https")
        return value.rstrip("/") + "/"
