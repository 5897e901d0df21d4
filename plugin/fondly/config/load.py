"""Finding the config file, and reading it into a `Config`."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from fondly.config.document import Document, read_document
from fondly.config.judge import judge
from fondly.config.meaning import output_of, relationship_of
from fondly.config.models import ConfigModel, HooksModel
from fondly.config.problems import Problem, WrongConfigError
from fondly.config.records import BusySource, Config, HooksConfig, ServeConfig
from fondly.place import NAME, config_place
from fondly_hooks.errors import ConfigError


def find_config(option: str | None) -> Path:
    """The config file at `config_place`; raises `ConfigError` where no file stands there."""
    path = config_place(option)
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except (OSError, ValueError) as problem:
        raise ConfigError(f"{path} cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if mode is not None and stat.S_ISDIR(mode):
        raise ConfigError(f"{path} is a folder; name the file in it, such as --config {path / NAME}")
    if mode is not None and not stat.S_ISREG(mode):
        raise ConfigError(f"{path} is no plain file; write the config into one")
    if mode is None:
        raise ConfigError(f"there is no config file at {path}; make one with 'fondly init', or name one with --config")
    return path


@dataclass(frozen=True, slots=True)
class Reading:
    """A config file as it was read: its ``model``, or ``None`` where there are ``problems``."""

    path: Path
    document: Document = field(repr=False)  # it may hold a password
    model: ConfigModel | None = field(repr=False)
    problems: tuple[Problem, ...]
    private: bool


def read_config(path: Path) -> Reading:
    """Read the whole file and judge it as far as it can be judged without plugins.

    Raises `ConfigError` where it cannot be read as YAML at all.
    """
    document = read_document(path)
    problems = [*document.problems, *judge(document)]
    model = None
    try:
        model = ConfigModel.model_validate(document.data)
    except ValidationError as error:
        from fondly.config.explain import explain  # a good file does not need it

        problems += explain(error, document, ConfigModel)
    return Reading(path, document, None if problems else model, tuple(problems), _is_private(path))


def load_config(path: Path) -> Config:
    """Read and validate the whole file; raises `ConfigError` that tells every problem with its line and column.

    What only plugins know (the options of outputs, their practices) is judged when they are loaded.
    """
    return config_of(read_config(path))


def config_of(reading: Reading) -> Config:
    """The config that was read; raises `WrongConfigError` where there are problems."""
    model, folder = reading.model, reading.path.parent
    if model is None:
        raise WrongConfigError(reading.problems)
    return Config(
        path=reading.path,
        relationship=relationship_of(model),
        outputs=tuple(output_of(output) for output in model.outputs),
        busy=tuple(
            BusySource(source.person, source.kind, folder / Path(source.url).expanduser()) for source in model.busy
        ),
        hooks=_hooks(model.hooks, folder),
        serve=ServeConfig(model.serve.address, model.serve.port),
        private=reading.private,
        document=reading.document,
        model=model,
    )


def hooks_of(reading: Reading) -> HooksConfig | None:
    """Where plugins come from, also where something else in the file is wrong; ``None`` where this is wrong."""
    try:
        return _hooks(HooksModel.model_validate(reading.document.data.get("hooks", {})), reading.path.parent)
    except (ValidationError, RuntimeError):  # a home that this machine does not know
        return None


def _hooks(model: HooksModel, folder: Path) -> HooksConfig:
    return HooksConfig(
        folder=folder / Path(model.folder).expanduser(),
        disable=frozenset(model.disable),
        optional=frozenset(model.optional),
        settings=model.settings,
    )


def _is_private(path: Path) -> bool:
    return os.name != "posix" or not stat.S_IMODE(path.stat().st_mode) & 0o077
