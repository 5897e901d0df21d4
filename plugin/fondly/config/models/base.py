"""What all parts of the config have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

# More than a life has, so that a file that was made to be slow is refused early. No list may be longer than this.
MOST_ITEMS = 2000


class Model(BaseModel):
    """A mapping that knows its keys.

    Strict: ``yes`` is no number and a quoted ``"3"`` neither, so that nothing means what was not written.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, defer_build=True, strict=True, allow_inf_nan=False, serialize_by_alias=True
    )
