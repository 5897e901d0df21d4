"""What has become a secret, or come before more eyes, after it was delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from fondly_hooks.types.entries import Entry


def secrets_of(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """From whom each entry is secret, by id; an anniversary's for all its years, by the beginning of their ids.

    Of two entries of one id the later one counts.
    """
    found: dict[str, frozenset[str]] = {}
    for entry in entries:
        found[entry.id] = frozenset(entry.secret_from)
        if entry.kind == "anniversary":
            found[_days(entry.id)] = found[entry.id]
    return found


def is_hidden(id: str, secrets: Mapping[str, frozenset[str]], readers: Collection[str]) -> bool:
    """Whether the entry of that id is secret from one of these people."""
    secret_from = secrets.get(id) or secrets.get(_days(id)) or frozenset[str]()
    return not secret_from.isdisjoint(readers)


def _days(id: str) -> str:
    return "/".join(id.split("/")[:2])
