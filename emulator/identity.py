"""What the emulator is called and what signs its tokens: endpoint, access key, and both as a connection string.

Verifies no token; that is `auth`.
"""

import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from common import secret_file, settings
from emulator.errors import ConfigurationError
from emulator.settings import EmulatorSettings

DEFAULT_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"
"""Public by design: the default key of Microsoft's emulator. Good for loopback and for nothing else."""

MIN_KEY_BYTES = 32

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def access_key(given: EmulatorSettings) -> str:
    """The access key: as set, or from its file, which is made with a random key if it is not there, or the default.

    Raises:
        ConfigurationError: the key is unfit, its file unreadable, or the default key would be reachable from outside.
    """
    try:
        if given.access_key_file is not None and given.access_key is None:
            key = secret_file.read_or_create(given.access_key_file)
        else:
            key = settings.read_secret(given.access_key, given.access_key_file, "EMULATOR_ACCESS_KEY") or DEFAULT_KEY
    except OSError as error:
        raise ConfigurationError(f"EMULATOR_ACCESS_KEY_FILE: {error}") from error
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    _check(key)
    if key == DEFAULT_KEY and not is_loopback(given.host):
        raise ConfigurationError(
            f"EMULATOR_HOST is {given.host}, which others can reach, and the access key is the public default; set "
            "EMULATOR_ACCESS_KEY, or EMULATOR_ACCESS_KEY_FILE to have one made, or listen on 127.0.0.1"
        )
    return key


def endpoint(given: EmulatorSettings, port: int) -> str:
    """The URL that the emulator goes by: as set, or where it listens, on `port`."""
    if given.endpoint is not None:
        return given.endpoint
    host = "localhost" if given.host in ("", "0.0.0.0", "::") or is_loopback(given.host) else given.host  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def connection_string(endpoint: str, key: str) -> str:
    """What SDKs and the negotiate service are given to find and use this emulator."""
    return f"Endpoint={endpoint};AccessKey={key};Version=1.0;"


def write_connection_string(path: Path, text: str) -> None:
    """Put `text` into `path` in one step, readable by the owner alone.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, secret_file.MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise ConfigurationError(f"EMULATOR_CONNECTION_STRING_FILE: cannot write {path}: {error.strerror}") from error


def origins(endpoints: Sequence[str]) -> list[str]:
    """The hosts that event handlers may know this service by, the first one before all; on loopback, all its names."""
    hosts = [urlsplit(endpoint).hostname or "" for endpoint in endpoints]
    return [*dict.fromkeys([*hosts, *(_LOOPBACK if any(map(is_loopback, hosts)) else ())])]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(key: str) -> None:
    if len(key.encode()) < MIN_KEY_BYTES:
        raise ConfigurationError(f"the access key has {len(key.encode())} bytes; expected at least {MIN_KEY_BYTES}")
    if ";" in key or key != key.strip() or not key.isprintable():
        raise ConfigurationError("the access key has a semicolon, a control character or white space around it")
