"""Script hooks: executables of any language, which get one JSON object and answer with one (DESIGN §6)."""

from __future__ import annotations

import inspect
import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from fondly.config.records import HooksConfig
from fondly.config.suggest import did_you_mean
from fondly.plugins.hearing import DEBUG, LONGEST, MOST_LINES, WARNING
from fondly.plugins.surroundings import Surroundings
from fondly.plugins.trust import distrust
from fondly.scripting.asking import Answer, Question, ask
from fondly_hooks import specs
from fondly_hooks.markers import hookimpl
from fondly_hooks.types.context import HookContext

AT_ONCE = 8  # scripts that run side by side
TIME_LIMIT = 10.0  # seconds, unless the script says another
HEAD = 2_048  # bytes in which a script may say something of itself
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
SAYS = re.compile(rb"^\W*fondly:[ \t]*(?:(sees_secrets)|timeout=([0-9]{1,3}))[ \t]*\r?$", re.MULTILINE)
RUNNABLE = frozenset({".sh", ".py", ".js", ".mjs", ".rb", ".pl", ".bash", ".zsh", ".fish", ".lua", ".php"})


class Host(Protocol):
    """What scripts need of the plugins among which they are."""

    sources: dict[str, str]
    surroundings: Surroundings

    def fail(self, name: str, hook: str, problem: BaseException | str, source: str | None = None) -> None:
        """Report that one failed."""

    def say(self, name: str, hook: str, text: str, level: int = WARNING) -> None:
        """Keep a line that one said."""

    def add(self, name: str, plugin: object, source: str) -> None:
        """Register one."""


@dataclass(frozen=True, slots=True)
class Script:
    """One executable that answers one hook. Its plugin's ``name`` is the file's, without what follows its last dot."""

    hook: str
    name: str
    path: Path
    sees_secrets: bool = False
    limit: float = TIME_LIMIT


class ScriptPlugin:
    """All scripts of one name, as a plugin that answers their hooks."""

    def __init__(self, scripts: Mapping[str, Script], host: Host, stop: Event) -> None:
        self.scripts, self.host, self.stop = scripts, host, stop
        self.begun: dict[tuple[str, object], Future[Any]] = {}
        self.spent: dict[str, float] = defaultdict(
            float
        )  # seconds, by hook: who waits for what was begun before waits for less
        for hook in scripts:
            setattr(self, hook, self._answer(hook))

    def begin(self, hook: str, arguments: Mapping[str, Any], context: HookContext, pool: ThreadPoolExecutor) -> None:
        """Start the script of that hook; who asks for its answer gets that of this run."""
        self.begun[hook, arguments.get("person")] = pool.submit(self._ask, hook, dict(arguments), context)

    def _answer(self, hook: str) -> Callable[..., Any]:
        """What pluggy calls, with the arguments of the hook's specification."""
        specification = getattr(specs, hook)
        names = list(inspect.signature(specification).parameters)

        def answer(*given: Any) -> Any:
            arguments = dict(zip(names, given, strict=True))
            context = arguments.pop("context")
            begun = self.begun.pop((hook, arguments.get("person")), None)
            answered = begun.result() if begun else self._ask(hook, arguments, context)
            for fault in answered.faults[:MOST_LINES]:
                self.host.fail(context.plugin, hook, fault)
            if answered.message:
                self.host.say(context.plugin, hook, answered.message)
            for line in answered.prose.splitlines()[-MOST_LINES:]:
                self.host.say(context.plugin, hook, line[:LONGEST], DEBUG)
            return answered.given

        answer.__wrapped__ = specification  # type: ignore[attr-defined]  # where pluggy reads the arguments' names
        return hookimpl(answer)

    def question(self, hook: str, arguments: Mapping[str, Any]) -> Question:
        """What the script of that hook is asked with these arguments."""
        script, surroundings = self.scripts[hook], self.host.surroundings
        return Question(
            hook=hook,
            path=script.path,
            sees_secrets=script.sees_secrets,
            limit=script.limit,
            relationship=arguments.get("relationship") or surroundings.relationship,
            data={name: value for name, value in arguments.items() if name != "relationship"},
            config=surroundings.config,
        )

    def _ask(self, hook: str, arguments: Mapping[str, Any], context: HookContext) -> Answer:
        started = time.perf_counter()
        try:
            return ask(self.question(hook, arguments), context, self.stop.is_set)
        finally:
            self.spent[hook] += time.perf_counter() - started


@dataclass(slots=True)
class Scripts:
    """Where each script is, and the threads that wait for those that were begun, until they are told to ``stop``."""

    plugins: dict[str, ScriptPlugin] = field(default_factory=dict)
    pool: ThreadPoolExecutor | None = None
    stop: Event = field(default_factory=Event)

    @classmethod
    def found_in(cls, hooks: HooksConfig, host: Host) -> Scripts:
        """Register the scripts of the hooks folder; what is wrong with one is reported."""
        by_name: dict[str, dict[str, Script]] = {}
        for hook, path, name in _executables(hooks, host):
            if name in hooks.disable:
                continue
            if not NAME.fullmatch(name):
                host.fail(name, hook, "cannot be a name here; use letters, digits, '.', '_' and '-'", str(path))
                continue
            if hook in by_name.get(name, {}):
                host.fail(name, hook, f"'{name}' is {by_name[name][hook].path.name} already", str(path))
                continue
            try:
                by_name.setdefault(name, {})[hook] = _read_script(hook, name, path)
            except OSError as problem:
                host.fail(name, hook, f"cannot be read: {problem.strerror or problem}", str(path))
        found = cls()
        for name, scripts in by_name.items():
            if name in host.sources:
                first = next(iter(scripts.values()))
                host.fail(name, first.hook, f"the name '{name}' is taken by {host.sources[name]}", str(first.path))
                continue
            plugin = ScriptPlugin(scripts, host, found.stop)
            host.add(name, plugin, str(next(iter(scripts.values())).path))
            found.plugins[name] = plugin
        return found

    def place(self, name: str, hook: str) -> bytes:
        """What the answers of a hook are sorted by: nothing for what is no script, so that these come first."""
        plugin = self.plugins.get(name)
        script = plugin.scripts.get(hook) if plugin else None
        return os.fsencode(script.path) if script else b""

    def source(self, name: str, hook: str) -> str | None:
        """The path of the script of that name that answers the hook."""
        plugin = self.plugins.get(name)
        script = plugin.scripts.get(hook) if plugin else None
        return str(script.path) if script else None

    def spent(self, name: str, hook: str) -> float:
        """How many seconds that script ran since this was last asked; none where it is no script."""
        plugin = self.plugins.get(name)
        return plugin.spent.pop(hook, 0.0) if plugin else 0.0

    def begin(self, hook: str, arguments: Mapping[str, Any], context: Callable[[str], HookContext]) -> None:
        """Start all scripts of that hook."""
        for name, plugin in self.plugins.items():
            if hook in plugin.scripts:
                if self.pool is None:
                    self.pool = ThreadPoolExecutor(AT_ONCE, "script")
                plugin.begin(hook, arguments, context(name), self.pool)


def script_names(hooks: HooksConfig) -> frozenset[str]:
    """The names of all scripts that there are, the blocked ones too."""
    return frozenset(name for _, _, name in _executables(hooks, None))


def _executables(hooks: HooksConfig, host: Host | None) -> Iterator[tuple[str, Path, str]]:
    """The hook, the path and the name of each executable, sorted by the bytes of their paths; tells ``host`` of others.

    Scripts may stand in one level of sub-folders, where they can keep what belongs to them.
    """
    if hooks.folder is None:
        return
    for folder in _sorted(hooks.folder):
        hook, dot, rest = folder.name.rpartition(".")
        if not dot or rest != "d" or not folder.is_dir():
            continue
        if hook not in specs.HOOKS or not specs.HOOKS[hook].scripts:
            if host:
                python = hook in specs.HOOKS
                what = "is for Python alone" if python else "there is no such hook" + did_you_mean(hook, specs.HOOKS)
                host.fail(folder.name, hook, what, str(folder))
            continue
        for path, name, around in _inside(folder):
            if _is_to_run(hook, path, name, host, hooks.folder, *around):
                yield hook, path, name


def _inside(folder: Path) -> Iterator[tuple[Path, str, tuple[Path, ...]]]:
    """The files of a folder and of its sub-folders, each with its name as a plugin, and the folders around it."""
    for path in _sorted(folder):
        if path.name.startswith("."):
            continue
        if not path.is_dir():
            yield path, path.stem, (folder,)
            continue
        for inner in _sorted(path):
            if not inner.name.startswith(".") and not inner.is_dir():
                yield inner, f"{path.name}-{inner.stem}", (folder, path)


def _is_to_run(hook: str, path: Path, name: str, host: Host | None, *around: Path) -> bool:
    """Whether that file is a script that may be run."""
    try:
        if not os.access(path, os.X_OK):
            if host and (path.suffix in RUNNABLE or _begins_with(path, b"#!")):
                host.fail(name, hook, f"has no run bit, so it is not run; give it one with: chmod +x {path}", str(path))
            return False
        refusal = distrust(*around, path) if host else None
    except OSError as problem:
        refusal = f"cannot be looked at: {problem.strerror or problem}"
    if refusal and host:
        host.fail(name, hook, refusal, str(path))
    return refusal is None


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=os.fsencode)
    except OSError:
        return []


def _begins_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(mark)) == mark


def _read_script(hook: str, name: str, path: Path) -> Script:
    """The script with what it says of itself in its first lines."""
    with path.open("rb") as stream:
        said = SAYS.findall(stream.read(HEAD))
    limits = [int(seconds) for _, seconds in said if seconds]
    return Script(
        hook=hook,
        name=name,
        path=path.absolute(),
        sees_secrets=any(sees for sees, _ in said),
        limit=float(max(1, limits[0])) if limits else TIME_LIMIT,
    )
