"""The addresses of a feed: of the file, of its page, and of the buttons that bring it into a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fondly.config.models.serving import PORT
from fondly.config.records import Config
from fondly.feeds.access import Access
from fondly_calendar.hosts import LOOPBACK

GOOGLE = "https://calendar.google.com/calendar/r?cid="
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb?url="
OUTLOOK_WORK = "https://outlook.office.com/calendar/0/addfromweb?url="


@dataclass(frozen=True, slots=True)
class Links:
    """All addresses of one feed, below the ``address`` of the server (with a slash at its end)."""

    address: str
    name: str
    token: str

    @property
    def page(self) -> str:
        """Its page."""
        return f"{self.address}feeds/{self.token}/"

    @property
    def feed(self) -> str:
        """The file itself."""
        return f"{self.page}{self.name}.ics"

    @property
    def webcal(self) -> str:
        """The same, with the scheme that opens a device's own calendar."""
        return f"webcal:{self.feed.partition(':')[2]}"

    @property
    def google(self) -> str:
        """Where Google Calendar asks whether to add it. It takes the scheme webcal alone for a subscription."""
        return GOOGLE + quote(self.webcal, safe="")

    @property
    def outlook(self) -> str:
        """Where Outlook.com asks whether to add it."""
        return f"{OUTLOOK}{quote(self.feed, safe='')}&name={quote(self.name, safe='')}"

    @property
    def outlook_work(self) -> str:
        """The same for an account at work or school."""
        return f"{OUTLOOK_WORK}{quote(self.feed, safe='')}&name={quote(self.name, safe='')}"

    @property
    def is_public(self) -> bool:
        """Whether others than this machine can reach it, as Google and Outlook have to."""
        return urlsplit(self.address).hostname not in LOOPBACK


def invitation(address: str, token: str) -> str:
    """The address of an invitation."""
    return f"{address}invite/{token}"


def address_of(config: Config, access: Access) -> str:
    """Where the feeds are reached: as the config says, else where they were last served, else where they would be."""
    port = config.serve.port or PORT
    return config.serve.address or access.address or f"http://127.0.0.1:{port}/"
