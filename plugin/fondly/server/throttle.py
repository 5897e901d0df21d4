"""Slowing down whoever guesses. Right links are never slowed down, whoever else shares their address."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable

FREE = 5  # wrong links cost nothing: a mistake in copying, an old bookmark
FIRST, LONGEST = 0.25, 4.0  # seconds
FORGOTTEN = 600.0  # seconds after which a guess is forgotten
MOST = 4096  # addresses that are remembered, in memory alone


class Throttle:
    """How long the next wrong guess from an address has to wait. ``clock`` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._waiting: set[str] = set()

    def delay(self, address: str) -> float | None:
        """Count a wrong guess; gives the seconds to wait before it is answered, or ``None`` where one waits already.

        Whoever asks calls `done` when that time is over.
        """
        who, now = network_of(address), self.clock()
        count, last = self._known.pop(who, (0, now))
        count = 1 if now - last > FORGOTTEN else count + 1
        self._known[who] = (count, now)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        if count <= FREE:
            return 0.0
        if who in self._waiting:
            return None
        self._waiting.add(who)
        return float(min(LONGEST, FIRST * 2 ** min(count - FREE - 1, 10)))

    def done(self, address: str) -> None:
        """The wait is over."""
        self._waiting.discard(network_of(address))


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first half, since a household has all of the second."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
