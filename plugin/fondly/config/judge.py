"""What no single key can tell: people who do not exist, names that are taken, one place for two.

It judges the file as it was typed, so that this is told together with all that is wrong with single keys; what has not
the right shape is passed over here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from fondly.config import patterns
from fondly.config.document import Document
from fondly.config.models.base import MOST_ITEMS
from fondly.config.problems import EMPTY, MOST_TOLD, KeyPath, Place, Problem
from fondly.config.suggest import did_you_mean

# Ids of the entries that `fondly export` writes derive from this name.
KEPT_NAME = "export"
MOST_COMPARED = 20_000  # ids with one another, in search of one that was misspelt


def judge(document: Document) -> Iterator[Problem]:
    """Every problem that lies between keys."""
    yield from _strangers(document)
    yield from _doubles(document)
    yield from _homeless(document)
    yield from _empty(document)


def items(document: Document, *path: str) -> list[tuple[KeyPath, dict[str, Any]]]:
    """The mappings in the list at that path, each with its own path; none where it is no list."""
    value: Any = document.data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    listed = value[:MOST_ITEMS] if isinstance(value, list) else []
    return [((*path, index), item) for index, item in enumerate(listed) if isinstance(item, dict)]


def _texts(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str]]:
    """The texts at that path, alone or in a list."""
    if isinstance(value, str):
        yield path, value
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, str):
            yield (*path, index), item


def _empty(document: Document) -> Iterator[Problem]:
    """Keys and entries without a value, which nobody can tell from ones that were forgotten.

    What a plugin's settings hold is for the plugin to judge.
    """
    for path in document.empty[: MOST_TOLD + 1]:
        if path[:2] != ("hooks", "settings") and not document.guards_password(path[:-1]):
            yield document.places.problem(path, EMPTY)


def walk(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Everything that stands below, each with its key path, in order."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, inner in parts:
        yield (*path, part), inner
        yield from walk(inner, (*path, part))


def _strangers(document: Document) -> Iterator[Problem]:
    people = document.data.get("people")
    known = [person.get("id") for _, person in items(document, "people")]
    if not people or not isinstance(people, list) or len(known) < len(people) or not all(map(_is_slug, known)):
        return  # who is meant can be told only when everybody has an id
    named = list(_texts(("me",), document.data.get("me")))
    for path, date in items(document, "anniversaries", "dates"):
        for key in ("people", "secret_from"):
            if isinstance(date.get(key), list):
                named += _texts((*path, key), date[key])
    for path, source in items(document, "busy"):
        named += _texts((*path, "person"), source.get("person"))
    for path, output in items(document, "outputs"):
        if isinstance(output.get("seen_by"), list):
            named += _texts((*path, "seen_by"), output["seen_by"])
    seen: set[tuple[KeyPath, str]] = set()
    strangers: dict[Place, tuple[KeyPath, str]] = {}  # what stands behind a `*` is told once
    everybody = [str(one) for one in known]
    ids = frozenset(everybody)
    for path, id in named:
        if id not in ids:
            strangers.setdefault(document.places.where(path), (path, id))
        elif isinstance(path[-1], int) and (path[:-1], id) in seen:
            yield document.places.problem(path, f"'{id}' stands in this list already; once is enough")
        seen.add((path[:-1], id))
    for count, (_, (path, id)) in enumerate(sorted(strangers.items())[: MOST_TOLD + 1]):
        hint = did_you_mean(id, everybody) if count * len(everybody) < MOST_COMPARED else ""
        yield document.places.problem(path, f"there is no person '{id}'{hint}")


def _is_slug(id: object) -> bool:
    return isinstance(id, str) and re.fullmatch(patterns.SLUG, id) is not None


def _doubles(document: Document) -> Iterator[Problem]:
    problem = document.places.problem
    for listed, key in (("people", "id"), ("anniversaries.dates", "id"), ("outputs", "name")):
        first: dict[str, KeyPath] = {}
        for where, item in items(document, *listed.split(".")):
            name = item.get(key)
            if not isinstance(name, str):
                continue
            if name in first:
                line = document.places.where((*first[name], key))[0]
                text = f"'{name}' is taken already, on line {line}; give this one another {key}"
                yield problem((*where, key), text)
            first.setdefault(name, where)
    birthdays = {f"birthday-{person.get('id')}" for _, person in items(document, "people") if person.get("birthday")}
    for path, date in items(document, "anniversaries", "dates"):
        if isinstance(date.get("id"), str) and date["id"] in birthdays:
            yield problem((*path, "id"), f"'{date['id']}' is a person's birthday already; choose another id")
    for path, output in items(document, "outputs"):
        if output.get("name") == KEPT_NAME:
            yield problem((*path, "name"), f"'{KEPT_NAME}' is kept for the command; choose another name")


def _homeless(document: Document) -> Iterator[Problem]:
    """Paths that begin at the home of somebody whom this machine does not know, or that no file can have."""
    hooks = document.data.get("hooks")
    paths = list(_texts(("hooks", "folder"), hooks.get("folder"))) if isinstance(hooks, dict) else []
    for path, source in items(document, "busy"):
        paths += _texts((*path, "url"), source.get("url"))
    for path, output in items(document, "outputs"):
        paths += _texts((*path, "path"), output.get("path"))
    homeless = 0
    for where, text in sorted(paths, key=lambda one: document.places.where(one[0])):
        try:
            if homeless <= MOST_TOLD:  # each look takes a while
                Path(text).expanduser()
        except RuntimeError:
            homeless += 1
            what = f"'{text}' begins at a home that this machine does not know; write it out"
            yield document.places.problem(where, what)
        if "://" in text and where[0] != "busy":
            what = "is an address and no path; a calendar on a server is an output of the kind caldav"
            yield document.places.problem(where, what)
        if text.startswith("$"):
            yield document.places.problem(where, "begins with '$', which stays as it is; write ~/ for your home")
        if "\0" in text:
            yield document.places.problem(where, "holds a character that no path has; write the path of a file")


def strange_practices(document: Document, known: Iterable[str]) -> Iterator[Problem]:
    """The practices of the file that are not among the known ones. Plugins may know more than the fifteen."""
    named = document.data.get("practices")
    options = list(known)
    strange = (slug for slug in (named if isinstance(named, dict) else ()) if slug not in options)
    for slug in islice(strange, MOST_TOLD + 1):
        what = f"there is no practice '{slug}'{did_you_mean(slug, options)}"
        yield document.places.problem(("practices", slug), what, key=True)
