"""The settings of the emulator; what they mean together is checked where it matters, in `identity`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from common.settings import ServiceSettings
from emulator.upstream.sources import foreign_variables


class EmulatorSettings(ServiceSettings):
    """A local stand-in for the Azure Web PubSub service."""

    model_config = SettingsConfigDict(env_prefix="EMULATOR_")

    host: str = Field("127.0.0.1", description="Address to listen on; the default key is for loopback only")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    access_key: SecretStr | None = Field(
        None, description="Key that signs tokens, at least 32 bytes; without one, the public default key"
    )
    access_key_file: Path | None = Field(
        None, description="File that holds the key instead; made with a random key if it does not exist"
    )
    endpoint: str | None = Field(
        None, description="Endpoint in the connection string, and accepted in tokens; default: from host and port"
    )
    public_endpoints: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further endpoints that tokens may be signed for, such as a proxy's; separated by commas"
    )
    connection_string_file: Path | None = Field(
        None, description="File to write the connection string to at start, with mode 0600"
    )
    lenient_audience: bool = Field(
        True, description="Accept REST tokens signed for a parent of the URL, as one of Azure's examples does"
    )
    allow_unvalidated_entra_tokens: bool = Field(
        False,
        description="Accept Microsoft Entra tokens of REST callers without checking who made them: whoever reaches the "
        "emulator can then do everything",
    )
    decode_slashes: bool = Field(
        False, description="Decode %2F in REST paths, so that names with a slash can be written there; Azure does not"
    )
    missing_user_is_error: bool = Field(
        True, description="Answer 404, not 200, when a user without connections is to be added to a group"
    )
    json_in_binary_frames: bool = Field(
        False, description="Accept JSON in binary frames, as Learn describes it, in place of closing with 1003"
    )
    protobuf_json_as_text: bool = Field(
        False, description="Give JSON to protobuf clients as text_data, as Learn describes it, in place of json_data"
    )
    keep_alive_interval: float = Field(
        20.0, ge=1, le=120, description="Seconds between pings; a client silent for that long after one is cut off"
    )
    recovery_window: float = Field(
        30.0, gt=0, le=3600, description="Seconds for which a connection of a reliable subprotocol can be recovered"
    )
    connected_after_recovery: bool = Field(
        False, description="Send a recovered connection a connected message with a new reconnection token"
    )
    hubs_file: Path | None = Field(
        None, description="JSON file with the event handlers and other settings of hubs (emulator/README.md)"
    )
    hubs: str | None = Field(
        None, repr=False, description="The same as JSON, by hub; counts where the file says something else"
    )
    handler_timeout: float = Field(
        100.0, gt=0, le=600, description="Seconds that an event handler has to answer, repetitions included"
    )
    handler_retry_delays: Annotated[tuple[float, ...], NoDecode] = Field(
        (1.0, 3.0, 5.0),
        description="Seconds before each repetition of a request that an event handler did not take; "
        "separated by commas",
    )
    quota: Literal["none", "free"] = Field(
        "none", description="What may be used: free is the Free tier, 20 connections and 20,000 messages a day; or none"
    )
    quota_connections: int | None = Field(
        None, ge=1, description="Connections at once, in place of what EMULATOR_QUOTA says"
    )
    quota_messages: int | None = Field(
        None, ge=1, description="Messages of 2 KB a day that may be sent out, in place of what EMULATOR_QUOTA says"
    )
    faults: bool = Field(
        False, description="Let /_emulator/faults break connections on request, to test how clients recover"
    )
    trace: bool = Field(
        True, description="Keep the last frames for the page under /_emulator/; without it, that has all but frames"
    )
    unused_in_favour_of: SecretStr | None = Field(
        None, description="Not empty: say at start that another service is used instead. The value is never shown"
    )

    # Microsoft's names of the same settings, such as WebPubSub__Hubs__chat__EventHandlers__0__UrlTemplate.
    _foreign_variables: dict[str, str] = PrivateAttr(default_factory=lambda: foreign_variables(os.environ))

    @property
    def foreign_variables(self) -> Mapping[str, str]:
        """The environment variables of Microsoft's emulator that speak of its section WebPubSub."""
        return self._foreign_variables

    @field_validator("handler_retry_delays", mode="after")
    @classmethod
    def _check_delays(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not all(0 <= delay <= 600 for delay in value):
            raise ValueError("a delay is not between 0 and 600 seconds")
        return value

    @field_validator("public_endpoints", "handler_retry_delays", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("endpoint", "public_endpoints")
    @classmethod
    def _check_urls(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for url in (value,) if isinstance(value, str) else value or ():
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or ";" in url:
                raise ValueError(f"{url!r} is not an endpoint; expected http://host:port or https://host")
        return value.rstrip("/") if isinstance(value, str) else value


class GivenSettings(EmulatorSettings):
    """The same from arguments alone: for an emulator inside a program whose environment is not about it."""

    model_config = SettingsConfigDict(extra="forbid")

    _foreign_variables: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave the environment out."""
        return (init_settings,)
