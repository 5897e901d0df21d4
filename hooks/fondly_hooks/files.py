"""Writing files so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def replace_atomically(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Put ``data`` in the place of ``path`` in one step, making missing folders on the way.

    A symbolic link is followed first, because ``os.replace`` would put a plain file in its place. The mode of an
    existing file is kept; a new one gets ``mode``, or what the umask says. The temporary file begins with a dot, so
    that note tools and sync programs leave it alone. Raises ``OSError``; the old file then stands untouched.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        mode = target.stat().st_mode & 0o7777
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
        with open(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            os.chmod(temporary, mode)  # the umask may have narrowed it
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
