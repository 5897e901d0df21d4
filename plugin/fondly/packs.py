"""Packs: YAML files that add practices and suggestions, replace parts of them by slug, or switch them off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fondly.config.document import Document, read_document
from fondly.config.problems import KeyPath, Problem, WrongConfigError
from fondly.config.suggest import did_you_mean
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Practice, Study, Suggestion

if TYPE_CHECKING:
    from fondly.config.models.packs import PackPracticeModel, SuggestionModel

NEEDED = ("name", "neutral_title", "about", "every", "at", "minutes", "with", "suggestions")
NEEDED_OF_SUGGESTION = ("title", "text", "minutes")


@dataclass(frozen=True, slots=True)
class Pack:
    """One file: its practices, each with the key path at which it stands."""

    document: Document = field(repr=False)
    practices: tuple[tuple[KeyPath, PackPracticeModel], ...]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The practices that it speaks of."""
        return tuple(model.slug for _, model in self.practices)


def read_packs(config: Document, folder: Path) -> tuple[list[Pack], list[Problem]]:
    """The packs that a config file names, its relative paths starting at ``folder``, and every problem with them."""
    catalogue = config.data.get("catalogue")
    named = catalogue.get("packs") if isinstance(catalogue, dict) else None
    packs: list[Pack] = []
    problems: list[Problem] = []
    for index, name in enumerate(named if isinstance(named, list) else ()):
        if not isinstance(name, str):
            continue  # told with the config file's own problems
        where: KeyPath = ("catalogue", "packs", index)
        try:
            path = folder / Path(name).expanduser()
            if not path.is_file():
                what = f"there is no file {path}; write the path of a YAML file" if not path.is_dir() else "is a folder"
                problems.append(config.places.problem(where, what))
                continue
            pack, wrong = _read(path, name)
            packs += [pack] if pack else []
            problems += wrong
        except WrongConfigError as wrong_file:
            problems += [replace(problem, name=name) for problem in wrong_file.problems]
        except (ConfigError, OSError, RuntimeError, ValueError) as problem:
            problems.append(config.places.problem(where, f"cannot be read: {problem}"))
    return packs, problems


def _read(path: Path, name: str) -> tuple[Pack | None, list[Problem]]:
    from pydantic import BaseModel, ValidationError

    from fondly.config.models.packs import PackModel, PackPracticeModel  # who has no packs does not wait for it

    document = read_document(path)
    document = replace(document, places=replace(document.places, name=name))
    problems = [replace(problem, name=name) for problem in document.problems]
    many = "practices" in document.data
    model: type[BaseModel] = PackModel if many else PackPracticeModel
    try:
        read = model.model_validate(document.data)
    except ValidationError as error:
        from fondly.config.explain import explain  # a good file does not need it

        return None, problems + explain(error, document, model)
    if problems:
        return None, problems
    if isinstance(read, PackModel):
        listed = tuple((("practices", index), one) for index, one in enumerate(read.practices))
        return Pack(document, listed), []
    return Pack(document, (((), PackPracticeModel.model_validate(document.data)),)), []


def with_packs(practices: Iterable[Practice], packs: Iterable[Pack]) -> tuple[tuple[Practice, ...], list[Problem]]:
    """The practices after each pack had its say, in order of their slugs, and what in the packs makes no sense.

    What makes no sense is left aside: a new practice that is not whole, a suggestion longer than its practice.
    """
    by_slug = {practice.slug: practice for practice in practices}
    problems: list[Problem] = []
    for pack in packs:
        for path, model in pack.practices:
            changed, wrong = _changed(by_slug.get(model.slug), model, path, pack.document, sorted(by_slug))
            problems += wrong
            if changed is not None:
                by_slug[model.slug] = changed
    return tuple(practice for _, practice in sorted(by_slug.items())), problems


def _changed(
    before: Practice | None, model: PackPracticeModel, path: KeyPath, document: Document, known: list[str]
) -> tuple[Practice | None, list[Problem]]:
    problem = document.places.problem
    if before is None:
        if model.off:
            what = f"there is no practice '{model.slug}' to switch off{did_you_mean(model.slug, known)}"
            return None, [problem((*path, "slug"), what)]
        from fondly.config.models.packs import given

        says = set(given(model)) | ({"with"} if model.with_ else set())
        missing = [name for name in NEEDED if name not in says]
        if missing:
            what = f"is a new practice, so it also needs {', '.join(missing)}{_meant(model.slug, known)}"
            return None, [problem((*path, "slug"), what)]
    values = _values(model)
    suggestions = {one.slug: one for one in before.suggestions} if before else {}
    minutes = values.get("minutes") or (before.minutes if before else 0)
    together = values.get("together", before.together if before else True)
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, one in enumerate(model.suggestions):
        where: KeyPath = (*path, "suggestions", index)
        if one.slug in seen:
            problems.append(problem((*where, "slug"), f"'{one.slug}' stands here twice; give this one another slug"))
            continue
        seen.add(one.slug)
        made, wrong = _suggestion(suggestions.get(one.slug), one, together)
        if wrong:
            problems.append(problem((*where, "slug"), wrong + did_you_mean(one.slug, suggestions)[:80] * one.off))
        elif made is None:
            suggestions.pop(one.slug, None)
        elif made.minutes > minutes:
            what = f"takes {made.minutes} minutes, and the practice keeps {minutes}; make one of them fit"
            problems.append(problem((*where, "minutes"), what))
        else:
            suggestions[one.slug] = made
    values["suggestions"] = tuple(suggestions.values())
    if model.off:
        values["every"] = Cadence("off")
    if before is None:
        return Practice(**values), problems
    # What was for `me` alone stays so: others may see this practice's places already.
    values["private"] = before.private or values.get("private", False)
    return replace(before, **values), problems


def _values(model: PackPracticeModel) -> dict[str, Any]:
    from fondly.config.models.packs import given

    values = given(model, "off", "suggestions", "at", "studies", "with_")
    if model.with_ is not None:
        values["together"] = model.with_ == "together"
    if model.at is not None:
        values["at"] = tuple(model.at)
    if model.studies is not None:
        values["studies"] = tuple(Study(author=one.author, year=one.year, kind=one.kind) for one in model.studies)
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}


def _suggestion(
    before: Suggestion | None, model: SuggestionModel, together: bool
) -> tuple[Suggestion | None, str | None]:
    """The suggestion as the pack wants it, ``None`` where it is off; or what is wrong."""
    from fondly.config.models.packs import given

    if model.off:
        return None, None if before else f"there is no suggestion '{model.slug}' to switch off"
    values: dict[str, Any] = given(model, "off", "with_")
    if model.with_ is not None:
        values["together"] = model.with_ == "together"
    for name in ("seasons", "tags"):
        if name in values:
            values[name] = tuple(values[name])
    values = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    if before is not None:
        return replace(before, **values), None
    missing = [name for name in NEEDED_OF_SUGGESTION if name not in values]
    if missing:
        return None, f"is a new suggestion, so it also needs {', '.join(missing)}"
    return Suggestion(**{"together": together, **values}), None


def _meant(slug: str, known: Iterable[str]) -> str:
    """The practice that may have been meant, where the slug is much like one."""
    hint = did_you_mean(slug, known)
    return hint if "mean" in hint else ""


def slugs_of(packs: Iterable[Pack]) -> Iterator[str]:
    """The practices that these packs speak of."""
    for pack in packs:
        yield from pack.slugs
