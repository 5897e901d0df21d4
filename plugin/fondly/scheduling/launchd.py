"""A launch agent of macOS (launchd.plist(5))."""

from __future__ import annotations

import plistlib

from fondly.scheduling.job import MARK, Job


def label(job: Job) -> str:
    """Its name."""
    return f"org.fondly.{job.sign}"


def plist(job: Job) -> bytes:
    """The property list."""
    content = {
        "Label": label(job),
        "ProgramArguments": list(job.words),
        "EnvironmentVariables": dict(job.variables),
        "StartCalendarInterval": {"Minute": job.minute},
        "ProcessType": "Background",
        "Comment": MARK,
    }
    return plistlib.dumps(content)
