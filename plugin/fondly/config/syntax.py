"""What is wrong with the YAML itself, in words that ask for no knowledge of YAML."""

from __future__ import annotations

import yaml

from fondly_hooks.yamlfile import Loader

TAB = "a tab stands here; indent with blanks, YAML knows no tabs"
QUOTE = "a text that begins with {} has to be put in quotes"
BRACKET = "a bracket is not closed, or a comma is missing"
COMMA = "a comma is missing before this, or the whole text belongs in one pair of quotes"
COMMENT = "; mind that ' #' begins a comment, which hides all that follows on its line"
ALIGN = "this does not line up with what stands above it; indent it like its neighbours"
AFTER = "something stands after a closing quote or bracket; put the whole text in one pair of quotes"
APOSTROPHE = ", the double ones where it holds an apostrophe"
SECOND = "another document begins here; a config file is a single one, so take this line away"
ENDED = "a line '...' above has ended the file; take that line away"
COLON = "a second ':' has no place here; put a text with ': ' in quotes"
ODD_LINE = "this line does not fit the one above it; indent it like its neighbours, or give the line above its ':'"
BACKSLASH = "a backslash means something else in double quotes; put the text in 'single quotes'"
TOO_MANY = "this bracket is one too many; take it away"
# What stands where a list or mapping in brackets cannot go on.
IN_BRACKETS = {
    ":": "a comma is missing before this key, or a text with ': ' lacks its quotes",
    "]": "this bracket does not fit the one that was opened; close that one first",
    "}": "this bracket does not fit the one that was opened; close that one first",
}

# A sign of what libyaml says (it repeats nothing of the file), and what to do. The first that fits is told.
REMEDIES = (
    ("found unexpected end of stream", "this quote is never closed; close it at the end of the text"),
    ("could not find expected ':'", "here a key lacks its ':', or the blank after it; write 'key: value'"),
    ("did not find expected node content", "a value is missing before this, or this bracket or comma is too many"),
    ("while parsing a flow", BRACKET),
    ("did not find expected key", ALIGN),
    ("did not find expected '-'", "this stands in a list; begin it with '- ', or indent it like its neighbours"),
    ("block sequence entries are not allowed", "a list begins on a line of its own, below its key"),
    ("mapping keys are not allowed", QUOTE.format("'?'")),
    ("alias", QUOTE.format("'*'")),
    ("anchor", QUOTE.format("'&'")),
    ("scanning a tag", QUOTE.format("'!'")),
    ("tag handle", QUOTE.format("'!'")),
    ("another document", SECOND),
    ("document start", ALIGN),
    ("escape", BACKSLASH),
    ("directive", QUOTE.format("'%'")),
    ("incompatible", "the line that begins with '%YAML' names another version; take it away"),
    ("block scalar", QUOTE.format("'|' or '>'")),
)
# Where the place that libyaml tells is behind what is wrong.
AT_ITS_BEGINNING = (
    "could not find expected ':'",
    "scanning a directive",
    "scanning a block scalar",
    "scanning a tag",
    "scanning an anchor",
    "scanning an alias",
)
UNREADABLE = "cannot be read as YAML; look at this line and at the one before it"


def syntax_problem(problem: yaml.MarkedYAMLError, text: str) -> tuple[int, int, str]:
    """Line and column, counted from 1, and what to do about a text that is no YAML.

    What was opened and never closed is told where it was opened: the end of the file, where YAML notices, helps nobody.
    """
    said = f"{problem.problem or ''} {problem.context or ''}"
    mark, opened = problem.problem_mark or problem.context_mark, problem.context_mark
    if opened and mark and opened.line != mark.line and ("end of stream" in said or "parsing a flow" in said):
        mark = opened
    if opened and any(sign in said for sign in AT_ITS_BEGINNING):
        mark = opened
    if mark and "node content" in said and not text[mark.index :].strip():  # the end of the file, inside brackets
        return *_last_opened(text), BRACKET
    if mark is None:
        return 1, 1, UNREADABLE
    # libyaml ends lines at the same characters as YAML 1.1 does.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    before, there = line[: mark.column], line[mark.column : mark.column + 1]
    if there == "\t" or (before.isspace() and "\t" in before):
        return mark.line + 1, line.index("\t") + 1, TAB
    if "mapping values are not allowed" in said and ": " not in before:  # it is not the ':' that is wrong, but its line
        return mark.line + 1, len(line) - len(line.lstrip(" ")) + 1, ODD_LINE
    if "hex" in said:
        return mark.line + 1, before.rindex("\\") + 1, BACKSLASH
    return mark.line + 1, mark.column + 1, _remedy(said, lines[: mark.line], before, line[mark.column :])


def _last_opened(text: str) -> tuple[int, int]:
    """Line and column of the last bracket that was opened and never closed."""
    opened = []
    for token in yaml.scan(text, Loader):
        if isinstance(token, (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)):
            opened.append((token.start_mark.line + 1, token.start_mark.column + 1))
        elif isinstance(token, (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)) and opened:
            opened.pop()
    return opened[-1] if opened else (1, 1)


def _remedy(said: str, above: list[str], before: str, after: str) -> str:
    """What to do about it, by what libyaml says and by what stands around the place."""
    there, closed = after[:1], before.rstrip()[-1:]
    if "cannot start any token" in said:
        return QUOTE.format(f"'{there}'")
    if "mapping values are not allowed" in said:
        return COLON
    if "did not find expected key" in said and closed in ("'", '"', "]", "}"):
        return TOO_MANY if there in ("]", "}") else AFTER + APOSTROPHE if closed == "'" else AFTER
    if "expected ','" in said:
        if there in ("[", "{") and " #" in after:
            return BRACKET + COMMENT
        return COMMA if closed in ("'", '"') else IN_BRACKETS.get(there, BRACKET)
    if "document start" in said and any(line.startswith("...") for line in above):
        return ENDED
    return next((remedy for sign, remedy in REMEDIES if sign in said), UNREADABLE)
