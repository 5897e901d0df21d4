"""The config as it counts: every default filled in, every secret hidden, in YAML that fondly reads again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from fondly.config.document import QUOTES
from fondly.config.fields import HIDDEN, SECRET_WORDS
from fondly.config.foreignsecrets import put, secrets_of, without_secrets
from fondly.config.models import Model, OutputModel
from fondly.config.records import Config, OutputSpec
from fondly_hooks.yamlfile import Loader

COMMON = frozenset(OutputModel.model_fields)
_OLD = yaml.resolver.Resolver()  # of YAML 1.1, as most programs still read it
HARMLESS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "null"))
LINE = 1_000_000  # letters; a line of YAML that is broken reads worse than a long one
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def config_data(
    config: Config, options: Iterable[BaseModel | None], settings: Mapping[str, type[BaseModel]] | None = None
) -> dict[str, Any]:
    """The whole file as plain data; ``options`` are those of each output, ``None`` where its kind is not known.

    ``settings`` are the models of plugins' settings, by name: they know best what in there is secret. What has no
    value and no default is left out.
    """
    data: dict[str, Any] = config.model.model_dump(mode="json", exclude={"outputs"}, exclude_none=True)
    own, models = data["hooks"]["settings"], settings or {}
    shown = {name: without_secrets(models[name], it) if name in models else it for name, it in own.items()}
    data["hooks"]["settings"] = _hide(shown)
    data["outputs"] = [
        _output(model, spec, own)
        for model, spec, own in zip(config.model.outputs, config.outputs, options, strict=True)
    ]
    return data


def config_yaml(data: Mapping[str, Any]) -> str:
    """The data as YAML. Texts are quoted only where they would be read as something else."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LINE)
    return text


def _output(model: OutputModel, spec: OutputSpec, options: BaseModel | None) -> dict[str, Any]:
    order = ("practices", "dates", "anniversaries", "custom")
    decided = {
        "include": [what for what in order if what in spec.include],
        "details": "yes" if spec.details else "no",
        "alarms": "yes" if spec.alarms else "no",
    }
    shared = {**model.model_dump(mode="json", include=set(COMMON)), **decided}
    own = _own(options, model.model_extra or {}) or _hide(model.model_extra or {})
    return {"name": shared.pop("name"), "kind": shared.pop("kind"), **own, **shared}


def _own(options: BaseModel | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a kind. Which of a plugin's are secret is for its model to say, or else for their names."""
    if options is None:
        return {}
    try:
        own: dict[str, Any] = options.model_dump(mode="json", exclude_none=True, by_alias=True)
    except Exception:  # a plugin's serializers may do anything
        return {}
    if isinstance(options, Model):
        return own
    for path, value in secrets_of(type(options), without_secrets(type(options), dict(given))):
        own = put(own, path, value)  # where it comes from, or that it is hidden
    return dict(_hide(own))


def _hide(value: Any, *, secret: bool = False) -> Any:
    """The same, without the values under names that speak of a secret. Where one comes from is none."""
    if isinstance(value, dict):
        source = _is_source(value)
        return {
            key: _hide(item, secret=not source and (secret or bool(SECRET_WORDS.search(key))))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_hide(item, secret=secret) for item in value]
    return HIDDEN if secret and value is not None and not isinstance(value, bool) else value


def _is_source(value: dict[str, Any]) -> bool:
    """Whether it says where a secret comes from, and holds none itself."""
    ((kind, where),) = value.items() if len(value) == 1 else (("", None),)
    if kind == "command":
        return isinstance(where, list) and all(isinstance(word, str) for word in where)
    return kind in ("env", "keyring", "file") and isinstance(where, str)


class _Dumper(_Base):  # type: ignore[misc]  # PyYAML's C dumper has no type
    """Writes what `Loader` reads: its resolver is the same."""

    yaml_implicit_resolvers = Loader.yaml_implicit_resolvers

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        """A list of plain values on one line."""
        plain = not any(isinstance(item, (dict, list)) for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=plain)

    def represent_text(self, text: str) -> Any:
        """Plain where it can be; in quotes what another reader of YAML would stumble over, such as ``=`` or ``<<``."""
        tag = _OLD.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        quoted = text[:1] in QUOTES and text != ""
        if tag not in HARMLESS:
            try:
                yaml.SafeLoader("").construct_object(yaml.ScalarNode(tag, text))
            except (yaml.YAMLError, ValueError, LookupError):
                quoted = True
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="'") if quoted else self.represent_str(text)

    def represent_number(self, number: float) -> Any:
        """60 rather than 60.0."""
        return self.represent_int(int(number)) if number.is_integer() else self.represent_float(number)

    def ignore_aliases(self, data: Any) -> bool:
        """Nothing is written as ``*name``."""
        return True


_Dumper.add_representer(float, _Dumper.represent_number)
_Dumper.add_representer(str, _Dumper.represent_text)
