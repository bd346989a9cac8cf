"""The settings of the emulator; what they mean together is checked where it matters, in `identity`."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from common.settings import ServiceSettings


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
    keep_alive_interval: float = Field(
        20.0, ge=1, le=120, description="Seconds between pings; a client silent for that long after one is cut off"
    )
    unused_in_favour_of: SecretStr | None = Field(
        None, description="Not empty: say at start that another service is used instead. The value is never shown"
    )

    @field_validator("public_endpoints", mode="before")
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
