"""A block in a user's crontab (crontab(5)); every other line stays as it is."""

from __future__ import annotations

import shlex

from fondly.scheduling.job import MARK, Job


def block(job: Job) -> str:
    """The lines of the job, between two marks."""
    variables = [f"{name}={shlex.quote(value)}" for name, value in sorted(job.variables.items())]
    command = " ".join([*variables, *(shlex.quote(word) for word in job.words)])
    # Cron takes a percent sign for the end of the line.
    return f"{_begin(job)}\n{job.minute} * * * * {command.replace('%', chr(92) + '%')}\n{_end(job)}\n"


def with_block(crontab: str, job: Job) -> str:
    """The crontab with this job in it."""
    rest = without_block(crontab, job)
    return rest + ("" if not rest or rest.endswith("\n") else "\n") + block(job)


def without_block(crontab: str, job: Job) -> str:
    """The crontab without this job; all else to the byte."""
    begin, end = f"{_begin(job)}\n", f"{_end(job)}\n"
    head, found, rest = crontab.partition(begin)
    if not found or end not in rest:
        return crontab
    return head + rest.partition(end)[2]


def _begin(job: Job) -> str:
    return f"# {job.name}: begin. {MARK}"


def _end(job: Job) -> str:
    return f"# {job.name}: end."
