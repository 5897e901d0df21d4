"""The first version of a plugin: a file that works as it is, made to be changed, and a test of it."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fondly.config.suggest import did_you_mean
from fondly.plugins.trust import distrust
from fondly.service.scaffolds import ENTRIES, FRAMES, IMPORTS, OWN, TEST, TESTS
from fondly_hooks import specs
from fondly_hooks.errors import ConfigError
from fondly_hooks.files import replace_atomically

Language = Literal["sh", "python", "node"]
ENDINGS: dict[Language, str] = {"sh": ".sh", "python": ".py", "node": ".js"}
NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")


@dataclass(frozen=True, slots=True)
class Wished:
    """What is to be made: a plugin of that ``name`` that answers ``hook``, in a script's ``language`` or as a plugin.

    ``me`` is the person whose times an example may speak of.
    """

    name: str
    hook: str
    language: Language | None
    me: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One file to be written: its place below the hooks folder, its text, and whether it can be run."""

    place: Path
    text: str
    runs: bool = False


def drafts(wished: Wished) -> list[Draft]:
    """The plugin and its test; raises `ConfigError` where the name or the hook is not possible."""
    if not NAME.fullmatch(wished.name):
        raise ConfigError(
            f"'{wished.name}' cannot be a plugin's name; write small letters, digits, '-' and '_', such as water-plants"
        )
    if wished.hook not in specs.HOOKS:
        raise ConfigError(f"--hook: there is no hook '{wished.hook}'{did_you_mean(wished.hook, specs.HOOKS)}")
    if wished.language and not specs.HOOKS[wished.hook].scripts:
        raise ConfigError(f"--script: {wished.hook} is for Python alone; leave --script away")
    if wished.language is None:
        plugin = Draft(Path(f"{wished.name}.py"), _python(wished))
    else:
        place = Path(f"{wished.hook}.d") / f"{wished.name}{ENDINGS[wished.language]}"
        plugin = Draft(place, _script(wished, wished.language), runs=True)
    return [plugin, Draft(Path("tests") / f"test_{_identifier(wished.name)}.py", _test(wished))]


def write_drafts(folder: Path, files: list[Draft]) -> list[Path]:
    """Write the files below the hooks folder, which nobody but the person can write then; their paths.

    Raises `ConfigError` where one of them is there already, or could not be run there: nothing is written then.
    """
    for place in (folder, folder / files[0].place.parent):
        if place.exists() and not place.is_dir():
            raise ConfigError(f"{place} is no folder; move it away, or name another under hooks.folder")
        refusal = distrust(place) if place.exists() else None
        if refusal:
            raise ConfigError(refusal)
    paths = [folder / draft.place for draft in files]
    for path in paths:
        if path.exists() or path.is_symlink():
            raise ConfigError(f"{path} is there already; choose another name, or move it away")
    for draft, path in zip(files, paths, strict=True):
        for parent in (folder, path.parent):
            if not parent.is_dir():
                parent.mkdir(parents=True)
                parent.chmod(0o755)  # whatever the umask says: a folder that others can write is not trusted
        replace_atomically(path, draft.text.encode(), mode=0o755 if draft.runs else 0o644)
    return paths


def example_of(hook: str, section: str = "Example") -> str:
    """The example in a hook's specification: a Python file, or as section ``Script`` what a script prints."""
    doc = inspect.getdoc(getattr(specs, hook)) or ""
    found = re.search(rf"^{section}::\n\n((?:    .*\n|\n)+)", doc + "\n", re.MULTILINE)
    return textwrap.dedent(found[1]).strip() + "\n" if found else ""


def _python(wished: Wished) -> str:
    if wished.hook == "fondly_entries":
        return _filled(OWN, wished)
    head, _, body = example_of(wished.hook).partition("\n")
    stem = Path(head.removeprefix("# hooks/").strip()).stem
    for old, new in (
        (f'"{stem}"', f'"{wished.name}"'),
        (f"custom/{stem}/", f"custom/{wished.name}/"),
        (f"def {stem}(", f"def {_identifier(wished.name)}("),
    ):
        body = body.replace(old, new)
    return f'"""{_title(wished.name)}: a plugin for fondly, which answers {wished.hook}."""\n\n{body.lstrip()}'


def _script(wished: Wished, language: Language) -> str:
    dynamic = ENTRIES.get((wished.hook, language))
    if dynamic is None:
        answer = json.loads(example_of(wished.hook, "Script"))
        before, text = "", _renamed(answer, wished, _WRITERS[language])
    else:
        before, text = dynamic
    imports = IMPORTS.get((wished.hook, language), "")
    values = {"imports": imports, "before": _filled(before, wished).rstrip("\n"), "answer": _filled(text, wished)}
    return _filled(FRAMES[language], wished, **values).replace("\n\n\n", "\n\n")


def _renamed(answer: Any, wished: Wished, write: Callable[[Any], str]) -> str:
    """The answer of the specification, as this plugin's own: its names, its person."""
    for record in answer.get("add", []):
        for key in ("slug", "id"):
            if key in record:
                record[key] = wished.name
        if "person" in record:
            record["person"] = wished.me
    return write(answer)


def _as_json(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _as_python(answer: Any) -> str:
    text = json.dumps(answer, ensure_ascii=False, indent=4)
    return re.sub(r"(?<=: )(true|false|null)\b", lambda found: _PYTHON[found[0]], text)


_PYTHON = {"true": "True", "false": "False", "null": "None"}
_WRITERS: dict[Language, Callable[[Any], str]] = {"sh": _as_json, "python": _as_python, "node": _as_json}


def _test(wished: Wished) -> str:
    more = TESTS.get(wished.hook, TESTS[specs.HOOKS[wished.hook].kind])
    return _filled(TEST, wished, more=_filled(more, wished))


def _filled(template: str, wished: Wished, **more: str) -> str:
    """The template with its words in capitals between ``@`` filled in."""
    values = {
        "name": wished.name,
        "identifier": _identifier(wished.name),
        "title": _title(wished.name),
        "hook": wished.hook,
        **more,
    }
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1].lower()], template)


def _identifier(name: str) -> str:
    return name.replace("-", "_")


def _title(name: str) -> str:
    return " ".join(re.split("[-_]+", name)).strip().capitalize()
