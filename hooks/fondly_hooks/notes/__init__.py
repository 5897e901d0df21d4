"""The built-in note outputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fondly_hooks.markers import hookimpl
from fondly_hooks.types.outputs import Output, OutputContext, OutputKind

if TYPE_CHECKING:
    from fondly_hooks.notes.options import MarkdownOptions


@hookimpl
def fondly_output_kinds() -> Iterator[OutputKind]:
    """A managed region in a Markdown file."""
    from fondly_hooks.notes.options import MarkdownOptions

    yield OutputKind(name="markdown", options=MarkdownOptions, open=open_markdown)


def open_markdown(options: MarkdownOptions, context: OutputContext) -> Output:
    """The file, whose path starts at the config file's folder."""
    from fondly_hooks.notes.markdown import MarkdownOutput

    return MarkdownOutput(context.base / Path(options.path).expanduser(), options.days, context)
