"""Where the config file is. Nothing costly is imported here: `--help` asks for it too."""

from __future__ import annotations

import os
from pathlib import Path

from fondly_hooks.errors import ConfigError

NAME = "fondly.yaml"


def config_place(option: str | None) -> Path:
    """``--config``, else ``$FONDLY_CONFIG``, else `NAME` in the platform's config folder, whether it is there or not.

    Raises `ConfigError` where it begins at a home that nobody has.
    """
    named = option or os.environ.get("FONDLY_CONFIG")
    if not named:
        import platformdirs

        return platformdirs.user_config_path("fondly", appauthor=False) / NAME
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError:
        raise ConfigError(f"{named} begins at a home that this machine does not know; write it out") from None
