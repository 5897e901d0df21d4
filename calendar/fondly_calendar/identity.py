"""Whose an object is: its UID, and the two marks that let it say so itself (DESIGN §9)."""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Iterable, Mapping

VERSION = "1"
NOBODYS = "00000000"  # base32 has no zero


def uid_for(relationship: str, output: str, entry_id: str, generation: int) -> str:
    """The UID of an entry in an output. It tells nothing about what it names."""
    return str(uuid.uuid5(uuid.UUID(relationship), "\n".join((output, entry_id, str(generation)))))


def ref_for(key: bytes, output: str, uid: str, generation: int) -> str:
    """X-REF: version, generation, and an HMAC over output and UID, all in characters that no server escapes."""
    return f"{VERSION}-{generation}-{_mac(key, 'ref', output, uid, str(generation))[:26]}"


def is_ref(key: bytes, outputs: Iterable[str], uid: str, ref: str) -> bool:
    """Whether that X-REF was made for that UID in one of these outputs."""
    generation = generation_of(ref)
    return generation is not None and any(
        hmac.compare_digest(ref.encode(), ref_for(key, output, uid, generation).encode()) for output in outputs
    )


def generation_of(ref: str) -> int | None:
    """The generation that an X-REF names, or ``None`` where it is none of this version."""
    version, _, rest = ref.strip().partition("-")
    generation = rest.partition("-")[0]
    return int(generation) if version == VERSION and generation.isdecimal() and len(generation) < 6 else None


def base_for(key: bytes, uid: str, fields: Mapping[str, str]) -> str:
    """X-BASE: for each field that fondly manages, a short keyed hash of the value last written."""
    return ".".join(f"{name}-{_mac(key, 'base', uid, name, value)[:8]}" for name, value in sorted(fields.items()))


def base_with(key: bytes, uid: str, base: str, theirs: Iterable[str], before: str) -> str:
    """The X-BASE ``base``, in which the fields that are ``theirs`` keep what the X-BASE ``before`` says of them.

    Where that one says nothing of them, they get a value that no hash has: they stay a person's.
    """
    old, owned = _parts(before), set(theirs)
    return ".".join(f"{name}-{old.get(name, NOBODYS) if name in owned else mac}" for name, mac in _parts(base).items())


def differing(key: bytes, uid: str, fields: Mapping[str, str], base: str) -> frozenset[str] | None:
    """The fields whose value is not the one that X-BASE remembers; ``None`` where it cannot be read."""
    written = _parts(base)
    if written.keys() != fields.keys():
        return None
    now = _parts(base_for(key, uid, fields))
    return frozenset(name for name in fields if not hmac.compare_digest(now[name].encode(), written[name].encode()))


def _parts(base: str) -> dict[str, str]:
    return dict(part.split("-", 1) for part in base.strip().split(".") if "-" in part)


def _mac(key: bytes, *parts: str) -> str:
    digest = hmac.digest(key, "\n".join(parts).encode(), "sha256")
    return base64.b32encode(digest).decode().lower().rstrip("=")
