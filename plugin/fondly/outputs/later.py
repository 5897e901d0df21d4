"""Kinds of outputs that this version reads in a config and does not serve yet."""

from __future__ import annotations

from pydantic import Field

from fondly.config.models import Model


class VaultOptions(Model):
    """A folder of notes."""

    path: str = Field(min_length=1, description="The folder; it starts at this file's folder.", examples=["vault"])


class OrgOptions(Model):
    """An Org file."""

    path: str = Field(min_length=1, description="The file; it starts at this file's folder.", examples=["us.org"])


LATER: dict[str, type[Model]] = {
    "logseq": VaultOptions,
    "obsidian": VaultOptions,
    "org": OrgOptions,
}
