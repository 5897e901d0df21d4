"""The grammar of the config's values as regular expressions and JSON Schema, for editors.

They are of the kind that both Python and ECMA 262 know. What no expression can tell (a day that no calendar has, a
window that ends before it begins) is told by the parsers alone.
"""

from __future__ import annotations

import re
from typing import Any


def _either_case(pattern: str) -> str:
    """The pattern with each word in capitals too: ECMA 262 has no such switch inside a pattern."""
    return re.sub(r"(?<!\\)[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", pattern)


_UP_TO_29 = "(?:0[1-9]|[12][0-9]"
_MONTH_DAY = f"(?:(?:0[13578]|1[02])-{_UP_TO_29}|3[01])|(?:0[469]|11)-{_UP_TO_29}|30)|02-{_UP_TO_29}))"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
PARTIAL = rf"\s*(?:[0-9]{{4}}|-)-{_MONTH_DAY}\s*"
SLUG = "[a-z0-9][a-z0-9-]{0,63}"
_HEX = "[0-9a-fA-F]"
UUID = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
CURRENCY = "[A-Z]{3}"
_TIME = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_HOURS = f"{_TIME}-(?:{_TIME}|24:00)"
HOURS = rf"\s*{_HOURS}\s*"
_WEEKDAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_DAYS = f"(?:weekdays|weekend|daily|{_WEEKDAY}(?:-{_WEEKDAY})?(?:,{_WEEKDAY}(?:-{_WEEKDAY})?)*)"
_PART = "(?:morning|midday|afternoon|evening)"
WINDOW = _either_case(rf"\s*(?:{_PART}|{_DAYS}\s+(?:{_PART}|{_HOURS}))\s*")
LENGTH = _either_case(r"\s*(?!0+\s)[0-9]{1,5}\s+(?:day|week|month|year)s?\s*")
_COUNT = r"(?!0+\s)[0-9]{1,3}"
EVERY = _either_case(
    rf"\s*(?:on\s+request|off|daily|weekly|monthly|quarterly|yearly|{_COUNT}\s+per\s+(?:day|week|month|quarter|year)|"
    rf"(?:every\s+)?{_COUNT}\s+(?:day|week|month)s?|every\s+(?:day|week|month)s?)\s*"
)


def text(pattern: str) -> dict[str, Any]:
    """The schema of a text that matches the pattern from its beginning to its end."""
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


TRUTH_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": [True, False, "yes", "no", "on", "off"]},
        text(_either_case("yes|no|on|off|true|false")),
    ]
}
# A mark, in whose place the names of all zones stand in the end.
ZONE_SCHEMA: dict[str, Any] = {"type": "string", "format": "time-zone"}
EVERY_SCHEMA: dict[str, Any] = {"anyOf": [text(EVERY), {"const": False}]}
_FILLED: dict[str, Any] = {"type": "string", "minLength": 1}


def _source(key: str, schema: dict[str, Any], description: str, example: Any) -> dict[str, Any]:
    """The schema of a mapping with that one key."""
    return {
        "type": "object",
        "properties": {key: {**schema, "description": description, "examples": [example]}},
        "required": [key],
        "additionalProperties": False,
    }


_COMMAND = {"type": "array", "minItems": 1, "prefixItems": [_FILLED], "items": {"type": "string"}}
SECRET_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _source("env", _FILLED, "An environment variable that holds it.", "OURS_PASSWORD"),
        _source("command", _COMMAND, "A program and its arguments; the first line is taken.", ["pass", "show", "ours"]),
        _source("keyring", _FILLED, "The service in the desktop's keyring; the user is `fondly`.", "ours"),
        _source("file", _FILLED, "A file that its owner alone can read; the first line is taken.", "ours.password"),
        _FILLED,
    ]
}
