"""A message on the phone, or anywhere that Apprise knows, for each thing of today: pip install 'fondly[notify]'.

outputs: [{name: phone, kind: apprise, seen_by: [ana]}]    # name all who can read the messages, or surprises are none
hooks: {settings: {apprise_output: {url: {env: PHONE_URL}}}}
"""

from collections.abc import Iterator, Mapping, Sequence

import apprise
from pydantic import BaseModel, SecretStr

from fondly import Action, Entry, HookContext, Outcome, OutputError, OutputKind, Remembered, Standing, Thing, hookimpl


class Settings(BaseModel):
    url: SecretStr  # as good as a password, so the config says where it comes from


class Options(BaseModel): ...  # what the config may say of the output itself: nothing beyond what every output has


class Phone:
    """A place that shows today alone, and where nothing can be changed once it was sent."""

    def __init__(self, settings: Settings) -> None:
        self.requests, self.ahead, self.phone = 0, 1, apprise.Apprise()
        if not self.phone.add(settings.url.get_secret_value()):
            raise OutputError("hooks.settings.apprise_output.url: Apprise does not know this kind of address")

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """What was sent stands. What is still to be made failed, or nobody knows: rather twice than never."""
        rows = [row for row in remembered.values() if not row.gone and row.pending != "create"]
        return Standing(things=tuple(Thing(uid=row.uid, fields=row.fields, mine=True) for row in rows))

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """Only the day counts: nobody wants a second message because a comma changed."""
        return {"day": wanted.first_day.isoformat()}

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Send what is new. The host never asks this in a dry run, and asks again where the network failed."""
        for action in actions:
            sent = action.verb != "create" or action.wanted is None or self._send(action.wanted.entry)
            yield Outcome(action=action, error=None if sent else "the message could not be sent", again=not sent)

    def _send(self, entry: Entry) -> bool:
        self.requests += 1
        when = "today" if entry.all_day else f"{entry.start:%H:%M}"
        return bool(self.phone.notify(title=f"{entry.title} ({when})", body=entry.description or entry.title))

    def state(self, outcomes: Sequence[Outcome]) -> None: ...  # nothing makes the next read cheaper

    def close(self) -> None: ...  # nothing was opened


fondly_settings = Settings  # its secrets are fetched when an output is opened, and not before


@hookimpl
def fondly_output_kinds(context: HookContext) -> Iterator[OutputKind]:
    yield OutputKind(name="apprise", options=Options, open=lambda options, place: Phone(context.settings))
