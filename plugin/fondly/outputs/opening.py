"""From what the config says of an output to an open one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fondly.config.problems import KeyPath, dotted
from fondly.config.records import Config, OutputSpec
from fondly.outputs.judging import Judged, place_named
from fondly_hooks.errors import ConfigError, FondlyError
from fondly_hooks.types.outputs import Output, OutputContext, OutputKind


@dataclass(frozen=True, slots=True)
class Ready:
    """An output whose options are valid; ``kind`` is ``None`` where this version does not serve it yet."""

    spec: OutputSpec
    kind: OutputKind | None
    options: Any = field(default=None, repr=False)  # they may hold a password
    given: Mapping[str, Any] | None = field(default=None, repr=False)  # with secrets that are fetched when it is opened

    def open(
        self,
        config: Config,
        now: dt.datetime,
        state: Path | None,
        *,
        identity: str | None = None,
        to_look: bool = False,
    ) -> Output:
        """Open it; raises `FondlyError` where a secret is missing or the place cannot be used.

        ``state`` is the relationship's state folder. ``identity`` is the name that its entries know it by, where it has
        another one by now. ``to_look``: nothing is made there.
        """
        if self.kind is None:
            raise LookupError(self.spec.kind)
        relationship = config.relationship
        neutral = self.spec.titles != "full"
        names = " & ".join(person.name for person in relationship.people)
        context = OutputContext(
            name=identity or self.spec.name,
            key=key_of(relationship.id),
            base=config.folder,
            now=now,
            timezone=relationship.timezone,
            calendar_name=self.spec.name if neutral else names,
            neutral=neutral,
            seen_by=self.spec.seen_by,
            to_look=to_look,
            state=state,
            address=config.serve.address,
        )
        return self.kind.open(self._with_secrets(self.kind.options, config.folder), context)

    def place(self, folder: Path) -> str | None:
        """Where it is, whatever its name: an address, or a path from ``folder`` on. ``None`` where nobody can tell."""
        options = self.options
        for key in ("url", "path"):
            named = getattr(options, key, None)
            if isinstance(named, str):
                return place_named(folder, {key: named, "calendar": getattr(options, "calendar", None)})
        return None

    def _with_secrets(self, model: type[Any], base: Path) -> Any:
        """The options with the secrets that its model has in them; raises `ConfigError` where one cannot be had."""
        if self.given is None:
            return self.options
        from fondly.config.foreignsecrets import with_secrets
        from fondly.config.secrets import resolve_secret

        def fetch(secret: Mapping[str, Any], path: KeyPath) -> str:
            return resolve_secret(secret, base, what=f"its {dotted(path)}")

        try:
            return model.model_validate(with_secrets(model, dict(self.given), fetch))
        except FondlyError:
            raise
        except Exception as problem:  # its words may quote the secret
            raise ConfigError(f"its options are not as the plugin needs them ({type(problem).__name__})") from None


def key_of(relationship_id: str) -> bytes:
    """What the marks of a relationship's entries are keyed by."""
    return relationship_id.encode()


def ready_outputs(specs: Sequence[OutputSpec], judged: Sequence[Judged]) -> tuple[Ready, ...]:
    """The outputs of a config in which nothing is wrong, each with its kind and its options."""
    return tuple(Ready(spec, one.kind, one.options, one.given) for spec, one in zip(specs, judged, strict=True))
