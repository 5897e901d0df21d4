"""A message on the phone, or anywhere that Apprise knows, for each thing of today: pip install 'fondly[notify]'.

outputs: [{name: phone, kind: apprise, seen_by: [ana]}]
hooks: {settings: {apprise_output: {url: {env: PHONE_URL}}}}
"""

from collections.abc import Iterator, Mapping, Sequence

import apprise
from pydantic import BaseModel, SecretStr

from fondly import Action, Entry, HookContext, Outcome, OutputContext, OutputKind, Remembered, Standing, Thing, hookimpl


class Settings(BaseModel):
    url: SecretStr  # as good as a password, so the config says where it comes from


class Options(BaseModel):
    """The output itself has none."""


class Phone:
    """A place that shows today alone, and where nothing can be changed once it was sent."""

    requests, ahead = 0, 1

    def __init__(self, url: str) -> None:
        self.phone = apprise.Apprise()
        self.phone.add(url)

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """What was sent before is all that stands; the host remembers it."""
        rows = [row for row in remembered.values() if not row.gone]
        return Standing(things=tuple(Thing(uid=row.uid, fields=row.fields, mine=True) for row in rows))

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """Only the day counts: nobody wants a second message because a comma changed."""
        return {"day": wanted.first_day.isoformat()}

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Send what is new. The host never asks this in a dry run, and asks again where the network failed."""
        for action in actions:
            if action.verb != "create" or action.wanted is None or self._send(action.wanted.entry):
                yield Outcome(action=action)
            else:
                yield Outcome(action=action, error="the message could not be sent", again=True)

    def _send(self, entry: Entry) -> bool:
        self.requests += 1
        when = "today" if entry.all_day else f"{entry.start:%H:%M}"
        return bool(self.phone.notify(title=f"{entry.title} ({when})", body=entry.description or entry.title))

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        return None

    def close(self) -> None:
        pass


fondly_settings = Settings


@hookimpl
def fondly_output_kinds(context: HookContext) -> Iterator[OutputKind]:
    def open_phone(options: Options, place: OutputContext) -> Phone:
        return Phone(context.settings.url.get_secret_value())  # fetched now, when it is needed

    yield OutputKind(name="apprise", options=Options, open=open_phone)
