"""Packs: YAML files that add practices and suggestions, replace parts of them by slug, or switch them off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fondly.config import patterns
from fondly.config.document import Document, read_document
from fondly.config.problems import EMPTY, MOST_TOLD, KeyPath, Problem, WrongConfigError
from fondly.config.suggest import did_you_mean, nearest
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import Practice, Study, Suggestion

if TYPE_CHECKING:
    from fondly.config.models.packs import PackPracticeModel, SuggestionModel

NEEDED = ("name", "neutral_title", "about", "every", "at", "minutes", "with", "suggestions")
NEEDED_OF_SUGGESTION = ("title", "text", "minutes")
# What is said of a config file that cannot be read, and what to say of a pack.
IN_A_PACK = (
    (
        "it needs at least id, timezone, people and me ('fondly init' makes one)",
        "write a practice into it, beginning with 'slug: ', or take it out of catalogue.packs",
    ),
    ("such as 'timezone: Europe/Berlin'", "such as 'slug: gratitude'; put 'practices:' above a list of practices"),
    ("a config file", "a pack"),
)


@dataclass(frozen=True, slots=True)
class Pack:
    """One file: the ``slugs`` that it speaks of, and its practices, each with the key path at which it stands.

    A wrong one has no practices. Where nobody can tell what it speaks of, it has no ``document`` either, and ``slugs``
    are those that the config names: they may all be meant to come from it.
    """

    document: Document | None = field(repr=False)
    slugs: tuple[str, ...]
    practices: tuple[tuple[KeyPath, PackPracticeModel], ...] = ()


def read_packs(config: Document, folder: Path) -> tuple[list[Pack], list[Problem]]:
    """The packs that a config file names, its relative paths starting at ``folder``, and every problem with them."""
    catalogue, practices = config.data.get("catalogue"), config.data.get("practices")
    named = catalogue.get("packs", []) if isinstance(catalogue, dict) else []
    unknown = Pack(None, tuple(practices) if isinstance(practices, dict) else ())
    packs: list[Pack] = []
    problems: list[Problem] = []
    for index, name in enumerate(named if isinstance(named, list) else [named]):
        pack: Pack | None = None
        where: KeyPath = ("catalogue", "packs", index)
        if isinstance(name, str) and isinstance(named, list):  # else it is told with the config's own problems
            try:
                path = folder / Path(name).expanduser()
                if why := _no_file(path):
                    problems.append(config.places.problem(where, why))
                else:
                    pack, wrong = _read(path, name)
                    problems += wrong
            except WrongConfigError as error:
                problems += [_of_pack(problem, name) for problem in error.problems]
            except ConfigError as error:  # it names the file
                problems.append(config.places.problem(where, str(error)))
            except RuntimeError:
                what = f"'{name}' begins at a home that this machine does not know; write it out"
                problems.append(config.places.problem(where, what))
            except (OSError, ValueError) as error:
                what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
                problems.append(config.places.problem(where, what))
        packs.append(pack or unknown)
    return packs, problems


def _no_file(path: Path) -> str | None:
    """Why there is nothing to read at that path."""
    if path.is_file():
        return None
    if path.is_dir():
        return f"{path} is a folder; write the path of a YAML file in it"
    what = f"{path} is no plain file" if path.exists() else f"there is no file {path}"
    return f"{what}; write the path of a YAML file"


def _of_pack(problem: Problem, name: str) -> Problem:
    """A problem of the YAML, told of the pack of that name."""
    what = problem.what
    for said, instead in IN_A_PACK:
        what = what.replace(said, instead)
    return replace(problem, name=name, what=what)


def _read(path: Path, name: str) -> tuple[Pack | None, list[Problem]]:
    """The pack in that file; ``None`` where nobody can tell what it speaks of."""
    from pydantic import ValidationError

    from fondly.config.models.packs import PackModel, PackPracticeModel  # who has no packs does not wait for it

    document = read_document(path)
    document = replace(document, places=replace(document.places, name=name))
    data = document.data
    problems = [_of_pack(problem, name) for problem in document.problems]
    problems += [document.places.problem(empty, EMPTY) for empty in document.empty[: MOST_TOLD + 1]]
    many = "practices" in data or ("slug" not in data and any(_is_like_practices(*pair) for pair in data.items()))
    try:
        models = PackModel.model_validate(data).practices if many else [PackPracticeModel.model_validate(data)]
    except ValidationError as error:
        from fondly.config.explain import explain  # a good file does not need it

        problems += explain(error, document, PackModel if many else PackPracticeModel)
    else:
        practices = tuple((("practices", index) if many else (), model) for index, model in enumerate(models))
        problems += _twice(document, practices)
        if not problems:
            return Pack(document, tuple(model.slug for model in models), practices), []
    slugs = _slugs_in(data.get("practices") if many else [data])
    return None if slugs is None else Pack(document, slugs), problems


def _is_like_practices(key: str, value: Any) -> bool:
    """Whether that is meant as the list of a pack's practices."""
    return isinstance(value, list) and nearest(key, ("practices",)) is not None


def _slugs_in(listed: Any) -> tuple[str, ...] | None:
    """What a pack speaks of that is wrong elsewhere, or ``None`` where this cannot be told."""
    slugs = [one.get("slug") if isinstance(one, dict) else None for one in listed] if isinstance(listed, list) else [0]
    known = tuple(slug for slug in slugs if isinstance(slug, str) and re.fullmatch(patterns.SLUG, slug))
    return known if len(known) == len(slugs) else None


def _twice(document: Document, practices: Iterable[tuple[KeyPath, PackPracticeModel]]) -> Iterator[Problem]:
    """The practices that stand in one pack a second time."""
    first: dict[str, int] = {}
    for path, model in practices:
        if model.slug in first:
            what = f"'{model.slug}' stands here twice, first on line {first[model.slug]}; put both into one"
            yield document.places.problem((*path, "slug"), what)
        first.setdefault(model.slug, document.places.where((*path, "slug"))[0])


def with_packs(practices: Iterable[Practice], packs: Iterable[Pack]) -> tuple[tuple[Practice, ...], list[Problem]]:
    """The practices after each pack had its say, in order of their slugs, and what in the packs makes no sense.

    What makes no sense is left aside: a new practice that is not whole, a suggestion longer than its practice. What
    builds upon something wrong is not judged before that is mended: it may be right then.
    """
    by_slug = {practice.slug: practice for practice in practices}
    problems: list[Problem] = []
    unsure: set[str] = set()
    for pack in packs:
        if pack.document is None or len(problems) > MOST_TOLD:
            break
        if not pack.practices:
            unsure.update(pack.slugs)
        for path, model in pack.practices:
            if model.slug in unsure:
                continue
            changed, wrong = _changed(by_slug.get(model.slug), model, path, pack.document, by_slug)
            problems += wrong
            if changed is None:
                unsure.add(model.slug)
            else:
                by_slug[model.slug] = changed
    return tuple(practice for _, practice in sorted(by_slug.items())), problems


def _changed(
    before: Practice | None, model: PackPracticeModel, path: KeyPath, document: Document, known: Iterable[str]
) -> tuple[Practice | None, list[Problem]]:
    problem = document.places.problem
    if before is None:
        from fondly.config.models.packs import given

        says = set(given(model)) | ({"with"} if model.with_ else set())
        missing = [name for name in NEEDED if name not in says]
        if missing and model.off:
            what = f"there is no practice '{model.slug}' to switch off{did_you_mean(model.slug, known)}"
            return None, [problem((*path, "slug"), what)]
        if missing:
            what = f"is a new practice, so it also needs {', '.join(missing)}{_meant(model.slug, known)}"
            return None, [problem((*path, "slug"), what)]
    values = _values(model)
    values["suggestions"], problems = _suggestions(before, values, model, path, document)
    if model.off:
        values["every"] = Cadence("off")
    if before is None:
        if not (values["suggestions"] or problems):
            what = "has no suggestion, so it would never come; write at least one"
            problems.append(problem((*path, "suggestions"), what))
        return Practice(**values), problems
    if before.private and model.private is False:  # others may see this practice's places already
        what = f"'{model.slug}' is for you alone, and stays so; take this line away"
        problems.append(problem((*path, "private"), what))
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
    return values


def _suggestions(
    before: Practice | None, values: dict[str, Any], model: PackPracticeModel, path: KeyPath, document: Document
) -> tuple[tuple[Suggestion, ...], list[Problem]]:
    """The suggestions of a practice as the pack wants them, where ``values`` are the practice's own that change."""
    problem = document.places.problem
    suggestions = {one.slug: one for one in before.suggestions} if before else {}
    minutes = values.get("minutes") or (before.minutes if before else 0)
    together = values.get("together", before.together if before else True)
    if before and together and not before.together:
        # What each does alone serves people together too; without this, none would suit any more.
        suggestions = {slug: replace(one, together=True) for slug, one in suggestions.items()}
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, one in enumerate(model.suggestions):
        where: KeyPath = (*path, "suggestions", index)
        if len(problems) > MOST_TOLD:
            break
        if one.slug in seen:
            problems.append(problem((*where, "slug"), f"'{one.slug}' stands here twice; give this one another slug"))
            continue
        seen.add(one.slug)
        made, wrong = _suggestion(suggestions.get(one.slug), one, together, suggestions)
        if wrong:
            problems.append(problem((*where, "slug"), wrong))
        elif made is None:
            suggestions.pop(one.slug, None)
        elif made.minutes > minutes:
            what = f"takes {made.minutes} minutes, and the practice keeps {minutes}; make one of them fit"
            problems.append(problem((*where, "minutes"), what))
        else:
            suggestions[one.slug] = made
    return tuple(suggestions.values()), problems


def _suggestion(
    before: Suggestion | None, model: SuggestionModel, together: bool, known: Iterable[str]
) -> tuple[Suggestion | None, str | None]:
    """The suggestion as the pack wants it, ``None`` where it is off; or what is wrong."""
    from fondly.config.models.packs import given

    values: dict[str, Any] = given(model, "off", "with_")
    if model.with_ is not None:
        values["together"] = model.with_ == "together"
    for name in ("seasons", "tags"):
        if name in values:
            values[name] = tuple(values[name])
    missing = [name for name in NEEDED_OF_SUGGESTION if name not in values] if before is None else []
    if missing and model.off:
        return None, f"there is no suggestion '{model.slug}' to switch off{did_you_mean(model.slug, known)}"
    if missing:
        return None, f"is a new suggestion, so it also needs {', '.join(missing)}{_meant(model.slug, known)}"
    if model.off:
        return None, None
    return replace(before, **values) if before else Suggestion(**{"together": together, **values}), None


def _meant(slug: str, known: Iterable[str]) -> str:
    """The one that may have been meant, where the slug is much like it."""
    hint = did_you_mean(slug, known)
    return hint if "mean" in hint else ""
