"""Copies of the feeds and their pages for any web space: the same bytes as the server's, under names nobody guesses."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from pathlib import Path

from fondly.feeds.access import Access, change_access, linked
from fondly.feeds.page import render
from fondly.feeds.resting import FEED
from fondly.feeds.shelf import fill
from fondly.feeds.viewing import view_of
from fondly.preparing import Prepared
from fondly.run import sync
from fondly_hooks.errors import ConfigError, FondlyError, OutputError
from fondly_hooks.files import replace_atomically

PAGE = "index.html"


def publish(prepared: Prepared, folder: Path, target: Path, now: dt.datetime) -> list[Path]:
    """Bring the feeds up to date, and write each with its page below ``target``; gives the files that stand there now.

    Each is replaced in one step, and only where it changes. What was published there under links that are no longer
    valid is removed; whatever else is there stays. ``folder`` is the state folder. Raises `FondlyError`.
    """
    names = [ready.spec.name for ready in prepared.outputs if ready.spec.kind == FEED]
    if not names:
        raise ConfigError("the config names no feed, so there is nothing to publish")
    if prepared.config.serve.address is None:
        raise ConfigError(
            "nobody knows yet where the files will be found; say it in the config: "
            "'serve: {address: \"https://…\"}', the address of that folder"
        )
    failed = [one.report for one in sync(prepared, folder, now, only=names).deliveries if one.report.error]
    if failed:
        raise OutputError(f"{failed[0].name}: {failed[0].error}; nothing was published")
    shelf = fill(prepared, linked(folder, names), folder, None)
    place, written = str(target.resolve()), []
    tokens = {served.links.token: name for name, served in shelf.feeds.items()}
    try:
        for token in sorted(set(shelf.access.published.get(place, ())) - set(tokens)):
            _remove(target / "feeds" / token)
        # Noted first: whatever happens next, the files are found again when their link is no longer valid.
        change_access(folder, lambda access: _noted(access, place, tuple(sorted(tokens))))
        for name, served in shelf.feeds.items():
            home = target / "feeds" / served.links.token
            page = render(view_of(shelf, served, now, published=True)).encode()
            for path, content in ((home / f"{name}.ics", served.body), (home / PAGE, page)):
                if not path.exists() or path.read_bytes() != content:
                    replace_atomically(path, content, mode=0o644)
                written.append(path)
    except OSError as problem:
        raise FondlyError(f"{problem.filename or target} cannot be written: {problem.strerror or problem}") from None
    return written


def _noted(access: Access, place: str, tokens: tuple[str, ...]) -> Access:
    return replace(access, published={**access.published, place: tokens})


def _remove(home: Path) -> None:
    """What fondly put there; a folder that holds something else stays."""
    for path in (*home.glob("*.ics"), home / PAGE):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        home.rmdir()
