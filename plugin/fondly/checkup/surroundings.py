"""What the config names outside of itself: files, folders, variables. They are looked at; nothing is run or written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fondly.config.problems import Problem
from fondly.config.secrets import file_problem
from fondly.outputs.kinds import CalDavOptions
from fondly.preparing import Prepared


def surroundings(prepared: Prepared) -> Iterator[Problem]:
    """What is not there, or not as it has to be, on this machine and at this moment."""
    config = prepared.config
    folder = config.hooks.folder
    if folder is not None and ("hooks", "folder") in config.document.places and not _is_folder(folder):
        what = f"there is no folder {folder} that you can read, so no plugins come from it"
        yield config.document.places.problem(("hooks", "folder"), what)
    for index, source in enumerate(config.busy):
        if not _is_file(source.path):
            what = f"there is no file {source.path}, so nobody knows yet when {source.person} is taken"
            yield config.document.places.problem(("busy", index, "url"), what)
    for index, ready in enumerate(prepared.outputs):
        secret = ready.options.password if isinstance(ready.options, CalDavOptions) else None
        if isinstance(secret, dict):
            why = _secret_problem(secret, config.folder)
            if why:
                yield config.document.places.problem(("outputs", index, "password"), why)
        path = getattr(ready.options, "path", None)
        if isinstance(path, str) and ready.kind is not None:
            why = _path_problem(config.folder / Path(path).expanduser())
            if why:
                yield config.document.places.problem(("outputs", index, "path"), why)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir() and os.access(path, os.R_OK | os.X_OK)
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


def _secret_problem(secret: dict[str, Any], folder: Path) -> str | None:
    """Why the password could not be fetched now, as far as that can be told without fetching it."""
    ((kind, source),) = secret.items()
    if kind == "env" and not os.environ.get(source):
        return f"the environment variable {source} is not set here; set it where fondly runs"
    if kind == "command" and shutil.which(source[0]) is None:
        return f"there is no program '{source[0]}' here; write its full path"
    return file_problem(folder, source) if kind == "file" else None


def _path_problem(path: Path) -> str | None:
    """Why a file could not be written there now."""
    try:
        if path.is_dir():
            return f"{path} is a folder; write the path of a file in it"
        there = next((folder for folder in path.parents if folder.exists()), None)
    except OSError as problem:
        return f"cannot be looked at ({problem.strerror}); write another path"
    if there is not None and not there.is_dir():
        return f"{there} is a file, so there can be no folder of this name; write another path"
    if there is not None and not os.access(there, os.W_OK):
        return f"{there} cannot be written to by you; write another path, or change who may write there"
    return None
