"""What the config says under ``hooks.settings.NAME``: judged by the model that the plugin declares, secrets fetched.

A plugin declares its model as ``fondly_settings``, a pydantic model whose secret fields are of the type ``SecretStr``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from fondly.config.document import Document
from fondly.config.foreign import judged
from fondly.config.foreignsecrets import STAND_IN, is_source, literals
from fondly.config.problems import KeyPath, Problem, dotted
from fondly.config.secrets import resolve_secret
from fondly.plugins.registry import Plugins
from fondly.plugins.surroundings import frozen
from fondly_hooks.errors import ConfigError


def settings_problems(document: Document, plugins: Plugins, private: bool) -> list[Problem]:
    """What is wrong in the settings of the plugins that declare a model, each with its line and column.

    Where the config says nothing of a plugin, nothing is wrong in it: if the plugin needs settings, it is the plugin
    that fails.
    """
    problems: list[Problem] = []
    given = _settings_of(document.data)
    for name in plugins.sources:
        model = model_of(plugins, name)
        if model is None or name not in given:
            continue
        path: KeyPath = ("hooks", "settings", name)
        own = given[name]
        if isinstance(own, dict):
            problems += literals(document, path, model, own, private)
            fetched: set[str] = set()

            def stand_in(secret: Mapping[str, Any], what: str, at: KeyPath = path, seen: set[str] = fetched) -> str:
                seen.add(dotted(at) + what)  # judged when it is fetched
                return STAND_IN

            filled = _filled(own, stand_in)
            found = judged(document, path, model, filled, private=private)[1]
            problems += [problem for problem in found if problem.key not in fetched]
    return problems


def settings_maker(given: Mapping[str, Any], plugins: Plugins, base: Path) -> Callable[[str], Any]:
    """A function that gives a plugin, by its name, its settings: secrets fetched, validated by its model.

    ``base`` is where the path of a secret's file starts. What is given raises `ConfigError` where a secret cannot be
    had or the model does not take it.
    """

    def make(name: str) -> Any:
        model = model_of(plugins, name)

        def fetch(secret: Mapping[str, Any], what: str) -> str:
            return resolve_secret(secret, base, what=f"hooks.settings.{name}{what}")

        own = _filled(given.get(name, {}), fetch)
        if model is None:
            return frozen(own)
        try:
            return model.model_validate(own)
        except ValidationError as problem:
            places = sorted({dotted(("hooks", "settings", name, *error["loc"])) for error in problem.errors()})
            verb = "is" if len(places) == 1 else "are"
            raise ConfigError(f"{', '.join(places)} {verb} missing, or not as the plugin needs it") from None
        except Exception as problem:  # its words may quote a secret
            raise ConfigError(f"hooks.settings.{name}: its model failed ({type(problem).__name__})") from None

    return make


def model_of(plugins: Plugins, name: str) -> type[BaseModel] | None:
    """The model that a plugin declares; one that is none is reported."""
    declared = getattr(plugins.manager.get_plugin(name), "fondly_settings", None)
    if declared is None:
        return None
    if not (isinstance(declared, type) and issubclass(declared, BaseModel)):
        plugins.fail(name, "", "fondly_settings is no pydantic model; write a class that derives from BaseModel")
        return None
    return declared


def settings_models(plugins: Plugins) -> dict[str, type[BaseModel]]:
    """The models that plugins declare, by name."""
    models = {name: model_of(plugins, name) for name in plugins.sources}
    return {name: model for name, model in models.items() if model is not None}


def _filled(value: Any, fetch: Callable[[Mapping[str, Any], str], str], at: str = "") -> Any:
    """The settings with each secret in the place of where it comes from."""
    if is_source(value) and at:
        return fetch(value, at)
    if isinstance(value, Mapping):
        return {key: _filled(item, fetch, f"{at}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, fetch, f"{at}[{index}]") for index, item in enumerate(value)]
    return value


def _settings_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    hooks = data.get("hooks")
    settings = hooks.get("settings") if isinstance(hooks, dict) else None
    return settings if isinstance(settings, dict) else {}
