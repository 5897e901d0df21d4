"""What is wrong in a config file, each with its line and column, its key path, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fondly_hooks.errors import ConfigError
from fondly_hooks.types.reports import Failure

LONGEST_KEY = 60
LONGEST_TEXT = 600  # longer ones quote a value that is, and what would be right stands at their end
MOST_TOLD = 100  # nobody reads more, and a file of a megabyte can hold half a million of them

# How problems begin that more than one step of judging may see, and how a misspelt word is answered.
UNKNOWN, MISSING, MEANT = "is not known here", "is missing", "did you mean '"
EMPTY = "holds nothing; write its value, or take the line away"
CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], "?")

Place = tuple[int, int]
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong: at ``line`` and ``column`` of the file ``name``, both counted from 1; under ``key``."""

    line: int
    column: int
    key: str
    what: str
    name: str

    def __str__(self) -> str:
        text = f"{self.name}:{self.line}:{self.column}: {self.key}{': ' if self.key else ''}{self.what}"
        # A name or a value in it may hold line breaks, and what a terminal obeys.
        return " ".join(text.split()).translate(CONTROLS)


class WrongConfigError(ConfigError):
    """All that is wrong in a config file, in the order of the file, one line for each.

    ``failures`` are those of plugins, which may be the reason for some of it.
    """

    names_its_place = True

    def __init__(self, problems: Iterable[Problem], failures: Iterable[Failure] = ()) -> None:
        self.problems, self.failures = settled(problems), tuple(failures)
        lines = [str(problem) for problem in self.problems[:MOST_TOLD]]
        if len(self.problems) > MOST_TOLD:
            lines.append(f"{self.problems[0].name}: and more after these; mend them first")
        super().__init__("\n".join(lines))


def settled(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order of the file, each mistake once: a file is judged in several steps, and two may see the same.

    A key that is misspelt is not told as missing too, and one without a value only where nobody knows more of it.
    """
    found = sorted(set(problems), key=lambda problem: (problem.name, problem))
    meant = set()
    for problem in found:
        if problem.what.startswith(UNKNOWN) and MEANT in problem.what:
            around = problem.key.rpartition(".")[0]
            word = problem.what.partition(MEANT)[2].partition("'")[0]
            meant.add((problem.name, f"{around}.{word}" if around else word))
    told = {(problem.name, problem.key) for problem in found if problem.what != EMPTY}
    return tuple(
        problem
        for problem in found
        if not (problem.what.startswith(MISSING) and (problem.name, problem.key) in meant)
        and not (problem.what == EMPTY and (problem.name, problem.key) in told)
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where the keys and the values of the file ``name`` stand: line and column, counted from 1."""

    name: str
    keys: Mapping[KeyPath, Place] = field(default_factory=dict)
    values: Mapping[KeyPath, Place] = field(default_factory=dict)

    def __contains__(self, path: object) -> bool:
        """Whether that key path stands in the file."""
        return path in self.values

    def where(self, path: KeyPath, *, key: bool = False) -> Place:
        """The place of that value (or of its key), or of the nearest thing around it that stands in the file."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        while path:
            if path in first or path in second:
                return first.get(path) or second[path]
            path = path[:-1]
        return (1, 1)

    def problem(self, path: KeyPath, what: str, *, key: bool = False) -> Problem:
        """A problem at the value of that key path, or at the ``key`` itself."""
        if len(what) > LONGEST_TEXT:
            what = f"{what[:100]} ... {what[-400:]}"
        return Problem(*self.where(path, key=key), dotted(path), what, self.name)


def dotted(path: KeyPath) -> str:
    """``("people", 0, "name")`` as ``people[0].name``, without what is below a password, which may be a part of it."""
    text = ""
    for part in path[: path.index("password") + 1] if "password" in path else path:
        word = part if isinstance(part, int) or len(part) <= LONGEST_KEY else f"{part[:LONGEST_KEY]}..."
        text += f"[{word}]" if isinstance(part, int) else f".{word}" if text else str(word)
    return text
