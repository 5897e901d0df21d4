"""Who answers which hook, from where, in which order, and what came of it in the last run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fondly.lastrun import LastRun
from fondly.plugins import Plugins
from fondly_hooks.specs import HOOKS
from fondly_hooks.types.reports import Failure


@dataclass(frozen=True, slots=True)
class Answerer:
    """One plugin that answers a hook. ``calls``, ``seconds`` and ``failed`` are the last run's."""

    plugin: str
    source: str
    calls: int = 0
    seconds: float = 0.0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HookListing:
    """One hook, what kind it is, and who answers it, in the order in which they are asked."""

    hook: str
    kind: str
    answers: tuple[Answerer, ...]

    def as_json(self) -> dict[str, Any]:
        """The listing as ``hooks list --json`` prints it; times in seconds."""
        return {
            "hook": self.hook,
            "kind": self.kind,
            "answers": [
                {
                    "plugin": one.plugin,
                    "source": one.source,
                    "calls": one.calls,
                    "seconds": one.seconds,
                    "failed": list(one.failed),
                }
                for one in self.answers
            ],
        }


def listing(plugins: Plugins, last: LastRun) -> list[HookListing]:
    """All hooks, in the order of the contract."""
    return [HookListing(hook, facts.kind, tuple(_answers(plugins, hook, last))) for hook, facts in HOOKS.items()]


def _answers(plugins: Plugins, hook: str, last: LastRun) -> Iterator[Answerer]:
    for name in plugins.answering(hook):
        took = last.took.get((hook, name))
        yield Answerer(
            plugin=name,
            source=plugins.source(name, hook),
            calls=took.calls if took else 0,
            seconds=took.seconds if took else 0.0,
            failed=tuple(_words(last.failures, name, hook)),
        )


def _words(failures: Iterable[Failure], name: str, hook: str) -> Iterator[str]:
    return (failure.error for failure in failures if (failure.plugin, failure.hook) == (name, hook))
