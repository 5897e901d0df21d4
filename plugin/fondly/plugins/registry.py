"""The registered plugins, and how each is called alone, so that one's failure is its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import pluggy

from fondly.config.suggest import did_you_mean
from fondly.plugins.handing import handed
from fondly.plugins.hearing import WARNING, Message, listening
from fondly.plugins.surroundings import Surroundings
from fondly_hooks import specs
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.reports import Failure

if TYPE_CHECKING:
    from fondly.lastgood import LastGood
    from fondly.plugins.scripts import Scripts

MOST_RECORDS = 20_000  # that one plugin may give in one call
LONGEST = 1_000  # letters of an error


@dataclass(slots=True)
class Took:
    """How often a plugin was asked in this run, and how many seconds that took in all."""

    calls: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Plugins:
    """The registered plugins, in order; what failed while they were loaded or called; what they said.

    ``sources`` tells for each name where it comes from, ``trusted`` are fondly's own. ``failures``, ``messages`` and
    ``took`` grow; a run reports them at its end.
    """

    manager: pluggy.PluginManager
    optional: frozenset[str] = frozenset()
    trusted: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    took: dict[tuple[str, str], Took] = field(default_factory=dict)
    surroundings: Surroundings = field(default_factory=Surroundings)
    scripts: Scripts | None = None
    last_good: LastGood | None = None

    def answering(self, hook: str) -> list[str]:
        """The names of the plugins that answer that hook, in the order in which they are asked.

        As they were loaded, scripts last and by the bytes of their paths. pluggy's ``tryfirst`` and ``trylast`` count.
        Of the deciders the last one is asked first.
        """
        if not hasattr(self.manager.hook, hook):
            return []
        ranks = {}
        for impl in getattr(self.manager.hook, hook).get_hookimpls():
            if not (impl.wrapper or impl.hookwrapper):
                ranks[impl.plugin_name] = 0 if impl.tryfirst else 2 if impl.trylast else 1
        names = [name for name in self.sources if name in ranks]
        decides = specs.HOOKS[hook].kind == "decider"
        if decides:
            names.reverse()
        if self.scripts:
            names.sort(key=lambda name: self.scripts.place(name, hook) if self.scripts else b"", reverse=decides)
        return sorted(names, key=ranks.__getitem__)

    def call_each(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Call each implementation of ``hook`` alone: pairs of the plugin's name and its result."""
        for name in self.answering(hook):
            for result in self.call_one(name, hook, **arguments):
                yield name, result

    def call_one(self, name: str, hook: str, **arguments: Any) -> list[Any]:
        """Call one plugin's implementation of ``hook``, if it has one; an empty list where it has none or fails.

        An iterable result is consumed here, inside the guard, so that a generator that raises half way gives nothing.
        Who is not fondly's own gets copies of the arguments.
        """
        plugin = self.manager.get_plugin(name)
        if plugin is None or name not in self.answering(hook):
            return []
        others = [other for other in self.manager.get_plugins() if other is not plugin]
        given = arguments if name in self.trusted else {key: handed(value) for key, value in arguments.items()}
        context = self.surroundings.context(name, lambda text, level: self.say(name, hook, text, level))
        found: list[Any] = []
        started = time.perf_counter()
        with listening(lambda line: self.say(name, hook, f"printed: {line}")):
            try:
                answers = self.manager.subset_hook_caller(hook, others)(**given, context=context)
                found = [_consumed(answer) for answer in (answers if isinstance(answers, list) else [answers])]
            except KeyboardInterrupt:
                raise
            except BaseException as problem:  # whatever a plugin does, the others go on
                self.fail(name, hook, problem)
                found = []
        took = self.took.setdefault((hook, name), Took())
        took.calls += 1
        took.seconds += max(time.perf_counter() - started, self.scripts.spent(name, hook) if self.scripts else 0.0)
        if given is not arguments and given != arguments:
            self.fail(name, hook, "changed what it was given, which reaches nobody; give a changed copy back")
        return [answer for answer in found if answer is not None]

    def gather(self, hook: str, kind: type[Any], **arguments: Any) -> list[tuple[str, Any]]:
        """All records of ``kind`` that the providers of ``hook`` give, each with the name of its plugin."""
        found: list[tuple[str, Any]] = []
        for name, result in self.call_each(hook, **arguments):
            records = result if isinstance(result, (list, tuple)) else [result]
            stranger = next((record for record in records if not isinstance(record, kind)), None)
            if stranger is not None:
                self.fail(name, hook, f"gave a {type(stranger).__name__} where a {kind.__name__} belongs")
            else:
                found += [(name, record) for record in records]
        return found

    def decide(self, hook: str, check: Callable[[Any], str | None], **arguments: Any) -> Any:
        """The first answer of a decider in which ``check`` finds no fault; ``None`` where nobody decides."""
        for name in self.answering(hook):
            for answer in self.call_one(name, hook, **arguments):
                fault = check(answer)
                if fault is None:
                    return answer
                self.fail(name, hook, fault)
        return None

    @contextmanager
    def side_by_side(self, calls: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[None]:
        """Start the scripts that these calls will ask, whose order decides nothing. Where there are none, no harm.

        Each call gets its answer as ever. Who leaves early, as by Ctrl-C, has all of them ended.
        """
        try:
            if self.scripts:
                for hook, arguments in calls:
                    self.scripts.begin(hook, arguments, self.surroundings.context)
            yield
        except BaseException:
            if self.scripts:
                self.scripts.stop.set()
            raise

    def failed(self, hook: str) -> set[str]:
        """The names of those that failed in that hook, or could not be loaded, in this run."""
        return {failure.plugin for failure in self.failures if failure.hook in ("", hook)}

    def fail(self, name: str, hook: str, problem: BaseException | str, source: str | None = None) -> None:
        """Report once that this plugin failed, by name and source, in one line."""
        if isinstance(problem, BaseException):
            text = _words(problem)
            problem = text if isinstance(problem, FondlyError) else f"{type(problem).__name__}: {text}".rstrip(": ")
        words = " ".join(problem.split())[:LONGEST].encode("utf-8", "backslashreplace").decode()
        failure = Failure(name, hook, source or self.source(name, hook), words)
        if failure not in self.failures:  # a hook that is called for each person fails for each
            self.failures.append(failure)

    def say(self, name: str, hook: str, text: str, level: int = WARNING) -> None:
        """Keep a line that this plugin said, once."""
        message = Message(name, hook, self.source(name, hook), text, level)
        if message not in self.messages:
            self.messages.append(message)

    def source(self, name: str, hook: str = "") -> str:
        """Where that plugin, or what answers that hook of it, comes from."""
        found = self.scripts.source(name, hook) if self.scripts else None
        return found or self.sources.get(name, "")

    def sees_secrets(self, name: str, hook: str) -> bool:
        """Whether this plugin, or its script for that hook, declares that it may be told what is secret."""
        if self.scripts and name in self.scripts.plugins:
            return self.scripts.plugins[name].scripts[hook].sees_secrets
        return getattr(self.manager.get_plugin(name), "fondly_sees_secrets", False) is True

    def add(self, name: str, plugin: object, source: str, *, trusted: bool = False) -> None:
        """Register one plugin; what is wrong with it is reported."""
        if name in self.sources:
            self.failures.append(Failure(name, "", source, f"the name '{name}' is taken by {self.sources[name]}"))
            return
        self.sources[name] = source
        if trusted:
            self.trusted.add(name)
        try:
            self.manager.register(plugin, name)
            self._examine(name, plugin)
        except Exception as problem:  # pluggy's validation, or whatever the plugin's attributes do
            self.fail(name, "", problem)
            del self.sources[name]

    def _examine(self, name: str, plugin: object) -> None:
        """Tell what a plugin means to answer and does not."""
        callers = self.manager.get_hookcallers(plugin) or []
        for caller in callers:
            if not caller.has_spec():
                self.fail(name, caller.name, "there is no such hook" + did_you_mean(caller.name, specs.HOOKS))
            for impl in caller.get_hookimpls():
                if impl.plugin is plugin and (impl.wrapper or impl.hookwrapper):
                    self.fail(name, caller.name, "is a wrapper, which is not called: each plugin is asked alone")
        if name in self.trusted:
            return
        answered = {caller.name for caller in callers}
        for hook in specs.HOOKS:
            if hook not in answered and callable(getattr(plugin, hook, None)):
                self.fail(name, hook, "is not called, since it lacks @hookimpl; write that above it")


def _consumed(answer: Any) -> Any:
    """What a plugin gave, as far as it may; a plugin may give its records in any form that can be walked through."""
    if isinstance(answer, (list, tuple)):
        found = answer
    elif isinstance(answer, Iterable) and not isinstance(answer, (str, bytes, Mapping)):
        found = list(islice(answer, MOST_RECORDS + 1))
    else:
        return answer
    if len(found) > MOST_RECORDS:
        raise FondlyError(f"gave more than {MOST_RECORDS} records, which is more than anybody can use")
    return found


def _words(problem: BaseException) -> str:
    """What an exception says; its own words may fail too."""
    try:
        return str(problem)
    except Exception:
        return "its words cannot be had"
