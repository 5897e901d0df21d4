"""How a server is told the password: Basic (RFC 7617), Digest (RFC 7616) or Bearer (RFC 6750)."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

Way = Literal["basic", "digest", "bearer"]


@dataclass(slots=True)
class Login:
    """One username and password (or token), and the way in which one server wants them.

    Basic and Bearer are told at once. Where a server asks for Digest alone, it gets Digest: that hides the password
    better. The other way round nothing is told.
    """

    username: str
    password: str = field(repr=False)
    way: Way = "basic"
    _digest: Any = field(default=None, repr=False)
    _challenge: dict[str, str] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def header(self, method: str, url: str) -> str | None:
        """What goes into ``Authorization``; ``None`` as long as a server was not heard that has to be heard first."""
        if self.way == "bearer":
            return f"Bearer {self.password}"
        if self.way == "basic":
            return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        with self._lock:
            return self._answer(method, url) if self._challenge else None

    def hear(self, offer: str, told: str | None) -> bool:
        """Take what a 401 offers in ``WWW-Authenticate``; whether it is worth asking once more.

        ``told`` is what stood in ``Authorization``.
        """
        if self.way == "bearer" or "digest" not in offer.lower() or (self.way == "basic" and "basic" in offer.lower()):
            return False
        with self._lock:
            fresh = _challenge_in(offer)
            # A server that refuses what answers its own challenge does not know that password; a nonce may be stale.
            again = told is None or told.startswith("Basic ") or fresh.get("stale", "").lower() == "true"
            self.way, self._challenge = "digest", fresh
            return bool(fresh) and again

    def _answer(self, method: str, url: str) -> str | None:
        from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request

        if self._digest is None:
            known = HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, url, self.username, self.password)
            self._digest = HTTPDigestAuthHandler(known)
        self._digest.passwd.add_password(None, url, self.username, self.password)
        try:
            answer = self._digest.get_authorization(Request(url, method=method), dict(self._challenge))  # noqa: S310
        except (ValueError, TypeError):  # an algorithm that Python does not know
            return None
        return None if answer is None else f"Digest {answer}"


def _challenge_in(offer: str) -> dict[str, str]:
    """The parameters of the first Digest challenge that Python can answer; empty where there is none."""
    from urllib.request import parse_http_list, parse_keqv_list

    for part in offer.replace("\n", ", ").split("Digest ")[1:]:
        pairs = [item.strip() for item in parse_http_list(part) if "=" in item]
        found = {key.strip().lower(): value for key, value in parse_keqv_list(pairs).items()}
        if "nonce" in found and "realm" in found and found.get("algorithm", "MD5").upper() in ("MD5", "SHA"):
            return found
    return {}
