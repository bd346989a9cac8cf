"""Fits the services' settings together: what joins them is fixed here, everything else is theirs to read.

Starts nothing.
"""

from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from all_in_one.errors import ConfigurationError
from all_in_one.settings import AllInOneSettings
from common import secret_file
from common.settings import ServiceSettings, problems
from emulator.settings import EmulatorSettings
from negotiate_service.settings import DEFAULT_KEY_FILE, EMULATOR, NegotiateSettings
from streamer_agent.settings import StreamerSettings

AGENT_STOP_TIMEOUT_S = 1.0
"""The service is near, or its acks are lost: Ctrl-C should not take longer."""

S = TypeVar("S", bound=ServiceSettings)


class Services(NamedTuple):
    """The settings of those who answer; without an emulator in Azure mode."""

    negotiate: NegotiateSettings
    emulator: EmulatorSettings | None

    @property
    def publisher_key_file(self) -> Path | None:
        """Where the publisher's key is, or None if PUBLISHER_KEY gave it."""
        return None if self.negotiate.publisher_key else self.negotiate.publisher_key_file or DEFAULT_KEY_FILE


def services(port: int) -> Services:
    """Settings for an emulator and a negotiate service that share `port` on loopback.

    Raises:
        ConfigurationError: what the environment says of one of them cannot work.
    """
    negotiate = _configured(
        NegotiateSettings, emulator_connection_string=EMULATOR, emulator_connection_string_file=None
    )
    if negotiate.mode == "azure":
        return Services(negotiate, None)
    endpoint = f"http://localhost:{port}"
    emulator = _configured(EmulatorSettings, host="127.0.0.1", port=port, endpoint=endpoint)
    negotiate = _configured(
        NegotiateSettings,
        emulator_connection_string=_connection_string(endpoint, emulator),
        emulator_connection_string_file=None,
    )
    return Services(negotiate, emulator)


def agent(own: AllInOneSettings, port: int, services: Services, log_path: str) -> StreamerSettings:
    """Settings of the agent that tails `log_path`. The publisher's key must be there by now.

    Raises:
        ConfigurationError: what the environment says of the agent cannot work.
    """
    return _configured(
        StreamerSettings,
        log_paths=[log_path],
        negotiate_url=f"http://localhost:{port}/negotiate",
        publisher_key_file=services.publisher_key_file,
        state_dir=own.state_dir,
        stop_timeout=AGENT_STOP_TIMEOUT_S,
    )


def _connection_string(endpoint: str, emulator: EmulatorSettings) -> str:
    if emulator.access_key is not None:
        key = emulator.access_key.get_secret_value()
    elif emulator.access_key_file is not None:
        try:
            key = secret_file.read_or_create(emulator.access_key_file)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"EMULATOR_ACCESS_KEY_FILE: {error}") from error
    else:
        return EMULATOR.replace("http://localhost:8080", endpoint)
    return f"Endpoint={endpoint};AccessKey={key};Version=1.0;"


def _configured(model: type[S], **given: Any) -> S:
    """Read `model` from the environment, with `given` before it."""
    try:
        return model(**given)
    except ValidationError as error:
        raise ConfigurationError(*problems(model, error)) from error
