"""Make a random secret once and keep it in a file that only its owner can read."""

import os
import secrets
from pathlib import Path

MODE = 0o600


def read_or_create(path: Path) -> str:
    """Return the secret in `path`; make one of 256 random bits, durable and with mode 0600, if there is none.

    Two processes that start at once agree: the first to link its file wins, the other reads that one.

    Raises:
        OSError: the file can neither be read nor made.
        ValueError: the file is there and empty, or not text.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_directory(path.parent)
    return _read(path)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except UnicodeError:
        raise ValueError(f"{path} is not text; expected a secret. Delete it to have a new one made") from None
    if not text:
        raise ValueError(f"{path} is empty; expected a secret. Delete it to have a new one made")
    return text


def _sync_directory(directory: Path) -> None:
    """Make the new name durable too: a file can be on disk and its directory entry not."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
