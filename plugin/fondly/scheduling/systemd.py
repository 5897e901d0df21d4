"""A user's own service and timer (systemd.service(5), systemd.timer(5))."""

from __future__ import annotations

from fondly.scheduling.job import MARK, Job


def service(job: Job) -> str:
    """The unit that runs once."""
    variables = "".join(f"Environment={quoted(f'{name}={value}')}\n" for name, value in sorted(job.variables.items()))
    return f"""\
# {MARK}
[Unit]
Description=Bring what fondly plans to calendars and notes
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={" ".join(quoted(word, command=True) for word in job.words)}
{variables}# Variables that the config names as {{env: NAME}}, in lines of NAME=value. Make the file yours: chmod 600.
EnvironmentFile=-%h/.config/fondly/env
TimeoutStartSec=10min
NoNewPrivileges=yes
UMask=0077
"""


def timer(job: Job) -> str:
    """When it runs: once an hour, at a minute of its own; after a night asleep it catches up."""
    return f"""\
# {MARK}
[Unit]
Description=Run fondly once an hour

[Timer]
OnCalendar=*:{job.minute:02d}
RandomizedDelaySec=5min
FixedRandomDelay=yes
Persistent=yes

[Install]
WantedBy=timers.target
"""


def quoted(word: str, *, command: bool = False) -> str:
    """A word as a unit file takes it: in quotes, its specifiers and, in a ``command``, its variables doubled."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text.replace("$", "$$") if command else text}"'
