"""What a script can do wrong."""

from __future__ import annotations

SH = "#!/bin/sh\n"
ADD = '{"add": [{"id": "bad", "title": "Bad", "start": "2026-12-03"}]}'


def says(answer: str, old: str = "", new: str = "") -> str:
    """A script that prints this answer, ``old`` in it replaced by ``new``."""
    assert old in answer
    return f"{SH}cat >/dev/null\ncat <<'END'\n{answer.replace(old, new) if old else answer}\nEND\n"


# In $FONDLY_CACHE/pids each process of a script writes down its number, to be looked for afterwards.
NOTE = 'echo $$ >> "$FONDLY_CACHE/pids"\n'

# What a script does wrong, and words of the error.
BAD: dict[str, tuple[str, str]] = {
    "hangs": (f"{SH}# fondly: timeout=1\n{NOTE}exec sleep 600\n", "gave no answer within 1 seconds, so it was ended"),
    "hangs in a child": (
        f"{SH}# fondly: timeout=1\n{NOTE}sh -c 'echo $$ >> \"$FONDLY_CACHE/pids\"; exec sleep 600' | cat\n",
        "gave no answer within 1 seconds",
    ),
    "will not be ended": (
        f"{SH}# fondly: timeout=1\n{NOTE}trap '' TERM INT HUP\nwhile :; do sleep 1; done\n",
        "gave no answer within 1 seconds",
    ),
    "closes its streams and goes on": (
        f"{SH}# fondly: timeout=1\n{NOTE}exec <&- >&- 2>&-\nexec sleep 600\n",
        "gave no answer within 1 seconds",
    ),
    "leaves": (f"{SH}cat >/dev/null\necho '{ADD}'\nexit 3\n", "ended with exit code 3"),
    "leaves with words": (
        f"{SH}cat >/dev/null\necho one >&2\necho 'the kettle\tis cold' >&2\nexit 1\n",
        "ended with exit code 1: the kettle is cold",
    ),
    "is killed": (f"{SH}kill -KILL $$\n", "was ended by the signal SIGKILL"),
    "falls": (f"{SH}kill -SEGV $$\n", "was ended by the signal SIGSEGV"),
    "prints a gigabyte": (f"{SH}{NOTE}exec cat /dev/zero\n", "printed more than 1 MB, so it was ended"),
    "prints a long line": (f"{SH}head -c 1100000 /dev/zero | tr '\\0' x\n", "printed more than 1 MB"),
    "prints no JSON": (says("Hello there"), "printed no JSON, but 'Hello there'; prose belongs"),
    "prints two documents": (f"{SH}cat >/dev/null\necho '{ADD}'\necho '{ADD}'\n", "printed no JSON, but"),
    "prints half of it": (f"{SH}cat >/dev/null\nprintf '%s' '{ADD[:-2]}'\n", "printed no JSON, but"),
    "prints a list": (says("[]"), "printed no JSON object"),
    "prints a number": (says("7"), "printed no JSON object"),
    "is nested a hundred thousand deep": (
        f"{SH}cat >/dev/null\nhead -c 100000 /dev/zero | tr '\\0' '['\n",
        "printed no JSON, but '[[[[",
    ),
    "prints what is not UTF-8": (f'{SH}cat >/dev/null\nprintf \'{{"message": "\\377"}}\'\n', "not UTF-8"),
    "answers another hook": (
        f'{SH}cat >/dev/null\necho \'{{"hook": "fondly_busy", "add": []}}\'\n',
        "answers the hook 'fondly_busy', and was asked 'fondly_entries'",
    ),
    "answers as another kind": (
        says('{"result": []}'),
        "answers with 'result', which this hook does not take",
    ),
    "misspells a key of the answer": (says('{"ad": []}'), "did you mean 'add'?"),
    "misspells a key of an entry": (
        says(ADD, "title", "titel"),
        "add[0]: 'titel' is not known here; did you mean 'title'?",
    ),
    "forgets the title": (
        says(ADD, '"title": "Bad", ', ""),
        "add[0].title: is missing; add it",
    ),
    "gives a number for a text": (
        says(ADD, '"Bad"', "5"),
        "add[0].title: needs text, not '5'",
    ),
    "gives a text for a list": (f'{SH}cat >/dev/null\necho \'{{"add": "bins"}}\'\n', "'add' needs a list, not 'bins'"),
    "gives a day that is none": (
        says(ADD, "2026-12-03", "2026-02-30"),
        "add[0].start: needs a day such as 2026-11-30",
    ),
    "gives a time without its offset": (
        says(ADD, "2026-12-03", "2026-12-03T18:00:00"),
        "write it with its offset",
    ),
    "gives a time at the end of time": (
        says(ADD, "2026-12-03", "9999-12-31T23:59:59-12:00"),
        "add[0].start: needs a day",
    ),
    "gives no number": (
        says(ADD, '"Bad"', '"Bad", "minutes": NaN'),
        "add[0].minutes: needs a whole number",
    ),
    "gives a stranger": (
        says(ADD, '"Bad"', '"Bad", "people": ["zoe"]'),
        "people must be a tuple of people's ids",
    ),
    "gives another's id": (
        says(ADD, '"bad"', '"custom/zgood/x"'),
        "must begin with 'custom/bad/'",
    ),
    "gives a message that is none": (
        says('{"message": 5}'),
        "gives a message that is no text",
    ),
    "names no interpreter": ("print('hello')\n", "its first line has to name what runs it"),
    "names an interpreter that is not there": (
        "#!/no/such/thing\n",
        "the program that its first line names is not there",
    ),
    "is empty": ("", "its first line has to name what runs it"),
}
